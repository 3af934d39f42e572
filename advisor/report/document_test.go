package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"scaleadvise/advisor/advice"
)

// contract are the keys that scripts may rely on, by where they stand.
var contract = map[string]string{
	"": `schema strategy direction optimized optimizations feasible decided_by supported_by plan today alternatives
		findings principles assumptions roadmap warnings traits`,
	"plan": planKeys, "today": planKeys + " assumed",
	"alternatives.0":           "strategy optimized chosen feasible excuse near_miss plan cost_ratio decided_by",
	"alternatives.0.near_miss": "trait value needed", "alternatives.0.plan": planKeys,
	"findings.0":        "rule severity argues title message remedy principles evidence",
	"findings.0.argues": "for against", "findings.0.evidence.demand\\.plan_qps": "value unit origin",
	"principles.0": "id title text source", "assumptions.0": "trait value unit reason",
	"roadmap.0": "date strategy plan", "roadmap.0.plan": planKeys, "traits.qps": "value unit low high origin",
}

const planKeys = `accelerator accelerators_per_replica replicas precision optimizations instance_type instances
	capacity_qps capacity_qps_after_losses utilization busy p50_ms p99_ms ttft_ms tpot_ms cost_usd_per_month
	cost_usd_per_million_requests cost_usd_per_million_tokens holds_until survives_replica_losses`

// at follows a path of keys and indices; a dot within a key is escaped.
func at(t *testing.T, doc any, path string) any {
	t.Helper()
	if path == "" {
		return doc
	}
	path = strings.ReplaceAll(path, "\\.", "\x00")
	for _, step := range strings.Split(path, ".") {
		step = strings.ReplaceAll(step, "\x00", ".")
		if i, err := strconv.Atoi(step); err == nil {
			doc = doc.([]any)[i]
			continue
		}
		doc = doc.(map[string]any)[step]
	}
	return doc
}

func decodeJSON(t *testing.T, text string) any {
	t.Helper()
	var doc any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestContractKeys(t *testing.T) {
	a := typical()
	a.Roadmap = growing().Roadmap
	doc := decodeJSON(t, render(t, "json", sample{advice: a}, Options{}))
	for path, keys := range contract {
		got, ok := at(t, doc, path).(map[string]any)
		if !ok {
			t.Errorf("%q is not an object", path)
			continue
		}
		for _, key := range strings.Fields(keys) {
			if _, ok := got[key]; !ok {
				t.Errorf("%q lacks %q; it has %v", path, key, slices.Sorted(maps.Keys(got)))
			}
		}
	}
	if at(t, doc, "schema") != "urn:scaleadvise:advice:v2" || at(t, doc, "plan.p99_ms") != 61.0 {
		t.Error("schema or p99 is not what the contract says")
	}
}

func TestNoNullLists(t *testing.T) {
	doc := decodeJSON(t, render(t, "json", sample{advice: &advice.Advice{}}, Options{}))
	for _, key := range strings.Fields("optimizations alternatives findings principles assumptions roadmap warnings next plan.optimizations") {
		if _, ok := at(t, doc, key).([]any); !ok {
			t.Errorf("%s is %v, not an empty list", key, at(t, doc, key))
		}
	}
	for _, key := range strings.Fields("today plan.p99_ms plan.holds_until plan.cost_usd_per_month") {
		if v := at(t, doc, key); v != nil {
			t.Errorf("%s is %v, not null", key, v)
		}
	}
}

func TestUnstableIsNull(t *testing.T) {
	doc := decodeJSON(t, render(t, "json", sample{advice: typical()}, Options{}))
	for _, key := range strings.Fields("p50_ms p95_ms p99_ms") {
		if v := at(t, doc, "alternatives.0.plan."+key); v != nil {
			t.Errorf("%s of an unstable plan is %v", key, v)
		}
	}
}

// numbers makes YAML's whole numbers comparable to JSON's.
func numbers(v any) any {
	switch v := v.(type) {
	case int:
		return float64(v)
	case uint64: // beyond the largest int
		return float64(v)
	case map[string]any:
		for k, x := range v {
			v[k] = numbers(x)
		}
	case []any:
		for i, x := range v {
			v[i] = numbers(x)
		}
	}
	return v
}

// same reports how the YAML of an advice differs from its JSON; "" when it does not.
func same(t *testing.T, a *advice.Advice) string {
	t.Helper()
	want := decodeJSON(t, render(t, "json", sample{advice: a}, Options{}))
	var got any
	if err := yaml.Load([]byte(render(t, "yaml", sample{advice: a}, Options{})), &got); err != nil {
		t.Fatal(err)
	}
	return cmp.Diff(want, numbers(got))
}

func TestYAMLIsJSON(t *testing.T) {
	for _, s := range samples() {
		if d := same(t, s.advice); d != "" {
			t.Errorf("%s (-json +yaml):\n%s", s.name, d)
		}
	}
	for _, text := range []string{"yes", "null", "~", "0x1F", "0o17", "1_000", "2026-07-01", "1e3", ".5", "- a", "a: b", "# x", " lead",
		"trail ", "two\nlines\n", "\ttab", "&a", "*a", "!t", "%", "@", "`", "'", `"`, "?", "<<", "=", "---", "...", "\u0085", "\u00a0"} {
		if d := same(t, &advice.Advice{Workload: advice.Summary{Name: text}}); d != "" {
			t.Errorf("%q (-json +yaml):\n%s", text, d)
		}
	}
}

func TestYAMLIsJSONForAnyText(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.String().Draw(r, "text")
		value := rapid.Float64().Draw(r, "value")
		a := &advice.Advice{Warnings: []string{text}, Traits: []advice.Trait{{Name: text, Value: value, Low: value, High: value, Origin: text}}}
		if d := same(t, a); d != "" {
			r.Errorf("-json +yaml:\n%s", d)
		}
	})
}

func TestCSVRows(t *testing.T) {
	for _, s := range samples() {
		rows, err := csv.NewReader(bytes.NewBufferString(render(t, "csv", s, Options{}))).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if len(rows) != 1+len(s.advice.Alternatives) {
			t.Errorf("%s has %d rows for %d alternatives", s.name, len(rows), len(s.advice.Alternatives))
		}
	}
}

func TestCSVFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+a": "'+a", "-a": "'-a", "@a": "'@a", "\t=a": "'=a", "\r\n=a": "'=a", "-1.5": "-1.5", "-inf": "'-inf",
		"-1+1": "'-1+1", "two\nlines": "two lines", "": "", "a=b": "a=b",
	} {
		if got := cell(text); got != want {
			t.Errorf("cell(%q) = %q, want %q", text, got, want)
		}
	}
}
