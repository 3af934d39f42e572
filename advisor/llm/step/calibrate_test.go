package step

import (
	"math"
	"testing"

	"pgregory.net/rapid"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/queue"
)

// deployed is a replica of a model of the catalogue.
func deployed(t interface{ Fatal(...any) }, model, accelerator string, gpus int) llm.Setup {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	m, _ := c.Model(model)
	a, _ := c.Accelerator(accelerator)
	shape, err := llm.ShapeOf(m)
	if err != nil {
		t.Fatal(err)
	}
	return llm.Setup{Shape: shape, Accelerator: a, GPUs: gpus, Precision: "fp16", Engine: "vllm"}
}

func demandOf(rate float64) queue.Load { return queue.Load{Rate: rate} }

func fixed(input, output float64) llm.Lengths {
	return llm.Lengths{Input: llm.Tokens{Mean: input}, Output: llm.Tokens{Mean: output}}
}

// slowed is a machine whose steps take a multiple of the time.
type slowed struct {
	*Clock
	decode, read float64
}

func (s slowed) Prefill(tokens, context float64) float64 {
	return s.read * s.Clock.Prefill(tokens, context)
}
func (s slowed) Decode(batch, context float64) float64 {
	return s.decode * s.Clock.Decode(batch, context)
}

// tested are load tests of a replica as they would come out: one request at a time, a rate at
// which half of it is used, and as much as it takes.
func tested(m open.Machine, l llm.Lengths) []Observation {
	r := open.Replicas{Machine: m, N: 1}.Serve(l)
	most := r.Saturation()
	q := Question{Setup: m.Setup, Count: m.Setup.GPUs, Input: l.Input.Mean, Output: l.Output.Mean}
	alone, half, full := q, q, q
	alone.Concurrency = 1
	half.Load, half.Rate = Open, most/2
	full.Load = Maximum
	one, some := r.At(demandOf(most/1e4)), r.At(demandOf(most/2))
	return []Observation{
		{Question: alone, TTFT: one.MeanTTFT, TPOT: one.MeanTPOT, E2E: one.MeanE2E, QPS: 1 / one.MeanE2E},
		{Question: half, TTFT: some.MeanTTFT, TPOT: some.MeanTPOT, E2E: some.MeanE2E, QPS: most / 2},
		{Question: full, QPS: most},
	}
}

// TestLoadTestsAreReproduced holds that a replica calibrated by its load tests answers as they say.
func TestLoadTestsAreReproduced(t *testing.T) {
	e := Learn()
	rapid.Check(t, func(t *rapid.T) {
		model := rapid.SampledFrom([]string{"llama-3.1-8b", "qwen2.5-7b", "mixtral-8x7b"}).Draw(t, "model")
		gpus := rapid.SampledFrom([]int{2, 4}).Draw(t, "gpus")
		s := deployed(t, model, rapid.SampledFrom([]string{"nvidia-h100-sxm", "nvidia-a100-sxm-80gb"}).Draw(t, "accelerator"), gpus)
		l := fixed(rapid.Float64Range(64, 2000).Draw(t, "input"), rapid.Float64Range(64, 800).Draw(t, "output"))
		before, err := e.Machine(s, l)
		if err != nil {
			t.Fatal(err)
		}
		truth := before
		truth.Timing = slowed{before.Timing.(*Clock), rapid.Float64Range(0.9, 2).Draw(t, "decode"), rapid.Float64Range(0.9, 2).Draw(t, "read")}
		calibrated, err := e.Calibrated(tested(truth, l))
		if err != nil {
			t.Fatal(err)
		}
		after, err := calibrated.Machine(s, l)
		if err != nil {
			t.Fatal(err)
		}
		want, got := open.Replicas{Machine: truth, N: 1}.Serve(l), open.Replicas{Machine: after, N: 1}.Serve(l)
		near := func(what string, a, b, most float64) {
			if !(math.Abs(math.Log(a/b)) <= most) {
				t.Errorf("%s is %.4g, the load test shows %.4g", what, a, b)
			}
		}
		near("saturation", got.Saturation(), want.Saturation(), 0.06)
		one, same := got.At(demandOf(want.Saturation()/1e4)), want.At(demandOf(want.Saturation()/1e4))
		near("TTFT alone", one.MeanTTFT, same.MeanTTFT, 0.15)
		near("TPOT alone", one.MeanTPOT, same.MeanTPOT, 0.3)
		half, some := got.At(demandOf(want.Saturation()/2)), want.At(demandOf(want.Saturation()/2))
		near("TPOT at half of the load", half.MeanTPOT, some.MeanTPOT, 0.2)
		if after.Basis != Measured {
			t.Errorf("the basis is %s", after.Basis)
		}
		if after.SpreadLow < before.SpreadLow-1e-9 && before.Basis == Measured || after.SpreadHigh/after.SpreadLow > before.SpreadHigh/before.SpreadLow+1e-9 {
			t.Errorf("the range went from %.3f..%.3f to %.3f..%.3f", before.SpreadLow, before.SpreadHigh, after.SpreadLow, after.SpreadHigh)
		}
	})
}

// TestLoadTestsCarryElsewhere holds that what a slow replica shows slows its model elsewhere, by
// less, and with a range wider than where it was tested.
func TestLoadTestsCarryElsewhere(t *testing.T) {
	e, l := Learn(), fixed(512, 256)
	here, there := deployed(t, "llama-3.1-8b", "nvidia-a100-sxm-80gb", 1), deployed(t, "llama-3.1-8b", "nvidia-l40s", 1)
	machine := func(e *Evidence, s llm.Setup) (open.Machine, float64) {
		m, err := e.Machine(s, l)
		if err != nil {
			t.Fatal(err)
		}
		return m, open.Replicas{Machine: m, N: 1}.Serve(l).Saturation()
	}
	truth, _ := machine(e, here)
	truth.Timing = slowed{truth.Timing.(*Clock), 1.6, 1.6}
	calibrated, err := e.Calibrated(tested(truth, l))
	if err != nil {
		t.Fatal(err)
	}
	own, _ := machine(calibrated, here)
	_, before := machine(e, there)
	carried, after := machine(calibrated, there)
	if slower := before / after; slower < 1.1 || slower > 1.6 {
		t.Errorf("1.6 times as slow where it was tested is %.2f times as slow elsewhere", slower)
	}
	if carried.Basis == Measured || carried.SpreadHigh/carried.SpreadLow <= own.SpreadHigh/own.SpreadLow {
		t.Errorf("elsewhere: %s, %.3f..%.3f; where it was tested: %.3f..%.3f", carried.Basis, carried.SpreadLow, carried.SpreadHigh, own.SpreadLow, own.SpreadHigh)
	}
}

func TestLoadTestsWithoutTimes(t *testing.T) {
	q := Question{Setup: deployed(t, "llama-3.1-8b", "nvidia-l4", 1), Count: 1, Concurrency: 4, Input: 100, Output: 100}
	for _, all := range [][]Observation{nil, {{Question: q}}} {
		if _, err := Learn().Calibrated(all); err == nil {
			t.Errorf("%v calibrate", all)
		}
	}
	if Learn().Tests() != "" {
		t.Error("what ships has load tests")
	}
}
