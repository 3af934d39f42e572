package serve

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"scaleadvise/advisor/offer"
)

// correction is the share of the rate by formula that a simulation found sustainable, for a number of
// copies.
type correction struct {
	copies int
	share  float64
}

// Corrected returns the servers with the rate of a number of replicas of one kind limited to a share of that
// by formula, as a simulation found.
func (s *Servers) Corrected(r *Server, n int, share float64) *Servers {
	other := heldTo(s, s.corrections)
	if other.corrections == nil {
		other.corrections = map[kind][]correction{}
	}
	key, copies := copiesOf(s, r.Hardware, r.Variant), n*r.Copies
	known := slices.DeleteFunc(slices.Clone(other.corrections[key]), func(c correction) bool { return c.copies == copies })
	known = append(known, correction{copies, share})
	slices.SortFunc(known, func(a, b correction) int { return cmp.Compare(a.copies, b.copies) })
	other.corrections[key] = known
	return other
}

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
// between sizes that were.
func faded(known []correction, copies float64) float64 {
	low, high := correction{}, correction{}
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
			return math.Pow(low.share, 1-(x-from)/reach)
		case to-x < reach:
			return math.Pow(high.share, 1-(to-x)/reach)
		}
		return 1
	}
	part := (x - from) / (to - from)
	return math.Pow(low.share, 1-part) * math.Pow(high.share, part)
}

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

// Excess returns the logarithm of the time by formula over its bound for n replicas at a rate, the worst of all
// bounds: 0 where one is just kept, +Inf without a steady state, −Inf without a bound.
func Excess(s *Server, n int, rate float64) float64 {
	r, b, worst := s.Along(n, rate), s.Conditions.Bounds, 0.0
	if !r.Stable {
		return math.Inf(1)
	}
	for _, x := range [][2]float64{{r.TTFT, b.TTFT}, {r.TPOT, b.TPOT}, {r.Latency, b.E2E}} {
		if x[1] > 0 {
			worst = math.Max(worst, x[0]/x[1])
		}
	}
	return math.Log(worst)
}
