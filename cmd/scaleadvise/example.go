package main

import (
	"slices"

	"scaleadvise/advisor"
	"scaleadvise/advisor/explain"
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
	e := explain.Example{Given: lesson[at].Example.Given, Says: lesson[at].Example.Says}
	for _, p := range lesson[at].Example.Scaling {
		e.Scaling = append(e.Scaling, workload.ScalePoint{N: p.N, QPS: p.QPS})
	}
	known, err := c.catalog()
	if err != nil {
		return "", err
	}
	set, err := rules.Load()
	if err != nil {
		return "", err
	}
	now, err := c.now()
	if err != nil {
		return "", err
	}
	text, err := e.Compute(c.ctx, advisor.Input{Catalog: known, Rules: set}, now)
	if err != nil {
		return "", unknownf("the example of %s: %w", id, err)
	}
	return text, nil
}
