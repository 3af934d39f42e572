package architecture

import "scaleadvise/advisor/shape"

// readConvNeXt reads depthwise convolutions with a transformer's feed-forward network (Liu et
// al. 2022).
func readConvNeXt(c *config) network {
	depths := c.list(mostLayers, []float64{3, 3, 9, 3}, "depths")
	widths := c.list(mostWidth, []float64{96, 192, 384, 768}, "hidden_sizes")
	if len(widths) != len(depths) {
		c.fail("hidden_sizes: %d stages, but depths has %d", len(widths), len(depths))
		return network{}
	}
	patch, channels := c.whole(mostSide, 4, "patch_size"), c.whole(mostWidth, 3, "num_channels")
	second, labels := c.word("model_type") == "convnextv2", 0.0
	if c.builds("ForImageClassification") {
		labels = c.labels()
	}
	walk := func(r shape.Request) []shape.Pass {
		l := &shape.Layers{}
		at := shape.Grid{Width: float64(r.Width), Height: float64(r.Height)}
		before, stride := channels, patch
		for i, width := range widths {
			if i > 0 {
				l.Norm(at.Pixels(), before)
				stride = 2
			}
			at = at.Over(stride)
			l.Convolve(at.Pixels(), shape.Kernel{Area: stride * stride, In: before, Out: width, Bias: true})
			if i == 0 {
				l.Norm(at.Pixels(), width)
			}
			l.Apply(depths[i], func(l *shape.Layers) { convNeXt(l, at.Pixels(), width, second) })
			before = width
		}
		l.Pool(before)
		l.Norm(1, before)
		if labels > 0 {
			l.Linear(1, before, labels)
		}
		return []shape.Pass{pass(l, "model", r.Input(ofImage), 0)}
	}
	width, height := c.sides(224, "image_size")
	return network{usual: shape.Request{Width: int(width), Height: int(height)}, walk: walk}
}

func convNeXt(l *shape.Layers, pixels, width float64, second bool) {
	l.Convolve(pixels, shape.Kernel{Area: 49, In: width, Out: width, Groups: width, Bias: true})
	l.Norm(pixels, width)
	l.Linear(pixels, width, 4*width)
	l.Each(pixels * 4 * width)
	if second {
		l.Norm(pixels, 4*width) // of responses
	} else {
		l.Scale(pixels, width) // of the layer
	}
	l.Linear(pixels, 4*width, width)
	l.Each(pixels * width)
}

// readResNet reads residual stages of convolutions (He et al. 2016).
func readResNet(c *config) network {
	s := residualOf(c)
	if c.builds("ForImageClassification") {
		s.labels = c.labels()
	}
	return network{usual: shape.Request{Width: 224, Height: 224}, walk: func(r shape.Request) []shape.Pass {
		l := &shape.Layers{}
		s.over(l, r)
		return []shape.Pass{pass(l, "model", r.Input(ofImage), 0)}
	}}
}

func residualOf(c *config) residual {
	s := residual{
		depths: c.list(mostLayers, []float64{3, 4, 6, 3}, "depths"), widths: c.list(mostWidth, []float64{256, 512, 1024, 2048}, "hidden_sizes"),
		stem: c.whole(mostWidth, 64, "embedding_size"), channels: c.whole(mostWidth, 3, "num_channels"),
		basic: c.word("layer_type") == "basic", early: c.truth("downsample_in_first_stage", false),
	}
	if len(s.widths) != len(s.depths) {
		c.fail("hidden_sizes: %d stages, but depths has %d", len(s.widths), len(s.depths))
		s.widths = repeat(1, len(s.depths))
	}
	return s
}

type residual struct {
	depths, widths         []float64
	stem, channels, labels float64
	basic, early           bool // blocks of two convolutions; the first stage halves the image
	deep                   bool // the stem is three small convolutions (He, T. et al. 2019)
}

func (s residual) over(l *shape.Layers, r shape.Request) {
	at := shape.Grid{Width: float64(r.Width), Height: float64(r.Height)}.Over(2)
	if s.deep {
		normalized(l, at, 9, s.channels, s.stem/2)
		normalized(l, at, 9, s.stem/2, s.stem/2)
		normalized(l, at, 9, s.stem/2, s.stem)
	} else {
		normalized(l, at, 49, s.channels, s.stem)
	}
	at = at.Over(2)
	l.Pool(at.Pixels() * s.stem)
	before := s.stem
	for i, width := range s.widths {
		stride := 1.0
		if i > 0 || s.early {
			stride = 2
		}
		s.layer(l, at, stride, before, width)
		at = at.Over(stride)
		l.Apply(s.depths[i]-1, func(l *shape.Layers) { s.layer(l, at, 1, width, width) })
		before = width
	}
	l.Pool(before)
	if s.labels > 0 {
		l.Linear(1, before, s.labels)
	}
}

// layer is a residual block: two convolutions of 3×3, or one between two of 1×1.
func (s residual) layer(l *shape.Layers, at shape.Grid, stride, in, out float64) {
	after := at.Over(stride)
	if s.basic {
		normalized(l, after, 9, in, out)
		normalized(l, after, 9, out, out)
	} else {
		normalized(l, at, 1, in, out/4)
		normalized(l, after, 9, out/4, out/4)
		normalized(l, after, 1, out/4, out)
	}
	if in != out || stride > 1 {
		normalized(l, after, 1, in, out)
	}
	l.Each(after.Pixels() * out)
}

// normalized is a convolution with batch normalization and an activation function.
func normalized(l *shape.Layers, at shape.Grid, area, in, out float64) {
	l.Convolve(at.Pixels(), shape.Kernel{Area: area, In: in, Out: out})
	l.Norm(at.Pixels(), out)
	l.Each(at.Pixels() * out)
}
