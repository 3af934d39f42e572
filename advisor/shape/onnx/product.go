package onnx

import (
	"math"
	"strings"

	"scaleadvise/advisor/shape"
)

// product adds a matrix product: with weights it is a layer, of two activations attention.
func (c *call) product(v value, inner float64, weighted bool) error {
	class := shape.Attention
	if weighted {
		class = shape.Linear
	}
	c.Add(class, shape.Work{MACs: v.elements() * inner, Elements: v.elements(), Kernels: 1})
	return c.view(v)
}

// multiply is a product of stacks of matrices.
func multiply(i, j int) rule {
	return func(c *call) error {
		a, b := c.shaped(i), c.shaped(j)
		if a == nil || b == nil {
			return c.lost()
		}
		if len(a.dims) == 0 || len(b.dims) == 0 {
			return errMisfit
		}
		left, right := a.dims, b.dims
		if c.number("transA", 0) != 0 {
			left = turned(left)
		}
		if c.number("transB", 0) != 0 {
			right = turned(right)
		}
		v := value{known: true, elem: a.elem}
		inner := left[len(left)-1]
		var err error
		if v.dims, err = multiplied(left, right); err != nil {
			return err
		}
		return c.product(v, float64(inner), a.fixed || b.fixed)
	}
}

// turned is a shape with its last two dimensions exchanged.
func turned(dims []int64) []int64 {
	out := append([]int64{}, dims...)
	if n := len(out); n > 1 {
		out[n-1], out[n-2] = out[n-2], out[n-1]
	}
	return out
}

// multiplied is the shape of a product of stacks of matrices; vectors stand for one row or
// column, which falls away again.
func multiplied(a, b []int64) ([]int64, error) {
	row, column := len(a) == 1, len(b) == 1
	if row {
		a = []int64{1, a[0]}
	}
	if column {
		b = []int64{b[0], 1}
	}
	if a[len(a)-1] != b[len(b)-2] {
		return nil, errMisfit
	}
	out, err := broadcasted(a[:len(a)-2], b[:len(b)-2])
	if !row {
		out = append(out, a[len(a)-2])
	}
	if !column {
		out = append(out, b[len(b)-1])
	}
	return out, err
}

func gemm(i, j int) rule {
	return func(c *call) error {
		a, b := c.shaped(i), c.shaped(j)
		if a == nil || b == nil {
			return c.lost()
		}
		if len(a.dims) != 2 || len(b.dims) != 2 {
			return errMisfit
		}
		left, right := a.dims, b.dims
		if c.number("transA", 0) != 0 {
			left = turned(left)
		}
		if c.number("transB", 0) != 0 {
			right = turned(right)
		}
		if left[1] != right[0] {
			return errMisfit
		}
		v := value{dims: []int64{left[0], right[1]}, known: true, elem: a.elem}
		return c.product(v, float64(left[1]), a.fixed || b.fixed)
	}
}

// multiplyBits is a product with weights of few bits, whose shape attributes tell.
func multiplyBits(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	if len(x.dims) == 0 {
		return errMisfit
	}
	v := value{dims: append([]int64{}, x.dims...), known: true, elem: x.elem}
	v.dims[len(v.dims)-1] = int64(c.whole("N", 1))
	return c.product(v, c.number("K", x.dim(-1)), true)
}

// einsum is a sum of products: as many as the letters of its equation span.
func einsum(c *call) error {
	inputs, out, ok := strings.Cut(strings.ReplaceAll(string(c.attribute("equation").text), " ", ""), "->")
	terms := strings.Split(inputs, ",")
	if !ok || strings.Contains(inputs, ".") || len(terms) > len(c.in) {
		c.notUnderstood()
		return nil
	}
	sizes, fixed := map[rune]int64{}, false
	for i, term := range terms {
		x := c.shaped(i)
		if x == nil {
			return c.lost()
		}
		if len(term) != len(x.dims) {
			return errMisfit
		}
		fixed = fixed || x.fixed
		for k, letter := range term {
			sizes[letter] = max(sizes[letter], x.dims[k])
		}
	}
	v := value{known: true}
	for _, letter := range out {
		v.dims = append(v.dims, sizes[letter])
		delete(sizes, letter)
	}
	inner := 1.0
	for _, n := range sizes {
		inner *= float64(n)
	}
	return c.product(v, inner, fixed)
}

// recurrent is an LSTM, a GRU or a plain recurrent layer, of a number of gates.
func recurrent(gates float64) rule {
	return func(c *call) error {
		x, w, r := c.shaped(0), c.shaped(1), c.shaped(2)
		if x == nil || w == nil || r == nil {
			return c.lost()
		}
		if len(x.dims) != 3 || len(w.dims) != 3 || len(r.dims) != 3 {
			return errMisfit
		}
		steps, batch := x.dims[0], x.dims[1]
		if c.number("layout", 0) != 0 {
			steps, batch = batch, steps
		}
		directions, hidden := w.dims[0], int64(c.whole("hidden_size", int(r.dims[2])))
		v := value{dims: []int64{steps, directions, batch, hidden}, known: true, elem: x.elem}
		c.Add(shape.Recurrent, shape.Work{MACs: v.elements() * gates * (x.dim(2) + float64(hidden)), Elements: v.elements() * gates, Kernels: int(min(v.dim(0), mostNodes))})
		last := value{dims: []int64{directions, batch, hidden}, known: true, elem: x.elem}
		c.output(1, last)
		c.output(2, last)
		return c.view(v)
	}
}

// attention is the fused attention of ONNX Runtime, of queries, keys and values.
func attention(c *call) error {
	q, k := c.shaped(0), c.shaped(1)
	if q == nil {
		return c.lost()
	}
	rows, width := q.dim(1), q.dim(-1)
	keys := rows
	if k != nil {
		keys = k.dim(1)
	}
	if len(q.dims) == 4 { // heads apart
		rows, width = q.dim(2), q.dim(1)*q.dim(3)
		if k != nil {
			keys = k.dim(2)
		}
	}
	v := value{dims: append([]int64{}, q.dims...), known: true, elem: q.elem}
	if values := c.shaped(2); values != nil && len(values.dims) == 3 && len(v.dims) == 3 && string(c.op) == "MultiHeadAttention" {
		v.dims[2] = values.dims[2]
	}
	heads := max(1, c.number("num_heads", c.number("q_num_heads", 1)))
	c.Add(shape.Attention, shape.Work{MACs: 2 * q.dim(0) * rows * keys * width, Elements: q.dim(0) * (heads*rows*keys + rows*width), Kernels: 1})
	return c.view(v)
}

// anyAttention is an operator that ONNX and ONNX Runtime both call Attention.
func anyAttention(c *call) error {
	if string(c.domain) == "com.microsoft" {
		return fusedAttention(c)
	}
	return attention(c)
}

// fusedAttention also projects its input to queries, keys and values.
func fusedAttention(c *call) error {
	x, w := c.shaped(0), c.shaped(1)
	if x == nil || w == nil {
		return c.lost()
	}
	if len(x.dims) != 3 || len(w.dims) != 2 {
		return errMisfit
	}
	rows, width := x.dims[1], w.dims[1]/3
	c.Add(shape.Linear, shape.Work{MACs: x.elements() * w.dim(1), Elements: x.dim(0) * x.dim(1) * w.dim(1), Kernels: 1})
	v := value{dims: []int64{x.dims[0], rows, width}, known: true, elem: x.elem}
	heads := math.Max(1, c.number("num_heads", 1))
	c.Add(shape.Attention, shape.Work{MACs: 2 * v.elements() * float64(rows), Elements: x.dim(0)*heads*float64(rows)*float64(rows) + v.elements(), Kernels: 1})
	return c.view(v)
}

func embedNormalize(c *call) error {
	ids, words := c.shaped(0), c.shaped(2)
	if ids == nil || words == nil {
		return c.lost()
	}
	v := value{dims: append(append([]int64{}, ids.dims...), int64(words.dim(-1))), known: true, elem: words.elem}
	c.output(1, value{dims: []int64{int64(ids.dim(0))}, known: true, elem: int32Type})
	c.Add(shape.Lookup, shape.Work{Elements: v.elements(), Kernels: 1})
	return c.view(v)
}

// linearModel is one of ONNX-ML: coefficients over features.
func linearModel(c *call) error {
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	coefficients := float64(len(c.attribute("coefficients").reals))
	rows := x.dim(0)
	v := value{dims: []int64{int64(rows), int64(max(1, math.Round(coefficients/max(1, x.dim(1)))))}, known: true, elem: float32Type}
	c.Params += coefficients
	c.Add(shape.Linear, shape.Work{MACs: rows * coefficients, Elements: v.elements(), Kernels: 1})
	c.output(1, v)
	return c.view(v)
}
