package engine

// Default is the engine assumed where none is named: the one with the most public measurements.
const Default = "vllm"

// contextGiB is an allowance for what the driver's context, libraries and communication
// buffers of one process take on a device: an assumption.
const contextGiB = 0.5

// graphsGiB is an allowance for the memory of captured CUDA graphs: vLLM's reports of its
// own estimate are 0.4 to 0.8 GiB on small models.
const graphsGiB = 0.7

// graphsBeyond is how vLLM divided memory before it counted the graphs within its share.
var graphsBeyond = ShareOfDevice{Share: 0.9, ContextGiB: contextGiB}

// What the sources leave out of the limits of large devices by name: vLLM asks for "a100" in that of the device,
// LMDeploy has rows for both.
var (
	a100   = []string{"a100"}
	ampere = []string{"a100", "a800"}
)

// gguf is what files of llama.cpp have no weights in.
var gguf = []string{"fp8", "fp4"}

// table is in the order in which spellings are looked for: "nm-vllm" is a vllm, "nim-trtllm"
// a trtllm.
var table = []Engine{
	{
		Known: Known{Name: "vllm", Spellings: []string{"vllm"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
		Steps: "vllm",
		Title: "vLLM 0.21 to 0.33",
		Since: "0.21", Read: "0.33",
		Earlier: []Earlier{
			{
				Since: "0.8", Title: "vLLM 0.8 to 0.20", Memory: graphsBeyond,
				Batching: []Batching{{FromGiB: 70, Except: a100, PrefillTokens: 8192, Requests: 1024}, {PrefillTokens: 2048, Requests: 256}},
				Source:   "vllm/engine/arg_utils.py of 0.8.4 (_set_default_args_v1) and of 0.9, which leaves out the A100 (pull request 17885)",
			},
			{
				Since: "0.6", Title: "vLLM 0.6 and 0.7, engine V0", Batching: []Batching{{PrefillTokens: 2048, Requests: 256}}, Prefixes: DropsPrefixes, Whole: 32768,
				Source: "vllm/engine/arg_utils.py of 0.6.1 and _set_default_args_v0 of 0.8.4; SchedulerConfig of 0.6.6: max(max_model_len, 2048) tokens where chunked prefill is off",
			},
		},
		Vendors: []string{"nvidia", "amd", "google", "intel", "aws"}, // Google's TPU, Intel's Gaudi and Amazon's Neuron by plugins
		Memory:  ShareOfDevice{Share: 0.92, ContextGiB: contextGiB + graphsGiB},
		Batching: []Batching{
			{FromGiB: 155, PrefillTokens: 16384, Requests: 1024},
			{FromGiB: 70, Except: a100, PrefillTokens: 8192, Requests: 1024},
			{PrefillTokens: 2048, Requests: 256},
		},
		Admission: EvictsWhenFull,
		Cache:     CacheOfActivations,
		Shrinks:   []string{"nvidia", "amd"},
		Prefixes:  KeepsPrefixes,
		Longest:   true,                              // v1/core/kv_cache_utils.py: check_enough_kv_cache_memory
		Unpacks:   Unpacks{FP8: Turing, FP4: Ampere}, // by Marlin; docs.vllm.ai, features/quantization, v0.32.0
		Arguments: Arguments{
			TensorParallel: "--tensor-parallel-size", Requests: "--max-num-seqs", PrefillTokens: "--max-num-batched-tokens",
			MemoryShare: "--gpu-memory-utilization", MaxContext: "--max-model-len",
		},
		Metrics: "vllm",
		Source:  "vLLM 0.33.0, vllm/engine/arg_utils.py: get_batch_defaults for the OpenAI server; gpu_memory_utilization 0.92, CUDA graphs counted in it since 0.21",
		Date:    "2026-11",
	},
	{
		// TensorRT alone is how MLPerf's logs name what language models ran on there.
		Known: Known{Name: "trtllm", Spellings: []string{"trtllm", "tensorrtllm", "tensorrt"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
		Steps: "trtllm",
		Title: "TensorRT-LLM 1",
		Since: "1", Read: "1.2",
		Vendors:   []string{"nvidia"},
		Memory:    ShareOfFree{Share: 0.9, ContextGiB: contextGiB},
		Batching:  []Batching{{PrefillTokens: 8192, Requests: 2048}},
		Admission: ReservesOutput,
		Cache:     CacheOfCheckpoint, // NVIDIA's quantized checkpoints have fp8 (Model Optimizer, hf_ptq.py, --kv_cache_qformat)
		Shrinks:   []string{"nvidia"},
		Prefixes:  KeepsPrefixes,
		Unpacks:   Unpacks{FP8: Never, FP4: Never},
		Arguments: Arguments{
			TensorParallel: "--tp_size", Requests: "--max_batch_size", PrefillTokens: "--max_num_tokens",
			MemoryShare: "--kv_cache_free_gpu_memory_fraction", MaxContext: "--max_seq_len",
		},
		Metrics: "trtllm",
		Source:  "tensorrt_llm/llmapi/llm_args.py: max_num_tokens, max_batch_size, kv_cache_config.free_gpu_memory_fraction, GUARANTEED_NO_EVICT",
		Date:    "2026-11",
	},
	{
		Known: Known{Name: "sglang", Spellings: []string{"sglang"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
		Steps: "sglang",
		Title: "SGLang 0.5",
		Since: "0.5", Read: "0.5.23",
		Earlier: []Earlier{
			{
				Since: "0.4.7", Title: "SGLang 0.4.7 to 0.4.10",
				Memory: Fixed{
					{FromGiB: 155, GiB: 32}, {FromGiB: 89, GiB: 12, PerGPU: 0.5}, {FromGiB: 35, GiB: 9.5, PerGPU: 0.5}, {GiB: 2.8, PerGPU: 0.1},
				},
				Batching: []Batching{
					{FromGiB: 155, PrefillTokens: 16384, Requests: 2048}, {FromGiB: 35, PrefillTokens: 8192, Requests: 2048}, {PrefillTokens: 2048, Requests: 2048},
				},
				Source: "python/sglang/srt/server_args.py of 2025-06: reserved_mem by memory and parallel_size",
			},
			{
				Since: "0.4", Title: "SGLang 0.4 to 0.4.6", Memory: ByGPUs{{16, 0.79}, {8, 0.81}, {4, 0.85}, {2, 0.87}, {1, 0.88}},
				Batching: []Batching{{FromGiB: 24.5, PrefillTokens: 8192, Requests: 2048}, {PrefillTokens: 2048, Requests: 2048}},
				Source:   "python/sglang/srt/server_args.py of 2025-03: mem_fraction_static by tp_size, chunked_prefill_size by memory",
			},
		},
		Vendors: []string{"nvidia", "amd"},
		// 512 MiB + 1.5 MiB for each token of a prefill chunk + 2 for each sequence of the
		// largest decode graph + 128 for each accelerator of a replica.
		Memory: Fixed{
			{FromGiB: 155, GiB: 25.5, PerGPU: 0.125}, {FromGiB: 60, GiB: 13, PerGPU: 0.125},
			{FromGiB: 20, GiB: 6.56, PerGPU: 0.125}, {GiB: 3.52, PerGPU: 0.125},
		},
		Batching: []Batching{
			{FromGiB: 155, PrefillTokens: 16384, Requests: 2048}, {FromGiB: 60, PrefillTokens: 8192, Requests: 2048},
			{FromGiB: 20, PrefillTokens: 4096, Requests: 2048}, {PrefillTokens: 2048, Requests: 2048},
		},
		Admission: ExpectsOutput, // new_token_ratio of managers/schedule_policy.py; it retracts when that was too little
		Cache:     CacheOfActivations,
		Shrinks:   []string{"nvidia", "amd"},
		Prefixes:  KeepsPrefixes,
		Together:  true,                             // max_running_requests and, with attention, chunked_prefill_size over dp_size
		Unpacks:   Unpacks{FP8: Ampere, FP4: Never}, // by Marlin; its change log; mixtures and fp4 came later, if at all
		Arguments: Arguments{
			TensorParallel: "--tp-size", Requests: "--max-running-requests", PrefillTokens: "--chunked-prefill-size",
			MemoryShare: "--mem-fraction-static", MaxContext: "--context-length",
		},
		Metrics: "sglang",
		Source:  "SGLang 0.5.23, memory_hook.py: the reserve; server_args.py: chunked_prefill_size by device, max_running_requests 2048 to 4096",
		Date:    "2026-11",
	},
	{
		Known: Known{Name: "tgi", Spellings: []string{"textgenerationinference", "tgi"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
		Steps: "tgi",
		Title: "Text Generation Inference 3",
		Since: "3", Read: "3.3",
		Earlier: []Earlier{{
			Since: "2", Title: "Text Generation Inference 2", Prefixes: DropsPrefixes,
			Source: "launcher's documentation of 2.x: a prefix cache by PREFIX_CACHING alone",
		}},
		Vendors:   []string{"nvidia", "amd", "intel"},
		Memory:    ShareOfDevice{Share: 1, ContextGiB: contextGiB + graphsGiB},
		Batching:  []Batching{{PrefillTokens: 4096, Requests: 128}},
		Admission: ReservesOutput, // its router books the prompt and max_new_tokens
		Cache:     CacheOfActivations,
		Shrinks:   []string{"nvidia", "amd"},
		Prefixes:  KeepsPrefixes,
		Unpacks:   Unpacks{FP8: Ampere, FP4: Never}, // by Marlin; text-generation-inference 2.2
		Arguments: Arguments{
			TensorParallel: "--num-shard", Requests: "--max-concurrent-requests", PrefillTokens: "--max-batch-prefill-tokens",
			MemoryShare: "--cuda-memory-fraction", MaxContext: "--max-total-tokens",
		},
		Metrics: "tgi",
		Source:  "launcher's documentation: cuda_memory_fraction 1.0, max_concurrent_requests 128, max_batch_prefill_tokens the longest input and 50",
		Date:    "2026-11",
	},
	{
		Known:   Known{Name: "lmdeploy", Spellings: []string{"lmdeploy", "turbomind"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
		Steps:   "lmdeploy",
		Title:   "LMDeploy, TurboMind",
		Vendors: []string{"nvidia"},
		Memory:  ShareOfFree{Share: 0.8, ContextGiB: contextGiB},
		Batching: []Batching{
			{FromGiB: 70, Except: ampere, PrefillTokens: 8192, Requests: 512}, {FromGiB: 35, PrefillTokens: 8192, Requests: 256},
			{PrefillTokens: 8192, Requests: 128},
		},
		Admission: EvictsWhenFull,
		Cache:     CacheOfActivations,
		Shrinks:   []string{"nvidia"},
		Prefixes:  DropsPrefixes,
		Unpacks:   Unpacks{FP8: Never, FP4: Never},
		Arguments: Arguments{
			TensorParallel: "--tp", Requests: "--max-batch-size", PrefillTokens: "--max-prefill-token-num",
			MemoryShare: "--cache-max-entry-count", MaxContext: "--session-len",
		},
		Metrics: "generic",
		Source:  "lmdeploy/messages.py @0043859: cache_max_entry_count 0.8 of what is free, max_prefill_token_num 8192, max_batch_size by device",
		Date:    "2026-11",
	},
	{
		Known: Known{Name: "llamacpp", Spellings: []string{"llamacpp", "llamaserver"}, Parallelism: SplitsLayers, Weights: WeightsOnHost}, // --split-mode layer
		Steps: "llamacpp",
		Title: "llama.cpp's server from b7079 on",
		Since: "7079", Read: "9265",
		Earlier: []Earlier{{
			Since: "1", Title: "llama.cpp's server before b7079", Batching: []Batching{{PrefillTokens: 2048, Requests: 1}}, Context: 4096,
			Source: "tools/server/README.md before pull request 16736 (2025-11): --parallel 1, --ctx-size 4096",
		}},
		Vendors:   []string{"nvidia", "amd", "intel", "apple"},
		Memory:    Fixed{{GiB: 1}},
		Batching:  []Batching{{PrefillTokens: 2048, Requests: 4}},
		Admission: ReservesOutput, // a slot has its part of the context whatever is in it
		Cache:     CacheOfActivations,
		Shrinks:   []string{"nvidia", "amd", "intel", "apple"},
		Prefixes:  KeepsPrefixes,
		Unpacks:   Unpacks{FP8: Never, FP4: Never},
		Arguments: Arguments{
			TensorParallel: "--tensor-split", Requests: "--parallel", PrefillTokens: "--batch-size",
			MemoryShare: "--fit-target", MaxContext: "--ctx-size",
		},
		Metrics: "llama-cpp",
		Lacks:   gguf, Serves: "int4", // -hf takes q4_k_m
		Divides: true, // n_ctx_seq = n_ctx / n_seq_max, unless --kv-unified
		Source:  "llama.cpp's server @00dc805: 1024 MiB of a device are kept free, batches of 2048 tokens, four slots by --parallel auto",
		Date:    "2026-11",
	},
	{
		Known: Known{Name: "ollama", Spellings: []string{"ollama"}, Parallelism: SplitsLayers, Weights: WeightsOnHost},
		Steps: "llamacpp",
		Title: "Ollama 0.12 and later",
		Since: "0.12", Read: "0.15.5",
		Earlier: []Earlier{
			{Since: "0.6.7", Title: "Ollama 0.6.7 to 0.11", Batching: []Batching{{PrefillTokens: 512, Requests: 2}}, Source: "ollama, pull requests 10452 and 10468: a context of 4096 and two at once where they fit"},
			{Since: "0.2", Title: "Ollama 0.2 to 0.6.6", Batching: []Batching{{PrefillTokens: 512, Requests: 4}}, Context: 2048, Source: "ollama, pull request 10364: a context of 2048 and four at once where they fit"},
		},
		Vendors:   []string{"nvidia", "amd", "apple"},
		Memory:    Fixed{{GiB: 1}},
		Batching:  []Batching{{PrefillTokens: 512, Requests: 1}},
		Admission: ReservesOutput,
		Cache:     CacheOfActivations,
		Shrinks:   []string{"nvidia", "amd", "apple"},
		Prefixes:  KeepsPrefixes,
		Lacks:     gguf, Serves: "int4", // q4_K_M, where no tag says otherwise
		Context: 4096, // and more by itself from 24 GiB on, since 0.15.5
		Unpacks: Unpacks{FP8: Never, FP4: Never},
		Arguments: Arguments{
			TensorParallel: "OLLAMA_SCHED_SPREAD", Requests: "OLLAMA_NUM_PARALLEL", PrefillTokens: "num_batch",
			MemoryShare: "OLLAMA_GPU_OVERHEAD", MaxContext: "OLLAMA_CONTEXT_LENGTH",
		},
		Metrics: "generic", // it has none of its own
		Source:  "Ollama's FAQ @00182b5: OLLAMA_NUM_PARALLEL 1, layers spread where a model does not fit on one device",
		Date:    "2026-11",
	},
	{
		Known: Known{Name: "nim", Spellings: []string{"nvidianim", "nim"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
		Steps: "vllm",
		Title: "NVIDIA NIM 2, which runs vLLM",
		Since: "2", Read: "2",
		Vendors: []string{"nvidia"},
		Memory:  ShareOfDevice{Share: 0.92, ContextGiB: contextGiB + graphsGiB},
		Batching: []Batching{
			{FromGiB: 155, PrefillTokens: 16384, Requests: 1024},
			{FromGiB: 70, Except: a100, PrefillTokens: 8192, Requests: 1024},
			{PrefillTokens: 2048, Requests: 256},
		},
		Admission: EvictsWhenFull,
		Cache:     CacheOfActivations,
		Shrinks:   []string{"nvidia"},
		Prefixes:  KeepsPrefixes,
		Unpacks:   Unpacks{FP8: Never, FP4: Never},
		Arguments: Arguments{
			TensorParallel: "NIM_TENSOR_PARALLEL_SIZE", Requests: "NIM_MAX_NUM_SEQS", PrefillTokens: "NIM_MAX_NUM_BATCHED_TOKENS",
			MemoryShare: "NIM_KVCACHE_PERCENT", MaxContext: "NIM_MAX_MODEL_LEN",
		},
		Metrics: "nim",
		Source:  "NIM 2 wraps vLLM or SGLang: the engine's defaults hold",
		Date:    "2026-11",
	},
}

// measured are engines of which only measurements are known; --engine does not take them.
var measured = []Known{
	{Name: "deepspeed", Spellings: []string{"deepspeed"}, Parallelism: SplitsTensors, Weights: WeightsOnHost},
	{Name: "exllamav2", Spellings: []string{"exllama"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
	{Name: "mlc-llm", Spellings: []string{"mlcllm", "mlc"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
	{Name: "sambaflow", Spellings: []string{"sambaflow"}, Parallelism: SplitsTensors, Weights: WeightsOnDevice},
	{Name: "transformers", Spellings: []string{"transformers"}, Parallelism: SplitsLayers, Weights: WeightsOnHost}, // device_map
}
