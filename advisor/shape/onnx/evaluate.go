package onnx

import (
	"errors"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"scaleadvise/advisor/shape"
)

// mostCalled bounds the operations that are evaluated besides those of the main graph, functions
// and branches counted each time: a small file can call itself a billion times.
const mostCalled = 512 << 10

// evaluation infers the shapes of a graph and adds up its work.
type evaluation struct {
	*model
	shape.Layers
	unknown   map[string]int // operators that are not understood
	shapeless int            // operations whose inputs have unknown shapes
	evaluated int
	trees     *shape.Trees
	notes     map[string]bool
}

// scope is the values of a graph, and of those around it.
type scope struct {
	values map[string]*value
	outer  *scope
	graph  *graph
	slab   []value
}

func (s *scope) find(name []byte) *value {
	for at := s; at != nil; at = at.outer {
		if v, ok := at.values[string(name)]; ok {
			return v
		}
		if at.graph != nil {
			if v, ok := at.graph.weights[string(name)]; ok {
				return v
			}
		}
	}
	return nil
}

// set names a value.
func (s *scope) set(name []byte, v value) {
	if len(s.slab) == 0 {
		s.slab = make([]value, min(max(len(s.values), 8), 512))
	}
	held := &s.slab[0]
	s.slab = s.slab[1:]
	*held = v
	s.values[string(name)] = held
}

// call is one operation with its place.
type call struct {
	*node
	*evaluation
	scope *scope
	depth int
}

// input is the i-th input; nil where it is left out or not known.
func (c *call) input(i int) *value {
	if i >= len(c.in) || len(c.in[i]) == 0 {
		return nil
	}
	return c.scope.find(c.in[i])
}

// shaped is the i-th input where its dimensions are known, else nil.
func (c *call) shaped(i int) *value {
	if v := c.input(i); v != nil && v.known {
		return v
	}
	return nil
}

// output sets the i-th output.
func (c *call) output(i int, v value) {
	if i < len(c.out) && len(c.out[i]) > 0 {
		c.scope.set(c.out[i], v)
	}
}

// fixed reports whether nothing the operation reads depends on the inputs of the graph.
func (c *call) fixed() bool {
	for i := range c.in {
		if v := c.input(i); len(c.in[i]) > 0 && (v == nil || !v.fixed) {
			return false
		}
	}
	return true
}

// errNested says that graphs call each other too deeply.
var errNested = fmt.Errorf("functions or branches nested more than %d deep; the file is damaged", mostNested)

// run evaluates operations in their order.
func (e *evaluation) run(nodes [][]byte, s *scope, depth int) error {
	if depth > mostNested {
		return errNested
	}
	n := node{}
	for _, message := range nodes {
		if e.evaluated++; e.evaluated > len(e.graph.nodes)+mostCalled {
			return tooMuch(mostCalled, "operations, functions counted each time they are called", "the file is damaged")
		}
		if err := n.parse(message); err != nil {
			return err
		}
		c := call{node: &n, evaluation: e, scope: s, depth: depth}
		if err := c.evaluate(); err != nil {
			return err
		}
	}
	return nil
}

// evaluate infers the outputs of one operation and adds its work. What is computed from
// weights alone is computed once, before any request: it costs nothing.
func (c *call) evaluate() error {
	before := c.Layers
	rule, ok := operators[string(c.op)]
	if f, own := c.functions[string(c.domain)+"\x00"+string(c.op)]; own && !ok {
		return c.apply(f)
	}
	if !ok {
		held, err := c.control()
		if !held {
			c.notUnderstood()
		}
		return err
	}
	if err := rule(c); err != nil {
		return fmt.Errorf("operation %s: %w", clip(string(c.op)), err)
	}
	fixed := c.fixed() && string(c.op) != "Constant"
	for _, name := range c.out {
		v := c.scope.values[string(name)]
		if v == nil {
			continue
		}
		if err := checked(v.dims, "output", string(name)); err != nil {
			return err
		}
		v.fixed = v.fixed || fixed
		fixed = fixed || v.data != nil
	}
	if fixed {
		c.Work = before.Work
	}
	return nil
}

// notUnderstood counts an operator, and takes what the file says of its outputs, or that they
// are like its first input.
func (c *call) notUnderstood() {
	c.unknown[clip(string(c.op))]++
	for i, name := range c.out {
		v, ok := c.told(name)
		if first := c.shaped(0); !ok && first != nil {
			v, ok = value{dims: first.dims, known: true, elem: first.elem}, true
		}
		if ok && i == 0 {
			c.Add(shape.Unknown, shape.Work{Elements: v.elements(), Kernels: 1})
		}
		c.output(i, v)
	}
}

// told is the shape of a value as the file states it; dynamic dimensions count as one.
func (c *call) told(name []byte) (value, bool) {
	for s := c.scope; s != nil; s = s.outer {
		if s.graph == nil {
			continue
		}
		kind, ok := s.graph.shapes[string(name)]
		if !ok {
			continue
		}
		p := port{}
		if p.read(kind) != nil || !p.told {
			return value{}, false
		}
		v := value{known: true, elem: p.elem}
		for _, a := range p.dims {
			v.dims = append(v.dims, max(a.size, 1))
		}
		return v, checked(v.dims, "", "") == nil
	}
	return value{}, false
}

// apply evaluates an operator that the file defines.
func (c *call) apply(f function) error {
	inner := &scope{values: map[string]*value{}}
	for i, name := range f.inputs {
		if v := c.input(i); v != nil {
			inner.set(name, *v)
		}
	}
	if err := c.run(f.nodes, inner, c.depth+1); err != nil {
		return err
	}
	for i, name := range f.outputs {
		if v := inner.find(name); v != nil {
			c.output(i, *v)
		}
	}
	return nil
}

// branch evaluates a graph that an attribute holds, with its inputs, and returns its outputs.
func (c *call) branch(message []byte, inputs []*value) ([]value, error) {
	g := newGraph()
	c.evaluated += len(message) / 64 // reading it again takes as long as this many operations
	err := each(message, func(number protowire.Number, b []byte, _ uint64) error {
		switch number {
		case 1:
			g.nodes = append(g.nodes, b)
		case 5:
			t, err := tensorOf(b)
			if err == nil {
				g.weights[t.name] = &t.value
			}
			return err
		case 11, 12, 13:
			return g.take(number, b)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	inner := &scope{values: map[string]*value{}, outer: c.scope, graph: &g}
	for i, p := range g.inputs {
		if i < len(inputs) && inputs[i] != nil {
			inner.set([]byte(p.name), *inputs[i])
		}
	}
	if err := c.run(g.nodes, inner, c.depth+1); err != nil {
		return nil, err
	}
	var out []value
	for _, p := range g.outputs {
		v := value{}
		if found := inner.find([]byte(p.name)); found != nil {
			v = *found
		}
		out = append(out, v)
	}
	return out, nil
}

// short is a short tensor whose elements are known.
func short(elem int, data []float64, dims ...int64) value {
	v := value{dims: dims, known: true, elem: elem}
	if len(data) <= mostData {
		v.data = data
	}
	return v
}

// errMisfit says that shapes do not fit.
var errMisfit = errors.New("the shapes of its inputs do not fit; does the request fit the graph?")

// sizes turns elements into dimensions.
func sizes(data []float64) []int64 {
	out := make([]int64, len(data))
	for i, d := range data {
		if math.IsNaN(d) {
			d = 0
		}
		out[i] = int64(clamp(d))
	}
	return out
}
