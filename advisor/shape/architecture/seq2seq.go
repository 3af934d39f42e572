package architecture

import "scaleadvise/advisor/shape"

// pair is an encoder of tokens with a decoder that writes others, one by one.
type pair struct {
	encoder, decoder block
	layers, written  float64 // layers of the encoder and of the decoder
	vocab, positions float64
	relative         float64 // parameters of relative positions, of each side
	tables           float64 // normalizations of the embeddings, of each side
	alone            bool    // the encoder without a decoder
	judges           bool    // the decoder reads the input once and puts out a class
	untied, closed   bool    // an output layer of its own; a normalization at the end of each side
}

// walk is one pass of the encoder, and a step of the decoder for each token that it writes.
// The encoder's pass projects what the decoder attends to.
func (p pair) walk(r shape.Request) []shape.Pass {
	rows := float64(r.Tokens)
	switch {
	case p.alone:
		return []shape.Pass{p.read(rows, r)}
	case p.judges:
		once := p.write(rows, rows, rows)
		once.Input = r.Input(ofText)
		return []shape.Pass{p.read(rows, r), once}
	}
	return []shape.Pass{p.read(rows, r), p.step("decoder step", float64(r.OutputTokens), rows)}
}

func (p pair) read(rows float64, r shape.Request) shape.Pass {
	l := &shape.Layers{}
	l.Table(rows, p.vocab, p.encoder.width)
	p.start(l, rows)
	l.Apply(p.layers, func(l *shape.Layers) { p.encoder.over(l, rows) })
	p.end(l, rows, p.encoder)
	d := p.decoder.of()
	l.Apply(p.written, func(l *shape.Layers) { // keys and values for the decoder
		l.Product(rows, d.width, d.kv*d.head, !d.unbiased)
		l.Product(rows, d.width, d.kv*d.head, !d.unbiased)
	})
	return pass(l, "encoder", r.Input(ofText), p.encoder.width)
}

// step is the decoder's work on one token, halfway through as many.
func (p pair) step(name string, written, seen float64) shape.Pass {
	out := p.write(1, (written+1)/2, seen)
	out.Name, out.Input, out.Times = name, "one token", written
	return out
}

// write is the decoder's work on rows that see keys of their own and what the encoder read.
func (p pair) write(rows, keys, seen float64) shape.Pass {
	l := &shape.Layers{}
	l.Add(shape.Lookup, shape.Work{Elements: rows * p.decoder.width, Kernels: 1})
	p.start(l, rows)
	l.Apply(p.written, func(l *shape.Layers) {
		d := p.decoder.of()
		d.attention(l, rows, rows, keys)
		l.Product(rows, d.width, d.heads*d.head, !d.unbiased) // queries of what the encoder read
		l.Attend(d.heads, rows, seen, d.head)
		l.Product(rows, d.heads*d.head, d.width, !d.unbiased)
		d.feedForward(l, rows)
		d.norms = 3
		d.normalize(l, rows)
	})
	p.end(l, rows, p.decoder)
	l.Product(1, p.decoder.width, p.vocab, false)
	return pass(l, "decoder", "", p.decoder.width)
}

func (p pair) start(l *shape.Layers, rows float64) {
	if p.positions > 0 {
		l.Table(rows, p.positions, p.encoder.width)
	}
	if p.tables > 0 {
		l.Norm(rows, p.encoder.width)
	}
	l.Params += p.relative
}

func (p pair) end(l *shape.Layers, rows float64, b block) {
	if !p.closed {
		return
	}
	if b.scales {
		l.Scale(rows, b.width)
	} else {
		l.Norm(rows, b.width)
	}
}

func (p pair) network(output int, longest float64) network {
	n := network{walk: p.walk, usual: shape.Request{Tokens: 128, OutputTokens: output}, longest: longest}
	if !p.untied {
		n.tied = p.vocab * p.decoder.width
	}
	return n
}

// usualOutput is how many tokens a translation or a summary has where nothing says so.
const usualOutput = 64

func readT5(c *config) network {
	gated := c.word("feed_forward_proj") != "" && c.word("feed_forward_proj") != "relu"
	if c.word("model_type") == "mt5" || c.word("model_type") == "umt5" {
		gated = c.word("feed_forward_proj") != "relu"
	}
	b := block{width: c.need(mostWidth, "d_model"), heads: c.whole(mostWidth, 8, "num_heads"), head: c.whole(mostWidth, 64, "d_kv"),
		ffn: c.need(mostWidth, "d_ff"), unbiased: true, gated: gated, scales: true}
	layers := c.need(mostLayers, "num_layers")
	p := pair{encoder: b, decoder: b, layers: layers, written: c.whole(mostLayers, layers, "num_decoder_layers"), vocab: c.need(mostTable, "vocab_size"),
		relative: c.whole(mostTable, 32, "relative_attention_num_buckets") * b.heads, closed: true, untied: !c.truth("tie_word_embeddings", !gated)}
	if p.alone = c.builds("EncoderModel"); p.alone {
		p.written, p.untied = 0, true
	}
	return p.network(usualOutput, 0)
}

// prenormalized are the kinds of BART that normalize before a layer and once more at the end.
var prenormalized = map[string]bool{"mbart": true, "pegasus": true, "m2m_100": true, "blenderbot": true}

func readBART(c *config) network {
	kind := c.word("model_type")
	width := c.need(mostWidth, "d_model")
	p := pair{
		encoder: block{width: width, heads: c.whole(mostWidth, 16, "encoder_attention_heads"), ffn: c.whole(mostWidth, 4*width, "encoder_ffn_dim")},
		decoder: block{width: width, heads: c.whole(mostWidth, 16, "decoder_attention_heads"), ffn: c.whole(mostWidth, 4*width, "decoder_ffn_dim")},
		layers:  c.need(mostLayers, "encoder_layers"), written: c.need(mostLayers, "decoder_layers"), vocab: c.need(mostTable, "vocab_size"),
		closed: prenormalized[kind],
	}
	longest := c.whole(mostTable, 1024, "max_position_embeddings")
	if kind == "bart" || kind == "mbart" {
		p.positions, p.tables = longest+2, 1 // two rows are padding
	}
	if kind == "blenderbot" || kind == "blenderbot-small" {
		p.positions = longest
	}
	c.divides(width, p.encoder.heads)
	c.divides(width, p.decoder.heads)
	if p.judges = c.builds("ForSequenceClassification"); p.judges {
		return p.network(0, longest)
	}
	return p.network(usualOutput, longest)
}
