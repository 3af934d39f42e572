package onnx

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// node is an operation.
type node struct {
	op, domain []byte
	in, out    [][]byte
	attributes [][]byte
}

// parse reads a NodeProto into a node, whose lists are used again.
func (n *node) parse(message []byte) error {
	n.op, n.domain, n.in, n.out, n.attributes = nil, nil, n.in[:0], n.out[:0], n.attributes[:0]
	return each(message, func(number protowire.Number, b []byte, _ uint64) error {
		switch number {
		case 1:
			n.in = append(n.in, b)
		case 2:
			n.out = append(n.out, b)
		case 4:
			n.op = b
		case 5:
			n.attributes = append(n.attributes, b)
		case 7:
			n.domain = b
		}
		if len(n.in)+len(n.out)+len(n.attributes) > mostParts {
			return errDamaged
		}
		return nil
	})
}

// mostParts bounds the inputs, outputs and attributes of one operation.
const mostParts = 1 << 16

// attribute is an AttributeProto.
type attribute struct {
	number float64
	text   []byte
	list   []int64
	reals  []float64
	tensor []byte
	graph  []byte
	set    bool
}

// attribute reads the attribute of a name. One that is damaged counts as missing.
func (n *node) attribute(name string) (a attribute) {
	for _, message := range n.attributes {
		if string(nameOf(message)) == name {
			return attributeOf(message)
		}
	}
	return a
}

// nameOf is the name of an attribute.
func nameOf(message []byte) (name []byte) {
	_ = each(message, func(number protowire.Number, b []byte, _ uint64) error { // what is damaged has no name
		if number == 1 {
			name = b
		}
		return nil
	})
	return name
}

func attributeOf(message []byte) attribute {
	a := attribute{set: true}
	err := each(message, func(number protowire.Number, b []byte, v uint64) (err error) {
		switch number {
		case 2:
			a.number = float32Of(v)
		case 3:
			a.number = float64(int64(v))
		case 4:
			a.text = b
		case 5:
			a.tensor = b
		case 6:
			a.graph = b
		case 7:
			a.reals = floats(a.reals, b, v)
		case 8:
			a.list, err = integers(a.list, b, v)
		}
		return err
	})
	if err != nil {
		return attribute{}
	}
	return a
}

// number is a numeric attribute, its default where it is missing.
func (n *node) number(name string, or float64) float64 {
	if a := n.attribute(name); a.set {
		return a.number
	}
	return or
}

// whole is an attribute that is a whole number.
func (n *node) whole(name string, or int) int { return int(clamp(n.number(name, float64(or)))) }

// clamp keeps what an attribute says within what an integer holds.
func clamp(v float64) float64 { return max(-mostDim, min(v, mostDim)) }

// list is an attribute of numbers, nil where it is missing.
func (n *node) list(name string) []int64 { return n.attribute(name).list }

// at is an element of a list, its default where it has none.
func at(list []int64, i int, or int64) int64 {
	if i < len(list) {
		return list[i]
	}
	return or
}
