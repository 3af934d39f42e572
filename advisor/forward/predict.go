package forward

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/kriging"
	"scaleadvise/advisor/stat"
)

// The bases of a prediction, strongest first.
const (
	Measured    = "measured"    // this model, in this way, on this hardware
	Transferred = "transferred" // transferred from runs that differ in some of it
	Roofline    = "roofline"    // no run of this runtime on this kind of hardware
)

// Question is the question that a prediction answers.
type Question struct {
	Model     Model
	Hardware  Hardware
	Runtime   string // as Runtime spells it, or any of its other spellings
	Precision string
	Mode      string  // one of the catalogue's; blank is ModeBatch
	Batch     float64 // inputs of a batch, or of a request to a server; 0 is one that saturates
	Clients   float64 // of a server, in a closed loop; 0 for the usual number
}

// Prediction is the time of a batch.
type Prediction struct {
	Batch              float64 // inputs in progress: behind a server those of all its clients
	Seconds, Low, High float64 // s per batch: the middle and the central 90 %
	Basis              string
	Asked              string // kind of question, which selects the cross-validation error of the interval
	Sources            []string
	Nearest            []Neighbour
	deviation          float64 // of ln Seconds, as kriging sees it
	own                bool    // runs of just what was asked
	near               float64 // how near runs of the model with inputs of another size are, 1 at that size, 0 without any
	cite               func() ([]string, []Neighbour)
}

// Throughput returns the inputs a second of batches back to back, with its interval.
func (p Prediction) Throughput() (rate, low, high float64) {
	return p.Batch / p.Seconds, p.Batch / p.High, p.Batch / p.Low
}

// Neighbour is a measurement that a prediction rests on.
type Neighbour struct {
	Model, Hardware, Runtime, Precision, Source string
	Batch, Seconds                              float64
	Weight                                      float64 // covariance with the question, relative to the question's own variance
	Likeness                                    int     // of the model first, then of its hardware; higher is more similar
}

// The kinds of question that errors are known of.
const (
	askedMeasured = "measured"
	askedModel    = "model"    // a model unseen there, on hardware known with the runtime
	askedPair     = "pair"     // hardware known, not with this runtime and precision
	askedHardware = "hardware" // hardware unseen
)

// ErrUnknown reports that nothing bounds the answer: neither operations nor size of the model are known.
var ErrUnknown = errors.New("neither its operations nor its parameters are known")

// target is a question with its features.
type target struct {
	Question
	point
	shape shape
	prior float64 // ln time by the roofline
}

// complete adds what measurements state of a model, and takes spellings for what they mean.
func (e *Evidence) complete(q Question) (Question, error) {
	if q.Model.GMACs == 0 {
		if known, ok := e.Facts(q.Model.Name, q.Model.Input); ok {
			q.Model = q.Model.with(known)
		}
	}
	if q.Model.GMACs == 0 && q.Model.ParamsM == 0 {
		return q, fmt.Errorf("%s: %w", cmp.Or(q.Model.Name, "the model"), ErrUnknown)
	}
	q.Runtime = Runtime(q.Runtime)
	q.Precision = computed(q.Precision, q.Runtime, q.Hardware.Kind)
	return q, nil
}

// kindKnown refuses hardware that predictions know nothing of.
func kindKnown(h Hardware) error {
	if _, ok := unrated[h.Kind]; !ok {
		return fmt.Errorf("%s is of no kind of hardware that is known: %s", h.Name, h.Kind)
	}
	return nil
}

// with puts what is known of a model in place of what a question leaves out.
func (m Model) with(known Model) Model {
	m.Kind, m.Input = cmp.Or(m.Kind, known.Kind), cmp.Or(m.Input, known.Input)
	m.ParamsM, m.GMACs, m.ActivationsM = cmp.Or(m.ParamsM, known.ParamsM), cmp.Or(m.GMACs, known.GMACs), cmp.Or(m.ActivationsM, known.ActivationsM)
	m.Operators = cmp.Or(m.Operators, known.Operators)
	return m
}

// predict answers from the neighbours of a question.
func (e *Evidence) predict(t *target, near []neighbour, posterior *kriging.Posterior, w *workspace) Prediction {
	own := exactly(near, &t.point)
	asked := e.asked(near, &t.point, own)
	mean, deviation := e.krige(&t.point, near, posterior, w)
	errs := e.errorsOf(asked, t.Hardware.Kind, mode(t.Mode, t.Batch), t.Batch)
	low, high := errs.Low*deviation, errs.High*deviation
	var runs anchor
	if len(own) > 0 {
		mean = median(own)
	} else if runs = e.anchored(t, near, mean, posterior, w); runs.strength > 0 {
		mean, low, high = runs.mean, runs.between(runs.low, low), runs.between(runs.high, high)
	}
	middle := math.Exp(t.prior + mean)
	least := fastest(t.Model, t.shape, t.Hardware, t.Runtime, t.Precision, t.Batch)
	if ceiling := e.Ceiling[t.Hardware.Kind]; len(own) == 0 && ceiling > 0 {
		middle = math.Max(middle, least/math.Pow(ceiling, 1-runs.strength))
	}
	p := Prediction{
		Batch: t.Batch, Seconds: math.Max(middle, least), Low: math.Max(middle*math.Exp(-low), least), High: math.Max(middle*math.Exp(high), least),
		Asked: asked, Basis: basis(asked, near, &t.point), deviation: deviation,
	}
	if p.own, p.near = len(own) > 0, runs.strength; p.own {
		p.near = 1
	}
	return p
}

// exactly are the neighbours that are runs of just what is asked.
func exactly(near []neighbour, p *point) []*cell {
	var own []*cell
	for _, n := range near {
		if !n.tuned && n.model == p.model && p.model >= 0 && n.run == p.run && n.runtime == p.runtime && n.precision == p.precision &&
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
		if n.tuned || !same(n.run, p.run) {
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

// cite names the sources and the nearest of the neighbours: of the model first, then of the hardware, then
// those that weigh most.
func (e *Evidence) cite(near []neighbour, own []*cell, t *target) (sources []string, nearest []Neighbour) {
	near = slices.Clone(near)
	slices.SortStableFunc(near, func(a, b neighbour) int {
		return cmp.Or(cmp.Compare(t.point.likeness(&b.point), t.point.likeness(&a.point)), cmp.Compare(b.covariance, a.covariance))
	})
	if len(own) > 0 {
		near = nil
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
			Seconds: e.seconds(n.cell), Weight: n.covariance / prior, Likeness: t.point.likeness(&n.point)})
		if !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
	}
	return sources, nearest
}

// likeness ranks a run as a reader does: of the model, at the size of its input, of its family and class, on the hardware.
func (p *point) likeness(of *point) (rank int) {
	for i, alike := range []bool{same(p.run, of.run), same(p.class, of.class), same(p.family, of.family), same(p.model, of.model), same(p.name, of.name)} {
		if alike {
			rank |= 1 << i
		}
	}
	return rank
}

// shown is how many of the nearest measurements are named.
const shown = 5
