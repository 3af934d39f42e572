package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// broken are texts of every kind of file that is read, each with another fault.
var broken = []string{
	// YAML
	"a: b: c", "a: [1", "a: {b", "\ta: 1", "a: \"x", "a: *b", "- a\nb", "a: |x", "%FOO\n---", "a: \x01", "@a", "!!binary x", "? a", "a:\n- 1\n b",
	"version: 1\nworkload: 5", "version: x", "version: 1\nworkload: {qps: 1e999}", "version: 1\nworkload: {qps: [1,2]}",
	"version: 1\nworkload: {qps: 0x10}", "version: 1\nslo: {p99: 99999999999999999999s}", "version: 1\nworkload: {qps: .inf}",
	"version: 1\nignore: [{rule: a, until: 2027-13-45}]", "5", "null", "[]", "\"x\"", "\xff\xfe", "version: 1\nlimits: {price: {a: b}}", "id: 5",
	"id: x\nwhen: \"1 +\"", "id: x\ntitle: y\nseverity: warning\nprinciples: [utilization]\nwhen: \"plan.replicas >\"\nmessage: \"{{\"",
	"id: x\nwhen: !!int \"z\"", "<<: 5", "<<: [1]\n", "a: !!float x", "a: 2001-99-99",
	// JSON
	"{", "{}", "[", "[]", "null", "5", "\"x\"", "{\"a\"", "{\"a\":", "{\"a\":1,}", "{\"a\":tru}", "{\"a\":\"\\q\"}", "{\"a\":\"\\ud800\"}", "\x00",
	"{\"a\":1e999}", "{\"architectures\":5}", "{\"architectures\":[\"LlamaForCausalLM\"],\"hidden_size\":\"x\"}",
	"{\"architectures\":[\"LlamaForCausalLM\"],\"hidden_size\":1e400}", "{\"schema\":5}", "{\"schema\":\"urn:scaleadvise:baseline:v1\",\"findings\":5}",
	"{\"schema\":\"urn:scaleadvise:baseline:v1\",\"findings\":[5]}", "{\"schema\":\"urn:scaleadvise:baseline:v1\",\"findings\":[{\"fingerprint\":5}]}",
	"{\"schema\":\"urn:scaleadvise:quiz-history:v1\",\"questions\":{\"a\":5}}",
	"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[1,2]]}]}}",
	"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[\"x\",\"2\"]]}]}}",
	"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[1,\"x\"]]}]}}",
	"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":5,\"values\":5}]}}", "{\"status\":5}",
	"{\"latencies\":{\"mean\":\"x\",\"99th\":1},\"requests\":5,\"rate\":1,\"duration\":1,\"success\":1}",
	"{\"learner\":{\"gradient_booster\":{\"model\":{\"trees\":[{\"left_children\":\"x\"}]}}}}",
	"{\"tree_info\":[{\"tree_structure\":{\"left_child\":{\"leaf_value\":1}}}]}", "{\"metrics\":{\"http_reqs\":{\"rate\":\"x\"}}}",
	"{\"metrics\":{\"http_reqs\":5}}", "{\"a\":1}{\"b\":2}", "[1,2,3]", "{\"benchmarks\":[{\"x\":1}]}",
	"{\"request_throughput\":\"x\",\"p99_ttft_ms\":1}",
	// CSV
	"a", "a,b", "a,b\n1", "a,b\n1,2,3", "\"a", "a\"b,c", "a,b\n\"1,2", "n,throughput_qps\nx,y", "n,throughput_qps\n1,1e999",
	"n,throughput_qps\n1,0x1p3", "n,throughput_qps\n1", "n,throughput_qps\n1,2\n1,2\n\"", "arrival_s,input_tokens\nx,1", "arrival_s\n1e999",
	"arrival_s\n2020-13-01T00:00:00Z", "time,rate\n2020-01-01,x", "input_tokens,output_tokens\n1,x", "input_tokens\n1e99", "input_tokens\n0x10",
	"id,kind\na,b", "id\n\"x", "accelerator,accelerator_count,model,known_max_qps,bound_ms,percentile,measured_qps\na10,x,y,z,1,2,3",
	"accelerator,accelerator_count,model,known_max_qps,bound_ms,percentile,measured_qps\na10,1,bert-large,1e999,1,2,3", ";", "a;b\n1;2",
	"timeStamp,elapsed,label\nx,y,z", "Type,Name,Request Count\nx,y,z", "Concurrency,Inferences/Second\nx,y", "A", "\r", "A\nB\nZ\n5",
	// metrics, output of load tools, models
	"# TYPE a b", "a{", "a{b=\"c\"", "a{b=\"c\"} x", "a 1 2 3", "a{b=\"\\q\"} 1", "# TYPE a histogram\na_bucket{le=\"x\"} 1",
	"# TYPE a histogram\na_bucket 1", "a 0x10", "a{b=c} 1", "1a 2", "# HELP", "# TYPE a counter\n# TYPE a gauge\na 1", "a 1e999",
	"vllm:x{a=\"b\",a=\"c\"} 1", "Running 1m test @ x\n", "Requests/sec: x\nLatency 1x", "Summary:\n  Total: x secs\n  Requests/sec: y\n",
	"tree\nversion=v4\nnum_class=x\n\nTree=0\nnum_leaves=x\n", "<html>", "PK\x03\x04", "\x1f\x8b\x08", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03abc",
	"\x08\x01\x12", "\x89HDF\r\n", "\x7fELF", "{\"__metadata__\":{}}",
}

// programmers are words that libraries say to who calls them, not to who wrote a file.
var programmers = regexp.MustCompile(strings.Join([]string{
	`bufio`, `[Uu]nmarshal`, `invalid character`, `\s(yaml|json|csv|proto|flate|gzip|time|net|os|io):`, `go-yaml`, `expected float`, `input stream`, `construct error`, `strconv`, `\bEOF\b`, `malformed`, `parsing "`, `value as float`, `spurious`, `cannot parse`,
	`\b(float64|int64|uint64|\[\]byte|map\[|struct \{|interface \{)`, `0x[0-9a-f]{6,}`, `goroutine`, `panic`, `runtime error`, `value out of range`, `%!`,
	`encoding/`, `text format parsing error`, `did not find`, `while scanning`, `while parsing`, `<nil>`,
}, "|"))

// TestNoLibrarySpeaks: whatever is wrong with a file, what is said of it is said in our words and
// names the file.
func TestNoLibrarySpeaks(t *testing.T) {
	dir := t.TempDir()
	file, rules, rows := filepath.Join(dir, "x.txt"), filepath.Join(dir, "rules"), filepath.Join(dir, "catalog")
	for _, d := range []string{rules, rows} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	places := []string{file, filepath.Join(rules, "x.yaml")}
	for _, name := range []string{"models.csv", "accelerators.csv", "instances.csv", "measurements.csv", "optimizations.csv"} {
		places = append(places, filepath.Join(rows, name))
	}
	runs := []string{
		"advise --qps 5 --plan FILE", "check FILE", "check --baseline FILE FILE", "capacity --gpu h100 --model-config FILE", "capacity --gpu l4 --model-file FILE",
		"capacity --load-test FILE", "capacity --gpu l4 --scaling-data FILE", "capacity --gpu h100 --model llama-3.1-8b --input-tokens FILE", "simulate --gpu l4 --trace FILE",
		"validate FILE", "observe --metrics-file FILE", "forecast --horizon 14d --metrics-file FILE", "quiz --answers FILE", "advise --qps 5 --rules RULES", "rules test --rules RULES",
		"profiles list --profiles RULES", "catalog models --catalog CATALOG", "observe --prometheus http://127.0.0.1:1 --timeout 1s --prometheus-config FILE",
	}
	for _, text := range broken {
		for _, place := range places {
			if err := os.WriteFile(place, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, line := range runs {
			if testing.Short() && strings.HasPrefix(line, "advise") {
				continue
			}
			s := newStage()
			code := s.run(strings.Fields(strings.NewReplacer("FILE", file, "RULES", rules, "CATALOG", rows).Replace(line))...)
			said := s.err.String()
			if found := programmers.FindString(said); found != "" {
				t.Errorf("%s of %q says %q: %s", line, text, found, said)
			}
			if code != exitDone && code != exitInfeasible && said == "" || code > exitUnknown || len(said) > 4000 {
				t.Errorf("%s of %q: exit code %d, %d bytes: %.300s", line, text, code, len(said), said)
			}
		}
	}
}
