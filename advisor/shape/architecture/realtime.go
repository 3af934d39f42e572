package architecture

import "scaleadvise/advisor/shape"

// rtDETR is a detector of residual features at three scales, an encoder that mixes them and a
// decoder of queries (Zhao et al. 2024, "DETRs Beat YOLOs on Real-time Object Detection").
type rtDETR struct {
	seen             residual
	encoder, decoder block
	reads, writes    float64 // layers
	hidden           float64 // width within the blocks that mix scales
	queries, labels  float64
	levels, points   float64 // that a query looks at
}

// mostExpansion bounds how much wider than the encoder its blocks are.
const mostExpansion = 8

// mixes are the re-parameterized convolutions of a block that mixes two scales.
const mixes = 3

func readRTDETR(c *config) network {
	d := rtDETR{
		encoder: block{width: c.whole(mostWidth, 256, "encoder_hidden_dim"), heads: c.whole(mostWidth, 8, "encoder_attention_heads"), ffn: c.whole(mostWidth, 1024, "encoder_ffn_dim")},
		decoder: block{width: c.whole(mostWidth, 256, "d_model"), heads: c.whole(mostWidth, 8, "decoder_attention_heads"), ffn: c.whole(mostWidth, 1024, "decoder_ffn_dim"), norms: 3},
		reads:   c.whole(mostLayers, 1, "encoder_layers"), writes: c.whole(mostLayers, 6, "decoder_layers"),
		queries: c.whole(mostTable, 300, "num_queries"), labels: c.labels(), points: c.whole(mostLayers, 4, "decoder_n_points"), levels: 3,
	}
	c.divides(d.encoder.width, d.encoder.heads)
	c.divides(d.decoder.width, d.decoder.heads)
	expansion := c.number(1, "hidden_expansion")
	if !(expansion > 0 && expansion <= mostExpansion) {
		c.fail("hidden_expansion: %g is out of range: expected a number above 0, at most %d", expansion, mostExpansion)
		return network{}
	}
	d.hidden = d.encoder.width * expansion
	d.seen = residualOf(c.in("backbone_config"))
	d.seen.deep = true
	if n := float64(len(d.seen.widths)); n < d.levels {
		c.fail("backbone_config: hidden_sizes has %.0f stages, and the detector reads the last %.0f", n, d.levels)
		return network{}
	}
	return network{usual: shape.Request{Width: 640, Height: 640}, walk: func(r shape.Request) []shape.Pass {
		l := &shape.Layers{}
		d.over(l, r)
		return []shape.Pass{pass(l, "model", r.Input(ofImage), d.decoder.width)}
	}}
}

func (d rtDETR) over(l *shape.Layers, r shape.Request) {
	d.seen.over(l, r)
	width, stages := d.encoder.width, len(d.seen.widths)
	var scales []shape.Grid // finest first
	at := shape.Grid{Width: float64(r.Width), Height: float64(r.Height)}.Over(4)
	rows := 0.0
	for i := range stages {
		if i > 0 {
			at = at.Over(2)
		}
		if i >= stages-int(d.levels) {
			normalized(l, at, 1, d.seen.widths[i], width)
			scales, rows = append(scales, at), rows+at.Pixels()
		}
	}
	coarsest := scales[len(scales)-1]
	l.Apply(d.reads, func(l *shape.Layers) { d.encoder.over(l, coarsest.Pixels()) })
	for i := len(scales) - 2; i >= 0; i-- { // down to the finest
		normalized(l, scales[i+1], 1, width, width)
		d.mix(l, scales[i])
	}
	for _, next := range scales[1:] { // and back
		normalized(l, next, 9, width, width)
		d.mix(l, next)
	}
	d.decode(l, rows)
}

// mix joins two scales.
func (d rtDETR) mix(l *shape.Layers, at shape.Grid) {
	width := d.encoder.width
	normalized(l, at, 1, 2*width, d.hidden)
	normalized(l, at, 1, 2*width, d.hidden)
	l.Apply(mixes, func(l *shape.Layers) {
		normalized(l, at, 9, d.hidden, d.hidden)
		normalized(l, at, 1, d.hidden, d.hidden)
	})
	if d.hidden != width {
		normalized(l, at, 1, d.hidden, width)
	}
}

// decode picks queries among all positions and refines them.
func (d rtDETR) decode(l *shape.Layers, rows float64) {
	w := d.decoder
	l.Linear(rows, d.encoder.width, w.width) // of three scales, each with its own
	l.Linear(0, d.encoder.width, 2*w.width)
	l.Linear(rows, w.width, w.width)
	l.Norm(rows, w.width)
	d.heads(l, rows)
	looks := w.heads * d.levels * d.points
	l.Linear(d.queries, 4, 2*w.width)
	l.Linear(d.queries, 2*w.width, w.width)
	l.Apply(d.writes, func(l *shape.Layers) {
		w.over(l, d.queries)
		l.Linear(rows, w.width, w.width) // values
		l.Linear(d.queries, w.width, 3*looks)
		l.Each(d.queries * looks * w.width / w.heads)
		l.Linear(d.queries, w.width, w.width)
		d.heads(l, d.queries)
	})
}

// heads say what is where.
func (d rtDETR) heads(l *shape.Layers, rows float64) {
	l.Linear(rows, d.decoder.width, d.labels)
	l.Linear(rows, d.decoder.width, d.decoder.width)
	l.Linear(rows, d.decoder.width, d.decoder.width)
	l.Linear(rows, d.decoder.width, 4)
}
