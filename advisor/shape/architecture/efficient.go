package architecture

import (
	"math"

	"scaleadvise/advisor/shape"
)

// classifier is a network over one image of these sides that tells labels apart.
func classifier(c *config, side float64, walk func(l *shape.Layers, at shape.Grid) (width float64)) network {
	labels := 0.0
	if c.builds("ForImageClassification") {
		labels = c.labels()
	}
	width, height := c.sides(side, "image_size")
	return network{usual: shape.Request{Width: int(width), Height: int(height)}, walk: func(r shape.Request) []shape.Pass {
		l := &shape.Layers{}
		out := walk(l, shape.Grid{Width: float64(r.Width), Height: float64(r.Height)})
		l.Pool(out)
		if labels > 0 {
			l.Linear(1, out, labels)
		}
		return []shape.Pass{pass(l, "model", r.Input(ofImage), 0)}
	}}
}

// readEfficientNet reads inverted bottlenecks that are scaled in width and depth (Tan and Le 2019).
func readEfficientNet(c *config) network {
	e := efficient{
		wide: c.number(2, "width_coefficient"), deep: c.number(3.1, "depth_coefficient"), divisor: c.whole(mostWidth, 8, "depth_divisor"),
		squeeze: c.number(0.25, "squeeze_expansion_ratio"), channels: c.whole(mostWidth, 3, "num_channels"), stem: 32,
		in:      c.list(mostWidth, []float64{32, 16, 24, 40, 80, 112, 192}, "in_channels"),
		out:     c.list(mostWidth, []float64{16, 24, 40, 80, 112, 192, 320}, "out_channels"),
		kernels: c.list(mostSide, []float64{3, 3, 5, 3, 5, 5, 3}, "kernel_sizes"),
		strides: c.list(mostSide, []float64{1, 2, 2, 2, 1, 2, 1}, "strides"),
		repeats: c.list(mostLayers, []float64{1, 2, 2, 3, 3, 4, 1}, "num_block_repeats"),
		expand:  c.list(mostWidth, []float64{1, 6, 6, 6, 6, 6, 6}, "expand_ratios"),
		hidden:  c.whole(mostWidth, 2560, "hidden_dim"),
	}
	for _, of := range [][]float64{e.out, e.kernels, e.strides, e.repeats, e.expand} {
		if len(of) != len(e.in) {
			c.fail("out_channels, kernel_sizes, strides, num_block_repeats, expand_ratios: each needs %d stages, as in_channels has", len(e.in))
			return network{}
		}
	}
	if !(e.wide > 0 && e.wide < 100 && e.deep > 0 && e.deep < 100 && e.squeeze >= 0 && e.squeeze <= 1) {
		c.fail("width_coefficient, depth_coefficient: expected numbers between 0 and 100, squeeze_expansion_ratio one of 0 to 1")
		return network{}
	}
	return classifier(c, 600, e.over)
}

type efficient struct {
	wide, deep, divisor, squeeze, channels, stem, hidden float64
	in, out, kernels, strides, repeats, expand           []float64
}

// width is a number of channels under the coefficient, a multiple of the divisor.
func (e efficient) width(channels float64) float64 {
	v := channels * e.wide
	rounded := max(e.divisor, math.Floor((v+e.divisor/2)/e.divisor)*e.divisor)
	if rounded < 0.9*v {
		rounded += e.divisor
	}
	return rounded
}

func (e efficient) over(l *shape.Layers, at shape.Grid) float64 {
	at = at.Over(2)
	before := e.width(e.stem)
	normalized(l, at, 9, e.channels, before)
	for i := range e.in {
		out := e.width(e.out[i])
		e.layer(l, at, i, e.strides[i], before, out)
		at = at.Over(e.strides[i])
		l.Apply(math.Ceil(e.deep*e.repeats[i])-1, func(l *shape.Layers) { e.layer(l, at, i, 1, out, out) })
		before = out
	}
	normalized(l, at, 1, before, e.hidden)
	return e.hidden
}

// layer is an inverted bottleneck: wider, a depthwise convolution, weights of channels, narrower.
func (e efficient) layer(l *shape.Layers, at shape.Grid, stage int, stride, in, out float64) {
	wide, area := in*e.expand[stage], e.kernels[stage]*e.kernels[stage]
	if e.expand[stage] != 1 {
		normalized(l, at, 1, in, wide)
	}
	after := at.Over(stride)
	l.Convolve(after.Pixels(), shape.Kernel{Area: area, In: wide, Out: wide, Groups: wide})
	l.Norm(after.Pixels(), wide)
	l.Each(after.Pixels() * wide)
	if e.squeeze > 0 {
		excite(l, after, wide, max(1, math.Trunc(in*e.squeeze)))
	}
	l.Convolve(after.Pixels(), shape.Kernel{Area: 1, In: wide, Out: out})
	l.Norm(after.Pixels(), out)
	if stride == 1 && in == out {
		l.Each(after.Pixels() * out)
	}
}

// excite weighs channels by what all pixels show (squeeze and excitation; Hu et al. 2018).
func excite(l *shape.Layers, at shape.Grid, width, narrow float64) {
	l.Pool(width)
	l.Linear(1, width, narrow)
	l.Each(narrow)
	l.Linear(1, narrow, width)
	l.Each(width)
	l.Each(at.Pixels() * width)
}

// readRegNet reads stages of grouped convolutions (Radosavovic et al. 2020).
func readRegNet(c *config) network {
	depths := c.list(mostLayers, []float64{2, 6, 12, 2}, "depths")
	widths := c.list(mostWidth, []float64{128, 192, 512, 1088}, "hidden_sizes")
	if len(widths) != len(depths) {
		c.fail("hidden_sizes: %d stages, but depths has %d", len(widths), len(depths))
		return network{}
	}
	stem, channels, group := c.whole(mostWidth, 32, "embedding_size"), c.whole(mostWidth, 3, "num_channels"), c.whole(mostWidth, 64, "groups_width")
	squeezes, early := c.word("layer_type") != "x", c.truth("downsample_in_first_stage", true)
	layer := func(l *shape.Layers, at shape.Grid, stride, in, out float64) {
		after := at.Over(stride)
		normalized(l, at, 1, in, out)
		l.Convolve(after.Pixels(), shape.Kernel{Area: 9, In: out, Out: out, Groups: max(1, math.Floor(out/group))})
		l.Norm(after.Pixels(), out)
		l.Each(after.Pixels() * out)
		if squeezes {
			excite(l, after, out, max(1, math.RoundToEven(in/4)))
		}
		normalized(l, after, 1, out, out)
		if in != out || stride > 1 {
			l.Convolve(after.Pixels(), shape.Kernel{Area: 1, In: in, Out: out})
			l.Norm(after.Pixels(), out)
		}
	}
	return classifier(c, 224, func(l *shape.Layers, at shape.Grid) float64 {
		at = at.Over(2)
		normalized(l, at, 9, channels, stem)
		before := stem
		for i, width := range widths {
			stride := 2.0
			if i == 0 && !early {
				stride = 1
			}
			layer(l, at, stride, before, width)
			at = at.Over(stride)
			l.Apply(depths[i]-1, func(l *shape.Layers) { layer(l, at, 1, width, width) })
			before = width
		}
		return before
	})
}
