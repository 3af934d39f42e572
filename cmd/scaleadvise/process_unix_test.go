//go:build unix

package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// build compiles the program as a user would get it.
func build(tb testing.TB) string {
	tb.Helper()
	binary := filepath.Join(tb.TempDir(), "scaleadvise")
	compile := exec.Command("go", "build", "-o", binary, ".")
	if out, err := compile.CombinedOutput(); err != nil {
		tb.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// A pipe without a writer keeps a run waiting, and an interrupted one no longer.
func TestPipeInterrupted(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	for _, args := range [][]string{{"check", pipe}, {"--plan", pipe}} {
		s := newStage()
		if code := run(ctx, args, s.streams); code != exitInterrupted {
			t.Errorf("%v: exit code %d, stderr %s", args, code, s.err.String())
		}
	}
}

// TestSignal: the first signal ends a process with exit code 130, and leaves an older file.
func TestSignal(t *testing.T) {
	binary, err := exec.LookPath("scaleadvise") // this binary under the program's name
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(t.TempDir(), "old.txt")
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		if err := os.WriteFile(old, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		command := exec.Command(binary, "simulate", "--service-time", "2ms", "--replicas", "13", "--qps", "5000", "--duration", "300h", "--output-file", old)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond)
		began := time.Now()
		if err := command.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		command.Wait()
		if code, late := command.ProcessState.ExitCode(), time.Since(began); code != exitInterrupted || late > longestInterrupt {
			t.Errorf("%v: exit code %d after %v", signal, code, late)
		}
		if kept, _ := os.ReadFile(old); string(kept) != "old" {
			t.Errorf("%v: the older file was replaced", signal)
		}
	}
}

// BenchmarkProcess measures whole runs, from exec to exit: the time and the most memory held.
func BenchmarkProcess(b *testing.B) {
	binary := build(b)
	for _, bench := range []struct {
		name string
		args []string
	}{
		{"version", []string{"version"}},
		{"advise", []string{"--qps", "5000", "--gpu", "a10"}},
		{"capacity", []string{"capacity", "--gpu", "a10"}},
		{"least-loaded", []string{"--qps", "5000", "--gpu", "a10", "--burstiness", "4", "--balancing", "least-loaded"}},
		{"batches", []string{"capacity", "--batch-time", "1024:2s", "--max-batch", "1024", "--service-cv", "1", "--p99", "20s"}},
		{"whatif", []string{"whatif", "--qps", "5000", "--gpu", "a10"}},
		{"forecast", []string{"forecast", "--qps", "5000", "--gpu", "a10", "--growth", "8%/month"}},
		{"simulate", []string{"simulate", "--service-time", "9ms", "--qps", "600", "--replicas", "8"}},
		{"json", []string{"--qps", "5000", "--gpu", "a10", "--availability", "99.9%", "-o", "json"}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var most int64
			var wall time.Duration
			for b.Loop() {
				command := exec.Command(binary, bench.args...)
				begin := time.Now()
				if out, err := command.CombinedOutput(); err != nil {
					b.Fatalf("%v\n%s", err, out)
				}
				wall += time.Since(begin)
				most = max(most, resident(command))
			}
			b.ReportMetric(float64(wall.Milliseconds())/float64(b.N), "ms/run")
			b.ReportMetric(float64(most)/(1<<20), "MiB-peak")
		})
	}
}

// resident is the most memory a finished process held, in bytes. Linux starts the count at
// what the starting process held, so that it never shows less than the test itself needs.
func resident(command *exec.Cmd) int64 {
	usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}
