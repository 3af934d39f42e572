package step

import (
	"math"
	"testing"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/queue"
)

// measuredKnee is a load test at rising rates: the rate that was reached and the mean time to
// the first token there (llm-d-benchmark, ShareGPT through LMBench, May 2025; nm-vllm nightly,
// May to June 2024).
type measuredKnee struct {
	model, accelerator, precision string
	gpus, replicas                int
	l                             llm.Lengths
	rates, first                  []float64 // 1/s, s
	leastLoaded                   bool
}

var measuredKnees = []measuredKnee{
	{
		"llama-3.1-70b", "nvidia-a100-sxm-80gb", "bf16", 2, 1, llm.Lengths{Input: llm.Tokens{Mean: 1146}, Output: llm.Tokens{Mean: 218}},
		[]float64{0.492, 0.655, 0.812, 0.934, 1.012}, []float64{0.389, 0.394, 0.462, 1.487, 4.611}, false,
	},
	{
		"llama-3.1-70b", "nvidia-a100-sxm-80gb", "bf16", 2, 2, llm.Lengths{Input: llm.Tokens{Mean: 1146}, Output: llm.Tokens{Mean: 218}},
		[]float64{0.492, 0.950, 1.341, 1.673, 1.936, 1.997}, []float64{0.340, 0.324, 0.326, 0.370, 0.604, 3.592}, false,
	},
}

// knee is where the time to the first token is twice that at the lowest rate, its logarithm
// taken as linear between two rates.
func (k measuredKnee) knee() float64 {
	twice := 2 * k.first[0]
	for i := 1; i < len(k.rates); i++ {
		if a, b := k.first[i-1], k.first[i]; b >= twice {
			return k.rates[i-1] + (k.rates[i]-k.rates[i-1])*math.Log(twice/a)/math.Log(b/a)
		}
	}
	return math.Inf(1)
}

func (k measuredKnee) serve(t *testing.T) open.Serving {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	model, known := c.Model(k.model)
	accelerator, listed := c.Accelerator(k.accelerator)
	if !known || !listed {
		t.Fatalf("%s or %s is not in the catalog", k.model, k.accelerator)
	}
	shape, err := llm.ShapeOf(model)
	if err != nil {
		t.Fatal(err)
	}
	setup := llm.Setup{Shape: shape, Accelerator: accelerator, GPUs: k.gpus, Precision: k.precision, KVPrecision: "fp16", Engine: "vllm"}
	m, err := Learn().Machine(setup, k.l)
	if err != nil {
		t.Fatal(err)
	}
	return open.Replicas{Machine: m, N: k.replicas, LeastLoaded: k.leastLoaded}.Serve(k.l)
}

// TestMeasuredKnees: the rate of the knee within a fifth.
func TestMeasuredKnees(t *testing.T) {
	for _, k := range measuredKnees {
		got, want := k.serve(t).Knee(queue.Load{}), k.knee()
		t.Logf("%s on %d × %d %s: knee at %.3g/s, measured %.3g/s", k.model, k.replicas, k.gpus, k.accelerator, got, want)
		if math.Abs(got/want-1) > 0.2 {
			t.Errorf("%s on %d × %d %s: knee at %.3g/s, measured %.3g/s", k.model, k.replicas, k.gpus, k.accelerator, got, want)
		}
	}
}

// TestMeasuredSaturation: a load test of the same lengths as vLLM's sample of ShareGPT, of
// which the time to the first token was 0.12 s at 1/s and 59 s at 2.5/s.
func TestMeasuredSaturation(t *testing.T) {
	s := measuredKnee{
		model: "llama-2-7b", accelerator: "nvidia-a10g", precision: "fp16", gpus: 1, replicas: 1,
		l: llm.Lengths{Input: llm.Tokens{Mean: 220, CV: 1.3}, Output: llm.Tokens{Mean: 200, CV: 1.2}},
	}.serve(t)
	low := s.At(queue.Load{Rate: 1})
	if v := low.MeanTTFT; v < 0.6*0.122 || v > 1.4*0.122 {
		t.Errorf("TTFT at 1/s: %g s, measured 0.122", v)
	}
	if v := low.MeanTPOT; v < 0.75*0.040 || v > 1.25*0.040 {
		t.Errorf("TPOT at 1/s: %g s, measured 0.040", v)
	}
	if knee := s.Knee(queue.Load{}); knee < 1*0.8 || knee > 2.5*1.2 {
		t.Errorf("knee at %.3g/s, measured between 1/s and 2.5/s", knee)
	}
}

// TestOfferedKnee: the same load test with arrivals evenly spaced, through a router that looks at the replicas.
// Even arrivals hardly queue, so the knee lies nearer to saturation than that of Poisson arrivals.
func TestOfferedKnee(t *testing.T) {
	k := measuredKnees[1]
	k.leastLoaded = true
	s := k.serve(t)
	got, want := s.Knee(queue.Load{Dispersion: 0.05, Window: 1}), k.knee()
	if math.Abs(got/want-1) > 0.1 {
		t.Errorf("knee at %.3g/s, measured %.3g/s", got, want)
	}
}

// TestPreemptedSaturation: offered 1.5/s a replica, with little memory beside the weights, these serve 1.0/s.
func TestPreemptedSaturation(t *testing.T) {
	for _, k := range measuredKnees {
		if got, want := k.serve(t).Saturation(), k.rates[len(k.rates)-1]; math.Abs(got/want-1) > 0.03 {
			t.Errorf("%d replicas saturate at %.3g/s, measured %.3g/s", k.replicas, got, want)
		}
	}
}
