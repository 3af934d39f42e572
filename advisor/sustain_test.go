package advisor_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/workload"
)

func sustain(t example.T, c *catalog.Catalog, flags map[string]string) *advice.Capacity {
	t.Helper()
	a, err := advisor.Capacity(context.Background(), advisor.Input{Workload: example.Workload(t, flags), Catalog: c}, advisor.Options{Now: clock, Seed: 1})
	if err != nil {
		t.Fatalf("capacity of %v: %v", flags, err)
	}
	return a
}

func close(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6*math.Abs(want) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// TestMM1 holds the numbers against the closed form (Kleinrock, Queueing Systems I,
// §3.2): with servers of rate μ and load ρ = λ/μ, P(sojourn > t) = e^(−μ(1−ρ)t) and
// P(wait > t) = ρ·e^(−μ(1−ρ)t).
func TestMM1(t *testing.T) {
	c := example.Catalog(t)
	for _, qps := range []string{"1", "5", "8", "9.5"} {
		a := sustain(t, c, map[string]string{"service_time": "100ms", "service_cv": "1", "qps": qps, "p99": "3s"})
		rho := a.Point.QPS / 10
		rest := 10 * (1 - rho)
		close(t, qps+"/s: p50", a.Point.P50, math.Log(2)/rest)
		close(t, qps+"/s: p95", a.Point.P95, math.Log(20)/rest)
		close(t, qps+"/s: p99", a.Point.P99, math.Log(100)/rest)
		close(t, qps+"/s: p99 of the wait", a.Point.WaitP99, math.Log(100*rho)/rest)
		close(t, qps+"/s: probability of a wait", a.Point.PWait, rho)
		close(t, qps+"/s: busy", a.Point.Busy, rho)
		// p99 is 3 s where μ − λ is ln(100)/3.
		close(t, "sustainable", a.SustainableQPS, 10-math.Log(100)/3)
		close(t, "saturation", a.SaturationQPS, 10)
		close(t, "utilization", a.Point.Utilization, a.Point.QPS/a.SustainableQPS)
	}
}

func TestWaitOfTheKnownExample(t *testing.T) {
	a := sustain(t, example.Catalog(t), map[string]string{"service_time": "100ms", "service_cv": "1", "qps": "8"})
	if got := 1e3 * a.Point.WaitP99; math.Abs(got-2191.01) > 0.01 {
		t.Errorf("p99 of the wait is %.2f ms, want 2191.01 ms", got)
	}
}

// TestErlang: two servers in parallel wait with probability 2ρ²/(1+ρ) (Erlang C).
func TestErlang(t *testing.T) {
	a := sustain(t, example.Catalog(t), map[string]string{"service_time": "100ms", "service_cv": "1", "concurrency": "2", "qps": "12", "p99": "2s"})
	rho := 0.6
	close(t, "probability of a wait", a.Point.PWait, 2*rho*rho/(1+rho))
	close(t, "saturation", a.SaturationQPS, 20)
}

func TestVerdicts(t *testing.T) {
	c := example.Catalog(t)
	for _, tt := range []struct {
		name    string
		flags   map[string]string
		want    advice.Verdict
		excuse  string
		served  bool
		asked   bool
		assumed bool
	}{
		{"no load", map[string]string{"gpu": "a10", "model": "bert-large"}, advice.Sustains, "", true, false, true},
		{"a load that holds", map[string]string{"gpu": "a10", "model": "bert-large", "qps": "50", "p99": "200ms"}, advice.Holds, "", true, true, false},
		{"no requests at all", map[string]string{"gpu": "a10", "model": "bert-large", "qps": "0.001"}, advice.Holds, "", true, true, true},
		{"beyond the bound", map[string]string{"service_time": "10ms", "service_cv": "1", "qps": "95", "p99": "100ms"}, advice.Unmet, "throughput", true, true, false},
		{"beyond saturation", map[string]string{"service_time": "10ms", "qps": "100", "p99": "100ms"}, advice.Unstable, "unstable", true, true, false},
		{"slow alone", map[string]string{"service_time": "2s", "p99": "1s"}, advice.Unmet, "slow-alone", true, false, false},
		{"larger than the memory", map[string]string{"gpu": "t4", "model": "dlrm-dcnv2"}, advice.TooLarge, "memory", false, false, true},
		{"a precision nobody measured", map[string]string{"gpu": "t4", "model": "bert-large", "precision": "fp32", "runtime": "mlperf"}, advice.Unknown, "unknown", false, false, true},
	} {
		a := sustain(t, c, tt.flags)
		code := ""
		if a.Excuse != nil {
			code = a.Excuse.Code
		}
		if a.Verdict != tt.want || code != tt.excuse || a.Served != tt.served || a.Asked != tt.asked || a.SLOAssumed != tt.assumed {
			t.Errorf("%s: verdict %s, excuse %q, served %v, asked %v, assumed %v", tt.name, a.Verdict, code, a.Served, a.Asked, a.SLOAssumed)
		}
		if (a.Memory.Deficit > 0) != (tt.want == advice.TooLarge) || a.Memory.Fits == (tt.want == advice.TooLarge) {
			t.Errorf("%s: memory %+v", tt.name, a.Memory)
		}
	}
}

func TestCapacityNeedsHardwareOrService(t *testing.T) {
	c := example.Catalog(t)
	for _, flags := range []map[string]string{{}, {"model": "bert-large"}, {"model": "bert-large", "qps": "5"}} {
		_, err := advisor.Capacity(context.Background(), advisor.Input{Workload: example.Workload(t, flags), Catalog: c}, advisor.Options{Now: clock})
		if err == nil || !strings.Contains(err.Error(), "--gpu") || !strings.Contains(err.Error(), "--service-time") {
			t.Errorf("%v: error %v names no remedy", flags, err)
		}
	}
	if a := sustain(t, c, map[string]string{"measured": "t4:850/s,9ms"}); a.Accelerator != "nvidia-t4" || math.Abs(a.SaturationQPS-850) > 1e-6 {
		t.Errorf("measured on a T4: %q saturates at %v", a.Accelerator, a.SaturationQPS)
	}
	if a := sustain(t, c, map[string]string{"service_time": "9ms"}); a.Accelerator != "" || a.Memory.Known {
		t.Errorf("without hardware there is %q with memory %+v", a.Accelerator, a.Memory)
	}
}

func TestReplicasShareTheLoad(t *testing.T) {
	c := example.Catalog(t)
	one := sustain(t, c, map[string]string{"gpu": "a10", "model": "bert-large"})
	four := sustain(t, c, map[string]string{"gpu": "a10", "model": "bert-large", "replicas": "4"})
	close(t, "four replicas", four.SustainableQPS, 4*one.SustainableQPS)
	close(t, "saturation of four", four.SaturationQPS, 4*one.SaturationQPS)
	close(t, "p99 at the limit", four.Point.P99, one.Point.P99)
}

func TestScalingWords(t *testing.T) {
	c := example.Catalog(t)
	set := ruleSet(t)
	for want, law := range map[string]func(n float64) float64{
		"linear":     func(n float64) float64 { return 50 * n },
		"contention": func(n float64) float64 { return 50 * n / (1 + 0.05*(n-1)) },
		"retrograde": func(n float64) float64 { return 50 * n / (1 + 0.02*(n-1) + 0.001*n*(n-1)) },
	} {
		w := example.Workload(t, map[string]string{"p99": "1s"})
		for n := 1.0; n <= 32; n *= 2 {
			w.Service.Scaling = append(w.Service.Scaling, workload.ScalePoint{N: n, QPS: law(n)})
		}
		a, err := advisor.Capacity(context.Background(), advisor.Input{Workload: w, Catalog: c, Rules: set}, advisor.Options{Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		if s := a.Scaling; s == nil || s.Verdict != want || s.R2 < 0.999 {
			t.Errorf("%s: %+v", want, s)
		}
	}
	if a := sustain(t, c, map[string]string{"service_time": "9ms"}); a.Scaling != nil {
		t.Error("a law without data")
	}
}

// TestLawsOfCapacity: over hardware, models, bounds, arrivals and balancing.
func TestLawsOfCapacity(t *testing.T) {
	c := example.Catalog(t)
	for _, f := range deployments() {
		a := sustain(t, c, f)
		if !a.Served {
			t.Fatalf("%v: nothing serves", f)
		}
		if !(a.SustainableQPS <= a.SaturationQPS && a.LowQPS <= a.SustainableQPS && a.SustainableQPS <= a.HighQPS) {
			t.Errorf("%v: sustains %v in %v..%v, saturates at %v", f, a.SustainableQPS, a.LowQPS, a.HighQPS, a.SaturationQPS)
		}
		if a.Point.QPS != a.SustainableQPS || a.SustainableQPS > 0 && (!a.Point.Stable || a.Point.P99 > a.Workload.LatencySeconds*(1+1e-6)) {
			t.Errorf("%v: p99 %v at the %v/s it sustains", f, a.Point.P99, a.SustainableQPS)
		}
		risingCurve(t, f, a)
	}
}

// TestTheLoadDecides: half of what is sustained holds, what is between it and saturation
// is not met, what is beyond has no steady state.
func TestTheLoadDecides(t *testing.T) {
	c := example.Catalog(t)
	for _, f := range deployments() {
		a := sustain(t, c, f)
		if a.SustainableQPS == 0 {
			continue
		}
		for rate, want := range map[float64]advice.Verdict{
			a.SustainableQPS / 2:                     advice.Holds,
			a.SustainableQPS:                         advice.Holds,
			(a.SustainableQPS + a.SaturationQPS) / 2: advice.Unmet,
			a.SaturationQPS * (1 + 1e-9):             advice.Unstable, // replicas times the rate of one is rounded
			a.SaturationQPS * 1.5:                    advice.Unstable,
		} {
			f["qps"] = format(rate)
			if at := sustain(t, c, f); at.Verdict != want || at.SustainableQPS != a.SustainableQPS {
				t.Errorf("%v: %s, want %s", f, at.Verdict, want)
			}
		}
	}
}
