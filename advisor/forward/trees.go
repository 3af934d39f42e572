package forward

import network "scaleadvise/advisor/shape"

// What decision trees take on a processor, by XGBoost on the 36 cores of a c5.18xlarge (1,600 trees, 100 to
// 10,000 rows a call; treelite's benchmark, 2018): a comparison waits for a node that lies anywhere in memory, and a
// call spreads its rows over the cores but for the first few. Libraries, versions and compilers of trees differ.
const (
	perComparison = 10e-9  // s of one core
	callOfTrees   = 0.2e-3 // s of a call, however few rows it has
	rowsInLine    = 4      // rows that take one core alone
	rowsAtOnce    = 10000  // of the largest call
	treesDiffer   = 3      // factor by which libraries are faster or slower
)

// measuredTrees are the runs that these figures are from.
var measuredTrees = Neighbour{Model: "gbdt-1600trees-higgs", Hardware: "c5.18xlarge (Skylake, 36 cores)", Runtime: "xgboost", Precision: "fp32",
	Source: "treelite-benchmark", Batch: 1000, Seconds: 5.28e-3, Weight: 1}

// treesOn is the service model of decision trees on cores of a processor; ok is false for other models and elsewhere.
// Rows cost far less together than one by one, which kriging over networks does not know.
func treesOn(q Question, largest int) (c Curve, ok bool) {
	if q.Model.Kind != "tree" || q.Hardware.Kind != "cpu" || q.Hardware.Cores <= 0 || q.Model.GMACs <= 0 {
		return Curve{}, false
	}
	row := q.Model.GMACs * 1e9 / network.MACsPerComparison * perComparison
	if c.MaxBatch = largest; largest <= 1 {
		c.MaxBatch = rowsAtOnce
	}
	at := func(rows float64) Prediction {
		t := callOfTrees + rowsInLine*row + rows*row/q.Hardware.Cores
		return Prediction{Batch: rows, Seconds: t, Low: t / treesDiffer, High: t * treesDiffer, Basis: Transferred, Asked: askedHardware,
			Sources: []string{measuredTrees.Source}, Nearest: []Neighbour{measuredTrees}}
	}
	c.Alone, c.Full, c.called = at(1), at(float64(c.MaxBatch)), largest <= 1
	return c.line(), true
}

// call is the curve of requests that each bring some rows, to a library that is called for each of them.
func (c Curve) call(rows int) Curve {
	c.Alone = c.Alone.moved(c.Alpha + c.Beta*float64(max(rows, 1)))
	c.Alone.Batch, c.MaxBatch, c.called = 1, 1, false
	c.Full = c.Alone
	return c.line()
}
