package llm

import (
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
)

// Setup is one replica of a language model as it is deployed.
type Setup struct {
	Shape         Shape
	Accelerator   catalog.Accelerator
	GPUs          int     // accelerators of one replica: the tensor-parallel size, ≥ 1
	Precision     string  // of the weights: fp16, bf16, fp8, int8, int4, fp4
	KVPrecision   string  // of the KV cache: fp16, bf16, fp8, int8
	Engine        string  // vllm, trtllm, sglang; "" is vllm
	Requests      int     // most requests that run at once, 0 = the engine's default
	Stages        int     // stages of pipeline parallelism, each with GPUs accelerators; 0 = 1
	PrefillTokens float64 // most prompt tokens of a step; 0 = the engine's default
	Context       float64 // longest sequence that the engine is configured for, tokens; 0 = the model's
	Slot          float64 // tokens that the engine reserves for each request, whatever its length; 0 = its own
	Groups        int     // data-parallel groups of attention, each with a part of GPUs and of the requests; 0 = 1
	Machines      int     // over which these are spread, so that tokens go to their experts through the network; 0 = 1
	Prompts       engine.Prompts
	Integers      bool    // with weights in int8, activations are in it too, and so is the arithmetic
	Plain         bool    // weights of four bits are unpacked by other kernels than those that the measurements ran with
	Eager         bool    // each kernel is launched by itself, without recorded CUDA graphs
	MemoryShare   float64 // the engine's setting, as the engine defines it; 0 = its default
	PrefixHit     float64 // share of input tokens found in the prefix cache, in [0,1)
	Adapters      Adapters
	Beside        float64 // B of weights beyond the decoder's, such as a vision tower's
	Reading       float64 // operations to read a prompt over those of the decoder alone; 0 = 1

	// Accepted is the tokens that one decode step yields with speculative decoding; 0 and 1 mean without.
	Accepted float64
}
