package search

import (
	"math"
	"slices"

	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/unit"
)

// down is how many of a number of instances may be down at once.
type down struct {
	instances int
	ok        bool // that many are short of all of them
}

// spared determines whether today's deployment could lose a machine.
type spared struct {
	demand     Demand
	confidence float64
}

// lost returns how many of n replicas may be down at once at the availability asked. ok is
// false when no number of losses short of all reaches the availability.
func lost(s *Space, o offer.Hosting, n int) (replicas int, ok bool) {
	if s.Workload.Availability == 0 {
		return 0, true
	}
	instances, ok := LossesToSurvive(s, o.InstancesFor(n))
	instances = max(instances, takenBack(s, o, n))
	return min(instances*o.Fullest(n), n), ok && !(instances >= o.InstancesFor(n) && spotAlone(s, o))
}

// Hosting lists the ways to rent the hardware; a machine holds no more replicas than the scheduler may put
// on one, and today's replicas have their stated cost.
func (s *Space) Hosting(h offer.Hardware) []offer.Hosting {
	return stated(s, h, apart(s, s.Offers.Hosting(h)))
}

func stated(s *Space, h offer.Hardware, all []offer.Hosting) []offer.Hosting {
	cost := s.Workload.ReplicaCost
	if cost == nil || h.Kind() != s.Base.Kind() {
		return all
	}
	if len(all) == 0 {
		return []offer.Hosting{offer.Unpriced().At(*cost)}
	}
	all = slices.Clone(all)
	for i, way := range all {
		all[i] = way.At(*cost)
	}
	return all
}

func apart(s *Space, all []offer.Hosting) []offer.Hosting {
	most := s.Workload.MostOn
	if most == 0 {
		return all
	}
	all = slices.Clone(all)
	for i, h := range all {
		if h.PerInstance > most {
			all[i] = few(h, most)
		}
	}
	return all
}

// few returns a machine limited to a number of replicas; each replica keeps its share of it.
func few(h offer.Hosting, most int) offer.Hosting {
	share := float64(most) / float64(h.PerInstance)
	h.PerInstance = most
	h.VCPUs, h.NetworkGbps = h.VCPUs*share, h.NetworkGbps*share
	h.MemoryGiB *= share
	return h
}

// takenBack returns how many of the spot machines of n replicas may be reclaimed at once: those of one zone, where
// zones run short of them too often for what is promised. They go together, since the demand for which one
// machine of a type is reclaimed wants the others too.
func takenBack(s *Space, o offer.Hosting, n int) int {
	spot := o.SpotMachines(n)
	if spot == 0 {
		return 0
	}
	zones := max(s.Workload.Zones, 1)
	if zones == 1 && s.Workload.Availability > spotWorks(s, o) {
		return spot
	}
	return zoneLosses(spot, zones, spotWorks(s, o), s.Workload.Availability)
}

// spotWorks returns the share of time during which a zone has spot machines of a type: they are reclaimed as
// often as the upper end of its band says, and then it has none for the length of a shortage in the rules.
// Machines on demand take over where they are allowed and start within the notice.
func spotWorks(s *Space, o offer.Hosting) float64 {
	w := s.Workload
	if o.Terms.OnDemand > 0 && w.ColdStart > 0 && w.ColdStart <= offer.Notice(o.Cloud) {
		return 1
	}
	return 1 - offer.TakenBack(o.Interrupted)*s.options.SpotShortage/unit.Month
}

// spotAlone reports whether a promise depends on spot machines that may all be reclaimed at once.
func spotAlone(s *Space, o offer.Hosting) bool {
	return o.Terms.SpotShare == 1 && o.Owned == 0 && s.Workload.Zones < 2 && s.Workload.Availability > spotWorks(s, o)
}

// LossesToSurvive returns how many of a number of instances must be able to be down at once: by
// the binomial tail of instances that fail independently, or a whole zone where the promise needs
// one survived, whichever takes more. ok is false when no number short of all is enough.
func LossesToSurvive(s *Space, instances int) (losses int, ok bool) {
	w := s.Workload
	d := s.losses.Get(instances, func() (d down) {
		d.instances, d.ok = queue.LossesToSurvive(instances, w.ReplicaAvailability, w.Availability)
		return d
	})
	if beyondOneZone(s) {
		d.ok = false
	}
	return max(d.instances, zoneLosses(instances, w.Zones, s.options.ZoneAvailability, w.Availability)), d.ok
}

// zoneLosses returns how many instances go with one of several zones, where zones fail too often for
// what is promised; 0 where the promise is kept although a zone's loss is not survived.
func zoneLosses(instances, zones int, zone, promised float64) int {
	const tolerance = 1e-12
	if zones < 2 || 1-math.Pow(zone, float64(zones)) <= 1-promised+tolerance {
		return 0
	}
	return (instances + zones - 1) / zones
}

// beyondOneZone reports whether more is promised than one zone can keep.
func beyondOneZone(s *Space) bool {
	return s.Workload.Zones < 2 && s.Workload.Availability > s.options.ZoneAvailability
}

// fewestRedundant returns the fewest replicas that keep what redundancy there is today where no
// availability says how much is needed: two where two run or more, on two machines where today
// stands on two, or spreads over zones as far as its replicas go.
func fewestRedundant(t trial) int {
	switch {
	case !keepsRedundancy(t.space):
		return 1
	case machinesToday(t.space) >= 2:
		return t.hosting.Placing().FewestOn(2)
	}
	return 2
}

// spare returns how many replicas of a trial are on the machine that it must be able to lose, as today's
// deployment is, where no availability says how much redundancy is needed; 0 where today's deployment needs
// all of its machines.
func spare(t trial) int {
	if !keepsRedundancy(t.space) || t.demand.Peak <= 0 || !sparesToday(t) {
		return 0
	}
	return t.hosting.Fullest(t.n)
}

// keepsRedundancy reports whether what redundancy there is today stays: several replicas run, and no
// availability says how much is needed.
func keepsRedundancy(s *Space) bool {
	w := s.Workload
	return w.Availability == 0 && !w.Unprotected && !w.JobAlone() && s.Base.Known && s.Base.Replicas >= 2
}

// sparesToday reports whether today's deployment carries a trial's demand without one of its machines.
func sparesToday(t trial) bool {
	return t.space.spared.Get(spared{t.demand, t.confidence}, func() bool {
		today, ok := baseTrial(t.space, t.demand, false)
		machines := machinesToday(t.space)
		if !ok || !today.server.Serves() || machines < 2 {
			return false
		}
		each := (today.n + machines - 1) / machines
		return sustains(today, today.n-each, today.need()) && finishes(today.sized(today.n-each)) == nil
	})
}

// alikeInCost is the ratio to the cheapest machines' cost up to which other machines count as equally
// likely.
const alikeInCost = 1.01

// machinesToday returns how many machines today's replicas stand on, at the lowest price where the
// machines were not named, and of those that cost as much the smallest; one each where no price is
// known.
func machinesToday(s *Space) int {
	n, least, machines := s.Base.Replicas, math.Inf(1), 0
	for _, h := range s.Hosting(s.Base.Hardware) {
		if h.USDPerHour > 0 {
			least = math.Min(least, h.Cost(n))
		}
	}
	for _, h := range s.Hosting(s.Base.Hardware) {
		if h.USDPerHour > 0 && h.Cost(n) <= alikeInCost*least {
			machines = max(machines, h.InstancesFor(n))
		}
	}
	if machines == 0 {
		return offer.Unpriced().InstancesFor(n)
	}
	return machines
}
