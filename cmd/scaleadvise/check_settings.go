package main

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/gate"
	"scaleadvise/advisor/report"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/unit"
	"scaleadvise/cmd/scaleadvise/revision"
	"scaleadvise/rules"
)

// severityWords are the severities, gravest first, and a word for none.
var severityWords = []string{"error", "warning", "info", "none"}

// review reads the flags: what is to be checked, by what, and the format of the report.
func (c *call) review(loads *gate.Loads) (gate.Review, string, error) {
	if len(c.args) == 0 {
		return gate.Review{}, "", usagef("check: name what to check: a file, a folder, a pattern, or - for stdin, for example scaleadvise check capacity/")
	}
	format, errFormat := c.format(report.CheckFormats())
	known, errCatalog := c.catalog()
	all, errRules := c.rules()
	options, errOptions := c.options()
	if err := errors.Join(errFormat, errCatalog, errRules, errOptions); err != nil {
		return gate.Review{}, "", err
	}
	lesson, err := rules.Lesson()
	if err != nil {
		return gate.Review{}, "", err
	}
	policy, errPolicy := c.policy(options.Now)
	selection, errSelection := c.selection(all)
	limits, errLimits := c.limits()
	skipped, errSkipped := excluded(c)
	layouts, errLayouts := c.layouts()
	policy.Renamed = all.Renamed()
	set := all.Where(func(r *rule.Rule) bool { return r.JudgesDeclared() && selection.Allows(r.ID) })
	r := gate.Review{
		Files: c.fileSystem(), Paths: c.args, Exclude: skipped, CompareTo: c.text("compare-to"), Layouts: layouts,
		Revision: func(name string) (gate.Revision, error) { return revision.Open(c.ctx, name) },
		Judge:    c.judge(known, set, options, loads), JudgeFleet: judgeFleet(c, known, set, options), Words: c.words(set, limits), Progress: c.checked,
		Rules: all.IDs(), FleetRules: all.Where(func(r *rule.Rule) bool { return r.At(fact.Fleet) }).IDs(), Texts: all.Texts(), Selection: selection, Policy: policy,
		Together: func(id string) bool {
			r, _ := all.Rule(id)
			return r != nil && slices.Contains(r.Reads(), "check.same_name")
		},
	}
	for _, p := range lesson {
		r.Lesson = append(r.Lesson, advice.Principle{ID: p.ID, Title: p.Title, Text: p.Text, Source: p.Source})
	}
	return r, format, errors.Join(errPolicy, errSelection, errLimits, errSkipped, errLayouts)
}

// policy reads what is made of findings. What fails the check is always shown.
func (c *call) policy(now time.Time) (gate.Policy, error) {
	failOn, errFail := c.severity("fail-on", "error")
	least, errLeast := c.severity("min-severity", "warning")
	baseline, errBaseline := c.baseline()
	return gate.Policy{FailOn: failOn, Least: min(least, failOn), Strict: c.toggled("strict"), Now: now, Baseline: baseline}, errors.Join(errFail, errLeast, errBaseline)
}

func (c *call) severity(flag, otherwise string) (advice.Severity, error) {
	word := c.text(flag)
	if word == "" {
		word = otherwise
	}
	known := severityWords
	if flag == "min-severity" {
		known = known[:3]
	}
	i := slices.Index(known, word)
	if i < 0 {
		return 0, usagef("--%s %s: unknown severity; %s", flag, word, unit.SuggestFew(word, known))
	}
	return []advice.Severity{advice.Error, advice.Warning, advice.Info, advice.Error + 1}[i], nil
}

// selection reads which rules take part.
func (c *call) selection(all *rule.Set) (gate.Selection, error) {
	only, errOnly := c.ruleNames("enable", all)
	not, errNot := c.ruleNames("disable", all)
	return gate.Selection{Only: only, Not: not}, errors.Join(errOnly, errNot)
}

// ruleNames reads a flag that names rules, one or several behind commas.
func (c *call) ruleNames(flag string, all *rule.Set) ([]string, error) {
	var names []string
	var unknown []error
	for _, value := range c.texts(flag) {
		for name := range strings.SplitSeq(value, ",") {
			name = strings.TrimSpace(name)
			named := all.Named(name)
			if len(named) == 0 {
				unknown = append(unknown, usagef("--%s %s: unknown rule; %s", flag, name,
					unit.Suggest(name, all.IDs(), "scaleadvise rules list shows all")))
				continue
			}
			for _, r := range named {
				names = append(names, r.ID)
			}
		}
	}
	return names, errors.Join(unknown...)
}

// limits reads the limits on the cost of all plans together.
func (c *call) limits() (advisor.Limits, error) {
	cost, errCost := c.quantity("max-cost", unit.Money, "20000/month")
	increase, errIncrease := c.quantity("max-cost-increase", unit.Fraction, "10%")
	limits := advisor.Limits{Cost: cost}
	if c.text("max-cost-increase") != "" {
		if c.text("compare-to") == "" {
			return limits, usagef("--max-cost-increase: needs something to compare with; add --compare-to, such as --compare-to origin/main")
		}
		limits.Increase, limits.IncreaseLimited = increase, true
	}
	return limits, errors.Join(errCost, errIncrease)
}

func (c *call) quantity(flag string, kind unit.Kind, example string) (float64, error) {
	text := c.text(flag)
	if text == "" {
		return 0, nil
	}
	v, err := unit.Parse(kind, text)
	if err != nil {
		return 0, at("--"+flag, err)
	}
	if !v.IsExact() || v.Mid < 0 {
		return 0, usagef("--%s %s: must be one value, for example %s", flag, text, example)
	}
	return v.Mid, nil
}

// baseline reads the findings that do not count; nil without a file of them.
func (c *call) baseline() (*gate.Baseline, error) {
	name := c.text("baseline")
	if name == "" {
		return nil, nil
	}
	f, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	known, err := gate.ReadBaseline(c.ctx, f)
	if err != nil {
		return nil, usagef("--baseline %s: %w", name, err)
	}
	return known, nil
}

// texts are the values of a repeated flag, else that of its environment variable.
func (f flags) texts(name string) []string {
	if f.set.IsSet(name) {
		return f.set.StringSlice(name)
	}
	if value := f.env(option{name: name}.variable()); value != "" {
		return []string{value}
	}
	return nil
}

// rendered is what render writes.
func rendered(render func(io.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	err := render(&b)
	return b.Bytes(), err
}
