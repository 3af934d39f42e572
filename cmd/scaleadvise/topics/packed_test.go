package topics

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "pack the pages anew")

// TestPacked: the pages that the program shows are those of this folder.
func TestPacked(t *testing.T) {
	want := map[string]string{}
	for _, name := range order {
		text, err := os.ReadFile(name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		want[name] = string(text)
	}
	if got, err := pages(); err == nil && maps.Equal(got, want) {
		return
	} else if !*update {
		t.Fatalf("the packed pages are old (%v): run go generate ./cmd/scaleadvise/topics", err)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if err := json.NewEncoder(w).Encode(want); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("pages.json.gz", b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}
