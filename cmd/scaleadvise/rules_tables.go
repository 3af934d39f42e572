package main

import (
	"errors"

	"scaleadvise/advisor/listing"
	"scaleadvise/advisor/rule"
)

// showRule shows one rule: as text, or as a listing of one row.
func showRule(c *call, args []string) error {
	set, err := c.rules()
	if err != nil {
		return err
	}
	if len(args) > 0 {
		if r, ok := set.Rule(args[0]); ok { // by a former id too
			args = append([]string{r.ID}, args[1:]...)
		}
	}
	id, err := oneOf("rules show", "rule", "scaleadvise rules list shows them", args, set.IDs())
	if err != nil {
		return err
	}
	r, _ := set.Rule(id)
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
