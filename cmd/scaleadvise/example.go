package main

import (
	"fmt"
	"maps"
	"slices"

	"scaleadvise/advisor"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/workload"
	"scaleadvise/rules"
)

// example computes what a principle's example shows; "" for a principle without one.
func (c *call) example(id string) (string, error) {
	lesson, err := rules.Lesson()
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(lesson, func(p rules.Principle) bool { return p.ID == id })
	if at < 0 || lesson[at].Example.Says == "" {
		return "", nil
	}
	text, err := c.computed(lesson[at].Example)
	if err != nil {
		return "", unknownf("the example of %s: %w", id, err)
	}
	return text, nil
}

// computed works an example out and words it. Whoever reads the lesson sees what the program
// would say of that workload today.
func (c *call) computed(e rules.Example) (string, error) {
	set := workload.Set{}
	for _, name := range slices.Sorted(maps.Keys(e.Given)) {
		if err := workload.ParseSet(name, e.Given[name], origin.Origin{Kind: origin.Flag, Name: "the lesson"}, set); err != nil {
			return "", err
		}
	}
	known, err := c.catalog()
	if err != nil {
		return "", err
	}
	read, err := intake.Read(intake.Layers{Given: []workload.Set{set}, Catalog: known, Open: c.open})
	if err != nil {
		return "", err
	}
	in := advisor.Input{Workload: read.Workload, Catalog: read.Catalog}
	for _, p := range e.Scaling {
		in.Workload.Service.Scaling = append(in.Workload.Service.Scaling, workload.ScalePoint{N: p.N, QPS: p.QPS})
	}
	if in.Rules, err = rules.Load(); err != nil {
		return "", err
	}
	now, err := c.now()
	if err != nil {
		return "", err
	}
	a, err := advisor.Advise(c.ctx, in, advisor.Options{Now: now, Seed: 1, Explain: true})
	if err != nil {
		return "", err
	}
	text, err := rule.Say(e.Says, fact.Map(a.Facts))
	if err != nil {
		return "", fmt.Errorf("its words: %w", err)
	}
	return text, nil
}
