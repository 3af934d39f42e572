package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync/atomic"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/gate"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/rule"
	"scaleadvise/cmd/scaleadvise/disk"
	"scaleadvise/cmd/scaleadvise/renderer"
)

// judge gives the function that holds one document against its promises, by the rules that
// take part.
func (c *call) judge(base *catalog.Catalog, set *rule.Set, options advisor.Options, loads *gate.Loads) func(plan.Document, gate.Source) (*advice.Checked, error) {
	return func(d plan.Document, s gate.Source) (*advice.Checked, error) {
		d, seen := loads.Of(d)
		read, errRead := intake.Read(c.ctx, intake.Layers{Plan: d, Observed: seen, Catalog: base, Open: s.Open})
		own, errRules := c.parameterized(set, d.Params)
		if err := errors.Join(errRead, errRules); err != nil {
			return nil, errors.Join(leaves(err)...)
		}
		checked, err := advisor.Check(c.ctx, advisor.Declared{
			Input: advisor.Input{Workload: read.Workload, Catalog: read.Catalog, Rules: own},
			File:  s.Shown, Autoscaler: d.Scaler, Object: d.Object, Proof: advisor.ProofOf(s.Among),
		}, options)
		if seen != nil && err == nil {
			checked.Warnings = append(checked.Warnings, seen.Warnings...)
		}
		return checked, err
	}
}

// judgeFleet gives the function that judges whether the services of a fleet fit together.
func judgeFleet(c *call, base *catalog.Catalog, set *rule.Set, options advisor.Options) func(*plan.Fleet, gate.Source) (*advice.Checked, error) {
	return func(f *plan.Fleet, s gate.Source) (*advice.Checked, error) {
		layouts, errLayouts := c.layouts()
		services, err := intake.ReadFleet(c.ctx, f, intake.Layers{Catalog: base, Open: s.Open, Layouts: layouts})
		own := func(params []plan.Param) (*rule.Set, error) {
			return c.parameterized(set, slices.Concat(f.Params, params))
		}
		rules, errRules := own(nil)
		if err := errors.Join(err, errLayouts, errRules); err != nil {
			return nil, errors.Join(leaves(err)...)
		}
		return advisor.CheckFleet(c.ctx, advisor.Together{Fleet: f, Services: services, Catalog: base, Rules: rules, Own: own}, options)
	}
}

// readLoads says where loads come from: the file of --loads, and a source of metrics.
func readLoads(c *call) (*gate.Loads, error) {
	l := &gate.Loads{Source: cmp.Or(c.text("metrics-file"), "Prometheus")}
	observe, err := c.observer()
	if l.Observe = observe; err != nil || c.text("loads") == "" {
		return l, err
	}
	content, err := disk.Read(c.ctx, c.text("loads"), plan.LoadsFile)
	if err != nil {
		return l, err
	}
	if l.Said, err = plan.ReadLoads(content, c.text("loads")); err != nil {
		return l, &failure{exitUsage, err}
	}
	return l, nil
}

// excluded are the patterns of --exclude and of the file that skips files for every run.
func excluded(c *call) ([]string, error) {
	patterns := c.texts("exclude")
	content, err := disk.Read(c.ctx, gate.IgnoreFile, gate.SkippedFile)
	if errors.Is(err, fs.ErrNotExist) {
		return patterns, nil
	}
	more, errPatterns := gate.Patterns(content)
	if len(more) > 0 {
		c.note("%s: patterns that skip files: %d", gate.IgnoreFile, len(more))
	}
	return append(patterns, more...), errors.Join(err, errPatterns)
}

// words has the rules word what the gate finds out by itself.
func (c *call) words(set *rule.Set, limits advisor.Limits) gate.Words {
	return gate.Words{
		Stale: func(entries []gate.Stale) ([]advice.Located, error) { return advisor.Stale(c.ctx, set, entries) },
		SameName: func(p advice.Checked, count int, first string) ([]advice.Located, error) {
			return advisor.SameName(c.ctx, set, p, count, first)
		},
		Totals: func(now, before advice.Total) ([]advice.Located, error) {
			limits.Before = before
			return advisor.Totals(c.ctx, set, now, limits)
		},
	}
}

// fileSystem is that of the machine, for a check to look into.
func (c *call) fileSystem() gate.Files {
	here, _ := os.Getwd() // without it paths are shown as they were given
	return gate.Files{
		Open: c.open, Stat: os.Stat, Here: here,
		List: func(dir string) ([]fs.DirEntry, error) { return os.ReadDir(dir) },
		Real: disk.RealPath, Render: renderer.New(c.ctx),
	}
}

// checked shows on a terminal how far a check is, and gives the function that ends it.
func (c *call) checked(verb string, done *atomic.Int64, of int) func() {
	if of < 2 {
		return func() {}
	}
	return c.progress(func() string { return fmt.Sprintf("%s %d of %d files", verb, done.Load(), of) })
}

// saveBaseline writes the file that --write-baseline names.
func (c *call) saveBaseline(result *advice.Check) error {
	name := c.text("write-baseline")
	if name == "" {
		return nil
	}
	content, err := rendered(func(w io.Writer) error { return gate.WriteBaseline(w, result) })
	if err != nil {
		return err
	}
	return saveFile(name, content)
}
