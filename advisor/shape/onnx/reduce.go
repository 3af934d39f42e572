package onnx

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// message is a kind of message that weights may lie in.
type message int

const (
	plainMessage message = iota
	nodeMessage
	attributeMessage
	tensorMessage
	graphMessage
	sparseMessage
)

// inner says which messages the fields of a message are. A field that is not listed is copied.
var inner = map[message]map[protowire.Number]message{
	nodeMessage:      {5: attributeMessage},
	attributeMessage: {5: tensorMessage, 6: graphMessage, 10: tensorMessage, 11: graphMessage, 22: sparseMessage},
	graphMessage:     {1: nodeMessage, 5: tensorMessage, 15: sparseMessage},
	sparseMessage:    {1: tensorMessage, 2: tensorMessage},
}

// elementsOf are the fields of a tensor that hold its elements.
var elementsOf = map[protowire.Number]bool{4: true, 5: true, 6: true, 7: true, 9: true, 10: true, 11: true}

// left are the fields that are left out wherever they stand: documentation.
func left(kind message, f field) bool {
	switch kind {
	case tensorMessage:
		return f.number == 12 || elementsOf[f.number] && f.length > mostKept/2
	case nodeMessage:
		return f.number == 6 || f.number == 9
	case graphMessage:
		return f.number == 10 || f.number == 14
	}
	return kind == attributeMessage && f.number == 13
}

// reduce copies a message without the elements of its weights.
func (m *model) reduce(s *stream, kind message, length int64, depth int) ([]byte, error) {
	if depth > 3*mostNested {
		return nil, tooMuch(mostNested, "graphs within graphs", "the file is damaged")
	}
	var out []byte
	kept := 0
	err := s.message(length, func(f field) (bool, error) {
		if kind == tensorMessage && f.number == 13 {
			m.external = true
			return false, nil
		}
		if left(kind, f) {
			return false, nil
		}
		within, nested := inner[kind][f.number]
		switch {
		case f.wire == protowire.VarintType:
			out = protowire.AppendVarint(protowire.AppendTag(out, f.number, f.wire), f.value)
			if kept++; kept > mostText {
				return true, errDamaged
			}
			return true, nil
		case nested && f.wire == protowire.BytesType:
			b, err := m.reduce(s, within, f.length, depth+1)
			out = protowire.AppendBytes(protowire.AppendTag(out, f.number, f.wire), b)
			return true, err
		}
		if int64(len(out))+f.length > mostText || m.text > mostText {
			return true, tooMuch(mostText>>20, "MiB of operations and names", "the file is damaged")
		}
		out = protowire.AppendTag(out, f.number, f.wire)
		if f.wire == protowire.BytesType {
			out = protowire.AppendVarint(out, uint64(f.length))
		}
		var err error
		out, err = s.append(out, f.length)
		return true, err
	})
	return out, err
}
