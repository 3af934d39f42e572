package main

import (
	"slices"
	"strings"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
	"scaleadvise/rules"
)

const draft = "https://json-schema.org/draft/2020-12/schema"

// planSchema describes plan files: the trait table, set out by its plan keys.
func planSchema() ([]byte, error) {
	sections := &object{}
	for _, spec := range workload.Specs() {
		insert(sections, strings.Split(spec.PlanKey, "."), trait(spec))
	}
	for _, spec := range workload.Specs() {
		if spec.OldKey != "" {
			insert(sections, strings.Split(spec.OldKey, "."), trait(spec))
		}
	}
	properties := object{
		{"version", object{{"const", 1}, {"description", "version of this format"}}},
		{"name", object{{"type", "string"}, {"description", "what the plan is for"}}},
	}
	properties = append(properties, *sections...)
	parameters, err := thresholds()
	if err != nil {
		return nil, err
	}
	properties = append(properties, member{"ignore", ignores()}, member{"rules", parameters})
	return object{
		{"$schema", draft},
		{"$id", "urn:scaleadvise:schema:plan:v1"},
		{"title", "scaleadvise plan file"},
		{"type", "object"},
		{"properties", properties},
		{"required", []string{"version"}},
		{"additionalProperties", false},
	}.text()
}

// insert puts a schema under a path of keys, each of which is a closed object.
func insert(into *object, path []string, schema object) {
	if len(path) == 1 {
		*into = append(*into, member{path[0], schema})
		return
	}
	section := into.at(path[0])
	if len(*section) == 0 {
		*section = object{{"type", "object"}, {"properties", &object{}}, {"additionalProperties", false}}
	}
	insert(section.at("properties"), path[1:], schema)
}

// trait describes the value of one trait.
func trait(spec workload.Spec) object {
	schema := append(object{{"description", spec.Doc}, {"examples", []string{spec.Example}}}, value(spec)...)
	if spec.Name == "model" {
		return object{schema[0], {"anyOf", []object{append(object{schema[1]}, value(spec)...), modelFacts()}}}
	}
	return schema
}

// unitPattern holds for text in which a unit can stand.
const unitPattern = `[A-Za-z%]`

// value says which JSON types a kind of quantity is written in.
func value(spec workload.Spec) object {
	text := object{{"type", "string"}, {"minLength", 1}}
	list := object{{"type", "array"}, {"items", text}, {"minItems", 1}}
	switch spec.Kind {
	case unit.Text:
		if spec.Toggle {
			return object{{"type", "boolean"}}
		}
		if spec.Version {
			return object{{"type", "string"}, {"pattern", "^(" + strings.Join(spec.Words, "|") + ")(@.+)?$"}}
		}
		if spec.Words != nil {
			return object{{"enum", spec.Words}}
		}
		return text
	case unit.List:
		return object{{"anyOf", []object{text, list}}}
	}
	if unitless(spec) {
		return object{{"type", []string{"number", "string"}}, {"minLength", 1}}
	}
	return append(text, member{"pattern", unitPattern})
}

// unitless reports whether a bare number is understood.
func unitless(spec workload.Spec) bool {
	return spec.Bare || slices.Contains([]unit.Kind{unit.Count, unit.Number, unit.Fraction, unit.Burstiness, unit.Tokens}, spec.Kind)
}

// ignores describes the findings a plan puts up with.
func ignores() object {
	day := object{{"type", "string"}, {"pattern", `^\d{4}-\d{2}-\d{2}$`}, {"description", "last day on which it holds"}}
	entry := object{
		{"type", "object"},
		{"properties", object{
			{"rule", object{{"type", "string"}, {"description", "id of the rule"}}},
			{"reason", object{{"type", "string"}, {"minLength", 1}, {"description", "why it may be ignored"}}},
			{"until", day},
		}},
		{"required", []string{"rule", "reason"}},
		{"additionalProperties", false},
	}
	return object{{"description", "findings to put up with"}, {"type", "array"}, {"items", entry}}
}

// thresholds describes the parameters of rules. Rules of the user's have others.
func thresholds() (object, error) {
	set, err := rules.Load()
	if err != nil {
		return nil, err
	}
	value := object{{"type", []string{"number", "string"}}, {"minLength", 1}}
	known := object{}
	for _, r := range set.Rules() {
		if len(r.Params) == 0 {
			continue
		}
		own := object{}
		for _, p := range r.Params {
			own = append(own, member{p.Name, append(described(p.Describe(), value), member{"default", p.Value}, member{"minimum", 0})})
		}
		known = append(known, member{r.ID, object{{"type", "object"}, {"properties", own}, {"additionalProperties", false}}})
	}
	return object{
		{"description", "other values for the parameters of rules"}, {"type", "object"}, {"properties", known},
		{"additionalProperties", object{{"type", "object"}, {"additionalProperties", value}}},
	}, nil
}

// modelFacts describes a model that the catalogue does not have.
func modelFacts() object {
	text := object{{"type", "string"}, {"minLength", 1}}
	number := object{{"type", []string{"number", "string"}}, {"minLength", 1}}
	return object{
		{"type", "object"},
		{"properties", object{
			{"id", described("a model of the catalog it stands for", text)},
			{"name", described("what the model is called", text)},
			{"kind", described("what it does", object{{"enum", workload.ModelKinds()}})},
			{"params", described("parameters, 7B", number)},
			{"gflops", described("GFLOP of one request", number)},
			{"gmacs", described("10^9 multiply-adds of one request", number)},
			{"file", described("a file that describes it, model.onnx", text)},
			{"memory", described("memory on the accelerator, 40GiB", append(text, member{"pattern", unitPattern}))},
		}},
		{"anyOf", []object{{{"required", []string{"name"}}}, {{"required", []string{"id"}}}, {{"required", []string{"file"}}}}},
		{"additionalProperties", false},
	}
}
