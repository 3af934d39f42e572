package main

import (
	"errors"
	"scaleadvise/advisor/unit"

	"scaleadvise/advisor/listing"
	"scaleadvise/advisor/rule"
)

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
		return usagef("rules show: no rule %q; %s", args[0], unit.Suggest(args[0], ids, "scaleadvise rules list shows them"))
	}
	if err := noArgs("rules show "+r.ID, args[1:]); err != nil {
		return err
	}
	format, err := c.format(listing.Formats())
	switch {
	case err != nil:
		return err
	case format == "table":
		return c.deliver(listing.RuleText(r, c.columns()))
	case format == "markdown":
		return c.deliver(listing.RuleMarkdown(r))
	}
	return c.listed(listing.Rules([]*rule.Rule{r}))
}

// testRules runs the fixtures of all rules. One that disagrees with its rule is a fault of the
// rule file: exit code 2.
func testRules(c *call, set *rule.Set) error {
	results := set.Test(c.ctx)
	if err := c.ctx.Err(); err != nil {
		return err
	}
	var wrong []error
	for _, r := range results {
		if !r.OK() {
			wrong = append(wrong, usagef("%s", r.String()))
		}
	}
	if err := c.listed(listing.Fixtures(results)); err != nil {
		return err
	}
	c.note("%d fixtures of %d rules, %d wrong", len(results), len(set.Rules()), len(wrong))
	return errors.Join(wrong...)
}
