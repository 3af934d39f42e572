package step

import (
	"cmp"
	"math"
	"slices"
)

// Farthest is the largest deviation of a measurement from the model of steps, as a logarithm; larger ones
// are clipped to it.
const Farthest = 2.5

// gather condenses trials into series.
func (e *Evidence) gather(trials []Trial) {
	e.names, e.series = map[string]int{}, nil
	e.intern(trials)
	type key struct {
		features
		part, model string
	}
	index := map[key]int{}
	for i := range trials {
		t := &trials[i]
		o := t.ask(&e.Step)
		value := max(-Farthest, min(math.Log(t.Seconds/o.seconds), Farthest))
		f := e.featuresOf(&t.Question.Setup, t.hardware, t.Use(), t.bare)
		k := key{f, t.Row.Accelerator, t.Row.Model}
		at, ok := index[k]
		if !ok {
			at = len(e.series)
			index[k] = at
			e.series = append(e.series, series{
				features: f, partID: t.Row.Accelerator, modelID: t.Row.Model, familyName: t.hardware.family,
				engineName: t.Row.Engine, useName: t.Use(),
			})
		}
		s := &e.series[at]
		s.samples = append(s.samples, sample{spotOf(o.batch, t.Question.Input, t.Question.Output), value, 1, 1})
	}
	for i := range e.series {
		e.series[i].samples = merged(e.series[i].samples)
	}
	slices.SortStableFunc(e.series, bySeries)
}

// bySeries is the order of series.tsv.
func bySeries(a, b series) int {
	return cmp.Or(cmp.Compare(a.partID, b.partID), cmp.Compare(a.modelID, b.modelID), cmp.Compare(a.engineName, b.engineName),
		cmp.Compare(a.useName, b.useName), cmp.Compare(b.bits, a.bits), cmp.Compare(b.cache, a.cache), cmp.Compare(a.gpus, b.gpus))
}

// intern gives numbers to all names.
func (e *Evidence) intern(trials []Trial) {
	for i := range trials {
		t := &trials[i]
		for _, name := range []string{t.Row.Accelerator, t.hardware.family, t.Row.Model, t.Row.Engine, t.Use()} {
			if _, ok := e.names[name]; !ok {
				e.names[name] = len(e.names)
			}
		}
	}
}

// merged makes one sample of those at one spot: their mean.
func merged(all []sample) []sample {
	slices.SortStableFunc(all, func(a, b sample) int {
		return cmp.Or(cmp.Compare(a.input, b.input), cmp.Compare(a.output, b.output), cmp.Compare(a.batch, b.batch))
	})
	var kept []sample
	for _, s := range all {
		if n := len(kept); n > 0 && kept[n-1].spot == s.spot {
			last := &kept[n-1]
			last.value = (last.value*float64(last.rows) + s.value) / float64(last.rows+1)
			last.rows++
			continue
		}
		kept = append(kept, s)
	}
	return kept
}
