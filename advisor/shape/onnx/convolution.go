package onnx

import (
	"math"

	"scaleadvise/advisor/shape"
)

// slide is the extent of what a window that slides over a tensor puts out.
type slide struct {
	kernel, strides, pads, dilations []int64
	auto                             string
	ceil                             bool
}

func slideOf(c *call, kernel []int64) slide {
	s := slide{kernel: kernel, strides: c.list("strides"), pads: c.list("pads"), dilations: c.list("dilations"), auto: string(c.attribute("auto_pad").text), ceil: c.number("ceil_mode", 0) != 0}
	if len(s.kernel) == 0 {
		s.kernel = c.list("kernel_shape")
	}
	return s
}

// over is the extent along each axis.
func (s slide) over(spatial []int64) ([]int64, error) {
	out := make([]int64, len(spatial))
	for i, in := range spatial {
		stride, dilation, kernel := at(s.strides, i, 1), at(s.dilations, i, 1), at(s.kernel, i, 1)
		if stride < 1 || dilation < 1 || kernel < 1 || max(stride, dilation, kernel) > mostDim/(1<<20) {
			return nil, errMisfit
		}
		reach := dilation*(kernel-1) + 1
		span := in - reach + at(s.pads, i, 0) + at(s.pads, i+len(spatial), 0)
		switch s.auto {
		case "SAME_UPPER", "SAME_LOWER":
			out[i] = (in + stride - 1) / stride
			continue
		case "VALID":
			span = in - reach
		}
		if s.ceil {
			span += stride - 1
		}
		if out[i] = span/stride + 1; span < 0 || out[i] < 1 {
			return nil, errMisfit
		}
	}
	return out, nil
}

// convolve is a convolution whose input and weights are at these places.
func convolve(input, weights int) rule {
	return func(c *call) error {
		x, w := c.shaped(input), c.shaped(weights)
		if x == nil || w == nil {
			return c.lost()
		}
		if len(x.dims) < 3 || len(w.dims) != len(x.dims) {
			return errMisfit
		}
		spatial, err := slideOf(c, w.dims[2:]).over(x.dims[2:])
		if err != nil {
			return err
		}
		v := value{dims: append([]int64{x.dims[0], w.dims[0]}, spatial...), known: true, elem: x.elem}
		class := shape.Convolution
		if c.number("group", 1) > 1 {
			class = shape.Depthwise
		}
		c.Add(class, shape.Work{MACs: v.elements() * w.elements() / math.Max(1, w.dim(0)), Elements: v.elements(), Kernels: 1})
		return c.view(v)
	}
}

// deconvolve is a transposed convolution.
func deconvolve(c *call) error {
	x, w := c.shaped(0), c.shaped(1)
	if x == nil || w == nil {
		return c.lost()
	}
	if len(x.dims) < 3 || len(w.dims) != len(x.dims) {
		return errMisfit
	}
	s := slideOf(c, w.dims[2:])
	more, sized := c.list("output_padding"), c.list("output_shape")
	group := max(1, c.whole("group", 1))
	dims := []int64{x.dims[0], w.dims[1] * int64(min(group, 1<<20))}
	for i, in := range x.dims[2:] {
		stride := at(s.strides, i, 1)
		out := stride*(in-1) + at(more, i, 0) + at(s.dilations, i, 1)*(at(s.kernel, i, 1)-1) + 1 - at(s.pads, i, 0) - at(s.pads, i+len(x.dims)-2, 0)
		switch {
		case len(sized) > i:
			out = sized[i]
		case s.auto == "SAME_UPPER" || s.auto == "SAME_LOWER":
			out = in * stride
		}
		dims = append(dims, out)
	}
	v := value{dims: dims, known: true, elem: x.elem}
	c.Add(shape.Convolution, shape.Work{MACs: x.elements() * w.elements() / math.Max(1, w.dim(0)), Elements: v.elements(), Kernels: 1})
	return c.view(v)
}

func pool(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	if len(x.dims) < 3 {
		return errMisfit
	}
	spatial, err := slideOf(c, nil).over(x.dims[2:])
	if err != nil {
		return err
	}
	v := value{dims: append([]int64{x.dims[0], x.dims[1]}, spatial...), known: true, elem: x.elem}
	c.Add(shape.Pooling, shape.Work{Elements: v.elements(), Kernels: 1})
	return c.view(v)
}

func globalPool(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	v := value{known: true, elem: x.elem}
	for i, d := range x.dims {
		if i > 1 {
			d = 1
		}
		v.dims = append(v.dims, d)
	}
	c.Add(shape.Pooling, shape.Work{Elements: v.elements(), Kernels: 1})
	return c.view(v)
}

// resize enlarges or shrinks an image: by sizes, or by scales.
func resize(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	scales, sizes := c.input(2), c.input(3)
	if len(c.in) == 2 || string(c.op) == "Upsample" {
		scales = c.input(1)
	}
	v := value{dims: append([]int64{}, x.dims...), known: true, elem: x.elem}
	switch {
	case sizes != nil && len(sizes.data) == len(x.dims):
		for i, d := range sizes.data {
			v.dims[i] = int64(clamp(d))
		}
	case scales != nil && len(scales.data) == len(x.dims):
		for i, d := range scales.data {
			v.dims[i] = int64(clamp(math.Floor(float64(x.dims[i]) * d)))
		}
	default:
		if told, ok := c.told(first(c.out)); ok {
			v = told
		} else {
			c.shapeless++
		}
	}
	return c.move(v)
}

func gridSample(c *call) error {
	x, grid := c.shaped(0), c.shaped(1)
	if x == nil || grid == nil {
		return c.lost()
	}
	if len(x.dims) < 3 || len(grid.dims) < 3 {
		return errMisfit
	}
	dims := append([]int64{x.dims[0], x.dims[1]}, grid.dims[1:len(grid.dims)-1]...)
	return c.move(value{dims: dims, known: true, elem: x.elem})
}

func roiAlign(c *call) error {
	x, regions := c.shaped(0), c.shaped(1)
	if x == nil || regions == nil {
		return c.lost()
	}
	dims := []int64{int64(regions.dim(0)), int64(x.dim(1)), int64(c.whole("output_height", 1)), int64(c.whole("output_width", 1))}
	return c.move(value{dims: dims, known: true, elem: x.elem})
}

// rearrange moves between channels and pixels.
func rearrange(spread bool) rule {
	return func(c *call) error {
		x := c.shaped(0)
		if x == nil {
			return c.lost()
		}
		side := int64(c.whole("blocksize", 1))
		if len(x.dims) != 4 || side < 1 || side > 1<<16 {
			return errMisfit
		}
		dims := []int64{x.dims[0], x.dims[1] * side * side, x.dims[2] / side, x.dims[3] / side}
		if spread {
			dims = []int64{x.dims[0], x.dims[1] / (side * side), x.dims[2] * side, x.dims[3] * side}
		}
		return c.move(value{dims: dims, known: true, elem: x.elem})
	}
}
