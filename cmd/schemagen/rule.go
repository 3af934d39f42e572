package main

import (
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/fact"
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
	for _, f := range fact.All() {
		facts = append(facts, f.Name)
	}
	properties := object{
		{"id", described("the name of the file", object{{"type", "string"}, {"pattern", idPattern}})},
		{"title", line("a few words")},
		{"since", line("version that first had the rule")},
		{"formerly", described("ids that it had, still valid wherever a rule is named", object{{"type", "array"}, {"items", object{{"type", "string"}, {"pattern", idPattern}}}, {"minItems", 1}, {"uniqueItems", true}})},
		{"stages", described("where it takes part; where all facts of the condition are known, if not given", words(stages, 1))},
		{"severity", severity()},
		{"group", described("of a group only the first that fires speaks", object{{"type", "string"}, {"pattern", idPattern}})},
		{"order", described("place in the catalogue and in the group", object{{"type", "integer"}, {"minimum", 1}, {"maximum", 1000000}})},
		{"doubt", described("its finding is a doubt about the plan, said under the headline; 1 is the largest", object{{"type", "integer"}, {"minimum", 1}, {"maximum", 1000000}})},
		{"params", params()},
		{"principles", described("what the lesson says to it", words(principles, 1))},
		{"argues", argues()},
		{"when", line("condition: a CEL expression over facts and param.NAME")},
		{"error_when", line("condition under which the finding is an error, whatever its severity otherwise")},
		{"message", line("what is wrong; {fact}, {fact|filter} and {if fact}text{else}text{end} are filled in")},
		{"remedy", line("what to do, filled in as the message is")},
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

const idPattern = `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`

// stages are those of rules that do not block candidates.
var stages = (fact.Advise | fact.Check | fact.Fleet).Names()

// severity is one for all stages, or one for each.
func severity() object {
	one := object{{"enum", []string{"info", "warning", "error"}}}
	var by object
	for _, stage := range (fact.Advise | fact.Check).Names() { // by which a fleet is judged
		by = append(by, member{stage, one})
	}
	return object{{"description", "how much it matters"}, {"anyOf", []any{one, object{
		{"type", "object"}, {"properties", by}, {"additionalProperties", false}, {"minProperties", 1},
	}}}}
}

// params are the named thresholds of a rule.
func params() object {
	one := object{
		{"type", "object"},
		{"properties", object{
			{"value", object{{"type", "number"}}},
			{"unit", object{{"enum", rule.ParamUnits()}}},
			{"doc", line("what it bounds")},
		}},
		{"required", []string{"value", "doc"}},
		{"additionalProperties", false},
	}
	return described("named thresholds, param.NAME in condition and texts; a plan's rules: and --set override them", object{
		{"type", "object"}, {"propertyNames", object{{"pattern", `^[a-z][a-z0-9]*(_[a-z0-9]+)*$`}}},
		{"maxProperties", 16}, {"additionalProperties", one},
	})
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
	for _, f := range fact.All() {
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

func factType(t fact.Type) object {
	switch t {
	case fact.Double:
		return object{{"type", "number"}}
	case fact.Int:
		return object{{"type", "integer"}}
	case fact.Bool:
		return object{{"type", "boolean"}}
	case fact.Strings:
		return object{{"type", "array"}, {"items", object{{"type", "string"}}}}
	}
	return object{{"type", "string"}}
}
