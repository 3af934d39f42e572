package service

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/stat"
)

// Query asks for a rate on hardware.
type Query struct {
	Accelerator string  // catalogue id or any spelling; for hardware outside the catalogue its name in the source
	Count       int     // accelerators of the whole system; below 1 means 1
	Model       string  // catalogue id, benchmark name or any spelling; "" with Own
	Precision   string  // "" takes the most precise class that was measured
	Own         []Own   // what the user measured of their own model
	Kind        string  // of that model, "" when not known
	OwnCV       float64 // coefficient of variation of its step times, as given; 0 takes that of the benchmarks

	// MaxQPS is the measured saturated rate of the whole system, 1/s; 0 when not known.
	MaxQPS float64
	// Alone is the time of one request alone, s; 0 when not known.
	Alone float64
	// Bound, s, holds at Percentile (0: 0.99).
	Bound, Percentile float64
	// Year is the date of the software, 2023.75 for September 2023; 0 takes today's.
	Year float64

	Log *derivation.Log // log of the service model; nil records nothing
}

// Own is a user's measurement on one accelerator.
type Own struct {
	Accelerator string
	QPS         float64 // 1/s at saturation
	Alone       float64 // s; 0 when not measured
}

// Estimate is a prediction with its central 90 %: a rate in 1/s, or a time in s.
type Estimate struct {
	Value, Low, High float64
	Basis            string
	Reasons, Sources []string
}

func (e Estimate) times(f float64) Estimate {
	e.Value, e.Low, e.High = e.Value*f, e.Low*f, e.High*f
	return e
}

// most holds the estimate to an upper limit.
func (e Estimate) most(limit float64) Estimate {
	e.Value, e.Low, e.High = math.Min(e.Value, limit), math.Min(e.Low, limit), math.Min(e.High, limit)
	return e
}

// Saturated predicts the saturated rate of a whole system: measured on this very pair,
// transferred from others, or bounded by the hardware's facts. The error says what is
// not known, or that the model does not fit.
func (e *Evidence) Saturated(q Query) (Estimate, error) {
	id, t, err := e.names(q)
	if err != nil {
		return Estimate{}, err
	}
	one, err := e.saturatedOne(id, t, q)
	// Rates of one accelerator come from systems of one to many alike: what is lost
	// between them (1 % at eight) is in there already.
	return one.times(float64(max(q.Count, 1))), err
}

func (e *Evidence) saturatedOne(id string, t task, q Query) (Estimate, error) {
	if a, ok := e.measured(id, t); ok && len(q.Own) == 0 {
		x := a.QPSAt(q.Year)
		low, high := e.rangeOf(a, id, t, q)
		return Estimate{x, x * low, x * high, Measured, []string{fmt.Sprintf("median of %d measurements of this very pair", len(a.Rows))}, sourcesOf(a.Rows)}, nil
	}
	if err := e.fits(id, t, q.Precision); err != nil {
		return Estimate{}, err
	}
	if len(q.Own) == 0 && !e.knows(t.model) {
		return e.roofline(id, t, q.Precision)
	}
	if !e.hears(id) {
		return Estimate{}, fmt.Errorf("nothing is known about accelerator %q: no measurement, no related part, no data sheet; give its figures with --catalog", q.Accelerator)
	}
	g, by := guess{}, 0.0
	if held, ok := e.orderedRate(id, t, q); ok && held.sd > 0 {
		g, by = held.guess, held.value-held.guess.value
	} else {
		g = e.rateWith(e.query(id, t, q.Year), e.ownCells(q, t, func(o Own) float64 { return o.QPS }))
	}
	out := Estimate{math.Exp(g.value + by), math.Exp(g.low + by), math.Exp(g.high + by), Transferred, e.reasons(e.query(id, t, q.Year), g), nil}
	return out.most(e.limit(id, t, q.Precision)), nil
}

// rangeOf is the central 90 % of a measured rate over its middle. A benchmark that ran in two
// precisions on the accelerator may be meant in either, unless the question says which or when.
func (e *Evidence) rangeOf(a catalog.Aggregate, id string, t task, q Query) (low, high float64) {
	spread := math.Exp(e.spreadOf(a))
	low, high = 1/spread, spread
	other := t
	other.half = !t.half
	if q.Precision != "" || q.Year > 0 || q.Model != t.benchmark || !slices.ContainsFunc(e.rates, func(c cell) bool { return c.accelerator == id && c.task == other }) {
		return low, high
	}
	if b, ok := e.measured(id, other); ok {
		spread = math.Exp(e.spreadOf(b))
		low, high = math.Min(low, b.QPS/spread/a.QPS), math.Max(high, b.QPS*spread/a.QPS)
	}
	return low, high
}

// reasons names the neighbours that a prediction rests on.
func (e *Evidence) reasons(q *cell, g guess) []string {
	var did []string
	closeness := map[string]float64{}
	compared := map[string]bool{}
	for _, c := range g.from {
		if c.model == q.model && !slices.Contains(did, c.accelerator) {
			did = append(did, c.accelerator)
			closeness[c.accelerator] = e.Rate.kinship(c, q)
		}
		if c.accelerator == q.accelerator {
			compared[c.benchmark] = true
		}
	}
	slices.SortStableFunc(did, func(a, b string) int { return cmp.Compare(closeness[b], closeness[a]) })
	out := []string{fmt.Sprintf("transferred from %s that were measured, nearest %s", many(len(did), "accelerator"), strings.Join(did[:min(3, len(did))], ", "))}
	if len(did) == 1 {
		out = []string{"transferred from " + did[0] + ", the only accelerator that was measured"}
	}
	if len(compared) > 0 {
		return append(out, "compared by "+many(len(compared), "benchmark")+" that this accelerator ran")
	}
	return append(out, "this accelerator ran no benchmark here: compared by related parts and its data sheet, hence the wide interval")
}

// many is a count with its noun.
func many(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// ownCells are the user's measurements as cells.
func (e *Evidence) ownCells(q Query, t task, of func(Own) float64) []cell {
	var cells []cell
	for _, o := range q.Own {
		if v := of(o); v > 0 {
			id := e.accelerator(o.Accelerator)
			c := *e.query(id, t, q.Year)
			c.value, c.rows = math.Log(v), 1
			cells = append(cells, c)
		}
	}
	return cells
}

// names resolves a query's accelerator and task.
func (e *Evidence) names(q Query) (string, task, error) {
	id := e.accelerator(q.Accelerator)
	if len(q.Own) > 0 {
		return id, task{benchmark: "own", model: "own", kind: q.Kind, half: half(q.Precision)}, nil
	}
	t, err := e.task(id, q)
	return id, t, err
}

// accelerator is the id of a spelling, or the name itself.
func (e *Evidence) accelerator(name string) string {
	if _, ok := e.catalog.Accelerator(name); ok || e.ran(name) {
		return name
	}
	if a, _, err := e.catalog.ResolveAccelerator(name); err == nil {
		return a.ID
	}
	return name
}

func (e *Evidence) ran(name string) bool {
	return slices.ContainsFunc(e.rates, func(c cell) bool { return c.accelerator == name })
}

func half(precision string) bool {
	return precision == "fp16" || precision == "bf16" || precision == "fp32"
}

// task finds the benchmark meant by a model and precision on an accelerator. A benchmark's
// own name means that benchmark; a model with several accuracy targets means the one of the
// precision, and with no precision the more precise.
func (e *Evidence) task(id string, q Query) (task, error) {
	if t, ok := e.benchmark(id, q); ok {
		return t, nil
	}
	precision := q.Precision
	m, err := e.catalog.ResolveModel(q.Model)
	if err != nil {
		return task{}, err
	}
	found := task{benchmark: m.ID, model: m.ID, kind: m.Kind, half: half(precision)}
	first := true
	for i := range e.rates {
		t := e.rates[i].task
		if t.model != m.ID {
			continue
		}
		if t.half == (half(precision) || precision == "") {
			return t, nil
		}
		if first {
			found, first = t, false
		}
	}
	return found, nil
}

// benchmark finds the task of a benchmark's own name. One that changed its data set stands under
// two models: meant is the one of the time that is asked about, or else when the accelerator was
// measured. One that changed its precision is meant in that asked for, else in one that this
// accelerator ran, else others of its kind, and of these in that of the time.
func (e *Evidence) benchmark(id string, q Query) (found task, ok bool) {
	when, kind := e.query(id, task{}, q.Year).year, placeOf(e.catalog, id).kind
	model, ok := e.dated(when, func(c *cell) string {
		if c.benchmark != q.Model {
			return ""
		}
		return c.model
	})
	if !ok {
		return task{}, false
	}
	nearness := func(c *cell) float64 {
		if c.benchmark != q.Model || c.model != model {
			return 0
		}
		return 1 + 4*one(q.Precision != "" && c.half == half(q.Precision)) + 2*one(c.accelerator == id) + one(c.place.kind == kind)
	}
	nearest := 0.0
	for i := range e.rates {
		nearest = math.Max(nearest, nearness(&e.rates[i]))
	}
	precision, _ := e.dated(when, func(c *cell) string {
		switch {
		case nearness(c) < nearest:
			return ""
		case c.half:
			return "half"
		}
		return "eight bits"
	})
	return task{benchmark: q.Model, model: model, kind: e.kindOfModel(model), half: precision == "half"}, true
}

// dated is the group of cells whose first and last dates hold a date, or are nearest to it, of
// several the one whose median is nearest; cells of "" are in none.
func (e *Evidence) dated(when float64, group func(*cell) string) (nearest string, ok bool) {
	years := map[string][]float64{}
	for i := range e.rates {
		if name := group(&e.rates[i]); name != "" {
			years[name] = append(years[name], e.rates[i].year)
		}
	}
	best := [2]float64{math.Inf(1), math.Inf(1)}
	for _, name := range sortedKeys(years) {
		outside := math.Max(slices.Min(years[name])-when, when-slices.Max(years[name]))
		far := [2]float64{math.Max(outside, 0), math.Abs(stat.Median(years[name]) - when)}
		if slices.Compare(far[:], best[:]) <= 0 {
			nearest, best, ok = name, far, true
		}
	}
	return nearest, ok
}

// measured aggregates the pair's own rows, unless they are left out.
func (e *Evidence) measured(id string, t task) (catalog.Aggregate, bool) {
	if e.out.hides(&cell{place: place{accelerator: id}, task: t}) {
		return catalog.Aggregate{}, false
	}
	for _, p := range catalog.Precisions() {
		if half(p) != t.half && e.split(t.model) {
			continue
		}
		if a, ok := e.catalog.Measured(t.model, id, p); ok && a.QPS > 0 {
			return a, true
		}
	}
	return catalog.Aggregate{}, false
}

// split reports whether the model has accuracy targets in different precisions.
func (e *Evidence) split(model string) bool {
	halves, others := false, false
	for i := range e.rates {
		if e.rates[i].model == model {
			halves, others = halves || e.rates[i].half, others || !e.rates[i].half
		}
	}
	return halves && others
}

// knows reports whether anything was measured of the model.
func (e *Evidence) knows(model string) bool {
	return slices.ContainsFunc(e.rates, func(c cell) bool { return c.model == model && !e.out.hides(&c) })
}

// hears reports whether anything is known of the accelerator: facts, or kin that ran.
func (e *Evidence) hears(id string) bool {
	p := placeOf(e.catalog, id)
	for _, f := range p.facts {
		if !math.IsNaN(f) {
			return true
		}
	}
	return slices.ContainsFunc(e.rates, func(c cell) bool {
		return !e.out.hides(&c) && (c.accelerator == id || c.family == p.family || c.generation == p.generation)
	})
}
