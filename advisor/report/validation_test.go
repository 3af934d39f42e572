package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/advice"
)

// validations are the samples that every format is held to.
func validations() map[string]*advice.Validation {
	score := advice.Score{N: 2450, MdAPE: 0.0412, P90APE: 0.1761, Bias: -0.0004, Coverage90: 0.912, MedianIntervalRatio: 1.443}
	group := func(name string, n int, bias float64) advice.GroupScore {
		return advice.GroupScore{Group: name, Score: advice.Score{N: n, MdAPE: 0.05, P90APE: 1.2, Bias: bias, Coverage90: 1, MedianIntervalRatio: math.Inf(1)}}
	}
	return map[string]*advice.Validation{
		"validation": {
			Source: "measured.csv", Counts: "line", Rows: 2460, Used: 2450, Score: score, GroupedBy: "accelerator",
			By: []advice.GroupScore{group("NVIDIA A10", 2000, 0.031), group("NVIDIA T4", 450, -0.02)},
			Skipped: []advice.SkippedRow{
				{Line: 7, Reason: `measured_qps is "fast", which is not a number`}, {Line: 9, Reason: "output_tokens is 0: a throughput of output needs some"},
				{Line: 11, Reason: "r"}, {Line: 12, Reason: "r"}, {Line: 13, Reason: "r"}, {Line: 14, Reason: "the sixth"},
			},
			Untold: 4,
			Worst: []advice.Judgement{
				{Line: 3, What: "resnet-50 on 8 × nvidia-a10 int8, saturated", Predicted: 5200, Low: 4800, High: 5600, Measured: 9900, Unit: "1/s", Basis: "transferred"},
				{Line: 4, What: "llama-3.1-70b on 4 × nvidia-h100-sxm fp8 vllm", Predicted: 3412.4, Low: 2900, High: 4100, Measured: 2611, Unit: "tokens/s", Basis: "measured"},
				{Line: 5, What: "p99 latency at 50/s", Predicted: 0.047, Low: 0.03, High: math.Inf(1), Measured: 0.085, Unit: "s", Basis: "given"},
			},
			Warnings: []string{"the column \"precisoin\" is not known and was ignored; did you mean precision?"},
		},
		"validation-one": {
			Source: "vegeta.json", Counts: "measurement", Rows: 1, Used: 1, GroupedBy: "prediction",
			Score: advice.Score{N: 1, MdAPE: 0.1, P90APE: 0.1, Bias: 0.1, Coverage90: 0, MedianIntervalRatio: 1},
			By:    []advice.GroupScore{{Group: "latency-at-rate", Score: advice.Score{N: 1, MdAPE: 0.1, P90APE: 0.1, Bias: 0.1, MedianIntervalRatio: 1}}},
		},
		"validation-hostile": {
			Source: "a|b\n<script>", Rows: 2, Used: 1, Score: score, GroupedBy: "=cmd|' /C calc'!A0",
			By:       []advice.GroupScore{{Group: "=1+1 |\n\x1b[31m<script>", Score: score}},
			Skipped:  []advice.SkippedRow{{Line: 1, Reason: "a|b\n<script>\x00"}},
			Worst:    []advice.Judgement{{Line: 2, What: "|\n<b>", Predicted: 1, Low: 1, High: 1, Measured: 2, Unit: "1/s"}},
			Warnings: []string{"<script>|\n"},
		},
		"validation-empty": {},
	}
}

func renderValidation(t *testing.T, format string, v *advice.Validation, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteValidation(&out, format, v, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestGoldenValidation(t *testing.T) {
	extensions := map[string]string{"table": ".txt", "json": ".json", "yaml": ".yaml", "markdown": ".md", "csv": ".csv"}
	for _, f := range ValidationFormats() {
		golden(t, "validation"+extensions[f], renderValidation(t, f, validations()["validation"], Options{}))
	}
	golden(t, "validation-60.txt", renderValidation(t, "table", validations()["validation"], Options{Width: 60, ASCII: true}))
	golden(t, "validation-one.txt", renderValidation(t, "table", validations()["validation-one"], Options{}))
	golden(t, "validation-hostile.md", renderValidation(t, "markdown", validations()["validation-hostile"], Options{}))
	golden(t, "validation-hostile.csv", renderValidation(t, "csv", validations()["validation-hostile"], Options{}))
}

// TestValidationConformance holds every format to the promises of all reports.
func TestValidationConformance(t *testing.T) {
	full := errors.New("disk full")
	for name, v := range validations() {
		for _, f := range ValidationFormats() {
			out := renderValidation(t, f, v, Options{})
			if !strings.HasSuffix(out, "\n") || strings.HasSuffix(out, "\n\n") {
				t.Errorf("%s in %s ends with %q", name, f, out[max(0, len(out)-10):])
			}
			for _, r := range out {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
					t.Errorf("%s in %s holds %U", name, f, r)
				}
			}
			for _, word := range []string{"NaN", "Inf", ".inf", ".nan"} {
				if strings.Contains(out, word) {
					t.Errorf("%s in %s says %s", name, f, word)
				}
			}
			if f == "markdown" && strings.Contains(out, "<script>") {
				t.Errorf("%s in %s lets markup through", name, f)
			}
			if err := WriteValidation(broke{full}, f, v, Options{}); !errors.Is(err, full) {
				t.Errorf("%s in %s: the writer's error became %v", name, f, err)
			}
		}
	}
}

// TestValidationOnce: each group, warning and far miss stands once in every format for people.
func TestValidationOnce(t *testing.T) {
	v := validations()["validation"]
	for _, f := range []string{"table", "markdown", "json", "yaml"} {
		out := strings.Join(strings.Fields(renderValidation(t, f, v, Options{})), " ")
		for _, text := range []string{"NVIDIA A10", "NVIDIA T4", "precisoin", "resnet-50 on 8", "p99 latency at"} {
			if n := strings.Count(out, text); n != 1 {
				t.Errorf("%s says %q %d times", f, text, n)
			}
		}
	}
}

// TestValidationKeys keeps the keys that scripts rely on.
func TestValidationKeys(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal([]byte(renderValidation(t, "json", validations()["validation"], Options{})), &doc); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"schema", "rows", "used", "skipped", "mdape", "p90_ape", "bias", "coverage90", "median_interval_ratio", "by"} {
		if _, ok := doc[key]; !ok {
			t.Errorf("no key %s", key)
		}
	}
	group := doc["by"].([]any)[0].(map[string]any)
	for _, key := range []string{"group", "n", "mdape", "p90_ape", "bias", "coverage90"} {
		if _, ok := group[key]; !ok {
			t.Errorf("no key by[].%s", key)
		}
	}
	if skipped := doc["skipped"].([]any)[0].(map[string]any); skipped["line"] != 7.0 || skipped["reason"] == "" {
		t.Errorf("skipped[0] is %v", skipped)
	}
	var empty map[string]any
	if err := json.Unmarshal([]byte(renderValidation(t, "json", validations()["validation-empty"], Options{})), &empty); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"skipped", "by", "worst", "warnings"} {
		if empty[key] == nil {
			t.Errorf("%s is null where it is empty", key)
		}
	}
}

// TestValidationYAMLIsJSON: both say the same.
func TestValidationYAMLIsJSON(t *testing.T) {
	for name, v := range validations() {
		var a, b any
		if err := json.Unmarshal([]byte(renderValidation(t, "json", v, Options{})), &a); err != nil {
			t.Fatal(err)
		}
		if err := yaml.Load([]byte(renderValidation(t, "yaml", v, Options{})), &b); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plainNumbers(a), plainNumbers(b)); diff != "" {
			t.Errorf("%s (-JSON +YAML):\n%s", name, diff)
		}
	}
}

// plainNumbers makes all numbers float64, whose decoders differ.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = plainNumbers(v[k])
		}
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i])
		}
	case int:
		return float64(v)
	}
	return v
}

func TestValidationCSVIsRectangular(t *testing.T) {
	for name, v := range validations() {
		rows, err := csv.NewReader(strings.NewReader(renderValidation(t, "csv", v, Options{}))).ReadAll()
		if err != nil || len(rows) != len(v.By)+2 {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
	}
}

func TestValidationUnknownFormat(t *testing.T) {
	if err := WriteValidation(&bytes.Buffer{}, "xml", &advice.Validation{}, Options{}); err == nil || !strings.Contains(err.Error(), "table, json, yaml, markdown, csv") {
		t.Errorf("an unknown format gave %v", err)
	}
	if err := WriteValidation(&bytes.Buffer{}, "json", nil, Options{}); err == nil {
		t.Error("nothing to report gave no error")
	}
	for _, f := range ValidationFormats() {
		if !slices.Contains(Formats(), f) {
			t.Errorf("%s is no format of advice", f)
		}
	}
}
