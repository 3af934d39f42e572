package llm

// Coefficients are the natural logarithms of what the time of a step is made of. They are
// indexed by the constants below; Fit finds them.
type Coefficients [coefficients]float64

const (
	memoryEfficiency = iota // share of the memory's bandwidth that weights and cache are read at
	packedEfficiency        // the same share again where weights are unpacked before use
	cacheOverhead           // bytes read for the cache over those that it holds
	decodeEfficiency        // share of the arithmetic rate while decoding
	readEfficiency          // share of the arithmetic rate while reading prompts
	attendEfficiency        // share of the 16-bit rate in the attention of prompts
	expertEfficiency        // the arithmetic share again in mixtures of experts
	stepOverhead            // s, of every step
	layerOverhead           // s, of every layer of a step
	expertOverhead          // s, of every layer of a mixture on top
	requestOverhead         // s, of every request of a step
	promptOverhead          // s, of every request, once
	linkLatency             // s, of an all-reduce over links between accelerators, per doubling of their number
	pcieLatency             // s, the same over the host's bus
	linkEfficiency          // share of the link's bandwidth in all-reduces
	roomFactor              // memory for the cache over what the facts give
	mostRequests            // requests under way at once in a run at maximum load
	queueFactor             // prompts that a request waits for, of those that it could
	queuePower              // the power of those that it could
	coefficients
)

// coefficientNames are the names in the fitted file.
var coefficientNames = [coefficients]string{
	"memory_efficiency", "packed_efficiency", "cache_overhead", "decode_efficiency", "read_efficiency",
	"attend_efficiency", "expert_efficiency", "step_overhead", "layer_overhead", "expert_overhead",
	"request_overhead", "prompt_overhead", "link_latency", "pcie_latency", "link_efficiency", "room_factor",
	"most_requests", "queue_factor", "queue_power",
}

// varying are the coefficients that differ between families of accelerators, and between
// engines under one kind of load.
var (
	byFamily = []int{memoryEfficiency, readEfficiency, stepOverhead, linkLatency}
	byEngine = []int{memoryEfficiency, readEfficiency, stepOverhead, layerOverhead, expertOverhead, requestOverhead, linkLatency, queueFactor}
)

// Step is what the time of a step is made of: for all, and how families of accelerators
// and engines under a load differ from that.
type Step struct {
	All      Coefficients
	Families map[string][]float64 // in the order of byFamily
	Engines  map[string][]float64 // by engine and kind of load, in the order of byEngine
}

// of combines the levels that a setup under a load stands on. A family or engine that
// nothing was measured of is taken as the average one.
func (s *Step) of(family, engine string) Coefficients {
	c := s.All
	for i, d := range s.Families[family] {
		c[byFamily[i]] += d
	}
	for i, d := range s.Engines[engine] {
		c[byEngine[i]] += d
	}
	return c
}
