package serve

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"scaleadvise/advisor/offer"
)

// correction is the share of the rate by formula that a simulation found sustainable, for a number of
// copies; of none in particular where copies is 0, then it comes first.
type correction struct {
	copies int
	share  float64
}

// Corrected returns the servers with the rate of a number of replicas of one kind limited to a share of that
// by formula, as a simulation found. Replicas to which Poisson arrivals go at random are alike however many they are.
// What the formula misses because of the requests alone it is presumed to miss on other kinds too, as much as where it
// missed least: so a search does not try one kind after the other at rates that none sustains.
func (s *Servers) Corrected(r *Server, n int, share float64, byRequests bool) *Servers {
	other := heldTo(s, s.corrections)
	if other.corrections == nil {
		other.corrections = map[kind][]correction{}
	}
	key, copies := copiesOf(s, r.Hardware, r.Variant), n*r.Copies
	known := slices.DeleteFunc(slices.Clone(other.corrections[key]), func(c correction) bool { return c.copies == copies || c.copies == 0 })
	known = append(known, correction{copies, share})
	if !s.conditions.Pooled() {
		any := correction{0, math.Min(1, share)}
		known = append(known, any)
		if before := other.corrections[anyKind]; byRequests && (len(before) == 0 || before[0].share < any.share) {
			other.corrections[anyKind] = []correction{any}
		}
	}
	slices.SortFunc(known, func(a, b correction) int { return cmp.Compare(a.copies, b.copies) })
	other.corrections[key] = known
	return other
}

// anyKind stands for the kinds of which nothing was simulated.
var anyKind = kind{}

// KeepCorrections remembers the corrections that simulations made to the servers of the first workload, so
// that they apply to similar workloads too. Only the first call has an effect.
func (m *Solutions) KeepCorrections(s *Servers) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.simulated {
		m.simulated, m.corrections = true, maps.Clone(s.corrections)
	}
}

// corrected are servers with the corrections that are remembered.
func (m *Solutions) corrected(s *Servers) *Servers {
	if m == nil {
		return s
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.corrections) == 0 {
		return s
	}
	return heldTo(s, m.corrections)
}

// heldTo returns the servers with corrections in place of theirs.
func heldTo(s *Servers, shares map[kind][]correction) *Servers {
	first := s
	if s.uncorrected != nil {
		first = s.uncorrected
	}
	return &Servers{
		offers: s.offers, base: s.base, conditions: s.conditions, confidence: s.confidence, known: s.known, evidence: s.evidence,
		predictions: s.predictions, uncorrected: first, corrections: maps.Clone(shares),
	}
}

// corrected returns a server with the correction that is known of it.
func corrected(s *Servers, h offer.Hardware, v offer.Variant) *Server {
	r := s.uncorrected.Of(h, v)
	known, ok := s.corrections[copiesOf(s, h, v)]
	if !ok {
		known = s.corrections[anyKind]
	}
	if len(known) == 0 {
		return r
	}
	return s.made.Get(kind{h.Kind(), v.Key()}, func() *Server {
		held := *r
		held.corrections = known
		return &held
	})
}

// Correction returns the share of the rate by formula that simulations found sustainable for n replicas; 1
// where the formula is not corrected.
func Correction(s *Server, n int) float64 {
	if len(s.corrections) == 0 {
		return 1
	}
	copies := n * s.Copies
	formula := byFormula(s, copies)
	if formula <= 0 {
		return 1
	}
	return held(s, copies, formula) / formula
}

// near is the ratio of sizes up to which the correction of one size also applies, fading, to another. Beyond
// it the formula applies until that size is simulated too: how bursts affect one replica says nothing about
// a hundred.
const near = 1.25

// held returns the rate by formula with the corrections of simulations, below saturation: more copies never
// sustain less.
func held(s *Server, copies int, rate float64) float64 {
	if len(s.corrections) == 0 {
		return rate
	}
	least, most := 0.0, math.Inf(1) // those of fewer copies, and of more
	for _, c := range s.corrections {
		if c.copies == 0 {
			continue
		}
		there := math.Max(least, below(s, c.copies, c.share*byFormula(s, c.copies)))
		if c.copies == copies {
			return there
		}
		if c.copies > copies {
			most = there
			break
		}
		least = there
	}
	return below(s, copies, math.Min(math.Max(rate*faded(s.corrections, float64(copies)), least), most))
}

// faded returns the correction of a size that was not simulated, interpolated in the logarithm of the size
// between sizes that were; far from them it is that of no size in particular, else 1.
func faded(known []correction, copies float64) float64 {
	low, high, far := correction{}, correction{}, 1.0
	if known[0].copies == 0 {
		known, far = known[1:], known[0].share
	}
	for _, c := range known {
		if float64(c.copies) < copies {
			low = c
		} else if high.copies == 0 {
			high = c
		}
	}
	x, from, to := math.Log(copies), math.Inf(-1), math.Inf(1) // where what is known of both sides ends
	if low.copies > 0 {
		from = math.Log(float64(low.copies))
	}
	if high.copies > 0 {
		to = math.Log(float64(high.copies))
	}
	if reach := math.Log(near); to-from > 2*reach {
		switch {
		case x-from < reach:
			return between(low.share, far, (x-from)/reach)
		case to-x < reach:
			return between(high.share, far, (to-x)/reach)
		}
		return far
	}
	return between(low.share, high.share, (x-from)/(to-from))
}

// between returns the share at a part of the way from one to another, on a straight line of their logarithms.
func between(from, to, part float64) float64 { return math.Pow(from, 1-part) * math.Pow(to, part) }

// below returns a rate of a number of copies, limited to below their saturation.
func below(s *Server, copies int, rate float64) float64 {
	return math.Min(rate, steady*float64(copies)*s.scheduler.saturation())
}

// straight is the share of the limit up to which formulas need no correction.
const straight = 0.5

// bent returns the rate at which formulas answer as a simulation does at the rate given: the same up to half
// the corrected limit; the limit by formula at the corrected one; saturation at saturation. Between
// them it is linear, so that latencies stay monotone and meet the bound at the limit.
func bent(s *Server, copies int, rate float64) float64 {
	if len(s.corrections) == 0 {
		return rate
	}
	formula, end := byFormula(s, copies), float64(copies)*s.scheduler.saturation()
	limit := held(s, copies, formula)
	knee := straight * math.Min(limit, formula)
	switch {
	case rate <= knee || rate >= end || !(formula > knee && limit > knee && end > limit && end > formula):
		return rate
	case rate <= limit:
		return knee + (rate-knee)*(formula-knee)/(limit-knee)
	}
	return formula + (rate-limit)*(end-formula)/(end-limit)
}

// Excess returns the logarithm of each time by formula over its bound for n replicas at a rate, of whole answers,
// first tokens and tokens: 0 where one is just kept, +Inf without a steady state, −Inf without a bound.
func Excess(s *Server, n int, rate float64) [3]float64 {
	r, b := s.Along(n, rate), s.Conditions.Bounds
	out := [3]float64{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	for i, x := range [3][2]float64{{r.Latency, b.E2E}, {r.TTFT, b.TTFT}, {r.TPOT, b.TPOT}} {
		switch {
		case x[1] <= 0:
		case !r.Stable:
			out[i] = math.Inf(1)
		default:
			out[i] = math.Log(x[0] / x[1])
		}
	}
	return out
}
