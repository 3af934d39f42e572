package loadtest

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// documentFormat is a JSON document that a tool writes.
type documentFormat struct {
	tool string
	is   func(node) bool
	runs func(node) ([]Run, error)
}

// documents are the JSON formats. The first that fits reads a document.
var documents = []documentFormat{
	{"vegeta", keys("latencies", "rate"), vegetaReport},
	{"guidellm", func(n node) bool { _, ok := n.at("benchmarks").value.([]any); return ok }, guidellmBenchmarks},
	{"perf_analyzer", keys("experiments"), profiles},
	{"aiperf", func(n node) bool { return n.has("records") && n.at("records").has("request_latency") }, func(n node) ([]Run, error) { return generative(n.at("records"), n.at("input_config")) }},
	{"aiperf", func(n node) bool { return generates(n) && n.at("input_config").has("endpoint", "loadgen") }, generativeReport},
	{"aiperf", func(n node) bool { return generates(n) && (n.has("aiperf_version") || n.has("schema_version")) }, generativeReport},
	{"genai-perf", generates, generativeReport},
	{"k6", func(n node) bool { return n.at("metrics").has("http_reqs") || n.at("metrics").has("iterations") }, k6Summary},
	{"ghz", keys("count", "rps", "average"), ghzReport},
	{"vllm bench serve", func(n node) bool { return n.has("request_throughput") && (n.has("completed") || n.has("mean_ttft_ms")) }, servingReport},
	{"Locust", keys("num_requests", "response_times"), locustEntry},
}

func keys(names ...string) func(node) bool {
	return func(n node) bool { return n.has(names...) }
}

const (
	milli = 1e-3
	micro = 1e-6
	nano  = 1e-9
)

// distribution reads times under the names that a tool gives them; percentiles are by share.
func distribution(n node, unit float64, mean, sd, low, high string, percentiles map[string]float64) Distribution {
	d := Distribution{Mean: n.at(mean).number(), SD: n.at(sd).number(), Min: n.at(low).number(), Max: n.at(high).number()}
	for name, at := range percentiles {
		d = d.with(at, n.at(name).number())
	}
	return d.in(unit)
}

// vegetaReport is `vegeta report -type=json` (tsenart/vegeta, lib/metrics.go): times in ns,
// requests sent at even distances. Older versions have no throughput.
func vegetaReport(n node) ([]Run, error) {
	r := Run{Loop: Open, Even: true, Offered: n.at("rate").number(), Requests: n.at("requests").number(),
		Duration: (n.at("duration").number() + n.at("wait").number()) * nano}
	if !n.at("latencies").known() {
		return nil, errNoReport
	}
	r.Latency = distribution(n.at("latencies"), nano, "mean", "", "min", "max", map[string]float64{"50th": 0.5, "90th": 0.9, "95th": 0.95, "99th": 0.99})
	success := 1.0
	if n.has("success") {
		success = n.at("success").number()
	}
	r.Failed = math.Round(r.Requests * (1 - success))
	if r.QPS = n.at("throughput").number(); !n.has("throughput") {
		r.QPS = r.Offered * success
	}
	if !(r.Offered > 0 && r.Requests > 0) {
		r.Offered, r.Requests, r.Failed, r.QPS = 0, 0, 0, 0
	}
	return []Run{r}, nil
}

// guidellmBenchmarks are those of guidellm's report (vllm-project/guidellm,
// benchmark/schemas). Times are s but for those whose key says ms.
func guidellmBenchmarks(n node) (runs []Run, err error) {
	for _, b := range n.at("benchmarks").list() {
		if _, ok := b.value.(map[string]any); !ok {
			return nil, errNoReport
		}
		runs = append(runs, guidellmRun(b))
	}
	return runs, nil
}

func guidellmRun(b node) Run {
	of := func(metric string) node { return b.at("metrics", metric, "successful") }
	times := func(metric string, unit float64) Distribution {
		d := distribution(of(metric), unit, "mean", "std_dev", "min", "max", nil)
		p := distribution(of(metric).at("percentiles"), unit, "", "", "", "", map[string]float64{"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99})
		if d.Percentiles = p.Percentiles; p.Percentile(0.5) == 0 {
			d = d.with(0.5, of(metric).at("median").number()*unit)
		}
		return d
	}
	count := func(metric string) float64 {
		return cmpOr(of(metric).at("mean").number(), of(metric).at("median").number())
	}
	r := Run{Place: b.path, QPS: of("requests_per_second").at("mean").number(), Latency: times("request_latency", 1),
		InFlight: of("request_concurrency").at("mean").number(),
		Input:    count("prompt_token_count"), Output: count("output_token_count"),
		TTFT: times("time_to_first_token_ms", milli), TPOT: times("inter_token_latency_ms", milli)}
	if totals := b.at("metrics", "request_totals"); totals.known() {
		r.Requests, r.Failed = totals.at("total").number(), totals.at("errored").number()
	}
	strategy := b.at("config", "strategy")
	if strategy.at("type_").text() == "" {
		strategy = b.at("args", "strategy")
	}
	r.sent(strategy)
	return r
}

// sent is how guidellm sent requests.
func (r *Run) sent(strategy node) {
	switch strategy.at("type_").text() {
	case "constant", "poisson", "async":
		r.Loop, r.Even = Open, strategy.at("type_").text() == "constant"
		r.Offered = cmpOr(strategy.at("rate").number(), r.QPS)
	case "synchronous":
		r.Loop, r.Clients = Closed, 1
	case "throughput":
		r.Loop = Maximum
	case "concurrent":
		r.Loop, r.Clients = Closed, cmpOr(strategy.at("streams").number(), math.Round(r.InFlight))
	}
}

func cmpOr(values ...float64) float64 {
	for _, v := range values {
		if v != 0 {
			return v
		}
	}
	return 0
}

// profiles are the experiments of perf_analyzer's --profile-export-file: the times of every
// request, ns.
func profiles(n node) (runs []Run, err error) {
	for _, e := range n.at("experiments").list() {
		times, _ := e.at("requests").value.([]span)
		if len(times) == 0 {
			return nil, fmt.Errorf("perf_analyzer, %s: holds no requests with timestamp and response_timestamps; give the file of --profile-export-file", e.path)
		}
		r := ofSpans(times)
		r.Place = e.path
		value := e.at("experiment", "value").number()
		switch e.at("experiment", "mode").text() {
		case "concurrency":
			r.Loop, r.Clients = Closed, value
		case "request_rate":
			r.Loop, r.Offered = Open, value
		}
		runs = append(runs, r)
	}
	if len(runs) == 0 {
		return nil, errNoReport
	}
	return runs, nil
}

func ofSpans(times []span) Run {
	latency, first, perToken := newSample(), newSample(), newSample()
	begin, end := math.Inf(1), 0.0
	r := Run{Requests: float64(len(times))}
	for _, t := range times {
		if t.answers == 0 {
			r.Failed++
			continue
		}
		begin, end = math.Min(begin, t.sent), math.Max(end, t.last)
		latency.add((t.last - t.sent) * nano)
		if t.answers > 1 {
			first.add((t.first - t.sent) * nano)
			perToken.add((t.last - t.first) * nano / float64(t.answers-1))
		}
	}
	r.Duration = math.Max(end-begin, 0) * nano
	r.Latency, r.TTFT, r.TPOT = latency.distribution(), first.distribution(), perToken.distribution()
	return r
}

// generates recognises the metrics of genai-perf and aiperf.
func generates(n node) bool {
	return n.at("request_latency").has("unit", "avg") && n.at("request_throughput").known()
}

func generativeReport(n node) ([]Run, error) { return generative(n, n.at("input_config")) }

// generative is the summary of genai-perf and aiperf: each metric with its unit.
func generative(n, config node) ([]Run, error) {
	var r Run
	var errs [3]error
	r.Latency, errs[0] = united(n.at("request_latency"))
	r.TTFT, errs[1] = united(n.at("time_to_first_token"))
	r.TPOT, errs[2] = united(n.at("inter_token_latency"))
	r.QPS = n.at("request_throughput", "avg").number()
	r.Input, r.Output = n.at("input_sequence_length", "avg").number(), n.at("output_sequence_length", "avg").number()
	r.Failed = n.at("error_request_count", "avg").number()
	r.Requests = n.at("request_count", "avg").number() + r.Failed
	if r.Model = config.at("model").first(); r.Model == "" {
		r.Model = config.at("endpoint", "model_names").first()
	}
	r.Clients, r.Offered = config.find("concurrency"), config.find("request_rate")
	switch {
	case r.Offered > 0:
		r.Loop, r.Clients = Open, 0
	case r.Clients > 0:
		r.Loop = Closed
	}
	return []Run{r}, errors.Join(errs[:]...)
}

// united is a metric in the unit that it names.
func united(n node) (Distribution, error) {
	if !n.known() {
		return Distribution{}, nil
	}
	unit, ok := secondsIn(n.at("unit").text())
	if !ok {
		return Distribution{}, fmt.Errorf("%s.unit is %q; expected ms, s, us or ns", n.path, n.at("unit").text())
	}
	percentiles := map[string]float64{}
	for _, p := range []int{1, 5, 10, 25, 50, 75, 90, 95, 99} {
		percentiles["p"+strconv.Itoa(p)] = float64(p) / 100
	}
	return distribution(n, unit, "avg", "std", "min", "max", percentiles), nil
}

// secondsIn is a unit of time in s.
func secondsIn(unit string) (float64, bool) {
	switch strings.ToLower(strings.TrimSpace(unit)) {
	case "ns", "nanosecond", "nanoseconds", "nsec":
		return nano, true
	case "us", "µs", "μs", "usec", "usecs", "microsecond", "microseconds":
		return micro, true
	case "ms", "msec", "msecs", "millisecond", "milliseconds":
		return milli, true
	case "s", "sec", "secs", "second", "seconds":
		return 1, true
	case "m", "min", "mins", "minute", "minutes":
		return 60, true
	case "h", "hr", "hour", "hours":
		return 3600, true
	}
	return 0, false
}
