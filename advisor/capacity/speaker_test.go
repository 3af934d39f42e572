package capacity

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/candidate"
)

func TestWhatHardwareAndEnginesCannotRun(t *testing.T) {
	for _, c := range []struct {
		more map[string]string
		want string
	}{
		{map[string]string{"gpu": "a100", "precision": "fp8"}, candidate.CannotRun},
		{map[string]string{"gpu": "h100", "precision": "fp4"}, candidate.CannotRun},
		{map[string]string{"gpu": "mi300x", "engine": "trtllm"}, candidate.CannotRun},
		{map[string]string{"gpu": "h100", "gpus_per_replica": "1"}, candidate.Memory},
		{map[string]string{"gpu": "l4"}, candidate.SlowAlone},
		{map[string]string{"gpu": "h100", "precision": "fp8", "ttft": "2s", "tpot": "100ms"}, ""},
	} {
		got := ""
		if e := spaceOf(t, talk(c.more)).Sustained().Excuse; e != nil {
			got = e.Code
		}
		if got != c.want {
			t.Errorf("%v: excuse %q, want %q", c.more, got, c.want)
		}
	}
}

// What is missing is never cut off at nothing: it is what the weights, a step and one request
// need beyond what there is.
func TestWhatIsMissing(t *testing.T) {
	m := spaceOf(t, talk(map[string]string{"gpus_per_replica": "1"})).Sustained().Memory
	if m.Fits || !(m.KVCache < 0) || !(m.Deficit > -m.KVCache) || math.Abs(m.Usable-m.Weights-m.Activations-m.KVCache) > 1e-9 {
		t.Errorf("%+v", m)
	}
}

// What is sustained keeps the bounds, has a steady state, and so does less; a curve is of one
// deployment, so that nothing on it becomes quicker as the load grows.
func TestSustainedRatesKeepTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := talk(map[string]string{
			"model": rapid.SampledFrom([]string{"llama-3.1-8b", "llama-3.1-70b", "qwen3-32b"}).Draw(t, "model"), "gpu": rapid.SampledFrom([]string{"h100", "h200", "b200"}).Draw(t, "gpu"),
			"input_tokens": rapid.SampledFrom([]string{"64", "1024", "300/900/2000"}).Draw(t, "in"), "output_tokens": rapid.SampledFrom([]string{"2", "100", "600"}).Draw(t, "out"),
			"ttft": rapid.SampledFrom([]string{"400ms", "2s"}).Draw(t, "ttft"), "tpot": rapid.SampledFrom([]string{"20ms", "50ms"}).Draw(t, "tpot"),
			"replicas":  rapid.SampledFrom([]string{"1", "3"}).Draw(t, "replicas"),
			"balancing": rapid.SampledFrom([]string{"random", "least-loaded"}).Draw(t, "balancing"),
		})
		s := spaceOf(t, f)
		limit := s.Sustained().QPS
		if limit == 0 {
			t.Skip("nothing is sustained")
		}
		for _, share := range []float64{0.3, 0.6, 0.8, 1} {
			r, ok := s.Respond(share * limit)
			if w := s.Workload.LLM; !ok || !r.Stable || r.TTFT > w.TTFT*1.001 || r.TPOT > w.TPOT*1.001 {
				t.Errorf("at %g of %g/s: stable %v, TTFT %g of %g, TPOT %g of %g", share, limit, r.Stable, r.TTFT, w.TTFT, r.TPOT, w.TPOT)
			}
		}
		if f["output_tokens"] == "2" {
			return // the tail of so few steps is known to a few tenths only, and may fall
		}
		last := 0.0
		for _, p := range s.Curve() {
			if p.TTFT < 0.9*last {
				t.Errorf("the first token comes after %g s at %g/s and after %g s at less", p.TTFT, p.QPS, last)
			}
			last = p.TTFT
		}
	})
}

func TestWithoutABoundAlmostSaturationIsSustained(t *testing.T) {
	f := talk(nil)
	delete(f, "ttft")
	delete(f, "tpot")
	s := spaceOf(t, f)
	found := s.Sustained()
	r, _ := s.Respond(found.QPS)
	if !r.Stable || !(found.QPS < found.Saturation) || found.QPS < 0.95*found.Saturation {
		t.Errorf("%g/s of %g/s, stable %v", found.QPS, found.Saturation, r.Stable)
	}
}

// Nobody said on which instances today's replicas run, so they are taken to run on the
// cheapest on which they hold.
func TestTodayRunsOnTheCheapestInstances(t *testing.T) {
	s := spaceOf(t, talk(map[string]string{"qps": "1", "gpus_per_replica": "4", "replicas": "4", "precision": "fp8"}))
	today, excuse := s.At(Demand{Peak: 1, Mean: 1})
	if excuse != nil {
		t.Fatal(excuse.Text)
	}
	for _, o := range s.hosting(s.Base.Hardware) {
		if o.cost(4) < today.CostPerMonth-1e-6 {
			t.Errorf("today costs %g, on %s it would cost %g", today.CostPerMonth, o.Type, o.cost(4))
		}
	}
}
