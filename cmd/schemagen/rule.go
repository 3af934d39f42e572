package main

import (
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/rule"
	"scaleadvise/rules"
)

// ruleSchema describes rule files: their keys, with the facts and principles they may name.
func ruleSchema() ([]byte, error) {
	lesson, err := rules.Lesson()
	if err != nil {
		return nil, err
	}
	var principles, facts []string
	for _, p := range lesson {
		principles = append(principles, p.ID)
	}
	for _, f := range rule.Facts() {
		facts = append(facts, f.Name)
	}
	properties := object{
		{"id", described("the name of the file", object{{"type", "string"}, {"pattern", `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`}})},
		{"title", line("a few words")},
		{"since", line("version that first had the rule")},
		{"severity", described("how much it matters", object{{"enum", []string{"info", "warning", "error"}}})},
		{"principles", described("what the lesson says to it", words(principles, 1))},
		{"argues", argues()},
		{"when", line("condition: a CEL expression over facts")},
		{"message", line("what is wrong, with {fact} placeholders")},
		{"remedy", line("what to do, with {fact} placeholders")},
		{"evidence", described("facts shown with the finding", words(facts, 0))},
		{"why", line("explanation in Markdown")},
		{"fixtures", fixtures()},
		{"blocks", described("forbids the candidates for which it fires", object{{"const", "candidate"}})},
	}
	return object{
		{"$schema", draft},
		{"$id", "urn:scaleadvise:schema:rule:v1"},
		{"title", "scaleadvise rule file"},
		{"type", "object"},
		{"properties", properties},
		{"required", []string{"id", "title", "severity", "principles", "when", "message", "why", "fixtures"}},
		{"additionalProperties", false},
	}.text()
}

func described(text string, schema object) object {
	return append(object{{"description", text}}, schema...)
}

// line is text that must not be empty.
func line(text string) object {
	return described(text, object{{"type", "string"}, {"minLength", 1}})
}

// words is a list of at least a number of different known words.
func words(known []string, least int) object {
	return object{
		{"type", "array"}, {"items", object{{"enum", known}}},
		{"minItems", least}, {"uniqueItems", true},
	}
}

func argues() object {
	arguable := []string{}
	for _, s := range candidate.Strategies() {
		arguable = append(arguable, string(s))
	}
	arguable = append(arguable, "optimization")
	return object{
		{"description", "strategies, or optimization, that it argues about"},
		{"type", "object"},
		{"properties", object{{"for", words(arguable, 0)}, {"against", words(arguable, 0)}}},
		{"additionalProperties", false},
	}
}

// fixtures are the facts under which a rule must fire, or stay silent.
func fixtures() object {
	properties := object{}
	for _, f := range rule.Facts() {
		properties = append(properties, member{f.Name, described(f.Doc, factType(f.Type))})
	}
	facts := object{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}}
	list := object{{"type", "array"}, {"minItems", 1}, {"items", object{{"$ref", "#/properties/fixtures/$defs/facts"}}}}
	return object{
		{"description", "facts under which it must fire, or stay silent; those not named are zero"},
		{"type", "object"},
		{"properties", object{{"fires", list}, {"silent", list}}},
		{"required", []string{"fires", "silent"}},
		{"additionalProperties", false},
		{"$defs", object{{"facts", facts}}},
	}
}

func factType(t rule.Type) object {
	switch t {
	case rule.Double:
		return object{{"type", "number"}}
	case rule.Int:
		return object{{"type", "integer"}}
	case rule.Bool:
		return object{{"type", "boolean"}}
	case rule.Strings:
		return object{{"type", "array"}, {"items", object{{"type", "string"}}}}
	}
	return object{{"type", "string"}}
}
