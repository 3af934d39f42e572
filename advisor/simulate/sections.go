package simulate

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// sections are stretches of runs that are long enough to count as independent of each other:
// batches of the batch means method. Their spread says how well the whole is known.
type sections []cell

// cut makes n sections of the stretches of each replication from the warm-up on; where there are very many
// replications, several of them make a section.
func cut(runs []*record, from, to, each int) sections {
	n := min(len(runs), mostSections)
	all := make(sections, n*each)
	for r, run := range runs {
		rest := run.kept[from:to]
		for k := range each {
			s := &all[r*n/len(runs)*each+k]
			for i := k * len(rest) / each; i < (k+1)*len(rest)/each; i++ {
				s.merge(&rest[i])
			}
		}
	}
	return all
}

// leastPerSection is how many answers a section needs for its tail to mean something.
const leastPerSection = 2000

// independent cuts runs into as many sections as their size, what the fleet remembers and their
// correlation allow. ok is false where fewer than leastSections are left, so that nothing is
// known of the spread.
func independent(runs []*record, from, to int, spec Spec) (s sections, ok bool) {
	each := max(1, mostSections/len(runs))
	scenario := spec.Scenario()
	if !scenario {
		span := float64(to-from) / runs[0].perCell
		each = min(each, max(1, int(span/(memoriesPerSection*spec.memory()))))
	}
	for ; ; each /= 2 {
		s = cut(runs, from, to, each)
		if each == 1 || s.large() && (scenario || !s.correlated(each)) {
			break
		}
	}
	return s, len(s) >= leastSections
}

const (
	mostSections       = 32
	leastSections      = 5
	memoriesPerSection = 20
)

func (s sections) large() bool {
	for i := range s {
		if s[i].answered < leastPerSection {
			return false
		}
	}
	return true
}

// correlated reports whether neighbours within a replication are more alike than chance makes
// them: by the first autocorrelation of their means, against twice its standard error.
func (s sections) correlated(each int) bool {
	if len(s) < leastSections || each < 2 {
		return false
	}
	x := make([]float64, len(s))
	for i := range s {
		x[i] = s[i].took / math.Max(1, float64(s[i].answered))
	}
	m, spread, pairs, n := mean(x), variance(x), 0.0, 0
	for i := range x {
		if i%each > 0 {
			pairs += (x[i] - m) * (x[i-1] - m)
			n++
		}
	}
	return spread > 0 && pairs/float64(n)/spread > 2/math.Sqrt(float64(n))
}

// whole is all sections together.
func (s sections) whole() cell {
	var all cell
	for i := range s {
		k := s[i].keep()
		all.merge(&k)
	}
	return all
}

// Estimate is a value with its 95 % confidence interval, which is NaN where the run does not determine it.
type Estimate struct{ Value, Low, High float64 }

// Half returns the half width of the interval.
func (e Estimate) Half() float64 { return (e.High - e.Low) / 2 }

// estimate is a statistic of the whole with its interval from those of the sections, around the
// value of the whole (sectioning: Asmussen and Glynn, Stochastic Simulation, 2007, III.5).
func (s sections) estimate(whole *cell, of func(*cell) float64) Estimate {
	value := of(whole)
	half := s.spread(func(c *cell) float64 { return of(c) - value })
	return Estimate{value, value - half, value + half}
}

// ratio is estimate for a time, whose errors are by a factor: far percentiles are more often a
// little short than a little long, and when they are long they are so by more.
func (s sections) ratio(whole *cell, of func(*cell) float64) Estimate {
	value := of(whole)
	if !(value > 0) {
		return s.estimate(whole, of)
	}
	half := math.Exp(s.spread(func(c *cell) float64 { return math.Log(math.Max(of(c), 1e-9) / value) }))
	return Estimate{value, value / half, value * half}
}

// spread is the half width of an interval by how far the sections are off; NaN for one.
func (s sections) spread(off func(*cell) float64) float64 {
	n := float64(len(s))
	if n < 2 {
		return math.NaN()
	}
	sum := 0.0
	for i := range s {
		d := off(&s[i])
		sum += d * d
	}
	return student975(n-1) * math.Sqrt(sum/(n-1)/n)
}

// student975 is the 97.5th percentile of Student's t distribution.
func student975(freedom float64) float64 {
	b := mathext.InvRegIncBeta(freedom/2, 0.5, 2*(1-0.975))
	return math.Sqrt(freedom * (1 - b) / b)
}
