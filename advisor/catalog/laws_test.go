package catalog

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/unit"
)

// shipped is the embedded catalogue, checked whole.
func shipped(t *testing.T) *Catalog {
	t.Helper()
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTablesAreWhole(t *testing.T) {
	c := shipped(t)
	regional, err := Unpack("regional.csv", regionalPacked)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []struct {
		name string
		rows int
		text string
	}{
		{"accelerators", len(c.Accelerators()), acceleratorsCSV},
		{"instances", len(near().rows), instancesCSV},
		{"regional", len(c.instances().rows) - len(near().rows), regional},
		{"models", len(c.Models()), modelsCSV},
		{"optimizations", len(c.Optimizations()), optimizationsCSV},
		{"measurements", len(c.Measurements()), measurementsCSV},
	} {
		// One row a line: a key that stood twice would have swallowed a line.
		if want := strings.Count(table.text, "\n") - 1; table.rows != want || want == 0 {
			t.Errorf("%s: %d rows of %d lines", table.name, table.rows, want)
		}
	}
}

func TestEveryRowHasSourceAndDate(t *testing.T) {
	c := shipped(t)
	check := func(what, source, date string) {
		if strings.TrimSpace(source) == "" || strings.TrimSpace(date) == "" {
			t.Errorf("%s: source %q, date %q", what, source, date)
		}
	}
	for _, a := range c.Accelerators() {
		check(a.ID, a.Sources, a.AsOf)
	}
	for _, i := range c.instances().rows {
		check(i.Cloud+" "+i.Type, i.Source, i.AsOf)
	}
	for _, m := range c.Models() {
		check(m.ID, m.Source, m.AsOf)
	}
	for _, o := range c.Optimizations() {
		check(o.ID, o.Source, o.AsOf)
	}
	for _, m := range c.Measurements() {
		check(m.System, m.Source, m.Date)
	}
}

func TestEveryNumberIsFinite(t *testing.T) {
	c := shipped(t)
	finite(t, "accelerators", c.Accelerators())
	finite(t, "instances", c.instances().rows)
	finite(t, "models", c.Models())
	finite(t, "optimizations", c.Optimizations())
	finite(t, "measurements", c.Measurements())
}

// finite checks every float of every row by reflection.
func finite[T any](t *testing.T, name string, rows []T) {
	for n, row := range rows {
		v := reflect.ValueOf(row)
		for i := range v.NumField() {
			floats := []float64{0}
			switch f := v.Field(i).Interface().(type) {
			case float64:
				floats = []float64{f}
			case int:
				floats = []float64{float64(f)}
			case unit.Interval:
				floats = []float64{f.Low, f.Mid - f.Low, f.High - f.Mid}
			}
			for _, f := range floats {
				if math.IsNaN(f) || math.IsInf(f, 0) || f < 0 {
					t.Errorf("%s row %d: %s is %g", name, n, v.Type().Field(i).Name, f)
				}
			}
		}
	}
}

func TestReferencesExist(t *testing.T) {
	c := shipped(t)
	for _, i := range c.instances().rows {
		a, ok := c.Accelerator(i.Accelerator)
		if i.Accelerator != "" && !ok {
			t.Errorf("%s carries %s, which is no accelerator", i.Type, i.Accelerator)
		}
		if ok && a.CPU != (i.Count == 0) {
			t.Errorf("%s: %g of %s", i.Type, i.Count, a.ID)
		}
	}
	for _, m := range c.Measurements() {
		if _, ok := c.Model(m.Model); !ok {
			t.Errorf("%s was measured with %s, which is no model", m.System, m.Model)
		}
		if a, note, err := c.ResolveAccelerator(m.Accelerator); err == nil && note == "" && a.ID != m.Accelerator {
			t.Errorf("%s: %s should read %s", m.System, m.Accelerator, a.ID)
		}
	}
	kinds := map[string]bool{}
	for _, m := range c.Models() {
		kinds[m.Kind] = true
	}
	for _, o := range c.Optimizations() {
		for _, kind := range o.Models {
			if !kinds[kind] {
				t.Errorf("%s is for models of kind %s, of which there are none", o.ID, kind)
			}
		}
	}
}

func TestAliasesAreUnambiguous(t *testing.T) {
	c := shipped(t)
	owner := map[string]string{}
	claim := func(form, id string) {
		if old, taken := owner[form]; form == "" || taken && old != id {
			t.Errorf("%q means both %s and %s", form, old, id)
		}
		owner[form] = id
	}
	for _, a := range c.Accelerators() {
		for _, spelling := range slices.Concat([]string{a.ID, a.Name}, a.Aliases, a.Defaults) {
			form, tight := partForms(spelling)
			claim(form, a.ID)
			claim(tight, a.ID)
		}
	}
	clear(owner)
	for _, m := range c.Models() {
		for _, spelling := range append([]string{m.ID, m.Name}, m.Aliases...) {
			claim(modelForm(spelling), m.ID)
		}
	}
}

func TestPrecisionClasses(t *testing.T) {
	c := shipped(t)
	classes := map[string]map[string]bool{}
	for _, m := range c.Measurements() {
		if classes[m.Benchmark] == nil {
			classes[m.Benchmark] = map[string]bool{}
		}
		classes[m.Benchmark][m.Precision] = true
		if a, _ := c.Accelerator(m.Accelerator); m.Precision == "fp8" && a.FP8TFLOPS == 0 && a.ID != "nvidia-h100-nvl" && a.ID != "nvidia-h200-nvl" {
			t.Errorf("%s ran %s in fp8, which %s has not", m.System, m.Benchmark, m.Accelerator)
		}
	}
	for benchmark, want := range map[string][]string{
		"bert-99.9": {"fp16"}, "bert-99": {"fp8", "int8"}, "resnet50": {"int8"}, "retinanet": {"int8"}, "dlrm-99.9": {"int8"},
	} {
		for class := range classes[benchmark] {
			if !slices.Contains(want, class) {
				t.Errorf("%s has rows in %s", benchmark, class)
			}
		}
	}
	if slices.ContainsFunc(c.Measurements(), func(m Measurement) bool { return strings.HasPrefix(m.Benchmark, "llama") }) {
		t.Error("language models do not belong to these rows")
	}
}

func TestUsableIsBelowNominal(t *testing.T) {
	for _, a := range shipped(t).Accelerators() {
		if !a.CPU && a.MemoryGiB == 0 {
			t.Errorf("%s has no memory", a.ID)
		}
		if a.UsableGiB > a.MemoryGiB*1.01 {
			t.Errorf("%s: %g GiB usable of %g", a.ID, a.UsableGiB, a.MemoryGiB)
		}
	}
}

func TestOptimizationsAdmitted(t *testing.T) {
	c := shipped(t)
	for _, id := range []string{"fp16", "int8", "fp8", "int4", "fp4", "dynamic-batching", "compilation", "distillation", "pruning",
		"result-caching", "prefix-caching", "speculative-decoding", "mig-sharing"} {
		o, ok := c.Optimization(id)
		if !ok {
			t.Errorf("no optimization %s", id)
		}
		if o.Admitted != (id == "int8" || id == "fp8") {
			t.Errorf("%s: admitted %v", id, o.Admitted)
		}
		if o.Admitted && (o.Throughput.Low <= 1 || o.QualityRisk != "low") {
			t.Errorf("%s is admitted with throughput %v and risk %s", id, o.Throughput, o.QualityRisk)
		}
	}
	if o, _ := c.Optimization("int8"); !o.Applies("encoder") || o.Applies("tree") {
		t.Error("int8 applies to encoders, not to trees")
	}
}
