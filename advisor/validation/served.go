package validation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/workload"
)

// System is a system described by names alone, like the traits of advice: it is predicted by the same code
// as in advice and capacity.
type System struct {
	Hardware, Model, Runtime, Precision string // as written; "" leaves the precision to the hardware
	Server                              string // in front of the runtime; "" where none is named
	Replicas                            int
	Input                               string  // shape of a request; "" is the model's usual one
	MaxBatch                            int     // 0 leaves it to memory and usage
	BoundS                              float64 // on the percentile of latency; 0 asks for saturation
	Percentile                          float64
}

// confidence is the one with which bounds must hold, as in capacity where none is named.
const confidence = 0.9

// column is where a trait of a system stands in a row.
var column = map[string]string{
	"gpu": colAccelerator, "model": colModel, "runtime": colRuntime, "server": colRuntime, "precision": colPrecision, "replicas": colCount,
	"max_batch": colBatch, "input_tokens": colShape, "image_size": colShape, "audio_length_s": colShape, "latency": colBound,
}

// traits are the system as traits of a workload.
func (s System) traits() (workload.Set, error) {
	set := workload.Set{}
	shape, size := requested(s.Input)
	for _, t := range []struct{ name, text string }{
		{"gpu", s.Hardware}, {"model", s.Model}, {"runtime", s.Runtime}, {"server", s.Server}, {"precision", s.Precision}, {shape, size},
		{"replicas", positive(float64(s.Replicas), "")}, {"max_batch", positive(float64(s.MaxBatch), "")},
		{"latency", positive(s.BoundS*1e3, "ms")}, {"latency_percentile", positive(s.Percentile*100, "")},
	} {
		if t.text == "" || t.name == "latency_percentile" && s.BoundS == 0 {
			continue
		}
		if err := workload.ParseSet(t.name, t.text, origin.Origin{Kind: origin.Flag}, set); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// positive is a number above zero as text, "" for any other.
func positive(v float64, unit string) string {
	if v <= 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64) + unit
}

// Shapes of a request as rows write them.
var (
	shapeTokens = pattern.Of(`^(\d+)( tokens)?$`)
	shapeImage  = pattern.Of(`^(?:3x)?(\d+)\s*x\s*(\d+)(?:x3)?$`)
)

// requested is the trait that says a shape, and its text; "" where none says it.
func requested(input string) (trait, text string) {
	if at := shapeTokens.FindStringSubmatch(input); at != nil {
		return "input_tokens", at[1]
	}
	if at := shapeImage.FindStringSubmatch(input); at != nil {
		return "image_size", at[1] + "x" + at[2]
	}
	return "", ""
}

// space is what a workload's deployment is looked up in.
func space(c *catalog.Catalog, w *workload.Workload) (*search.Space, error) {
	c, err := intake.Measured(w, c)
	if err != nil {
		return nil, err
	}
	o, err := offer.New(w, c)
	if err != nil {
		return nil, err
	}
	return search.New(o, search.Options{Confidence: confidence}), nil
}

// served is the replica of a workload's deployment, and where it stands; without gives up
// what was measured of its own hardware and model. The error says what is not known.
func served(c *catalog.Catalog, w *workload.Workload, without bool) (r *serve.Server, s *search.Space, err error) {
	s, err = space(c, w)
	if err != nil {
		return nil, nil, err
	}
	if p := s.Pass; without && p != nil {
		on, ok := s.WorkerOf(s.Base.Hardware)
		if !ok {
			on = forward.OfAccelerator(s.Base.Accelerator)
		}
		if p.Predictor, err = p.Predictor.Without(on, p.Parts[0].Model.Name); err != nil {
			return nil, nil, err
		}
	}
	r, ok := search.BaseReplica(s)
	switch {
	case ok:
		return r, s, nil
	case r != nil && r.Excuse != nil:
		return nil, nil, errors.New(r.Excuse.Text)
	}
	return nil, nil, errors.New("nothing is known about it")
}

// predict is the rate of a system.
func (s System) predict(c *catalog.Catalog, without bool) (Prediction, error) {
	set, err := s.traits()
	if err != nil {
		return Prediction{}, inColumn(err)
	}
	given, err := intake.Read(context.Background(), intake.Layers{Given: []workload.Set{set}, Catalog: c}) // which names no file
	if err != nil {
		return Prediction{}, inColumn(err)
	}
	r, space, err := served(c, given.Workload, without)
	if err != nil {
		return Prediction{}, inColumn(err)
	}
	rate := r.Saturation(space.Base.Replicas)
	if s.BoundS > 0 {
		if rate = search.Sustainable(space); rate == 0 {
			return Prediction{}, fmt.Errorf("%s is %s ms, and one request alone takes longer: it sustains nothing", colBound, plain(1e3*s.BoundS))
		}
	}
	low, high := r.Spread()
	return Prediction{rate, rate * low, rate * high, r.Service.Basis}, nil
}

// inColumn is a fault of a trait as one of the row's column.
func inColumn(err error) error {
	var t *workload.TraitError
	if errors.As(err, &t) && column[t.Spec.Name] != "" {
		return fmt.Errorf("%s: %w", column[t.Spec.Name], t.Err)
	}
	return err
}

// plainQuestion reads a row of which no column says more than names: names alone must do, so each
// is to be known.
func (c cells) plainQuestion(n *namer) (ForwardQuestion, error) {
	_, errModel := n.measured(c.text(colModel))
	_, _, errHardware := n.hardware(c.text(colAccelerator))
	if _, ok := forward.Find(n.known, c.text(colAccelerator), 0); ok {
		errHardware = nil
	}
	_, errPrecision := class(c.text(colPrecision))
	for _, err := range []error{errHardware, errModel, errPrecision} {
		if err != nil {
			return ForwardQuestion{}, err
		}
	}
	return c.forwardQuestion(n)
}

// named is a row that describes its system by names alone; ok is false where it says more,
// or where the catalog does not know the names.
func (c cells) named(n *namer) (s System, ok bool) {
	for _, figure := range []string{colKind, colParams, colGMACs, colActivations, colCores, colLatency, colPeak, colBandwidth, colMemory, colConcurrency, colMode} {
		if c.text(figure) != "" {
			return s, false
		}
	}
	s = System{
		Hardware: c.text(colAccelerator), Model: c.text(colModel), Runtime: forward.Runtime(cmp.Or(c.text(colRuntime), usualRuntime)),
		Server: serverIn(c.text(colRuntime)), Precision: strings.ToLower(c.text(colPrecision)), Input: cmp.Or(c.text(colShape), c.text(colInput)),
	}
	m, err := n.measured(s.Model)
	if err != nil || m.Kind == "llm" || !slices.Contains(workload.Runtimes(), s.Runtime) {
		return s, false
	}
	if p, err := class(s.Precision); err == nil {
		s.Precision = p
	} else {
		return s, false
	}
	if trait, _ := requested(s.Input); s.Input != "" && (trait == "" || m.Kind == "speech" || m.Kind == "diffusion") {
		return s, false // its rates count other inputs than requests
	}
	_, accelerated, err := n.hardware(s.Hardware)
	_, machine := catalog.FindMachine(s.Hardware)
	if err != nil && !machine || !accelerated && !machine {
		return s, false
	}
	return c.sizes(s)
}

// serverIn is the server in front of a runtime as rows write both: "triton+tensorrt", or "ovms", whose
// runtime is OpenVINO's.
func serverIn(runtime string) string {
	before, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(runtime)), "+")
	if slices.Contains(workload.Servers(), before) {
		return before
	}
	return ""
}

// sizes reads the numbers of a system; false where one is not as a system has it.
func (c cells) sizes(s System) (System, bool) {
	batch, errBatch := c.count(colBatch, 0)
	count, errCount := c.count(colCount, 1)
	bound, errBound := c.number(colBound)
	percentile, errPercentile := c.percentile()
	if errors.Join(errBatch, errCount, errBound, errPercentile) != nil {
		return s, false
	}
	s.MaxBatch, s.Replicas, s.BoundS, s.Percentile = batch, max(count, 1), bound/1e3, percentile
	return s, true
}
