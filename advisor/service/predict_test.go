package service

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"scaleadvise/advisor/catalog"
)

// someQuery draws hardware and a task, known or not.
func someQuery(t *rapid.T, e *Evidence) Query {
	var names []string
	for _, a := range e.catalog.Accelerators() {
		names = append(names, a.ID)
	}
	names = append(names, "NVIDIA Jetson AGX Orin", "NVIDIA RTX 9000 Imaginary", "Qualcomm Cloud AI 100 PCIe/HHHL Pro")
	models := append(e.catalog.MeasuredModels(), "bert-99", "vit-b-16", "bert-base")
	return Query{
		Accelerator: rapid.SampledFrom(names).Draw(t, "accelerator"),
		Model:       rapid.SampledFrom(models).Draw(t, "model"),
		Precision:   rapid.SampledFrom([]string{"", "int8", "fp16"}).Draw(t, "precision"),
		Count:       rapid.IntRange(0, 16).Draw(t, "count"),
	}
}

func finite(v ...float64) bool {
	return !slices.ContainsFunc(v, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) || x < 0 })
}

// TestNoPredictionExceedsTheRoofline, and every one is finite, ordered and repeatable.
func TestNoPredictionExceedsTheRoofline(t *testing.T) {
	e := Learn(embedded(t))
	rapid.Check(t, func(t *rapid.T) {
		q := someQuery(t, e)
		x, err := e.Saturated(q)
		if err != nil {
			return
		}
		if !finite(x.Value, x.Low, x.High) || x.Value == 0 || x.Low > x.Value || x.High < x.Value {
			t.Fatalf("%+v", x)
		}
		again, _ := e.Saturated(q)
		if again.Value != x.Value || again.Low != x.Low || again.High != x.High {
			t.Fatalf("%+v, then %+v", x, again)
		}
		id, task, _ := e.names(q)
		if limit := e.limit(id, task, q.Precision) * float64(max(q.Count, 1)); x.Basis != Measured && x.Value > limit*(1+1e-12) {
			t.Fatalf("%v is above the roofline %v", x.Value, limit)
		}
	})
}

// TestUncontradictedRoofline: for a model without measurements the limit is peak over work.
func TestUncontradictedRoofline(t *testing.T) {
	e := Learn(embedded(t))
	got, err := e.Saturated(Query{Accelerator: "nvidia-a10", Model: "vit-b-16", Precision: "fp16"})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := e.catalog.Accelerator("nvidia-a10")
	m, _ := e.catalog.Model("vit-b-16")
	if got.Basis != Roofline || got.High > a.FP16TFLOPS*1e3/m.GFLOPs {
		t.Errorf("%+v exceeds %v", got, a.FP16TFLOPS*1e3/m.GFLOPs)
	}
}

// TestServerRateRisesWithTheBound and stays between nothing and saturation.
func TestServerRateRisesWithTheBound(t *testing.T) {
	e := Learn(embedded(t))
	rapid.Check(t, func(t *rapid.T) {
		q := someQuery(t, e)
		q.MaxQPS = rapid.Float64Range(0.1, 1e6).Draw(t, "saturation")
		q.Percentile = rapid.SampledFrom([]float64{0, 0.5, 0.9, 0.99, 0.999}).Draw(t, "percentile")
		q.Bound = math.Exp(rapid.Float64Range(-9, 4).Draw(t, "ln bound"))
		first, err := e.ServerRate(q)
		if err != nil {
			t.Fatal(err)
		}
		q.Bound *= rapid.Float64Range(1, 10).Draw(t, "wider")
		second, err := e.ServerRate(q)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []Estimate{first, second} {
			if !finite(s.Value, s.Low, s.High) || s.Low > s.Value || s.High < s.Value || s.High > q.MaxQPS*(1+1e-12) {
				t.Fatalf("%+v of %v", s, q.MaxQPS)
			}
		}
		if second.Value < first.Value*(1-1e-12) {
			t.Fatalf("a wider bound sustains %v, a tighter one %v", second.Value, first.Value)
		}
	})
}

func TestServerRateNeedsABound(t *testing.T) {
	e := Learn(embedded(t))
	if _, err := e.ServerRate(Query{Accelerator: "nvidia-a10", MaxQPS: 100}); err == nil {
		t.Error("no error without a bound")
	}
	slow, err := e.ServerRate(Query{Accelerator: "nvidia-a10", Model: "resnet50", MaxQPS: 100, Alone: 0.2, Bound: 0.1})
	if err != nil || slow.Value != 0 {
		t.Errorf("slower alone than the bound: %+v, %v", slow, err)
	}
}

// TestStarvedOfMemory: weights beyond the memory are refused, not extrapolated.
func TestStarvedOfMemory(t *testing.T) {
	_, err := Learn(embedded(t)).Saturated(Query{Accelerator: "nvidia-l40s", Model: "llama-2-70b", Precision: "fp16"})
	if err == nil || !strings.Contains(err.Error(), "does not fit") {
		t.Errorf("70B on 48 GB: %v", err)
	}
}

// TestOwnModelCarriedOver: a measurement on one accelerator is met there, and ordered as
// the benchmarks order the hardware elsewhere.
func TestOwnModelCarriedOver(t *testing.T) {
	e := Learn(embedded(t))
	own := []Own{{Accelerator: "t4", QPS: 850, Alone: 0.009}}
	rate := map[string]Estimate{}
	for _, id := range []string{"nvidia-t4", "nvidia-a10", "nvidia-h100-sxm"} {
		x, err := e.Saturated(Query{Accelerator: id, Own: own, Precision: "int8"})
		if err != nil {
			t.Fatal(err)
		}
		rate[id] = x
	}
	if got := rate["nvidia-t4"].Value; math.Abs(got/850-1) > 0.1 {
		t.Errorf("on the accelerator it was measured on: %v, not 850", got)
	}
	if a, h := rate["nvidia-a10"], rate["nvidia-h100-sxm"]; !(a.Value > 850 && h.Value > 3*a.Value && a.High/a.Low > 1.2) {
		t.Errorf("a10 %+v, h100 %+v", a, h)
	}
	m, err := e.FromTransfer(Query{Accelerator: "nvidia-a10", Own: own, Precision: "int8", Bound: 0.1}, 1)
	if err != nil || m.Basis != Transferred || !(m.Alone() > 0.001 && m.Alone() < 0.02) {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestTransferNamesItself(t *testing.T) {
	e := Learn(embedded(t)).Without("nvidia-a10", "bert-large")
	m, err := e.FromTransfer(Query{Accelerator: "a10", Model: "bert-large", Precision: "int8"}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if m.Basis != Transferred || m.SpreadLow >= 1 || m.SpreadHigh <= 1 || len(m.Sources) == 0 || len(m.Warnings) == 0 {
		t.Errorf("%+v", m)
	}
	known, _ := FromMeasured(embedded(t), "nvidia-a10", "bert-large", "int8", 2)
	if r := m.Saturation() / known.Saturation(); r < 0.7 || r > 1.4 {
		t.Errorf("carried over %v, measured %v", m.Saturation(), known.Saturation())
	}
	if _, ok := e.FromMeasured("nvidia-a10", "bert-large", "int8", 1); ok {
		t.Error("a hidden pair was found")
	}
}

// TestOverlaidCatalogueTeachesTheSame: gathering anew gives what the shipped tables hold.
func TestOverlaidCatalogueTeachesTheSame(t *testing.T) {
	e := Learn(embedded(t))
	overlaid, err := embedded(t).Overlay(context.Background(), fstest.MapFS{"accelerators.csv": {Data: []byte("id,notes\nnvidia-t4,ours\n")}})
	if err != nil {
		t.Fatal(err)
	}
	anew := Learn(overlaid)
	q := Query{Accelerator: "nvidia-l4", Model: "rnnt"}
	a, _ := e.Saturated(q)
	b, _ := anew.Saturated(q)
	if math.Abs(a.Value/b.Value-1) > 1e-3 {
		t.Errorf("%v, and anew %v", a.Value, b.Value)
	}
}

func BenchmarkLearnAndTransfer(b *testing.B) {
	e := Learn(embedded(b))
	for b.Loop() {
		if _, err := e.FromTransfer(Query{Accelerator: "nvidia-l4", Model: "rnnt"}, 1); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadShipped(b *testing.B) {
	c := embedded(b)
	for b.Loop() {
		e := evidenceOf(c)
		cells, err := catalog.Unpack("cells.tsv", cellsPacked)
		if err != nil {
			b.Fatal(err)
		}
		if err := e.read(cells); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkServerRate(b *testing.B) {
	e := Learn(embedded(b))
	for b.Loop() {
		if _, err := e.ServerRate(Query{Accelerator: "nvidia-a10", Model: "resnet50", MaxQPS: 13000, Bound: 0.015}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMeasuredModel(b *testing.B) {
	e := Learn(embedded(b))
	for b.Loop() {
		if _, ok := e.FromMeasured("nvidia-a10", "resnet-50", "int8", 1); !ok {
			b.Fatal("not measured")
		}
	}
}

func BenchmarkTransferredBatches(b *testing.B) {
	e := Learn(embedded(b))
	for b.Loop() {
		if _, err := e.FromTransfer(Query{Accelerator: "nvidia-v100-pcie-16gb", Model: "resnet-50", Precision: "int8"}, 1); err != nil {
			b.Fatal(err)
		}
	}
}
