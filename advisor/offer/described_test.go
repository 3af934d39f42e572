package offer

import (
	"math"
	"strings"
	"testing"

	"scaleadvise/advisor/example"
	"scaleadvise/advisor/shape"
)

// described is a model of text whose work grows with the tokens.
func describedText(unknown int) *shape.Model {
	return &shape.Model{
		Name: "mine", Kind: "encoder", Params: 1e8, Operators: 10, Unknown: unknown, Uses: []shape.Dimension{shape.Tokens}, Usual: shape.Request{Tokens: 128},
		Walk: func(r shape.Request) ([]shape.Pass, error) {
			l := shape.Layers{}
			l.Linear(float64(r.Tokens), 1e4, 1e4)
			l.Pass.Name, l.Pass.Times, l.Pass.Input = "model", 1, r.Input([]shape.Dimension{shape.Tokens})
			return []shape.Pass{l.Pass}, nil
		},
	}
}

// TestDescribedParts: the passes of a described model are those of the request, its usual one
// is assumed and said, and one that it cannot read is refused at its trait.
func TestDescribedParts(t *testing.T) {
	w := example.Workload(t, map[string]string{"qps": "1"})
	w.Described = describedText(0)
	parts, err := describedParts(w)
	if err != nil || len(parts) != 1 || math.Abs(parts[0].Model.GMACs-12.8) > 1e-9 || w.LLM.Input.Mid != 128 || !w.Assumed("input_tokens") {
		t.Errorf("%+v, %v, %g tokens", parts, err, w.LLM.Input.Mid)
	}
	w = example.Workload(t, map[string]string{"qps": "1", "input_tokens": "256"})
	w.Described = describedText(0)
	if parts, err := describedParts(w); err != nil || math.Abs(parts[0].Model.GMACs-25.6) > 1e-9 || w.Assumed("input_tokens") {
		t.Errorf("%+v, %v", parts, err)
	}
	w = example.Workload(t, map[string]string{"qps": "1", "image_size": "640x640"})
	w.Described = describedText(0)
	if _, err := describedParts(w); err == nil || !strings.Contains(err.Error(), "takes tokens, not an image size") {
		t.Errorf("%v", err)
	}
}

// TestDoubt: what is not understood of a model makes its interval wider.
func TestDoubt(t *testing.T) {
	for unknown, want := range map[int]float64{0: 1, 1: 1.2, 10: 3} {
		if got := doubt(describedText(unknown)); math.Abs(got-want) > 1e-9 {
			t.Errorf("%d of 10: %g, want %g", unknown, got, want)
		}
	}
	if doubt(nil) != 1 {
		t.Error("a model of the catalog is in doubt")
	}
}
