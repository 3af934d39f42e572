package fact

// Serving is what a container of a manifest is set to serve, and what it has for that.
type Serving struct {
	Container, Engine, Model string
	Accelerator              string // short name; "" unknown
	GPUs                     int    // accelerators that it may use
	Tensor, Pipeline, Data   int
	Heads, KVHeads           int
	Even                     []string // tensor-parallel sizes that divide the model

	Precision, Lacks string  // Lacks is the precision that the accelerator does not compute in; "" for none
	Unpacked         string  // precision that the accelerator does not compute in and the engine unpacks; "" for none
	Weights, Usable  float64 // GiB on each accelerator
	Spread           int     // accelerators over which one copy of the weights is divided
	Spilled          float64 // GiB of weights that do not fit on the accelerators and stay with the processors
	Share, Enough    float64 // the share of memory that is set, and the smallest that would suffice; 0 where the share is not the problem

	Length, Longest        int  // tokens of the longest sequence: as set, or the model's; and the longest that fits
	LengthSaid, LengthAsks bool // the length is set; the engine does not start with one that does not fit
	Deficit                float64
	Requests               float64 // tokens of a request, input plus output

	Sequences, Target int // most sequences at once, and the autoscaler's target; 0 unknown

	RequestsOnly bool
	NoShared     bool     // ranks of tensor parallelism have only a container's default shared memory
	Patience     float64  // s that its probes allow for the start; 0 for any time
	Start        float64  // s that the start takes at least; 0 unknown
	Contradicts  []string // "precision fp8, annotated int4"
}

func (s Serving) parallel() int { return max(s.Tensor, 1) * max(s.Pipeline, 1) * max(s.Data, 1) }

func serving[T any](of func(Serving) T) func(*View) T {
	return func(v *View) T { return of(v.Gate.Serving) }
}

// servingFacts are what a check reads of a container's arguments.
var servingFacts = []Fact{
	text("serving.container", Check, is("container"), "container of a manifest that serves a model; empty for none", serving(func(s Serving) string { return s.Container })),
	text("serving.engine", Check, is("container"), "server that its image or command names", serving(func(s Serving) string { return s.Engine })),
	text("serving.model", Check, is("served.model", "container"), "model that it is told to serve", serving(func(s Serving) string { return s.Model })),
	text("serving.accelerator", Check, on("gpu"), "accelerator of its node; empty when unknown", serving(func(s Serving) string { return s.Accelerator })),
	count("serving.gpus", Check, is("served.gpus", "container"), "accelerators that it requests; of several machines those of all", serving(func(s Serving) int { return s.GPUs })),
	count("serving.tensor_parallel", Check, is("served.tensor", "container"), "tensor-parallel size; 0 when it uses what there is", serving(func(s Serving) int { return s.Tensor })),
	count("serving.parallel", Check, on("served.tensor", "served.pipeline", "served.data", "served.gpus"), "tensor × pipeline × data-parallel sizes; 0 when it uses what there is",
		serving(func(s Serving) int {
			if s.Tensor == 0 {
				return 0
			}
			return s.parallel()
		})),
	count("serving.idle_gpus", Check, on("served.gpus", "served.tensor"), "accelerators that it requests and does not use", serving(func(s Serving) int {
		if s.Tensor == 0 {
			return 0
		}
		return max(s.GPUs-s.parallel(), 0)
	})),
	count("serving.missing_gpus", Check, on("served.tensor", "served.gpus"), "accelerators that it is to use and does not request", serving(func(s Serving) int {
		if s.Tensor == 0 || s.GPUs == 0 {
			return 0
		}
		return max(s.parallel()-s.GPUs, 0)
	})),
	count("serving.heads", Check, on("served.tensor"), "attention heads that the tensor-parallel size does not divide; 0 when it does", serving(func(s Serving) int { return s.Heads })),
	count("serving.kv_heads", Check, on("served.tensor"), "KV heads of that model", serving(func(s Serving) int { return s.KVHeads })),
	texts("serving.even_sizes", Check, on("served.tensor"), "tensor-parallel sizes that divide it", serving(func(s Serving) []string { return s.Even })),
	text("serving.precision", Check, is("served.precision", "container"), "precision of the weights", serving(func(s Serving) string { return s.Precision })),
	text("serving.unpacked", Check, on("served.precision", "served.model", "container"), "precision of weights that its engine unpacks at each step, since its accelerator does not compute in it; empty when it does", serving(func(s Serving) string { return s.Unpacked })),
	text("serving.lacks", Check, on("served.precision", "container"), "precision that is asked for and that its accelerator does not compute in, nor its engine unpack; empty when it does", serving(func(s Serving) string { return s.Lacks })),
	number("serving.weights_gib", "GiB", Check, on("served.model"), "weights on each accelerator; 0 when unknown", serving(func(s Serving) float64 { return s.Weights })),
	number("serving.usable_gib", "GiB", Check, on("served.model"), "memory of each accelerator that its server uses", serving(func(s Serving) float64 { return s.Usable })),
	number("serving.spilled_gib", "GiB", Check, is("served.model", "container"), "weights that its accelerators do not hold and that its server leaves to the processors; 0 when they hold all", serving(func(s Serving) float64 { return s.Spilled })),
	number("serving.memory_fraction", "fraction", Check, is("served.fraction"), "share of the memory that its server is told to use and that does not hold the weights; 0 when it does", serving(func(s Serving) float64 { return s.Share })),
	number("serving.enough_fraction", "fraction", Check, on("served.fraction"), "least share that holds them with one sequence", serving(func(s Serving) float64 { return s.Enough })),
	count("serving.max_length", Check, is("served.length", "container"), "tokens of its longest sequence: as said, or the model's", serving(func(s Serving) int { return s.Length })),
	truth("serving.length_said", Check, on("served.length", "container"), "that is said, and not the model's own", serving(func(s Serving) bool { return s.LengthSaid })),
	truth("serving.length_stops", Check, on("served.length", "container"), "the server does not start where one such sequence does not fit", serving(func(s Serving) bool { return s.LengthAsks })),
	count("serving.longest", Check, on("served.length", "container"), "tokens of the longest sequence that fits beside the weights", serving(func(s Serving) int { return s.Longest })),
	number("serving.length_deficit_gib", "GiB", Check, on("served.length", "container"), "memory that the longest sequence lacks on each accelerator; 0 when it fits or is unknown", serving(func(s Serving) float64 { return s.Deficit })),
	number("serving.request_tokens", "", Check, on("served.length", "input_tokens"), "tokens of a request, input and output, mean; 0 when unknown", serving(func(s Serving) float64 { return s.Requests })),
	count("serving.max_sequences", Check, is("served.sequences"), "most sequences at once; 0 when not said", serving(func(s Serving) int { return s.Sequences })),
	count("serving.scaler_target", Check, on("hpa.target", "served.sequences"), "requests at once on each replica that its autoscaler aims at; 0 when it watches something else", serving(func(s Serving) int { return s.Target })),
	truth("serving.requests_only", Check, on("served.gpus", "container"), "it requests accelerators without a limit", serving(func(s Serving) bool { return s.RequestsOnly })),
	truth("serving.no_shared_memory", Check, on("container"), "the ranks of its tensor parallelism have a container's 64 MiB of shared memory, or less than 512 MiB", serving(func(s Serving) bool { return s.NoShared && s.Tensor > 1 })),
	number("serving.probe_ms", "ms", Check, is("served.probe"), "time that its probes let it start; 0 when none ends it", serving(func(s Serving) float64 { return ms(s.Patience) })),
	number("serving.start_ms", "ms", Check, on("served.probe"), "time that its start takes at least: weights at 1 GiB/s from a disk, and 30 s for the engine; 0 when unknown", serving(func(s Serving) float64 { return ms(s.Start) })),
	texts("serving.contradicts", Check, on("served.model", "served.tensor", "served.precision", "container"), "arguments that annotations contradict", serving(func(s Serving) []string { return s.Contradicts })),
}
