package main

import (
	"errors"

	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/rule"
)

func ruleTable(all []*rule.Rule) listing {
	l := listing{schema: "urn:scaleadvise:rules:v1", name: "rules", columns: []column{
		{"id", "id"}, {"severity", "severity"}, {"title", "title"}, {"since", ""}, {"principles", "principles"},
		{"stages", "stages"}, {"group", ""}, {"order", ""}, {"params", "parameters"}, {"formerly", ""},
		{"argues_for", ""}, {"argues_against", ""}, {"when", ""}, {"message", ""}, {"remedy", ""},
		{"evidence", ""}, {"why", ""}, {"blocks_candidates", ""}, {"file", ""},
	}}
	for _, r := range all {
		l.rows = append(l.rows, []any{
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

func facts() listing {
	l := listing{schema: "urn:scaleadvise:facts:v1", name: "facts", columns: []column{
		{"name", "fact"}, {"type", "type"}, {"unit", "unit"}, {"stages", "known at"}, {"doc", "what it says"},
	}}
	for _, f := range fact.All() {
		l.rows = append(l.rows, []any{f.Name, f.Type.String(), f.Unit, f.Stages().Names(), f.Doc})
	}
	return l
}

// showRule shows one rule: as text, or as a listing of one row.
func showRule(c *call, args []string) error {
	set, err := c.rules()
	if err != nil {
		return err
	}
	var ids []string
	for _, r := range set.Rules() {
		ids = append(ids, r.ID)
	}
	if len(args) == 0 {
		return usagef("rules show: say which rule, for example scaleadvise rules show %s", ids[0])
	}
	r, ok := set.Rule(args[0])
	if !ok {
		return usagef("rules show: no rule %q; %s", args[0], nearOr(args[0], ids, "scaleadvise rules list shows them"))
	}
	if err := noArgs("rules show "+r.ID, args[1:]); err != nil {
		return err
	}
	format, err := c.format(listingFormats)
	switch {
	case err != nil:
		return err
	case format == "table":
		return c.deliver(ruleText(r, c.columns()))
	case format == "markdown":
		return c.deliver(ruleMarkdown(r))
	}
	return c.listed(ruleTable([]*rule.Rule{r}))
}

// testRules runs the fixtures of all rules. One that disagrees with its rule is a fault of the
// rule file: exit code 2.
func testRules(c *call, set *rule.Set) error {
	results := set.Test(c.ctx)
	if err := c.ctx.Err(); err != nil {
		return err
	}
	l := listing{schema: "urn:scaleadvise:rules-test:v1", name: "fixtures", columns: []column{
		{"ok", "ok"}, {"rule", "rule"}, {"must_fire", "must fire"}, {"file", "file"}, {"line", "line"}, {"error", ""},
	}}
	var wrong []error
	for _, r := range results {
		fault := ""
		if !r.OK() {
			fault = r.String()
			wrong = append(wrong, usagef("%s", fault))
		}
		l.rows = append(l.rows, []any{r.OK(), r.Rule, r.Want, r.File, r.Line, fault})
	}
	if err := c.listed(l); err != nil {
		return err
	}
	c.note("%d fixtures of %d rules, %d wrong", len(results), len(set.Rules()), len(wrong))
	return errors.Join(wrong...)
}
