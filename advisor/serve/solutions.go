package serve

import (
	"sync"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/queue"
)

// Solutions keep what depends on a server and its conditions alone, so that nearly the same
// workloads, as of a sweep, work it out once. Workloads that share one must be of the same
// catalog, but for prices, and of the same model file. Nil keep nothing; one may be used by
// several goroutines.
type Solutions struct {
	rates     sync.Map // 1/s that a classicKey sustains
	languages sync.Map // what serves a languageKey
}

// classicKey is all that the sustainable rate of copies of a queue depends on.
type classicKey struct {
	server     queue.Server
	copies     int
	conditions Conditions
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

// languageKey is all that a replica of a language model serves by.
type languageKey struct {
	model, accelerator        string
	gpus                      int
	precision, cache, engine  string
	prefixHit, accepted       float64
	lengths                   llm.Lengths
	conditions                Conditions
	parameters, layers, heads float64
}

func languageKeyOf(o *offer.Offers, setup llm.Setup, v offer.Variant, c Conditions) languageKey {
	shape := setup.Shape
	return languageKey{
		model: o.Model.ID, accelerator: setup.Accelerator.ID, gpus: setup.GPUs,
		precision: setup.Precision, cache: setup.KVPrecision, engine: setup.Engine, prefixHit: setup.PrefixHit, accepted: v.Accepted,
		lengths: o.Language.Lengths, conditions: c,
		parameters: shape.Params, layers: float64(shape.Layers), heads: float64(shape.KVHeads),
	}
}

// language is what serves a key, made once with all that it finds out later. A fault is
// cheap to find again.
func (m *Solutions) language(key languageKey, build func() (*language, error)) (*language, error) {
	if m == nil {
		return build()
	}
	if known, ok := m.languages.Load(key); ok {
		return known.(*language), nil
	}
	one, err := build()
	if err != nil {
		return nil, err
	}
	known, _ := m.languages.LoadOrStore(key, one)
	return known.(*language), nil
}
