package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExportedFleetsHold exports the example fleets and random ones and has a check judge the manifests:
// what a fleet was planned to run holds as it is written down.
func TestExportedFleetsHold(t *testing.T) {
	examples, err := filepath.Glob("../../testdata/fleet/*.yaml")
	if err != nil || len(examples) == 0 {
		t.Fatal("no example", err)
	}
	for _, file := range examples {
		if judged, said := exportedAndChecked(t, file); !judged {
			t.Errorf("%s is not exported: %s", file, said)
		}
	}
	draws := 4
	if testing.Short() {
		draws = 2
	}
	all := 0
	for seed := range uint64(draws) {
		file := filepath.Join(t.TempDir(), "fleet.yaml")
		text := fleetOfMany(rand.New(rand.NewPCG(seed, 7)))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		judged, said := exportedAndChecked(t, file)
		switch {
		case judged:
			all++
		case !strings.Contains(said, "not all services fit"):
			t.Errorf("seed %d: %s\n%s", seed, said, text)
		}
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, text)
		}
	}
	if 2*all < draws {
		t.Errorf("%d of %d fleets were exported: the draws say little", all, draws)
	}
}

// exportedAndChecked fails where what a fleet exports does not hold; judged is false where it exports nothing.
func exportedAndChecked(t *testing.T, file string) (judged bool, said string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "deploy")
	s := newStage()
	if code := run(t.Context(), []string{"export", "kustomize", "--fleet", file, "--output-dir", folder}, s.streams); code != 0 {
		return false, s.err.String()
	}
	s = newStage()
	if code := run(t.Context(), []string{"check", folder}, s.streams); code != 0 {
		t.Errorf("%s: check ends with %d:\n%s%s", file, code, s.out.String(), s.err.String())
	}
	return true, ""
}

// fleetOfMany draws services of every kind on machines that are owned, bounded or rented.
func fleetOfMany(r *rand.Rand) string {
	var b strings.Builder
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	b.WriteString("version: 1\nkind: fleet\n")
	if r.IntN(2) == 0 {
		b.WriteString("limits: {cloud: aws}\npool: [{machine: p4d.24xlarge, count: 1, owned: true}, {gpu: l4, max: 12}]\nservices:\n")
	} else {
		fmt.Fprintf(&b, "limits: {cloud: %s, headroom: %s}\nservices:\n", pick("aws", "gcp"), pick("0%", "10%", "30%"))
	}
	for i := range 1 + r.IntN(3) {
		fmt.Fprintf(&b, "  - name: s%d\n", i)
		availability := pick("", "", "availability: 99.9%")
		more := pick("", "", ", growth: 5%/month, horizon: 6mo", ", peak_to_mean: 2")
		switch r.IntN(5) {
		case 0:
			fmt.Fprintf(&b, "    workload: {model: %s, qps: %d%s}\n    slo: {p99: %s%s}\n", pick("bert-large", "resnet50"), 20+r.IntN(800), more, pick("50ms", "100ms", "none"), and(availability))
		case 1:
			fmt.Fprintf(&b, "    workload: {model: llama-3.1-8b, users: %d, requests_per_user: 20/h, request: {tokens: %s, output_tokens: 120}}\n    slo: {ttft: 2s, tpot: 80ms%s}\n",
				200+r.IntN(3000), pick("512", "300/2500/9000", "300/900/2000/4000"), and(availability))
		case 2:
			fmt.Fprintf(&b, "    workload: {model: llama-3.1-8b, qps: %d%s}\n    slo: {ttft: 2s, tpot: 80ms%s}\n    sizes:\n", 1+r.IntN(40), more, and(availability))
			few := 1 + r.IntN(98)
			fmt.Fprintf(&b, "      - {share: %d%%, input_tokens: %d, output_tokens: %d}\n", few, 20+r.IntN(400), 5+r.IntN(100))
			fmt.Fprintf(&b, "      - {share: %d%%, input_tokens: %d, output_tokens: %d}\n", 100-few, 500+r.IntN(7000), 50+r.IntN(500))
		default:
			bound := pick("", "p99: 3s", "p99: 10s")
			if both := strings.Trim(bound+and(availability), ", "); both != "" {
				fmt.Fprintf(&b, "    slo: {%s}\n", both)
			}
			fmt.Fprintf(&b, "    workload: {qps: %d%s}\n    sizes:\n", 1+r.IntN(40), more)
			for range 4 {
				fmt.Fprintf(&b, "      - {share: 25%%, measured: {l4: %.3g/s, l40s: %.3g/s, a100-sxm-40gb: %.3g/s}}\n", 0.7+3*r.Float64(), 1+8*r.Float64(), 2+20*r.Float64())
			}
		}
	}
	return b.String()
}

func and(text string) string {
	if text == "" {
		return ""
	}
	return ", " + text
}
