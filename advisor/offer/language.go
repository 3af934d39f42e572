package offer

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Language is the shape of a language model and the tokens of its requests.
type Language struct {
	Shape   llm.Shape
	Lengths llm.Lengths // with the tokens of images
	Images  Images
	Talk    Conversation
}

// PerRequest returns how many tokens a request reads and writes, mean.
func (l *Language) PerRequest() float64 { return l.Lengths.Input.Mean + l.Lengths.Output.Mean }

// languageOf settles what language models need: the traits that they assume, the shape of
// the model and the lengths of its requests. It is nil for other models and for a service
// that the user measured, which needs neither.
func languageOf(w *workload.Workload, m catalog.Model, law *queue.USL, n *names) (*workload.Workload, *Language, error) {
	if m.Kind != "llm" || userMeasured(w, law) {
		return w, nil, nil
	}
	copied := *w
	copied.Generates()
	w = &copied
	shape, err := llm.ShapeOf(m)
	if err != nil {
		return w, nil, w.Fault("model", err)
	}
	if row, err := engine.Named(w.LLM.Engine); err == nil && shape.Released != "mxfp4" {
		w.Ordinary("precision", row.Serves, row.Name+" takes weights of four bits where nothing says which")
	}
	if bits := w.LLM.PackedBits; bits > 0 && w.Precision != "" {
		shape.Packed = llm.Packed{Precision: w.Precision, Bits: bits, Embeddings: catalog.EmbeddingBits(bits)}
		n.note(fmt.Sprintf("%s stands for the layout that is named, with %.3g bits a weight and %.3g in the tables of embeddings", w.Precision, bits, shape.Packed.Embeddings))
	}
	if w.LLM.Integers {
		n.note("weights and activations are taken to be int8 (w8a8), and matrices to be multiplied in it")
	}
	lengths, err := lengthsOf(w, m)
	if err != nil {
		return w, nil, err
	}
	images, err := imagesOf(w, m)
	if err != nil {
		return w, nil, err
	}
	lengths.Input = lengths.Input.Plus(images.Tokens())
	talk, err := converse(w, &lengths)
	if err != nil {
		return w, nil, err
	}
	if talk.Turns > 1 {
		n.note("turns of a conversation return to the replica that holds the earlier turns (prefix-aware routing); where they do not, nearly all of a prompt is read again on one of several replicas")
	}
	if err := checkContext(w, m, lengths, n); err != nil {
		return w, nil, err
	}
	if err := layout(w, shape, n); err != nil {
		return w, nil, err
	}
	return w, &Language{shape, lengths, images, talk}, nil
}

// checkContext compares lengths with the longest request that model and engine take: the mean must
// fit, and where the longest do not a note says so.
func checkContext(w *workload.Workload, m catalog.Model, l llm.Lengths, n *names) error {
	most, holder := longestRequest(w, m)
	noteContext(w, l, n)
	tooLong := func(in, out float64) string {
		return fmt.Sprintf("%s tokens in and %s out are more than the %s that %s can hold",
			unit.Format(unit.Count, math.Round(in)), unit.Format(unit.Count, math.Round(out)), unit.Format(unit.Count, most), holder)
	}
	switch in, out := max(l.Input.Mean, l.Input.P99), max(l.Output.Mean, l.Output.P99); {
	case most <= 0 || in+out <= most:
	case l.Input.Mean+l.Output.Mean > most:
		return w.Fault("input_tokens", errors.New(tooLong(l.Input.Mean, l.Output.Mean)+"; shorten them"))
	default:
		n.note("the longest requests (p99) do not fit: " + tooLong(in, out) + "; engines cut or refuse them")
	}
	return nil
}

// lengthsOf returns the tokens of requests. What is assumed beyond percentiles ends where model and engine cut or refuse
// a request, as simulations do.
func lengthsOf(w *workload.Workload, m catalog.Model) (l llm.Lengths, err error) {
	t := w.LLM
	if err := w.RequireLengths(); err != nil {
		return l, err
	}
	most, _ := longestRequest(w, m)
	l.Output = llm.Said(t.Output, t.OutputLengths.Within(most-1), t.OutputSeen)
	l.Input = llm.Said(t.Input, t.InputLengths.Within(most-l.Output.Mean), t.InputSeen)
	return l, nil
}

// split returns how many accelerators one replica of today's deployment spans: as many as were
// named, else the fewest that hold the model and one request; the most there are where none
// do.
func split(o *Offers, a catalog.Accelerator) (int, error) {
	most := a.MaxPerNode
	if most == 0 {
		most = 8 // of a machine whose size is not known
	}
	sizes := llm.ValidTP(o.Language.Shape, most)
	if n := o.Workload.LLM.Stages; n > 1 {
		for i := range sizes {
			sizes[i] *= n
		}
	}
	if g := o.Workload.GPUsPerReplica; g > 0 {
		n := o.Workload.LLM.Stages
		divides := n <= 1 || g%n == 0
		if divides && a.MaxPerNode > 0 && g > a.MaxPerNode || slices.Contains(sizes, g) {
			return g, nil
		}
		if !divides {
			return 0, o.Workload.Fault("pipeline_parallel", fmt.Errorf("%d stages do not divide the %d accelerators of a replica; --gpus-per-replica counts those of all stages", n, g))
		}
		return 0, o.Workload.Fault("gpus_per_replica", fmt.Errorf("%s cannot be split over %d accelerators: its attention heads do not divide evenly; it takes %s",
			o.Model.Name, g, wholes(sizes)))
	}
	for _, g := range append(sizes, overMachines(o, a, mostPerMachine(o, a))...) {
		if m, err := o.Memory(Hardware{a, g}, plain(releasedPrecision(o))); err == nil && m.Fits {
			return g, nil
		}
	}
	return sizes[len(sizes)-1], nil
}

func wholes(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}

// Setup returns one replica of a variant of a language model on hardware.
func (o *Offers) Setup(h Hardware, v Variant) llm.Setup {
	w := o.Workload.LLM
	cache := w.KVPrecision
	if v.applies(cacheInFP8) {
		cache = "fp8"
	}
	if v.Precision == "fp32" && o.Workload.Assumed("kv_precision") {
		cache = "" // that of the activations
	}
	tensor, stages := divided(o, h)
	return llm.Setup{
		Shape: o.Language.Shape, Accelerator: h.Accelerator, GPUs: tensor, Stages: stages, Groups: w.Groups(tensor), Machines: apart(o, h), Context: w.Arguments.MaxContext, Prompts: w.Arguments.Prompts, Slot: slot(o.Workload), Precision: v.Precision, KVPrecision: cache,
		Engine: w.Engine, PrefixHit: hit(o, v), Adapters: llm.Adapters(w.Adapters), Beside: o.Language.Images.weights() + drafting(o), Eager: w.Arguments.Eager, Plain: w.PlainKernel && v.Precision == "int4", Integers: w.Integers && v.Precision == "int8", Reading: o.Language.reading(),
		Requests: int(w.Arguments.Requests), PrefillTokens: w.Arguments.PrefillTokens, MemoryShare: w.Arguments.MemoryShare,
	}
}
