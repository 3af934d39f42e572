package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestFresh: the committed schemas are what the tables make today.
func TestFresh(t *testing.T) {
	for name, build := range schemas {
		want, err := packed(build)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("../scaleadvise/schema", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is stale: run make generate", name)
		}
	}
}

func TestObjectKeepsOrder(t *testing.T) {
	o := &object{}
	insert(o, []string{"b", "y"}, object{{"type", "string"}})
	insert(o, []string{"a"}, object{{"const", 1}})
	insert(o, []string{"b", "x"}, object{{"type", "number"}})
	got, err := o.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"b":{"type":"object","properties":{"y":{"type":"string"},"x":{"type":"number"}},"additionalProperties":false},"a":{"const":1}}`
	if string(got) != want {
		t.Errorf("got %s", got)
	}
}
