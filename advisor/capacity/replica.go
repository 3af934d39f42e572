package capacity

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/service"
)

// Memory a serving process needs beyond the weights.
const (
	// runtimeGiB is the accelerator's context and libraries: about half a GiB on
	// current drivers, an assumption that explain shows.
	runtimeGiB = 0.5
	// activationShare is activations and workspace over weights for one batch of a
	// classic model, an assumption on the safe side for models above 1 GB.
	activationShare = 0.1
	// usableShare is what drivers leave of the nominal memory where no usable figure is
	// recorded: the T4's 14.57 of 16 GiB.
	usableShare = 0.91
)

// Replica is one kind of replica: hardware and a variant of the model, with its service
// model, or the excuse why it cannot serve. It is solved lazily.
type Replica struct {
	Hardware
	Variant Variant
	Service service.Model
	Excuse  *candidate.Excuse

	space   *Space
	server  station
	tokens  llm.Memory // of a language model
	units   int        // copies of server in one replica: accelerators working in parallel
	alone   float64
	weights float64 // GiB, 0 when unknown
	usable  float64 // GiB, 0 when unknown
	solved  map[int]float64
}

type replicaKey struct {
	hardwareKey
	variant string
}

// replica returns the replica of a hardware and variant, made once.
func (s *Space) replica(h Hardware, v Variant) *Replica {
	key := replicaKey{h.key(), v.key()}
	if r, ok := s.replicas[key]; ok {
		return r
	}
	// Replicas of more accelerators are copies of the same server: its solutions are shared.
	r := &Replica{Hardware: h, Variant: v, space: s, units: 1, solved: s.solutions(h, v)}
	if !s.generates() {
		r.memory()
	}
	r.Excuse = r.serve()
	s.replicas[key] = r
	return r
}

// solutions are the rates found for copies of one server, whatever the replica holds.
// A given service is of one replica as deployed, so it is shared just as well.
func (s *Space) solutions(h Hardware, v Variant) map[int]float64 {
	key := replicaKey{hardwareKey{h.Accelerator.ID, 1}, v.key()}
	if s.generates() { // accelerators of one replica split the model: each size is another server
		key.hardwareKey = h.key()
	}
	if s.solved[key] == nil {
		s.solved[key] = map[int]float64{}
	}
	return s.solved[key]
}

// serve finds the service model, or the excuse.
func (r *Replica) serve() *candidate.Excuse {
	s := r.space
	if !s.permits(r.Accelerator) {
		return &candidate.Excuse{Code: candidate.NotAllowed, Text: "outside --allow-gpu or --max-gpu"}
	}
	if s.generates() {
		return r.serveLanguage()
	}
	m, copies, err := s.serviceOf(r.Hardware, r.Variant)
	given := err == nil && m.Basis == service.Given
	if need := r.needGiB(); !given && r.usable > 0 && need > r.usable {
		return r.doesNotFit(need)
	}
	if err != nil || !given && !computes(r.Accelerator, r.Variant.Precision) {
		return r.notMeasured()
	}
	if g := r.Variant.gain; g.Mid != 1 {
		m = m.Faster(g)
	}
	r.Service, r.server, r.units = m, classic{m.Server(), s.Workload, s.percentile(), s.options.Known}, copies
	r.alone = r.server.alone()
	return r.server.slow(r)
}

// slowness is by how much a predicted time may exceed what is expected; 1 for a time that
// was measured on this hardware.
func (r *Replica) slowness() float64 {
	low, _ := r.spread()
	if r.Service.Basis == service.Given || r.Service.Basis == service.Measured || low >= 1 {
		return 1
	}
	z := distuv.UnitNormal.Quantile(r.space.options.Confidence)
	return math.Exp(-math.Max(z, 0) / z90 * math.Log(low))
}

func (s *Space) percentile() float64 {
	if s.Workload.Percentile > 0 {
		return s.Workload.Percentile
	}
	return 0.99
}

func (r *Replica) doesNotFit(need float64) *candidate.Excuse {
	return excuse(candidate.Memory,
		fmt.Sprintf("needs %.3g GiB, %.3g GiB usable", need, r.usable),
		"memory", "GiB", r.usable, need)
}

func (r *Replica) notMeasured() *candidate.Excuse {
	if r.space.measuredByUser() {
		return &candidate.Excuse{Code: candidate.NoMeasurement, Text: "nothing to carry over from; --measured adds it"}
	}
	what := r.Variant.Precision
	if what == "" {
		what = r.space.Model.ID
	}
	return &candidate.Excuse{Code: candidate.NoMeasurement, Text: what + " cannot be predicted on it"}
}

// memory fills weights and usable memory where they are known.
func (r *Replica) memory() {
	r.weights = r.space.weightsGiB(r.Variant.Precision)
	r.usable = usableGiB(r.Hardware)
}

// needGiB is what one accelerator has to hold; of a language model with one request.
func (r *Replica) needGiB() float64 {
	if r.space.generates() {
		return r.tokens.Usable + r.tokens.Deficit
	}
	return needGiB(r.weights)
}

// needGiB is weights with workspace; nothing where the weights are unknown.
func needGiB(weights float64) float64 {
	if weights == 0 {
		return 0
	}
	return weights*(1+activationShare) + runtimeGiB
}

// usableGiB is the memory one accelerator leaves to a process. A classic model is not
// split over accelerators: each holds the whole model.
func usableGiB(h Hardware) float64 {
	if h.Accelerator.UsableGiB > 0 {
		return h.Accelerator.UsableGiB
	}
	return h.Accelerator.MemoryGiB * usableShare
}

var bytesOf = map[string]float64{"fp32": 4, "bf16": 2, "fp16": 2, "fp8": 1, "int8": 1, "fp4": 0.5, "int4": 0.5}

// weightsGiB is parameters × bytes of the precision (half precision where none is
// named), 0 when the parameters are unknown.
func (s *Space) weightsGiB(precision string) float64 {
	if f := s.Workload.Facts; f != nil && f.Memory > 0 {
		return f.Memory / (1 << 30)
	}
	bytes, ok := bytesOf[precision]
	if !ok {
		bytes = 2
	}
	return s.Model.ParamsB * 1e9 * bytes / (1 << 30)
}

// capacity is the largest steady rate that n such replicas sustain within the SLO,
// requests per second. Random balancing of Poisson arrivals is linear in n and is
// solved once; otherwise each n is its own queue.
func (r *Replica) capacity(n int) float64 {
	if r.Excuse != nil && r.server == nil || n <= 0 {
		return 0
	}
	return r.balanced(n*r.units) * r.scaled(n)
}

// steady is the share of saturation that is sustained where no bound holds before: at
// saturation itself the queue has no steady state.
const steady = 0.99

// balanced is the rate that n copies of the server sustain.
func (r *Replica) balanced(n int) float64 {
	w := r.space.Workload
	if !r.space.bounded() {
		return steady * float64(n) * r.server.saturation()
	}
	if w.Dispersion == 1 && !w.LeastLoaded {
		return float64(n) * r.solve(1)
	}
	a := anchor(n)
	return float64(n) / float64(a) * r.solve(a)
}

// anchor is the size whose queue stands for n servers: n itself up to 64, beyond it the
// next smaller of four sizes to each doubling. The share of one server grows with their
// number, by little once they are many, so that this errs on the safe side and keeps the
// capacity monotone in n.
func anchor(n int) int {
	const exact = 64
	a := exact
	if n <= exact {
		return n
	}
	for k := 1.0; a <= n; k++ {
		next := int(exact * math.Exp2(k/4))
		if next > n {
			break
		}
		a = next
	}
	return a
}

func (r *Replica) solve(n int) float64 {
	if q, ok := r.solved[n]; ok {
		return q
	}
	q := r.server.sustainable(n)
	r.solved[n] = q
	return q
}

// scaled is the share of n times one replica's throughput that the scalability law
// leaves; 1 without one.
func (r *Replica) scaled(n int) float64 {
	if r.space.USL == nil {
		return 1
	}
	return r.space.USL.Relative(float64(n))
}

// saturation bounds capacity from above without solving a curve.
func (r *Replica) saturation(n int) float64 {
	if r.server == nil || n <= 0 {
		return 0
	}
	return float64(n*r.units) * r.server.saturation() * r.scaled(n)
}

// load is how n replicas answer at a rate. A scalability law slows the replicas: the
// rate each sees is raised by what the law takes.
func (r *Replica) load(n int, rate float64) Answer {
	return r.server.at(n*r.units, rate/math.Max(r.scaled(n), 1e-9))
}

// along is load on a curve.
func (r *Replica) along(n int, rate float64) Answer {
	return r.server.along(n*r.units, rate/math.Max(r.scaled(n), 1e-9))
}

// end is where the curve of n replicas ends.
func (r *Replica) end(n int) float64 { return float64(n*r.units) * r.server.end() * r.scaled(n) }

// spread is the central 90 % of capacity over what is expected.
func (r *Replica) spread() (low, high float64) {
	low, high = r.Service.SpreadLow, r.Service.SpreadHigh
	if low <= 0 || high <= 0 {
		return 1, 1
	}
	return low, high
}

// margin is by how much the expected capacity must exceed the expected demand for the
// SLO to hold with probability p.
func (r *Replica) margin(p float64) float64 {
	low, high := r.spread()
	return r.space.samples.margin(p, low, high)
}
