package hub

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
)

// count adds up the parameters: the tables, and per layer the matrices of attention and of
// the feed-forward layer.
func (c *config) count(m *catalog.Model) {
	hidden, layers := float64(m.Hidden), float64(m.Layers)
	states := float64(m.StateLayers)
	rest := c.tables(m) + (layers-states)*c.attention(m) + states*c.linearAttention(m)
	matrices := 3.0
	if c.kind.plain {
		matrices = 2
	}
	mixed := layers
	if m.Experts == 0 {
		mixed = 0
	} else {
		mixed -= float64(m.DenseLayers)
	}
	rest += (layers - mixed) * matrices * hidden * float64(m.FFN)
	expert := 3 * hidden * float64(m.MoEFFN)
	rest += mixed * (float64(m.SharedExperts)*expert + hidden*float64(m.Experts)) // the router has a row for each expert
	m.ParamsB = (rest + mixed*float64(m.Experts)*expert) / 1e9
	m.ActiveParamsB = (rest + mixed*float64(m.ExpertsPerToken)*expert) / 1e9
	if m.ParamsB > mostParamsB {
		c.fail("%.0f × 10^9 parameters by its shape; one of hidden_size, intermediate_size, layers and experts cannot be right", m.ParamsB)
	}
}

// tables are the embeddings, the output layer and learned positions. OPT's smallest embed
// into fewer elements and project.
func (c *config) tables(m *catalog.Model) float64 {
	hidden := float64(m.Hidden)
	width := hidden
	sum := 0.0
	if narrow := c.whole(mostWidth, "word_embed_proj_dim"); narrow > 0 && narrow < m.Hidden {
		width = float64(narrow)
		sum += 2 * width * hidden
	}
	sum += float64(m.Vocab) * width
	if !m.Tied {
		sum += float64(m.Vocab) * width
	}
	if c.kind.positions {
		sum += float64(m.MaxContext) * hidden
	}
	return sum
}

// attention are the parameters of one layer's attention, averaged where the heads differ.
func (c *config) attention(m *catalog.Model) float64 {
	hidden, heads := float64(m.Hidden), float64(m.Heads)
	if m.KVLoraRank > 0 {
		return c.latentAttention(m)
	}
	kv := float64(m.KVHeads)
	if len(m.KVHeadsByLayer) > 0 {
		kv = 0
		for _, n := range m.KVHeadsByLayer {
			heads, _ := strconv.Atoi(n) // written by headsByLayer
			kv += float64(heads) / float64(m.Layers)
		}
	}
	queries := heads
	if c.kind.gated {
		queries *= 2
	}
	return hidden * float64(m.HeadDim) * (queries + 2*kv + heads)
}

// latentAttention are the parameters of one layer of multi-head latent attention: down and
// up for queries (or one matrix), down and up for keys and values, out; and the indexer of
// sparse attention (DeepSeek-V3.2) where there is one.
func (c *config) latentAttention(m *catalog.Model) float64 {
	hidden, heads, rank := float64(m.Hidden), float64(m.Heads), float64(m.KVLoraRank)
	query := heads * float64(m.HeadDim)
	sum := hidden * query
	from := hidden
	if low := float64(c.whole(mostWidth, "q_lora_rank")); low > 0 {
		sum, from = low*(hidden+query), low
	}
	sum += hidden*(rank+float64(m.QKRopeDim)) + rank*heads*float64(m.HeadDim-m.QKRopeDim+m.VHeadDim)
	sum += heads * float64(m.VHeadDim) * hidden
	index := float64(c.whole(mostHeads, "index_n_heads"))
	width := float64(c.whole(mostWidth, "index_head_dim"))
	return sum + from*index*width + hidden*(width+index)*min(index, 1)
}

// linearAttention are the parameters of one layer that keeps a state: a gated delta net
// projects to queries, keys, values and a gate of their size, and two numbers a value head;
// lightning attention has the matrices of attention and a gate.
func (c *config) linearAttention(m *catalog.Model) float64 {
	hidden := float64(m.Hidden)
	switch {
	case m.StateLayers == 0:
		return 0
	case c.list("attn_type_list") != nil:
		return 5 * hidden * float64(m.Heads) * float64(m.HeadDim)
	}
	l := c.delta()
	return hidden*(l.channels()+2*l.values*l.value+2*l.values) + l.channels()*l.kernel
}

// released is the precision of the published weights, "" for 16 bit.
func (c *config) released() string {
	if kind := c.word("torch_dtype", "dtype"); kind == "float32" {
		c.note("the weights are stored in fp32; engines serve them in 16 bit")
	}
	q := c.object("quantization_config")
	if q == nil {
		return ""
	}
	precision := quantized(q)
	if precision == "" {
		method, _ := q["quant_method"].(string)
		c.note("its quantization (%s) is not understood; 16 bit is assumed unless --precision is given", shown(method))
		return ""
	}
	c.note("the weights are published in %s", precision)
	return precision
}

// quantized is the precision that a quantization_config means: the words of AutoGPTQ,
// AutoAWQ, bitsandbytes, LLM Compressor, Model Optimizer and transformers.
func quantized(q map[string]any) string {
	method, _ := q["quant_method"].(string)
	algorithm, _ := q["quant_algo"].(string)
	switch name := strings.ToLower(method + " " + algorithm); {
	case strings.Contains(name, "mxfp4"):
		return "mxfp4"
	case strings.Contains(name, "fp4"):
		return "fp4"
	case strings.Contains(name, "fp8"):
		return "fp8"
	case q["load_in_4bit"] == true:
		return "int4"
	case q["load_in_8bit"] == true:
		return "int8"
	}
	if p := ofBits(q["bits"], ""); p != "" {
		return p
	}
	groups, _ := q["config_groups"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		group, _ := groups[name].(map[string]any)
		weights, _ := group["weights"].(map[string]any)
		kind, _ := weights["type"].(string)
		if p := ofBits(weights["num_bits"], kind); p != "" {
			return p
		}
	}
	return ""
}

func ofBits(bits any, kind string) string {
	number, ok := bits.(interface{ String() string })
	if !ok {
		return ""
	}
	class := "int"
	if kind == "float" {
		class = "fp"
	}
	switch number.String() {
	case "4":
		return class + "4"
	case "8":
		return class + "8"
	}
	return ""
}
