package main

import (
	"encoding/json"
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/search"
)

// explained are command lines whose steps are computed again from what is printed.
var explained = [][]string{
	{"--qps", "5000", "--gpu", "a10", "--availability", "99.9%"},
	{"--users", "2M", "--requests-per-user", "20/day", "--gpu", "l4", "--growth", "8%/month", "--horizon", "12mo"},
	{"--qps", "40", "--service-time", "85ms", "--concurrency", "4", "--service-cv", "0.3", "--p99", "400ms", "--gpu", "t4"},
	{"--plan", root + "/testdata/scenarios/13-scaling-peaks.yaml"},
	{"--model", "qwen3-30b-a3b", "--input-tokens", "1024", "--output-tokens", "64", "--ttft", "500ms", "--tpot", "100ms", "--qps", "18.7", "--gpu", "h100", "--replicas", "3", "--zones", "2", "--burstiness", "4@1s"},
	{"--qps", "300", "--data-size", "2TB", "--job-window", "6h", "--job-rate", "120MB/s", "--gpu", "l4", "--replicas", "2"},
}

// explainedAtRandom is how many random workloads are computed again as well.
const explainedAtRandom = 5

// anyExplained draws a workload of any kind: listed models, a service time of the user's,
// language models, bursts, replicas, machines for rent and lost, and work over stored data.
func anyExplained(t *rapid.T) []string {
	one := func(name string, values ...string) []string {
		if value := rapid.SampledFrom(append(values, "")).Draw(t, name); value != "" {
			return []string{"--" + name, value}
		}
		return nil
	}
	words := []string{"--qps", rapid.SampledFrom([]string{"3", "40", "900", "800..1200"}).Draw(t, "qps")}
	switch rapid.SampledFrom([]string{"listed", "given", "language"}).Draw(t, "kind") {
	case "listed":
		words = append(words, "--model", rapid.SampledFrom([]string{"bert-large", "resnet50"}).Draw(t, "model"))
		words = append(words, one("p99", "40ms", "200ms")...)
	case "given":
		words = append(words, rapid.SampledFrom([]string{"--service-time=9ms", "--service-time=85ms", "--batch-time=1:9ms,16:85ms"}).Draw(t, "service"))
		words = append(words, one("service-cv", "0.3", "1.2")...)
		words = append(words, one("p99", "200ms", "600ms")...)
	case "language":
		words = append(words, "--model", rapid.SampledFrom([]string{"llama-3.1-8b", "qwen3-30b-a3b"}).Draw(t, "model"), "--ttft", "800ms",
			"--input-tokens", rapid.SampledFrom([]string{"200", "2048"}).Draw(t, "input"), "--output-tokens", rapid.SampledFrom([]string{"30", "400"}).Draw(t, "output"))
		words = append(words, one("tpot", "40ms", "100ms")...)
	}
	words = append(words, one("gpu", "a10", "l4", "h100")...)
	words = append(words, one("replicas", "1", "2", "5")...)
	words = append(words, one("burstiness", "2", "4@1s")...)
	words = append(words, one("balancing", "least-loaded")...)
	words = append(words, one("availability", "99%", "99.95%")...)
	words = append(words, one("zones", "2", "3")...)
	words = append(words, one("growth", "5%/month")...)
	words = append(words, one("horizon", "6mo")...)
	return append(words, one("confidence", "60%", "99%")...)
}

// TestPrintedStepsComputeAgain: a step of the JSON, of the Markdown and of the text, computed from
// the inputs that are printed with it, gives the result that is printed.
func TestPrintedStepsComputeAgain(t *testing.T) {
	all := explained
	for seed := range explainedAtRandom {
		all = append(all, rapid.Custom(anyExplained).Example(seed))
	}
	for _, words := range all {
		steps := 0
		s := newStage()
		if code := s.run(append([]string{"--explain", "-o", "json"}, words...)...); code != exitDone && code != exitInfeasible {
			t.Fatalf("%v: exit code %d, %s", words, code, s.err.String())
		}
		var doc struct {
			Derivation []struct {
				Quantity, Formula, Check string
				Value                    float64
				Inputs                   []struct {
					Name, Origin string
					Value        float64
				}
			}
		}
		if err := json.Unmarshal(s.out.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		for _, step := range doc.Derivation {
			values := map[string]float64{step.Quantity: step.Value}
			for _, in := range step.Inputs {
				values[in.Name] = in.Value
				if in.Origin == "" {
					t.Errorf("%v: %s of %s has no origin", words, in.Name, step.Quantity)
				}
			}
			computeAgain(t, step.Quantity, step.Formula, step.Check, values, step.Value, 1e-9)
			steps++
		}
		s = newStage()
		s.run(append([]string{"explain", "-o", "markdown"}, words...)...)
		if printed := computePrinted(t, s.out.String()); printed != steps || steps < 10 {
			t.Errorf("%v: %d steps in Markdown, %d in JSON", words, printed, steps)
		}
		s = newStage()
		s.run(append([]string{"explain"}, words...)...)
		if printed := computeRead(t, s.out.String()); printed != steps || strings.Contains(s.out.String(), "does not compute") {
			t.Errorf("%v: %d steps in the text, %d in JSON:\n%s", words, printed, steps, s.out.String())
		}
	}
}

// computeAgain evaluates a step and compares.
func computeAgain(t *testing.T, name, formula, check string, values map[string]float64, want, within float64) {
	t.Helper()
	if formula == "" {
		formula, want = check, 1
	} else {
		delete(values, name)
	}
	got, err := derivation.Evaluate(formula, values, search.Functions())
	off := math.Abs(got - want)
	if tolerance := within * math.Max(math.Abs(want), 1e-12); err == nil && off <= tolerance {
		return
	}
	if err != nil || within < printedDigits || !(off <= rounding(formula, values, got)) {
		t.Errorf("%s = %s: %v (%v), printed was %v, from %v", name, formula, got, err, want, values)
	}
}

// printedDigits is how far a number of seven digits may be from the one that was printed.
const printedDigits = 1e-6

// rounding returns how far a result may be off because its inputs were rounded: what is left of
// a difference of nearly equal numbers holds few of their digits.
func rounding(formula string, values map[string]float64, result float64) (sum float64) {
	for _, name := range derivation.Names(formula) {
		moved := maps.Clone(values)
		moved[name] *= 1 + printedDigits
		if v, err := derivation.Evaluate(formula, moved, search.Functions()); err == nil {
			sum += math.Abs(v - result)
		}
	}
	return sum
}

var (
	printedStep  = regexp.MustCompile(`^\d+\. .*?: ([a-z0-9_]+) = (?:(.+) = )?([-0-9.e+]+)`)
	printedInput = regexp.MustCompile(`^   - ([a-z0-9_]+) = ([-0-9.e+]+)`)
)

// computePrinted reads the steps of a Markdown text and computes each again. Numbers are
// printed with seven digits.
func computePrinted(t *testing.T, text string) (steps int) {
	t.Helper()
	text = strings.NewReplacer(`\&`, "&", "&lt;", "<", "&gt;", ">", "&amp;", "&", `\`, "").Replace(text)
	var name, formula, check string
	var want float64
	values := map[string]float64{}
	finish := func() {
		if name != "" {
			computeAgain(t, name, formula, check, values, want, 1e-4)
			steps++
		}
	}
	for line := range strings.Lines(text) {
		if m := printedStep.FindStringSubmatch(line); m != nil {
			finish()
			name, formula, check = m[1], m[2], ""
			want, _ = strconv.ParseFloat(strings.TrimRight(m[3], "."), 64)
			values = map[string]float64{name: want}
		}
		if m := printedInput.FindStringSubmatch(line); m != nil {
			values[m[1]], _ = strconv.ParseFloat(m[2], 64)
		}
		if rest, ok := strings.CutPrefix(line, "   - holds: "); ok {
			check = strings.TrimSpace(rest)
		}
	}
	finish()
	return steps
}

var (
	readStep  = regexp.MustCompile(`^ *\d+\. `)
	readHead  = regexp.MustCompile(`: ([a-z0-9_]+) = (?:(.+) = )?([-0-9.e+]+)[^=]*$`)
	readInput = regexp.MustCompile(`([a-z0-9_]+) = ([-0-9.e+]+)`)
)

// computeRead reads the steps of a text for people, whose lines are broken, and computes each
// again.
func computeRead(t *testing.T, text string) (steps int) {
	t.Helper()
	var head, details string
	finish := func() {
		m := readHead.FindStringSubmatch(head)
		if m == nil {
			return
		}
		want, _ := strconv.ParseFloat(strings.TrimRight(m[3], "."), 64)
		values := map[string]float64{m[1]: want}
		inputs, _, _ := strings.Cut(details, " method: ")
		check := ""
		if i := strings.LastIndex(inputs, " holds: "); i >= 0 {
			inputs, check = inputs[:i], inputs[i+len(" holds: "):]
		}
		inputs, _, _ = strings.Cut(inputs, " found by search: ")
		for _, in := range readInput.FindAllStringSubmatch(inputs, -1) {
			values[in[1]], _ = strconv.ParseFloat(in[2], 64)
		}
		computeAgain(t, m[1], m[2], check, values, want, 1e-4)
		steps++
	}
	for line := range strings.Lines(text) {
		switch body := strings.TrimSpace(line); {
		case readStep.MatchString(line):
			finish()
			head, details = body, ""
		case strings.HasPrefix(line, "       "):
			details += " " + body
		case strings.HasPrefix(line, "     "):
			head += " " + body
		}
	}
	finish()
	return steps
}

// TestLessonExamples: every principle has an example, and what it says is computed.
func TestLessonExamples(t *testing.T) {
	s := newStage()
	if code := s.run("lesson", "-o", "json"); code != exitDone {
		t.Fatalf("exit code %d, %s", code, s.err.String())
	}
	var doc struct {
		Principles []struct{ ID, Example string }
	}
	if err := json.Unmarshal(s.out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	for _, p := range doc.Principles {
		if len(p.Example) < 40 || strings.ContainsAny(p.Example, "{}") || strings.Contains(p.Example, " 0/s") || strings.Contains(p.Example, "  ") {
			t.Errorf("%s: %q", p.ID, p.Example)
		}
	}
	if len(doc.Principles) < 16 {
		t.Errorf("%d principles", len(doc.Principles))
	}
}
