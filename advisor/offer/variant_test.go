package offer

import (
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/unit"
)

func words(all []Variant) []string {
	var out []string
	for _, v := range all {
		out = append(out, strings.TrimSpace(v.Precision+" "+strings.Join(v.Optimizations, "+")))
	}
	slices.Sort(out)
	return out
}

func TestVariantsOfALanguageModel(t *testing.T) {
	for _, c := range []struct {
		more map[string]string
		want []string
	}{
		{nil, []string{"fp16 fp8-kv", "fp8 fp8", "fp8 fp8+fp8-kv"}},
		{map[string]string{"kv_precision": "fp8"}, []string{"fp8 fp8"}},
		{map[string]string{"gpu": "a100"}, nil},
		{map[string]string{"gpu": "a100", "allow_optimization": "int4"}, []string{"int4 int4"}},
		{map[string]string{"gpu": "a100", "allow_optimization": "speculative-decoding"}, []string{"fp16 speculative-decoding"}},
		{map[string]string{"model": "deepseek-r1", "gpu": "h200", "gpus_per_replica": "8"}, []string{"fp8 fp8-kv"}},
	} {
		o := offersOf(t, example.Chat(c.more))
		if got := words(o.Variants(o.Starts[0].Accelerator, true)); !slices.Equal(got, c.want) {
			t.Errorf("%v: %q, want %q", c.more, got, c.want)
		}
	}
}

// TestVariantsOfAClassicModel: the baseline is the most precise class that was measured, or
// today's; what is below it counts as optimized.
func TestVariantsOfAClassicModel(t *testing.T) {
	for _, c := range []struct {
		flags           map[string]string
		plain, optimize []string
	}{
		{map[string]string{"model": "bert-large", "gpu": "a10", "runtime": "mlperf"}, []string{"fp16"}, []string{"int8 int8"}},
		{map[string]string{"model": "bert-large", "gpu": "a10", "precision": "int8", "runtime": "mlperf"}, []string{"int8"}, nil},
		{map[string]string{"service_time": "9ms", "gpu": "a10"}, []string{""}, nil},
		{map[string]string{"service_time": "9ms", "gpu": "a10", "precision": "fp32", "allow_optimization": "int8"}, []string{"fp32"}, []string{"int8 int8"}},
		{map[string]string{"service_time": "9ms", "gpu": "a10", "precision": "int8", "allow_optimization": "int8"}, []string{"int8"}, nil},
	} {
		c.flags["qps"] = "1"
		o := offersOf(t, c.flags)
		a := o.Starts[0].Accelerator
		if got := words(o.Variants(a, false)); !slices.Equal(got, c.plain) {
			t.Errorf("%v: plain %q, want %q", c.flags, got, c.plain)
		}
		if got := words(o.Variants(a, true)); !slices.Equal(got, c.optimize) {
			t.Errorf("%v: optimized %q, want %q", c.flags, got, c.optimize)
		}
		if got := o.BaselinePrecision(a); got != c.plain[0] {
			t.Errorf("%v: baseline %q, want %q", c.flags, got, c.plain[0])
		}
	}
}

// TestVariantsAreOfOneClass: plain variants stand in the baseline class, optimized ones below
// it or with an optimization, and each key finds its variant.
func TestVariantsAreOfOneClass(t *testing.T) {
	for _, flags := range []map[string]string{
		{"qps": "1", "model": "bert-large", "runtime": "mlperf"}, {"qps": "1", "model": "resnet50", "allow_optimization": "int8", "runtime": "mlperf"}, example.Chat(nil),
	} {
		o := offersOf(t, flags)
		for _, h := range o.Choices() {
			for _, v := range o.Variants(h.Accelerator, false) {
				if ranks[v.Precision] != o.Baseline || v.Optimized() || v.Gain != unit.Exact(1) || v.Demand != 1 {
					t.Errorf("%v on %s: %+v is not plain", flags, h.Accelerator.ID, v)
				}
			}
			for _, v := range o.Variants(h.Accelerator, true) {
				if ranks[v.Precision] > o.Baseline || !v.Optimized() || !slices.IsSorted(v.Optimizations) {
					t.Errorf("%v on %s: %+v is not optimized", flags, h.Accelerator.ID, v)
				}
				if found, ok := o.Variant(h.Accelerator, v.Key()); !ok || found.Key() != v.Key() {
					t.Errorf("%s: %q finds %+v", h.Accelerator.ID, v.Key(), found)
				}
			}
		}
		if _, ok := o.Variant(o.Choices()[0].Accelerator, "fp64+nothing"); ok {
			t.Error("a variant of no precision is found")
		}
	}
}

// TestGainsMultiply: two optimizations of 1.2 to 2 and 1.5 exactly, and one that answers a
// third of the requests elsewhere.
func TestGainsMultiply(t *testing.T) {
	v := plain("fp16").
		with(catalog.Optimization{ID: "a", Throughput: unit.Interval{Low: 1.2, Mid: 1.5, High: 2}}).
		with(catalog.Optimization{ID: "b", Throughput: unit.Exact(1.5)}).
		with(catalog.Optimization{ID: "c", DemandFactor: unit.Exact(2. / 3)}).
		with(catalog.Optimization{ID: "d", TokensPerStep: unit.Exact(2.5)})
	if v.Gain.Low < 1.7999 || v.Gain.Low > 1.8001 || v.Gain.Mid != 2.25 || v.Gain.High != 3 || v.Demand != 2./3 || v.Accepted != 2.5 {
		t.Errorf("%+v", v)
	}
	if v.Key() != "fp16+a+b+c+d" || !v.applies("c") || v.applies("e") {
		t.Errorf("key %q", v.Key())
	}
}

func TestComputes(t *testing.T) {
	old := catalog.Accelerator{}
	for _, p := range []string{"fp8", "int8", "fp4"} {
		if Computes(old, p) || !Computes(catalog.Accelerator{FP8TFLOPS: 1, INT8TOPS: 1, FP4TFLOPS: 1}, p) {
			t.Errorf("%s goes by the rate that the accelerator has", p)
		}
	}
	if !Computes(old, "fp16") || !Computes(old, "") {
		t.Error("half precision runs everywhere")
	}
}

// TestNotAdmitted: what is there already, or cannot be, is not proposed.
func TestNotAdmitted(t *testing.T) {
	o := offersOf(t, map[string]string{"qps": "1", "model": "bert-large", "gpu": "a10"})
	a := o.Starts[0].Accelerator
	plain, batched := o.NotAdmitted(a, 1), o.NotAdmitted(a, 8)
	for _, id := range batched {
		if one, _ := o.Catalog.Optimization(id); one.Kind == "batching" || !one.Applies(o.Model.Kind) || ranks[id] > o.Baseline {
			t.Errorf("%s is proposed for a service that has it, or cannot", id)
		}
	}
	if !slices.IsSorted(plain) || len(plain) < len(batched) || len(batched) == 0 {
		t.Errorf("%q without batches, %q with", plain, batched)
	}
	allowed := offersOf(t, map[string]string{"qps": "1", "model": "bert-large", "gpu": "a10", "allow_optimization": "compilation"})
	if slices.Contains(allowed.NotAdmitted(a, 8), "compilation") {
		t.Error("what --allow-optimization names is still called not admitted")
	}
}
