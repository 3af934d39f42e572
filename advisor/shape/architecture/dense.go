package architecture

import "scaleadvise/advisor/shape"

// segformer is a transformer over four scales of an image (Xie et al. 2021).
type segformer struct {
	depths, widths, heads, patches, strides, reductions, ratios []float64
	channels, decoder, labels                                   float64
	segments                                                    bool // puts out a label for each pixel
}

func readSegFormer(c *config) network {
	s := segformer{
		depths: c.list(mostLayers, []float64{2, 2, 2, 2}, "depths"), widths: c.list(mostWidth, []float64{32, 64, 160, 256}, "hidden_sizes"),
		heads: c.list(mostWidth, []float64{1, 2, 5, 8}, "num_attention_heads"), patches: c.list(mostSide, []float64{7, 3, 3, 3}, "patch_sizes"),
		strides: c.list(mostSide, []float64{4, 2, 2, 2}, "strides"), reductions: c.list(mostSide, []float64{8, 4, 2, 1}, "sr_ratios"),
		ratios: c.list(mostWidth, []float64{4, 4, 4, 4}, "mlp_ratios"), channels: c.whole(mostWidth, 3, "num_channels"),
		decoder: c.whole(mostWidth, 256, "decoder_hidden_size"), segments: !c.builds("ForImageClassification", "SegformerModel"),
	}
	for _, of := range [][]float64{s.widths, s.heads, s.patches, s.strides, s.reductions, s.ratios} {
		if len(of) != len(s.depths) {
			c.fail("hidden_sizes, num_attention_heads, patch_sizes, strides, sr_ratios, mlp_ratios: each needs %d stages, as depths has", len(s.depths))
			return network{}
		}
	}
	side := 224.0
	if s.segments {
		side = 512
	}
	if s.segments || c.builds("ForImageClassification") {
		s.labels = c.labels()
	}
	return network{usual: shape.Request{Width: int(side), Height: int(side)}, walk: func(r shape.Request) []shape.Pass {
		return []shape.Pass{s.pass(r)}
	}}
}

func (s segformer) pass(r shape.Request) shape.Pass {
	l := &shape.Layers{}
	at := shape.Grid{Width: float64(r.Width), Height: float64(r.Height)}
	before := s.channels
	var first shape.Grid
	var grids []shape.Grid
	for i, width := range s.widths {
		at = at.Over(s.strides[i])
		if i == 0 {
			first = at
		}
		l.Convolve(at.Pixels(), shape.Kernel{Area: s.patches[i] * s.patches[i], In: before, Out: width, Bias: true})
		l.Norm(at.Pixels(), width)
		l.Apply(s.depths[i], func(l *shape.Layers) { s.layer(l, at, i) })
		l.Norm(at.Pixels(), width)
		grids, before = append(grids, at), width
	}
	switch {
	case s.segments:
		s.decode(l, grids, first)
	case s.labels > 0:
		l.Pool(before)
		l.Linear(1, before, s.labels)
	}
	return pass(l, "model", r.Input(ofImage), before)
}

// layer attends to fewer keys than there are pixels, and mixes neighbours between two products.
func (s segformer) layer(l *shape.Layers, at shape.Grid, stage int) {
	width, rows, less := s.widths[stage], at.Pixels(), s.reductions[stage]
	keys := rows
	if less > 1 {
		keys = at.Over(less).Pixels()
		l.Convolve(keys, shape.Kernel{Area: less * less, In: width, Out: width, Bias: true})
		l.Norm(keys, width)
	}
	b := block{width: width, heads: s.heads[stage]}
	b.attention(l, rows, keys, keys)
	wide := s.ratios[stage] * width
	l.Linear(rows, width, wide)
	l.Convolve(rows, shape.Kernel{Area: 9, In: wide, Out: wide, Groups: wide, Bias: true})
	l.Each(rows * wide)
	l.Linear(rows, wide, width)
	l.Each(rows * width)
	b.normalize(l, rows)
}

// decode brings all scales to the finest and puts out a label for each of its pixels.
func (s segformer) decode(l *shape.Layers, grids []shape.Grid, finest shape.Grid) {
	for i, at := range grids {
		l.Linear(at.Pixels(), s.widths[i], s.decoder)
		l.Add(shape.Movement, shape.Work{Elements: finest.Pixels() * s.decoder, Kernels: 1})
	}
	normalized(l, finest, 1, float64(len(grids))*s.decoder, s.decoder)
	l.Convolve(finest.Pixels(), shape.Kernel{Area: 1, In: s.decoder, Out: s.labels, Bias: true})
}

// readDETR reads a transformer that finds objects in what a residual network sees (Carion et al.
// 2020).
func readDETR(c *config) network {
	d := block{width: c.whole(mostWidth, 256, "d_model"), heads: c.whole(mostWidth, 8, "encoder_attention_heads"), ffn: c.whole(mostWidth, 2048, "encoder_ffn_dim")}
	w := d
	w.heads, w.ffn = c.whole(mostWidth, 8, "decoder_attention_heads"), c.whole(mostWidth, 2048, "decoder_ffn_dim")
	c.divides(d.width, d.heads)
	c.divides(w.width, w.heads)
	reads, writes := c.whole(mostLayers, 6, "encoder_layers"), c.whole(mostLayers, 6, "decoder_layers")
	queries, labels, seen := c.whole(mostTable, 100, "num_queries"), c.labels(), backbone(c)
	return network{usual: shape.Request{Width: 1066, Height: 800}, walk: func(r shape.Request) []shape.Pass {
		l := &shape.Layers{}
		seen.over(l, r)
		rows := (shape.Grid{Width: float64(r.Width), Height: float64(r.Height)}).Over(32).Pixels()
		l.Convolve(rows, shape.Kernel{Area: 1, In: seen.widths[len(seen.widths)-1], Out: d.width, Bias: true})
		l.Apply(reads, func(l *shape.Layers) { d.over(l, rows) })
		l.Table(queries, queries, d.width)
		l.Apply(writes, func(l *shape.Layers) {
			w.over(l, queries)
			w.attention(l, queries, rows, rows)
			l.Norm(queries, w.width)
		})
		l.Norm(queries, w.width)
		l.Linear(queries, w.width, labels+1)
		l.Linear(queries, w.width, w.width)
		l.Linear(queries, w.width, w.width)
		l.Linear(queries, w.width, 4)
		return []shape.Pass{pass(l, "model", r.Input(ofImage), d.width)}
	}}
}

// backbone is the residual network that a detector names or configures.
func backbone(c *config) residual {
	if inner := c.in("backbone_config"); len(inner.keys) > 0 {
		return residualOf(inner)
	}
	known := map[string]residual{
		"resnet18": {depths: []float64{2, 2, 2, 2}, basic: true}, "resnet34": {depths: []float64{3, 4, 6, 3}, basic: true},
		"resnet50": {depths: []float64{3, 4, 6, 3}}, "resnet101": {depths: []float64{3, 4, 23, 3}}, "resnet152": {depths: []float64{3, 8, 36, 3}},
	}
	name := c.word("backbone")
	if name == "" {
		name = "resnet50"
	}
	s, ok := known[name]
	if !ok {
		c.fail("backbone: %q is not known; known are resnet18, resnet34, resnet50, resnet101 and resnet152; or export the model to ONNX and give --model-file", clip(name))
		s = known["resnet50"]
	}
	s.stem, s.channels, s.widths = 64, 3, []float64{256, 512, 1024, 2048}
	if s.basic {
		s.widths = []float64{64, 128, 256, 512}
	}
	return s
}
