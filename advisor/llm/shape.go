package llm

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
)

// Shape is what the arithmetic and the memory of a language model depend on.
type Shape struct {
	Name         string
	Params       float64 // parameters in memory
	ActiveParams float64 // parameters used for one token
	Layers       int
	Hidden       int
	FFN          int // width of the dense feed-forward layers, 0 = unknown or none
	Heads        int
	HeadDim      int // of a query and a key
	ValueDim     int // of a value
	KVHeads      int
	Vocab        int
	MaxContext   int // tokens, 0 = unknown

	// Embedding is the parameters of the embedding table and of the output layer, which stay in 16 bit where
	// the rest is quantized. One token reads one row of the table but multiplies with the whole output layer.
	Embedding float64
	Tied      bool // the two are one table

	Experts, ExpertsPerToken int     // of a mixture; 0 = dense
	ExpertFFN                int     // width of one expert
	ExpertParams             float64 // parameters of all routed experts

	// Released is the precision of the published weights where it is not 16 bit: fp8 for all, or mxfp4 or
	// int4 for the routed experts alone.
	Released string

	// Packed is how weights of one precision are stored where a layout says it more closely; zero for the usual way.
	Packed Packed

	Attention []Attention
}

// Packed are weights of a precision in a layout of its own, tables of embeddings included.
type Packed struct {
	Precision  string
	Bits       float64 // of a weight
	Embeddings float64 // of an element of the tables
}

// Attention is a run of layers that keep past tokens in the same way.
type Attention struct {
	Layers           int
	KVHeads          int     // heads that tensor parallelism divides; 0: one latent for all heads, or a state
	ElementsPerToken float64 // of one layer's KV cache, before any parallelism
	Window           int     // tokens it keeps at most; 0 = all
	StateBytes       float64 // B that one layer keeps per request, whatever its length (linear attention)
}

// ShapeOf returns the shape of a model of the catalogue. A fact that is missing is an error that
// names it: nothing is guessed from the number of parameters.
func ShapeOf(m catalog.Model) (Shape, error) {
	if m.Kind != "llm" && m.Kind != "" {
		return Shape{}, fmt.Errorf("%s is of kind %s, not a language model; name one of `scaleadvise catalog models llm`", m.Name, m.Kind)
	}
	if lacks := missing(m); len(lacks) > 0 {
		return Shape{}, fmt.Errorf("of model %s it is not known: %s; give its config.json as --model-config", m.Name, strings.Join(lacks, ", "))
	}
	s := Shape{
		Name: m.ID, Params: m.ParamsB * 1e9, ActiveParams: m.ActiveParamsB * 1e9,
		Layers: m.Layers, Hidden: m.Hidden, FFN: m.FFN, Heads: m.Heads, HeadDim: m.HeadDim, ValueDim: m.VHeadDim, KVHeads: m.KVHeads,
		Vocab: m.Vocab, MaxContext: m.MaxContext, Tied: m.Tied, Released: m.Released,
		Experts: m.Experts, ExpertsPerToken: m.ExpertsPerToken, ExpertFFN: m.MoEFFN,
	}
	s.complete(m.DenseLayers)
	var err error
	s.Attention, err = attention(m)
	return s, err
}

// complete derives the fields that follow from the others.
func (s *Shape) complete(denseLayers int) {
	if s.HeadDim == 0 {
		s.HeadDim = s.Hidden / s.Heads
	}
	if s.ValueDim == 0 {
		s.ValueDim = s.HeadDim
	}
	if s.ActiveParams == 0 {
		s.ActiveParams = s.Params
	}
	tables := 2.0
	if s.Tied {
		tables = 1
	}
	s.Embedding = min(tables*float64(s.Vocab)*float64(s.Hidden), s.Params)
	// A gated expert has three matrices (Shazeer 2020); every mixture of the catalogue is gated.
	s.ExpertParams = min(3*float64(s.Experts)*float64(s.Hidden)*float64(s.ExpertFFN)*float64(s.Layers-denseLayers), s.Params-s.Embedding)
}

// missing names the facts without which there is no shape.
func missing(m catalog.Model) []string {
	var lacks []string
	for _, f := range []struct {
		name  string
		known bool
	}{
		{"its parameters", m.ParamsB > 0},
		{"its layers", m.Layers > 0},
		{"its hidden size", m.Hidden > 0},
		{"its attention heads", m.Heads > 0},
		{"its KV heads", m.KVHeads > 0 || m.KVLoraRank > 0 || m.KVElementsPerToken > 0 || len(m.KVHeadsByLayer) > 0},
		{"the size of its experts", m.Experts == 0 || m.MoEFFN > 0},
		{"how many experts a token passes", m.Experts == 0 || m.ExpertsPerToken > 0},
	} {
		if !f.known {
			lacks = append(lacks, f.name)
		}
	}
	return lacks
}

// attention is how the layers of a model keep the past. Multi-head, grouped (Ainslie et al.
// 2023) and multi-query attention keep a key and a value for each KV head; multi-head latent
// attention (DeepSeek-V2, 2024) one latent and one rotary key for all heads together.
func attention(m catalog.Model) ([]Attention, error) {
	if len(m.KVHeadsByLayer) > 0 {
		return byLayer(m)
	}
	full := Attention{Layers: m.Layers, KVHeads: m.KVHeads, ElementsPerToken: elements(m, m.KVHeads)}
	if m.KVLoraRank > 0 {
		full.KVHeads, full.ElementsPerToken = 0, float64(m.KVLoraRank+m.QKRopeDim)
	}
	windows := m.WindowLayers
	if windows == 0 && m.SlidingWindow > 0 {
		windows = m.Layers - m.StateLayers
	}
	if windows+m.StateLayers > m.Layers {
		return nil, fmt.Errorf("model %s: %d layers with a window and %d with a state are more than its %d layers", m.Name, windows, m.StateLayers, m.Layers)
	}
	full.Layers -= windows + m.StateLayers
	sliding, state := full, Attention{Layers: m.StateLayers, StateBytes: m.StateBytes}
	sliding.Layers, sliding.Window = windows, m.SlidingWindow
	return runs(full, sliding, state), nil
}

// elements is what one layer keeps of a token: a key and a value for each KV head.
func elements(m catalog.Model, kvHeads int) float64 {
	key := m.HeadDim
	if key == 0 && m.Heads > 0 {
		key = m.Hidden / m.Heads
	}
	value := m.VHeadDim
	if value == 0 {
		value = key
	}
	if kvHeads == 0 {
		return m.KVElementsPerToken / float64(m.Layers)
	}
	return float64(kvHeads * (key + value))
}

// runs drops the runs of no layers.
func runs(all ...Attention) []Attention {
	var kept []Attention
	for _, a := range all {
		if a.Layers > 0 {
			kept = append(kept, a)
		}
	}
	return kept
}

// byLayer reads runs of layers, "4*5" being five layers of 4 KV heads and "8*39@128" 39 layers
// of 8 that keep 128 tokens.
func byLayer(m catalog.Model) ([]Attention, error) {
	var all []Attention
	layers := 0
	for _, run := range m.KVHeadsByLayer {
		run, window, err := windowOf(run)
		if err != nil {
			return nil, fmt.Errorf("model %s: kv_heads_by_layer: %q: %w", m.Name, run, err)
		}
		heads, count, err := headRun(run)
		if err != nil {
			return nil, fmt.Errorf("model %s: kv_heads_by_layer: %q: %w", m.Name, run, err)
		}
		layers += count
		all = append(all, Attention{Layers: count, KVHeads: heads, ElementsPerToken: elements(m, heads), Window: window})
	}
	if layers != m.Layers {
		return nil, fmt.Errorf("model %s: kv_heads_by_layer has %d layers of %d", m.Name, layers, m.Layers)
	}
	return all, nil
}

// errRun says how a run of layers is written.
var errRun = errors.New("write heads*layers, such as 4*5, with a window heads*layers@tokens")

// windowOf is a run of layers without its window, and the window; 0 for none.
func windowOf(run string) (heads string, tokens int, err error) {
	heads, window, limited := strings.Cut(run, "@")
	if !limited {
		return heads, 0, nil
	}
	if tokens, err = strconv.Atoi(strings.TrimSpace(window)); err != nil || tokens < 1 || tokens > math.MaxInt32 {
		return run, 0, errRun
	}
	return heads, tokens, nil
}

func headRun(run string) (heads, layers int, err error) {
	left, right, many := strings.Cut(run, "*")
	layers = 1
	heads, err = strconv.Atoi(strings.TrimSpace(left))
	if err == nil && many {
		layers, err = strconv.Atoi(strings.TrimSpace(right))
	}
	if err != nil || heads < 1 || layers < 1 || heads > math.MaxInt16 || layers > math.MaxInt16 {
		return 0, 0, errRun
	}
	return heads, layers, nil
}

// KVElementsPerToken returns what one token keeps in all layers together while no window is full.
func (s Shape) KVElementsPerToken() float64 { return s.Held(1) }

// Held returns how many elements of keys and values a request of that many tokens keeps, in all
// layers together: a layer with a sliding window keeps no more tokens than that.
func (s Shape) Held(tokens float64) float64 { return s.HeldPerGPU(tokens, 1) }

// HeldPerGPU returns the part of Held that each of the accelerators of one replica keeps. Tensor
// parallelism divides the KV heads; where there are fewer of them than accelerators each
// keeps a copy, and of a latent, which all heads share, every accelerator keeps the whole
// (Shoeybi et al. 2019; vLLM, parallel_state and mla).
func (s Shape) HeldPerGPU(tokens float64, gpus int) float64 {
	sum := 0.0
	for _, a := range s.Attention {
		sum += float64(a.Layers) * a.ElementsPerToken * a.Kept(tokens) * a.share(gpus)
	}
	return sum
}

// Kept returns the tokens of a request that a layer keeps.
func (a Attention) Kept(tokens float64) float64 {
	if a.Window > 0 {
		return min(tokens, float64(a.Window))
	}
	return tokens
}

// share is the part of a layer's KV cache that one of the accelerators keeps.
func (a Attention) share(gpus int) float64 {
	if a.KVHeads == 0 || gpus <= 1 {
		return 1
	}
	return math.Ceil(float64(a.KVHeads)/float64(gpus)) / float64(a.KVHeads)
}

// StateBytes returns what linear attention keeps per request whatever its length, in all layers.
func (s Shape) StateBytes() float64 {
	sum := 0.0
	for _, a := range s.Attention {
		sum += float64(a.Layers) * a.StateBytes
	}
	return sum
}
