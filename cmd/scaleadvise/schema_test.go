package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/rule"
	"scaleadvise/rules"
)

// compiled is one of the embedded schemas, ready to judge.
func compiled(t *testing.T, kind string) *jsonschema.Schema {
	t.Helper()
	text, err := packedSchema(t.Context(), kind)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(kind+".json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(kind + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// judge holds a YAML document to a schema.
func judge(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	var document any
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	// Through JSON, so that the numbers are those a validator expects.
	normal, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(normal))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(value)
}

// TestPlanSchema: the schema and the reader of plans agree on what is one.
func TestPlanSchema(t *testing.T) {
	s := compiled(t, "plan")
	for text, good := range map[string]bool{
		"version: 1\nworkload: {qps: 5000, growth: 8%/month, horizon: 6mo, tokens: {input: 512, output: 128}}":                       true,
		"version: 1\nname: x\nworkload: {users: 2M, requests_per_user: 20/day, data: {size: 2TB, growth: 40GB/day, job_window: 6h}}": true,
		"version: 1\nslo: {p99: 100ms, availability: 99.9%}\ndeploy: {gpu: a10, replicas: 8, precision: int8, zones: 3}":             true,
		"version: 1\nlimits: {max_replicas: 16, budget: 20000/month, cloud: aws, allow_gpu: [a10, l4]}":                              true,
		"version: 1\nmeasured: {replica_qps: 900, service_time: 9ms, batch_time: [\"1:9ms\", \"16:85ms\"]}":                          true,
		"version: 1\nworkload: {model: {name: ours, kind: encoder, params: 7B, memory: 40GiB}}":                                      true,
		"version: 1\nworkload: {qps: 800..1200}\nignore: [{rule: single-zone, reason: dev only, until: \"2027-03-01\"}]":             true,

		"workload: {qps: 5000}":                                  false, // no version
		"version: 2\nworkload: {qps: 5000}":                      false,
		"version: 1\nworklod: {qps: 5000}":                       false, // unknown keys
		"version: 1\nworkload: {qsp: 5000}":                      false,
		"version: 1\nworkload: {tokens: {inputs: 512}}":          false,
		"version: 1\nslo: {p99: 100}":                            false, // missing units
		"version: 1\nworkload: {data: {size: 2}}":                false,
		"version: 1\ndeploy: {precision: int9}":                  false, // unknown words
		"version: 1\nworkload: {model: {kind: encoder}}":         false, // no name
		"version: 1\nworkload: {model: {name: x, kind: radio}}":  false,
		"version: 1\nignore: [{rule: single-zone}]":              false, // no reason
		"version: 1\nignore: [{rule: a, reason: b, until: now}]": false,
		"version: 1\nworkload: [qps, 5000]":                      false,
		"[]":                                                     false,
	} {
		bySchema := judge(t, s, text)
		if (bySchema == nil) != good {
			t.Errorf("the schema takes this as %v: %s\n%v", bySchema == nil, text, bySchema)
		}
		if _, byReader := plan.Read(context.Background(), strings.NewReader(text), "plan.yaml"); (byReader == nil) != good {
			t.Errorf("the reader takes this as %v: %s\n%v", byReader == nil, text, byReader)
		}
	}
}

// TestScenariosFollowTheSchema: every plan shipped is one.
func TestScenariosFollowTheSchema(t *testing.T) {
	s := compiled(t, "plan")
	files, err := filepath.Glob(filepath.Join(root, "testdata", "scenarios", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range strings.Split("\n"+string(text), "\n---") {
			if strings.TrimSpace(document) == "" {
				continue
			}
			if err := judge(t, s, document); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

const goodRule = `
id: own
title: Own rule
severity: info
principles: [vertical-limit]
argues: {for: [horizontal], against: [vertical]}
when: plan.replicas > 4
message: Too few.
why: Because.
fixtures:
  fires: [{plan.replicas: 5}]
  silent: [{plan.replicas: 1}]
`

// TestRuleSchema: every rule of ours is one to the schema, and the schema and the loader agree
// on what is none.
func TestRuleSchema(t *testing.T) {
	s := compiled(t, "rule")
	for _, source := range rules.All() {
		if err := judge(t, s, string(source.Text)); err != nil {
			t.Errorf("%s: %v", source.Name, err)
		}
	}
	for name, change := range map[string][2]string{
		"nothing":        {"", ""},
		"severity":       {"severity: info", "severity: grave"},
		"strategy":       {"for: [horizontal]", "for: [sideways]"},
		"no principle":   {"principles: [vertical-limit]", "principles: []"},
		"principle":      {"principles: [vertical-limit]", "principles: [nosuch]"},
		"unknown key":    {"why:", "reason:"},
		"fact":           {"{plan.replicas: 5}", "{plan.replica: 5}"},
		"type of a fact": {"{plan.replicas: 5}", "{plan.replicas: five}"},
		"no fixture":     {"silent: [{plan.replicas: 1}]", "silent: []"},
		"id":             {"id: own", "id: Own Rule"},
	} {
		text := strings.Replace(goodRule, change[0], change[1], 1)
		bySchema := judge(t, s, text)
		_, byLoader := rule.Load([]rule.Source{{Name: "own.yaml", Text: []byte(text)}}, []string{"vertical-limit"})
		if good := name == "nothing"; (bySchema == nil) != good || (byLoader == nil) != good {
			t.Errorf("%s: schema %v, loader %v", name, bySchema, byLoader)
		}
	}
}

// TestFleetSchema: the fleets of the manual are ones to the schema, and what the reader refuses it
// refuses too.
func TestFleetSchema(t *testing.T) {
	s := compiled(t, "fleet")
	files, err := filepath.Glob(filepath.Join(root, "testdata", "fleet", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no fleets: %v", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := judge(t, s, string(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{
		"version: 1\nkind: plan\nservices: [{plan: a.yaml}]", "version: 1\nkind: fleet", "version: 1\nkind: fleet\nservices: []",
		"version: 1\nkind: fleet\npool: [{gpu: l4, most: 4}]\nservices: [{plan: a.yaml}]", "version: 1\nkind: fleet\nlimits: {quota: l4=4}\nservices: [{plan: a.yaml}]",
		"version: 1\nkind: fleet\nservices: [{plan: a.yaml, priority: 0}]",
	} {
		_, byReader := plan.ReadFleet(context.Background(), strings.NewReader(text), "fleet.yaml")
		if bySchema := judge(t, s, text); bySchema == nil || byReader == nil {
			t.Errorf("%q: schema %v, reader %v", text, bySchema, byReader)
		}
	}
}
