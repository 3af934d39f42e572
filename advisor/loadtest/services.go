package loadtest

import (
	"math"
	"strconv"
	"strings"
)

// k6Summary is the summary of k6, of --summary-export or of handleSummary, whose values stand
// one level deeper. Times are ms.
func k6Summary(n node) ([]Run, error) {
	metric := func(name string) node {
		m := n.at("metrics", name)
		if m.has("values") {
			return m.at("values")
		}
		return m
	}
	duration := metric("http_req_duration")
	if !duration.known() {
		duration = metric("grpc_req_duration")
	}
	if !duration.known() {
		duration = metric("iteration_duration")
	}
	requests := metric("http_reqs")
	if !requests.known() {
		requests = metric("iterations")
	}
	r := Run{Requests: requests.at("count").number(), Latency: k6Times(duration)}
	r.Failed = k6Failed(metric("http_req_failed"), r.Requests)
	if rate := requests.at("rate").number(); rate > 0 {
		r.Duration = r.Requests / rate
	}
	users := metric("vus")
	r.users(users.at("min").number(), math.Max(users.at("max").number(), users.at("value").number()))
	if dropped := metric("dropped_iterations"); dropped.at("count").number() > 0 && r.Duration > 0 {
		r.Loop, r.Clients = Open, 0
		r.Offered = (r.Requests + dropped.at("count").number()) / r.Duration
	}
	return []Run{r}, nil
}

// k6Times are those of a trend: "p(90)" is a percentile of it.
func k6Times(n node) Distribution {
	percentiles := map[string]float64{"med": 0.5}
	m, _ := n.value.(map[string]any)
	for name := range m {
		text, ok := strings.CutPrefix(name, "p(")
		if p, err := strconv.ParseFloat(strings.TrimSuffix(text, ")"), 64); ok && err == nil && p != 50 {
			percentiles[name] = p / 100
		}
	}
	return distribution(n, milli, "avg", "", "min", "max", percentiles)
}

// k6Failed is how many requests failed: the rate of http_req_failed counts failures as passes.
func k6Failed(failed node, requests float64) float64 {
	switch {
	case failed.has("value"):
		return math.Round(failed.at("value").number() * requests)
	case failed.has("rate"):
		return math.Round(failed.at("rate").number() * requests)
	}
	return failed.at("passes").number()
}

// users are the clients of a closed loop, from the fewest to the most during the run.
func (r *Run) users(least, most float64) {
	if most <= 0 {
		return
	}
	r.Loop, r.Clients = Closed, most
	if least > 0 && least < most {
		r.Ramped = true
	}
}

// ghzReport is `ghz -O json` (bojand/ghz): times are ns.
func ghzReport(n node) ([]Run, error) {
	r := Run{Requests: n.at("count").number(), Duration: n.at("total").number() * nano,
		Latency: distribution(n, nano, "average", "", "fastest", "slowest", nil)}
	for _, p := range n.at("latencyDistribution").list() {
		r.Latency = r.Latency.with(p.at("percentage").number()/100, p.at("latency").number()*nano)
	}
	codes, _ := n.at("statusCodeDistribution").value.(map[string]any)
	for code := range codes {
		if code != "OK" {
			r.Failed += n.at("statusCodeDistribution", code).number()
		}
	}
	options := n.at("options")
	if rate := options.at("rps").number(); rate > 0 {
		r.Loop, r.Offered, r.Even = Open, rate, true
	} else if c := options.at("concurrency").number(); c > 0 {
		r.Loop, r.Clients = Closed, c
	}
	return []Run{r}, nil
}

// servingReport is the result of `vllm bench serve --save-result`, and of SGLang's
// bench_serving: times are ms.
func servingReport(n node) ([]Run, error) {
	times := func(names ...string) (d Distribution) {
		for _, name := range names {
			d = distribution(n, milli, "mean_"+name+"_ms", "std_"+name+"_ms", "", "", map[string]float64{
				"median_" + name + "_ms": 0.5, "p90_" + name + "_ms": 0.9, "p95_" + name + "_ms": 0.95, "p99_" + name + "_ms": 0.99,
			})
			if d.Middle() != 0 {
				break
			}
		}
		return d
	}
	r := Run{Model: n.at("model_id").text(), Duration: n.at("duration").number(), Failed: n.at("failed").number(),
		QPS: n.at("request_throughput").number(), Latency: times("e2el", "e2e_latency"), TTFT: times("ttft"), TPOT: times("tpot", "itl")}
	completed := n.at("completed").number()
	r.Requests = completed + r.Failed
	if completed > 0 {
		r.Input, r.Output = n.at("total_input_tokens").number()/completed, n.at("total_output_tokens").number()/completed
	}
	r.served(n.at("request_rate").value, n.at("max_concurrency").value)
	return []Run{r}, nil
}

// served is how a benchmark of a serving engine sent requests: at a rate, which may be
// "inf", with a given number in flight at most, which may be null.
func (r *Run) served(rate, most any) {
	offered, _ := rate.(float64)
	clients, _ := most.(float64)
	switch {
	case offered > 0 && !math.IsInf(offered, 0):
		r.Loop, r.Offered = Open, offered
	case clients > 0:
		r.Loop, r.Clients = Closed, clients
	default:
		r.Loop = Maximum
	}
}

// locustEntry is an entry of `locust --json`: times are ms, counted by rounded time.
func locustEntry(n node) ([]Run, error) {
	r := Run{Requests: n.at("num_requests").number(), Failed: n.at("num_failures").number(),
		Duration: n.at("last_request_timestamp").number() - n.at("start_time").number()}
	r.Duration = math.Max(r.Duration, 0)
	s := newSample()
	times, _ := n.at("response_times").value.(map[string]any)
	for text := range times {
		if ms, err := strconv.ParseFloat(text, 64); err == nil {
			s.addMany(math.Max(ms, 0.5)*milli, n.at("response_times", text).number())
		}
	}
	r.Latency = s.distribution()
	if r.Requests > 0 {
		r.Latency.Mean = n.at("total_response_time").number() / r.Requests * milli
	}
	r.Latency.Min, r.Latency.Max = n.at("min_response_time").number()*milli, n.at("max_response_time").number()*milli
	r.Place = strings.TrimSpace(n.at("method").text() + " " + n.at("name").text())
	return []Run{r}, nil
}
