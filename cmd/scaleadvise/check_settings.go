package main

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/gate"
	"scaleadvise/advisor/report"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/unit"
)

// checker is one run of check: what was asked, and what is known of the world.
type checker struct {
	call      *call
	format    string
	catalog   *catalog.Catalog
	all       *rule.Set // every rule there is
	rules     *rule.Set // those that take part
	selection gate.Selection
	options   advisor.Options
	policy    gate.Policy
	limits    advisor.Limits
	sources   []source
	unread    error    // of paths that could not be looked into
	notes     []string // beside the findings
	skipped   int      // documents passed over
}

// severityWords are the severities, gravest first, and a word for none.
var severityWords = []string{"error", "warning", "info", "none"}

// checker reads the flags and finds the files.
func (c *call) checker() (*checker, error) {
	if len(c.args) == 0 {
		return nil, usagef("check: name what to check: a file, a folder, a pattern, or - for stdin, for example scaleadvise check capacity/")
	}
	k := &checker{call: c}
	var errFormat, errCatalog, errRules, errOptions error
	k.format, errFormat = c.format(report.CheckFormats())
	k.catalog, errCatalog = c.catalog()
	k.all, errRules = c.rules()
	k.options, errOptions = c.options()
	if err := errors.Join(errFormat, errCatalog, errRules, errOptions); err != nil {
		return nil, err
	}
	if err := errors.Join(k.readGate(), k.readSelection(), k.readLimits(), k.readBaseline()); err != nil {
		return nil, err
	}
	k.sources, k.unread = c.find(c.args)
	if len(k.sources) == 0 && k.unread != nil {
		return nil, k.unread
	}
	return k, k.readBase()
}

// readGate reads the severities. What fails the check is always shown.
func (k *checker) readGate() error {
	failOn, errFail := k.severity("fail-on", "error")
	least, errLeast := k.severity("min-severity", "warning")
	k.policy.FailOn, k.policy.Least, k.policy.Now = failOn, min(least, failOn), k.options.Now
	return errors.Join(errFail, errLeast)
}

func (k *checker) severity(flag, otherwise string) (advice.Severity, error) {
	word := k.call.text(flag)
	if word == "" {
		word = otherwise
	}
	known := severityWords
	if flag == "min-severity" {
		known = known[:3]
	}
	i := slices.Index(known, word)
	if i < 0 {
		return 0, usagef("--%s %s: unknown severity; %s", flag, word, didYouMean(word, known))
	}
	return []advice.Severity{advice.Error, advice.Warning, advice.Info, advice.Error + 1}[i], nil
}

// readSelection reads which rules take part.
func (k *checker) readSelection() error {
	only, errOnly := k.ruleNames("enable")
	not, errNot := k.ruleNames("disable")
	k.selection = gate.Selection{Only: only, Not: not}
	k.rules = k.all.Where(func(r *rule.Rule) bool { return r.JudgesDeclared() && k.selection.Allows(r.ID) })
	return errors.Join(errOnly, errNot)
}

// ruleNames reads a flag that names rules, one or several behind commas.
func (k *checker) ruleNames(flag string) ([]string, error) {
	var names []string
	var unknown []error
	for _, value := range k.call.texts(flag) {
		for name := range strings.SplitSeq(value, ",") {
			name = strings.TrimSpace(name)
			if _, ok := k.all.Rule(name); !ok {
				unknown = append(unknown, usagef("--%s %s: unknown rule; %s", flag, name,
					nearOr(name, k.ruleIDs(), "scaleadvise rules list shows all")))
			}
			names = append(names, name)
		}
	}
	return names, errors.Join(unknown...)
}

func (k *checker) ruleIDs() []string {
	var ids []string
	for _, r := range k.all.Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}

// readLimits reads the limits on the cost of all plans together.
func (k *checker) readLimits() error {
	cost, errCost := k.quantity("max-cost", unit.Money, "20000/month")
	increase, errIncrease := k.quantity("max-cost-increase", unit.Fraction, "10%")
	k.limits = advisor.Limits{Cost: cost}
	if k.call.text("max-cost-increase") != "" {
		if k.call.text("compare-to") == "" {
			return usagef("--max-cost-increase: needs something to compare with; add --compare-to, such as --compare-to origin/main")
		}
		k.limits.Increase, k.limits.IncreaseLimited = increase, true
	}
	return errors.Join(errCost, errIncrease)
}

func (k *checker) quantity(flag string, kind unit.Kind, example string) (float64, error) {
	text := k.call.text(flag)
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

// readBaseline reads the findings that do not count.
func (k *checker) readBaseline() error {
	name := k.call.text("baseline")
	if name == "" {
		return nil
	}
	f, err := k.call.open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if k.policy.Baseline, err = gate.ReadBaseline(f); err != nil {
		return usagef("--baseline %s: %w", name, err)
	}
	return nil
}

// texts are the values of a repeated flag, else that of its environment variable.
func (c *call) texts(name string) []string {
	if c.flags.IsSet(name) {
		return c.flags.StringSlice(name)
	}
	if value := c.env(option{name: name}.variable()); value != "" {
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
