package llm

import (
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
)

// Engine is how a serving engine treats memory and requests on an accelerator unless configured otherwise.
type Engine struct {
	Name  string
	Title string // with the versions that the defaults belong to

	// PrefillTokens is the most prompt tokens that one step reads, which is also what the engine sizes its
	// activations for.
	PrefillTokens float64

	Requests int // most sequences that decode at once

	longest  bool    // it starts only where the cache holds a request of the longest context that was set
	whole    float64 // longest context of models whose prompts one step reads whole
	together bool    // Requests and PrefillTokens are those of all data-parallel groups

	// Evicts says that the scheduler admits a request when its prompt fits and may preempt
	// it when the KV cache fills; otherwise its whole output is reserved beforehand.
	Evicts bool

	// Expects says that it leaves room for what the answers in progress need still, so that it seldom has to.
	Expects bool

	reserve engine.Reserve
}

// EngineOf returns the engine of a name on an accelerator; "" is engine.Default. Another name
// is an error.
func EngineOf(name string, a catalog.Accelerator) (Engine, error) {
	e, err := engine.Named(name)
	if err != nil {
		return Engine{}, err
	}
	limits := e.On(a.Name, DeviceGiB(a))
	return Engine{
		Name: e.Name, Title: e.Title, PrefillTokens: limits.PrefillTokens, Requests: limits.Requests,
		Evicts: e.Admission != engine.ReservesOutput, Expects: e.Admission == engine.ExpectsOutput, longest: e.Longest, whole: e.Whole, together: e.Together, reserve: e.Memory,
	}, nil
}

// RunsOn reports whether an engine runs on an accelerator; "" is engine.Default.
func RunsOn(name string, a catalog.Accelerator) bool {
	e, err := engine.Named(name)
	return err == nil && e.RunsOn(a.Vendor)
}

// DeviceGiB returns the memory of one accelerator that is visible to software. Where no source
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
