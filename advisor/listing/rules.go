package listing

import (
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/rule"
)

// Rules lists rules.
func Rules(all []*rule.Rule) Listing {
	l := Listing{Schema: "urn:scaleadvise:rules:v1", Name: "rules", Columns: []Column{
		{"id", "id"}, {"severity", "severity"}, {"title", "title"}, {"since", ""}, {"principles", "principles"},
		{"stages", "stages"}, {"group", ""}, {"order", ""}, {"params", "parameters"}, {"formerly", ""},
		{"argues_for", ""}, {"argues_against", ""}, {"when", ""}, {"message", ""}, {"remedy", ""},
		{"evidence", ""}, {"why", ""}, {"blocks_candidates", ""}, {"file", ""},
	}}
	for _, r := range all {
		l.Rows = append(l.Rows, []any{
			r.ID, r.Severity.String(), r.Title, r.Since, list(r.Principles),
			r.Stages.Names(), r.Group, r.Order, paramTexts(r), list(r.Formerly),
			list(r.For), list(r.Against), r.When, r.Message, r.Remedy,
			list(r.Evidence), r.Why, r.Blocks, r.File,
		})
	}
	return l
}

// paramTexts are the parameters of a rule with their values: "ceiling = 80 %".
func paramTexts(r *rule.Rule) []string {
	texts := []string{}
	for _, p := range r.Params {
		texts = append(texts, p.Name+" = "+p.String())
	}
	return texts
}

// list is never nil, so that JSON shows an empty one as [].
func list(words []string) []string { return append([]string{}, words...) }

// Facts lists what rules may name.
func Facts() Listing {
	l := Listing{Schema: "urn:scaleadvise:facts:v1", Name: "facts", Columns: []Column{
		{"name", "fact"}, {"type", "type"}, {"unit", "unit"}, {"stages", "known at"}, {"doc", "what it says"},
	}}
	for _, f := range fact.All() {
		l.Rows = append(l.Rows, []any{f.Name, f.Type.String(), f.Unit, f.Stages().Names(), f.Doc})
	}
	return l
}

// Fixtures lists the results of the fixtures of rules.
func Fixtures(results []rule.TestResult) Listing {
	l := Listing{Schema: "urn:scaleadvise:rules-test:v1", Name: "fixtures", Columns: []Column{
		{"ok", "ok"}, {"rule", "rule"}, {"must_fire", "must fire"}, {"file", "file"}, {"line", "line"}, {"error", ""},
	}}
	for _, r := range results {
		fault := ""
		if !r.OK() {
			fault = r.String()
		}
		l.Rows = append(l.Rows, []any{r.OK(), r.Rule, r.Want, r.File, r.Line, fault})
	}
	return l
}
