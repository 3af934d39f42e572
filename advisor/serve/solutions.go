package serve

import (
	"sync"

	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/memo"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/workload"
)

// Solutions caches what depends only on a server and its conditions, so that similar workloads, such as
// those of a sweep, compute it once. Workloads that share a Solutions must have the same catalog, except for
// prices, and the same model file. A nil *Solutions caches nothing. Solutions is safe for concurrent use.
//
// The first workload is the one that the others differ from in one trait: its servers stay cached, those of
// other workloads are dropped with the workload.
type Solutions struct {
	Lists offer.Lists

	rates  sync.Map // 1/s that a classicKey sustains
	alones sync.Map // how the server of an aloneKey answers one request alone

	mu        sync.Mutex
	first     first
	servers   map[baseKey]*Servers
	languages map[languageKey]*language
	machines  map[languageKey]*language // by the same without bounds

	simulated   bool                  // corrections are kept
	corrections map[kind][]correction // that simulations made to the servers of the first workload

	texts memo.Recent[textKey, string] // of workloads

	predicting sync.Mutex
	model      string // traits of the first workload that its predictions depend on
	predicted  map[baseKey]*predictions
}

// first identifies the first workload.
type first struct {
	traits     string
	lengths    llm.Lengths
	conditions Conditions
}

// baseKey is the part of a base that servers depend on.
type baseKey struct {
	offer.Kind
	known bool
}

// demandTraits are the traits that no server depends on.
var demandTraits = []string{
	"qps", "users", "requests_per_user", "peak_to_mean", "growth", "horizon", "availability", "replica_availability",
	"day_shape", "lead_time", "autoscale", "grid_intensity", "max_replicas", "budget", "job_window", "job_rate", "objective",
}

// loadTraits are the further traits that no prediction of a service depends on: bounds, how requests arrive
// and what is rented.
var loadTraits = append([]string{
	"p99", "latency", "latency_percentile", "ttft", "tpot", "burstiness", "balancing", "replicas", "zones", "cold_start", "pricing", "region",
}, demandTraits...)

// ModelOf returns the traits that predictions for a workload depend on, as text: workloads with the same
// text may share Solutions.
func ModelOf(w *workload.Workload) string { return w.Apart(loadTraits) }

// textKey says which traits a text of a workload leaves out: those of demand, or of load.
type textKey struct {
	of   *workload.Workload
	load bool
}

// mostTexts bounds the texts of workloads that are kept: those of the current questions.
const mostTexts = 16

// apart returns a workload as text, without the traits that no server, or no prediction, depends on.
func (m *Solutions) apart(w *workload.Workload, load bool) string {
	return m.texts.Beside(textKey{w, load}, mostTexts, func() string {
		if load {
			return w.Apart(loadTraits)
		}
		return w.Apart(demandTraits)
	})
}

// predictions are the service models of kinds of replica.
type predictions struct {
	predicted memo.Of[kind, prediction]
	passes    memo.Of[stack, passes] // of ordinary models
}

// predictionsOf returns those of what is offered, the first workload's where they are the same.
func (m *Solutions) predictionsOf(o *offer.Offers, base offer.Base) *predictions {
	if m == nil {
		return new(predictions)
	}
	m.predicting.Lock()
	defer m.predicting.Unlock()
	if model := m.apart(o.Workload, true); m.predicted == nil {
		m.model, m.predicted = model, map[baseKey]*predictions{}
	} else if model != m.model {
		return new(predictions)
	}
	var key baseKey
	if o.UserMeasured() { // what was measured is of the base
		key = baseKey{base.Kind(), base.Known}
	}
	if m.predicted[key] == nil {
		m.predicted[key] = new(predictions)
	}
	return m.predicted[key]
}

// serversOf returns the servers of what is offered, the first workload's where they are the same.
func (m *Solutions) serversOf(o *offer.Offers, base offer.Base, build func() *Servers) *Servers {
	if m == nil {
		return build()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	traits := m.apart(o.Workload, false)
	if m.servers == nil {
		m.first = first{traits: traits, conditions: ConditionsOf(o)}
		if o.Generates() {
			m.first.lengths = o.Language.Lengths
		}
		m.servers, m.languages, m.machines = map[baseKey]*Servers{}, map[languageKey]*language{}, map[languageKey]*language{}
	}
	if traits != m.first.traits {
		return build()
	}
	key := baseKey{base.Kind(), base.Known}
	if _, ok := m.servers[key]; !ok {
		m.servers[key] = build()
	}
	return m.servers[key]
}

// aloneKey is all that the answer to one request alone depends on.
type aloneKey struct {
	server     queue.Server
	percentile float64
}

// alone returns the answer to one request alone, worked out once.
func (m *Solutions) alone(key aloneKey, solve func() Response) Response {
	if m == nil {
		return solve()
	}
	if known, ok := m.alones.Load(key); ok {
		return known.(Response)
	}
	r := solve()
	m.alones.Store(key, r)
	return r
}

// classicKey is all that the sustainable rate of copies of a queue depends on.
type classicKey struct {
	server     queue.Server
	copies     int
	conditions Conditions
}

// rate returns the sustainable rate of a key, 1/s, solved once.
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

// languageKey is everything that the service of a language model's replica depends on.
type languageKey struct {
	model, accelerator        string
	gpus, stages, requests    int
	share, prefill            float64 // of the memory; tokens of a step
	context, slot             float64
	groups                    int
	prompts                   engine.Prompts
	eager, integers, plain    bool
	machines                  int
	packed                    llm.Packed
	speculation               engine.Speculation
	precision, cache, engine  string
	prefixHit, accepted, host float64
	beside, reading           float64
	sessions                  open.Sessions // of a conversation
	adapters                  llm.Adapters
	lengths                   llm.Lengths
	conditions                Conditions
	parameters, layers, heads float64
	tests                     string // that correct the times of its steps
}

func languageKeyOf(o *offer.Offers, setup llm.Setup, v offer.Variant, c Conditions) languageKey {
	shape := setup.Shape
	return languageKey{
		model: o.Model.ID, accelerator: setup.Accelerator.ID, gpus: setup.GPUs, stages: setup.Stages, requests: setup.Requests, share: setup.MemoryShare, prefill: setup.PrefillTokens, context: setup.Context, slot: setup.Slot, groups: setup.Groups, machines: setup.Machines, prompts: setup.Prompts, eager: setup.Eager, plain: setup.Plain, integers: setup.Integers, packed: setup.Shape.Packed, speculation: o.Workload.LLM.Arguments.Speculation,
		precision: setup.Precision, cache: setup.KVPrecision, engine: setup.Engine, prefixHit: setup.PrefixHit, accepted: v.Accepted, beside: setup.Beside, reading: setup.Reading, sessions: o.Language.Talk.Sessions, adapters: setup.Adapters,
		lengths: o.Language.Lengths, conditions: c,
		parameters: shape.Params, layers: float64(shape.Layers), heads: float64(shape.KVHeads),
		tests: o.Steps.Tests(), host: o.Host.Delay(),
	}
}

// language returns the scheduler for a key. That of the first workload is made once and keeps what it
// computes later; under other bounds its machine and the serving with all slots are reused. Errors are not
// kept, since finding them again is cheap.
func (m *Solutions) language(key languageKey, build func() (*language, error)) (*language, error) {
	if m == nil {
		return build()
	}
	unbounded := key
	unbounded.conditions = Conditions{LeastLoaded: key.conditions.LeastLoaded}
	if l, ok := m.known(key, unbounded); ok {
		return l, nil
	}
	one, err := build()
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if key.lengths != m.first.lengths || key.conditions != m.first.conditions {
		return one, nil
	}
	if known, ok := m.languages[key]; ok {
		return known, nil
	}
	m.languages[key], m.machines[unbounded] = one, one
	return one, nil
}

// known returns the scheduler for a key, as far as it has been made.
func (m *Solutions) known(key, unbounded languageKey) (*language, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l, ok := m.languages[key]; ok {
		return l, true
	}
	if l, ok := m.machines[unbounded]; ok {
		return l.under(key.conditions), true
	}
	return nil, false
}
