package forward

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"scaleadvise/advisor/catalog"
)

// questions are models of every kind under the runtimes and precisions that people run,
// alone and in full batches.
func questions(e *Evidence) []Question {
	models := []Model{
		{Name: "resnet50", Kind: "vision-cnn", ParamsM: 25.56, GMACs: 4.11, ActivationsM: 11.11, Input: "224x224", Operators: 126},
		{Name: "mobilenetv3_large_100", Kind: "vision-cnn", ParamsM: 5.48, GMACs: 0.23, ActivationsM: 4.41, Input: "224x224"},
		{Name: "vit_base_patch16_224", Kind: "vision-transformer", ParamsM: 86.6, GMACs: 16.9, ActivationsM: 16.5, Input: "224x224"},
		{Name: "yolo11m", Kind: "detector", ParamsM: 20.1, GMACs: 34, Input: "640x640", Operators: 231},
		{Name: "bert-large", Kind: "encoder", ParamsM: 335, GMACs: 39.46, Input: "128 tokens"},
		{Name: "a net of one's own", Kind: "other", ParamsM: 700},
	}
	var out []Question
	for _, m := range models {
		for _, how := range [][2]string{{"pytorch", "fp32"}, {"pytorch", "fp16"}, {"torch-compile", "amp-fp16"}, {"tensorrt", "int8"}, {"onnxruntime", "fp16"}, {"openvino", "int8"}} {
			out = append(out, Question{Model: m, Runtime: how[0], Precision: how[1], Mode: catalog.ModeLatency, Batch: 1},
				Question{Model: m, Runtime: how[0], Precision: how[1], Mode: catalog.ModeBatch, Batch: 64})
		}
	}
	return out
}

// everything is every accelerator and processor of the catalogue.
func everything(t *testing.T, e *Evidence) []Hardware {
	t.Helper()
	processors, err := catalog.Processors()
	if err != nil {
		t.Fatal(err)
	}
	parts := append([]Hardware(nil), e.peers...)
	for _, p := range processors {
		parts = append(parts, OfProcessor(p, 4), OfProcessor(p, 0))
	}
	return parts
}

// TestPhysics: no point of an interval beats the peak, the bandwidth or the launches.
func TestPhysics(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	e := shipped(t)
	parts := everything(t, e)
	for _, q := range questions(e) {
		keepsPhysics(t, e, q, parts)
	}
}

// TestPhysicsOfTheCatalogue: nor of any model of the catalogue, with one request and with full
// batches.
func TestPhysicsOfTheCatalogue(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	e := shipped(t)
	models, parts := everyModel(t, e, false), several(t)
	if len(models) < 250 {
		t.Errorf("%d models only", len(models))
	}
	for i, m := range models {
		q := stacks()[i%len(stacks())]
		q.Model = m.Model
		keepsPhysics(t, e, q, parts)
		q.Runtime, q.Precision, q.Mode, q.Batch = "tensorrt", "int8", catalog.ModeBatch, 256
		keepsPhysics(t, e, q, parts[:4])
	}
}

// keepsPhysics holds the predictions of one question on some parts to what the parts can do.
func keepsPhysics(t *testing.T, e *Evidence, q Question, parts []Hardware) {
	t.Helper()
	all, err := e.PredictAll(q, parts)
	if err != nil {
		t.Fatal(err)
	}
	precision := Precision(q.Precision, Runtime(q.Runtime))
	for i, p := range all {
		h := parts[i]
		if !(0 < p.Low && p.Low <= p.Seconds && p.Seconds <= p.High && !math.IsInf(p.High, 0)) {
			t.Fatalf("%s on %s: %g..%g..%g s", q.Model.Name, h.ID, p.Low, p.Seconds, p.High)
		}
		if share := 2e9 * q.Model.GMACs * q.Batch / p.Low / 1e12; h.peak(precision) > 0 && share > h.peak(precision)*1.000001 {
			t.Errorf("%s %s %s on %s: %.3g of %g T/s", q.Model.Name, q.Runtime, q.Precision, h.ID, share, h.peak(precision))
		}
		if moved := cmp.Or(q.Model.ReadM, q.Model.ParamsM) * 1e6 * width(precision) / p.Low / 1e9; h.Kind == "gpu" && h.BandwidthGBs > 0 && moved > h.BandwidthGBs*1.000001 {
			t.Errorf("%s %s on %s: weights at %.3g of %g GB/s", q.Model.Name, q.Runtime, h.ID, moved, h.BandwidthGBs)
		}
		if moved := q.Model.ActivationsM * q.Batch * 1e6 * width(precision) / p.Low / 1e9; h.Kind == "gpu" && h.BandwidthGBs > 0 && moved > h.BandwidthGBs*1.000001 {
			t.Errorf("%s %s on %s: half of its activations at %.3g of %g GB/s", q.Model.Name, q.Runtime, h.ID, moved, h.BandwidthGBs)
		}
		if h.Kind == "gpu" && p.Low < float64(q.Model.Operators)*kernelLaunch {
			t.Errorf("%s on %s: %d kernels in %g s", q.Model.Name, h.ID, q.Model.Operators, p.Low)
		}
	}
}

// TestOrder: a part is not slower than one that it exceeds in every figure, but where
// measurements contradict that themselves.
func TestOrder(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	e := shipped(t)
	parts := everything(t, e)
	pairs := 0
	for _, q := range questions(e) {
		all, err := e.PredictAll(q, parts)
		if err != nil {
			t.Fatal(err)
		}
		precision := Precision(q.Precision, Runtime(q.Runtime))
		sound := rank(parts, precision).witnesses(all)
		for i := range parts {
			for j := range parts {
				if i == j || !parts[i].exceeds(parts[j], precision) || all[i].own && !slices.Contains(sound, i) || all[j].own && !slices.Contains(sound, j) {
					continue
				}
				pairs++
				if all[i].Seconds > all[j].Seconds*1.000001 {
					t.Errorf("%s %s %s × %g: %s takes %.4g s (%s), %s %.4g s (%s)", q.Model.Name, q.Runtime, q.Precision, q.Batch,
						parts[i].ID, all[i].Seconds, all[i].Asked, parts[j].ID, all[j].Seconds, all[j].Asked)
				}
			}
		}
	}
	if pairs < 10000 {
		t.Errorf("%d pairs only", pairs)
	}
}

// TestAloneAsAmongAll: a part asked about alone gets the answer that it gets among all.
func TestAloneAsAmongAll(t *testing.T) {
	e := shipped(t)
	q := questions(e)[2]
	all, err := e.PredictAll(q, e.peers)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(e.peers); i += 17 {
		q.Hardware = e.peers[i]
		one, err := e.Predict(q)
		if err != nil {
			t.Fatal(err)
		}
		if one.Seconds != all[i].Seconds || one.Low != all[i].Low || one.High != all[i].High {
			t.Errorf("%s: alone %g s, among all %g s", q.Hardware.ID, one.Seconds, all[i].Seconds)
		}
		if len(one.Nearest) == 0 || len(one.Sources) == 0 {
			t.Errorf("%s: no sources", q.Hardware.ID)
		}
	}
}
