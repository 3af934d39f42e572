package llm

import (
	"fmt"
	"math"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
)

// GiB is the number of bytes in a GiB.
const GiB = 1 << 30

// Memory is what one replica needs and has, in GiB on each of its accelerators.
type Memory struct {
	Device      float64 // memory of the accelerator that is visible to software
	Reserve     float64 // memory that the engine and the driver leave unused
	Usable      float64 // Device − Reserve: for weights, activations and the KV cache
	Weights     float64
	Adapters    float64 // part of Weights that is LoRA adapters
	Activations float64 // activations of the longest step
	Cache       float64 // room for the KV cache; negative where there is none
	Request     float64 // KV cache of the longest request at its end
	Deficit     float64 // positive: what is lacking for weights, activations and one request; negative: what is left
	Fits        bool

	// KVBytesPerToken is the KV cache of one token in all layers on all accelerators together, copies not
	// counted, while no window is full. KVBytesPerRequest is that of the mean request at its end, windows
	// counted, with the state of linear attention.
	KVBytesPerToken, KVBytesPerRequest float64

	MaxTokens float64 // tokens of requests of these lengths that the cache holds
	Room      float64 // requests of their mean length that the cache holds, whatever the engine's limit

	// MaxConcurrency is the most requests that run at once: those whose whole length fits the cache, and no
	// more than the engine's limit. MeanConcurrency counts what each request of a steady mix keeps on
	// average, with constant lengths half its output; an engine that evicts comes close to it. Both are 0
	// where not a single request fits.
	MaxConcurrency, MeanConcurrency float64
	Holds                           float64 // requests of mean length held, where the engine preempts when the cache is full; else 0

	Layout  Layout
	Engine  Engine
	Limited bool // the engine's limit binds, not memory
}

// Memory returns the memory of the replica at these lengths. An unknown precision or engine is
// an error; too little memory is none: Fits and Deficit say so. Weights are taken to divide
// evenly over the accelerators; tokens of shared prefixes are counted for each request.
func (s Setup) Memory(l Lengths) (Memory, error) {
	e, err := EngineOf(s.Engine, s.Accelerator)
	if err != nil {
		return Memory{}, err
	}
	weights, err := s.Shape.WeightBytes(s.Precision)
	if err != nil {
		return Memory{}, err
	}
	bits, ok := kvBits[s.KVPrecision]
	if s.KVPrecision == "" && s.Precision == "fp32" {
		bits = kvBits["fp32"]
	}
	if !ok {
		return Memory{}, fmt.Errorf("unknown precision %q of the KV cache; expected one of fp16, bf16, fp8, int8, int4", s.KVPrecision)
	}
	e.told(s)
	gpus, stages := max(1, s.GPUs), float64(max(1, s.Stages))
	tensor, experts := gpus/s.groups(), s.Shape.ExpertBytes(s.Precision)
	m := Memory{Layout: Layout{tensor, max(1, s.Stages), s.groups()}, Engine: e, Device: DeviceGiB(s.Accelerator), Weights: ((weights-experts)/stages + s.Beside) / float64(tensor) / GiB}
	m.Weights += experts / stages / float64(gpus) / GiB
	m.Adapters = float64(s.Adapters.Number) * s.Shape.AdapterBytes(s.Adapters.Rank, tensor) / stages / GiB
	m.Weights += m.Adapters
	m.Activations = s.Shape.activations(e, tensor) / GiB
	m.Reserve, m.Activations = e.reserve.Keep(m.Device, m.Weights, m.Activations, gpus)
	m.Usable = m.Device - m.Reserve
	m.Cache = m.Usable - m.Weights - m.Activations
	m.Engine.Requests, m.Engine.PrefillTokens = m.Engine.Requests*s.groups(), m.Engine.PrefillTokens*float64(s.groups())
	m.hold(s, l, bits/8)
	return m, nil
}

// Layout is how the accelerators of a replica divide the work.
type Layout struct {
	Tensor int // that share every layer of a stage, of a data-parallel group its attention
	Stages int // of a pipeline
	Groups int // data-parallel groups of attention in a stage
}

// String says it where several ways are combined; "" where all share every layer.
func (l Layout) String() string {
	var parts []string
	if l.Stages > 1 {
		parts = append(parts, fmt.Sprintf("%d pipeline stages", l.Stages))
	}
	if l.Groups > 1 {
		parts = append(parts, fmt.Sprintf("%d data-parallel groups of attention", l.Groups))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, " × ") + fmt.Sprintf(" × tensor parallel %d", l.Tensor)
}

// groups are the data-parallel groups of attention: each holds all of the weights but the experts,
// which all accelerators of a replica divide (vLLM, serving/data_parallel_deployment; SGLang,
// enable_dp_attention; DeepSeek-V3 2024, 3.4).
func (s Setup) groups() int {
	if n := s.Groups; n > 1 && s.GPUs%n == 0 {
		return n
	}
	return 1
}

// told settles the limits of a step of one data-parallel group.
func (e *Engine) told(s Setup) {
	groups := 1
	if e.together {
		groups = s.groups()
	}
	if s.Requests > 0 {
		e.Requests = s.Requests
	}
	e.Requests = max(1, e.Requests/groups)
	context := s.Context
	if context == 0 {
		context = float64(s.Shape.MaxContext)
	}
	switch {
	case s.PrefillTokens > 0:
		e.PrefillTokens = s.PrefillTokens
	case s.Prompts == engine.Whole, s.Prompts == 0 && context <= e.whole:
		e.PrefillTokens = max(e.PrefillTokens, context)
	}
	e.PrefillTokens = max(1, e.PrefillTokens/float64(groups))
	if s.MemoryShare > 0 {
		e.reserve = engine.WithShare(e.reserve, s.MemoryShare)
	}
}

// hold is how many requests the cache holds.
func (m *Memory) hold(s Setup, l Lengths, bytes float64) {
	tokens, groups := l.Input.Mean+l.Output.Mean, float64(s.groups())
	state, tensor, stages := s.Shape.StateBytes(), max(1, s.GPUs)/s.groups(), float64(max(1, s.Stages))
	each := func(tokens float64) float64 { // B on each accelerator of a group
		tokens = max(tokens, s.Slot)
		return (s.Shape.HeldPerGPU(tokens, tensor)*bytes + state/float64(tensor)) / stages
	}
	m.KVBytesPerRequest = s.Shape.Held(tokens)*bytes + state
	m.KVBytesPerToken = s.Shape.KVElementsPerToken() * bytes
	longest := max(tokens, 1, longest(l.Input)+longest(l.Output))
	if m.Engine.longest {
		longest = max(longest, s.Context)
	}
	m.Request = each(longest) / GiB
	m.Deficit = m.Request - m.Cache
	m.Fits = m.Deficit <= 0
	if !m.Fits {
		return
	}
	room, limit := m.Cache*GiB, float64(m.Engine.Requests)
	whole := groups * max(1, math.Floor(room/each(max(tokens, 1))))
	m.Room, m.MaxConcurrency, m.Limited = whole, min(whole, limit), whole > limit
	held := max(1, groups*math.Floor(room/each(max(l.Held(), 1))))
	m.MeanConcurrency = min(limit, held)
	if m.Engine.Evicts {
		m.Holds = held
	}
	m.MaxTokens = groups * room / each(max(tokens, 1)) * max(tokens, 1)
}

// Admitted returns how many requests run at once where enough of them wait: an engine that evicts admits one
// as soon as its prompt fits, another reserves its whole length.
func (m Memory) Admitted() float64 {
	if m.Engine.Evicts {
		return m.MeanConcurrency
	}
	return m.MaxConcurrency
}

// Held returns the mean tokens that a running request keeps: long requests are over-represented among those
// running, and are halfway through on average (the inspection paradox).
func (l Lengths) Held() float64 {
	if l.Output.Mean <= 0 {
		return l.Input.Mean
	}
	return l.Input.Mean + l.Output.MeanSquare()/l.Output.Mean/2
}

// longest is the 99th percentile of a length where it is known, else its mean.
func longest(t Tokens) float64 { return max(t.Mean, t.P99) }

// activations is the memory of the longest step, B on each accelerator: for every token in
// 16 bit the residual stream twice and the widest layer, that is the two halves of a gated
// feed-forward layer and their product, or the same of each expert that the token passes
// and its output; or the logits of every request in fp32, twice, where that is more (what
// vLLM profiles before it sizes its cache: v1/worker/gpu_worker.py).
func (s Shape) activations(e Engine, gpus int) float64 {
	n := float64(gpus)
	wide := 3 * float64(s.FFN) / n
	if s.Experts > 0 {
		wide = max(wide, float64(s.ExpertsPerToken)*(3*float64(s.ExpertFFN)/n+float64(s.Hidden)))
	}
	heads := float64(s.Heads*(s.HeadDim+s.ValueDim)+s.KVHeads*(s.HeadDim+s.ValueDim)) / n
	step := e.PrefillTokens * 2 * (2*float64(s.Hidden) + max(wide, heads))
	logits := float64(e.Requests) * float64(s.Vocab) * 4 * 2
	return max(step, logits)
}

// ValidTP returns the tensor-parallel sizes, up to most accelerators, that the engines
// accept and that clouds rent as whole parts of a machine: powers of two that divide the
// attention heads and the widths of the feed-forward layers, and divide the KV heads or
// are divided by them (vLLM, config.verify_with_parallel_config; Shoeybi et al. 2019).
func ValidTP(s Shape, most int) []int {
	var sizes []int
	for n := 1; n <= most; n *= 2 {
		if s.Divides(n) {
			sizes = append(sizes, n)
		}
	}
	return sizes
}

// Divided returns how a replica on accelerators of several machines shares the work: those that share every layer, and
// the stages that have layers of their own. Tensor parallelism goes as far as the fast link, which is within a machine
// for most; pipeline parallelism goes between (Narayanan et al. 2021, 5.1).
func (s Shape) Divided(a catalog.Accelerator, gpus, perMachine int) (tensor, stages int) {
	if gpus <= perMachine || perMachine < 1 || gpus <= a.Domain() && s.Divides(gpus) {
		return gpus, 1
	}
	return perMachine, gpus / perMachine
}

// Divides reports whether tensor parallelism of a size divides the model evenly.
func (s Shape) Divides(n int) bool {
	if s.Heads%n != 0 || s.FFN%n != 0 || s.ExpertFFN%n != 0 {
		return false
	}
	for _, a := range s.Attention {
		if a.KVHeads > 0 && a.KVHeads%n != 0 && n%a.KVHeads != 0 {
			return false
		}
	}
	return true
}
