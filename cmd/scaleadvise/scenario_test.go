package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// verdict is what a scenario's file says of its outcome: the strategy, the criterion that
// decided, the first rule that argues for it with the principle it cites, and what else is named.
type verdict map[string]string

// verdictOf reads the line "# want: strategy=… decided_by=… supported_by=… principle=…" of a scenario.
func verdictOf(t *testing.T, file string) verdict {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := verdict{}
	for line := range strings.Lines(string(text)) {
		words, ok := strings.CutPrefix(line, "# want:")
		if !ok {
			continue
		}
		for _, word := range strings.Fields(words) {
			key, value, _ := strings.Cut(word, "=")
			want[key] = value
		}
	}
	for _, key := range []string{"strategy", "decided_by", "supported_by", "principle"} {
		if want[key] == "" {
			t.Fatalf("%s: its want: line names no %s", file, key)
		}
	}
	return want
}

// outcome is the part of the advice that scenarios are about.
type outcome struct {
	Strategy  string `json:"strategy"`
	Direction string `json:"direction"`
	Optimized bool   `json:"optimized"`
	Feasible  bool   `json:"feasible"`
	DecidedBy string `json:"decided_by"`

	SupportedBy []string `json:"supported_by"`
	Findings    []struct {
		Rule       string   `json:"rule"`
		Principles []string `json:"principles"`
	} `json:"findings"`
	Roadmap []struct {
		Strategy string `json:"strategy"`
	} `json:"roadmap"`
}

func (o outcome) principlesOf(rule string) []string {
	for _, f := range o.Findings {
		if f.Rule == rule {
			return f.Principles
		}
	}
	return nil
}

// TestScenarios runs the situations that separate the strategies.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "testdata", "scenarios", "*.yaml"))
	if err != nil || len(files) < 60 {
		t.Fatalf("%d scenarios, %v; want at least 60", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			t.Parallel()
			compareOutcome(t, verdictOf(t, file), outcomeOf(t, file))
		})
	}
}

func outcomeOf(t *testing.T, file string) outcome {
	t.Helper()
	s := newStage()
	if code := s.run("--plan", file, "-o", "json"); code != exitDone {
		t.Fatalf("exit code %d, stderr %s", code, s.err.String())
	}
	var got outcome
	if err := json.Unmarshal(s.out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func compareOutcome(t *testing.T, want verdict, got outcome) {
	t.Helper()
	if !got.Feasible {
		t.Error("no plan holds")
	}
	if got.Strategy != want["strategy"] || got.DecidedBy != want["decided_by"] {
		t.Errorf("strategy %s decided by %s, want %s by %s", got.Strategy, got.DecidedBy, want["strategy"], want["decided_by"])
	}
	if len(got.SupportedBy) == 0 || got.SupportedBy[0] != want["supported_by"] {
		t.Errorf("supported by %v, want %s first", got.SupportedBy, want["supported_by"])
	}
	if principles := got.principlesOf(want["supported_by"]); !slices.Contains(principles, want["principle"]) {
		t.Errorf("%s cites %v, want %s among them", want["supported_by"], principles, want["principle"])
	}
	if d, ok := want["direction"]; ok && got.Direction != d {
		t.Errorf("direction %q, want %q", got.Direction, d)
	}
	if o, ok := want["optimized"]; ok && (o == "true") != got.Optimized {
		t.Errorf("optimized %v, want %s", got.Optimized, o)
	}
	if f, ok := want["finding"]; ok && got.principlesOf(f) == nil {
		t.Errorf("no finding %s", f)
	}
	if r, ok := want["roadmap"]; ok {
		compareRoadmap(t, strings.Split(r, ","), got)
	}
}

// compareRoadmap holds the first stages against the strategies wanted.
func compareRoadmap(t *testing.T, want []string, got outcome) {
	t.Helper()
	for i, strategy := range want {
		if i >= len(got.Roadmap) || got.Roadmap[i].Strategy != strategy {
			t.Errorf("roadmap %v, want it to begin with %v", got.Roadmap, want)
			return
		}
	}
}
