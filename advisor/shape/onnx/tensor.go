package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// The types of elements that matter here (TensorProto.DataType).
const (
	float32Type  = 1
	uint8Type    = 2
	int8Type     = 3
	int32Type    = 6
	int64Type    = 7
	stringType   = 8
	boolType     = 9
	float16Type  = 10
	float64Type  = 11
	bfloat16Type = 16
)

// precisions are the types of weights by what they are called.
var precisions = map[int]string{float32Type: "fp32", float64Type: "fp32", float16Type: "fp16", bfloat16Type: "bf16", int8Type: "int8", uint8Type: "int8",
	17: "fp8", 18: "fp8", 19: "fp8", 20: "fp8", 21: "int4", 22: "int4", 23: "fp4"}

// value is what is known of one value of the graph.
type value struct {
	dims  []int64
	known bool // its dimensions
	elem  int
	data  []float64 // of a short tensor that computes a shape; nil where it is not known
	fixed bool      // it does not depend on the inputs: a weight, or made of weights
}

// elements is how many it has.
func (v *value) elements() float64 {
	n := 1.0
	for _, d := range v.dims {
		n *= float64(d)
	}
	return n
}

// dim is one of its dimensions, counted from the end where i is negative; 1 where it has none.
func (v *value) dim(i int) float64 {
	if i < 0 {
		i += len(v.dims)
	}
	if i < 0 || i >= len(v.dims) {
		return 1
	}
	return float64(v.dims[i])
}

// Limits of one tensor.
const (
	mostRank = 64
	mostDim  = 1 << 40
	mostData = 1024 // elements that are kept to compute shapes with
)

// checked refuses dimensions that no tensor has.
func checked(dims []int64, kind, name string) error {
	n, fault := 1.0, ""
	if len(dims) > mostRank {
		fault = fmt.Sprintf("has %d dimensions, more than %d; the file is damaged", len(dims), mostRank)
	}
	for _, d := range dims {
		if n *= float64(d); fault == "" && (d < 0 || d > mostDim) {
			fault = fmt.Sprintf("has a dimension of %d; the file is damaged, or the request does not fit the graph", d)
		}
	}
	if fault == "" && n > mostElements {
		fault = fmt.Sprintf("has %.3g elements; the file is damaged, or the request is far too large", n)
	}
	if fault == "" {
		return nil
	}
	return fmt.Errorf("the %s %s %s", kind, clip(name), fault)
}

// mostElements bounds a tensor: far above what a machine holds.
const mostElements = 1e15

// tensor is a TensorProto without its weights.
type tensor struct {
	name string
	value
}

// tensorOf reads a TensorProto that is held whole.
func tensorOf(message []byte) (tensor, error) {
	t := tensor{value: value{known: true, fixed: true}}
	var raw []byte
	var listed []float64
	err := each(message, func(number protowire.Number, b []byte, v uint64) (err error) {
		switch number {
		case 1:
			t.dims, err = integers(t.dims, b, v)
		case 2:
			t.elem = int(v)
		case 4:
			listed = floats(listed, b, v)
		case 5, 7:
			var whole []int64
			if whole, err = integers(nil, b, v); len(listed)+len(whole) <= mostData {
				for _, w := range whole {
					listed = append(listed, float64(w))
				}
			}
		case 8:
			t.name = string(b)
		case 9:
			raw = b
		}
		return err
	})
	if err == nil {
		err = checked(t.dims, "tensor", t.name)
	}
	t.data = dataOf(t.value, raw, listed)
	return t, err
}

// floats are those of a repeated field of float.
func floats(into []float64, b []byte, v uint64) []float64 {
	if b == nil {
		return append(into, float32Of(v))
	}
	for ; len(b) >= 4 && len(into) < mostData; b = b[4:] {
		into = append(into, float32Of(uint64(binary.LittleEndian.Uint32(b))))
	}
	return into
}

// dataOf are the elements of a short tensor.
func dataOf(v value, raw []byte, listed []float64) []float64 {
	n := v.elements()
	if n > mostData {
		return nil
	}
	if float64(len(listed)) == n && n > 0 {
		return listed
	}
	width := map[int]int{float32Type: 4, int32Type: 4, int64Type: 8, float64Type: 8, boolType: 1}[v.elem]
	if width == 0 || float64(len(raw)) != n*float64(width) {
		return nil
	}
	out := make([]float64, 0, int(n))
	for ; len(raw) > 0; raw = raw[width:] {
		out = append(out, element(v.elem, raw))
	}
	return out
}

func element(kind int, raw []byte) float64 {
	switch kind {
	case float32Type:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(raw)))
	case int32Type:
		return float64(int32(binary.LittleEndian.Uint32(raw)))
	case int64Type:
		return float64(int64(binary.LittleEndian.Uint64(raw)))
	case float64Type:
		return math.Float64frombits(binary.LittleEndian.Uint64(raw))
	}
	return float64(raw[0])
}

// clip shortens foreign text for a message and keeps it on one line.
func clip(s string) string {
	const most = 60
	out := make([]rune, 0, most)
	for _, r := range s {
		if len(out) == most {
			return string(out) + "…"
		}
		if r < ' ' || r == 0x7f || r == 0xfffd {
			r = ' '
		}
		out = append(out, r)
	}
	return string(out)
}
