package onnx

import "scaleadvise/advisor/shape"

// slice takes a part of each axis; bounds stand in attributes, or in inputs.
func slice(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	lists := [4][]int64{c.list("starts"), c.list("ends"), c.list("axes"), nil}
	for i := range lists {
		if i+1 >= len(c.in) || len(c.in[i+1]) == 0 {
			continue
		}
		v := c.input(i + 1)
		if v == nil || v.data == nil {
			return c.lost()
		}
		lists[i] = sizes(v.data)
	}
	v := value{dims: append([]int64{}, x.dims...), known: true, elem: x.elem}
	for i, start := range lists[0] {
		axis := at(lists[2], i, int64(i))
		if axis < 0 {
			axis += int64(len(x.dims))
		}
		if axis < 0 || axis >= int64(len(x.dims)) || i >= len(lists[1]) {
			return errMisfit
		}
		step := at(lists[3], i, 1)
		var from int64
		v.dims[axis], from = sliced(start, lists[1][i], step, x.dims[axis])
		if x.data != nil && len(x.dims) == 1 {
			v.data = picked(x.data, from, step, v.dims[axis])
		}
	}
	return c.move(v)
}

// sliced is how many of n elements a slice takes, and the first of them.
func sliced(start, end, step, n int64) (count, from int64) {
	if start < 0 {
		start += n
	}
	if end < 0 {
		end += n
	}
	switch {
	case step > 0:
		start, end = min(max(start, 0), n), min(max(end, 0), n)
		return max(0, (end-start+step-1)/step), start
	case step < 0 && step > -mostDim:
		start, end = min(max(start, 0), n-1), min(max(end, -1), n-1)
		return max(0, (end-start+step+1)/step), start
	}
	return 0, 0
}

func picked(data []float64, from, step, n int64) []float64 {
	out := make([]float64, 0, min(n, mostData))
	for i := range n {
		place := from + i*step
		if place < 0 || place >= int64(len(data)) {
			return nil
		}
		out = append(out, data[place])
	}
	return out
}

// gather takes slices along an axis; of weights it is a lookup in a table.
func gather(c *call) error {
	x, indices := c.shaped(0), c.shaped(1)
	if x == nil || indices == nil {
		return c.lost()
	}
	axis, err := c.axis("axis", 0, len(x.dims))
	if err != nil {
		return err
	}
	v := value{known: true, elem: x.elem}
	v.dims = append(append(append(v.dims, x.dims[:axis]...), indices.dims...), x.dims[axis+1:]...)
	if x.data != nil && indices.data != nil && len(x.dims) == 1 {
		v.data = chosen(x.data, indices.data)
	}
	if !x.fixed {
		return c.move(v)
	}
	c.Add(shape.Lookup, shape.Work{Elements: v.elements(), Kernels: 1})
	return c.view(v)
}

func chosen(data, indices []float64) []float64 {
	var out []float64
	for _, i := range indices {
		at := int(clamp(i))
		if at < 0 {
			at += len(data)
		}
		if at < 0 || at >= len(data) {
			return nil
		}
		out = append(out, data[at])
	}
	return out
}

func gatherElements(c *call) error {
	x, indices := c.shaped(0), c.shaped(1)
	if x == nil || indices == nil {
		return c.lost()
	}
	return c.move(value{dims: indices.dims, known: true, elem: x.elem})
}

func gatherND(c *call) error {
	x, indices := c.shaped(0), c.shaped(1)
	if x == nil || indices == nil {
		return c.lost()
	}
	batch, depth := c.whole("batch_dims", 0), int(indices.dim(-1))
	if len(indices.dims) == 0 || batch < 0 || batch+depth > len(x.dims) || depth < 0 {
		return errMisfit
	}
	dims := append(append([]int64{}, indices.dims[:len(indices.dims)-1]...), x.dims[batch+depth:]...)
	return c.move(value{dims: dims, known: true, elem: x.elem})
}

func concatFeatures(c *call) error {
	v := value{known: true, elem: float32Type, dims: []int64{1, 0}}
	for i := range c.in {
		if x := c.shaped(i); x != nil {
			v.dims[0], v.dims[1] = int64(max(1, x.dim(0))), v.dims[1]+int64(x.dim(1))
		}
	}
	return c.move(v)
}
