package validation

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// tested is a service of one server that takes 10 ms, give or take a tenth.
func tested() *workload.Workload {
	return &workload.Workload{Dispersion: 1, Service: workload.Service{
		Time: unit.Interval{Mid: 0.01, Low: 0.009, High: 0.011}, Concurrency: 1,
	}}
}

func judgeReport(t testing.TB, text string, w *workload.Workload) (*advice.Validation, error) {
	t.Helper()
	in := Input{Source: strings.NewReader(text), Name: "report.json", Catalog: embedded(t), Predictor: tenth{}, Workload: w}
	return Judge(context.Background(), in, Options{})
}

const vegetaReport = `{"latencies":{"total":1,"mean":15000000,"50th":11000000,"90th":24000000,"95th":31000000,"99th":47000000,"max":9,"min":1},
"bytes_in":{"total":1,"mean":1},"earliest":"2026-01-01T00:00:00Z","duration":60000000000,"wait":10000000,"requests":3000,
"rate":50,"throughput":49.9,"success":1,"status_codes":{"200":3000},"errors":[]}`

// TestVegeta: one server at half load is an M/D/1 queue, whose 99th percentile is known.
func TestVegeta(t *testing.T) {
	v, err := judgeReport(t, vegetaReport, tested())
	if err != nil {
		t.Fatal(err)
	}
	if v.Rows != 4 || v.Used != 4 || v.By[0].Group != "latency-at-rate" {
		t.Fatalf("%+v", v)
	}
	for _, j := range v.Worst {
		if j.Unit != "s" || !(j.Low <= j.Predicted && j.Predicted <= j.High) {
			t.Errorf("%+v", j)
		}
		if j.Line == 4 && (j.Predicted < crommelin(0.99)*0.01*0.98 || j.Predicted > crommelin(0.99)*0.01*1.02 || j.Measured != 0.047) {
			t.Errorf("p99 is %g s, M/D/1 has %g", j.Predicted, crommelin(0.99)*0.01)
		}
	}
	if len(v.Warnings) == 0 || !strings.Contains(strings.Join(v.Warnings, " "), "even distances") {
		t.Errorf("warnings %q", v.Warnings)
	}
}

// crommelin is the quantile of the sojourn time of an M/D/1 queue at ρ = 1/2 in service times,
// by bisection of Crommelin's series (Delay probability formulae, 1932), P(W ≤ t) = (1−ρ) Σ_{k ≤ t} (−ρ(t−k))^k/k! · e^{ρ(t−k)}.
func crommelin(p float64) float64 {
	const rho = 0.5
	within := func(t float64) (sum float64) {
		for k, factorial := 0, 1.0; float64(k) <= t; k++ {
			if k > 0 {
				factorial *= float64(k)
			}
			x := rho * (t - float64(k))
			sum += math.Pow(-x, float64(k)) / factorial * math.Exp(x)
		}
		return (1 - rho) * sum
	}
	low, high := 0.0, 20.0
	for range 60 {
		if mid := (low + high) / 2; within(mid) < p {
			low = mid
		} else {
			high = mid
		}
	}
	return low + 1
}

func TestVegetaThatSaysNothing(t *testing.T) {
	for change, want := range map[string]string{
		`"success":1=>"success":0.5`:        "only 50 % of the requests succeeded",
		`"requests":3000=>"requests":0`:     "counts no requests",
		`"rate":50=>"rate":-1`:              "counts no requests",
		`"rate":50=>"rate":150`:             "",
		`"99th":47000000=>"99th":-1`:        "measured is -1e-09; it must be above zero",
		`"rate":50,=>"rate":105,`:           "",
		`"throughput":49.9=>"throughput":1`: "",
	} {
		from, to, _ := strings.Cut(change, "=>")
		v, err := judgeReport(t, strings.Replace(vegetaReport, from, to, 1), tested())
		switch {
		case want == "" && (err != nil || v.By[0].Group != "saturated-throughput"):
			t.Errorf("%s: %+v, %v; want a judgement of the saturated throughput", to, v, err)
		case want != "" && err == nil && !strings.Contains(fmt.Sprint(v.Skipped), want),
			want != "" && err != nil && !strings.Contains(err.Error(), want):
			t.Errorf("%s: %+v, %v; want %s", to, v, err, want)
		}
	}
}

// TestBeyondSaturation: a rate that the prediction cannot carry is told, not scored.
func TestBeyondSaturation(t *testing.T) {
	w := tested()
	w.Service.Time = unit.Interval{Mid: 0.03, Low: 0.03, High: 0.03}
	_, err := judgeReport(t, vegetaReport, w)
	if err == nil || !strings.Contains(err.Error(), "50/s is above the predicted saturation, 33.33/s") {
		t.Errorf("got %v", err)
	}
}

func guidellmReport(strategy string) string {
	return fmt.Sprintf(`{"metadata":{"version":1},"benchmarks":[{"type_":"generative_benchmark",
"config":{"strategy":{"type_":%q,"rate":50}},"requests":{"successful":[{"id":"a","n":[1,{"b":2}]}]},
"metrics":{"requests_per_second":{"successful":{"mean":50,"median":51}},
"request_latency":{"successful":{"mean":0.015,"median":0.011,"percentiles":{"p50":0.011,"p90":0.024,"p95":0.031,"p99":0.047}}}}}]}`, strategy)
}

func TestGuidellm(t *testing.T) {
	for strategy, group := range map[string]string{
		"poisson": "latency-at-rate", "constant": "latency-at-rate", "synchronous": "latency-alone", "throughput": "saturated-throughput",
	} {
		v, err := judgeReport(t, guidellmReport(strategy), tested())
		if err != nil || v.By[0].Group != group {
			t.Errorf("%s: %+v, %v", strategy, v, err)
		}
	}
	if _, err := judgeReport(t, guidellmReport("concurrent"), tested()); err == nil || !strings.Contains(err.Error(), "keeps a number of requests in flight") {
		t.Errorf("concurrent: %v", err)
	}
	older := strings.Replace(guidellmReport("poisson"), `"config"`, `"args"`, 1)
	if v, err := judgeReport(t, older, tested()); err != nil || v.Used != 4 {
		t.Errorf("the older form: %+v, %v", v, err)
	}
}

// TestSameLoadSameAnswer: the two tools report one load in different units.
func TestSameLoadSameAnswer(t *testing.T) {
	a, errA := judgeReport(t, vegetaReport, tested())
	b, errB := judgeReport(t, guidellmReport("constant"), tested())
	if errA != nil || errB != nil || math.Abs(a.MdAPE-b.MdAPE) > 1e-12 || a.Used != b.Used {
		t.Errorf("%+v, %v against %+v, %v", a, errA, b, errB)
	}
}

func TestReportFaults(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":1}`:                               "not the report of a known load tool",
		`{"latencies":{},"rate":"fast"}`:        "expected a number",
		`{"latencies":{},"rate":1`:              "ends in the middle",
		`{"latencies":{},,`:                     "not valid JSON",
		`{"benchmarks":{}}`:                     "not the report of a known load tool",
		`{"benchmarks":[1]}`:                    "not the report of a known load tool",
		`{"benchmarks":[]}`:                     "holds no measurements",
		`[1,2]`:                                 "not the report of a known load tool",
		`{"latencies":{"50th":1},"rate":1} x`:   "not valid JSON",
		`{"latencies":null,"rate":1}`:           "not the report of a known load tool",
		`{"latencies":{"50th":1},"requests":1}`: "not the report of a known load tool",
	} {
		if v, err := judgeReport(t, text, tested()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v; want %s", text, v, err, want)
		}
	}
}

// TestSeveralReports: vegeta report -every writes one after the other.
func TestSeveralReports(t *testing.T) {
	for _, text := range []string{vegetaReport + "\n" + vegetaReport, "[" + vegetaReport + "," + vegetaReport + "]"} {
		if v, err := judgeReport(t, text, tested()); err != nil || v.Rows != 8 {
			t.Errorf("%+v, %v", v, err)
		}
	}
}

func TestWhatWasTested(t *testing.T) {
	for name, test := range map[string]struct {
		w    *workload.Workload
		want string
	}{
		"nothing said":     {&workload.Workload{Model: "bert-large"}, "add --gpu and --model"},
		"unknown hardware": {&workload.Workload{Model: "bert-large", GPU: "nosuch"}, `unknown accelerator "nosuch"`},
		"no lengths":       {&workload.Workload{Model: "llama-3.1-70b", GPU: "h100"}, "add --input-tokens and --output-tokens"},
	} {
		if _, err := judgeReport(t, vegetaReport, test.w); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v, err := judgeReport(t, vegetaReport, &workload.Workload{Model: "resnet50", GPU: "t4", Dispersion: 1})
	if err != nil || v.Used != 4 || v.Worst[0].Basis != "transferred" {
		t.Errorf("%+v, %v", v, err)
	}
}
