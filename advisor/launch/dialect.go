package launch

import (
	"maps"
	"strings"
)

// dialect is how one kind of server is told and set.
type dialect struct {
	name       string
	images     []string // what names of its images contain
	starts     []string // commands that start it
	positional bool     // the model may stand behind the command
	flags      map[string]Key
	env        map[string]Key
	model      func(s *Server, image string, commands [][]word) // what else names the model; nil for nothing
}

// Names of the servers.
const (
	VLLM        = "vllm"
	SGLang      = "sglang"
	TGI         = "tgi"
	LMDeploy    = "lmdeploy"
	TensorRTLLM = "trtllm"
	Triton      = "triton"
	NIM         = "nim"
	HuggingFace = "huggingfaceserver"
	Ollama      = "ollama"
	LlamaCpp    = "llama.cpp"
	Embeddings  = "text-embeddings-inference"
	Infinity    = "infinity"
	DJL         = "djl-serving"
)

var vllmFlags = map[string]Key{
	"--model": Model, "--tensor-parallel-size": TensorParallel, "-tp": TensorParallel, "--pipeline-parallel-size": PipelineParallel,
	"-pp": PipelineParallel, "--data-parallel-size": DataParallel, "-dp": DataParallel, "--quantization": Quantization, "-q": Quantization,
	"--dtype": DType, "--kv-cache-dtype": KVDType, "--max-model-len": MaxLength, "--max-num-seqs": MaxSequences,
	"--gpu-memory-utilization": MemoryFraction, "--lora-modules": Adapters, "--max-loras": Adapters,
	"--nnodes": Nodes, "--distributed-executor-backend": Executor, "--cpu-offload-gb": Offload,
	"--enable-expert-parallel": ExpertParallel, "-ep": ExpertParallel, "--max-num-batched-tokens": StepTokens,
	"--enable-prefix-caching": KeepsPrefixes, "--no-enable-prefix-caching": DropsPrefixes, "--enforce-eager": Eager,
	"--speculative-config": Speculation, "--speculative-model": Speculation, "--num-speculative-tokens": Drafted,
}

// dialects are in the order in which images are told apart: a name may contain several marks.
var dialects = []dialect{
	{
		name: NIM, images: []string{"nvcr.io/nim/", "/nim/"}, model: (*Server).nim,
		env: map[string]Key{
			"NIM_MODEL_NAME": Model, "NIM_TENSOR_PARALLEL_SIZE": TensorParallel, "NIM_PIPELINE_PARALLEL_SIZE": PipelineParallel,
			"NIM_MAX_MODEL_LEN": MaxLength, "NIM_MAX_NUM_SEQS": MaxSequences, "NIM_MAX_BATCH_SIZE": MaxSequences,
			"NIM_KV_CACHE_PERCENT": MemoryFraction, "NIM_KVCACHE_PERCENT": MemoryFraction, "NIM_PEFT_SOURCE": Adapters,
		},
	},
	{
		name: HuggingFace, images: []string{"huggingfaceserver", "huggingface-server"}, starts: []string{"huggingfaceserver", "python -m huggingfaceserver", "python3 -m huggingfaceserver"},
		flags: merged(vllmFlags, map[string]Key{"--model-id": Model, "--max-length": MaxLength}),
		env:   map[string]Key{"MODEL_ID": Model},
	},
	{
		name: SGLang, images: []string{"sglang"}, starts: []string{"sglang.launch_server", "sglang serve", "dynamo.sglang"},
		flags: map[string]Key{
			"--model-path": Model, "--model": Model, "--tp": TensorParallel, "--tp-size": TensorParallel, "--tensor-parallel-size": TensorParallel,
			"--pp": PipelineParallel, "--pp-size": PipelineParallel, "--pipeline-parallel-size": PipelineParallel,
			"--dp": DataParallel, "--dp-size": DataParallel, "--data-parallel-size": DataParallel, "--quantization": Quantization,
			"--dtype": DType, "--kv-cache-dtype": KVDType, "--context-length": MaxLength, "--max-running-requests": MaxSequences,
			"--mem-fraction-static": MemoryFraction, "--lora-paths": Adapters, "--max-loras-per-batch": Adapters,
			"--nnodes": Nodes, "--cpu-offload-gb": Offload, "--enable-dp-attention": AttentionCopies,
			"--chunked-prefill-size": StepTokens, "--disable-radix-cache": DropsPrefixes,
			"--disable-cuda-graph": Eager, "--speculative-algorithm": Speculation, "--speculative-num-steps": Drafted,
		},
	},
	{
		name: Embeddings, images: []string{"text-embeddings-inference", "text-embeddings-router"}, starts: []string{"text-embeddings-router"},
		flags: map[string]Key{"--model-id": Model, "--dtype": DType}, env: map[string]Key{"MODEL_ID": Model, "DTYPE": DType},
	},
	{
		name: Infinity, images: []string{"/infinity", "infinity-emb"}, starts: []string{"infinity_emb v2", "infinity_emb"},
		flags: map[string]Key{"--model-id": Model, "--dtype": DType}, env: map[string]Key{"INFINITY_MODEL_ID": Model, "INFINITY_DTYPE": DType},
	},
	{
		name: DJL, images: []string{"djl-serving", "djl-inference", "djl-lmi"},
		env: map[string]Key{
			"HF_MODEL_ID": Model, "OPTION_MODEL_ID": Model, "OPTION_TENSOR_PARALLEL_DEGREE": TensorParallel, "TENSOR_PARALLEL_DEGREE": TensorParallel,
			"OPTION_PIPELINE_PARALLEL_DEGREE": PipelineParallel, "OPTION_QUANTIZE": Quantization, "OPTION_DTYPE": DType, "OPTION_MAX_MODEL_LEN": MaxLength,
			"OPTION_MAX_ROLLING_BATCH_SIZE": MaxSequences, "OPTION_GPU_MEMORY_UTILIZATION": MemoryFraction,
		},
	},
	{
		name: TGI, images: []string{"text-generation-inference", "text-generation-launcher", "/lorax", "huggingface-pytorch-tgi"}, starts: []string{"text-generation-launcher", "lorax-launcher"},
		flags: map[string]Key{
			"--model-id": Model, "--num-shard": TensorParallel, "--quantize": Quantization, "--dtype": DType, "--kv-cache-dtype": KVDType,
			"--max-total-tokens": MaxLength, "--max-batch-size": MaxSequences, "--cuda-memory-fraction": MemoryFraction, "--lora-adapters": Adapters,
			"--max-batch-prefill-tokens": StepTokens, "--max-concurrent-requests": MaxSequences,
		},
		env: map[string]Key{
			"MODEL_ID": Model, "NUM_SHARD": TensorParallel, "QUANTIZE": Quantization, "DTYPE": DType, "KV_CACHE_DTYPE": KVDType,
			"MAX_TOTAL_TOKENS": MaxLength, "MAX_BATCH_SIZE": MaxSequences, "MAX_CONCURRENT_REQUESTS": MaxSequences, "CUDA_MEMORY_FRACTION": MemoryFraction, "LORA_ADAPTERS": Adapters,
		},
	},
	{
		name: LMDeploy, images: []string{"lmdeploy"}, starts: []string{"lmdeploy serve api_server", "lmdeploy.serve.openai.api_server"}, positional: true,
		flags: map[string]Key{
			"--tp": TensorParallel, "--dp": DataParallel, "--model-format": Quantization, "--dtype": DType, "--quant-policy": KVDType,
			"--session-len": MaxLength, "--max-batch-size": MaxSequences, "--cache-max-entry-count": MemoryFraction, "--adapters": Adapters,
			"--max-prefill-token-num": StepTokens, "--enable-prefix-caching": KeepsPrefixes,
		},
	},
	{
		name: TensorRTLLM, images: []string{"tensorrt-llm", "tensorrt_llm", "trtllm"}, starts: []string{"trtllm-serve serve", "trtllm-serve", "dynamo.trtllm"}, positional: true,
		flags: map[string]Key{
			"--max-num-tokens": StepTokens, "--tp-size": TensorParallel, "--pp-size": PipelineParallel, "--max-seq-len": MaxLength, "--max-batch-size": MaxSequences,
			"--kv-cache-free-gpu-memory-fraction": MemoryFraction, "--kv-cache-dtype": KVDType, "--model": Model, "--model-path": Model, "--tensor-parallel-size": TensorParallel,
		},
	},
	{
		name: VLLM, images: []string{"vllm", "aphrodite"}, starts: []string{"vllm serve", "vllm.entrypoints.openai.api_server", "vllm.entrypoints.api_server", "dynamo.vllm"}, positional: true,
		flags: vllmFlags,
	},
	{
		name: Triton, images: []string{"tritonserver"}, starts: []string{"tritonserver", "launch_triton_server.py", "genai-perf"},
		flags: map[string]Key{"--world-size": TensorParallel},
	},
	{
		name: Ollama, images: []string{"ollama"}, starts: []string{"ollama serve"}, model: (*Server).ollama,
		env: map[string]Key{"OLLAMA_CONTEXT_LENGTH": MaxLength, "OLLAMA_NUM_PARALLEL": MaxSequences, "OLLAMA_KV_CACHE_TYPE": KVDType, "OLLAMA_MODEL": Model},
	},
	{
		name: LlamaCpp, images: []string{"llama.cpp", "llama-cpp", "llamacpp"}, starts: []string{"llama-server"},
		flags: map[string]Key{
			"-m": Model, "--model": Model, "-hf": Model, "-hfr": Model, "--hf-repo": Model, "-c": MaxLength, "--ctx-size": MaxLength,
			"-b": StepTokens, "--batch-size": StepTokens, "-np": MaxSequences, "--parallel": MaxSequences, "-ctk": KVDType, "--cache-type-k": KVDType, "--lora": Adapters,
			"-ngl": Layers, "--n-gpu-layers": Layers, "--gpu-layers": Layers,
		},
		env: map[string]Key{"LLAMA_ARG_N_GPU_LAYERS": Layers, "LLAMA_ARG_MODEL": Model, "LLAMA_ARG_HF_REPO": Model, "LLAMA_ARG_CTX_SIZE": MaxLength, "LLAMA_ARG_N_PARALLEL": MaxSequences},
	},
}

func merged(all ...map[string]Key) map[string]Key {
	out := map[string]Key{}
	for _, one := range all {
		maps.Copy(out, one)
	}
	return out
}

// nim reads the model that an image of NIM is made of: nvcr.io/nim/meta/llama-3.1-8b-instruct.
func (s *Server) nim(image string, _ [][]word) {
	_, name, ok := strings.Cut(strings.ToLower(withoutTag(image)), "nim/")
	if _, said := s.Settings[Model]; ok && !said && strings.Contains(name, "/") && !strings.Contains(name, "llm-nim") {
		s.Settings[Model] = Setting{Text: name, Name: "image", At: imagePlace}
	}
}

// imagePlace is the place of what the image says.
const imagePlace = -1

// ollama reads the model that a command runs, pulls or loads.
func (s *Server) ollama(_ string, commands [][]word) {
	for _, words := range commands {
		for i, w := range words {
			if i > 0 && (w.text == "run" || w.text == "pull") && strings.HasSuffix(words[i-1].text, "ollama") && i+1 < len(words) {
				s.set(Model, "ollama "+w.text, words[i+1], true)
			}
		}
	}
}

// Engines returns the names of the servers that are distinguished.
func Engines() []string {
	var names []string
	for _, d := range dialects {
		names = append(names, d.name)
	}
	return names
}
