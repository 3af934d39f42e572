package step

// Coefficients are the natural logarithms of the components of a step's time. They are indexed by the
// constants below; Fit finds them.
type Coefficients [coefficients]float64

const (
	memoryEfficiency = iota // share of the memory's bandwidth that weights and cache are read at
	unpackOperations        // operations to unpack a weight that is not computed with as it is stored
	cacheOverhead           // bytes read for the cache over those that it holds
	decodeEfficiency        // share of the arithmetic rate while decoding
	readEfficiency          // share of the arithmetic rate while reading prompts
	attendEfficiency        // share of the 16-bit rate in the attention of prompts
	expertEfficiency        // the arithmetic share again in mixtures of experts
	stepOverhead            // s, of every step
	layerOverhead           // s, of every layer of a step
	expertOverhead          // s, of every layer of a mixture on top
	stateOverhead           // s, of every layer of linear attention on top
	requestOverhead         // s, of every request of a step
	promptOverhead          // s, of every request, once
	linkLatency             // s, of an all-reduce over links between two accelerators
	pcieLatency             // s, the same over the host's bus
	linkGrowth              // the power of their number, over two, by which that grows
	linkEfficiency          // share of the link's bandwidth in all-reduces
	pcieEfficiency          // the same of the host's bus
	contextLatency          // s, of every layer of a step for each token of context: the attention of one request, which few requests do not spread over the whole part
	routing                 // the power of the tokens of a step that route apart: those alike pass the same experts
	roomFactor              // memory for the cache over what the facts give
	mostRequests            // requests in flight in a run at maximum load
	queueFactor             // prompts that a request waits for, of those that it could
	queuePower              // the power of those that it could
	coefficients
)

// coefficientNames are the names in the fitted file.
var coefficientNames = [coefficients]string{
	"memory_efficiency", "unpack_operations", "cache_overhead", "decode_efficiency", "read_efficiency",
	"attend_efficiency", "expert_efficiency", "step_overhead", "layer_overhead", "expert_overhead",
	"state_overhead", "request_overhead", "prompt_overhead", "link_latency", "pcie_latency", "link_growth", "link_efficiency", "pcie_efficiency",
	"context_latency", "routing", "room_factor",
	"most_requests", "queue_factor", "queue_power",
}

// The coefficients that differ between families of accelerators; between engines under one
// kind of load; and between what an engine does with mixtures of experts and with the rest.
var (
	byFamily  = []int{memoryEfficiency, readEfficiency, stepOverhead, layerOverhead, linkLatency}
	byEngine  = []int{memoryEfficiency, readEfficiency, stepOverhead, layerOverhead, requestOverhead, linkLatency, queueFactor, contextLatency}
	byMixture = []int{memoryEfficiency, readEfficiency, expertEfficiency, expertOverhead, requestOverhead, linkLatency, queueFactor, contextLatency}
)

// Step is the fitted model of the time of a step: coefficients for all, and the deviations of families of
// accelerators and of engines under a load.
type Step struct {
	All      Coefficients
	Families deviations // in the order of byFamily
	Engines  deviations // by engine and kind of load, in the order of byEngine
	Mixtures deviations // further deviations for mixtures of experts, in the order of byMixture
}

// deviations are by name: of the logarithms of coefficients.
type deviations map[string][]float64

// kind is what decides which levels a setup under a load stands on.
type kind struct {
	family, engine string // the engine with the kind of load
	mixture        bool
}

// sets are the three sets of levels, with the names that a kind has in them; "" is none.
func (s *Step) sets(k kind) [3]levelSet {
	mixture := ""
	if k.mixture {
		mixture = k.engine
	}
	return [3]levelSet{{s.Families, byFamily, k.family}, {s.Engines, byEngine, k.engine}, {s.Mixtures, byMixture, mixture}}
}

type levelSet struct {
	values deviations
	of     []int
	name   string
}

// of combines the levels that a kind stands on. A family or engine that nothing was measured
// of is taken as the average one.
func (s *Step) of(k kind) Coefficients {
	c := s.All
	for _, set := range s.sets(k) {
		for i, d := range set.values[set.name] {
			c[set.of[i]] += d
		}
	}
	return c
}
