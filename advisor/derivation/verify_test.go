package derivation

import (
	"math"
	"strings"
	"testing"
)

// TestVerified: a step that gives its result is left as it is, one that does not says so.
func TestVerified(t *testing.T) {
	log := &Log{}
	log.Given(Stated("replicas", "replicas", 3, "", "--replicas", ""))
	log.Given(Stated("one", "rate of one", 10, "1/s", "--replica-qps", ""))
	log.Step(Figure("all", "rate of all", 30, "1/s"), "replicas * one", "a sum")
	log.Step(Figure("wrong", "rate of all", 41, "1/s"), "replicas * one", "no sum")
	log.Search(Figure("fewest", "fewest", 3, ""), "the fewest", "fewest <= replicas", "search")
	log.Search(Figure("more", "more", 4, ""), "the fewest", "more <= replicas", "search")
	log.Step(Figure("near", "rate of all", math.Nextafter(30, 31), "1/s"), "replicas * one", "a sum")
	for name, want := range map[string]string{"all": "", "near": "", "fewest": "", "wrong": "replicas * one gives 30, not 41", "more": "more <= replicas does not hold"} {
		for _, s := range log.Verified(nil) {
			if s.Result.Name == name && (s.Note == "") != (want == "") || s.Result.Name == name && !strings.HasSuffix(s.Note, want) {
				t.Errorf("%s: note %q, want %q", name, s.Note, want)
			}
		}
	}
	if s := (Step{Formula: "unknown(1)", Result: Figure("x", "x", 1, "")}); s.Verify(nil) == nil {
		t.Error("a function that does not exist computes")
	}
}
