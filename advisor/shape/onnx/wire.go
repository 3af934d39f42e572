package onnx

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// each calls take for the fields of a message that is held whole; b is what a field of bytes
// holds, v what any other.
func each(message []byte, take func(number protowire.Number, b []byte, v uint64) error) error {
	for len(message) > 0 {
		number, wire, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errDamaged
		}
		message = message[n:]
		var b []byte
		var v uint64
		switch wire {
		case protowire.VarintType:
			v, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			b, n = protowire.ConsumeBytes(message)
		case protowire.Fixed32Type:
			var w uint32
			w, n = protowire.ConsumeFixed32(message)
			v = uint64(w)
		case protowire.Fixed64Type:
			v, n = protowire.ConsumeFixed64(message)
		default:
			return errDamaged
		}
		if n < 0 {
			return errDamaged
		}
		if err := take(number, b, v); err != nil {
			return err
		}
		message = message[n:]
	}
	return nil
}

// mostListed bounds a list of numbers: the nodes of all trees of an ensemble are the longest.
const mostListed = 16 << 20

// integers are those of a repeated field: packed bytes, or one value.
func integers(into []int64, b []byte, v uint64) ([]int64, error) {
	if b == nil {
		return append(into, int64(v)), nil
	}
	for len(b) > 0 {
		one, n := protowire.ConsumeVarint(b)
		if n < 0 || len(into) >= mostListed {
			return into, errDamaged
		}
		into = append(into, int64(one))
		b = b[n:]
	}
	return into, nil
}

func float32Of(v uint64) float64 { return float64(math.Float32frombits(uint32(v))) }
