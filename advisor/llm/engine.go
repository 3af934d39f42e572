package llm

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
)

// Engine is what a serving engine does with memory and requests unless told otherwise.
type Engine struct {
	Name  string
	Title string // with the version that the defaults are those of

	// PrefillTokens are the most input tokens that one step reads, which is also what the
	// engine sizes its activations for.
	PrefillTokens float64

	Requests int // most requests under way at once

	// Evicts says that a request is admitted when its input fits and may be put back when
	// the cache fills; otherwise its whole output is reserved beforehand.
	Evicts bool
}

// engines are the names, in the order in which they are offered.
var engines = []string{"vllm", "trtllm", "sglang"}

const (
	// large is what vLLM takes for a big device, GiB (vllm/engine/arg_utils.py, which also
	// leaves out the A100 by name; it has 312 TFLOPS, parts of later years more).
	large, fast = 70, 320

	// vllmShare of the device's memory is for the model (gpu_memory_utilization; 0.92 since
	// v0.20, 0.9 before, and 0.9 in most published commands).
	vllmShare = 0.9

	// trtShare of what weights and activations leave is for the cache
	// (kv_cache_config.free_gpu_memory_fraction).
	trtShare = 0.9

	// contextGiB is an allowance for what the driver's context, libraries and communication
	// buffers of one process take on a device: an assumption.
	contextGiB = 0.5
)

// EngineOf is the engine of that name on an accelerator; "" is vllm. Another name is an
// error.
func EngineOf(name string, a catalog.Accelerator) (Engine, error) {
	device := DeviceGiB(a)
	switch name {
	case "", "vllm":
		// vllm/engine/arg_utils.py, get_batch_defaults, for the OpenAI server of v0.11 to v0.19.
		e := Engine{Name: "vllm", Title: "vLLM 0.11 to 0.19", PrefillTokens: 2048, Requests: 256, Evicts: true}
		if device >= large && max(a.BF16TFLOPS, a.FP16TFLOPS) > fast {
			e.PrefillTokens, e.Requests = 8192, 1024
		}
		return e, nil
	case "trtllm":
		// tensorrt_llm/llmapi/llm_args.py: max_num_tokens, max_batch_size; the policy is
		// GUARANTEED_NO_EVICT.
		return Engine{Name: "trtllm", Title: "TensorRT-LLM 1.0", PrefillTokens: 8192, Requests: 2048}, nil
	case "sglang":
		// python/sglang/srt/server_args.py: chunked_prefill_size by memory;
		// max_running_requests between 2048 and 4096.
		e := Engine{Name: "sglang", Title: "SGLang 0.5", PrefillTokens: 8192, Requests: 2048, Evicts: true}
		switch {
		case device < 35:
			e.PrefillTokens = 2048
		case device >= 160:
			e.PrefillTokens = 16384
		}
		return e, nil
	}
	return Engine{}, fmt.Errorf("unknown engine %q; expected one of %s", name, strings.Join(engines, ", "))
}

// vendors are those whose accelerators an engine runs on as released: vLLM and SGLang name
// NVIDIA and AMD, vLLM also Google's TPU and Intel's Gaudi by plugins of its project;
// TensorRT-LLM is NVIDIA's (installation pages of the three, 2025).
var vendors = map[string][]string{
	"vllm": {"nvidia", "amd", "google", "intel"}, "trtllm": {"nvidia"}, "sglang": {"nvidia", "amd"},
}

// RunsOn reports whether an engine runs on an accelerator; "" is vllm.
func RunsOn(engine string, a catalog.Accelerator) bool {
	return slices.Contains(vendors[cmp.Or(engine, "vllm")], a.Vendor)
}

// Engines are the names of the engines that are known.
func Engines() []string { return slices.Clone(engines) }

// sglangReserve is what SGLang keeps free for activations and CUDA graphs, GiB
// (server_args.py of v0.5: mem_fraction_static by device).
func sglangReserve(device float64, gpus int) float64 {
	n := float64(gpus)
	switch {
	case device < 35:
		return 2.8 + n/10
	case device < 90:
		return 9.5 + n/2
	case device < 160:
		return 12 + n/2
	}
	return 32
}

// DeviceGiB is the memory of one accelerator that software gets to see. Where no source
// states it: parts with GDDR memory keep 1/16 for error correction, and both kinds a little
// for the driver; HBM, known here by its bandwidth, has wires of its own for that.
func DeviceGiB(a catalog.Accelerator) float64 {
	const hbm = 1200 // GB/s: more than any GDDR6 part, less than any HBM part since the A100
	switch {
	case a.UsableGiB > 0:
		return a.UsableGiB
	case a.BandwidthGBs > hbm:
		return a.MemoryGiB * 0.985
	}
	return a.MemoryGiB * 0.93
}
