package capacity

import (
	"sync"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
)

// Solutions keep what depends on a server, the bounds and the arrivals alone, so that spaces of
// nearly the same workload, as of a sweep, work it out once. Spaces that share one must be of
// the same catalog, but for prices, and of the same model file. Nil keep nothing; one may be
// used by several goroutines.
type Solutions struct {
	rates    sync.Map // 1/s that a classicKey sustains
	speakers sync.Map // what a speakerKey serves with
}

// classicKey is all that the sustainable rate of copies of a queue depends on.
type classicKey struct {
	server                                queue.Server
	copies                                int
	leastLoaded                           bool
	dispersion, window, bound, percentile float64
}

// rate is the sustainable rate of a key, 1/s, solved once.
func (m *Solutions) rate(key classicKey, solve func() float64) float64 {
	if m == nil {
		return solve()
	}
	if known, ok := m.rates.Load(key); ok {
		return known.(float64)
	}
	rate := solve()
	m.rates.Store(key, rate)
	return rate
}

// speakerKey is all that a replica of a language model serves by.
type speakerKey struct {
	model, accelerator        string
	gpus                      int
	precision, cache, engine  string
	prefixHit, accepted       float64
	lengths                   llm.Lengths
	bounds                    llm.Bounds
	leastLoaded               bool
	dispersion, window        float64
	parameters, layers, heads float64
}

func (s *Space) speakerKey(setup llm.Setup, v Variant) speakerKey {
	w, shape := s.Workload, setup.Shape
	return speakerKey{
		model: s.Model.ID, accelerator: setup.Accelerator.ID, gpus: setup.GPUs,
		precision: setup.Precision, cache: setup.KVPrecision, engine: setup.Engine, prefixHit: setup.PrefixHit, accepted: v.accepted,
		lengths: s.language.lengths, bounds: s.tokenBounds(), leastLoaded: w.LeastLoaded, dispersion: w.Dispersion, window: w.Window,
		parameters: shape.Params, layers: float64(shape.Layers), heads: float64(shape.KVHeads),
	}
}

// speaker is the speaker of a key, made once with all that it finds out later. A fault is
// cheap to find again.
func (m *Solutions) speaker(key speakerKey, build func() (*speaker, error)) (*speaker, error) {
	if m == nil {
		return build()
	}
	if known, ok := m.speakers.Load(key); ok {
		return known.(*speaker), nil
	}
	one, err := build()
	if err != nil {
		return nil, err
	}
	known, _ := m.speakers.LoadOrStore(key, one)
	return known.(*speaker), nil
}
