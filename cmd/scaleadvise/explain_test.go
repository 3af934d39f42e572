package main

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/search"
)

// explained are command lines whose steps are computed again from what is printed.
var explained = [][]string{
	{"--qps", "5000", "--gpu", "a10", "--availability", "99.9%"},
	{"--users", "2M", "--requests-per-user", "20/day", "--gpu", "l4", "--growth", "8%/month", "--horizon", "12mo"},
	{"--qps", "40", "--service-time", "85ms", "--concurrency", "4", "--service-cv", "0.3", "--p99", "400ms", "--gpu", "t4"},
	{"--plan", root + "/testdata/scenarios/13-scaling-peaks.yaml"},
}

// TestPrintedStepsComputeAgain: a step of the JSON and of the Markdown, computed from the
// inputs that are printed with it, gives the result that is printed.
func TestPrintedStepsComputeAgain(t *testing.T) {
	for _, words := range explained {
		steps := 0
		s := newStage()
		if code := s.run(append([]string{"--explain", "-o", "json"}, words...)...); code != exitDone {
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
	if err != nil || !(math.Abs(got-want) <= within*math.Max(math.Abs(want), 1e-12)) {
		t.Errorf("%s = %s: %v (%v), printed was %v, from %v", name, formula, got, err, want, values)
	}
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
