package prom

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// exposed is what a vLLM server shows, shortened.
const exposed = `# HELP vllm:request_success_total Count of successfully processed requests.
# TYPE vllm:request_success_total counter
vllm:request_success_total{model_name="meta-llama/Llama-3.1-8B-Instruct",finished_reason="stop"} 7000
vllm:request_success_total{model_name="meta-llama/Llama-3.1-8B-Instruct",finished_reason="length"} 200
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{model_name="meta-llama/Llama-3.1-8B-Instruct"} 3
# TYPE vllm:request_prompt_tokens histogram
vllm:request_prompt_tokens_bucket{model_name="meta-llama/Llama-3.1-8B-Instruct",le="100"} 3600
vllm:request_prompt_tokens_bucket{model_name="meta-llama/Llama-3.1-8B-Instruct",le="1000"} 7200
vllm:request_prompt_tokens_bucket{model_name="meta-llama/Llama-3.1-8B-Instruct",le="+Inf"} 7200
vllm:request_prompt_tokens_sum{model_name="meta-llama/Llama-3.1-8B-Instruct"} 1.8e+06
vllm:request_prompt_tokens_count{model_name="meta-llama/Llama-3.1-8B-Instruct"} 7200
# TYPE vllm:generation_tokens_total counter
vllm:generation_tokens_total{model_name="meta-llama/Llama-3.1-8B-Instruct"} 720000
# TYPE vllm:prefix_cache_queries_total counter
vllm:prefix_cache_queries_total 1000
# TYPE vllm:prefix_cache_hits_total counter
vllm:prefix_cache_hits_total 250
# TYPE process_start_time_seconds gauge
process_start_time_seconds 1.7828e+09
`

func options() Options {
	return Options{
		Now:   time.Unix(1_782_800_000+7200, 0),
		Model: func(name string) (string, bool) { return "llama-3.1-8b", strings.Contains(name, "Llama-3.1-8B") },
		GPU:   func(name string) (string, bool) { return name, true },
	}
}

func traitTexts(o *Observation) map[string]string {
	texts := map[string]string{}
	for name, v := range o.Traits {
		texts[name] = v.Text
	}
	return texts
}

func TestObserveExposition(t *testing.T) {
	o, err := ObserveFile(context.Background(), strings.NewReader(exposed), "metrics.txt", shipped(t), options())
	if err != nil {
		t.Fatal(err)
	}
	got := traitTexts(o)
	for name, want := range map[string]string{
		"qps": "1", "peak_to_mean": "3", "engine": "vllm", "model": "llama-3.1-8b", "replicas": "1",
		"input_tokens": "100/698/963", "output_tokens": "100", "prefix_hit": "25.0%",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	if len(o.Profiles) != 1 || o.Profiles[0] != "vllm" {
		t.Errorf("profiles %v", o.Profiles)
	}
	for _, u := range o.Unknown {
		if u.Why == "" || u.Remedy == "" {
			t.Errorf("%+v says too little", u)
		}
	}
}

// TestObserveOpenMetrics: exemplars, fractional times and newer types are passed over.
func TestObserveOpenMetrics(t *testing.T) {
	text := `# TYPE vllm:request_success counter
vllm:request_success_total{model_name="meta-llama/Llama-3.1-8B-Instruct",note="a # {b"} 7200.0 1782800000.5 # {trace_id="x"} 1.0 1782800000.1
# TYPE target info
target_info{a="b"} 1
# TYPE process_start_time_seconds gauge
process_start_time_seconds 1.7828e+09
# EOF
`
	o, err := ObserveFile(context.Background(), strings.NewReader(text), "f", shipped(t), options())
	if err != nil || o.Traits["qps"].Text != "1" {
		t.Errorf("%v, %+v", err, o)
	}
}

func TestObserveExpositionFaults(t *testing.T) {
	for text, says := range map[string]string{
		"":                              "empty",
		" \n\t":                         "empty",
		"up 1\n":                        "no metrics of any known serving system",
		"not metrics at all {":          "not a page of metrics",
		"vllm:num_requests_running 1":   "not a page of metrics", // no line end
		"vllm:num_requests_running 1\n": "no metric that counts requests (vllm:request_success_total, vllm:e2e_request_latency_seconds)",
	} {
		_, err := ObserveFile(context.Background(), strings.NewReader(text), "f", shipped(t), options())
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %s", text, err, says)
		}
	}
}

// saved writes an answer of query_range by the hour.
func saved(labels string, hours int, value func(i int) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"metric":{%s},"values":[`, labels)
	for i := range hours {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `[%d,%q]`, 1_780_000_000+3600*i, value(i))
	}
	b.WriteString("]}")
	return b.String()
}

func answer(series ...string) string {
	return `{"status":"success","data":{"resultType":"matrix","result":[` + strings.Join(series, ",") + `]}}`
}

func TestObserveSaved(t *testing.T) {
	wave := func(i int) string { return fmt.Sprint(100 + 50*math.Sin(2*math.Pi*float64(i)/24)) }
	counter := func(i int) string { // 1/s, restarted once
		return fmt.Sprint(3600 * (i - map[bool]int{true: 100}[i >= 100]))
	}
	for name, test := range map[string]struct {
		text      string
		mean, max float64
	}{
		"one rate":  {answer(saved("", 24*28, wave)), 100, 150},
		"two rates": {answer(saved(`"pod":"a"`, 24*28, wave), saved(`"pod":"b"`, 24*28, wave)), 200, 300},
		"a counter": {answer(saved(`"__name__":"x_total"`, 24*28, counter)), 1, 1},
		"with NaN":  {answer(saved("", 24*28, func(i int) string { return map[bool]string{true: "NaN", false: wave(i)}[i%50 == 0] })), 100, 150},
	} {
		o, err := ObserveFile(context.Background(), strings.NewReader(test.text), "saved.json", nil, options())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		mean := o.Traits["qps"].Interval.Mid
		peak := mean * o.Traits["peak_to_mean"].Interval.Mid
		if math.Abs(mean/test.mean-1) > 0.02 || math.Abs(peak/test.max-1) > 0.03 {
			t.Errorf("%s: mean %v, peak %v; want %v, %v", name, mean, peak, test.mean, test.max)
		}
	}
}

// TestNumbersKeepTheirDigits: a trait is what was computed, not what a plan would write of it.
func TestNumbersKeepTheirDigits(t *testing.T) {
	third := func(int) string { return "33.333333333333336" }
	o, err := ObserveFile(context.Background(), strings.NewReader(answer(saved("", 24*28, third))), "f", nil, options())
	if err != nil {
		t.Fatal(err)
	}
	if qps := o.Traits["qps"]; math.Abs(qps.Interval.Mid/(100.0/3)-1) > 1e-14 || qps.Text != "33.33" {
		t.Errorf("%v, written %q", qps.Interval.Mid, qps.Text)
	}
}

// TestPeakOfHours: an hour is long enough to be a peak, and one absurd hour is none.
func TestPeakOfHours(t *testing.T) {
	hour := func(i int) string {
		switch {
		case i == 300 || i == 24*28-30:
			return "1e9"
		case i%24 == 12:
			return "150"
		}
		return "100"
	}
	o, err := ObserveFile(context.Background(), strings.NewReader(answer(saved("", 24*28, hour))), "f", nil, options())
	if err != nil {
		t.Fatal(err)
	}
	if peak := o.Traits["qps"].Interval.Mid * o.Traits["peak_to_mean"].Interval.Mid; math.Abs(peak/150-1) > 0.01 {
		t.Errorf("peak %v", peak)
	}
}

func TestObserveSavedFaults(t *testing.T) {
	one := saved("", 24, func(int) string { return "1" })
	for text, says := range map[string]string{
		`{"status":"error","error":"too slow"}`:                           "reports an error: too slow",
		`{"status":"success","data":{"resultType":"vector","result":[]}}`: "is a \"vector\"; save that of /api/v1/query_range",
		answer():         "0 values",
		answer(one, one): "twice",
		answer(`{"metric":{},"values":[[2,"1"],[1,"1"]]}`): "not in the order of time",
		answer(one)[:200]: "ends in the middle",
		answer(`{"metric":{},"histograms":[[1,{"count":"1"}]]}`): "histograms",
	} {
		if _, err := ObserveFile(context.Background(), strings.NewReader(text), "f", nil, options()); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.80s: %v, want %s", text, err, says)
		}
	}
	zero := answer(saved("", 24*8, func(int) string { return "0" }))
	if o, err := ObserveFile(context.Background(), strings.NewReader(zero), "f", nil, options()); err != nil || !o.NoLoad || len(o.Traits) > 0 {
		t.Errorf("no load: %+v, %v", o, err)
	}
}

func FuzzFile(f *testing.F) {
	f.Add(exposed)
	f.Add(answer(saved("", 30, func(int) string { return "1" })))
	f.Add(answer(saved(`"__name__":"x_total"`, 30, func(i int) string { return fmt.Sprint(i) })))
	profiles := shipped(f)
	f.Fuzz(func(t *testing.T, text string) {
		o, err := ObserveFile(context.Background(), strings.NewReader(text), "f", profiles, options())
		if err != nil {
			return
		}
		for name, v := range o.Traits {
			if i := v.Interval; math.IsNaN(i.Mid) || math.IsInf(i.High, 0) {
				t.Errorf("%q: %s is %v", text, name, i)
			}
		}
	})
}
