package forward

import (
	"math"
	"testing"
)

// TestCurvesAreTheCurve: parts that are compared get what each gets alone, and a model too
// large for a part has none there.
func TestCurvesAreTheCurve(t *testing.T) {
	e := shipped(t)
	for _, q := range questions(e)[:30] {
		all, err := e.Curves(q, "nvidia", 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []string{"nvidia-t4", "nvidia-a10g", "nvidia-h200"} {
			q.Hardware = find(t, h, 0)
			one, err := e.Curve(q, 0)
			if got, ok := all[h]; err != nil || !ok || got.MaxBatch != one.MaxBatch || math.Abs(got.Saturation()/one.Saturation()-1) > 1e-9 {
				t.Errorf("%s %s on %s: %g/s among all, %g/s alone (%v)", q.Model.Name, q.Runtime, h, got.Saturation(), one.Saturation(), err)
			}
		}
	}
	huge := Question{Model: Model{Name: "huge", Kind: "other", ParamsM: 30e3, GMACs: 30}, Runtime: "pytorch", Precision: "fp16"}
	all, err := e.Curves(huge, "nvidia", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, small := all["nvidia-t4"]; small {
		t.Error("60 GB are on 16 GiB")
	}
	if _, large := all["nvidia-h200"]; !large {
		t.Error("60 GB do not fit into 141 GB")
	}
}

// TestRequestsOfSeveralPasses: passes one after another add up, and several inputs of one
// request are a batch.
func TestRequestsOfSeveralPasses(t *testing.T) {
	e := shipped(t)
	q := questions(e)[0]
	q.Hardware = find(t, "nvidia-l4", 0)
	one, err := e.Curve(q, 0)
	if err != nil {
		t.Fatal(err)
	}
	three := one.Times(3)
	if math.Abs(three.Alone.Seconds-3*one.Alone.Seconds) > 1e-12 || math.Abs(three.Saturation()*3/one.Saturation()-1) > 1e-9 {
		t.Errorf("three passes: %+v", three)
	}
	if both := one.And(three); math.Abs(both.Full.Seconds-4*one.Full.Seconds) > 1e-9 {
		t.Errorf("one and three passes take %g s, four take %g s", both.Full.Seconds, 4*one.Full.Seconds)
	}
	items := one.Of(16)
	if items.MaxBatch != one.MaxBatch/16 || math.Abs(items.Alone.Seconds-(one.Alpha+16*one.Beta)) > 1e-9 || items.Saturation()*16 > one.Saturation()*1.0001 {
		t.Errorf("16 inputs a request: %+v of %+v", items, one)
	}
}
