package offer

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/workload"
)

// Tuned is a request to a model for which MLPerf's tuned runs are asked for, with inputs of another size
// than the benchmark's.
type Tuned struct {
	asked, benchmark *Pass
	Inputs           string // inputs of the benchmark, as text
	Items            int    // inputs per request; the benchmark has one
	unsized          bool   // the effect of the requested size is not known
}

// tunedOf returns what is asked where it is not the inputs of the benchmark; nil where it is, or nothing is said.
func tunedOf(w *workload.Workload, m catalog.Model) (*Tuned, error) {
	asked, standard := *w, workload.Workload{}
	one := forward.Predictor{}.Of(m)
	if err := fitsRequest(w, m, one); err != nil || m.ID == "" {
		return nil, err
	}
	run := forward.Benchmarked(one)
	t := &Tuned{Inputs: run.Input, Items: max(w.Request.Items, 1)}
	r := &asked.Request
	other := r.Width > 0 && fmt.Sprintf("%dx%d", r.Width, r.Height) != sizeIn(run.Input)
	switch reads(one.Kind) {
	case "tokens":
		other = w.LLM.Input.Mid > 0
		t.Inputs += " on average"
	case "steps":
		standard.Request.Steps = usualSteps(m)
		r.Steps = cmp.Or(r.Steps, standard.Request.Steps)
	case "audio":
		if at := secondsIn.FindStringSubmatch(one.Input); at != nil {
			standard.Request.Audio, _ = strconv.ParseFloat(at[1], 64)
		}
		other = r.Audio > 0 && r.Audio != standard.Request.Audio
		r.Audio = cmp.Or(r.Audio, standard.Request.Audio)
	}
	t.benchmark, t.asked = &Pass{Parts: parts(&standard, m, run)}, &Pass{Parts: parts(&asked, m, run)}
	if slices.EqualFunc(t.asked.Parts, t.benchmark.Parts, sameWork) {
		if t.unsized = other && run.GMACs == 0 || reads(one.Kind) == "audio" && other; !t.unsized && t.Items == 1 {
			return nil, nil
		}
	}
	return t, nil
}

// standardOf returns the inputs of the benchmark's runs, which are assumed where the size of a request is
// not stated; nil for a model that the catalog does not have.
func standardOf(w *workload.Workload, m catalog.Model) *Pass {
	if m.ID == "" {
		return nil
	}
	run := forward.Benchmarked(forward.Predictor{}.Of(m))
	usual(w, m, run, "the mean request of MLPerf's tuned runs of "+m.Name)
	return &Pass{Parts: parts(w, m, run)}
}

// sameWork reports whether passes take the same, whatever their inputs are called.
func sameWork(a, b Part) bool {
	a.Model.Input = b.Model.Input
	return reflect.DeepEqual(a, b)
}

// errUnsized says that the ratio is not known.
var errUnsized = errors.New("what inputs of another size take is not known")

// Resized is how requests compare with those of the benchmark.
type Resized struct {
	MaxBatch    int     // no larger than memory allows
	Alone, Full float64 // ratio of the times of one request alone, and of a full batch
	Low, High   float64 // error of the ratio on the rate, central 90 %
}

// Against compares the predictions for an input and for one of the benchmark, on hardware that served
// batches of a given size of the latter.
func (t *Tuned) Against(h forward.Hardware, v Variant, largest int) (Resized, error) {
	if t.unsized {
		return Resized{}, errUnsized
	}
	if v.Runtime = "tensorrt"; h.Vendor != "nvidia" {
		v.Runtime = workload.DefaultRuntime
	}
	curve := func(p Pass) (forward.Curve, error) {
		p.MaxBatch = largest
		return p.Curve(h, v)
	}
	there, err := curve(*t.benchmark)
	if err != nil {
		return Resized{}, err
	}
	here, err := curve(*t.asked)
	if err != nil {
		return Resized{}, err
	}
	r := Resized{MaxBatch: min(here.MaxBatch, largest)}
	b := float64(r.MaxBatch)
	r.Alone, r.Full = (here.Alpha+here.Beta)/(there.Alpha+there.Beta), (here.Alpha+here.Beta*b)/(there.Alpha+there.Beta*b)
	r.Low, r.High = here.Unlike(t.asked.Parts[0].Model, t.benchmark.Parts[0].Model)
	return r, nil
}
