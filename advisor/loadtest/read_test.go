package loadtest

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func readFile(t testing.TB, name string) []Run {
	t.Helper()
	runs, err := Read(context.Background(), strings.NewReader(fixture(t, name)))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return runs
}

func fixture(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// words is a run in the numbers that matter, rounded.
func words(r Run) string {
	loop := [...]string{"?", "open", "closed", "maximum"}[r.Loop]
	text := fmt.Sprintf("%s %s offered %.4g clients %g batch %g: %.4g/s of %g, %g failed, mean %.4g p50 %.4g p99 %.4g ms", r.Tool, loop, r.Offered, r.Clients, r.size(),
		r.QPS, r.Requests, r.Failed, r.Latency.Mean*1e3, r.Latency.Percentile(0.5)*1e3, r.Latency.Percentile(0.99)*1e3)
	if r.Input > 0 {
		text += fmt.Sprintf("; %g in %g out, TTFT %.4g TPOT %.4g ms", r.Input, r.Output, r.TTFT.Middle()*1e3, r.TPOT.Middle()*1e3)
	}
	return text
}

// TestFormats: what each tool writes, in its own units, means the same.
func TestFormats(t *testing.T) {
	for name, want := range map[string][]string{
		"vegeta.json":         {"vegeta open offered 50.02 clients 0 batch 1: 50.01/s of 3000, 0 failed, mean 15 p50 11 p99 47 ms"},
		"vegeta.txt":          {"vegeta open offered 50.02 clients 0 batch 1: 50.01/s of 3000, 0 failed, mean 15 p50 11 p99 47 ms"},
		"vegeta_encode.jsonl": {"vegeta open offered 50 clients 0 batch 1: 50.13/s of 200, 0 failed, mean 9.941 p50 9.987 p99 11.93 ms"},
		"k6_summary.json":     {"k6 closed offered 0 clients 4 batch 1: 100/s of 6000, 0 failed, mean 38.1 p50 37.2 p99 0 ms"},
		"k6.txt":              {"k6 closed offered 0 clients 4 batch 1: 100/s of 6000, 0 failed, mean 38.1 p50 37.2 p99 0 ms"},
		"k6_points.jsonl":     {"k6 closed offered 0 clients 4 batch 1: 100/s of 200, 0 failed, mean 37.97 p50 37.91 p99 39.94 ms"},
		"hey.txt":             {"hey closed offered 0 clients 0 batch 1: 399.5/s of 4000, 0 failed, mean 20 p50 19.9 p99 40.2 ms"},
		"hey.csv":             {"hey closed offered 0 clients 0 batch 1: 389.9/s of 200, 0 failed, mean 20.07 p50 20.09 p99 20.99 ms"},
		"wrk.txt":             {"wrk closed offered 0 clients 8 batch 1: 399.2/s of 11988, 0 failed, mean 20.05 p50 19.9 p99 40.2 ms"},
		"wrk2.txt":            {"wrk2 open offered 0 clients 0 batch 1: 199.6/s of 5990, 0 failed, mean 11.2 p50 10.7 p99 22.4 ms"},
		"ghz.json":            {"ghz closed offered 0 clients 8 batch 1: 399.5/s of 4000, 0 failed, mean 20 p50 19.9 p99 40.2 ms"},
		"ghz.txt":             {"ghz closed offered 0 clients 0 batch 1: 399.5/s of 4000, 0 failed, mean 20 p50 19.9 p99 40.2 ms"},
		"locust_stats.csv":    {"Locust ? offered 0 clients 0 batch 1: 399.2/s of 12000, 0 failed, mean 20.05 p50 20 p99 40 ms"},
		"locust.json":         {"Locust ? offered 0 clients 0 batch 1: 399.2/s of 12000, 0 failed, mean 20.05 p50 20 p99 40.02 ms"},
		"ab.txt":              {"ab closed offered 0 clients 8 batch 1: 399.5/s of 4000, 0 failed, mean 20.02 p50 20 p99 40 ms"},
		"perf_analyzer.txt": {
			"perf_analyzer closed offered 0 clients 1 batch 1: 200/s of 3600, 0 failed, mean 4.99 p50 4.95 p99 5.9 ms",
			"perf_analyzer closed offered 0 clients 4 batch 1: 550/s of 9900, 0 failed, mean 7.27 p50 7.2 p99 9.9 ms",
			"perf_analyzer closed offered 0 clients 8 batch 1: 740/s of 13320, 0 failed, mean 10.8 p50 10.7 p99 14.9 ms",
		},
		"perf_analyzer.csv": {
			"perf_analyzer closed offered 0 clients 1 batch 1: 200/s of 0, 0 failed, mean 0 p50 4.95 p99 5.9 ms",
			"perf_analyzer closed offered 0 clients 4 batch 1: 550/s of 0, 0 failed, mean 0 p50 7.2 p99 9.9 ms",
			"perf_analyzer closed offered 0 clients 8 batch 1: 740/s of 0, 0 failed, mean 0 p50 10.7 p99 14.9 ms",
		},
		"perf_analyzer_profile.json": {
			"perf_analyzer closed offered 0 clients 1 batch 1: 200.2/s of 40, 0 failed, mean 4.8 p50 4.8 p99 4.8 ms",
			"perf_analyzer closed offered 0 clients 4 batch 1: 401.6/s of 40, 0 failed, mean 9.6 p50 9.6 p99 9.6 ms",
		},
		"genai_perf.json": {"genai-perf closed offered 0 clients 10 batch 1: 2/s of 200, 0 failed, mean 4900 p50 4880 p99 6000 ms; 1024 in 256 out, TTFT 180 TPOT 18.5 ms"},
		"genai_perf.csv":  {"genai-perf ? offered 0 clients 0 batch 1: 2/s of 200, 0 failed, mean 4900 p50 4880 p99 6000 ms; 1024 in 256 out, TTFT 180 TPOT 18.5 ms"},
		"aiperf.json":     {"aiperf closed offered 0 clients 10 batch 1: 2/s of 200, 0 failed, mean 4900 p50 4880 p99 6000 ms; 1024 in 256 out, TTFT 180 TPOT 18.5 ms"},
		"aiperf.csv":      {"aiperf ? offered 0 clients 0 batch 1: 2/s of 200, 0 failed, mean 4900 p50 4880 p99 6000 ms; 1024 in 256 out, TTFT 180 TPOT 18.5 ms"},
		"guidellm.json": {
			"guidellm closed offered 0 clients 1 batch 1: 0.25/s of 20, 0 failed, mean 4000 p50 3990 p99 4200 ms; 1024 in 256 out, TTFT 100 TPOT 15.3 ms",
			"guidellm closed offered 0 clients 16 batch 1: 2.9/s of 170, 0 failed, mean 5500 p50 5400 p99 6600 ms; 1024 in 256 out, TTFT 0 TPOT 0 ms",
			"guidellm maximum offered 0 clients 0 batch 1: 9.1/s of 900, 0 failed, mean 2.6e+04 p50 2.5e+04 p99 4e+04 ms; 1024 in 256 out, TTFT 0 TPOT 0 ms",
		},
		"vllm_bench.json": {"vllm bench serve closed offered 0 clients 32 batch 1: 5/s of 1000, 0 failed, mean 0 p50 0 p99 0 ms; 1024 in 256 out, TTFT 400 TPOT 23 ms"},
		"vllm_bench.txt":  {"vllm bench serve closed offered 0 clients 32 batch 1: 5/s of 1000, 0 failed, mean 0 p50 0 p99 0 ms; 1024 in 256 out, TTFT 400 TPOT 23 ms"},
	} {
		runs := readFile(t, name)
		if len(runs) != len(want) {
			t.Errorf("%s: %d runs, want %d", name, len(runs), len(want))
			continue
		}
		for i, r := range runs {
			if got := words(r); got != want[i] {
				t.Errorf("%s:\n got %s\nwant %s", name, got, want[i])
			}
		}
	}
}

// TestHistory: each number of users of a stepped test is a run of its own.
func TestHistory(t *testing.T) {
	runs := readFile(t, "locust_history.csv")
	if len(runs) != 5 || runs[3].Clients != 8 || math.Abs(runs[3].QPS-400) > 1 || math.Abs(runs[3].Latency.Percentile(0.5)-0.020) > 1e-6 {
		t.Errorf("%+v", runs)
	}
}

// TestSeveral: runs that follow each other in one file are all read.
func TestSeveral(t *testing.T) {
	for _, name := range []string{"vegeta.json", "vegeta.txt", "hey.txt", "wrk.txt", "ghz.json", "ghz.txt", "ab.txt", "vllm_bench.json", "vllm_bench.txt", "k6_summary.json", "genai_perf.json"} {
		text := fixture(t, name)
		runs, err := Read(context.Background(), strings.NewReader(text+"\n"+text))
		if err != nil || len(runs) != 2 || words(runs[0]) != words(runs[1]) {
			t.Errorf("%s: %v, %v", name, runs, err)
		}
	}
}

// TestFaults: every kind of bad file is one line that says what is wrong and what to do.
func TestFaults(t *testing.T) {
	change := func(name, from, to string) string {
		text := fixture(t, name)
		if !strings.Contains(text, from) {
			t.Fatalf("%s holds no %q", name, from)
		}
		return strings.Replace(text, from, to, 1)
	}
	for _, c := range []struct{ text, want string }{
		{"", "is empty"},
		{" \n\t", "is empty"},
		{"\x7fELF\x02\x01\x01\x00\x00\x00", "binary file"},
		{"hello\nworld\n", "not the report of a known load tool"},
		{`{"a":1}`, "not the report of a known load tool"},
		{`[]`, "not the report of a known load tool"},
		{`[1,2]`, "not the report of a known load tool"},
		{`"x"`, "not the report of a known load tool"},
		{strings.Repeat("[", 100) + strings.Repeat("]", 100), "nests deeper"},
		{fixture(t, "vegeta.json")[:300], "ends in the middle of the JSON"},
		{change("vegeta.json", `"mean":15000000`, `"mean":"fast"`), "latencies.mean is a string, expected a number"},
		{change("vegeta.json", `"mean":15000000`, `"mean":0.015`), "is it in the tool's own unit?"},
		{change("vegeta.json", `"success":1`, `"success":0`), "all 3000 requests failed"},
		{change("vegeta.txt", "15ms", "15parsecs"), `line 3: "15parsecs" is not a time with a unit`},
		{change("k6_summary.json", `"value":0`, `"value":1`), "all 6000 requests failed"},
		{change("k6_summary.json", `"avg":38.1`, `"avg":38100`), "requests in flight (Little's law), but 4 clients"},
		{change("k6.txt", ": 0.00%", ": 100.00%"), "all 6000 requests failed"},
		{change("k6.txt", "avg=38.1ms", "avg=fast"), `"fast" is not a time`},
		{change("hey.txt", "Requests/sec:	399.5086", ""), "" /* from the total and the count */},
		{strings.Split(fixture(t, "hey.txt"), "Average")[0], "the output is cut short"},
		{change("hey.txt", "[200]", "[503]"), "all 4000 requests failed"},
		{change("hey.csv", ",200,0.0000", ",20"), "the row ends after 7 of 8 columns"},
		{change("hey.csv", "0.0011", "0.0011\x00"), "binary file"},
		{"response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n", "holds no requests below the header"},
		{strings.Split(fixture(t, "wrk.txt"), "11988")[0], "the output is cut short"},
		{change("wrk.txt", "20.05ms", "20.05"), `"20.05`},
		{fixture(t, "ghz.csv"), "no rate can be had from it; write it with --format json"},
		{change("ghz.json", `"OK":4000`, `"Unavailable":4000`), "all 4000 requests failed"},
		{change("ghz.txt", "20.00 ms", "20.00 m/s"), "is not a time with a unit"},
		{change("locust_stats.csv", "Aggregated,12000,0", "Aggregated,12000,12000"), "all 12000 requests failed"},
		{change("locust_stats.csv", "20.05", "fast"), `line 2: "fast" is not a number`},
		{change("locust.json", `"num_failures": 0`, `"num_failures": 12000`), "all 12000 requests failed"},
		{change("perf_analyzer.txt", "4990 usec", "4990 parsec"), `"4990 parsec" is not a time`},
		{change("perf_analyzer.csv", "4950", "x"), `line 2: "x" is not a number`},
		{`{"experiments":[{"experiment":{"mode":"concurrency","value":1},"requests":[]}]}`, "holds no requests"},
		{change("genai_perf.json", `"unit":"ms"`, `"unit":"furlongs"`), `request_latency.unit is "furlongs"; expected ms`},
		{change("genai_perf.csv", "Request Latency (ms)", "Request Latency (furlongs)"), `"furlongs" is not a unit of time`},
		{strings.Split(fixture(t, "genai_perf.csv"), "Request Throughput")[0], "cut short"},
		{change("aiperf.json", `"avg":0.0`, `"avg":-3`), "is not a rate, count or time"},
		{`{"benchmarks":[1]}`, "not the report of a known load tool"},
		{change("guidellm.json", `"mean":4.0`, `"mean":[]`), "request_latency.successful.mean is a list, expected a number"},
		{change("vllm_bench.json", `"completed":1000,"failed":0`, `"completed":0,"failed":1000`), "all 1000 requests failed"},
		{change("vllm_bench.txt", "200.00", "long"), `"long" is not a number`},
		{change("ab.txt", "Failed requests:        0", "Failed requests:        4000"), "all 4000 requests failed"},
		{fixture(t, "k6_points.jsonl")[:900], "ends in the middle of the JSON"},
		{change("vegeta_encode.jsonl", "2026-01-05T", "yesterday "), "not a time such as"},
		{"\x1f\x8b\x08\x00garbage", "compressed file"},
	} {
		runs, err := Read(context.Background(), strings.NewReader(c.text))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%.80q: %v", c.text, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%.80q: %v, %v; want %s", c.text, runs, err, c.want)
		case err != nil && strings.Contains(err.Error(), "\n"):
			t.Errorf("%.80q: more than one line: %v", c.text, err)
		}
	}
}

// TestTruncated: no file that ends early is an endless or a wild answer.
func TestTruncated(t *testing.T) {
	files, _ := filepath.Glob("testdata/*")
	for _, file := range files {
		text := fixture(t, filepath.Base(file))
		for cut := 0; cut < len(text); cut += 1 + len(text)/200 {
			sane(t, text[:cut])
		}
	}
	if len(files) < 20 {
		t.Errorf("%d files only", len(files))
	}
}

// sane checks that an answer has no number that is none.
func sane(t testing.TB, text string) {
	t.Helper()
	runs, err := Read(context.Background(), strings.NewReader(text))
	if err != nil {
		if strings.Contains(err.Error(), "\n") || err.Error() == "" {
			t.Fatalf("error %q", err)
		}
		return
	}
	s, err := Fit(runs)
	if err != nil {
		return
	}
	for _, v := range []float64{s.Alone, s.CV, s.Rate.Low, s.Rate.Mid, s.Rate.High, s.Carried} {
		if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
			t.Fatalf("%.300q: %+v", text, s)
		}
	}
	if len(s.Batches) == 0 && !(0 < s.Rate.Low && s.Rate.Low <= s.Rate.Mid && s.Rate.Mid <= s.Rate.High && s.Carried > 0) {
		t.Fatalf("%.300q: %+v", text, s)
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*")
	for _, file := range files {
		if text := fixture(f, filepath.Base(file)); len(text) < 8<<10 {
			f.Add(text)
		}
	}
	f.Add("Summary:\n  Requests/sec: 1\n Average: 1 secs\n")
	f.Fuzz(func(t *testing.T, text string) { sane(t, text) })
}
