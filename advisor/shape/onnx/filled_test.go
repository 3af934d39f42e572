package onnx

import "testing"

// TestFilledWeights: weights that the graph fills itself are parameters, what it makes for a
// request is not.
func TestFilledWeights(t *testing.T) {
	b := &builder{}
	x := b.input("x", float32Type, 1, 64)
	w := b.add("ConstantOfShape", b.list(64, 32))
	b.output(b.add("Add", b.add("MatMul", x+" "+w)+" "+b.add("ConstantOfShape", b.add("Shape", b.add("MatMul", x+" "+w)))))
	if m := describedBy(t, b, "filled"); m.Params != 64*32 {
		t.Errorf("%g parameters, want %d", m.Params, 64*32)
	}
}
