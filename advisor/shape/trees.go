package shape

import (
	"maps"
	"math"
	"slices"
)

// Add counts the trees of an ensemble, given the depths of the leaves of each.
func (t *Trees) Add(leaves map[int64][]int, nodes float64) {
	sum := t.Depth * float64(t.Trees)
	for _, tree := range slices.Sorted(maps.Keys(leaves)) {
		sum += t.count(leaves[tree])
	}
	t.Trees += len(leaves)
	t.Nodes += nodes
	t.Depth = sum / math.Max(1, float64(t.Trees))
}

// count adds the leaves of one tree and returns the mean depth of a row in it: a leaf at depth
// d is taken to be reached by 2^−d of the rows.
func (t *Trees) count(depths []int) float64 {
	mean := 0.0
	for _, d := range depths {
		t.Leaves++
		t.MaxDepth = max(t.MaxDepth, d)
		mean += float64(d) * math.Pow(2, -float64(d))
	}
	return mean
}

// MACsPerComparison is what a comparison takes, in the multiply-adds that a core makes
// meanwhile: it waits for a node that lies anywhere in memory. XGBoost's 10 ns for one of a
// core of a c5.18xlarge (1,600 trees, 10,000 rows; treelite's benchmark) are 300 at the 0.4
// of peak that networks reach.
const MACsPerComparison = 300

// Passes returns the comparisons that one row makes.
func (t *Trees) Passes() []Pass {
	p := Pass{Name: "model", Times: 1, Input: "one row", Params: 2*t.Nodes + t.Leaves*float64(max(t.Outputs, 1))}
	comparisons := float64(t.Trees) * t.Depth
	p.Work[Lookup] = Work{MACs: comparisons * MACsPerComparison, Elements: comparisons, Kernels: 1}
	return []Pass{p}
}

// Model returns the ensemble as a model.
func (t *Trees) Model(name, source string) *Model {
	passes := t.Passes()
	return &Model{
		Name: name, Kind: "tree", Params: passes[0].Params, Precision: "fp32", Source: source, Trees: t,
		Walk: func(Request) ([]Pass, error) { return passes, nil },
	}
}
