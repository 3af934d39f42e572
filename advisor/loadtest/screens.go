package loadtest

import (
	"strconv"
	"strings"
)

// vegetaScreen is `vegeta report`: names in brackets, values in the same order behind.
func vegetaScreen(b *block) Run {
	r := Run{Loop: Open, Even: true}
	for i := b.from; i < b.to; i++ {
		names, values, ok := strings.Cut(b.all[i], "]")
		what, list, open := strings.Cut(names, "[")
		if !ok || !open {
			continue
		}
		cells := strings.Split(list, ",")
		words := strings.Split(values, ", ")
		for k := range min(len(cells), len(words)) {
			b.vegeta(&r, i+1, strings.TrimSpace(what), strings.TrimSpace(cells[k]), strings.TrimSpace(words[k]))
		}
	}
	return r
}

func (b *block) vegeta(r *Run, line int, what, name, word string) {
	switch what + " " + name {
	case "Requests total":
		r.Requests = b.parse(line, word)
	case "Requests rate":
		r.Offered = b.parse(line, word)
	case "Requests throughput":
		r.QPS = b.parse(line, word)
	case "Duration total":
		r.Duration = b.seconds(line, word)
	case "Latencies min":
		r.Latency.Min = b.seconds(line, word)
	case "Latencies mean":
		r.Latency.Mean = b.seconds(line, word)
	case "Latencies max":
		r.Latency.Max = b.seconds(line, word)
	case "Latencies 50", "Latencies 90", "Latencies 95", "Latencies 99":
		r.Latency = r.Latency.with(b.parse(line, name)/100, b.seconds(line, word))
	case "Success ratio":
		r.Failed = r.Requests * (1 - b.parse(line, word)/100)
	}
}

// percentiles reads lines such as "99%  5.80ms", "99 % in 12.3 ms", "50.000%    1.03ms" from
// the line behind a heading to the first that is none.
func (b *block) percentiles(d Distribution, heading string, unit func(line int, text string) float64) Distribution {
	_, start := b.after(heading)
	if start == 0 {
		return d
	}
	for i := start; i < b.to; i++ {
		share, rest, ok := strings.Cut(b.all[i], "%")
		at, err := strconv.ParseFloat(strings.TrimSpace(share), 64)
		if !ok || err != nil {
			if b.all[i] == "" {
				continue
			}
			break
		}
		rest = strings.TrimPrefix(strings.TrimSpace(rest), "in ")
		if !strings.HasPrefix(rest, "0.0000 ") { // hey prints so what it did not see
			d = d.with(at/100, unit(i+1, rest))
		}
	}
	return d
}

// wrkScreen is wrk and wrk2, which sends at a rate that it does not print.
func wrkScreen(b *block) Run {
	r := Run{QPS: b.number("Requests/sec:")}
	if _, line := b.after("Latency Distribution (HdrHistogram"); line > 0 {
		r.Tool, r.Loop, r.Even = "wrk2", Open, true
	}
	for i := b.from; i < b.to; i++ {
		words := strings.Fields(b.all[i])
		switch {
		case len(words) >= 5 && words[1] == "threads" && words[4] == "connections":
			if r.Loop != Open {
				r.Loop, r.Clients = Closed, b.parse(i+1, words[3])
			}
		case len(words) >= 4 && words[0] == "Latency" && words[1] != "Distribution":
			r.Latency.Mean, r.Latency.SD = b.seconds(i+1, words[1]), b.seconds(i+1, words[2])
			r.Latency.Max = b.seconds(i+1, words[3])
		case len(words) >= 4 && words[1] == "requests" && words[2] == "in":
			r.Requests, r.Duration = b.parse(i+1, words[0]), b.seconds(i+1, words[3])
		case strings.HasPrefix(b.all[i], "Socket errors:"):
			for k, word := range words {
				if strings.Contains("connect read write timeout", word) && k+1 < len(words) {
					r.Failed += b.parse(i+1, words[k+1])
				}
			}
		}
	}
	refused := b.number("Non-2xx or 3xx responses:")
	r.Failed += refused
	if r.Requests > 0 {
		r.QPS *= max(1-refused/r.Requests, 0)
	}
	r.Latency = b.percentiles(r.Latency, "Latency Distribution", b.seconds)
	return r
}

// summaryScreen is hey and ghz, which is hey's child: it counts, and has units.
func summaryScreen(b *block) Run {
	r := Run{QPS: b.number("Requests/sec:"), Duration: b.time("Total:"), Latency: Distribution{
		Mean: b.time("Average:"), Min: b.time("Fastest:"), Max: b.time("Slowest:"),
	}}
	r.Latency = b.percentiles(r.Latency, "Latency distribution:", b.seconds)
	if r.Requests = b.number("Count:"); r.Requests > 0 {
		r.Tool = "ghz"
	}
	r.Loop = Closed
	answered := b.statuses(&r)
	if r.Requests = max(r.Requests, answered); r.Requests > 0 {
		r.QPS *= max(1-r.Failed/r.Requests, 0)
	}
	return r
}

// statuses counts the answers by status, and errors as failures.
func (b *block) statuses(r *Run) (answered float64) {
	_, start := b.after("Status code distribution:")
	_, wrong := b.after("Error distribution:")
	for i := max(start, b.from); i < b.to; i++ {
		code, rest, ok := strings.Cut(strings.TrimPrefix(b.all[i], "["), "]")
		words := strings.Fields(rest)
		if !ok || !strings.HasPrefix(b.all[i], "[") || len(words) == 0 {
			continue
		}
		switch {
		case wrong > 0 && i >= wrong:
			if n := b.parse(i+1, code); r.Tool != "ghz" { // of ghz they have a status too
				answered, r.Failed = answered+n, r.Failed+n
			}
		case start > 0 && (len(words) == 1 || words[1] == "responses"):
			n := b.parse(i+1, words[0])
			answered += n
			if status, err := strconv.Atoi(code); code != "OK" && (err != nil || status < 200 || status >= 400) {
				r.Failed += n
			}
		}
	}
	return answered
}

// analyzerScreen is one load of perf_analyzer.
func analyzerScreen(b *block) Run {
	r := Run{QPS: b.number("Throughput:"), Requests: b.number("Request count:"), Failed: b.number("Failed request count:")}
	r.Requests += r.Failed
	if clients := b.number("Request concurrency:"); clients > 0 {
		r.Loop, r.Clients = Closed, clients
	} else {
		r.Loop, r.Offered = Open, b.number("Request Rate:")
	}
	if size := b.before("Batch size:"); size != "" {
		r.Batch = b.parse(b.from+1, size)
		r.Offered *= r.Batch
	}
	text, line := b.after("Avg latency:")
	if line == 0 {
		return r
	}
	r.Latency.Mean = b.seconds(line, text)
	if _, deviation, ok := strings.Cut(text, "standard deviation "); ok {
		r.Latency.SD = b.seconds(line, strings.TrimSuffix(deviation, ")"))
	}
	for _, p := range []string{"50", "90", "95", "99"} {
		r.Latency = r.Latency.with(b.parse(line, p)/100, b.time("p"+p+" latency:"))
	}
	return r
}

// servingScreen is `vllm bench serve` and SGLang's bench_serving.
func servingScreen(b *block) Run {
	times := func(names ...string) (d Distribution) {
		for _, name := range names {
			d = Distribution{Mean: b.number("Mean " + name + " (ms):")}
			d = d.with(0.5, b.number("Median "+name+" (ms):"))
			d = d.with(0.9, b.number("P90 "+name+" (ms):")).with(0.95, b.number("P95 "+name+" (ms):")).with(0.99, b.number("P99 "+name+" (ms):"))
			if d.Middle() != 0 {
				break
			}
		}
		return d.in(milli)
	}
	answered := b.number("Successful requests:")
	r := Run{Duration: b.number("Benchmark duration (s):"), QPS: b.number("Request throughput (req/s):"), Failed: b.number("Failed requests:"),
		Latency: times("E2EL", "E2E Latency"), TTFT: times("TTFT"), TPOT: times("TPOT", "ITL")}
	r.Requests = answered + r.Failed
	if answered > 0 {
		r.Input, r.Output = b.number("Total input tokens:")/answered, b.number("Total generated tokens:")/answered
	}
	r.served(b.optional("Request rate configured (RPS):", "Traffic request rate:"), b.optional("Maximum request concurrency:", "Max request concurrency:"))
	return r
}

// optional is the number after the first of the prefixes that is there, where it is one: "inf"
// and "not set" are none.
func (b *block) optional(prefixes ...string) any {
	for _, prefix := range prefixes {
		if text, line := b.after(prefix); line > 0 {
			if v, err := strconv.ParseFloat(text, 64); err == nil {
				return v
			}
		}
	}
	return nil
}

// abScreen is ApacheBench: percentiles are whole ms.
func abScreen(b *block) Run {
	r := Run{Loop: Closed, Clients: b.number("Concurrency Level:"), Duration: b.number("Time taken for tests:"),
		Requests: b.number("Complete requests:"), Failed: b.number("Failed requests:") + b.number("Non-2xx responses:"), QPS: b.number("Requests per second:")}
	if r.Requests > 0 {
		r.QPS *= max(1-r.Failed/r.Requests, 0)
	}
	r.Latency.Mean = b.number("Time per request:") * milli
	r.Latency = b.percentiles(r.Latency, "Percentage of the requests served", func(line int, text string) float64 {
		word, _, _ := strings.Cut(text, " ")
		return b.parse(line, word) * milli
	})
	return r
}

// k6Trend reports whether a line of k6's summary is that of a trend.
func k6Trend(line, name string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(line, "✓✗ "), name)
	return ok && strings.HasPrefix(rest, "..") && strings.Contains(rest, "avg=")
}

// k6Screen is the summary that k6 prints: the counters stand above and below the trend.
func k6Screen(b *block) Run {
	var r Run
	line := strings.TrimLeft(b.all[b.from], "✓✗ ")
	_, values, _ := strings.Cut(line, ":")
	for _, word := range strings.Fields(values) {
		name, text, _ := strings.Cut(word, "=")
		b.k6(&r, name, text)
	}
	failed := 0.0 // share of the requests, which may stand below
	from, to := max(b.from-40, 0), min(b.to+40, len(b.all))
	for i := from; i < to; i++ {
		name, rest, ok := strings.Cut(strings.TrimLeft(b.all[i], "✓✗ "), ":")
		words := strings.Fields(rest)
		if !ok || len(words) < 2 {
			continue
		}
		switch strings.TrimRight(name, ".") {
		case "http_reqs", "grpc_reqs":
			r.Requests, r.QPS = b.parse(i+1, words[0]), b.parse(i+1, strings.TrimSuffix(words[1], "/s"))
		case "http_req_failed":
			failed = b.parse(i+1, words[0]) / 100
		case "vus":
			r.users(b.k6Bound(words, "min="), b.k6Bound(words, "max="))
		case "dropped_iterations":
			r.Offered = b.parse(i+1, strings.TrimSuffix(words[1], "/s"))
		}
	}
	if r.Offered > 0 { // dropped, so far
		r.Loop, r.Clients, r.Offered = Open, 0, r.Offered+r.QPS
	}
	if r.QPS > 0 {
		r.Duration = r.Requests / r.QPS
	}
	r.Failed, r.QPS = failed*r.Requests, r.QPS*(1-failed)
	return r
}

func (b *block) k6(r *Run, name, text string) {
	seconds := b.seconds(b.from+1, text)
	switch share, ok := strings.CutPrefix(name, "p("); {
	case name == "avg":
		r.Latency.Mean = seconds
	case name == "min":
		r.Latency.Min = seconds
	case name == "max":
		r.Latency.Max = seconds
	case name == "med":
		r.Latency = r.Latency.with(0.5, seconds)
	case ok && share != "50)":
		r.Latency = r.Latency.with(b.parse(b.from+1, strings.TrimSuffix(share, ")"))/100, seconds)
	}
}

func (b *block) k6Bound(words []string, prefix string) float64 {
	for _, word := range words {
		if text, ok := strings.CutPrefix(word, prefix); ok {
			return b.parse(b.from+1, text)
		}
	}
	return 0
}
