package step

import (
	"flag"
	"os"
	"testing"
)

// TestMain draws the same cases every time, so that a run can be repeated and a commit is
// judged by what it changed. Another seed: go test ./advisor/llm/step -rapid.seed=N.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.seed"); f != nil && f.Value.String() == f.DefValue {
		if err := f.Value.Set("20261124"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
