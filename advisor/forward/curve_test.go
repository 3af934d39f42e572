package forward

import (
	"errors"
	"math"
	"testing"

	"scaleadvise/advisor/catalog"
)

// find is hardware of the catalogue by its name.
func find(t testing.TB, name string, cores float64) Hardware {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	h, ok := Find(c, name, cores)
	if !ok {
		t.Fatalf("no hardware %s", name)
	}
	return h
}

// TestCurve: the line has no negative part, passes through both its ends, and a full batch
// serves at least what one after another serve.
func TestCurve(t *testing.T) {
	e := shipped(t)
	for _, q := range questions(e)[:24] {
		for _, name := range []string{"a10g", "nvidia-h100-sxm", "t4", "c7i.2xlarge", "Jetson Orin NX 16GB"} {
			q.Hardware = find(t, name, 0)
			c, err := e.Curve(q, 0)
			if err != nil {
				t.Fatalf("%s on %s: %v", q.Model.Name, name, err)
			}
			b := float64(c.MaxBatch)
			if full := c.Alpha + c.Beta*b; c.Alpha < 0 || c.Beta < 0 || math.Abs(full/c.Full.Seconds-1) > 1e-9 && c.Alpha > 0 {
				t.Errorf("%s on %s: %+v", q.Model.Name, name, c)
			}
			if c.Saturation() < 1/c.Alone.Seconds*0.999999 {
				t.Errorf("%s on %s: %g/s in batches, %g/s one at a time", q.Model.Name, name, c.Saturation(), 1/c.Alone.Seconds)
			}
			if !(c.SpreadLow <= 1 && 1 <= c.SpreadHigh) {
				t.Errorf("%s on %s: spread %g to %g", q.Model.Name, name, c.SpreadLow, c.SpreadHigh)
			}
		}
	}
}

// TestWhatIsNotKnown: what nothing bounds is an error, not a number.
func TestWhatIsNotKnown(t *testing.T) {
	e := shipped(t)
	h := find(t, "t4", 0)
	if _, err := e.Curve(Question{Model: Model{Name: "whatnot"}, Hardware: h, Runtime: "pytorch"}, 0); !errors.Is(err, ErrUnknown) {
		t.Errorf("no facts: %v", err)
	}
	huge := Model{Name: "huge", Kind: "other", ParamsM: 30e3, GMACs: 30}
	if _, err := e.Curve(Question{Model: huge, Hardware: h, Runtime: "pytorch", Precision: "fp16"}, 0); !errors.Is(err, ErrMemory) {
		t.Errorf("60 GB on 16 GiB: %v", err)
	}
	if _, err := e.Predict(Question{Model: Model{Name: "m", GMACs: 1}, Hardware: Hardware{Name: "abacus", Kind: "beads"}}); err == nil {
		t.Error("an abacus has a time")
	}
}

// TestMeasuredIsTheMedian: where the very run was measured its median is the answer.
func TestMeasuredIsTheMedian(t *testing.T) {
	e := shipped(t)
	asked := 0
	for i := 0; i < len(e.cells); i += 501 {
		c := &e.cells[i]
		if !c.counted {
			continue
		}
		asked++
		p, err := e.Predict(Question{Model: e.models[c.origin.Model].Model, Hardware: e.devices[c.origin.Device], Runtime: e.names[byRuntime].list[c.runtime],
			Precision: e.names[byPrecision].list[c.precision], Mode: e.names[byMode].list[c.mode], Batch: math.Exp(c.batch), Clients: 1})
		if err != nil {
			t.Fatal(err)
		}
		m := e.models[c.origin.Model]
		if p.Basis != Measured || p.Low > p.Seconds || p.High < p.Seconds {
			t.Errorf("%s on %s: %s, %g..%g..%g s", m.Name, e.devices[c.origin.Device].Name, p.Basis, p.Low, p.Seconds, p.High)
		}
		if measured := e.seconds(c); math.Abs(math.Log(p.Seconds/measured)) > math.Log(1.6) {
			t.Errorf("%s on %s: %g s, measured %g s", m.Name, e.devices[c.origin.Device].Name, p.Seconds, measured)
		}
	}
	if asked < 15 {
		t.Errorf("%d asked", asked)
	}
}

// TestCores: more cores of one processor are never slower.
func TestCores(t *testing.T) {
	e := shipped(t)
	for _, runtime := range []string{"onnxruntime", "openvino", "pytorch"} {
		last := math.Inf(1)
		for _, cores := range []float64{1, 2, 4, 8, 16, 32} {
			p, err := e.Predict(Question{Model: Model{Name: "bert-base", Kind: "encoder", ParamsM: 110, GMACs: 11.2, Input: "128 tokens"},
				Hardware: find(t, "intel-ice-lake", cores), Runtime: runtime, Precision: "fp32", Mode: catalog.ModeLatency, Batch: 1})
			if err != nil {
				t.Fatal(err)
			}
			if p.Seconds > last {
				t.Errorf("%s: %g cores take %g s, fewer took %g s", runtime, cores, p.Seconds, last)
			}
			last = p.Seconds
		}
	}
}

// TestAt: an encoder's work grows faster than its tokens, a network of convolutions as its
// pixels do.
func TestAt(t *testing.T) {
	bert := Model{Name: "bert-base", Kind: "encoder", GMACs: 11.2, Input: "128 tokens"}.At("512 tokens")
	if bert.GMACs < 4.2*11.2 || bert.GMACs > 5*11.2 {
		t.Errorf("bert-base at 512 tokens: %g", bert.GMACs)
	}
	if net := (Model{Name: "resnet50", Kind: "vision-cnn", GMACs: 4, ActivationsM: 11, Input: "224x224"}).At("448x448"); net.GMACs != 16 || net.ActivationsM != 44 {
		t.Errorf("resnet50 at 448: %+v", net)
	}
}

// TestOf: a model of the catalogue is the one that was measured.
func TestOf(t *testing.T) {
	e := shipped(t)
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for id, kind := range map[string]string{"resnet-50": "vision-cnn", "yolo11m": "detector", "bge-m3": "embedding", "vit-tiny-16": "vision-transformer"} {
		m, err := c.ResolveModel(id)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Of(m); got.Kind != kind || got.GMACs == 0 || got.ParamsM == 0 {
			t.Errorf("%s: %+v", id, got)
		}
	}
}
