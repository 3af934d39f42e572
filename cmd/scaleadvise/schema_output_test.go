package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"scaleadvise/cmd/scaleadvise/connection"
)

// outputSchema is the schema that the program prints for a kind of document.
func outputSchema(t *testing.T, kind string) *jsonschema.Schema {
	t.Helper()
	s := newStage()
	if code := s.run("schema", kind); code != 0 {
		t.Fatalf("schema %s: exit code %d: %s", kind, code, s.err.String())
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(s.out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(kind+".json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile(kind + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// TestOutputsFollowTheirSchemas: what -o json prints is what the schema says, and names the run.
func TestOutputsFollowTheirSchemas(t *testing.T) {
	service := "--service-time 9ms --qps 300 --gpu t4 --replicas 4"
	for _, c := range []struct{ kind, words string }{
		{"advice", service}, {"advice", service + " --growth 8%/month --horizon 6mo --explain"}, {"advice", "--qps 500 --gpu l4 --max-replicas 1 --allow-gpu l4"},
		{"advice", "--model llama-3.1-8b --qps 2 --input-tokens 500 --output-tokens 100 --gpu l4"}, {"advice", "--qps 40 --model 3d-unet-kits19 --gpu t4"},
		{"capacity", "capacity " + service}, {"capacity", "capacity --gpu l4 --model bert-large --explain"}, {"capacity", "capacity --model 3d-unet-kits19 --gpu t4"},
		{"explanation", "explain replicas " + service}, {"explanation", "explain wide-range " + service}, {"whatif", "whatif " + service},
		{"forecast", "forecast " + service + " --growth 5%/month"}, {"quiz", "quiz --count 2"}, {"simulation", "simulate " + service + " --requests 2000"},
		{"check", "check ../../testdata/scenarios/01-small-shop.yaml"}, {"comparison", "compare ../../testdata/scenarios/01-small-shop.yaml ../../testdata/scenarios/02-packed-by-hand.yaml"},
		{"validation", "validate ../../testdata/llm.csv"},
	} {
		s := newStage()
		s.run(append(strings.Fields(c.words), "-o", "json")...)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(s.out.Bytes()))
		if err != nil {
			t.Errorf("%s: %v: %s", c.words, err, s.err.String())
			continue
		}
		if err := outputSchema(t, c.kind).Validate(doc); err != nil {
			t.Errorf("%s: %v", c.words, err)
		}
		var named struct {
			Run struct {
				Version, At string
				Command     []string
			}
		}
		if err := json.Unmarshal(s.out.Bytes(), &named); err != nil || named.Run.Version == "" || !strings.HasPrefix(named.Run.At, today) || len(named.Run.Command) < 2 {
			t.Errorf("%s: the run is %+v, %v", c.words, named.Run, err)
		}
	}
}

// TestRunSaysNoSecret: an address is named without its user, password and query.
func TestRunSaysNoSecret(t *testing.T) {
	for value, want := range map[string]string{
		"https://u:secret@prom:9090/x?token=secret": "https://prom:9090/x", "5000": "5000", "a://%zz": "(an address)",
	} {
		if got := connection.WithoutSecrets(value); got != want {
			t.Errorf("%q becomes %q, want %q", value, got, want)
		}
	}
}
