package main

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"time"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/prom"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// workload is what the layers say together.
func (c *call) workload() (*workload.Workload, error) {
	wl, _, err := c.understood()
	return wl, err
}

// understanding is what the layers say together, and what stood in them beside traits.
type understanding struct {
	workload *workload.Workload
	ignores  []plan.Ignore     // rules that the plan ignores, for who knows the rules
	observed *prom.Observation // what was read of a running service; nil without one

	merged workload.Set // the traits before defaults, for asking what would be with others
	facts  *workload.ModelFacts
	name   string
}

// requireDemand refuses a workload without demand: there is nothing to size. Where a running
// service was read and had none, that is what is said.
func (u understanding) requireDemand() error {
	err := u.workload.RequireDemand()
	if err != nil && u.observed != nil && u.observed.NoLoad {
		return usagef("no load: not one request came, so there is nothing to size; say what is to come: --qps 5000, or --users 2M with --requests-per-user 20/day")
	}
	return err
}

// understood is the workload of the layers, and the rules that the plan ignores.
func (c *call) understood() (*workload.Workload, []plan.Ignore, error) {
	u, err := c.layered()
	return u.workload, u.ignores, err
}

// layered puts the layers together: flags over environment over plan file over metrics over
// defaults.
func (c *call) layered() (u understanding, err error) {
	layers, document, err := c.layers()
	if err == nil {
		u.observed, err = c.observed()
	}
	if err != nil {
		return u, err
	}
	if u.observed != nil {
		layers = append(layers, u.observed.Traits)
	}
	merged, notes := workload.Merge(layers...)
	for _, note := range notes {
		c.note("%s", note)
	}
	u.ignores, u.merged, u.facts, u.name = document.Ignores, merged, document.Facts, document.Name
	u.workload, err = workload.Resolve(merged, document.Facts, document.Name)
	if err != nil {
		return understanding{}, &failure{exitUsage, err}
	}
	c.takeObserved(u.observed, u.workload)
	return u, errors.Join(c.readScaling(u.workload), observeLengths(u.workload, c.open))
}

// ignored refuses to ignore a rule that does not exist, and says that advice ignores none.
func (c *call) ignored(ignores []plan.Ignore, set *rule.Set) error {
	if len(ignores) == 0 || set == nil {
		return nil
	}
	var known []string
	for _, r := range set.Rules() {
		known = append(known, r.ID)
	}
	var unknown []error
	for _, i := range ignores {
		if _, ok := set.Rule(i.Rule); !ok {
			unknown = append(unknown, usagef("%s: ignore: unknown rule %q; %s", i.Origin, i.Rule,
				nearOr(i.Rule, known, "scaleadvise rules list shows all")))
		}
	}
	if len(unknown) > 0 {
		return errors.Join(unknown...)
	}
	c.note("%s: ignore has an effect on checks only; advise shows every finding", ignores[0].Origin)
	return nil
}

// noteModel warns of traits that the model, by what the catalog knows of it, has no use for,
// and takes the precision from the name of one ("Qwen/Qwen3-32B-FP8").
func noteModel(wl *workload.Workload, known *catalog.Catalog) {
	if wl == nil || known == nil {
		return
	}
	kind := ""
	if wl.Facts != nil {
		kind = wl.Facts.Kind
	} else if m, err := known.ResolveModel(wl.Model); err == nil {
		kind = m.Kind
	}
	switch kind {
	case "":
	case "llm":
		wl.Adopt("precision", catalog.NamedPrecision(wl.Model), "the name of the model says so")
		if wl.Measured() {
			wl.NoteMeasured()
		} else {
			wl.Generates()
		}
	default:
		wl.NoteClassic()
	}
}

// layers reads flags, environment and plan file.
func (c *call) layers() ([]workload.Set, plan.Document, error) {
	flags, errFlags := c.traits(origin.Flag)
	env, errEnv := c.traits(origin.Environment)
	document, errPlan := c.plan()
	err := errors.Join(errFlags, errEnv, errPlan)
	return []workload.Set{flags, env, document.Traits}, document, err
}

// traits reads one layer of the trait table.
func (c *call) traits(kind origin.Kind) (workload.Set, error) {
	set := workload.Set{}
	var errs []error
	for _, spec := range workload.Specs() {
		o, values := c.given(kind, spec)
		for _, value := range values {
			if err := workload.ParseSet(spec.Name, value, o, set); err != nil {
				errs = append(errs, &failure{exitUsage, err})
			}
		}
	}
	return set, errors.Join(errs...)
}

// given is what a layer says of one trait, as written.
func (c *call) given(kind origin.Kind, spec workload.Spec) (origin.Origin, []string) {
	if kind == origin.Environment {
		name := option{name: spec.Flag}.variable()
		o := origin.Origin{Kind: kind, Name: name}
		if value := c.env(name); value != "" {
			return o, []string{value}
		}
		return o, nil
	}
	o := origin.Origin{Kind: kind, Name: "--" + spec.Flag}
	switch {
	case !c.flags.IsSet(spec.Flag):
		return o, nil
	case spec.Repeat:
		return o, c.flags.StringSlice(spec.Flag)
	}
	return o, []string{c.flags.String(spec.Flag)}
}

// plan reads the plan file, if one was named.
func (c *call) plan() (plan.Document, error) {
	name := c.text("plan")
	if name == "" {
		return plan.Document{}, nil
	}
	source, err := c.open(name)
	if err != nil {
		return plan.Document{}, err
	}
	defer source.Close()
	shown := name
	if name == "-" {
		shown = "stdin"
	}
	documents, err := plan.Read(source, shown)
	switch {
	case c.ctx.Err() != nil:
		return plan.Document{}, c.ctx.Err()
	case err != nil:
		return plan.Document{}, &failure{exitUsage, err}
	case len(documents) != 1:
		return plan.Document{}, severalPlans(shown, documents)
	}
	return documents[0], nil
}

func severalPlans(file string, documents []plan.Document) error {
	var names []string
	for _, d := range documents {
		names = append(names, d.Name)
	}
	return usagef("%s: holds %d plans (%s), and advise takes one at a time; put the one you mean into a file of its own",
		file, len(documents), strings.Join(names, ", "))
}

// beside is where a file that a trait names is: one named by a plan file lies beside that plan.
func beside(wl *workload.Workload, trait, name string) string {
	for _, t := range wl.Traits {
		if from := t.Value.Origin; t.Spec.Name == trait && from.Kind == origin.Plan && !filepath.IsAbs(name) {
			return filepath.Join(filepath.Dir(from.File), name)
		}
	}
	return name
}

// known is the catalogue, with the model that --model-config describes.
func (c *call) known(wl *workload.Workload) (*catalog.Catalog, error) {
	known, err := c.catalog()
	if err != nil || wl == nil {
		return known, err
	}
	return described(known, wl, c.open)
}

// opener opens a file that a plan or a flag names.
type opener func(name string) (io.ReadCloser, error)

// described is a catalogue with the model that --model-config describes, where one does.
func described(known *catalog.Catalog, wl *workload.Workload, open opener) (*catalog.Catalog, error) {
	if wl.ModelConfig == "" {
		return known, nil
	}
	name := beside(wl, "model_config", wl.ModelConfig)
	source, err := open(name)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	read, err := llm.ReadConfig(source, name, wl.Model)
	if err != nil {
		return nil, &failure{exitUsage, err}
	}
	for _, note := range read.Notes {
		wl.Warnings = append(wl.Warnings, name+": "+note)
	}
	return known.With(read.Model), nil
}

// readScaling reads the file that --scaling-data names.
func (c *call) readScaling(wl *workload.Workload) error { return scaled(wl, c.open) }

// scaled adds to a workload the measurements of the file that --scaling-data names.
func scaled(wl *workload.Workload, open opener) error {
	name := wl.Service.ScalingFile
	if name == "" {
		return nil
	}
	name = beside(wl, "scaling_data", name)
	source, err := open(name)
	if err != nil {
		return err
	}
	defer source.Close()
	wl.Service.Scaling, err = workload.ParseScaling(source, name)
	if err != nil {
		return &failure{exitUsage, err}
	}
	return nil
}

// now is the date to reckon from: --now, else the clock.
func (c *call) now() (time.Time, error) {
	text := c.text("now")
	if text == "" {
		return c.Now(), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usagef("--now %s: not a date; write it as 2026-07-01", text)
}

// confidence is the probability with which the plan must hold.
func (c *call) confidence() (float64, error) {
	text := c.text("confidence")
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
