package serve

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/service"
)

// Server is what one replica of a kind runs: hardware and a variant of the model with its
// service model, or the excuse why it cannot serve.
type Server struct {
	offer.Hardware
	Variant    offer.Variant
	Memory     offer.Memory
	Service    service.Model     // service model of one copy
	Copies     int               // copies of the service in one replica: accelerators that work in parallel
	Excuse     *candidate.Excuse // nil where it serves within the bounds
	Alone      float64           // s, one request alone at the percentile of the bound
	Conditions Conditions

	scheduler   scheduler // nil when nothing serves
	law         *queue.USL
	confidence  float64
	rates       *rates       // 1/s that a number of copies sustains by formula
	corrections []correction // corrections by simulation, by copies
}

// scheduler decides which requests are worked on together. Rates are per second, times
// seconds; copies of it share the load as the conditions say.
type scheduler interface {
	saturation() float64                     // of one, without a bound
	sustainable(copies int) float64          // within the bounds
	misses(copies int, rate float64) bool    // whether a bound is certainly broken at a rate
	sustains(copies int, rate float64) bool  // whether the bounds certainly hold at a rate and below
	at(copies int, rate float64) Response    // how they answer at a rate
	along(copies int, rate float64) Response // the same on a curve, in the configuration of what is sustained
	end() float64                            // the saturation of one on that curve
	alone() Response                         // the times of one request alone that bounds are held against
}

// Serves reports whether the server can serve at all, even if too slowly for the bounds.
func (s *Server) Serves() bool { return s.scheduler != nil }

// Sustainable returns the largest steady rate that n replicas sustain within the bounds,
// requests per second. Random balancing of Poisson arrivals is linear in n and is solved
// once; otherwise each n is its own queue.
func (s *Server) Sustainable(n int) float64 {
	if s.scheduler == nil || n <= 0 {
		return 0
	}
	return s.balanced(n*s.Copies) * s.scaled(n)
}

// Short reports whether n replicas certainly sustain less than a rate, by asking whether the bounds hold at
// that rate, which takes a fraction of the time of Sustainable. A rate for which it reports false may still
// be too much.
func (s *Server) Short(n int, rate float64) bool {
	switch {
	case s.scheduler == nil || n <= 0 || s.law != nil || len(s.corrections) > 0 || !s.Conditions.Bounded():
		return false
	case s.Saturation(n) < rate:
		return true
	}
	copies, a := s.anchored(n)
	if known, ok := s.rates.Known(a); ok {
		return float64(copies)/float64(a)*known < rate
	}
	return s.rates.misses(s.scheduler, a, rate*float64(a)/float64(copies)*(1-slack))
}

// Ample reports, in the same way, whether n replicas certainly sustain a rate.
func (s *Server) Ample(n int, rate float64) bool {
	if s.scheduler == nil || n <= 0 || s.law != nil || len(s.corrections) > 0 || !s.Conditions.Bounded() || s.Saturation(n)*(1-slack) < rate {
		return false
	}
	copies, a := s.anchored(n)
	if known, ok := s.rates.Known(a); ok {
		return float64(copies)/float64(a)*known >= rate
	}
	return s.rates.sustains(s.scheduler, a, rate*float64(a)/float64(copies)*(1+slack))
}

// slack is the relative margin at which a rate is evaluated beside the wanted one: rates are solved to less
// than that.
const slack = 1e-3

// anchored returns the copies in n replicas, and the size whose queue stands for them.
func (s *Server) anchored(n int) (copies, a int) {
	copies = n * s.Copies
	if s.Conditions.Pooled() {
		return copies, anchor(copies)
	}
	return copies, 1
}

// steady is the share of saturation that is sustained where no bound limits it earlier: at saturation itself
// the queue has no steady state.
const steady = 0.99

// Saturated returns the saturated throughput of a replica that is known to carry a steady rate.
func Saturated(carried float64) float64 { return carried / steady }

// balanced returns the rate that a number of copies sustains.
func (s *Server) balanced(copies int) float64 { return held(s, copies, byFormula(s, copies)) }

// byFormula returns that rate before corrections by simulation.
func byFormula(s *Server, copies int) float64 {
	switch {
	case !s.Conditions.Bounded():
		return steady * float64(copies) * s.scheduler.saturation()
	case !s.Conditions.Pooled():
		return float64(copies) * s.solve(1)
	}
	a := anchor(copies)
	return float64(copies) / float64(a) * s.solve(a)
}

// anchor returns the size whose queue stands for n servers: n itself up to 64, beyond it the next
// smaller of four sizes to each doubling. The share of one server grows with their number,
// by little once they are many, so that this errs on the safe side and keeps the capacity
// monotone in n.
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

func (s *Server) solve(copies int) float64 {
	return s.rates.Get(copies, func() float64 { return s.scheduler.sustainable(copies) })
}

// scaled returns the share of n times one replica's throughput that the scalability law leaves;
// 1 without one.
func (s *Server) scaled(n int) float64 {
	if s.law == nil {
		return 1
	}
	return s.law.Relative(float64(n))
}

// Saturation returns the rate of n replicas without a bound, which bounds what they sustain
// and needs no curve.
func (s *Server) Saturation(n int) float64 {
	if s.scheduler == nil || n <= 0 {
		return 0
	}
	return float64(n*s.Copies) * s.scheduler.saturation() * s.scaled(n)
}

// At returns how n replicas answer at a rate. A scalability law slows the replicas: the rate each sees is
// raised accordingly.
func (s *Server) At(n int, rate float64) Response {
	return s.judged(answered(s, s.scheduler.at, n, rate), n, rate)
}

// Along returns At on a curve of one deployment: the same configuration at all rates.
func (s *Server) Along(n int, rate float64) Response {
	return s.judged(answered(s, s.scheduler.along, n, rate), n, rate)
}

// End returns where the curve of n replicas ends.
func (s *Server) End(n int) float64 { return float64(n*s.Copies) * s.scheduler.end() * s.scaled(n) }

// seen returns the rate by formula whose times are those at a rate offered.
func (s *Server) seen(n int, rate float64) float64 { return bent(s, n*s.Copies, loaded(s, n, rate)) }

// loaded returns the rate that replicas have to work off of a rate offered.
func loaded(s *Server, n int, rate float64) float64 { return rate / math.Max(s.scaled(n), 1e-9) }

// answered returns how n replicas answer at a rate. Where a simulation corrected the formula the times are those
// of another rate by formula, and what the load itself determines is that of the rate asked about.
func answered(s *Server, at func(copies int, rate float64) Response, n int, rate float64) Response {
	r := at(n*s.Copies, s.seen(n, rate))
	if len(s.corrections) > 0 {
		same := at(n*s.Copies, loaded(s, n, rate))
		r.Batch, r.Busy, r.OutputTokens = same.Batch, same.Busy, same.OutputTokens
	}
	return r
}

// judged compares a response with the bounds.
func (s *Server) judged(r Response, n int, rate float64) Response {
	sustained := s.Sustainable(n)
	r.QPS, r.Utilization = rate, utilization(rate, sustained)
	r.Met = r.Stable && (rate <= sustained || s.Conditions.keeps(r))
	return r
}

// keeps reports whether the times of a response keep the bounds.
func (c Conditions) keeps(r Response) bool {
	b := c.Bounds
	return within(r.TTFT, b.TTFT) && within(r.TPOT, b.TPOT) && within(r.Latency, b.E2E)
}

// within reports whether a time keeps a bound, 0 for none.
func within(time, bound float64) bool { return bound <= 0 || time <= bound }

// Spread returns the central 90 % of capacity over the expected capacity.
func (s *Server) Spread() (low, high float64) {
	low, high = s.Service.SpreadLow, s.Service.SpreadHigh
	if low <= 0 || high <= 0 {
		return 1, 1
	}
	return low, high
}

// Z90 is the standard normal quantile at the upper end of a central 90 % interval.
const Z90 = 1.6448536269514722

// SlowAlone returns the time of one request alone at the slow end of its range, s, at the confidence asked.
func SlowAlone(s *Server) float64 {
	slow, alone := slowness(s), s.Alone-s.Conditions.Beside
	if most := s.Service.AloneMost; most > 0 && slow > 1 {
		slow = math.Min(slow, math.Pow(math.Max(most/alone, 1), math.Max(mathext.NormalQuantile(s.confidence), 0)/Z90))
	}
	return s.Conditions.Beside + alone*slow
}

// slowness returns by how much a predicted time may exceed what is expected, at the confidence
// asked; 1 for a time that was measured on this hardware.
func slowness(s *Server) float64 {
	low, _ := s.Spread()
	if s.Service.Basis == service.Given || s.Service.Basis == service.Measured || low >= 1 {
		return 1
	}
	z := mathext.NormalQuantile(s.confidence)
	return math.Exp(-math.Max(z, 0) / Z90 * math.Log(low))
}
