package main

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// odd are values that people and scripts come up with.
var odd = []string{
	"0", "-1", "1", "3", "1e9", "1e308", "NaN", "inf", "-0", "0.5", "100%", "99.999%", "150%", "1ms", "10s", "30d", "1e-9s",
	"5/s", "0.19/s", "1e12/s", "20/day", "8%/month", "-50%/month", "1000%/month", "800..1200", "1200..800", "1000±20%",
	"a10", "t4", "h100", "cpu-amd-genoa", "bert-large", "resnet50", "llama-3.1-70b", "int8", "fp16", "aws", "spot",
	"1:9ms,16:85ms", "16:85ms", "t4:850/s,9ms", "2TB", "40GB/day", "120MB/s", "20000/month", "1/month", "least-loaded", "cost",
	"", " ", "é", "'", "a,b", "--", "../..", "%s%d",
}

// lines is how many command lines are tried; each works out a whole advice.
const lines = 40

// TestAnyCommandLine: whatever flags are put together, there is an answer or a clear error,
// never both and never a fault of the program.
func TestAnyCommandLine(t *testing.T) {
	anyLine := rapid.Custom(commandLine)
	for seed := range lines {
		words := anyLine.Example(seed)
		s := newStage()
		code := s.run(words...)
		said, answered := s.err.String(), s.out.Len() > 0
		line := strings.Join(words, " ")
		switch {
		case strings.Contains(said, "internal error"):
			t.Errorf("%s: %s", line, said)
		case code == exitDone || code == exitInfeasible:
			if !json.Valid(s.out.Bytes()) {
				t.Errorf("%s: no JSON: %s", line, &s.out)
			}
		case code != exitUsage || answered || !strings.HasPrefix(said, "scaleadvise: "):
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", line, code, &s.out, said)
		}
	}
}

// commandLine draws a question with up to three flags, some of them odd.
func commandLine(t *rapid.T) []string {
	words := []string{"-o", "json"}
	if rapid.IntRange(0, 9).Draw(t, "with demand") > 0 {
		words = append(words, "--qps", rapid.SampledFrom([]string{"1", "40", "5000", "800..1200", "0", "2e6"}).Draw(t, "qps"))
	}
	if rapid.Bool().Draw(t, "with hardware") {
		words = append(words, "--gpu", rapid.SampledFrom([]string{"a10", "t4", "l4", "h100"}).Draw(t, "gpu"))
	}
	for range rapid.IntRange(0, 3).Draw(t, "flags") {
		o := rapid.SampledFrom(traitOptions()).Draw(t, "flag")
		value := o.example
		if rapid.Bool().Draw(t, "odd") {
			value = rapid.SampledFrom(odd).Draw(t, "value")
		}
		words = append(words, "--"+o.name+"="+value)
	}
	return words
}
