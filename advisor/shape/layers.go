package shape

import "math"

// Layers adds up the layers of a network as they run over one input. The counts are those of
// one pass; Params of the pass are the parameters of its layers.
type Layers struct{ Pass }

// Add adds the work of operations of a class.
func (l *Layers) Add(c Class, w Work) {
	sum := &l.Work[c]
	sum.MACs += w.MACs
	sum.Elements += w.Elements
	sum.Kernels += w.Kernels
}

// Linear adds a product of rows with a matrix of weights, and a bias.
func (l *Layers) Linear(rows, in, out float64) { l.Product(rows, in, out, true) }

// Product adds a product of rows with a matrix of weights.
func (l *Layers) Product(rows, in, out float64, bias bool) {
	l.Params += in * out
	if bias {
		l.Params += out
	}
	l.Add(Linear, Work{MACs: rows * in * out, Elements: rows * out, Kernels: 1})
}

// Attend adds attention of queries to keys: scores, softmax and the sum of values, which
// runtimes start as one operation.
func (l *Layers) Attend(heads, queries, keys, width float64) {
	l.Add(Attention, Work{MACs: 2 * heads * queries * keys * width, Elements: heads * queries * (keys + width), Kernels: 1})
}

// Norm adds a normalization with a scale and a shift for each of its channels.
func (l *Layers) Norm(rows, width float64) {
	l.Params += 2 * width
	l.Each(rows * width)
}

// Scale adds a normalization with a scale alone.
func (l *Layers) Scale(rows, width float64) {
	l.Params += width
	l.Each(rows * width)
}

// Each adds an operation on every element: an activation function, an addition.
func (l *Layers) Each(elements float64) { l.Add(Elementwise, Work{Elements: elements, Kernels: 1}) }

// Pool adds a reduction to a number of elements.
func (l *Layers) Pool(elements float64) { l.Add(Pooling, Work{Elements: elements, Kernels: 1}) }

// Table adds a lookup of rows in a table.
func (l *Layers) Table(rows, entries, width float64) {
	l.Params += entries * width
	l.Add(Lookup, Work{Elements: rows * width, Kernels: 1})
}

// Grid is the extent of the output of a convolution.
type Grid struct{ Width, Height float64 }

// Pixels returns the area in pixels.
func (g Grid) Pixels() float64 { return g.Width * g.Height }

// Over returns the extent that a stride leaves, with padding that keeps the borders.
func (g Grid) Over(stride float64) Grid {
	return Grid{math.Ceil(g.Width / stride), math.Ceil(g.Height / stride)}
}

// Kernel is the form of a convolution.
type Kernel struct {
	Area    float64 // weights of one channel: 9 of a 3×3
	In, Out float64 // channels
	Groups  float64 // 0 is 1
	Bias    bool
}

// Convolve adds a convolution that outputs a number of pixels.
func (l *Layers) Convolve(pixels float64, k Kernel) {
	groups := max(k.Groups, 1)
	weights := k.Area * k.In / groups * k.Out
	l.Params += weights
	if k.Bias {
		l.Params += k.Out
	}
	class := Convolution
	if groups > 1 {
		class = Depthwise
	}
	l.Add(class, Work{MACs: weights * pixels, Elements: k.Out * pixels, Kernels: 1})
}

// Apply adds the layers of another pass, n times, which share no weights.
func (l *Layers) Apply(n float64, layer func(*Layers)) {
	one := Layers{}
	layer(&one)
	l.Params += n * one.Params
	for c, w := range one.Work {
		l.Add(Class(c), Work{n * w.MACs, n * w.Elements, int(n) * w.Kernels})
	}
}

// Share adds the layers of another pass, n times with the same weights.
func (l *Layers) Share(n float64, layer func(*Layers)) {
	one := Layers{}
	layer(&one)
	held := l.Params + one.Params
	l.Apply(n, layer)
	l.Params = held
}
