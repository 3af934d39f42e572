package capacity

import (
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/service"
)

// Served is what serves in a plan, for whoever runs it in another way than by formula.
type Served struct {
	Service service.Model // of one server
	Servers int           // in one replica
	Kept    float64       // share of the replicas' throughput that the scalability law leaves; 1 without one
	Spoken  *Spoken       // of a language model, nil otherwise
}

// Spoken is how one replica of a language model serves.
type Spoken struct {
	Machine  llm.Machine
	Lengths  llm.Lengths
	Memory   llm.Memory
	Requests int // under way at once: as memory and engine admit, or as the bounds want it
}

// Served describes the servers of an evaluated plan; ok is false where nothing serves.
func (s *Space) Served(e candidate.Evaluation) (v Served, ok bool) {
	r, ok := s.kindOf(e)
	if !ok || r.server == nil {
		return Served{}, false
	}
	v = Served{Service: s.explained(r), Servers: r.units, Kept: r.scaled(e.Replicas)}
	if t, speaks := r.server.(*speaker); speaks {
		m, _ := t.replicas(e.Replicas, e.DemandQPS)
		v.Spoken = &Spoken{Machine: m, Lengths: t.lengths, Memory: r.tokens, Requests: r.tokens.Engine.Requests}
		if most := int(m.MaxRequests); most > 0 && float64(most) < r.tokens.Admitted() {
			v.Spoken.Requests = most
		}
	}
	return v, true
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
