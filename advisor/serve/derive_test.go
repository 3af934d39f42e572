package serve

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/example"
)

// given values that a caller of Record has in its log.
func recorded(s *Servers, r *Server) *derivation.Log {
	log := &derivation.Log{}
	w := s.offers.Workload
	for name, v := range map[string]float64{
		"bound": w.Latency, "percentile": r.Conditions.Bounds.E2EPercentile, "dispersion": w.Dispersion, "window": w.Window, "balancing": 0,
		"input_tokens": w.LLM.Input.Mid, "output_tokens": w.LLM.Output.Mid, "ttft_bound": w.LLM.TTFT, "tpot_bound": w.LLM.TPOT,
		"service_time": w.Service.Time.Mid, "service_cv": w.Service.CV, "copies": 3, "replicas": 3,
	} {
		log.Given(derivation.Stated(name, name, v, "", "test", ""))
	}
	s.Record(r, log)
	n := Count{N: 3, Copies: "copies", Replicas: "replicas", Kept: "kept"}
	r.RecordSaturation(log, derivation.Figure("saturation_qps", "saturation", r.Saturation(3), "1/s"), n)
	r.RecordSustainable(log, derivation.Figure("capacity_qps", "capacity", r.Sustainable(3), "1/s"), n)
	return log
}

// TestRecordedStepsComputeAgain: each step gives its result from its inputs, for both kinds
// of server, with and without bursts, several replicas among them.
func TestRecordedStepsComputeAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		flags := rapid.SampledFrom([]map[string]string{
			{"qps": "1", "gpu": "a10", "model": "bert-large"}, {"qps": "1", "gpu": "l40s", "model": "resnet50"}, example.Fixed(nil),
			example.Chat(nil), example.Chat(map[string]string{"model": "llama-3.1-8b", "gpu": "l40s", "ttft": "3s", "tpot": "100ms"}),
		}).Draw(t, "flags")
		with := map[string]string{}
		for k, v := range flags {
			with[k] = v
		}
		if rapid.Bool().Draw(t, "bursty") {
			with["burstiness"] = "3@1s"
		}
		s := serversOf(t, with)
		r := s.Of(s.base.Hardware, s.offers.Variants(s.base.Accelerator, false)[0])
		if !r.Serves() {
			t.Skip("nothing serves")
		}
		steps := recorded(s, r).Steps()
		seen := map[string]float64{}
		for _, step := range steps {
			seen[step.Result.Name] = step.Result.Number
			values := map[string]float64{step.Result.Name: step.Result.Number}
			for _, v := range step.Inputs {
				values[v.Name] = v.Number
			}
			formula, want := step.Formula, step.Result.Number
			if formula == "" {
				formula, want = step.Check, 1
			}
			got, err := derivation.Evaluate(formula, values, Functions())
			if err != nil || math.Abs(got-want) > 1e-9*math.Abs(want) {
				t.Errorf("%v: %s = %s gives %v (%v), recorded was %v", with, step.Result.Name, formula, got, err, want)
			}
		}
		if seen["capacity_qps"] != r.Sustainable(3) || seen["saturation_qps"] != r.Saturation(3) {
			t.Errorf("%v: recorded %v of %v, answered %v of %v", with, seen["capacity_qps"], seen["saturation_qps"], r.Sustainable(3), r.Saturation(3))
		}
	})
}

func TestNothingIsRecordedWithoutALog(t *testing.T) {
	s := serversOf(t, example.Fixed(nil))
	r := s.Of(s.base.Hardware, s.offers.Variants(s.base.Accelerator, false)[0])
	var none *derivation.Log
	s.Record(r, none)
	r.RecordSustainable(none, derivation.Value{}, Count{})
	r.RecordResponse(none, Response{}, Count{})
	if none.Recording() {
		t.Error("a nil log records")
	}
}

// TestFunctionsTakeTheirArguments: a formula with another number of them gives no number.
func TestFunctionsTakeTheirArguments(t *testing.T) {
	for name, f := range Functions() {
		if v := f([]float64{1, 2}); !math.IsNaN(v) {
			t.Errorf("%s of two arguments is %v", name, v)
		}
	}
	// 100 ms, one at a time: a half loaded server is busy half of the time.
	args := []float64{0, 0.1, 1, 1, 0, 1, 1, 1, 0, 1, 0, 5}
	if busy := Functions()["busy_at"](args); math.Abs(busy-0.5) > 1e-9 {
		t.Errorf("busy %v, want a half", busy)
	}
	if latency := Functions()["latency_at"](append(args[:11:11], 0, 0.99)); math.Abs(latency-0.1) > 1e-9 {
		t.Errorf("alone %v s, want 0.1", latency)
	}
}
