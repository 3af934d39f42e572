package main

import (
	"errors"
	"slices"
	"time"

	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// intake reads the case that flags, environment, plan file and metrics describe: flags go over
// the environment over the plan file over metrics over defaults.
func (c *call) intake() (*intake.Case, error) {
	flags, errFlags := c.traits(origin.Flag)
	env, errEnv := c.traits(origin.Environment)
	document, errPlan := c.plan()
	known, errCatalog := c.catalog()
	if err := errors.Join(errFlags, errEnv, errPlan, errCatalog); err != nil {
		return nil, err
	}
	if err := sized(c, document, flags, env); err != nil {
		return nil, err
	}
	seen, err := c.observed()
	if err != nil {
		return nil, err
	}
	seenBefore, err := recorded(c)
	if err != nil {
		return nil, err
	}
	layers := intake.Layers{Given: []workload.Set{flags, env}, Plan: document, Recorded: seenBefore, Observed: seen, Catalog: known, Open: c.open}
	if seen != nil {
		layers.Reread = c.reread(seen.Source)
	}
	read, err := intake.Read(c.ctx, layers)
	if err != nil {
		return nil, err
	}
	for _, note := range append(read.Notes, read.Unused(c.command.name)...) {
		c.note("%s", note)
	}
	return read, nil
}

// ignored refuses to ignore a rule that does not exist, and says that advice ignores none.
func ignored(c *call, ignores []plan.Ignore, set *rule.Set) error {
	if len(ignores) == 0 || set == nil {
		return nil
	}
	var unknown []error
	for _, i := range ignores {
		if _, ok := set.Rule(i.Rule); !ok {
			unknown = append(unknown, usagef("%s: ignore: unknown rule %q; %s", i.Origin, i.Rule,
				unit.Suggest(i.Rule, set.IDs(), "scaleadvise rules list shows all")))
		}
	}
	if len(unknown) > 0 {
		return errors.Join(unknown...)
	}
	c.note("%s: ignore has an effect on checks only; advise shows every finding", ignores[0].Origin)
	return nil
}

// traits reads one layer of the trait table.
func (f flags) traits(kind origin.Kind) (workload.Set, error) {
	set := workload.Set{}
	var errs []error
	for _, spec := range workload.Specs() {
		o, values := f.given(kind, spec)
		for _, value := range values {
			if err := workload.ParseSet(spec.Name, value, o, set); err != nil {
				errs = append(errs, &failure{exitUsage, err})
			}
		}
	}
	return set, errors.Join(errs...)
}

// given is what a layer says of one trait, as written.
func (f flags) given(kind origin.Kind, spec workload.Spec) (origin.Origin, []string) {
	if kind == origin.Environment {
		name := option{name: spec.Flag}.variable()
		o := origin.Origin{Kind: kind, Name: name}
		if value := f.env(name); value != "" {
			return o, []string{value}
		}
		return o, nil
	}
	o := origin.Origin{Kind: kind, Name: "--" + spec.Flag}
	switch {
	case !f.set.IsSet(spec.Flag):
		return o, nil
	case spec.Repeat:
		return o, f.set.StringSlice(spec.Flag)
	}
	return o, []string{f.set.String(spec.Flag)}
}

// plan reads the plan file, if one was named.
func (s *sources) plan() (plan.Document, error) {
	name := s.text("plan")
	if name == "" {
		return plan.Document{}, nil
	}
	layouts, errLayouts := s.layouts()
	source, err := s.open(name)
	if err := errors.Join(err, errLayouts); err != nil {
		return plan.Document{}, err
	}
	defer source.Close()
	shown := shownName(name)
	documents, err := plan.Beside{Layouts: layouts}.Read(s.ctx, source, shown)
	switch {
	case s.ctx.Err() != nil:
		return plan.Document{}, s.ctx.Err()
	case err != nil:
		return plan.Document{}, &failure{exitUsage, err}
	case len(documents) != 1:
		return plan.Document{}, &failure{exitUsage, plan.SeveralError(shown, documents)}
	}
	return documents[0], nil
}

// sized refuses an object of which too little is known to size it, all that lacks at once.
func sized(c *call, d plan.Document, given ...workload.Set) error {
	said := func(trait string) bool {
		return c.asksMetrics() || slices.ContainsFunc(given, func(s workload.Set) bool { _, ok := s[trait]; return ok })
	}
	names := d.Lacking(said)
	if c.command.name == "capacity" { // which asks for what load holds
		names = slices.DeleteFunc(names, func(name string) bool { return name == "qps" })
	}
	if len(names) > 0 && c.command.name != "init" {
		return &failure{exitUsage, d.LackingError(names)}
	}
	if reason := d.Undecided(); reason != "" {
		return unknownf("%s: %s %s: %s", d.Object.Origin, d.Object.Kind, visible(d.Object.Name), reason)
	}
	for _, note := range d.Notes {
		c.note("%s", note)
	}
	return nil
}

// The years to reckon from: a century on, dates still have four digits.
const firstYear, lastYear = 1970, 9000

// now is the date to reckon from: --now, else the clock.
func (f flags) now() (time.Time, error) {
	text := f.text("now")
	if text == "" {
		return f.clock(), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		t, err := time.Parse(layout, text)
		switch {
		case err == nil && (t.Year() < firstYear || t.Year() > lastYear):
			return t, usagef("--now %s: must lie between the years %d and %d", text, firstYear, lastYear)
		case err == nil:
			return t, nil
		}
	}
	return time.Time{}, usagef("--now %s: not a date; write it as 2026-07-01", text)
}

// confidence is the probability with which the plan must hold.
func (f flags) confidence() (float64, error) {
	text := f.text("confidence")
	if text == "" {
		return 0.9, nil
	}
	p, err := unit.Parse(unit.Fraction, text)
	if err != nil {
		return 0, at("--confidence", err)
	}
	if !p.IsExact() || p.Mid < 0.5 || p.Mid >= 1 {
		return 0, usagef("--confidence %s: must be one value from 50%% to below 100%%, for example 90%%", text)
	}
	return p.Mid, nil
}
