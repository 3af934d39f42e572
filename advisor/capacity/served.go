package capacity

import (
	"scaleadvise.dev/scaleadvise/advisor/candidate"
	"scaleadvise.dev/scaleadvise/advisor/service"
)

// Served is what serves in a plan, for whoever runs it in another way than by formula.
type Served struct {
	Service service.Model // of one server
	Servers int           // in one replica
	Kept    float64       // share of the replicas' throughput that the scalability law leaves; 1 without one
}

// Served describes the servers of an evaluated plan; ok is false where nothing serves.
func (s *Space) Served(e candidate.Evaluation) (v Served, ok bool) {
	r, ok := s.kindOf(e)
	if !ok || r.server == nil {
		return Served{}, false
	}
	return Served{s.explained(r), r.units, r.scaled(e.Replicas)}, true
}

// kindOf is the kind of replica of a plan that another space of the same workload evaluated.
func (s *Space) kindOf(e candidate.Evaluation) (*Replica, bool) {
	if r, ok := s.replicaOf(e); ok {
		return r, true
	}
	a, ok := s.Catalog.Accelerator(e.Accelerator)
	if !ok {
		return nil, false
	}
	form := Variant{Precision: e.Precision, Optimizations: e.Optimizations}.key()
	for _, optimized := range []bool{false, true} {
		for _, v := range s.variants(a, optimized) {
			if v.key() == form {
				return s.replica(Hardware{a, e.PerReplica}, v), true
			}
		}
	}
	return nil, false
}
