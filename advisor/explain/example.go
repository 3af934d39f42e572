package explain

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"scaleadvise/advisor"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/workload"
)

// Example is a workload that shows a principle, and the text about it.
type Example struct {
	Given   map[string]string // traits as on the command line, by name
	Scaling []workload.ScalePoint
	Says    string // with {fact} placeholders
}

// Compute computes the example with the catalog and the rules of in, and words it.
func (e Example) Compute(ctx context.Context, in advisor.Input, now time.Time) (string, error) {
	set := workload.Set{}
	for _, name := range slices.Sorted(maps.Keys(e.Given)) {
		if err := workload.ParseSet(name, e.Given[name], origin.Origin{Kind: origin.Flag, Name: "the lesson"}, set); err != nil {
			return "", err
		}
	}
	read, err := intake.Read(ctx, intake.Layers{Given: []workload.Set{set}, Catalog: in.Catalog, Open: noFile})
	if err != nil {
		return "", err
	}
	in.Workload, in.Catalog = read.Workload, read.Catalog
	in.Workload.Service.Scaling = append(in.Workload.Service.Scaling, e.Scaling...)
	a, err := advisor.Advise(ctx, in, advisor.Options{Now: now, Seed: 1, Explain: true})
	if err != nil {
		return "", err
	}
	text, err := rule.Say(e.Says, fact.Map(a.Facts))
	if err != nil {
		return "", fmt.Errorf("its words: %w", err)
	}
	return text, nil
}

// noFile opens nothing: an example stands for itself.
func noFile(name string) (io.ReadCloser, error) {
	return nil, fmt.Errorf("%s: an example names no files", name)
}
