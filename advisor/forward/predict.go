package forward

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/stat"
)

// The bases of a prediction, strongest first.
const (
	Measured    = "measured"    // this model, in this way, on this hardware
	Transferred = "transferred" // carried over from runs that differ in some of it
	Roofline    = "roofline"    // no run of this runtime on this kind of hardware
)

// Question is what a prediction is asked about.
type Question struct {
	Model     Model
	Hardware  Hardware
	Runtime   string // as Runtime spells it, or any of its other spellings
	Precision string
	Mode      string  // one of the catalogue's; blank is ModeBatch
	Batch     float64 // inputs of a batch, or clients of a server; 0 is one that saturates
}

// Prediction is the time of a batch.
type Prediction struct {
	Batch              float64
	Seconds, Low, High float64 // of a batch: the middle and the central 90 %
	Basis              string
	Asked              string // kind of question: which error of cross-validation the interval has
	Sources            []string
	Nearest            []Neighbour
	deviation          float64 // of ln Seconds, as kriging sees it
}

// Throughput is the inputs a second of batches back to back, with its interval.
func (p Prediction) Throughput() (rate, low, high float64) {
	return p.Batch / p.Seconds, p.Batch / p.High, p.Batch / p.Low
}

// Neighbour is a measurement that a prediction rests on.
type Neighbour struct {
	Model, Hardware, Runtime, Precision, Source string
	Batch, Seconds                              float64
	Weight                                      float64 // covariance with the question, of 1 with itself
}

// The kinds of question that errors are known of.
const (
	askedMeasured = "measured"
	askedModel    = "model"    // a model unseen there, on hardware known with the runtime
	askedPair     = "pair"     // hardware known, not with this runtime and precision
	askedHardware = "hardware" // hardware unseen
)

// ErrUnknown says that nothing bounds the answer: neither operations nor size of the model
// are known.
var ErrUnknown = errors.New("neither its operations nor its parameters are known")

// Predict returns the time of a batch.
func (e *Evidence) Predict(q Question) (Prediction, error) {
	t, err := e.target(q)
	if err != nil {
		return Prediction{}, err
	}
	return e.predict(t, nil), nil
}

// target is a question with its features.
type target struct {
	Question
	point
	shape shape
	prior float64 // ln time by the roofline
}

// target resolves a question.
func (e *Evidence) target(q Question) (target, error) {
	if known, ok := e.Facts(q.Model.Name, q.Model.Input); ok && q.Model.GMACs == 0 {
		q.Model = complete(q.Model, known)
	}
	if q.Model.GMACs == 0 && q.Model.ParamsM == 0 {
		return target{}, fmt.Errorf("%s: %w", cmp.Or(q.Model.Name, "the model"), ErrUnknown)
	}
	if _, ok := unrated[q.Hardware.Kind]; !ok {
		return target{}, fmt.Errorf("%s is of no kind of hardware that is known: %s", q.Hardware.Name, q.Hardware.Kind)
	}
	q.Runtime = Runtime(q.Runtime)
	q.Precision = Precision(q.Precision, q.Runtime)
	q.Batch = cmp.Or(q.Batch, full(q.Hardware.Kind, q.Mode))
	s := e.shapeOf(q.Model)
	t := target{Question: q, shape: s, point: e.modelPoint(q.Model, s, (*dictionary).find)}
	e.place(&t.point, q.Hardware, q.Runtime, q.Precision, mode(q.Mode, q.Batch), math.Log(q.Batch), (*dictionary).find)
	t.prior = roofline(s, q.Hardware, q.Runtime, q.Precision, q.Batch)
	return t, nil
}

// complete puts what is known of a model in place of what a question leaves out.
func complete(m, known Model) Model {
	m.Kind, m.Input = cmp.Or(m.Kind, known.Kind), cmp.Or(m.Input, known.Input)
	m.ParamsM, m.GMACs, m.ActivationsM = cmp.Or(m.ParamsM, known.ParamsM), cmp.Or(m.GMACs, known.GMACs), cmp.Or(m.ActivationsM, known.ActivationsM)
	m.Operators = cmp.Or(m.Operators, known.Operators)
	return m
}

// predict answers from the cells that without does not leave out.
func (e *Evidence) predict(t target, without func(*cell) bool) Prediction {
	near := e.neighbours(&t, without)
	own := exactly(near, &t.point)
	asked := e.asked(near, &t.point, own)
	mean, deviation := e.krige(near, &t.point)
	if len(own) > 0 {
		mean = median(own)
	}
	errs := e.errorsOf(asked, t.Hardware.Kind, t.Batch)
	middle := math.Exp(t.prior + mean)
	least := fastest(t.Model, t.shape, t.Hardware, t.Runtime, t.Precision, t.Batch)
	p := Prediction{
		Batch: t.Batch, Seconds: math.Max(middle, least), Low: math.Max(middle*math.Exp(-errs.Low*deviation), least), High: math.Max(middle*math.Exp(errs.High*deviation), least),
		Asked: asked, Basis: basis(asked, near, &t.point), deviation: deviation,
	}
	p.Sources, p.Nearest = e.cite(near, own, &t)
	return p
}

// neighbour is a cell with its covariance with a question.
type neighbour struct {
	*cell
	covariance float64
}

// most is how many cells a prediction rests on.
const most = 96

// neighbours are the cells most alike to a question. A question has the source of the runs
// of its hardware, runtime and precision: the harness that is usual there.
func (e *Evidence) neighbours(t *target, without func(*cell) bool) []neighbour {
	t.source = e.usualSource(&t.point, without)
	list := make([]neighbour, 0, len(e.cells))
	for i := range e.cells {
		c := &e.cells[i]
		if without == nil || !without(c) {
			list = append(list, neighbour{c, e.Kernel.between(&c.point, &t.point)})
		}
	}
	return largest(list, most)
}

// largest returns the n neighbours of largest covariance, largest first; in one order
// whatever the order of the cells.
func largest(list []neighbour, n int) []neighbour {
	if len(list) > n {
		bound := make([]float64, len(list))
		for i, x := range list {
			bound[i] = x.covariance
		}
		at := nth(bound, n)
		kept := list[:0]
		for _, x := range list {
			if x.covariance >= at {
				kept = append(kept, x)
			}
		}
		list = kept
	}
	slices.SortStableFunc(list, func(a, b neighbour) int { return cmp.Compare(b.covariance, a.covariance) })
	return list[:min(n, len(list))]
}

// nth is the n-th largest of values, which it reorders (Hoare's selection).
func nth(v []float64, n int) float64 {
	low, high := 0, len(v)-1
	for low < high {
		pivot, i, j := v[(low+high)/2], low, high
		for i <= j {
			for v[i] > pivot {
				i++
			}
			for v[j] < pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n-1 <= j:
			high = j
		case n-1 >= i:
			low = i
		default:
			return v[n-1]
		}
	}
	return v[n-1]
}

// usualSource is the source of most runs of one hardware, runtime and precision; −1 where
// there are none.
func (e *Evidence) usualSource(p *point, without func(*cell) bool) int32 {
	if p.run < 0 || p.runtime < 0 {
		return -1
	}
	counts := make([]int, len(e.names[bySource].list))
	best := int32(-1)
	for i := range e.cells {
		c := &e.cells[i]
		if c.run != p.run || c.runtime != p.runtime || c.precision != p.precision || without != nil && without(c) {
			continue
		}
		if counts[c.source]++; best < 0 || counts[c.source] > counts[best] {
			best = c.source
		}
	}
	return best
}

// exactly are the neighbours that are runs of just what is asked.
func exactly(near []neighbour, p *point) []*cell {
	var own []*cell
	for _, n := range near {
		if n.model == p.model && p.model >= 0 && n.run == p.run && n.runtime == p.runtime && n.precision == p.precision &&
			n.mode == p.mode && math.Abs(n.batch-p.batch) < 0.01 && math.Abs(n.gmacs-p.gmacs) < 0.1 {
			own = append(own, n.cell)
		}
	}
	return own
}

func median(cells []*cell) float64 {
	v := make([]float64, len(cells))
	for i, c := range cells {
		v[i] = c.value
	}
	return stat.Median(v)
}

// asked is the kind of a question.
func (e *Evidence) asked(near []neighbour, p *point, own []*cell) string {
	if len(own) > 0 {
		return askedMeasured
	}
	asked := askedHardware
	for _, n := range near {
		if !same(n.run, p.run) {
			continue
		}
		asked = askedPair
		if same(n.runtime, p.runtime) && same(n.precision, p.precision) {
			return askedModel
		}
	}
	return asked
}

// basis says what a prediction rests on.
func basis(asked string, near []neighbour, p *point) string {
	if asked == askedMeasured {
		return Measured
	}
	for _, n := range near {
		if same(n.kind, p.kind) && same(n.runtime, p.runtime) {
			return Transferred
		}
	}
	return Roofline
}

// cite names the sources and the nearest of the neighbours.
func (e *Evidence) cite(near []neighbour, own []*cell, t *target) (sources []string, nearest []Neighbour) {
	if len(own) > 0 {
		near = near[:0:0]
		for _, c := range own {
			near = append(near, neighbour{c, e.Kernel.between(&c.point, &t.point)})
		}
	}
	prior := e.Kernel.variance(&t.point)
	for _, n := range near[:min(len(near), shown)] {
		m, h := e.models[n.origin.Model], e.devices[n.origin.Device]
		source := e.names[bySource].list[n.source]
		nearest = append(nearest, Neighbour{Model: m.Name, Hardware: h.Name, Runtime: e.names[byRuntime].list[n.runtime],
			Precision: e.names[byPrecision].list[n.precision], Source: source, Batch: math.Round(math.Exp(n.batch)),
			Seconds: math.Exp(float64(n.origin.Time)), Weight: n.covariance / prior})
		if !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
	}
	return sources, nearest
}

// shown is how many of the nearest measurements are named.
const shown = 5
