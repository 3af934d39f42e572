package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

// decidedAt is the strategy that the whole command recommends.
func decidedAt(t *testing.T, words ...string) string {
	t.Helper()
	s := newStage()
	if code := s.run(append([]string{"-o", "json"}, words...)...); code > exitInfeasible {
		t.Fatalf("%v: exit code %d, %s", words, code, s.err.String())
	}
	var a outcome
	if err := json.Unmarshal(s.out.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return strings.Join([]string{a.Strategy, strconv.FormatBool(a.Optimized), strconv.FormatBool(a.Feasible)}, " ")
}

// TestFlipsHoldWhenAsked gives the command the values on the two sides of each flip.
func TestFlipsHoldWhenAsked(t *testing.T) {
	given := []string{"--gpu", "l4", "--p99", "60ms", "--availability", "99.9%", "--replicas", "2", "--qps", "1500", "--allow-gpu", "l4,l40s,a10"}
	s := newStage()
	if code := s.run(append([]string{"whatif", "-o", "json"}, given...)...); code != exitDone {
		t.Fatalf("exit code %d, %s", code, s.err.String())
	}
	var w struct {
		Flips []struct {
			Kind, Trait, Flag, Unit string
			Now                     *float64
			First, Last             any
			Then                    struct {
				Strategy            string
				Optimized, Feasible bool
			}
		}
	}
	if err := json.Unmarshal(s.out.Bytes(), &w); err != nil {
		t.Fatal(err)
	}
	base, checked := decidedAt(t, given...), 0
	for _, f := range w.Flips {
		if f.Kind != "loses" || f.Trait == "price" {
			continue
		}
		checked++
		want := strings.Join([]string{f.Then.Strategy, strconv.FormatBool(f.Then.Optimized), strconv.FormatBool(f.Then.Feasible)}, " ")
		if got := decidedAt(t, with(given, f.Flag, written(f.First, f.Unit))...); got != want {
			t.Errorf("%s %v: %s, said was %s", f.Flag, f.First, got, want)
		}
		if f.Last == nil {
			continue // no limit, as it is
		}
		if got := decidedAt(t, with(given, f.Flag, written(f.Last, f.Unit))...); got != base {
			t.Errorf("%s %v: %s, said was that nothing flips: %s", f.Flag, f.Last, got, base)
		}
	}
	if checked < 2 {
		t.Errorf("%d flips were checked", checked)
	}
}

// with is a command line with a flag set, in place of what it was.
func with(words []string, flag, value string) []string {
	out := []string{flag, value}
	for i := 0; i < len(words); i += 2 {
		if words[i] != flag {
			out = append(out, words[i], words[i+1])
		}
	}
	return out
}

// written is a value of the document as the command line takes it.
func written(v any, unit string) string {
	number, ok := v.(float64)
	if !ok {
		return v.(string)
	}
	suffix := map[string]string{"ms": "ms", "1/s": "/s", "USD/month": "/month"}[unit]
	return strconv.FormatFloat(number, 'f', -1, 64) + suffix
}

// TestVaryRefusesWhatIsMisspelt, as advise refuses it; what one value of several cannot have
// is a row.
func TestVaryRefusesWhatIsMisspelt(t *testing.T) {
	s := newStage()
	if code := s.run("whatif", "--vary", "gpu=a10,foo", "--qps", "500"); code != exitUsage || !strings.Contains(s.err.String(), `--vary: unknown accelerator "foo"`) {
		t.Errorf("exit code %d, %s", code, s.err.String())
	}
	if s.out.Len() > 0 {
		t.Errorf("printed %s", s.out.String())
	}
}
