package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// BenchmarkCheck judges as many plans as a large organisation has, no two alike. The wish is
// ten thousand in ten seconds on two processors: 1 ms a plan.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		folder := manyPlans(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s := streams{Out: io.Discard, Err: io.Discard, Env: func(string) (string, bool) { return "", false },
					Now: func() time.Time { return time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC) }}
				if code := run(context.Background(), []string{"check", folder, "--min-severity", "error", "--fail-on", "none"}, s); code != exitDone {
					b.Fatalf("exit code %d", code)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/plan")
		})
	}
}

func manyPlans(tb testing.TB, n int) string {
	tb.Helper()
	folder := tb.TempDir()
	models, gpus := []string{"bert-large", "resnet-50", "retinanet", "dlrm-v2"}, []string{"a10", "l4", "t4", "a100", "h100", "l40s", "a30"}
	for i := range n {
		text := fmt.Sprintf("version: 1\nname: service-%d\nworkload: {model: %s, qps: %d, growth: %d%%/month, horizon: %dmo}\nslo: {p99: %dms, availability: 99.%d%%}\n"+
			"deploy: {gpu: %s, replicas: %d, zones: %d}\nlimits: {max_replicas: 40, budget: %d000/month}\n",
			i, models[i%4], 5+i*37%5000, i%12, 3+i%10, 20+i*13%400, 5+i%5, gpus[i%7], 1+i*7%40, 1+i%3, 2+i%60)
		dir := filepath.Join(folder, fmt.Sprint(i/100))
		if err := os.MkdirAll(dir, 0o777); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d.yaml", i)), []byte(text), 0o666); err != nil {
			tb.Fatal(err)
		}
	}
	return folder
}

// The same plans give the same bytes, however many of them are judged at once.
func TestCheckIsDeterministic(t *testing.T) {
	folder := manyPlans(t, 60)
	var first string
	for range 3 {
		s := newStage()
		s.run("check", folder, "-o", "json", "--min-severity", "info")
		out := s.out.String()
		if first == "" {
			first = out
		}
		if out != first || len(out) < 10_000 {
			t.Fatalf("%d bytes, then %d others", len(first), len(out))
		}
	}
}

// A line on the terminal says how far a long check is, and leaves no trace.
func TestCheckProgress(t *testing.T) {
	folder := manyPlans(t, 400)
	for tty, want := range map[bool]bool{true: true, false: false} {
		s := newStage()
		s.ErrIsTTY = tty
		s.run("check", folder, "-o", "github", "--fail-on", "none")
		if got := s.err.String(); strings.HasSuffix(got, "\r\x1b[K") != want || !want && got != "" {
			t.Errorf("on a terminal %v: stderr %q", tty, got)
		}
	}
}
