package step

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
)

// Miss is a trial predicted with its own measurement and similar ones held out.
type Miss struct {
	Trial     *Trial
	Off       float64 // logarithm of the measured step time over the predicted one
	Deviation float64 // standard deviation of Off, as the correction estimates it
	Step      float64 // Error without the correction
	Error     float64 // logarithm of the measured time over the predicted one; differs from Off for open loads alone
	Width     float64 // logarithm of the high end of the 90 % interval over the low end
	Basis     string
	groups    []string // of errors, the narrowest first

	Low, High float64 // how far Off may lie below and above 0 in the 90 % interval
}

// Apart says what is held out when a trial is predicted.
type Apart func(t *Trial) hiding

// RowsApart holds out the trial itself and other measurements of the same point.
func (e *Evidence) RowsApart(t *Trial) hiding {
	f := e.featuresOf(&t.Question.Setup, t.hardware, t.Use(), t.bare)
	at := spotOf(t.ask(&e.Step).batch, t.Question.Input, t.Question.Output)
	return hiding{sample: func(s *series, p *sample) bool { return s.features == f && p.spot.near(at) }}
}

// SeriesApart holds out the trial's own series: its accelerator, model, engine, kind of work, precisions and
// number of accelerators.
func (e *Evidence) SeriesApart(t *Trial) hiding {
	f := e.featuresOf(&t.Question.Setup, t.hardware, t.Use(), t.bare)
	return hiding{series: func(s *series) bool { return s.features == f }}
}

// PairsApart holds out all measurements of the trial's model on its accelerator.
func (e *Evidence) PairsApart(t *Trial) hiding {
	return hiding{series: func(s *series) bool { return s.partID == t.Row.Accelerator && s.modelID == t.Row.Model }}
}

// near reports whether two spots are the same but for rounding.
func (a spot) near(b spot) bool {
	const rounding = 0.011
	return math.Abs(a.batch-b.batch) < rounding && math.Abs(a.input-b.input) < rounding && math.Abs(a.output-b.output) < rounding
}

// Misses predicts every trial with some series held out.
func (e *Evidence) Misses(trials []Trial, apart Apart) []Miss {
	all := make([]Miss, len(trials))
	atOnce(len(all), func(i int) { all[i] = e.miss(&trials[i], apart(&trials[i])) })
	return all
}

func (e *Evidence) miss(t *Trial, hides hiding) Miss {
	k, err := clockOf(&t.Question.Setup, t.hardware, e.Step.of(t.kind()))
	if err != nil {
		return Miss{Trial: t}
	}
	q := &t.Question
	bare := k.ask(q, t.replicas)
	f := e.featuresOf(&q.Setup, t.hardware, t.Use(), t.bare)
	c := e.around(&f, spotOf(bare.batch, q.Input, q.Output), false, hides)
	_, at := k.corrected(q, bare, c, t.replicas)
	level := c.at(&at)
	m := Miss{Trial: t, Step: math.Log(t.Seconds / bare.seconds), Off: math.Log(t.Seconds/t.ask(&e.Step).seconds) - level, Deviation: c.deviation(&at)}
	m.Basis, _ = c.basis(&f, at)
	m.groups = c.errorsOf(t.Work(), m.Basis, &at)
	m.Low, m.High = e.spread(m.groups, m.Deviation)
	m.Error, m.Width = m.Off, m.Low+m.High
	if q.Load == Open {
		p := k.answerOpen(q, level, m.Low, m.High, t.replicas).TPOT
		m.Error, m.Width = math.Log(t.Seconds/p.Mid), math.Log(p.High/p.Low)
	}
	return m
}

// Weigh gives less weight to samples that are far from what their neighbours predict, such as those of a bad
// day, or of a source that omits what matters, so that they do not distort predictions.
func (e *Evidence) Weigh() {
	const usual = 2.5 // standard deviations
	weights := make([][]float64, len(e.series))
	for i := range e.series {
		for j := range e.series[i].samples {
			e.series[i].samples[j].weight = 1
		}
	}
	for i := range e.series {
		s := &e.series[i]
		weights[i] = make([]float64, len(s.samples))
		for j := range s.samples {
			p := &s.samples[j]
			c := e.around(&s.features, p.spot, false, hiding{sample: func(_ *series, o *sample) bool { return o == p }})
			d := math.Abs(p.value-c.at(&p.spot)) / c.deviation(&p.spot)
			weights[i][j] = min(1, max(usual*usual/(d*d), 0.01))
		}
	}
	for i := range e.series {
		for j := range e.series[i].samples {
			e.series[i].samples[j].weight = weights[i][j]
		}
	}
}

// The folds in which the spread of errors is found, and the steps in which a fit to most
// trials is reached from that to all.
const calibrationFolds, calibrationSteps = 4, 6

// Calibrate finds how many standard deviations nine in ten measurements stay within, for each kind of work,
// basis and doubt left. Rows held out, and series, pairs, sources and accelerators held out of the whole
// fit, count equally.
func (e *Evidence) Calibrate(trials []Trial) {
	misses := e.Misses(trials, e.RowsApart)
	for fold := range calibrationFolds {
		for _, of := range []func(*Trial) string{pairOf, seriesOf, sourceOf, partOf} {
			known, asked := split(trials, of, fold, calibrationFolds)
			if len(known)*len(asked) > 0 {
				less := learn(known, e.Step, e.Kernels, calibrationSteps)
				misses = append(misses, less.Misses(asked, nothingApart)...)
			}
		}
	}
	offs := map[string][]float64{}
	for _, m := range misses {
		for _, key := range m.groups {
			offs[key] = append(offs[key], m.Off/m.Deviation)
		}
	}
	e.Errors = map[string]Errors{}
	for key, v := range offs {
		const enough = 60
		if key != "" && len(v) < enough {
			continue
		}
		slices.SortFunc(v, cmp.Compare)
		low, high := -v[len(v)/20], v[len(v)-1-len(v)/20]
		e.Errors[key] = Errors{Low: Rounded(max(0, low)), High: Rounded(max(0, high)), N: len(v)}
	}
}

// nothingApart leaves out nothing.
func nothingApart(*Trial) hiding { return hiding{} }

// pairOf and seriesOf name what is left out together.
func pairOf(t *Trial) string { return t.Row.Accelerator + "|" + t.Row.Model }

func seriesOf(t *Trial) string {
	return fmt.Sprint(pairOf(t), t.Row.Engine, t.Use(), t.Row.Precision, t.Question.Setup.GPUs)
}

// sourceOf names who measured, with what of: another laboratory's runs of a pair count as known.
func sourceOf(t *Trial) string { return t.Row.Dataset }

// partOf names the accelerator: a new one has not been measured at all.
func partOf(t *Trial) string { return t.Row.Accelerator }

// split puts the trials whose name falls into the fold apart.
func split(trials []Trial, of func(*Trial) string, fold, folds int) (known, asked []Trial) {
	for i := range trials {
		h := fnv.New32a()
		h.Write([]byte(of(&trials[i])))
		if int(h.Sum32()%uint32(folds)) == fold {
			asked = append(asked, trials[i])
		} else {
			known = append(known, trials[i])
		}
	}
	return known, asked
}

// learn fits the steps' model from a start in at most the given number of steps and gathers what is left
// of the measurements.
func learn(trials []Trial, start Step, kernels Kernels, most int) *Evidence {
	e := &Evidence{Step: fitStep(trials, start, most), Kernels: kernels}
	e.gather(trials)
	e.Weigh()
	return e
}

// Fit fits evidence to trials under given kernels: the model of steps, and the deviations of the
// measurements from it. Calibrate finds the spread of errors.
func Fit(trials []Trial, kernels Kernels) *Evidence {
	return learn(trials, Prior(), kernels, mostSteps)
}
