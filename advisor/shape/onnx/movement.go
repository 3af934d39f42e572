package onnx

import (
	"math"

	"scaleadvise/advisor/shape"
)

// first is the name of the first output, nil where there is none.
func first(names [][]byte) []byte {
	if len(names) == 0 {
		return nil
	}
	return names[0]
}

func shapeOf(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	from, to := span(c.whole("start", 0), c.whole("end", len(x.dims)), len(x.dims))
	data := make([]float64, 0, len(x.dims))
	for _, d := range x.dims[from:to] {
		data = append(data, float64(d))
	}
	return c.view(short(int64Type, data, int64(len(data))))
}

// span brings the ends of a slice of n elements within it.
func span(from, to, n int) (int, int) {
	if from < 0 {
		from += n
	}
	if to < 0 {
		to += n
	}
	from, to = min(max(from, 0), n), min(max(to, 0), n)
	return from, max(from, to)
}

func sizeOf(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	return c.view(short(int64Type, []float64{x.elements()}))
}

func constant(c *call) error {
	if message := c.attribute("value").tensor; message != nil {
		t, err := tensorOf(message)
		if err != nil {
			return err
		}
		if _, ok := precisions[t.elem]; ok && t.elements() > 1 {
			c.Params += t.elements()
		}
		return c.view(t.value)
	}
	v := value{known: true, fixed: true, elem: int64Type}
	for _, name := range []string{"value_int", "value_float"} {
		if a := c.attribute(name); a.set {
			v.data = []float64{a.number}
		}
	}
	if a := c.attribute("value_ints"); a.set && len(a.list) <= mostData {
		v.dims = []int64{int64(len(a.list))}
		v.data = make([]float64, len(a.list))
		for i, d := range a.list {
			v.data[i] = float64(d)
		}
	}
	if a := c.attribute("value_floats"); a.set {
		v.dims, v.data, v.elem = []int64{int64(len(a.reals))}, a.reals, float32Type
	}
	return c.view(v)
}

// filled is ConstantOfShape.
func filled(c *call) error {
	dims := c.input(0)
	if dims == nil || dims.data == nil {
		return c.lost()
	}
	v := value{dims: sizes(dims.data), known: true, elem: float32Type}
	fill := 0.0
	if t, err := tensorOf(c.attribute("value").tensor); err == nil && len(t.data) == 1 {
		fill, v.elem = t.data[0], t.elem
	}
	if _, ok := precisions[v.elem]; ok && dims.fixed && v.elements() > mostData {
		c.Params += v.elements() // weights that are all alike, as of a model without training
	}
	if n := v.elements(); n >= 0 && n <= mostData {
		v.data = make([]float64, int(n))
		for i := range v.data {
			v.data[i] = fill
		}
	}
	return c.view(v)
}

func ranged(c *call) error {
	from, to, by := c.input(0), c.input(1), c.input(2)
	for _, v := range []*value{from, to, by} {
		if v == nil || len(v.data) != 1 {
			return c.lost()
		}
	}
	n := math.Max(0, math.Ceil(divide(to.data[0]-from.data[0], by.data[0])))
	if math.IsNaN(n) || n > mostDim {
		return errMisfit
	}
	v := value{dims: []int64{int64(n)}, known: true, elem: from.elem}
	if n <= mostData {
		v.data = make([]float64, int(n))
		for i := range v.data {
			v.data[i] = from.data[0] + float64(i)*by.data[0]
		}
	}
	return c.view(v)
}

func oneHot(c *call) error {
	x, depth := c.shaped(0), c.input(1)
	if x == nil || depth == nil || len(depth.data) != 1 {
		return c.lost()
	}
	return c.move(value{dims: append(append([]int64{}, x.dims...), int64(clamp(depth.data[0]))), known: true})
}

func random(c *call) error {
	return c.move(value{dims: c.list("shape"), known: true, elem: float32Type})
}

// reshape keeps the elements: 0 is the dimension of the input, −1 what is left.
func reshape(c *call) error {
	x, to := c.shaped(0), c.input(1)
	if x == nil {
		return c.lost()
	}
	var dims []int64
	switch {
	case to != nil && to.data != nil:
		dims = sizes(to.data)
	case c.attribute("shape").set: // to opset 4
		dims = append(dims, c.list("shape")...)
	default:
		return c.lost()
	}
	open, rest := -1, 1.0
	for i, d := range dims {
		if d == 0 && c.number("allowzero", 0) == 0 {
			dims[i] = int64(x.dim(i))
		}
		if d == -1 {
			open = i
			continue
		}
		rest *= float64(dims[i])
	}
	if open >= 0 {
		dims[open] = int64(clamp(math.Floor(divide(x.elements(), rest))))
	}
	v := value{dims: dims, known: true, elem: x.elem, data: x.data, fixed: x.fixed}
	if v.elements() != x.elements() {
		return errMisfit
	}
	return c.view(v)
}

func flatten(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	axis, _ := span(c.whole("axis", 1), 0, len(x.dims))
	rows := 1.0
	for _, d := range x.dims[:axis] {
		rows *= float64(d)
	}
	return c.view(value{dims: []int64{int64(clamp(rows)), int64(clamp(divide(x.elements(), rows)))}, known: true, elem: x.elem, data: x.data})
}

// axes are those of an attribute, or of an input where opsets moved them there; ok is false
// where they are not known.
func (c *call) axes(input int) (axes []int64, given, ok bool) {
	if a := c.attribute("axes"); a.set {
		return a.list, true, true
	}
	v := c.input(input)
	switch {
	case input >= len(c.in) || len(c.in[input]) == 0:
		return nil, false, true
	case v == nil || v.data == nil:
		return nil, true, false
	}
	return sizes(v.data), true, true
}

// marked are the axes as places; an axis that there is not is left out.
func marked(axes []int64, rank int) map[int]bool {
	at := map[int]bool{}
	for _, a := range axes {
		if a < 0 {
			a += int64(rank)
		}
		if a >= 0 && a < int64(rank) {
			at[int(a)] = true
		}
	}
	return at
}

func squeeze(c *call) error {
	x := c.shaped(0)
	axes, given, ok := c.axes(1)
	if x == nil || !ok {
		return c.lost()
	}
	gone := marked(axes, len(x.dims))
	v := value{known: true, elem: x.elem, data: x.data, fixed: x.fixed}
	for i, d := range x.dims {
		if given && !gone[i] || !given && d != 1 {
			v.dims = append(v.dims, d)
		}
	}
	return c.view(v)
}

func unsqueeze(c *call) error {
	x := c.shaped(0)
	axes, _, ok := c.axes(1)
	if x == nil || !ok {
		return c.lost()
	}
	if len(axes) > mostRank {
		return errMisfit
	}
	rank := len(x.dims) + len(axes)
	added, next := marked(axes, rank), 0
	v := value{known: true, elem: x.elem, data: x.data, fixed: x.fixed}
	for i := range rank {
		switch {
		case added[i]:
			v.dims = append(v.dims, 1)
		case next < len(x.dims):
			v.dims = append(v.dims, x.dims[next])
			next++
		}
	}
	return c.view(v)
}

func transpose(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	order := c.list("perm")
	v := value{dims: make([]int64, len(x.dims)), known: true, elem: x.elem}
	for i := range v.dims {
		from := at(order, i, int64(len(x.dims)-1-i))
		if from < 0 || from >= int64(len(x.dims)) {
			return errMisfit
		}
		v.dims[i] = x.dims[from]
	}
	return c.move(v)
}

// axis is an attribute that names a dimension of a rank.
func (c *call) axis(name string, or, rank int) (int, error) {
	a := c.whole(name, or)
	if a < 0 {
		a += rank
	}
	if a < 0 || a >= rank {
		return 0, errMisfit
	}
	return a, nil
}

func concat(c *call) error {
	var v value
	all := true
	for i := range c.in {
		x := c.shaped(i)
		switch {
		case x == nil:
			return c.lost()
		case i == 0:
			v = value{dims: append([]int64{}, x.dims...), known: true, elem: x.elem, data: append([]float64{}, x.data...)}
			all = x.data != nil
			continue
		}
		axis, err := c.axis("axis", 0, len(x.dims))
		if err != nil || len(x.dims) != len(v.dims) {
			return errMisfit
		}
		v.dims[axis] += x.dims[axis]
		all = all && x.data != nil && len(x.dims) == 1
		v.data = append(v.data, x.data...)
	}
	if !all || len(v.data) > mostData {
		v.data = nil
	}
	return c.move(v)
}

func split(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	axis, err := c.axis("axis", 0, len(x.dims))
	if err != nil {
		return err
	}
	parts := c.list("split")
	if v := c.input(1); v != nil && v.data != nil {
		parts = sizes(v.data)
	}
	each := (x.dims[axis] + int64(len(c.out)) - 1) / int64(max(len(c.out), 1))
	left, from := x.dims[axis], 0
	c.Add(shape.Movement, shape.Work{Elements: x.elements(), Kernels: 1})
	for i := range c.out {
		v := value{dims: append([]int64{}, x.dims...), known: true, elem: x.elem}
		v.dims[axis] = at(parts, i, min(each, left))
		left -= v.dims[axis]
		if to := from + int(min(max(v.dims[axis], 0), mostData)); x.data != nil && len(x.dims) == 1 && to <= len(x.data) {
			v.data, from = x.data[from:to], to
		}
		c.output(i, v)
	}
	return nil
}

func expand(c *call) error {
	x, to := c.shaped(0), c.input(1)
	if x == nil || to == nil || to.data == nil {
		return c.lost()
	}
	dims, err := broadcasted(x.dims, sizes(to.data))
	if err != nil {
		return err
	}
	v := value{dims: dims, known: true, elem: x.elem}
	if n := v.elements(); len(x.data) == 1 && n <= mostData {
		for range int(n) {
			v.data = append(v.data, x.data[0])
		}
	}
	return c.view(v)
}

func tile(c *call) error {
	x, times := c.shaped(0), c.input(1)
	if x == nil || times == nil || len(times.data) != len(x.dims) {
		return c.lost()
	}
	v := value{known: true, elem: x.elem}
	for i, n := range times.data {
		v.dims = append(v.dims, int64(clamp(n*float64(x.dims[i]))))
	}
	return c.move(v)
}

func pad(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	pads := c.list("pads")
	if v := c.input(1); v != nil {
		if v.data == nil {
			return c.lost()
		}
		pads = sizes(v.data)
	}
	axes := c.input(3)
	v := value{dims: append([]int64{}, x.dims...), known: true, elem: x.elem}
	for i := range len(pads) / 2 {
		axis := i
		if axes != nil && i < len(axes.data) {
			axis = int(clamp(axes.data[i]))
		}
		if axis < 0 {
			axis += len(v.dims)
		}
		if axis < 0 || axis >= len(v.dims) {
			return errMisfit
		}
		v.dims[axis] += pads[i] + pads[i+len(pads)/2]
	}
	return c.move(v)
}
