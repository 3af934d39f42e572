package onnx

import (
	"bytes"
	"errors"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"scaleadvise/advisor/shape"
)

// gigabytes is a file whose weights lie inside and are never stored anywhere.
type gigabytes struct {
	head, tail []byte
	zeros, at  int64
}

func (g *gigabytes) Read(b []byte) (int, error) {
	head, end := int64(len(g.head)), int64(len(g.head))+g.zeros
	switch {
	case g.at < head:
		n := copy(b, g.head[g.at:])
		g.at += int64(n)
		return n, nil
	case g.at < end:
		n := int(min(int64(len(b)), end-g.at))
		clear(b[:n])
		g.at += int64(n)
		return n, nil
	case g.at < end+int64(len(g.tail)):
		n := copy(b, g.tail[g.at-end:])
		g.at += int64(n)
		return n, nil
	}
	return 0, io.EOF
}

// allocated is what a call allocates, B.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestWeightsAreSkipped: weights inside a file cost no memory, however many there are.
func TestWeightsAreSkipped(t *testing.T) {
	const size = 1 << 30
	b := &builder{}
	x := b.input("input_ids", int64Type, "batch", "sequence")
	b.output(b.add("Gather", "table "+x))
	tensor := tensorOfDims("table", float32Type, false, size/4/1024, 1024)
	tensor = protowire.AppendVarint(protowire.AppendTag(tensor, 9, protowire.BytesType), size)
	rest := append(append([]byte{}, b.inputs...), b.outputs...)
	length := len(tensor) + size
	weight := append(protowire.AppendVarint(protowire.AppendTag(nil, 5, protowire.BytesType), uint64(length)), tensor...)
	graph := len(b.nodes) + len(weight) + size + len(rest)
	head := protowire.AppendVarint(protowire.AppendTag(put(nil, 1, 8), 7, protowire.BytesType), uint64(graph))
	head = append(append(head, b.nodes...), weight...)
	var m *shape.Model
	var err error
	used := allocated(func() { m, err = Read(&gigabytes{head: head, zeros: size, tail: rest}, "m.onnx", "m") })
	if err != nil || m.Params != size/4 || used > 4<<20 {
		t.Fatalf("%v, %+v, %d B", err, m, used)
	}
}

// TestHostile: whatever is wrong with a file, one line says it, at once and with little memory.
func TestHostile(t *testing.T) {
	whole := resnet18().file()
	lying := protowire.AppendVarint(protowire.AppendTag(put(nil, 1, 8), 7, protowire.BytesType), 1<<40)
	lying = protowire.AppendVarint(protowire.AppendTag(lying, 1, protowire.BytesType), 200<<20)
	huge, negative := &builder{}, &builder{}
	huge.output(huge.add("MatMul", huge.input("x", float32Type, 1<<39, 1<<39)+" "+huge.weight(1<<39, 2)))
	negative.output(negative.add("Relu", negative.input("x", float32Type, 1, -7)))
	odd := &builder{}
	odd.output(odd.add("MatMul", odd.input("x", float32Type, 1, 4)+" "+odd.weight(5, 2)))
	decoder := &builder{}
	decoder.input("past_key_values.0.key", float32Type, "batch", 8, "past", 64)
	decoder.output(decoder.add("Relu", "past_key_values.0.key"))
	for _, test := range []struct {
		name, want string
		file       []byte
	}{
		{"nothing", "not an ONNX model", nil},
		{"text", "not an ONNX model", []byte("hello, I am no model at all")},
		{"cut short", "ends too early", whole[:len(whole)/2]},
		{"a lying length", "ends too early", lying},
		{"empty graph", "a graph without operations", (&builder{}).file()},
		{"huge dimensions", "file is damaged", huge.file()},
		{"negative dimensions", "has a dimension of -7", negative.file()},
		{"shapes that do not fit", "operation MatMul: the shapes of its inputs do not fit", odd.file()},
		{"a decoder", "--model-config, so that it is planned in tokens", decoder.file()},
		{"a billion nodes", "operations, the most that are read", manyNodes(mostNodes+1, nil)},
		{"functions that call each other", "operations, functions counted each time", laughing()},
		{"a function that calls itself", "nested more than 16 deep", itself()},
		{"graphs within graphs", "nested more than 16 deep", nested(200)},
	} {
		start := time.Now()
		var err error
		used := allocated(func() { _, err = Read(bytes.NewReader(test.file), "m.onnx", "m") })
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "m.onnx: ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", test.name, err)
		}
		if took := time.Since(start); took > 10*time.Second || used > 600<<20 {
			t.Errorf("%s: %s, %d MiB", test.name, took, used>>20)
		}
	}
}

// manyNodes is a graph of a number of operations.
func manyNodes(n int, node []byte) []byte {
	one := putBytes(nil, 1, node)
	return putBytes(put(nil, 1, 8), 7, bytes.Repeat(one, n))
}

// laughing is functions each of which calls the next twenty times.
func laughing() []byte {
	b := &builder{}
	b.output(b.add("F0@own", b.input("x", float32Type, 1, 4)))
	for i := range 10 {
		f := putText(putText(putText(nil, 1, "F"+string(rune('0'+i))), 4, "a"), 5, "b")
		for range 20 {
			f = putBytes(f, 7, nodeBytes("F"+string(rune('1'+i))+"@own", "a", "b"))
		}
		b.functions = putBytes(b.functions, 25, putText(f, 10, "own"))
	}
	return b.file()
}

func itself() []byte {
	b := &builder{}
	b.output(b.add("F@own", b.input("x", float32Type, 1, 4)))
	f := putText(putText(putText(nil, 1, "F"), 4, "a"), 5, "b")
	f = putBytes(f, 7, nodeBytes("F@own", "a", "b"))
	b.functions = putBytes(b.functions, 25, putText(f, 10, "own"))
	return b.file()
}

// nested is a branch within a branch, and so on.
func nested(depth int) []byte {
	inner := &builder{}
	inner.raw("Relu", "x", "y")
	inner.output("y")
	graph := inner.graph()
	for range depth {
		outer := &builder{}
		outer.raw("If", "flag", "y", attr("then_branch", graphBytes(graph)), attr("else_branch", graphBytes(nil)))
		outer.output("y")
		graph = outer.graph()
	}
	return putBytes(put(nil, 1, 8), 7, append(graph, portBytes("x", float32Type, 1, 4)...))
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestReadingFails(t *testing.T) {
	gone := errors.New("the disk is gone")
	file := resnet18().file()
	for _, n := range []int{1, 100, len(file) / 2} {
		if _, err := Read(io.MultiReader(bytes.NewReader(file[:n]), failing{gone}), "m.onnx", "m"); !errors.Is(err, gone) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

// FuzzRead: whatever the bytes, a model whose cost is finite, or an error.
func FuzzRead(f *testing.F) {
	f.Add(resnet18().file())
	f.Add(bertLike(1, 64, 4, 100).file())
	f.Add(nested(3))
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := Read(bytes.NewReader(file), "m.onnx", "m")
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("%q", err)
			}
			return
		}
		c, err := m.At(shape.Request{})
		if err != nil {
			t.Fatalf("the usual request: %v", err)
		}
		for _, v := range []float64{m.Params, c.MACs(), c.Activations(), c.Peak()} {
			if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
				t.Fatalf("%+v: %g", m, v)
			}
		}
	})
}

// BenchmarkRead reads a graph of 100 MB.
func BenchmarkRead(b *testing.B) {
	big := &builder{}
	x := big.input("x", float32Type, "batch", 16)
	for len(big.nodes) < 100_000_000 {
		x = big.add("Relu", x, attr("documentation", strings.Repeat("a", 60)))
	}
	big.output(x)
	file := big.file()
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := Read(bytes.NewReader(file), "m.onnx", "m"); err != nil {
			b.Fatal(err)
		}
	}
}
