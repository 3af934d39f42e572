package offer

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/shape"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Pass is what one request of an ordinary model requires of the runtime: forward passes, each of a model at
// the size of the request's inputs.
type Pass struct {
	Parts     []Part
	Items     int    // inputs that one request brings
	MaxBatch  int    // inputs of the largest batch that the server forms, as given; 0 where memory and usage decide
	Runtime   string // today's runtime
	Precision string // as given; "" takes the usual one on the hardware
	Predictor forward.Predictor
	Front     Front   // server in front of the runtime
	Doubt     float64 // factor on the width of intervals, 1 where all operators of the model are understood
}

// Part is a number of consecutive passes of one model.
type Part struct {
	Model forward.Model
	Times float64
}

// passOf settles what ordinary models need: the traits that they assume, and the passes of a
// request. It is nil for language models, for a service that the user measured, and where the
// tuned runs of MLPerf are asked for.
func passOf(w *workload.Workload, c *catalog.Catalog, m catalog.Model) (*workload.Workload, *Pass, error) {
	if w.Described == nil && m.Kind == "tree" && m.GFLOPs > 0 {
		w.Described = treesOf(m)
	}
	if m.Kind == "tree" || w.Described != nil && w.Described.Trees != nil {
		w.Ordinary("runtime", workload.TreeRuntime, "no runtime was named; trees run in the library that made them")
	} else {
		w.Ordinary("runtime", workload.DefaultRuntime, "no runtime was named; most services start in eager PyTorch")
	}
	if w.Runtime == workload.TunedRuntime {
		w.Ordinary("precision", benchmarkPrecision(c, m, w.Model), "the one in which most runs of this benchmark were")
		return w, nil, nil
	}
	p := &Pass{Runtime: w.Runtime, Precision: w.Precision, MaxBatch: w.Service.MaxBatch, Front: frontOf(w), Doubt: doubt(w.Described)}
	if w.Described != nil {
		var err error
		if p.Parts, err = describedParts(w); err != nil {
			return w, nil, err
		}
		p.Items = max(w.Request.Items, 1)
		usualBound(w, c, p)
		return w, p, nil
	}
	one := p.Predictor.Of(m)
	if err := fitsRequest(w, m, one); err != nil {
		return w, nil, err
	}
	usual(w, m, one, "the usual request of "+m.Name)
	p.Items = max(w.Request.Items, 1)
	p.Parts = parts(w, m, one)
	usualBound(w, c, p)
	return w, p, nil
}

// treesOf returns the trees of a model of the catalog for which the comparisons per row are known: two
// operations each.
func treesOf(m catalog.Model) *shape.Model {
	t := shape.Trees{Trees: int(m.GFLOPs * 1e9 / 2), Depth: 1, Outputs: 1}
	return t.Model(m.Name, m.Source)
}

// benchmarkPrecision returns the one in which most of MLPerf's runs of a benchmark were, where the
// model is named as one; "" where it is not.
func benchmarkPrecision(c *catalog.Catalog, m catalog.Model, name string) string {
	runs, most := map[string]int{}, ""
	for _, run := range c.MeasurementsOf(m.ID) {
		if strings.EqualFold(run.Benchmark, name) && !strings.EqualFold(name, m.ID) {
			runs[run.Precision]++
		}
	}
	for precision, n := range runs {
		if n > runs[most] || n == runs[most] && precision < most {
			most = precision
		}
	}
	return most
}

// Speech, images and generated texts are not expected at once, and neither is the answer of a large model
// within the bound that is assumed of others, which would leave no room for a request that waits: the assumed
// bound is then a multiple of the time of one request alone, the work of the machine included, on the first of
// some common accelerators that holds the model.
const patience = 3

var common = []string{"nvidia-l4", "nvidia-l40s", "nvidia-a100-sxm-80gb", "nvidia-h200", "nvidia-b200"}

// usualBound assumes the bound on latency of models whose requests are long. It is none below the usual one.
func usualBound(w *workload.Workload, c *catalog.Catalog, p *Pass) {
	if !w.Assumed("p99") {
		return
	}
	for _, id := range common {
		a, known := c.Accelerator(id)
		if !known {
			continue
		}
		v := Variant{Runtime: workload.DefaultRuntime, Precision: forward.UsualPrecision(forward.OfAccelerator(a))}
		if curve, err := p.Curve(forward.OfAccelerator(a), v); err == nil {
			alone := curve.Alone.Seconds + hostOf(&Offers{settled: settled{Workload: w, Pass: p}}).Delay()
			if bound := math.Ceil(patience * alone * 1e3); bound/1e3 > w.Latency {
				w.Reassume("p99", strconv.FormatFloat(bound, 'f', 0, 64)+"ms",
					"no bound on latency was given; this is three times what one request alone takes on one "+ShortName(a))
			}
			return
		}
	}
}

// measuredBound assumes the bound of a service that was measured, of a model whose answers are not expected at once:
// speech, images that are made, texts that are written.
func measuredBound(w *workload.Workload, m catalog.Model) {
	if d := w.Described; d != nil {
		m.Kind, m.Subkind = d.Kind, d.Subkind
	}
	given, err := service.FromGiven(w.Service)
	if err != nil {
		return
	}
	long := m.Kind == "speech" || m.Kind == "diffusion" || m.Subkind == "seq2seq" || decoderOf(m) > 0
	if bound := math.Ceil(patience * given.Alone() * 1e3); long && w.Assumed("p99") && bound/1e3 > w.Latency {
		w.Reassume("p99", strconv.FormatFloat(bound, 'f', 0, 64)+"ms", "no bound on latency was given; this is three times what one request alone was measured to take")
	}
}

// reads says what one input of a kind of model is.
func reads(kind string) string {
	switch kind {
	case "encoder", "embedding", "reranker":
		return "tokens"
	case "vision-cnn", "vision-transformer", "detector", "segmenter":
		return "images"
	case "diffusion":
		return "steps"
	case "speech":
		return "audio"
	}
	return "rows"
}

// leastSide is the least side of an image, in pixels, of which the last layers of a usual network keep one.
const leastSide = 32

// fitsRequest refuses a request that the model cannot read.
func fitsRequest(w *workload.Workload, m catalog.Model, one forward.Model) error {
	kind, r := reads(one.Kind), w.Request
	refuse := func(trait, what, flag string) error {
		return w.Fault(trait, fmt.Errorf("%s reads no %s; it reads %s%s", m.Name, what, kind, flag))
	}
	instead := map[string]string{"tokens": ": give --input-tokens", "images": ": give --image-size", "audio": ": give --audio-length", "steps": ": give --image-size and --steps"}[kind]
	switch {
	case r.Width > 0 && kind != "images" && kind != "steps" && one.Kind != "other":
		return refuse("image_size", "images", instead)
	case r.Audio > 0 && kind != "audio":
		return refuse("audio_length_s", "audio", instead)
	case r.Steps > 0 && kind != "steps":
		return w.Fault("steps", fmt.Errorf("%s makes no denoising steps, only diffusion models do; leave them out", m.Name))
	case w.LLM.Input.Mid > 0 && (kind == "images" || kind == "audio"):
		return refuse("input_tokens", "tokens", instead)
	case w.LLM.Output.Mid > 0 && kind == "images":
		return w.Fault("output_tokens", fmt.Errorf("%s writes no tokens; leave them out", m.Name))
	case kind == "images" && r.Width > 0 && min(r.Width, r.Height) < leastSide:
		return w.Fault("image_size", fmt.Errorf("%dx%d is too small: networks for images make them %d times smaller on the way; give the size that the model reads, as 224x224", r.Width, r.Height, leastSide))
	case kind == "tokens" && m.MaxContext > 0 && w.LLM.Input.Mid > float64(m.MaxContext):
		return w.Fault("input_tokens", fmt.Errorf("%s reads at most %d tokens; shorten the text or split it", m.Name, m.MaxContext))
	}
	return nil
}

var (
	tokensIn  = pattern.Of(`(\d+) tokens`)
	secondsIn = pattern.Of(`(\d+) s\b`)
	stepsIn   = pattern.Of(`(\d+)(?:-(\d+))? steps`)
)

// usual assumes the shape of a request that the model usually has.
func usual(w *workload.Workload, m catalog.Model, one forward.Model, reason string) {
	input := one.Input
	switch reads(one.Kind) {
	case "tokens":
		if at := tokensIn.FindStringSubmatch(input); at != nil {
			w.Ordinary("input_tokens", at[1], reason)
		}
		if decoderOf(m) > 0 {
			w.Ordinary("output_tokens", strconv.Itoa(usualAnswer(m)), reason)
		}
	case "images":
		if side := catalog.SizeIn(w.Model); side > 0 && sizeIn(input) != "" {
			w.Ordinary("image_size", fmt.Sprintf("%dx%d", side, side), "the size in the name of the model")
		}
		w.Ordinary("image_size", sizeIn(input), reason)
	case "audio":
		if at := secondsIn.FindStringSubmatch(input); at != nil {
			w.Ordinary("audio_length_s", at[1]+"s", reason)
		}
	case "steps":
		w.Ordinary("image_size", sizeIn(input), reason)
		w.Ordinary("steps", strconv.Itoa(usualSteps(m)), reason)
	}
	w.Ordinary("items", "1", "one request brings one input")
}

// sizeIn returns the size of an image in the words for an input; "" without one.
func sizeIn(input string) string {
	a, b := forward.Sides(input)
	if a == 0 {
		return ""
	}
	return fmt.Sprintf("%gx%g", a, b)
}

// usualSteps returns the denoising steps that the catalog knows of a model, those of MLPerf where
// it knows none. Of a range that distilled models have, the larger is taken, else the smaller.
func usualSteps(m catalog.Model) int {
	const steps, distilled = 20, 8
	at := stepsIn.FindStringSubmatch(m.Notes)
	if at == nil {
		return steps
	}
	low, _ := strconv.Atoi(at[1])
	if high, err := strconv.Atoi(at[2]); err == nil && high <= distilled {
		return high
	}
	return max(low, 1)
}

// unguided are diffusion models that run once a step: the others run again without the prompt.
var unguided = pattern.Of(`turbo|lightning|schnell|flux|lcm|hyper`)

// parts returns the passes of a request.
func parts(w *workload.Workload, m catalog.Model, one forward.Model) []Part {
	r := w.Request
	switch reads(one.Kind) {
	case "tokens":
		if n := w.LLM.Input.Mid; n > 0 {
			one = one.At(fmt.Sprintf("%.0f tokens", n))
		}
		if each, at := decoderOf(m), tokensIn.FindStringSubmatch(m.Input); each > 0 && w.LLM.Output.Mid >= 1 && at != nil {
			usual, _ := strconv.ParseFloat(at[1], 64)
			return decoded(m, one, usual, each*1e3, w.LLM.Output.Mid)
		}
	case "images":
		one = sized(one, r)
	case "steps":
		passes := 2.0
		if unguided.MatchString(m.ID) {
			passes = 1
		}
		return []Part{{sized(one, r), passes * float64(max(r.Steps, 1))}}
	case "audio":
		return spoken(m, one, r.Audio)
	}
	return []Part{{one, 1}}
}

func sized(one forward.Model, r workload.Request) forward.Model {
	if r.Width == 0 {
		return one
	}
	return one.At(fmt.Sprintf("%dx%d", r.Width, r.Height))
}

// Shape describes one request, for people: "384 tokens", "640x640".
func (o *Offers) Shape() string {
	p := o.Pass
	switch {
	case o.Tuned != nil:
		p = o.Tuned.asked
	case o.Standard != nil:
		p = o.Standard
	case p == nil:
		return ""
	}
	w, r := o.Workload, o.Workload.Request
	var words []string
	switch reads(p.Parts[0].Model.Kind) {
	case "tokens":
		if n := math.Round(w.LLM.Input.Mid); n > 0 {
			words = append(words, unit.Format(unit.Count, n)+" tokens")
		}
		if n := math.Round(w.LLM.Output.Mid); n > 1 && len(p.Parts) > 1 {
			words = append(words, unit.Format(unit.Count, n)+" tokens written")
		}
	case "images", "steps":
		if r.Width > 0 {
			words = append(words, fmt.Sprintf("%dx%d", r.Width, r.Height))
		}
		if r.Steps > 0 {
			words = append(words, unit.Format(unit.Count, float64(r.Steps))+" steps")
		}
	case "audio":
		if r.Audio > 0 {
			words = append(words, unit.Format(unit.Duration, r.Audio)+" of audio")
		}
	}
	if n := max(p.Items, r.Items); n > 1 {
		words = append(words, unit.Format(unit.Count, float64(n))+" items")
	}
	return strings.Join(words, ", ")
}

// Curve returns the service model of one accelerator, or of some cores of a processor.
func (p *Pass) Curve(h forward.Hardware, v Variant) (forward.Curve, error) {
	return p.on(h, v, p.Predictor.Curve)
}

// Quickest returns a lower bound on the time of a request, s: that of its operations at the peak of the
// hardware. It makes no prediction.
func (p *Pass) Quickest(h forward.Hardware, v Variant) float64 {
	least := 0.0
	for _, part := range p.Parts {
		least += part.Times * forward.Quickest(part.Model, h, v.Runtime, v.Precision)
	}
	return least
}

// Largest returns the largest batch of Curve.
func (p *Pass) Largest(h forward.Hardware, v Variant) (most int, err error) {
	for i, part := range p.Parts {
		n, err := p.Predictor.Largest(forward.Question{Model: part.Model, Hardware: h, Runtime: v.Runtime, Precision: v.Precision}, p.MaxBatch)
		if err != nil {
			return 0, err
		}
		if i == 0 || n < most {
			most = n
		}
	}
	return max(most/max(p.Items, 1), 1), nil
}

// Sourced returns Curve with the measurements that it rests on.
func (p *Pass) Sourced(h forward.Hardware, v Variant) (forward.Curve, error) {
	return p.on(h, v, p.Predictor.Sourced)
}

func (p *Pass) on(h forward.Hardware, v Variant, curve func(forward.Question, int) (forward.Curve, error)) (forward.Curve, error) {
	return p.sum(func(m forward.Model) (forward.Curve, error) {
		return curve(forward.Question{Model: m, Hardware: h, Runtime: v.Runtime, Precision: v.Precision}, p.MaxBatch)
	})
}

// errUnlisted says that a part is none of those that were compared.
var errUnlisted = errors.New("is not rented, or does not hold the model")

// Curves returns the service models of every accelerator of a vendor that clouds rent.
func (p *Pass) Curves(vendor, runtime, precision string) (func(accelerator string) (forward.Curve, error), error) {
	all := make([]forward.Curves, len(p.Parts))
	for i, part := range p.Parts {
		var err error
		if all[i], err = p.Predictor.Curves(forward.Question{Model: part.Model, Runtime: runtime, Precision: precision}, vendor, p.MaxBatch); err != nil {
			return nil, err
		}
	}
	return func(accelerator string) (forward.Curve, error) {
		i := -1
		return p.sum(func(forward.Model) (forward.Curve, error) {
			i++
			c, ok := all[i][accelerator]
			if !ok {
				return c, errUnlisted
			}
			return c, nil
		})
	}, nil
}

// sum adds the passes of a request.
func (p *Pass) sum(curveOf func(forward.Model) (forward.Curve, error)) (total forward.Curve, err error) {
	for i, part := range p.Parts {
		c, err := curveOf(part.Model)
		if err != nil {
			return total, err
		}
		if c = c.Times(part.Times); i == 0 {
			total = c
		} else {
			total = total.And(c)
		}
	}
	return total.Of(p.Items).Wider(p.Doubt), nil
}
