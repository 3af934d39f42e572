package onnx

import (
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
)

// Limits of a file.
const (
	mostNodes   = 2 << 20   // operations
	mostText    = 256 << 20 // B of operations, names and shapes, without weights
	mostTensors = 1 << 20
	mostKept    = 16 << 10 // B of a tensor that are kept
	mostNested  = 16       // graphs within graphs
)

// graph is a GraphProto: its operations as they stand in the file, its weights by their shape.
type graph struct {
	name            string
	nodes           [][]byte
	weights         map[string]*value
	inputs, outputs []port
	shapes          map[string][]byte // TypeProto of values, for what is not understood
}

// port is an input or an output of a graph.
type port struct {
	name string
	elem int
	dims []axis
	told bool // its dimensions
}

// axis is a dimension: a number, or a name that stands for one.
type axis struct {
	size int64 // 0 where it is dynamic
	name string
}

// model is a ModelProto.
type model struct {
	graph     graph
	functions map[string]function // by domain and name
	params    map[int]float64     // elements of weights by type
	text      int                 // B that were kept
	tensors   int
	nodes     int
	external  bool // weights beside the file
}

// function is an operator that the file defines itself.
type function struct {
	inputs, outputs [][]byte
	nodes           [][]byte
}

// read reads a ModelProto to its end.
func read(r io.Reader) (*model, error) {
	m := &model{functions: map[string]function{}, params: map[int]float64{}}
	s := newStream(r)
	found := false
	for {
		if _, err := s.r.Peek(1); err == io.EOF {
			break
		}
		f, err := s.next(1 << 62)
		if err != nil {
			return nil, err
		}
		switch {
		case f.number == 7 && f.wire == protowire.BytesType:
			found = true
			err = m.readGraph(s, f.length)
		case f.number == 25 && f.wire == protowire.BytesType:
			err = m.readFunction(s, f.length)
		case f.number > 30 && !found:
			return nil, errDamaged // no field of a model
		default:
			err = s.skip(f.length)
		}
		if err != nil {
			return nil, err
		}
	}
	if !found {
		return nil, errDamaged
	}
	return m, nil
}

// keep reads a message that is kept whole.
func (m *model) keep(s *stream, length int64) ([]byte, error) {
	if m.text += int(min(length, mostText+1)); m.text > mostText {
		return nil, tooMuch(mostText>>20, "MiB of operations and names", "give the config.json of the model as --model-config instead")
	}
	return s.append(nil, length)
}

// readGraph reads the main graph; weights of any size are skipped.
func (m *model) readGraph(s *stream, length int64) error {
	m.graph = newGraph()
	arena := arena{}
	return s.message(length, func(f field) (bool, error) {
		if f.wire != protowire.BytesType {
			return false, nil
		}
		switch f.number {
		case 1:
			b, err := m.readNode(s, f.length, &arena)
			m.graph.nodes = append(m.graph.nodes, b)
			return true, err
		case 5:
			return true, m.readWeight(s, f.length)
		case 15:
			return true, m.readSparse(s, f.length)
		case 2, 11, 12, 13:
			b, err := m.keep(s, f.length)
			if err == nil {
				err = m.graph.take(f.number, b)
			}
			return true, err
		}
		return false, nil
	})
}

func newGraph() graph {
	return graph{weights: map[string]*value{}, shapes: map[string][]byte{}}
}

// arena holds many short messages in few allocations.
type arena struct{ free []byte }

func (a *arena) take(n int) []byte {
	const chunk = 1 << 20
	if n > chunk {
		return make([]byte, n)
	}
	if len(a.free) < n {
		a.free = make([]byte, chunk)
	}
	b := a.free[:n:n]
	a.free = a.free[n:]
	return b
}

// readNode reads an operation. Of one that carries weights itself they are left out.
func (m *model) readNode(s *stream, length int64, a *arena) ([]byte, error) {
	if m.nodes++; m.nodes > mostNodes {
		return nil, tooMuch(mostNodes, "operations", "export the model without unrolled loops")
	}
	if length > mostKept {
		lean, err := m.reduce(s, nodeMessage, length, 0)
		if err == nil && m.text+len(lean) > mostText {
			err = tooMuch(mostText>>20, "MiB of operations and names", "give the config.json of the model as --model-config instead")
		}
		m.text += len(lean)
		return lean, err
	}
	if m.text += int(length); m.text > mostText {
		return nil, tooMuch(mostText>>20, "MiB of operations and names", "give the config.json of the model as --model-config instead")
	}
	b := a.take(int(length))
	return b, s.bytes(b)
}

// readWeight reads an initializer without its elements.
func (m *model) readWeight(s *stream, length int64) error {
	lean, err := m.reduce(s, tensorMessage, length, 0)
	if err != nil {
		return err
	}
	t, err := tensorOf(lean)
	if err != nil {
		return err
	}
	return m.addWeight(&m.graph, t)
}

func (m *model) addWeight(g *graph, t tensor) error {
	if m.tensors++; m.tensors > mostTensors {
		return tooMuch(mostTensors, "weights", "the file is damaged")
	}
	m.count(t.value)
	g.weights[t.name] = &t.value
	return nil
}

// count adds the elements of a weight to the parameters. Integers are indices and shapes,
// which no one counts.
func (m *model) count(v value) {
	if _, ok := precisions[v.elem]; ok {
		m.params[v.elem] += v.elements()
	}
}

// readSparse reads a SparseTensorProto: its values are the weights, its dims the shape.
func (m *model) readSparse(s *stream, length int64) error {
	t := tensor{value: value{known: true, fixed: true}}
	err := s.message(length, func(f field) (bool, error) {
		switch f.number {
		case 1:
			lean, err := m.reduce(s, tensorMessage, f.length, 0)
			if err != nil {
				return true, err
			}
			values, err := tensorOf(lean)
			t.name, t.elem = values.name, values.elem
			m.count(values.value)
			return true, err
		case 3:
			b := []byte(nil)
			if f.wire == protowire.BytesType {
				if f.length > 10*mostRank {
					return true, errDamaged
				}
				b = make([]byte, f.length)
				if err := s.bytes(b); err != nil {
					return true, err
				}
			}
			var err error
			t.dims, err = integers(t.dims, b, f.value)
			return true, err
		}
		return false, nil
	})
	if err == nil {
		err = checked(t.dims, "tensor", t.name)
	}
	m.graph.weights[t.name] = &t.value
	return err
}

// take reads a name, an input, an output or a shape of the graph.
func (g *graph) take(number protowire.Number, b []byte) error {
	switch number {
	case 2:
		g.name = string(b)
		return nil
	case 13:
		name, kind, err := named(b)
		if err == nil {
			g.shapes[name] = kind
		}
		return err
	}
	name, kind, err := named(b)
	if err != nil {
		return err
	}
	p := port{name: name}
	if err := p.read(kind); err != nil {
		return err
	}
	if number == 11 {
		g.inputs = append(g.inputs, p)
	} else {
		g.outputs = append(g.outputs, p)
	}
	return nil
}

// named splits a ValueInfoProto.
func named(b []byte) (name string, kind []byte, err error) {
	err = each(b, func(number protowire.Number, b []byte, _ uint64) error {
		switch number {
		case 1:
			name = string(b)
		case 2:
			kind = b
		}
		return nil
	})
	return name, kind, err
}

// read reads a TypeProto of a tensor.
func (p *port) read(kind []byte) error {
	return each(kind, func(number protowire.Number, b []byte, _ uint64) error {
		if number != 1 {
			return nil
		}
		return each(b, func(number protowire.Number, b []byte, v uint64) error {
			switch number {
			case 1:
				p.elem = int(v)
			case 2:
				p.told = true
				return p.axes(b)
			}
			return nil
		})
	})
}

// axes reads a TensorShapeProto.
func (p *port) axes(shape []byte) error {
	return each(shape, func(number protowire.Number, b []byte, _ uint64) error {
		if number != 1 {
			return nil
		}
		var a axis
		err := each(b, func(number protowire.Number, b []byte, v uint64) error {
			switch number {
			case 1:
				a.size = int64(v)
			case 2:
				a.name = string(b)
			}
			return nil
		})
		if err == nil && (a.size < -1 || a.size > mostDim || len(p.dims) >= mostRank) {
			err = fmt.Errorf("%s has a dimension of %d; the file is damaged", clip(p.name), a.size)
		}
		a.size = max(a.size, 0) // −1 is written for what is dynamic
		p.dims = append(p.dims, a)
		return err
	})
}

// readFunction reads a FunctionProto.
func (m *model) readFunction(s *stream, length int64) error {
	f := function{}
	name, domain := "", ""
	a := arena{}
	err := s.message(length, func(one field) (bool, error) {
		if one.wire != protowire.BytesType {
			return false, nil
		}
		switch one.number {
		case 7:
			b, err := m.readNode(s, one.length, &a)
			f.nodes = append(f.nodes, b)
			return true, err
		case 1, 4, 5, 10:
			b, err := m.keep(s, one.length)
			switch one.number {
			case 1:
				name = string(b)
			case 4:
				f.inputs = append(f.inputs, b)
			case 5:
				f.outputs = append(f.outputs, b)
			case 10:
				domain = string(b)
			}
			return true, err
		}
		return false, nil
	})
	m.functions[domain+"\x00"+name] = f
	return err
}
