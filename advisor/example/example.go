package example

import (
	"flag"
	"maps"
	"testing"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/workload"
)

// T is what a test reports failures to: *testing.T, or rapid's.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Set parses the traits that flags give, by their names.
func Set(t T, flags map[string]string) workload.Set {
	t.Helper()
	set := workload.Set{}
	for name, raw := range flags {
		if err := workload.ParseSet(name, raw, origin.Origin{Kind: origin.Flag, Name: "--" + name}, set); err != nil {
			t.Fatalf("%s %q: %v", name, raw, err)
		}
	}
	return set
}

// Workload resolves flags.
func Workload(t T, flags map[string]string) *workload.Workload {
	t.Helper()
	return Described(t, flags, nil)
}

// Described resolves flags for a model that facts describe.
func Described(t T, flags map[string]string, facts *workload.ModelFacts) *workload.Workload {
	t.Helper()
	w, err := workload.Resolve(Set(t, flags), facts, "")
	if err != nil {
		t.Fatalf("resolve %v: %v", flags, err)
	}
	return w
}

// Catalog returns the embedded catalog.
func Catalog(t T) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatalf("catalog: %v", err)
	}
	return c
}

// Fixed returns the flags of a deterministic service of 100 ms, one request at a time, with
// saturation 10/s: its numbers follow by hand.
func Fixed(more map[string]string) map[string]string {
	return with(more, map[string]string{"qps": "1", "gpu": "t4", "service_time": "100ms", "p99": "10s"})
}

// Chat returns the flags of a language model.
func Chat(more map[string]string) map[string]string {
	return with(more, map[string]string{
		"qps": "12", "model": "llama-3.1-70b", "gpu": "h100", "input_tokens": "1024", "output_tokens": "256", "ttft": "500ms", "tpot": "40ms",
	})
}

func with(more, flags map[string]string) map[string]string {
	maps.Copy(flags, more)
	return flags
}

// Repeatable runs the tests of a package, from its TestMain, with the same random draws every
// time, so that a run can be repeated and a commit is judged by what it changed. Another seed:
// go test ./advisor/llm -rapid.seed=N.
func Repeatable(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.seed"); f != nil && f.Value.String() == f.DefValue {
		if err := f.Value.Set("20261124"); err != nil {
			panic(err)
		}
	}
	m.Run() // its result is the exit code once TestMain returns
}
