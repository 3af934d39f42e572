package onnx

import (
	"math"

	"scaleadvise/advisor/shape"
)

func abs(a float64) float64        { return math.Abs(a) }
func floor(a float64) float64      { return math.Floor(a) }
func ceil(a float64) float64       { return math.Ceil(a) }
func round(a float64) float64      { return math.RoundToEven(a) }
func equal(a, b float64) float64   { return truth(a == b) }
func greater(a, b float64) float64 { return truth(a > b) }
func less(a, b float64) float64    { return truth(a < b) }

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func divide(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func modulo(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a - b*math.Floor(a/b)
}

// same is an operation that a runtime leaves out.
func same(c *call) error {
	x := c.input(0)
	if x == nil || !x.known {
		return c.lost()
	}
	return c.view(*x)
}

func cast(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	v := *x
	if to := c.attribute("to"); to.set {
		v.elem = int(clamp(to.number))
	}
	if v.data != nil && (v.elem == int64Type || v.elem == int32Type) {
		whole := make([]float64, len(v.data))
		for i, d := range v.data {
			whole[i] = math.Trunc(d)
		}
		v.data = whole
	}
	c.Add(shape.Elementwise, shape.Work{Elements: v.elements(), Kernels: 1})
	return c.view(v)
}

// quantize and dequantize are part of the operation beside them where a runtime computes in
// few bits: what they mark costs nothing of its own.
func quantize(c *call) error   { return c.requantize(int8Type) }
func dequantize(c *call) error { return c.requantize(float32Type) }

func (c *call) requantize(elem int) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	c.note("quantized by QuantizeLinear and DequantizeLinear: treated as int8 with the operations fused")
	return c.view(value{dims: x.dims, known: true, elem: elem, fixed: x.fixed})
}

func dynamicQuantize(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	c.output(1, value{known: true, elem: float32Type})
	c.output(2, value{known: true, elem: uint8Type})
	c.Add(shape.Elementwise, shape.Work{Elements: x.elements(), Kernels: 1})
	c.output(0, value{dims: x.dims, known: true, elem: uint8Type})
	return nil
}

func (e *evaluation) note(text string) { e.notes[text] = true }

// single is a function of one number.
func single(f func(float64) float64) rule {
	return func(c *call) error {
		x := c.shaped(0)
		if x == nil {
			return c.lost()
		}
		v := value{dims: x.dims, known: true, elem: x.elem}
		if x.data != nil {
			v.data = make([]float64, len(x.data))
			for i, d := range x.data {
				v.data[i] = f(d)
			}
		}
		c.Add(shape.Elementwise, shape.Work{Elements: v.elements(), Kernels: 1})
		return c.view(v)
	}
}

// pairwise is a function of two numbers, with broadcasting.
func pairwise(i, j int, f func(a, b float64) float64) rule {
	return func(c *call) error {
		a, b := c.shaped(i), c.shaped(j)
		if a == nil || b == nil {
			return c.lostBut(a, b)
		}
		dims, err := broadcasted(a.dims, b.dims)
		if err != nil {
			return err
		}
		v := value{dims: dims, known: true, elem: a.elem}
		if f != nil && a.data != nil && b.data != nil && max(len(a.data), len(b.data)) <= mostData {
			v.data = zip(a, b, v.elements(), f)
		}
		c.Add(shape.Elementwise, shape.Work{Elements: v.elements(), Kernels: 1})
		return c.view(v)
	}
}

// lostBut takes the shape of the input that is known for that of the output.
func (c *call) lostBut(a, b *value) error {
	if a == nil {
		a = b
	}
	if a == nil || a.elements() <= 1 {
		return c.lost()
	}
	c.shapeless++
	c.Add(shape.Elementwise, shape.Work{Elements: a.elements(), Kernels: 1})
	return c.view(value{dims: a.dims, known: true, elem: a.elem})
}

// zip computes with short tensors: of one shape, or one of them a single number.
func zip(a, b *value, n float64, f func(a, b float64) float64) []float64 {
	if n != float64(max(len(a.data), len(b.data))) {
		return nil
	}
	whole := a.elem == int64Type || a.elem == int32Type
	out := make([]float64, int(n))
	for i := range out {
		x, y := pick(a.data, i, len(out)), pick(b.data, i, len(out))
		if math.IsNaN(x) || math.IsNaN(y) {
			return nil
		}
		if out[i] = f(x, y); whole {
			out[i] = math.Trunc(out[i])
		}
	}
	return out
}

func pick(data []float64, i, n int) float64 {
	switch len(data) {
	case n:
		return data[i]
	case 1:
		return data[0]
	}
	return math.NaN()
}

// broadcasted is the shape that two shapes have together.
func broadcasted(a, b []int64) ([]int64, error) {
	if len(a) < len(b) {
		a, b = b, a
	}
	out := append([]int64{}, a...)
	for i := range b {
		at := len(a) - len(b) + i
		switch {
		case b[i] == out[at] || b[i] == 1:
		case out[at] == 1:
			out[at] = b[i]
		default:
			return nil, errMisfit
		}
	}
	return out, nil
}

// broadcast is an operation on the elements of any number of inputs.
func broadcast(c *call) error {
	var dims []int64
	elem := 0
	for i := range c.in {
		x := c.shaped(i)
		if x == nil {
			return c.lost()
		}
		var err error
		if dims, err = broadcasted(dims, x.dims); err != nil {
			return err
		}
		elem = x.elem
	}
	v := value{dims: dims, known: true, elem: elem}
	c.Add(shape.Elementwise, shape.Work{Elements: v.elements(), Kernels: 1})
	return c.view(v)
}

func where(c *call) error {
	condition, a, b := c.input(0), c.shaped(1), c.shaped(2)
	if a == nil || b == nil {
		return c.lostBut(a, b)
	}
	dims, err := broadcasted(a.dims, b.dims)
	if err == nil && condition != nil && condition.known {
		dims, err = broadcasted(dims, condition.dims)
	}
	if err != nil {
		return err
	}
	v := value{dims: dims, known: true, elem: a.elem}
	if n := int(min(v.elements(), mostData)); condition != nil && condition.data != nil && a.data != nil && b.data != nil && v.elements() <= mostData {
		v.data = make([]float64, n)
		for i := range v.data {
			from := b.data
			if pick(condition.data, i, n) != 0 {
				from = a.data
			}
			v.data[i] = pick(from, i, n)
		}
	}
	c.Add(shape.Elementwise, shape.Work{Elements: v.elements(), Kernels: 1})
	return c.view(v)
}
