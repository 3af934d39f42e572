package workload

import (
	"strings"
	"testing"

	"scaleadvise/advisor/origin"
)

func TestConfigName(t *testing.T) {
	for file, want := range map[string]string{
		"config.json": "config", "-": "-", "my-llama.json": "my-llama", "Qwen3-8B/config.json": "Qwen3-8B", `C:\models\Phi\config.json`: "Phi", "./config.json": "config",
		"../config.json": "config", "/config.json": "config", "~/.cache/huggingface/hub/models--meta-llama--Llama-3.1-8B/snapshots/0e9e39f/config.json": "Llama-3.1-8B",
		"models--/config.json": "config", "": "config", ".json": "config", "a/b.JSON": "b.JSON",
	} {
		if got := configName(file); got != want {
			t.Errorf("%q: %q; want %q", file, got, want)
		}
	}
}

// TestModelConfig: which of a model's name and its config.json is meant, by the layers
// that they stand in.
func TestModelConfig(t *testing.T) {
	plan, flag := origin.Origin{Kind: origin.Plan, File: "p.yaml", Line: 3}, origin.Origin{Kind: origin.Flag, Name: "--x"}
	for _, test := range []struct {
		name                     string
		model, config            *origin.Origin
		facts                    *ModelFacts
		wantModel, wantFile, err string
		warnings                 int
	}{
		{"alone", nil, &flag, nil, "tiny", "tiny.json", "", 0},
		{"named beside it", &flag, &flag, nil, "named", "tiny.json", "", 0},
		{"over the plan's model", &plan, &flag, nil, "tiny", "tiny.json", "", 1},
		{"under the flag's model", &flag, &plan, nil, "named", "", "", 1},
		{"over the plan's facts", nil, &flag, &ModelFacts{Name: "own", Origin: plan}, "tiny", "tiny.json", "", 1},
		{"beside facts", nil, &plan, &ModelFacts{Name: "own", Origin: plan}, "", "", "contradicts the facts of a model", 0},
		{"neither", nil, nil, nil, "bert-large", "", "", 0},
	} {
		s := Set{}
		if test.model != nil {
			s["model"] = Value{Text: "named", Origin: *test.model}
		}
		if test.config != nil {
			s["model_config"] = Value{Text: "tiny.json", Origin: *test.config}
		}
		w, err := Resolve(s, test.facts, "")
		if test.err != "" {
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("%s: %v; want %q", test.name, err, test.err)
			}
			continue
		}
		if err != nil || w.Model != test.wantModel || w.ModelConfig != test.wantFile || len(w.Warnings) != test.warnings || w.Facts != nil {
			t.Errorf("%s: %+v, %v; want %s, %q", test.name, w, err, test.wantModel, test.wantFile)
		}
		if w.ModelAssumed != (test.wantModel == "bert-large") {
			t.Errorf("%s: assumed %v", test.name, w.ModelAssumed)
		}
	}
}

func TestAdopt(t *testing.T) {
	w := resolve(t, "qps=5 model=some-llm")
	w.Adopt("precision", "fp8", "the name says so")
	if w.Precision != "fp8" || !w.Assumed("precision") {
		t.Errorf("precision %q", w.Precision)
	}
	given := resolve(t, "qps=5 model=some-llm precision=fp16")
	given.Adopt("precision", "fp8", "the name says so")
	w.Adopt("precision", "", "nothing says so")
	odd := resolve(t, "qps=5 model=some-llm")
	odd.Adopt("precision", "fp7", "no word of the table")
	if given.Precision != "fp16" || given.Assumed("precision") || w.Precision != "fp8" || odd.Precision != "" {
		t.Errorf("given %q, nothing %q, odd %q", given.Precision, w.Precision, odd.Precision)
	}
}
