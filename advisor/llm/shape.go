package llm

// Shape is what the arithmetic and the memory of a language model depend on.
type Shape struct {
	Name         string
	Params       float64 // parameters in memory
	ActiveParams float64 // parameters that one token passes
	Layers       int
	Hidden       int
	Heads        int
	HeadDim      int
	KVHeads      int
	Vocab        int

	Experts, ExpertsPerToken int     // of a mixture; 0 = dense
	ExpertParams             float64 // parameters of all routed experts

	Attention []Attention
}

// Attention is a run of layers that keep the past in the same way.
type Attention struct {
	Layers           int
	ElementsPerToken float64 // of one layer's KV cache, before any parallelism
	Window           int     // tokens it keeps at most; 0 = all
	State            float64 // elements it keeps per request whatever its length (linear attention)
}
