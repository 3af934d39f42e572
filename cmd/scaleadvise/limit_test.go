package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestTimeLimit: a run whose time is up tells what is known by then, says that it is partial, and
// could not tell the rest. The clock advances by a second each time that it is read.
func TestTimeLimit(t *testing.T) {
	plans := t.TempDir()
	for i := range 40 {
		text := fmt.Sprintf("version: 1\nworkload: {qps: %d}\ndeploy: {gpu: a10, replicas: 6}\n", 100+i)
		if err := os.WriteFile(filepath.Join(plans, fmt.Sprintf("p%02d.yaml", i)), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	table := filepath.Join(t.TempDir(), "measured.csv")
	rows := "accelerator,model,known_max_qps,known_latency_ms,bound_ms,percentile,measured_qps\n" + strings.Repeat("a10,bert-large,500,10,100,99,400\n", 40)
	if err := os.WriteFile(table, []byte(rows), 0o666); err != nil {
		t.Fatal(err)
	}
	own := []string{"--service-time", "9ms", "--replicas", "8", "--qps", "40"}
	for name, words := range map[string][]string{
		"check":          {"check", plans},
		"validate":       {"validate", table},
		"whatif":         append([]string{"whatif"}, own...),
		"whatif, varied": append([]string{"whatif", "--vary", "qps=40..60", "--points", "40"}, own...),
	} {
		for limit, code := range map[string]int{"20s": exitUnknown, "10d": exitDone} {
			s := newStage()
			var read atomic.Int64
			s.Now = func() time.Time { return time.Date(2026, 7, 1, 0, 0, int(read.Add(1)), 0, time.UTC) }
			if got := s.run(append(words, "--time-limit", limit, "-o", "json")...); got != code {
				t.Errorf("%s within %s: exit code %d, want %d: %s", name, limit, got, code, s.err.String())
			}
			stopped := strings.Contains(s.err.String(), "stopped after 20 s (--time-limit): ")
			if stopped != (code != exitDone) {
				t.Errorf("%s within %s: %s", name, limit, s.err.String())
			}
			// The first input of whatif alone takes longer.
			if stopped && name != "whatif" && !strings.Contains(s.err.String(), "it stops after 20 s with what is known by then") {
				t.Errorf("%s: not announced: %s", name, s.err.String())
			}
			var document struct {
				Partial  bool
				Unjudged []struct{ Reason string }
			}
			if err := json.Unmarshal(s.out.Bytes(), &document); err != nil {
				t.Fatalf("%s within %s: %v", name, limit, err)
			}
			if partial := document.Partial || len(document.Unjudged) > 0; partial != stopped {
				t.Errorf("%s within %s: partial is %v", name, limit, partial)
			}
		}
	}
}
