package onnx

import "scaleadvise/advisor/shape"

func reduction(c *call) error {
	x := c.shaped(0)
	axes, given, ok := c.axes(1)
	if x == nil || !ok {
		return c.lost()
	}
	if !given && c.number("noop_with_empty_axes", 0) != 0 {
		return c.view(*x)
	}
	gone := marked(axes, len(x.dims))
	return c.reduce(x, func(i int) bool { return !given || gone[i] })
}

// argument is the place of the largest or smallest along an axis.
func argument(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	axis, err := c.axis("axis", 0, len(x.dims))
	if err != nil {
		return err
	}
	return c.reduce(x, func(i int) bool { return i == axis })
}

// reduce drops axes, or keeps them with one element.
func (c *call) reduce(x *value, gone func(int) bool) error {
	v := value{known: true, elem: x.elem}
	keeps := c.number("keepdims", 1) != 0
	for i, d := range x.dims {
		switch {
		case !gone(i):
			v.dims = append(v.dims, d)
		case keeps:
			v.dims = append(v.dims, 1)
		}
	}
	if x.data != nil && v.elements() == 1 && string(c.op) == "ReduceProd" {
		product := 1.0
		for _, d := range x.data {
			product *= d
		}
		v.data = []float64{product}
	}
	c.Add(shape.Pooling, shape.Work{Elements: v.elements(), Kernels: 1})
	return c.view(v)
}

func topK(c *call) error {
	x, k := c.shaped(0), c.input(1)
	if x == nil {
		return c.lost()
	}
	axis, err := c.axis("axis", -1, len(x.dims))
	if err != nil {
		return err
	}
	v := value{dims: append([]int64{}, x.dims...), known: true, elem: x.elem}
	v.dims[axis] = min(v.dims[axis], int64(c.whole("k", boxes)))
	if k != nil && len(k.data) == 1 {
		v.dims[axis] = min(int64(x.dims[axis]), int64(clamp(k.data[0])))
	}
	c.Add(shape.Pooling, shape.Work{Elements: x.elements(), Kernels: 1})
	c.output(1, value{dims: v.dims, known: true, elem: int64Type})
	return c.view(v)
}

// boxes is how many objects are taken to be left where the image decides.
const boxes = 100

func suppress(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	c.note("how many boxes are left depends on the image: 100 are assumed")
	c.Add(shape.Pooling, shape.Work{Elements: x.elements(), Kernels: 1})
	return c.view(value{dims: []int64{boxes, 3}, known: true, elem: int64Type})
}

func nonZero(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	n := min(x.elements(), boxes)
	return c.move(value{dims: []int64{int64(len(x.dims)), int64(n)}, known: true, elem: int64Type})
}
