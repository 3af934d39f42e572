package engine

// Default is the engine where none is named: the one with the most public measurements.
const Default = "vllm"

// contextGiB is an allowance for what the driver's context, libraries and communication
// buffers of one process take on a device: an assumption.
const contextGiB = 0.5

// table is in the order in which spellings are looked for: "nm-vllm" is a vllm, "nim-trtllm"
// a trtllm.
var table = []Engine{
	{
		Known:   Known{Name: "vllm", Spellings: []string{"vllm"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
		Title:   "vLLM 0.11 to 0.19",
		Vendors: []string{"nvidia", "amd", "google", "intel"}, // Google's TPU and Intel's Gaudi by plugins of its project
		Memory:  ShareOfDevice{Share: 0.9, ContextGiB: contextGiB},
		Batching: []Batching{ // the source also excludes the A100 by name; it has 312 TFLOPS, later parts more
			{FromGiB: 70, AboveTFLOPS: 320, PrefillTokens: 8192, Requests: 1024},
			{PrefillTokens: 2048, Requests: 256},
		},
		Admission: EvictsWhenFull,
		Cache:     CacheOfActivations,
		Arguments: Arguments{
			TensorParallel: "--tensor-parallel-size", Requests: "--max-num-seqs", PrefillTokens: "--max-num-batched-tokens",
			MemoryShare: "--gpu-memory-utilization", MaxContext: "--max-model-len",
		},
		Metrics: "vllm",
		Source:  "vllm/engine/arg_utils.py, get_batch_defaults, for the OpenAI server; gpu_memory_utilization 0.9 (0.92 since v0.20)",
		Date:    "2026-11",
	},
	{
		// TensorRT alone is how MLPerf's logs name what language models ran on there.
		Known:     Known{Name: "trtllm", Spellings: []string{"trtllm", "tensorrt"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
		Title:     "TensorRT-LLM 1.0",
		Vendors:   []string{"nvidia"},
		Memory:    ShareOfFree{Share: 0.9, ContextGiB: contextGiB},
		Batching:  []Batching{{PrefillTokens: 8192, Requests: 2048}},
		Admission: ReservesOutput,
		Cache:     CacheOfCheckpoint, // NVIDIA's quantized checkpoints have fp8 (Model Optimizer, hf_ptq.py, --kv_cache_qformat)
		Arguments: Arguments{
			TensorParallel: "--tp_size", Requests: "--max_batch_size", PrefillTokens: "--max_num_tokens",
			MemoryShare: "--kv_cache_free_gpu_memory_fraction", MaxContext: "--max_seq_len",
		},
		Metrics: "triton",
		Source:  "tensorrt_llm/llmapi/llm_args.py: max_num_tokens, max_batch_size, kv_cache_config.free_gpu_memory_fraction, GUARANTEED_NO_EVICT",
		Date:    "2026-11",
	},
	{
		Known:   Known{Name: "sglang", Spellings: []string{"sglang"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
		Title:   "SGLang 0.5",
		Vendors: []string{"nvidia", "amd"},
		Memory: Fixed{
			{FromGiB: 160, GiB: 32}, {FromGiB: 90, GiB: 12, PerGPU: 0.5}, {FromGiB: 35, GiB: 9.5, PerGPU: 0.5}, {GiB: 2.8, PerGPU: 0.1},
		},
		Batching: []Batching{
			{FromGiB: 160, PrefillTokens: 16384, Requests: 2048}, {FromGiB: 35, PrefillTokens: 8192, Requests: 2048},
			{PrefillTokens: 2048, Requests: 2048},
		},
		Admission: EvictsWhenFull,
		Cache:     CacheOfActivations,
		Arguments: Arguments{
			TensorParallel: "--tp-size", Requests: "--max-running-requests", PrefillTokens: "--chunked-prefill-size",
			MemoryShare: "--mem-fraction-static", MaxContext: "--context-length",
		},
		Metrics: "sglang",
		Source:  "python/sglang/srt/server_args.py: mem_fraction_static and chunked_prefill_size by device, max_running_requests 2048 to 4096",
		Date:    "2026-11",
	},
}

// measured are engines of which only measurements are known; --engine does not take them.
var measured = []Known{
	{Name: "llama.cpp", Spellings: []string{"llamacpp"}, Parallelism: SplitsLayers, Weights: WeightsOnHost}, // --split-mode layer
	{Name: "lmdeploy", Spellings: []string{"lmdeploy", "turbomind"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
	{Name: "deepspeed", Spellings: []string{"deepspeed"}, Parallelism: SplitsTensors, Weights: WeightsOnHost},
	{Name: "exllamav2", Spellings: []string{"exllama"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
	{Name: "sambaflow", Spellings: []string{"sambaflow"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
	{Name: "tgi", Spellings: []string{"textgenerationinference", "tgi"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
	{Name: "transformers", Spellings: []string{"transformers"}, Parallelism: SplitsLayers, Weights: WeightsOnHost}, // device_map
}
