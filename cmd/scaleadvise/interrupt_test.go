package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// interruptible are command lines of every command that works for long.
var interruptible = []string{
	"advise --qps 5000 --gpu a10 --model bert-large",
	"advise --qps 900 --gpu t4 --replicas 4 --growth 8%/month --horizon 12mo --explain",
	"advise --qps 40 --gpu h100 --model llama-3.1-70b --input-tokens 2000 --output-tokens 500",
	"advise --qps 5000 --gpu a10 --burstiness 4@1s --verify",
	"capacity --gpu a10 --model bert-large --p99 100ms --explain",
	"capacity --service-time 9ms --replica-qps 10000 --service-cv 1",
	"capacity --gpu h100 --model llama-3.1-70b --input-tokens 2000 --output-tokens 500",
	"whatif --qps 5000 --gpu a10 --model bert-large",
	"whatif --qps 5000 --gpu a10 --vary qps=1000..10000 --points 20",
	"whatif --qps 40 --gpu h100 --model llama-3.1-8b --input-tokens 800 --output-tokens 200",
	"explain --qps 5000 --gpu a10",
	"forecast --qps 2000 --growth 8%/month --horizon 12mo --gpu l4 --replicas 4 --model bert-large",
	"simulate --service-time 2ms --replicas 13 --qps 5000 --duration 1h",
	"simulate --gpu h100 --replicas 4 --model llama-3.1-8b --input-tokens 800 --output-tokens 200 --qps 20 --duration 1h",
	"simulate --gpu a10 --replicas 4 --trace $DIR/trace.csv",
	"validate $DIR/measured.csv --exclude-self",
	"check $DIR/plans",
	"check $DIR/many.yaml",
	"quiz --qps 5000 --gpu a10 -o json",
	"lesson",
}

// TestInterrupted: a run ends soon after it is interrupted, wherever it is by then, and leaves
// an older file as it was.
func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	work(t, dir)
	random := rand.New(rand.NewPCG(1, 2))
	for _, text := range interruptible {
		t.Run(text, func(t *testing.T) {
			out := filepath.Join(dir, "old.txt")
			for try := range 3 {
				if err := os.WriteFile(out, []byte("old"), 0o600); err != nil {
					t.Fatal(err)
				}
				after := time.Duration(random.Float64() * float64(time.Second) / float64(int(1)<<(3*try)))
				args := append(strings.Fields(strings.ReplaceAll(text, "$DIR", dir)), "--output-file", out)
				code, late := interrupted(args, after)
				kept, _ := os.ReadFile(out)
				switch {
				case code == exitInterrupted && late > longestInterrupt:
					t.Errorf("interrupted after %v, it ended %v later", after, late)
				case code == exitInterrupted && string(kept) != "old":
					t.Errorf("interrupted after %v, it replaced the older file", after)
				case code != exitInterrupted && late > 0 && code != exitDone && code != exitInfeasible:
					t.Errorf("interrupted after %v: exit code %d", after, code)
				}
			}
		})
	}
}

// longestInterrupt finds runs that do not end, on machines that do other work and under the
// race detector. That they end within a tenth of a second is for a benchmark to show.
const longestInterrupt = 5 * time.Second

// interrupted runs a command line, and says how long after the interruption it ended; 0 where it
// ended before.
func interrupted(args []string, after time.Duration) (code int, late time.Duration) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan int, 1)
	var out, errs bytes.Buffer
	go func() {
		done <- run(ctx, args, streams{In: strings.NewReader(""), Out: &out, Err: &errs, Env: func(string) (string, bool) { return "", false }, Now: time.Now})
	}()
	select {
	case code = <-done:
		return code, 0
	case <-time.After(after):
	}
	cancel()
	began := time.Now()
	return <-done, time.Since(began)
}

// work writes the files of the command lines.
func work(t *testing.T, dir string) {
	t.Helper()
	plan := "version: 1\nworkload: {model: bert-large, qps: 700}\ndeploy: {gpu: l4, replicas: 4}\n"
	files := map[string]string{
		"trace.csv":    "arrival_s\n",
		"measured.csv": "accelerator,model,precision,measured_qps\n" + strings.Repeat("t4,resnet50,int8,5000\na10,bert-large,fp16,900\n", 20_000),
		"many.yaml":    strings.Repeat(plan+"---\n", 300),
	}
	var trace strings.Builder
	for i := range 300_000 {
		fmt.Fprintf(&trace, "%.2f\n", float64(i)/100)
	}
	files["trace.csv"] += trace.String()
	for i := range 100 {
		files[filepath.Join("plans", string(rune('a'+i%26))+strings.Repeat("x", i/26)+".yaml")] = strings.ReplaceAll(plan, "700", "70"+string(rune('0'+i%10)))
	}
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
