package hub

import (
	"strings"

	"scaleadvise/advisor/catalog"
)

// past reads which layers keep everything, which a window, and which a state.
func (c *config) past(m *catalog.Model) {
	c.states(m)
	m.SlidingWindow = c.window(m)
	if m.SlidingWindow == 0 {
		return
	}
	m.WindowLayers = min(c.windowed(m), m.Layers-m.StateLayers)
	if m.WindowLayers == 0 {
		m.SlidingWindow = 0
	}
}

// window is how many tokens a layer with a window keeps; 0 where there is none or it is no
// less than the context. Llama 4 calls it a chunk: a layer sees the chunk it is in.
func (c *config) window(m *catalog.Model) int {
	if c.denied("use_sliding_window") {
		return 0
	}
	for _, key := range []string{"sliding_window", "attention_chunk_size", "sliding_window_size"} {
		size := c.kind.defaults[key]
		if _, _, ok := c.find(key); ok {
			size = c.whole(mostTokens, key)
		}
		if size > 0 && (m.MaxContext == 0 || size < m.MaxContext) {
			return size
		}
	}
	return 0
}

// windowed counts the layers with a window: by name (layer_types), by the layers without
// rotary positions (Llama 4), by the pattern of its kind, from max_window_layers on
// (Qwen2), or all of them (Mistral, Phi-3).
func (c *config) windowed(m *catalog.Model) int {
	if kinds := c.list("layer_types"); kinds != nil {
		return count(kinds, "sliding_attention") + count(kinds, "chunked_attention")
	}
	if rotary := c.list("no_rope_layers"); len(rotary) == m.Layers {
		n := 0
		for _, v := range rotary {
			n += c.number("no_rope_layers", v, 1)
		}
		return n
	}
	if c.truth("use_sliding_window") {
		if _, _, ok := c.find("max_window_layers"); ok {
			return max(0, m.Layers-c.whole(mostLayers, "max_window_layers"))
		}
	}
	every := c.whole(mostLayers, "sliding_window_pattern", "_sliding_window_pattern", "no_rope_layer_interval")
	if every == 0 {
		every = c.kind.alternate
	}
	if every > 1 {
		return m.Layers - m.Layers/every
	}
	return m.Layers
}

// states reads the layers of linear attention and the bytes that one of them keeps per
// request: a gated delta net (Yang et al. 2025) has a matrix of keys by values for each
// value head, in fp32 where mamba_ssm_dtype says so and else in 16 bit, and the last
// positions of a convolution; lightning attention (MiniMax-01, 2025) one in fp32 for each
// head.
func (c *config) states(m *catalog.Model) {
	lightning := 0
	for _, v := range c.list("attn_type_list") {
		lightning += 1 - c.number("attn_type_list", v, 1)
	}
	m.StateLayers = min(lightning, m.Layers)
	m.StateBytes = 4 * float64(m.Heads) * float64(m.HeadDim) * float64(m.HeadDim)
	if m.StateLayers > 0 {
		return
	}
	m.StateBytes = 0
	if m.StateLayers = min(c.linear(m.Layers), m.Layers); m.StateLayers == 0 {
		return
	}
	l := c.delta()
	bytes := 2.0
	if strings.Contains(c.word("mamba_ssm_dtype"), "32") {
		bytes = 4
	}
	m.StateBytes = l.values*l.key*l.value*bytes + (l.kernel-1)*l.channels()*2
}

// linear counts the layers of linear attention.
func (c *config) linear(layers int) int {
	if kinds := c.list("layer_types"); kinds != nil {
		return count(kinds, "linear_attention")
	}
	interval := c.whole(mostLayers, "full_attention_interval")
	if interval == 0 {
		interval = c.kind.interval
	}
	if interval > 1 {
		return layers - layers/interval
	}
	return 0
}

// delta is the shape of a gated delta net.
type delta struct{ keys, values, key, value, kernel float64 }

func (c *config) delta() delta {
	return delta{
		keys: float64(c.need(mostHeads, "linear_num_key_heads")), values: float64(c.need(mostHeads, "linear_num_value_heads")),
		key: float64(c.need(mostWidth, "linear_key_head_dim")), value: float64(c.need(mostWidth, "linear_value_head_dim")),
		kernel: float64(c.need(1<<10, "linear_conv_kernel_dim")),
	}
}

// channels of the convolution: queries, keys and values.
func (d delta) channels() float64 { return 2*d.keys*d.key + d.values*d.value }
