package step

import (
	"math"
	"slices"
)

// Line is one line of the table of accuracy: a method on a group of measurements.
type Line struct {
	Group, Method string
	N             int
	Median, P90   float64 // of the absolute relative error
	Bias          float64 // median of the signed error
	Coverage90    float64 // share of measurements inside the 90 % interval
	Sharpness     float64 // median of the interval's upper end over its lower end
}

// The groups and methods of the table, in its order.
const (
	DenseTime   = "request, dense models"
	MixtureTime = "request, mixtures of experts"
	MaximumRate = "maximum load, output rate"
	OpenTime    = "open load, time per token"
	PromptTime  = "prompt alone, first token"

	Ours      = "this"
	StepsOnly = "steps alone"
)

// Groups returns the groups of the table.
func Groups() []string { return []string{DenseTime, MixtureTime, MaximumRate, OpenTime, PromptTime} }

// Accuracy compares predictions with every measurement, each predicted without any measurement of its model
// on its accelerator: in each fold of such pairs everything is fitted again except the kernels and the
// spread of errors, which are few numbers.
//
// It is not a method, since the linker keeps an exported method in every program that uses Evidence, and
// with it the fitting and its linear algebra.
func Accuracy(e *Evidence, trials []Trial, folds int) []Line {
	var misses []Miss
	for fold := range folds {
		known, asked := split(trials, pairOf, fold, folds)
		if len(known)*len(asked) > 0 {
			less := learn(known, Prior(), e.Kernels, mostSteps)
			less.Errors = e.Errors
			misses = append(misses, less.Misses(asked, nothingApart)...)
		}
	}
	var lines []Line
	for _, group := range Groups() {
		for _, method := range []string{Ours, StepsOnly} {
			if l := lineOf(misses, group, method); l.N > 0 {
				lines = append(lines, l)
			}
		}
	}
	return lines
}

// groupOf is the group of a trial.
func groupOf(t *Trial) string {
	switch use := t.Use(); {
	case use == "maximum":
		return MaximumRate
	case use == "open":
		return OpenTime
	case use == "read":
		return PromptTime
	case t.Mixture():
		return MixtureTime
	}
	return DenseTime
}

// lineOf scores a method on a group.
func lineOf(misses []Miss, group, method string) Line {
	l := Line{Group: group, Method: method}
	var signed, size, widths []float64
	for _, m := range misses {
		if groupOf(m.Trial) != group {
			continue
		}
		off := m.Error
		if method == StepsOnly {
			off = m.Step
		}
		if m.Off >= -m.Low && m.Off <= m.High {
			l.Coverage90++
		}
		if m.Trial.Question.Load != Maximum { // a time's error is that of the inverse of a rate's
			off = -off
		}
		signed, size = append(signed, math.Expm1(off)), append(size, math.Abs(math.Expm1(off)))
		widths = append(widths, math.Exp(m.Width))
	}
	if l.N = len(size); l.N == 0 {
		return l
	}
	for _, v := range [][]float64{signed, size, widths} {
		slices.Sort(v)
	}
	l.Median, l.P90, l.Bias, l.Sharpness = size[l.N/2], size[l.N*9/10], signed[l.N/2], widths[l.N/2]
	l.Coverage90 /= float64(l.N)
	return l
}
