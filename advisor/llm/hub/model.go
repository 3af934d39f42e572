package hub

import (
	"strconv"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
)

// model reads the shape.
func (c *config) model(id string) catalog.Model {
	m := catalog.Model{
		ID: id, Name: id, Kind: "llm", Sequential: true, Source: c.file,
		Layers: c.need(mostLayers, "num_hidden_layers", "n_layer", "num_layers", "n_layers"),
		Hidden: c.need(mostWidth, "hidden_size", "n_embd", "d_model", "n_embed"),
		Heads:  c.need(mostHeads, "num_attention_heads", "n_head", "n_heads", "num_heads"),
		Vocab:  c.need(mostVocab, "vocab_size", "padded_vocab_size"),

		MaxContext: c.whole(mostTokens, "max_position_embeddings", "n_positions", "n_ctx", "seq_length", "max_sequence_length"),
		Tied:       c.tied(),
		Released:   c.released(),
	}
	if len(c.levels) > 1 { // it also sees
		m.Subkind, _ = c.levels[1]["model_type"].(string)
	}
	if len(c.faults) > 0 {
		return m // what follows would only say them again
	}
	c.heads(&m)
	c.feedForward(&m)
	c.latent(&m)
	c.past(&m)
	if len(c.faults) > 0 {
		return m
	}
	c.count(&m)
	if s, err := llm.ShapeOf(m); err == nil {
		m.KVElementsPerToken = s.KVElementsPerToken()
	}
	return m
}

// tied is tie_word_embeddings; of a model that also sees it stands around the decoder.
func (c *config) tied() bool {
	if _, ok := c.lookup("tie_word_embeddings"); ok {
		return c.truth("tie_word_embeddings")
	}
	return c.kind.tied
}

// heads reads the attention heads: all alike, or the KV heads by layer (DeciLM).
func (c *config) heads(m *catalog.Model) {
	m.HeadDim = c.whole(mostWidth, "head_dim", "kv_channels", "d_kv")
	if m.HeadDim == 0 {
		m.HeadDim = c.kind.defaults["head_dim"]
	}
	if m.HeadDim == 0 {
		if m.Hidden%m.Heads != 0 {
			c.fail("hidden_size %d is not a multiple of %d heads, and there is no head_dim; add it", m.Hidden, m.Heads)
		}
		m.HeadDim = m.Hidden / m.Heads
	}
	m.KVHeads = c.kvHeads(m.Heads)
	if len(c.faults) == 0 && (m.KVHeads > m.Heads || m.Heads%m.KVHeads != 0) {
		c.fail("%d attention heads are not a multiple of %d KV heads; correct num_key_value_heads", m.Heads, m.KVHeads)
	}
	if byLayer := c.list("num_key_value_heads_per_layer"); byLayer != nil {
		c.headsByLayer(m, byLayer)
	}
}

// kvHeads is their number; where nothing is said every head has its own. Falcon before its
// new architecture says multi_query for a single one, and so does GPT-BigCode.
func (c *config) kvHeads(heads int) int {
	if c.truth("multi_query") && !c.truth("new_decoder_architecture") {
		return 1
	}
	keys := []string{"num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num"}
	if _, _, ok := c.find(keys...); ok {
		return c.need(mostHeads, keys...)
	}
	if assumed := c.kind.defaults[keys[0]]; assumed > 0 {
		return assumed
	}
	return heads
}

func (c *config) headsByLayer(m *catalog.Model, all []any) {
	if len(all) != m.Layers {
		c.fail("num_key_value_heads_per_layer has %d layers of %d", len(all), m.Layers)
		return
	}
	for _, v := range all {
		m.KVHeadsByLayer = append(m.KVHeadsByLayer, strconv.Itoa(max(1, c.number("num_key_value_heads_per_layer", v, m.Heads))))
	}
}

// feedForward reads the widths of the feed-forward layers and of experts.
func (c *config) feedForward(m *catalog.Model) {
	m.Experts = c.whole(mostExperts, "num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts")
	if m.Experts == 1 {
		m.Experts = 0 // one expert is a dense layer: Qwen3-VL and others write it so
	}
	m.FFN = c.whole(mostWidth, "intermediate_size", "ffn_dim", "n_inner", "ffn_hidden_size", "d_ff")
	if m.FFN == 0 && c.kind.plain {
		m.FFN = 4 * m.Hidden // what transformers takes for n_inner: null
	}
	if m.Experts == 0 {
		if m.FFN == 0 {
			c.fail("no intermediate_size; the config.json of a language model has it")
		}
		return
	}
	m.ExpertsPerToken = c.need(mostExperts, "num_experts_per_tok", "num_experts_per_token", "moe_topk", "moe_top_k", "experts_per_token")
	if m.ExpertsPerToken > m.Experts {
		c.fail("a token passes %d experts of %d; correct num_experts_per_tok", m.ExpertsPerToken, m.Experts)
	}
	m.MoEFFN = c.whole(mostWidth, "moe_intermediate_size", "expert_ffn_hidden_size")
	if m.MoEFFN == 0 {
		m.MoEFFN = m.FFN
	}
	if m.MoEFFN == 0 {
		c.fail("no moe_intermediate_size, nor intermediate_size; a mixture of experts has one")
		m.MoEFFN = 1
	}
	if dense := c.whole(mostWidth, "intermediate_size_mlp"); dense > 0 {
		m.FFN = dense
	}
	m.SharedExperts = c.shared(m.MoEFFN)
	m.DenseLayers = c.dense(m.Layers)
}

// shared is how many experts every token passes, counted in widths of a routed one.
func (c *config) shared(width int) int {
	if n := c.whole(mostExperts, "n_shared_experts", "num_shared_experts", "moe_num_shared_experts"); n > 0 {
		return n
	}
	if total := c.whole(mostWidth, "shared_expert_intermediate_size"); total > 0 {
		return max(1, (total+width/2)/width)
	}
	return c.kind.shared
}

// dense counts the layers of a mixture that have no experts.
func (c *config) dense(layers int) int {
	if kinds := c.list("mlp_layer_types"); kinds != nil {
		return count(kinds, "dense")
	}
	n := min(c.whole(mostLayers, "first_k_dense_replace"), layers)
	if step := c.whole(mostLayers, "moe_layer_freq", "decoder_sparse_step", "interleave_moe_layer_step", "moe_every_n_layers"); step > 1 {
		return layers - (layers-n)/step
	}
	return min(n+len(c.list("mlp_only_layers")), layers)
}

// latent reads multi-head latent attention.
func (c *config) latent(m *catalog.Model) {
	m.KVLoraRank = c.whole(mostWidth, "kv_lora_rank")
	if m.KVLoraRank == 0 {
		return
	}
	m.QKRopeDim = c.need(mostWidth, "qk_rope_head_dim")
	m.HeadDim = m.QKRopeDim + c.need(mostWidth, "qk_nope_head_dim")
	m.VHeadDim = c.need(mostWidth, "v_head_dim")
	if c.whole(mostWidth, "index_head_dim") > 0 {
		c.note("its sparse attention keeps an index of %d elements a layer and token that is not counted", c.whole(mostWidth, "index_head_dim"))
	}
}

func count(all []any, word string) int {
	n := 0
	for _, v := range all {
		if v == word {
			n++
		}
	}
	return n
}
