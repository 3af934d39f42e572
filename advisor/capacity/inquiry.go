package capacity

import (
	"math"
	"sort"

	"scaleadvise/advisor/candidate"
)

// At returns how the base's number of replicas of the base hardware fares at a demand,
// in the baseline precision.
func (s *Space) At(d Demand) (candidate.Evaluation, *candidate.Excuse) {
	t, ok := s.baseTrial(d, false)
	if !ok {
		return candidate.Evaluation{}, &candidate.Excuse{Code: candidate.NoMeasurement, Text: "nothing is known of this precision"}
	}
	t, excuse := t.cheapestHosting()
	return t.evaluation(), excuse
}

// cheapestHosting is the trial on the cheapest instances on which it holds; on the cheapest of
// all where it holds on none. Nobody said which are rented.
func (t trial) cheapestHosting() (best trial, excuse *candidate.Excuse) {
	best, excuse = t, t.judge()
	for _, o := range t.space.hosting(t.Hardware) {
		other := t
		other.hosting = o
		failed := other.judge()
		if (failed == nil) != (excuse == nil) {
			if failed == nil {
				best, excuse = other, nil
			}
		} else if other.cost(other.n) < best.cost(best.n) {
			best, excuse = other, failed
		}
	}
	return best, excuse
}

// baseTrial is the base deployment, plain or with its best optimization.
func (s *Space) baseTrial(d Demand, optimized bool) (best trial, ok bool) {
	options := s.hosting(s.Base.Hardware)
	if len(options) == 0 {
		options = []hosting{unpriced()}
	}
	for _, v := range s.variants(s.Base.Accelerator, optimized) {
		t := trial{Replica: s.replica(s.Base.Hardware, v), hosting: options[0], n: s.Base.Replicas, demand: d, p: s.options.Confidence}
		if !ok || t.capacity(1) > best.capacity(1) || best.server == nil {
			best, ok = t, true
		}
	}
	return best, ok
}

// Server is what one base replica is and does, for rules and reports.
type Server struct {
	Basis        string // "none" when it cannot serve
	AloneSeconds float64
	MaxBatch     int
	CV           float64
	QPS          float64 // 1/s within the SLO
	Saturation   float64 // 1/s
	Fits         bool
	Weights      float64 // GiB
	Needed       float64 // GiB
	Usable       float64 // GiB
	Optimization []string
}

// BaseServer describes one base replica, plain or with its best optimization. ok is
// false when the base has no such variant.
func (s *Space) BaseServer(optimized bool) (Server, bool) {
	t, ok := s.baseTrial(Demand{}, optimized)
	if !ok {
		return Server{Basis: "none", Fits: true}, false
	}
	v := Server{
		Basis: "none", Fits: t.Excuse == nil || t.Excuse.Code != candidate.Memory,
		Weights: t.weights, Needed: t.needGiB(), Usable: t.usable, Optimization: t.Variant.Optimizations,
	}
	if t.server != nil {
		v.Basis, v.AloneSeconds = t.Service.Basis, t.alone
		v.MaxBatch, v.CV = t.Service.MaxBatch, t.Service.CV
		v.QPS, v.Saturation = t.capacity(1), t.saturation(1)
	}
	return v, true
}

// every visits each replica of the allowed hardware and of the base that has a service.
func (s *Space) every(optimized bool, visit func(*Replica)) {
	all := s.allowed()
	if !s.isAllowed(s.Base.Hardware) {
		all = append([]Hardware{s.Base.Hardware}, all...)
	}
	for _, h := range all {
		for _, v := range s.variants(h.Accelerator, optimized) {
			if r := s.replica(h, v); r.server != nil {
				visit(r)
			}
		}
	}
}

func (s *Space) isAllowed(h Hardware) bool {
	for _, a := range s.allowed() {
		if a.key() == h.key() {
			return true
		}
	}
	return false
}

// FastestAlone is the shortest time in seconds that one request alone takes on any
// allowed hardware; 0 when nothing can serve.
func (s *Space) FastestAlone() float64 {
	fastest := math.Inf(1)
	for _, optimized := range []bool{false, true} {
		s.every(optimized, func(r *Replica) { fastest = math.Min(fastest, r.alone) })
	}
	if math.IsInf(fastest, 1) {
		return 0
	}
	return fastest
}

// Strong is the hardware whose replicas carry the most.
type Strong struct {
	Hardware
	Name string
	QPS  float64 // 1/s, the base's number of replicas
}

// Strongest finds the allowed hardware on which the base's number of replicas carries
// the most, plain or optimized. Hardware is visited by saturated throughput, which
// bounds capacity, so that few curves are solved. ok is false when nothing serves.
func (s *Space) Strongest(optimized bool) (best Strong, ok bool) {
	var all []*Replica
	s.every(optimized, func(r *Replica) {
		if len(s.hosting(r.Hardware)) > 0 || r.key() == s.Base.key() {
			all = append(all, r)
		}
	})
	n := s.Base.Replicas
	sort.SliceStable(all, func(i, j int) bool { return all[i].saturation(n) > all[j].saturation(n) })
	for _, r := range all {
		if ok && r.saturation(n) <= best.QPS {
			break
		}
		if q := r.capacity(n); r.Excuse == nil && q > best.QPS {
			best, ok = Strong{r.Hardware, ShortName(r.Accelerator), q}, true
		}
	}
	return best, ok
}

// ReplicasWanted is how many replicas of the base hardware in the baseline precision
// the demand needs, whatever the limits; 0 when no number suffices.
func (s *Space) ReplicasWanted(d Demand) int {
	t, ok := s.baseTrial(d, false)
	if !ok {
		return 0
	}
	if n, ok := t.smallest(); ok {
		return n
	}
	return 0
}

// JobHours is how long the batch job over the data takes on n replicas, hours; 0
// without a job rate.
func (s *Space) JobHours(n int, bytes float64) float64 {
	if s.Workload.Data.JobRate <= 0 || n <= 0 {
		return 0
	}
	return s.jobSeconds(n, bytes) / 3600
}

// ReplicasForJob is the fewest replicas that finish the job within its window; 0
// without a window or rate, or where no number up to the largest does.
func (s *Space) ReplicasForJob(bytes float64) int {
	d := s.Workload.Data
	if d.JobRate <= 0 || d.JobWindow <= 0 {
		return 0
	}
	largest := MaxReplicas
	if peak, _, ok := s.scalingPeak(); ok {
		largest = max(int(peak), 1)
	}
	n := 1 + sort.Search(largest, func(i int) bool { return s.jobSeconds(i+1, bytes) <= d.JobWindow })
	if n > largest {
		return 0
	}
	return n
}

// Weaker reports whether a plan's replica is a weaker machine than the base's: by what it
// saturates at, or by its matrix rate where the base cannot serve.
func (s *Space) Weaker(e candidate.Evaluation) bool {
	base, ok := s.baseTrial(Demand{}, false)
	if ok && base.server != nil && e.SaturationQPS > 0 {
		return e.SaturationQPS/float64(e.Replicas) < base.saturation(1)
	}
	a, _ := s.Catalog.Accelerator(e.Accelerator)
	return strength(a)*float64(e.PerReplica) < strength(s.Base.Accelerator)*float64(s.Base.PerReplica)
}

// CapacityOf is what n replicas of an evaluated plan's kind carry, 1/s; 0 for none.
func (s *Space) CapacityOf(e candidate.Evaluation, n int) float64 {
	if r, ok := s.replicaOf(e); ok {
		return r.capacity(n)
	}
	return 0
}
