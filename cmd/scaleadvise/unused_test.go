package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/workload"
)

// slack are traits whose effect depends on their value: a limit that is not reached changes nothing.
var slack = []string{"zones", "max_replicas", "owned", "quota", "budget", "availability", "replica_availability", "memory", "cpu", "workers", "request_size", "host_time", "measured_latency", "measured_percentile", "max_gpu", "allow_gpu", "price", "discount",
	"balancing", "burstiness", "headroom", "stay", "allow_optimization", "objective", "cloud", "region", "pricing"}

// usual are traits whose example is what is assumed without them, and those that name what was measured.
var usual = []string{"precision", "runtime", "engine", "gpus_per_replica", "p99", "latency", "model", "measured", "measured_on"}

// TestFlagsWithoutEffectAreSaid: a flag that changes nothing of what a command tells is named as one.
func TestFlagsWithoutEffectAreSaid(t *testing.T) {
	tried := 0
	for _, line := range []string{
		"advise --qps 5000 --gpu a10 --replicas 3 --model bert-large", "capacity --gpu l40s --replicas 2 --model llama-3.1-8b --input-tokens 1000 --output-tokens 200",
		"forecast --qps 500 --gpu a10 --replicas 9 --service-time 9ms --growth 5%/month --horizon 6mo", "simulate --qps 50 --gpu a10 --replicas 2 --service-time 9ms --duration 10s",
	} {
		plain, _ := told(t, line)
		for _, spec := range workload.Specs() {
			if strings.Contains(line, "--"+spec.Flag+" ") || slices.Contains(slack, spec.Name) || slices.Contains(usual, spec.Name) || spec.Example == "" {
				continue
			}
			words := line + " --" + spec.Flag + "=" + spec.Example
			switch answer, notes := told(t, words); {
			case answer == "": // refused
			case answer != plain:
				tried++
			case !strings.Contains(notes, "no effect"):
				t.Errorf("%s: the flag changes nothing, and nobody says so", words)
			default:
				tried++
			}
		}
	}
	if tried < 60 {
		t.Errorf("%d flags were tried", tried)
	}
}

// told is what a command line answers, less the traits it was given, and what it notes.
func told(t *testing.T, line string) (answer, notes string) {
	t.Helper()
	s := newStage()
	if code := s.run(append(strings.Fields(line), "-o", "json", "--now", "2026-07-01")...); code == exitUsage {
		return "", ""
	}
	var all map[string]any
	if err := json.Unmarshal(s.out.Bytes(), &all); err != nil {
		t.Fatalf("%s: %v: %s", line, err, s.err.String())
	}
	for _, name := range []string{"run", "traits", "workload", "assumptions", "next"} {
		delete(all, name)
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), s.err.String()
}
