package workload

import (
	"fmt"
	"strconv"
	"strings"

	"scaleadvise/advisor/unit"
)

// Request is the shape of one request of a model other than a language model. A zero means not given.
type Request struct {
	Width, Height int     // pixels of its image
	Audio         float64 // s
	Steps         int     // of denoising
	Items         int     // inputs that are processed together
	Bytes         float64 // over the network
}

// Machine is the share of its host machine that one replica of today's deployment has. A zero means not
// given.
type Machine struct {
	Type      string  // as the cloud names it
	VCPUs     int     // of a replica
	MemoryGiB float64 // of a replica
	Workers   int     // processes of a replica
}

// DefaultRuntime is the runtime assumed where none is stated.
const DefaultRuntime = "pytorch"

// TreeRuntime stands for the library that trained a model of decision trees, which also runs it.
const TreeRuntime = "tree-library"

// TunedRuntime stands for the tuned runs of MLPerf.
const TunedRuntime = "mlperf"

// Runtimes returns the words for what executes a model, sorted.
func Runtimes() []string {
	return []string{TunedRuntime, "onnxruntime", "openvino", DefaultRuntime, "tensorflow", "tensorrt", "tflite", "torch-compile"}
}

// Servers returns the words for inference servers in front of a runtime.
func Servers() []string {
	return []string{"fastapi", None, "ovms", "tf-serving", "torchserve", "triton"}
}

// longestSide bounds an image, far above any camera's.
const longestSide = 65536

// ParseImage reads WxH in pixels; one number is a square.
func ParseImage(text string) (width, height int, err error) {
	w, h, two := strings.Cut(strings.ToLower(strings.TrimSpace(text)), "x")
	if !two {
		h = w
	}
	sides := [2]int{}
	for i, side := range []string{w, h} {
		v, err := strconv.Atoi(strings.TrimSpace(side))
		if err != nil || v < 1 || v > longestSide {
			return 0, 0, fmt.Errorf("%q is not the size of an image: expected width x height in pixels, such as 640x640", text)
		}
		sides[i] = v
	}
	return sides[0], sides[1], nil
}

// request reads the traits of the shape of a request and of the machine.
func (r *resolver) request() {
	w := r.w
	w.Request = Request{Audio: r.number("audio_length_s"), Steps: r.count("steps"), Items: r.count("items"), Bytes: r.number("request_size")}
	if text := r.text("image_size"); text != "" {
		w.Request.Width, w.Request.Height, _ = ParseImage(text) // it was read once before
	}
	w.Runtime, w.Server = r.text("runtime"), r.text("server")
	w.Machine = Machine{Type: r.text("machine"), VCPUs: r.count("cpu"), MemoryGiB: r.number("memory") / (1 << 30), Workers: r.count("workers")}
}

// Ordinary settles a trait that models other than language models have, once their kind is
// known: the usual value, and why. A given value stays.
func (w *Workload) Ordinary(trait, text, reason string) {
	if text == "" || w.has(trait) {
		return
	}
	w.assume(fallback{name: trait, text: text, reason: reason})
	switch trait {
	case "runtime":
		w.Runtime = text
	case "precision":
		w.Precision = text
	case "input_tokens":
		w.LLM.Input = w.interval(trait)
	case "output_tokens":
		w.LLM.Output = w.interval(trait)
	case "think_time":
		w.LLM.ThinkTime = w.interval(trait).Mid
	case "prefix_hit":
		w.LLM.PrefixHit = w.interval(trait).Mid
	case "images":
		w.LLM.Images = int(w.interval(trait).Mid)
	case "image_size":
		w.Request.Width, w.Request.Height, _ = ParseImage(text)
	case "audio_length_s":
		w.Request.Audio = w.interval(trait).Mid
	case "steps":
		w.Request.Steps = int(w.interval(trait).Mid)
	case "items":
		w.Request.Items = int(w.interval(trait).Mid)
	case "p99":
		w.Latency = w.interval(trait).Mid
	case "concurrency":
		w.Service.Concurrency = int(w.interval(trait).Mid)
	}
}

// Reassume replaces a default by another once more is known; a given value stays.
func (w *Workload) Reassume(trait, text, reason string) {
	if w.Assumed(trait) {
		w.drop(trait)
	}
	w.Ordinary(trait, text, reason)
}

// Deployed reports whether today's hardware was named.
func (w *Workload) Deployed() bool { return w.GPU != "" || w.Machine.Type != "" || w.Machine.VCPUs > 0 }

// interval is the value of a trait, zero where it is not known.
func (w *Workload) interval(trait string) unit.Interval {
	for _, t := range w.Traits {
		if t.Spec.Name == trait {
			return t.Value.Interval
		}
	}
	return unit.Interval{}
}

// What adapters are understood: ranks as engines take them, and more adapters than any holds at once.
const mostAdapters, highestRank = 100_000, 512

// parseLoRA reads NUMBERxRANK.
func parseLoRA(text string) (Adapters, error) {
	n, rank, two := strings.Cut(strings.ToLower(strings.TrimSpace(text)), "x")
	number, err := strconv.Atoi(strings.TrimSpace(n))
	r, errRank := strconv.Atoi(strings.TrimSpace(rank))
	switch {
	case !two || err != nil || errRank != nil || number < 1 || r < 1:
		return Adapters{}, fmt.Errorf("%q: expected the number of adapters and their rank, such as 8x16", text)
	case number > mostAdapters || r > highestRank:
		return Adapters{}, fmt.Errorf("%q: at most %d adapters of a rank up to %d are understood", text, mostAdapters, highestRank)
	}
	return Adapters{number, r}, nil
}
