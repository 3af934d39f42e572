package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/derivation"
)

// sampleSteps are two steps with a hostile text in their origins.
func sampleSteps(text string) []derivation.Step {
	l := &derivation.Log{}
	l.Given(derivation.Value{Name: "qps", Title: "qps", Number: 5000, Unit: "1/s", From: "--qps" + text, Reason: "given" + text})
	l.Given(derivation.Value{Name: "share", Title: "share", Number: 441.2547, Unit: "1/s", From: "catalog" + text})
	l.Step(derivation.Value{Name: "need", Title: "needed" + text, Number: 11.33132, Unit: ""}, "qps / share", "a ratio"+text)
	l.Search(derivation.Value{Name: "replicas", Title: "replicas", Number: 12}, "the fewest", "replicas >= need && qps > 0", "search")
	return l.Steps()
}

func sampleExplanations(text string) []*advice.Explanation {
	steps := sampleSteps(text)
	finding := advice.Finding{Rule: "r" + text, Title: "T", Message: "it is so" + text, Principles: []string{"p"}}
	return []*advice.Explanation{
		{Topic: "replicas", Quantity: &steps[1].Result, Steps: steps},
		{Topic: "r", Rule: &advice.ExplainedRule{RuleText: advice.RuleText{ID: "r", Title: "Rule" + text, Why: "why" + text}, When: "a > 1", Message: "m" + text,
			Finding: &finding, Read: []advice.Evidence{{Name: "a", Value: 2.0, Unit: "1/s", Origin: "--a" + text}}, Decided: true}},
		{Topic: "p", Principle: &advice.ExplainedPrinciple{Principle: advice.Principle{ID: "p", Title: "P" + text, Text: "text", Source: "S"}, Check: "look", Example: "so" + text,
			Mistakes: []advice.Mistake{{Said: "Said.", Why: "Wrong."}}, Findings: []advice.Finding{finding}, Rules: []string{"r"}}},
		{},
	}
}

func TestExplanationFormats(t *testing.T) {
	gone := errors.New("gone")
	for _, text := range []string{"", "<script>", "a|b", "two\nlines", "\x1b[31m"} {
		for _, e := range sampleExplanations(text) {
			for _, format := range ExplanationFormats() {
				var out bytes.Buffer
				if err := WriteExplanation(&out, format, e, Options{Width: 40}); err != nil {
					t.Fatalf("%s: %v", format, err)
				}
				if strings.Contains(out.String(), "\x1b") {
					t.Errorf("%s: an escape of the input was written", format)
				}
				if err := WriteExplanation(broke{gone}, format, e, Options{}); !errors.Is(err, gone) {
					t.Errorf("%s: a writer that fails gives %v", format, err)
				}
			}
		}
	}
}

func TestStepsAreNumbered(t *testing.T) {
	var out bytes.Buffer
	if err := WriteExplanation(&out, "table", sampleExplanations("")[0], Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"replicas = 12\n\n", "  1. needed: need = qps / share = 11.33132.", "qps = 5000/s (--qps: given) · share = 441.2547/s (catalog)",
		"  2. replicas: replicas = 12.", "need = 11.33132 (step 1) · qps = 5000/s (as above)", "found by search: the fewest", "holds: replicas >= need && qps > 0", "method: a ratio",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

func TestExplanationDocument(t *testing.T) {
	var out bytes.Buffer
	if err := WriteExplanation(&out, "json", sampleExplanations("")[1], Options{}); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Schema string
		Steps  []any
		Rule   struct {
			Fired, Decided bool
			Reads          map[string]struct{ Value float64 }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Schema != explanationSchema || doc.Steps == nil || !doc.Rule.Fired || !doc.Rule.Decided || doc.Rule.Reads["a"].Value != 2 {
		t.Errorf("%s", out.String())
	}
}
