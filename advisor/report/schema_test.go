package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemasByID are the schemas of all documents, ready to judge.
func schemasByID(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	all := map[string]*jsonschema.Schema{}
	for _, d := range documents {
		text, ok := Schema(d.name)
		if !ok {
			t.Fatalf("%s has no schema", d.name)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource(d.name+".json", doc); err != nil {
			t.Fatal(err)
		}
		if all[d.id], err = c.Compile(d.name + ".json"); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// judgeDocument holds a document to the schema that it names.
func judgeDocument(t *testing.T, schemas map[string]*jsonschema.Schema, name string, text []byte) bool {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return false
	}
	object, _ := doc.(map[string]any)
	id, _ := object["schema"].(string)
	s, ok := schemas[id]
	if !ok {
		return false
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return true
}

// Every golden document is what its schema says, and all kinds of documents are among them.
func TestDocumentsFollowTheirSchemas(t *testing.T) {
	schemas := schemasByID(t)
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(files) < 8 {
		t.Fatalf("%d golden documents, %v", len(files), err)
	}
	held := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if judgeDocument(t, schemas, file, text) {
			held++
		}
	}
	if held < 6 {
		t.Errorf("only %d golden documents name their schema", held)
	}
	for _, s := range samples() {
		judgeDocument(t, schemas, s.name, []byte(render(t, "json", s, Options{})))
	}
}

// A schema refuses what the document is not.
func TestSchemaBites(t *testing.T) {
	schemas := schemasByID(t)
	text := render(t, "json", sample{advice: typical()}, Options{})
	for _, c := range []struct{ from, to string }{
		{`"feasible": true`, `"feasible": "yes"`}, {`"schema": "urn:scaleadvise:advice:v2"`, `"schema": "urn:scaleadvise:advice:v1"`},
		{`"decided_by": "cheapest",`, ``}, {`"now_usd_per_month": 5110`, `"now_usd_per_month": "5110"`},
	} {
		changed := strings.Replace(text, c.from, c.to, 1)
		if changed == text {
			t.Fatalf("%s does not occur", c.from)
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(changed))
		if err != nil {
			t.Fatal(err)
		}
		if schemas[adviceSchema].Validate(doc) == nil {
			t.Errorf("%s passes as %s", c.from, c.to)
		}
	}
}

// The run stands in every document, and is null where it is not known.
func TestRunIsNamed(t *testing.T) {
	run := &Run{Version: "v1", CatalogDate: "2026-07-30", At: time.Date(2026, 8, 1, 9, 0, 0, 0, time.UTC), Command: []string{"scaleadvise", "advise", "--qps=5000"}}
	out := render(t, "json", sample{advice: typical()}, Options{Run: run})
	doc := decodeJSON(t, out)
	for path, want := range map[string]any{"run.version": "v1", "run.at": "2026-08-01T09:00:00Z", "run.catalog_date": "2026-07-30", "run.command.2": "--qps=5000"} {
		if got := at(t, doc, path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	if got := at(t, decodeJSON(t, render(t, "json", sample{advice: typical()}, Options{})), "run"); got != nil {
		t.Errorf("run is %v without one", got)
	}
}
