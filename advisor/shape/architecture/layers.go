package architecture

import "scaleadvise/advisor/shape"

// block is a layer of a transformer: attention and a feed-forward network.
type block struct {
	width, heads, kv, head float64 // kv are the heads of keys and values, head is the width of one
	ffn                    float64
	unbiased               bool // matrices without biases
	gated                  bool // three matrices in the feed-forward network
	scales                 bool // normalization without a shift
	norms                  float64
	keys                   func(rows float64) float64 // tokens that one sees; nil: all
}

// of completes what a block leaves out.
func (b block) of() block {
	if b.kv == 0 {
		b.kv = b.heads
	}
	if b.head == 0 {
		b.head = b.width / b.heads
	}
	if b.norms == 0 {
		b.norms = 2
	}
	return b
}

// over adds one layer over rows of one input.
func (b block) over(l *shape.Layers, rows float64) {
	keys := rows
	if b = b.of(); b.keys != nil {
		keys = b.keys(rows)
	}
	b.attention(l, rows, rows, keys)
	b.feedForward(l, rows)
	b.normalize(l, rows)
}

// attention adds the attention of rows to keys, of which projected ones are computed here.
func (b block) attention(l *shape.Layers, rows, projected, keys float64) {
	b = b.of()
	l.Product(rows, b.width, b.heads*b.head, !b.unbiased)
	l.Product(projected, b.width, b.kv*b.head, !b.unbiased)
	l.Product(projected, b.width, b.kv*b.head, !b.unbiased)
	l.Attend(b.heads, rows, keys, b.head)
	l.Product(rows, b.heads*b.head, b.width, !b.unbiased)
	l.Each(rows * b.width)
}

// feedForward adds the feed-forward network.
func (b block) feedForward(l *shape.Layers, rows float64) {
	if b.gated {
		l.Product(rows, b.width, b.ffn, !b.unbiased)
		l.Each(rows * b.ffn)
	}
	l.Product(rows, b.width, b.ffn, !b.unbiased)
	l.Each(rows * b.ffn)
	l.Product(rows, b.ffn, b.width, !b.unbiased)
	l.Each(rows * b.width)
}

func (b block) normalize(l *shape.Layers, rows float64) {
	for range int(b.of().norms) {
		if b.scales {
			l.Scale(rows, b.width)
		} else {
			l.Norm(rows, b.width)
		}
	}
}

// pass is a finished pass.
func pass(l *shape.Layers, name, input string, width float64) shape.Pass {
	p := l.Pass
	p.Name, p.Input, p.Times, p.Hidden = name, input, 1, int(width)
	return p
}
