package forward_test

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"testing"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/offer"
)

// usualQuestions are what the offers ask about the usual requests of the models of benchmarks, on
// every stack of every accelerator that clouds rent.
func usualQuestions(t *testing.T) []forward.Asked {
	var list []forward.Asked
	seen := map[forward.Asked]bool{}
	c := example.Catalog(t)
	for _, id := range c.MeasuredModels() {
		if m, ok := c.Model(id); !ok || m.Kind == "llm" {
			continue
		}
		o, err := offer.New(example.Workload(t, map[string]string{"qps": "1", "model": id}), c)
		if err != nil || o.Pass == nil {
			t.Fatalf("%s: %v", id, err)
		}
		for _, a := range c.Accelerators() {
			for _, v := range slices.Concat(o.Variants(a, false), o.Variants(a, true)) {
				for _, part := range o.Pass.Parts {
					asked := forward.Asked{Vendor: a.Vendor, Question: forward.Question{Model: part.Model, Runtime: v.Runtime, Precision: v.Precision}}
					known := part.Model.GMACs > 0 || part.Model.ParamsM > 0 // else nothing answers
					if known && !seen[asked] && rents(c, a.Vendor) {
						seen[asked], list = true, append(list, asked)
					}
				}
			}
		}
	}
	return list
}

// rents reports whether clouds rent an accelerator of a vendor.
func rents(c *catalog.Catalog, vendor string) bool {
	return slices.ContainsFunc(c.Usual(), func(i catalog.Instance) bool {
		a, ok := c.Accelerator(i.Accelerator)
		return ok && !a.CPU && a.Vendor == vendor
	})
}

// TestCurvesAreFresh wants a curve on every part that is rented, without which an answer reads all
// measurements, and predicts some again to the last bit; with
// -update it predicts them all and writes the table.
func TestCurvesAreFresh(t *testing.T) {
	e, err := forward.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	all := usualQuestions(t)
	if forward.Update() {
		table := forward.AppendReady(all, func(a forward.Asked) forward.Curves {
			curves, err := e.Curves(a.Question, a.Vendor, 0)
			if err != nil {
				t.Fatal(err)
			}
			return curves
		})
		if old, err := os.ReadFile("fitted/curves.bin"); err == nil && bytes.Equal(old, table) {
			return
		}
		if err := os.WriteFile("fitted/curves.bin", table, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for i, asked := range all {
		got, ok := forward.FindReady(asked)
		if !ok {
			t.Errorf("%s %s %s on %s is not in the table; go generate ./advisor/forward makes it again", asked.Model.Name, asked.Runtime, asked.Precision, asked.Vendor)
			continue
		}
		if parts := slices.Sorted(maps.Keys(got)); !slices.Equal(parts, e.Holding(asked)) {
			t.Errorf("%s %s %s: the table has curves on %v, rented is %v; go generate ./advisor/forward makes it again", asked.Model.Name, asked.Runtime, asked.Precision, parts, e.Holding(asked))
		}
		if i%11 != 0 {
			continue
		}
		want, err := e.Curves(asked.Question, asked.Vendor, 0)
		if err != nil {
			t.Fatal(err)
		}
		for id, c := range want {
			if !forward.Same(got[id], c) {
				t.Errorf("%s %s %s on %s: %+v in the table, %+v predicted; go generate ./advisor/forward makes it again", asked.Model.Name, asked.Runtime, asked.Precision, id, got[id], c)
			}
		}
	}
}
