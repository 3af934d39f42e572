package search

import (
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/queue"
)

// down is how many of a number of instances may be down at once.
type down struct {
	instances int
	ok        bool // that many are short of all of them
}

// lost returns how many of n replicas may be down at once at the availability asked: the
// instances by the binomial tail, or one whole zone, whichever takes more. ok is false when
// no number of losses short of all reaches the availability.
func lost(s *Space, o offer.Hosting, n int) (replicas int, ok bool) {
	w := s.Workload
	if w.Availability == 0 {
		return 0, true
	}
	instances := o.InstancesFor(n)
	d := s.losses.Get(instances, func() (d down) {
		d.instances, d.ok = queue.LossesToSurvive(instances, w.ReplicaAvailability, w.Availability)
		return d
	})
	k := d.instances
	if w.Zones >= 2 {
		k = max(k, (instances+w.Zones-1)/w.Zones)
	}
	return min(k*o.PerInstance, n), d.ok
}
