package onnx

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"scaleadvise/advisor/shape"
)

func describedBy(t *testing.T, b *builder, name string) *shape.Model {
	t.Helper()
	m, err := Read(bytes.NewReader(b.file()), name+".onnx", name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func near(a, b, share float64) bool { return math.Abs(a/b-1) <= share }

// TestResNet18: parameters and multiply-adds as published, at any size of image.
func TestResNet18(t *testing.T) {
	m := describedBy(t, resnet18(), "resnet18")
	if m.Kind != "vision" || m.Precision != "fp32" || !near(m.Params, 11.69e6, 0.002) || m.Unknown != 0 || m.Operators != 49 {
		t.Errorf("%+v", m)
	}
	for side, want := range map[int]float64{224: 1.814e9, 448: 4 * 1.814e9, 0: 1.814e9} {
		c, err := m.At(shape.Request{Width: side})
		if err != nil || !near(c.MACs(), want, 0.01) {
			t.Errorf("%d: %g multiply-adds, %v", side, c.MACs(), err)
		}
	}
	c, err := m.At(shape.Request{})
	if err != nil || !near(c.Activations(), 2.48e6, 0.01) || c.Passes[0].Input != "224x224" {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := m.At(shape.Request{Tokens: 4}); err == nil || err.Error() != "resnet18 takes an image size, not tokens; give --image-size 224x224 instead" {
		t.Errorf("%v", err)
	}
}

// TestBERT: shapes that the graph computes are followed.
func TestBERT(t *testing.T) {
	m := describedBy(t, bertLike(12, 768, 12, 30522), "bert")
	for tokens, want := range map[int]float64{128: 11.17e9, 384: 35.3e9} {
		c, err := m.At(shape.Request{Tokens: tokens})
		if err != nil || !near(c.MACs(), want, 0.01) {
			t.Errorf("%d tokens: %g multiply-adds, want %g, %v", tokens, c.MACs(), want, err)
		}
		w := c.Passes[0].Work
		if attention := 12 * 2 * float64(tokens*tokens) * 768; w[shape.Attention].MACs != attention || w[shape.Lookup].Kernels != 1 {
			t.Errorf("%d tokens: attention %g, want %g; %d lookups", tokens, w[shape.Attention].MACs, attention, w[shape.Lookup].Kernels)
		}
	}
	if m.Kind != "encoder" || !near(m.Params, 108.89e6, 0.001) || m.Unknown != 0 || len(m.Notes) != 0 {
		t.Errorf("%s, %g parameters, %d unknown, %q", m.Kind, m.Params, m.Unknown, m.Notes)
	}
}

func TestUnknownOperatorsAreCounted(t *testing.T) {
	b := &builder{}
	x := b.input("rows", float32Type, "batch", 16)
	x = b.add("Magic@my.own", b.add("Magic@my.own", b.add("Gemm", x+" "+b.weight(16, 8))))
	b.output(b.add("Gemm", b.add("Oracle@my.own", x)+" "+b.weight(8, 2)))
	m := describedBy(t, b, "odd")
	if m.Unknown != 3 || strings.Join(m.UnknownNames, " ") != "Magic Oracle" || m.Kind != "recommender" {
		t.Errorf("%+v", m)
	}
	if len(m.Notes) != 1 || !strings.HasPrefix(m.Notes[0], "3 of 5 operations are not understood (Magic, Oracle)") {
		t.Errorf("%q", m.Notes)
	}
	c, err := m.At(shape.Request{})
	if err != nil || c.MACs() != 16*8+8*2 {
		t.Errorf("%g multiply-adds, %v", c.MACs(), err)
	}
}

func TestFixedShapes(t *testing.T) {
	b := &builder{}
	x := b.input("images", float32Type, 8, 3, 640, 640)
	b.output(b.add("Conv", x+" "+b.weight(16, 3, 3, 3), attr("strides", []int{2, 2}), attr("pads", []int{1, 1, 1, 1})))
	m := describedBy(t, b, "fixed")
	c, err := m.At(shape.Request{})
	if err != nil || c.MACs() != 320*320*16*27 || c.Request.Width != 640 || !strings.Contains(strings.Join(m.Notes, ""), "made for batches of 8") {
		t.Errorf("%g, %+v, %v", c.MACs(), m, err)
	}
	if _, err := m.At(shape.Request{Width: 320}); err == nil || !strings.Contains(err.Error(), "the input images is fixed to 8x3x640x640, the request has 320; export the model with dynamic axes") {
		t.Errorf("%v", err)
	}
}

// TestOperators: the output and the work of one operation each.
func TestOperators(t *testing.T) {
	for _, test := range []struct {
		name   string
		build  func(b *builder, x string) string
		macs   float64
		output float64 // elements, checked by the product that follows
	}{
		{"grouped convolution", func(b *builder, x string) string {
			return b.add("Conv", x+" "+b.weight(8, 1, 3, 3), attr("group", 8), attr("pads", []int{1, 1, 1, 1}))
		}, 8 * 9 * 256, 8 * 256},
		{"quantized convolution", func(b *builder, x string) string {
			return b.add("QLinearConv", x+" _ _ "+b.weight(4, 8, 1, 1)+" _ _ _ _", attr("auto_pad", "SAME_UPPER"))
		}, 4 * 8 * 256, 4 * 256},
		{"transposed convolution", func(b *builder, x string) string {
			return b.add("ConvTranspose", x+" "+b.weight(8, 4, 2, 2), attr("strides", []int{2, 2}))
		}, 8 * 4 * 4 * 256, 4 * 1024},
		{"pooling, rounded up", func(b *builder, x string) string {
			return b.add("MaxPool", x, attr("kernel_shape", []int{3, 3}), attr("strides", []int{2, 2}), attr("ceil_mode", 1))
		}, 0, 8 * 64},
		{"resize by scales", func(b *builder, x string) string {
			return b.add("Resize", x+" _ "+scales(b, 1, 1, 2, 2))
		}, 0, 8 * 1024},
		{"split and concatenation", func(b *builder, x string) string {
			b.raw("Split", x, "a b", attr("axis", 1))
			return b.add("Concat", "a b a", attr("axis", 1))
		}, 0, 12 * 256},
		{"reduction", func(b *builder, x string) string {
			return b.add("ReduceMean", x, attr("axes", []int{2, 3}), attr("keepdims", 0))
		}, 0, 8},
		{"padding", func(b *builder, x string) string { return b.add("Pad", x+" "+b.list(0, 0, 1, 1, 0, 0, 1, 1)) }, 0, 8 * 324},
		{"depth to space", func(b *builder, x string) string { return b.add("DepthToSpace", x, attr("blocksize", 2)) }, 0, 8 * 256},
		{"slice backwards", func(b *builder, x string) string {
			return b.add("Slice", x+" "+b.list(-1)+" "+b.list(-1000)+" "+b.list(2)+" "+b.list(-2))
		}, 0, 8 * 8 * 16},
		{"sum over letters", func(b *builder, x string) string {
			return b.add("Einsum", x+" "+b.weight(8, 5), attr("equation", "bchw,cd->bdhw"))
		}, 8 * 5 * 256, 5 * 256},
		{"gather by data", func(b *builder, x string) string {
			dims := b.add("Shape", x)
			side := b.add("Gather", dims+" "+b.list(2))
			return b.add("Reshape", x+" "+b.add("Concat", b.list(1)+" "+side+" "+b.list(-1), attr("axis", 0)))
		}, 0, 8 * 256},
		{"branch", func(b *builder, x string) string {
			then, other := &builder{}, &builder{}
			then.raw("Conv", x+" heavy", "t", attr("pads", []int{1, 1, 1, 1}))
			then.output("t")
			other.raw("Relu", x, "e")
			other.output("e")
			b.weights = putBytes(b.weights, 5, tensorOfDims("heavy", float32Type, true, 8, 8, 3, 3))
			b.input("flag", boolType)
			return b.add("If", "flag", attr("then_branch", graphBytes(then.graph())), attr("else_branch", graphBytes(other.graph())))
		}, 8 * 8 * 9 * 256, 8 * 256},
		{"loop", func(b *builder, x string) string {
			body := &builder{}
			body.input("i", int64Type)
			body.input("on", boolType)
			body.input("state", float32Type)
			body.raw("Conv", "state again", "next")
			body.raw("Identity", "on", "more")
			body.output("more")
			body.output("next")
			b.weights = putBytes(b.weights, 5, tensorOfDims("again", float32Type, true, 8, 8, 1, 1))
			return b.add("Loop", scalar(b, 3)+" _ "+x, attr("body", graphBytes(body.graph())))
		}, 3 * 8 * 8 * 256, 8 * 256},
		{"function", func(b *builder, x string) string {
			f := putText(putText(putText(nil, 1, "Twice"), 4, "a"), 5, "c")
			f = putBytes(f, 7, nodeBytes("Add", "a a", "b"))
			f = putBytes(putBytes(f, 7, nodeBytes("Add", "b b", "c")), 10, []byte("own"))
			b.functions = putBytes(b.functions, 25, f)
			return b.add("Twice@own", x)
		}, 0, 8 * 256},
	} {
		b := &builder{}
		out := test.build(b, b.input("x", float32Type, 1, 8, 16, 16))
		flat := b.add("Reshape", out+" "+b.list(1, -1))
		b.output(b.add("MatMul", flat+" "+b.weight(int(test.output), 1)))
		m, err := Read(bytes.NewReader(b.file()), "m.onnx", "m")
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		c, err := m.At(shape.Request{})
		if err != nil || c.MACs() != test.macs+test.output || m.Unknown != 0 {
			t.Errorf("%s: %g multiply-adds besides the output's %g, want %g; %d unknown, %q, %v", test.name, c.MACs()-test.output, test.output, test.macs, m.Unknown, m.Notes, err)
		}
	}
}

// scales adds a tensor of float.
func scales(b *builder, data ...float32) string {
	b.n++
	name := "f" + strings.Repeat("x", b.n)
	t := tensorOfDims(name, float32Type, false, len(data))
	raw := make([]byte, 0, 4*len(data))
	for _, d := range data {
		bits := math.Float32bits(d)
		raw = append(raw, byte(bits), byte(bits>>8), byte(bits>>16), byte(bits>>24))
	}
	b.weights = putBytes(b.weights, 5, putBytes(t, 9, raw))
	return name
}

func TestRecurrentAndFused(t *testing.T) {
	b := &builder{}
	x := b.input("x", float32Type, 50, 1, 40)
	b.raw("LSTM", x+" "+b.weight(2, 4*64, 40)+" "+b.weight(2, 4*64, 64), "y", attr("hidden_size", 64), attr("direction", "bidirectional"))
	b.output("y")
	m := describedBy(t, b, "lstm")
	c, err := m.At(shape.Request{})
	if want := 50.0 * 2 * 64 * 4 * (40 + 64); err != nil || c.MACs() != want || c.Passes[0].Work[shape.Recurrent].Kernels != 50 {
		t.Errorf("%+v, %v; want %g", c, err, want)
	}
	b = &builder{}
	ids := b.input("input_ids", int32Type, "batch", "sequence")
	x = b.add("EmbedLayerNormalization@com.microsoft", ids+" _ "+b.weight(1000, 64))
	x = b.add("SkipLayerNormalization@com.microsoft", b.add("Attention@com.microsoft", x+" "+b.weight(64, 192), attr("num_heads", 4))+" "+x)
	b.output(x)
	m = describedBy(t, b, "fused")
	c, err = m.At(shape.Request{Tokens: 32})
	if want := 32.0*64*192 + 2*32*32*64; err != nil || c.MACs() != want || m.Unknown != 0 {
		t.Errorf("%g multiply-adds, want %g, %v, %q", c.MACs(), want, err, m.Notes)
	}
}

func TestTreesOfONNX(t *testing.T) {
	b := &builder{}
	x := b.input("features", float32Type, "batch", 12)
	// Two trees: one of three nodes, one of five.
	b.raw("TreeEnsembleRegressor@ai.onnx.ml", x, "y",
		attr("nodes_treeids", []int{0, 0, 0, 1, 1, 1, 1, 1}), attr("nodes_nodeids", []int{0, 1, 2, 0, 1, 2, 3, 4}),
		attr("nodes_truenodeids", []int{1, 0, 0, 1, 3, 0, 0, 0}), attr("nodes_falsenodeids", []int{2, 0, 0, 2, 4, 0, 0, 0}),
		attr("nodes_featureids", []int{3, 0, 0, 11, 2, 0, 0, 0}))
	b.output("y")
	m := describedBy(t, b, "gbdt")
	want := shape.Trees{Trees: 2, Features: 12, Depth: (1 + 1.5) / 2, MaxDepth: 2, Leaves: 5, Nodes: 8}
	if m.Kind != "tree" || m.Trees == nil || *m.Trees != want {
		t.Errorf("%s, %+v; want %+v", m.Kind, m.Trees, want)
	}
}
