package onnx

import (
	"fmt"
	"math"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// builder writes ONNX files.
type builder struct {
	nodes, weights, inputs, outputs, functions []byte
	n                                          int
}

// putBytes and put append a field.
func putBytes(b []byte, number protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), v)
}

func putText(b []byte, number protowire.Number, v string) []byte {
	return putBytes(b, number, []byte(v))
}

func put(b []byte, number protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, number, protowire.VarintType), uint64(v))
}

// attr is an AttributeProto: a number, a text, a list of whole numbers, a tensor or a graph.
func attr(name string, v any) []byte {
	b := putText(nil, 1, name)
	switch v := v.(type) {
	case int:
		b = put(b, 3, int64(v))
	case float64:
		b = protowire.AppendFixed32(protowire.AppendTag(b, 2, protowire.Fixed32Type), math.Float32bits(float32(v)))
	case string:
		b = putText(b, 4, v)
	case []int:
		var packed []byte
		for _, i := range v {
			packed = protowire.AppendVarint(packed, uint64(int64(i)))
		}
		b = putBytes(b, 8, packed)
	case tensorBytes:
		b = putBytes(b, 5, v)
	case graphBytes:
		b = putBytes(b, 6, v)
	}
	return b
}

type (
	tensorBytes []byte
	graphBytes  []byte
)

// nodeBytes is a NodeProto; names are separated by spaces.
func nodeBytes(op, in, out string, attrs ...[]byte) []byte {
	var b []byte
	for _, name := range strings.Split(in, " ") {
		if in != "" {
			b = putText(b, 1, strings.Trim(name, "_"))
		}
	}
	for _, name := range strings.Fields(out) {
		b = putText(b, 2, name)
	}
	op, domain, _ := strings.Cut(op, "@")
	b = putText(b, 4, op)
	for _, a := range attrs {
		b = putBytes(b, 5, a)
	}
	return putText(b, 7, domain)
}

// add adds an operation with a new output and returns that.
func (b *builder) add(op, in string, attrs ...[]byte) string {
	b.n++
	out := fmt.Sprintf("v%d", b.n)
	b.raw(op, in, out, attrs...)
	return out
}

func (b *builder) raw(op, in, out string, attrs ...[]byte) {
	b.nodes = putBytes(b.nodes, 1, nodeBytes(op, in, out, attrs...))
}

// tensorOfDims is a TensorProto; external says that its elements lie beside the file.
func tensorOfDims(name string, elem int, external bool, dims ...int) []byte {
	var t []byte
	for _, d := range dims {
		t = put(t, 1, int64(d))
	}
	t = putText(put(t, 2, int64(elem)), 8, name)
	if external {
		entry := putText(putText(nil, 1, "location"), 2, "weights.bin")
		t = put(putBytes(t, 13, entry), 14, 1)
	}
	return t
}

// weight adds a weight without elements.
func (b *builder) weight(dims ...int) string {
	b.n++
	name := fmt.Sprintf("w%d", b.n)
	b.weights = putBytes(b.weights, 5, tensorOfDims(name, float32Type, true, dims...))
	return name
}

// numbers is a TensorProto of whole numbers.
func numbers(name string, data ...int) tensorBytes {
	t := tensorOfDims(name, int64Type, false, len(data))
	var packed []byte
	for _, d := range data {
		packed = protowire.AppendVarint(packed, uint64(int64(d)))
	}
	return putBytes(t, 7, packed)
}

// list adds a short tensor of whole numbers.
func (b *builder) list(data ...int) string {
	b.n++
	name := fmt.Sprintf("c%d", b.n)
	b.weights = putBytes(b.weights, 5, numbers(name, data...))
	return name
}

// portBytes is a ValueInfoProto; a dimension is a number or a name.
func portBytes(name string, elem int, dims ...any) []byte {
	var shape []byte
	for _, d := range dims {
		var dim []byte
		switch d := d.(type) {
		case int:
			dim = put(dim, 1, int64(d))
		case string:
			dim = putText(dim, 2, d)
		}
		shape = putBytes(shape, 1, dim)
	}
	tensor := putBytes(put(nil, 1, int64(elem)), 2, shape)
	return putBytes(putText(nil, 1, name), 2, putBytes(nil, 1, tensor))
}

func (b *builder) input(name string, elem int, dims ...any) string {
	b.inputs = putBytes(b.inputs, 11, portBytes(name, elem, dims...))
	return name
}

func (b *builder) output(name string) {
	b.outputs = putBytes(b.outputs, 12, portBytes(name, float32Type, "n"))
}

// graph is a GraphProto; fields stand in the order that exporters write.
func (b *builder) graph() []byte {
	return append(append(append(append([]byte{}, b.nodes...), b.weights...), b.inputs...), b.outputs...)
}

// file is a ModelProto.
func (b *builder) file() []byte {
	m := putText(put(nil, 1, 8), 2, "builder")
	m = putBytes(m, 7, b.graph())
	m = append(m, b.functions...)
	return putBytes(m, 8, put(nil, 2, 17))
}

// resnet18 is that network, for images of any size.
func resnet18() *builder {
	b := &builder{}
	conv := func(x string, side, in, out, stride int) string {
		pad := side / 2
		return b.add("Conv", x+" "+b.weight(out, in, side, side)+" "+b.weight(out), attr("kernel_shape", []int{side, side}), attr("strides", []int{stride, stride}), attr("pads", []int{pad, pad, pad, pad}))
	}
	x := b.input("pixel_values", float32Type, "batch", 3, "height", "width")
	x = b.add("Relu", conv(x, 7, 3, 64, 2))
	x = b.add("MaxPool", x, attr("kernel_shape", []int{3, 3}), attr("strides", []int{2, 2}), attr("pads", []int{1, 1, 1, 1}))
	in := 64
	for i, out := range []int{64, 128, 256, 512} {
		for j := range 2 {
			stride, short := 1, x
			if i > 0 && j == 0 {
				stride = 2
				short = conv(x, 1, in, out, 2)
			}
			y := conv(b.add("Relu", conv(x, 3, in, out, stride)), 3, out, out, 1)
			x = b.add("Relu", b.add("Add", y+" "+short))
			in = out
		}
	}
	x = b.add("Flatten", b.add("GlobalAveragePool", x))
	b.output(b.add("Gemm", x+" "+b.weight(1000, 512)+" "+b.weight(1000), attr("transB", 1)))
	return b
}

// bertLike is an encoder as torch exports it: shapes are computed in the graph.
func bertLike(layers, width, heads, vocab int) *builder {
	b := &builder{}
	ids := b.input("input_ids", int64Type, "batch", "sequence")
	b.input("attention_mask", int64Type, "batch", "sequence")
	positions := b.weight(512, width)
	length := b.add("Gather", b.add("Shape", ids)+" "+b.list(1), attr("axis", 0))
	slice := b.add("Slice", positions+" "+b.list(0)+" "+length+" "+b.list(0))
	x := b.add("Add", b.add("Gather", b.weight(vocab, width)+" "+ids)+" "+slice)
	norm := func(x string) string {
		return b.add("LayerNormalization", x+" "+b.weight(width)+" "+b.weight(width), attr("axis", -1))
	}
	linear := func(x string, in, out int) string {
		return b.add("Add", b.weight(out)+" "+b.add("MatMul", x+" "+b.weight(in, out)))
	}
	x = norm(x)
	for range layers {
		split := func(x string) string {
			dims := b.add("Shape", x)
			batch := b.add("Unsqueeze", b.add("Gather", dims+" "+scalar(b, 0))+" "+b.list(0))
			tokens := b.add("Unsqueeze", b.add("Gather", dims+" "+scalar(b, 1))+" "+b.list(0))
			to := b.add("Concat", batch+" "+tokens+" "+b.list(heads)+" "+b.list(width/heads), attr("axis", 0))
			return b.add("Transpose", b.add("Reshape", x+" "+to), attr("perm", []int{0, 2, 1, 3}))
		}
		q, k, v := split(linear(x, width, width)), split(linear(x, width, width)), split(linear(x, width, width))
		scores := b.add("MatMul", q+" "+b.add("Transpose", k, attr("perm", []int{0, 1, 3, 2})))
		mixed := b.add("Transpose", b.add("MatMul", b.add("Softmax", scores)+" "+v), attr("perm", []int{0, 2, 1, 3}))
		joined := b.add("Reshape", mixed+" "+b.list(0, 0, width))
		x = norm(b.add("Add", x+" "+linear(joined, width, width)))
		x = norm(b.add("Add", x+" "+linear(b.add("Gelu@com.microsoft", linear(x, width, 4*width)), 4*width, width)))
	}
	b.output(x)
	return b
}

// scalar adds a single number.
func scalar(b *builder, v int) string {
	b.n++
	name := fmt.Sprintf("s%d", b.n)
	t := put(putText(put(nil, 2, int64Type), 8, name), 7, int64(v))
	b.weights = putBytes(b.weights, 5, t)
	return name
}
