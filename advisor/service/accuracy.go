package service

import (
	"cmp"
	"math"
	"slices"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/stat"
)

// Line is one line of the table of accuracy: a method on a group of rows.
type Line struct {
	Question string // "server", "transfer", "new accelerator" or "alone"
	Method   string
	Group    string
	Score
}

// Accuracy compares the predictors and the baselines with every measured row, each predicted with all
// measurements of its model on its accelerator held out ("new accelerator": with all of its accelerator).
func (e *Evidence) Accuracy() []Line {
	shares, rates := e.TryShares(), e.TryRates()
	var out []Line
	out = append(out, lines("server", "this", shares)...)
	out = append(out, lines("server", "0.9 × saturation", always(shares, 0.9))...)
	out = append(out, lines("transfer", "this", rates)...)
	out = append(out, lines("transfer", "accelerator × model", e.again(rates, additive))...)
	out = append(out, lines("transfer", "three nearest", e.again(rates, threeNearest))...)
	out = append(out, lines("new accelerator", "this", e.TryNew())...)
	return append(out, lines("alone", "this", e.TryAlone())...)
}

// Recent is the group of rounds from v3.1 on, whose software differs most from round to round.
const (
	Recent     = "gpu, from September 2023"
	recentFrom = 2023.7
)

// lines scores all trials, those on GPUs, those on GPUs without Triton, those of recent
// rounds, and those of each benchmark on GPUs.
func lines(question, method string, trials []Trial) []Line {
	groups := map[string][]Trial{}
	names := []string{"all", "gpu", "gpu, no Triton", Recent}
	for _, t := range trials {
		groups["all"] = append(groups["all"], t)
		if t.Kind != "gpu" {
			continue
		}
		groups["gpu"] = append(groups["gpu"], t)
		if !t.Row.Triton {
			groups["gpu, no Triton"] = append(groups["gpu, no Triton"], t)
		}
		if t.Row.Year() >= recentFrom {
			groups[Recent] = append(groups[Recent], t)
		}
		if !slices.Contains(names[4:], t.Row.Benchmark) {
			names = append(names, t.Row.Benchmark)
		}
		groups[t.Row.Benchmark] = append(groups[t.Row.Benchmark], t)
	}
	slices.Sort(names[4:])
	var out []Line
	for _, n := range names {
		out = append(out, Line{question, method, n, Sum(groups[n])})
	}
	return out
}

// always predicts one value.
func always(trials []Trial, value float64) []Trial {
	out := slices.Clone(trials)
	for i := range out {
		out[i].Predicted, out[i].Low, out[i].High = value, value, value
	}
	return out
}

// table is ln of the saturated rate by accelerator and benchmark, one kind of hardware.
type table map[string]map[string]float64

// again predicts the trials by a baseline; rows it cannot predict are left out.
func (e *Evidence) again(trials []Trial, baseline func(table, string, string) float64) []Trial {
	tables := map[string]table{}
	for _, kind := range []string{"gpu", "npu", "cpu"} {
		tables[kind] = e.table(kind)
	}
	seen := map[[3]string]float64{}
	var out []Trial
	for _, t := range trials {
		key := [3]string{t.Row.Accelerator, t.Row.Model, t.Row.Benchmark}
		v, ok := seen[key]
		if !ok {
			v = baseline(tables[t.Kind].without(t.Row.Accelerator, t.Row), t.Row.Accelerator, benchmarkKey(t.Row.Benchmark, t.Row.Model))
			seen[key] = v
		}
		if !math.IsNaN(v) {
			t.Predicted = math.Exp(v)
			t.Low, t.High = t.Predicted, t.Predicted
			out = append(out, t)
		}
	}
	return out
}

func benchmarkKey(benchmark, model string) string { return benchmark + "|" + model }

// table takes the median over time of each accelerator and benchmark.
func (e *Evidence) table(kind string) table {
	values := map[[2]string][]float64{}
	for i := range e.rates {
		if c := &e.rates[i]; c.place.kind == kind {
			key := [2]string{c.accelerator, benchmarkKey(c.benchmark, c.model)}
			values[key] = append(values[key], c.value)
		}
	}
	out := table{}
	for key, v := range values {
		if out[key[0]] == nil {
			out[key[0]] = map[string]float64{}
		}
		out[key[0]][key[1]] = stat.Median(v)
	}
	return out
}

// without leaves out the row's model on its accelerator.
func (t table) without(accelerator string, row catalog.Measurement) table {
	out := table{}
	for a, values := range t {
		out[a] = values
	}
	less := map[string]float64{}
	for benchmark, v := range t[accelerator] {
		if _, model, _ := cutLast(benchmark); model != row.Model {
			less[benchmark] = v
		}
	}
	out[accelerator] = less
	return out
}

func cutLast(key string) (benchmark, model string, ok bool) {
	for i := len(key) - 1; i >= 0; i-- {
		if key[i] == '|' {
			return key[:i], key[i+1:], true
		}
	}
	return key, "", false
}

// additive is the log-additive baseline: accelerator's level plus benchmark's level, by
// alternating means.
func additive(t table, accelerator, benchmark string) float64 {
	u, v := map[string]float64{}, map[string]float64{}
	for range 20 {
		sum, n := map[string]float64{}, map[string]float64{}
		each(t, func(a, b string, x float64) { sum[b] += x - u[a]; n[b]++ })
		for b := range sum {
			v[b] = sum[b] / n[b]
		}
		sum, n = map[string]float64{}, map[string]float64{}
		each(t, func(a, b string, x float64) { sum[a] += x - v[b]; n[a]++ })
		for a := range sum {
			u[a] = sum[a] / n[a]
		}
	}
	level, ok := v[benchmark]
	own, did := u[accelerator]
	if !ok || !did {
		return math.NaN()
	}
	return own + level
}

// each visits a table in a fixed order, so that sums are the same every time.
func each(t table, visit func(a, b string, x float64)) {
	for _, a := range sortedKeys(t) {
		for _, b := range sortedKeys(t[a]) {
			visit(a, b, t[a][b])
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// threeNearest is the baseline that carries over from the three accelerators whose ratio
// to the target is steadiest over the benchmarks they share.
func threeNearest(t table, accelerator, benchmark string) float64 {
	type neighbour struct{ unsteady, value float64 }
	var near []neighbour
	for _, b := range sortedKeys(t) {
		level, ok := t[b][benchmark]
		if !ok || b == accelerator {
			continue
		}
		var ratios []float64
		for _, shared := range sortedKeys(t[accelerator]) {
			if x, ok := t[b][shared]; ok {
				ratios = append(ratios, t[accelerator][shared]-x)
			}
		}
		if len(ratios) > 0 {
			near = append(near, neighbour{unsteadiness(ratios), level + stat.Median(ratios)})
		}
	}
	slices.SortStableFunc(near, func(a, b neighbour) int { return cmp.Compare(a.unsteady, b.unsteady) })
	var sum, weights float64
	for _, n := range near[:min(3, len(near))] {
		w := 1 / (n.unsteady * n.unsteady)
		sum, weights = sum+w*n.value, weights+w
	}
	return sum / weights
}

// unsteadiness is the spread of log ratios, drawn up where they are few.
func unsteadiness(ratios []float64) float64 {
	const unknown, least, few = 0.5, 0.02, 0.1
	n := float64(len(ratios))
	if n == 1 {
		return unknown + least + few
	}
	var sum, squares float64
	for _, r := range ratios {
		sum, squares = sum+r, squares+r*r
	}
	return math.Sqrt(math.Max(squares/n-sum*sum/n/n, 0)) + least + few/n
}
