package validation

import (
	"cmp"
	"math"
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/stat"
)

// tally collects what a score is made of.
type tally struct {
	errors []float64 // (predicted − measured) ÷ measured
	ratios []float64 // high ÷ low
	inside int
}

// add takes in one judgement.
func (t *tally) add(j advice.Judgement) {
	t.errors = append(t.errors, miss(j))
	t.ratios = append(t.ratios, j.High/j.Low)
	if j.Low <= j.Measured && j.Measured <= j.High {
		t.inside++
	}
}

// miss is the relative error of a prediction.
func miss(j advice.Judgement) float64 { return (j.Predicted - j.Measured) / j.Measured }

// score sums up.
func (t *tally) score() advice.Score {
	s := advice.Score{N: len(t.errors)}
	if s.N == 0 {
		return s
	}
	sizes := make([]float64, s.N)
	for i, e := range t.errors {
		sizes[i] = math.Abs(e)
	}
	slices.Sort(sizes)
	s.MdAPE, s.P90APE = stat.Quantile(sizes, 0.5), stat.Quantile(sizes, 0.9)
	s.Bias = stat.Median(t.errors)
	s.Coverage90 = float64(t.inside) / float64(s.N)
	s.MedianIntervalRatio = middle(t.ratios)
	return s
}

// middle is the median where some values are +Inf, between which stat.Median would interpolate
// to NaN: it is +Inf where half of them or more are.
func middle(ratios []float64) float64 {
	finite := slices.DeleteFunc(slices.Clone(ratios), func(r float64) bool { return math.IsInf(r, 1) })
	if 2*len(finite) <= len(ratios) {
		return math.Inf(1)
	}
	high := 0.0
	for _, r := range finite {
		high = max(high, r)
	}
	for len(finite) < len(ratios) {
		finite = append(finite, high)
	}
	return stat.Median(finite)
}

// mostWorst is how many of the farthest misses are kept.
const mostWorst = 10

// worst keeps the farthest misses, the worst first; of equals the earlier.
type worst []advice.Judgement

func (w *worst) add(j advice.Judgement) {
	if len(*w) == mostWorst && distance(j) <= distance((*w)[mostWorst-1]) {
		return
	}
	at, _ := slices.BinarySearchFunc(*w, j, func(a, b advice.Judgement) int {
		if distance(a) >= distance(b) {
			return -1
		}
		return 1
	})
	*w = slices.Insert(*w, at, j)
	*w = (*w)[:min(len(*w), mostWorst)]
}

// distance is how far off a prediction is, the same for twice too high and twice too low.
func distance(j advice.Judgement) float64 { return math.Abs(math.Log(j.Predicted / j.Measured)) }

// mostGroups bounds the groups; what comes later is counted together.
const mostGroups = 1000

// restGroup is the group of what came after mostGroups.
const restGroup = "(others)"

// blankGroup is the group of rows whose cell is blank.
const blankGroup = "(blank)"

// grouped is a tally of all and one per group.
type grouped struct {
	all tally
	by  map[string]*tally
}

func (g *grouped) add(group string, j advice.Judgement) {
	g.all.add(j)
	if group == "" {
		group = blankGroup
	}
	if g.by[group] == nil && len(g.by) >= mostGroups {
		group = restGroup
	}
	if g.by[group] == nil {
		g.by[group] = &tally{}
	}
	g.by[group].add(j)
}

// scores lists the groups by name, numbers in their order ("8" before "16").
func (g *grouped) scores() []advice.GroupScore {
	var out []advice.GroupScore
	for name, t := range g.by {
		out = append(out, advice.GroupScore{Group: name, Score: t.score()})
	}
	slices.SortFunc(out, func(a, b advice.GroupScore) int {
		return cmp.Or(cmp.Compare(numeric(a.Group), numeric(b.Group)), cmp.Compare(a.Group, b.Group))
	})
	return out
}
