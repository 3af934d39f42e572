package architecture

import (
	"strings"

	"scaleadvise/advisor/shape"
)

// text is an encoder of text.
type text struct {
	block
	layers, vocab, embedding     float64
	positions, types             float64 // rows of tables, 0 without one
	relative                     float64 // rows of a table of relative positions
	pooled, shared, unnormalized bool
	extra                        func(l *shape.Layers, rows float64)
	labels                       float64
	longest, usual               float64
}

// bert reads a configuration with BERT's keys and defaults.
func bert(c *config) text {
	t := text{
		block:     block{width: c.whole(mostWidth, 768, "hidden_size", "n_embd", "dim", "d_model"), heads: c.whole(mostWidth, 12, "num_attention_heads", "n_head", "n_heads")},
		layers:    c.whole(mostLayers, 12, "num_hidden_layers", "n_layer", "n_layers"),
		vocab:     c.need(mostTable, "vocab_size"),
		positions: c.whole(mostTable, 512, "max_position_embeddings", "n_positions", "max_trained_positions"),
		types:     c.count(mostTable, 2, "type_vocab_size"),
		pooled:    !c.builds("ForMaskedLM", "ForTokenClassification", "ForQuestionAnswering") || c.word("model_type") != "distilbert",
	}
	t.ffn = c.whole(mostWidth, 4*t.width, "intermediate_size", "n_inner", "hidden_dim")
	t.embedding, t.longest = t.width, t.positions
	t.gated = strings.Contains(c.word("feed_forward_type")+c.word("activation_function"), "glu")
	if kind := c.word("position_embedding_type"); kind == "alibi" || kind == "rope" || kind == "rotary" {
		t.positions = 0
	}
	if c.builds("ForSequenceClassification") {
		t.labels = c.labels()
	}
	c.divides(t.width, t.heads)
	return t
}

// divides refuses heads that do not divide a width.
func (c *config) divides(width, heads float64) {
	if heads > width || float64(int(width)%int(heads)) != 0 {
		c.fail("%snum_attention_heads: %g heads do not divide a width of %g", c.path, heads, width)
	}
}

// network is the encoder with its tables.
func (t text) network() network {
	return network{usual: shape.Request{Tokens: int(min(max(t.usual, 128), max(t.longest, 1)))}, longest: t.longest, walk: func(r shape.Request) []shape.Pass {
		return []shape.Pass{t.pass("model", float64(r.Tokens), r)}
	}}
}

// pass is one run over rows of tokens.
func (t text) pass(name string, rows float64, r shape.Request) shape.Pass {
	l := &shape.Layers{}
	t.embed(l, rows)
	body := func(l *shape.Layers) {
		t.over(l, rows)
		if t.extra != nil {
			t.extra(l, rows)
		}
	}
	if t.shared {
		l.Share(t.layers, body)
	} else {
		l.Apply(t.layers, body)
	}
	if t.pooled {
		l.Linear(1, t.width, t.width)
	}
	if t.labels > 0 {
		l.Linear(1, t.width, t.labels)
	}
	return pass(l, name, r.Input([]shape.Dimension{shape.Tokens}), t.width)
}

// embed looks up tokens, positions and types.
func (t text) embed(l *shape.Layers, rows float64) {
	l.Table(rows, t.vocab, t.embedding)
	for _, entries := range []float64{t.positions, t.types} {
		if entries > 0 {
			l.Table(rows, entries, t.embedding)
			l.Each(rows * t.embedding)
		}
	}
	switch {
	case t.unnormalized:
	case t.scales:
		l.Scale(rows, t.embedding)
	default:
		l.Norm(rows, t.embedding)
	}
	if t.embedding != t.width {
		l.Linear(rows, t.embedding, t.width)
	}
	l.Params += t.relative
}

func readBERT(c *config) network { return bert(c).network() }

// readWindowed reads encoders of long texts, of which each token sees a window (Beltagy et al. 2020) or some blocks
// (Zaheer et al. 2020), 512 tokens unless said otherwise.
func readWindowed(c *config) network {
	t := bert(c)
	const seen = 512
	if c.word("model_type") == "longformer" {
		t.extra = func(l *shape.Layers, _ float64) { l.Params += 3 * (t.width*t.width + t.width) } // of tokens that see all
	} else if c.word("attention_type") == "original_full" {
		return t.network()
	}
	t.keys = func(rows float64) float64 { return min(rows, seen) }
	return t.network()
}

func readDistilBERT(c *config) network {
	t := bert(c)
	t.types, t.pooled = 0, t.labels > 0
	return t.network()
}

func readMPNet(c *config) network {
	t := bert(c)
	t.types, t.relative = 0, c.whole(mostTable, 32, "relative_attention_num_buckets")*t.heads
	return t.network()
}

// readELECTRA reads a discriminator, whose tables may be narrower than its layers.
func readELECTRA(c *config) network {
	t := bert(c)
	t.embedding, t.pooled = c.whole(mostWidth, 128, "embedding_size"), false
	return t.network()
}

// readALBERT reads layers that share their weights.
func readALBERT(c *config) network {
	t := bert(c)
	t.embedding, t.shared = c.whole(mostWidth, 128, "embedding_size"), true
	return t.network()
}

// readDeBERTa reads disentangled attention (He et al. 2021): besides contents, positions are
// projected and compared with contents, both ways, within a span.
func readDeBERTa(c *config) network {
	t := bert(c)
	t.types, t.pooled = c.count(mostTable, 0, "type_vocab_size"), t.labels > 0
	second := c.word("model_type") == "deberta-v2"
	if !c.truth("position_biased_input", !second) {
		t.positions = 0
	}
	if !c.truth("relative_attention", second) {
		return t.network()
	}
	span := c.whole(mostTable, max(t.longest, 1), "max_relative_positions_of", "position_buckets")
	t.relative = 2 * span * t.width
	if second {
		t.relative += 2 * t.width // a normalization
	}
	own := !c.truth("share_att_key", false)
	t.extra = func(l *shape.Layers, rows float64) {
		for range 2 { // keys and queries of positions
			held := l.Params
			l.Product(2*span, t.width, t.width, false)
			if !own {
				l.Params = held
			}
		}
		l.Add(shape.Attention, shape.Work{MACs: 2 * rows * min(2*span, 2*rows) * t.width, Elements: 2 * t.heads * rows * rows, Kernels: 2})
		l.Add(shape.Movement, shape.Work{Elements: 2 * t.heads * rows * rows, Kernels: 2})
	}
	return t.network()
}

// readModernBERT reads gated layers without biases, of which most see a window.
func readModernBERT(c *config) network {
	t := bert(c)
	t.unbiased, t.gated, t.scales, t.types, t.positions, t.pooled = true, true, true, 0, 0, t.labels > 0
	t.longest = c.whole(mostTable, 8192, "max_position_embeddings")
	window, every := c.whole(mostTable, 128, "local_attention"), c.whole(mostLayers, 3, "global_attn_every_n_layers")
	t.keys = func(rows float64) float64 { return (rows + (every-1)*min(rows, window)) / every }
	return t.network()
}

// readNomic reads the layers of nomic-embed and of gte-v1.5: rotary positions, gated.
func readNomic(c *config) network {
	t := bert(c)
	t.gated, t.positions, t.pooled = true, 0, t.labels > 0
	t.unbiased = !c.truth("mlp_fc1_bias", c.word("model_type") == "new")
	return t.network()
}

// readDecoder reads a decoder of text that puts out one vector or one score: an embedding or a
// reranker. Its layers are those of Llama.
func readDecoder(c *config) network {
	t := text{
		block: block{width: c.need(mostWidth, "hidden_size"), heads: c.need(mostWidth, "num_attention_heads"), ffn: c.need(mostWidth, "intermediate_size"),
			unbiased: true, gated: true, scales: true},
		layers: c.need(mostLayers, "num_hidden_layers"), vocab: c.need(mostTable, "vocab_size"), unnormalized: true,
		longest: c.whole(mostTable, 32768, "max_position_embeddings"),
	}
	t.embedding = t.width
	t.kv, t.head = c.whole(mostWidth, t.heads, "num_key_value_heads"), c.whole(mostWidth, max(1, float64(int(t.width/t.heads))), "head_dim")
	if c.builds("ForSequenceClassification") {
		t.labels = c.labels()
	}
	return t.network()
}
