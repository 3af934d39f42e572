package intake

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/prom"
	"scaleadvise/advisor/workload"
)

// Opener opens a file that a trait names.
type Opener func(name string) (io.ReadCloser, error)

// Layers are the sources of a case. The origin of each trait, not its place here, decides which source takes
// precedence.
type Layers struct {
	Given    []workload.Set    // traits from flags and the environment
	Plan     plan.Document     // a plan or a manifest; zero without one
	Recorded workload.Set      // summary of a trace of requests; nil without one
	Observed *prom.Observation // observation of a running service; nil without one
	Reread   []string          // flags that read the same metrics again
	Catalog  *catalog.Catalog
	Open     Opener
	Layouts  plan.Layouts // layouts of the user's own kinds, for files that a fleet names
}

// Case is a workload with everything that is stated about it.
type Case struct {
	Workload *workload.Workload
	Catalog  *catalog.Catalog // catalog, with the model that the workload describes
	Plan     plan.Document
	Observed *prom.Observation
	Notes    []string // traits that were overridden, and what the metrics do not show

	layers Layers
	merged workload.Set // before defaults
	shelf  *shelf
}

// Read merges the layers and completes them; files are read within the context, those of a
// changed case too. The error is about a trait or a file of one.
func Read(ctx context.Context, l Layers) (*Case, error) {
	sets := append(append([]workload.Set{}, l.Given...), l.Plan.Traits)
	if l.Recorded != nil {
		sets = append(sets, l.Recorded)
	}
	if l.Observed != nil {
		sets = append(sets, l.Observed.Traits)
	}
	merged, notes := workload.Merge(sets...)
	c, err := complete(l, merged, newShelf(ctx, l.Open))
	if err != nil {
		return nil, err
	}
	c.Notes = append(notes, unobserved(l.Observed, c.Workload)...)
	return c, nil
}

// With returns the case with some traits changed, whatever layer they came from, and without
// those that would contradict the change. It may be called by several goroutines at once.
func (c *Case) With(changes workload.Set) (*Case, error) {
	if len(changes) == 0 {
		return c, nil
	}
	return complete(c.layers, workload.Override(c.merged, changes), c.shelf)
}

// Has reports whether any layer states a trait.
func (c *Case) Has(trait string) bool {
	_, ok := c.merged[trait]
	return ok
}

// complete resolves merged traits and adds what the files they name say.
func complete(l Layers, merged workload.Set, s *shelf) (*Case, error) {
	day, traits, errDay := s.day(merged)
	traits = ranThere(traits, l.Catalog)
	w, err := workload.Resolve(traits, l.Plan.Facts, l.Plan.Name)
	if err := errors.Join(errDay, err); err != nil {
		return nil, err
	}
	if err := workload.FollowDay(w, day); err != nil {
		return nil, err
	}
	if o := l.Observed; o != nil {
		seen, exceeded, beyond := o.Beyond(w)
		if len(seen) > 0 {
			w.SeenBeyond = exceeded
		}
		w.SawPercentiles(seen, workload.Value{Origin: origin.Origin{Kind: origin.Prometheus, Name: o.Source, Reason: "the bucket of each, in the busiest hour"}})
		w.Warnings = slices.Concat(o.Warnings, w.Warnings, beyond)
		w.Reread, w.Service.Scaling = l.Reread, o.Scaling
		read := func(trait string) bool {
			return slices.ContainsFunc(w.Traits, func(t workload.Resolved) bool {
				return t.Spec.Name == trait && t.Value.Origin.Kind == origin.Prometheus
			})
		}
		if n := len(o.Demand.Values); n > 0 && read("qps") {
			w.SeenUntil = o.Demand.At(n - 1)
		}
		if n, told := o.Traits["replicas"]; told && read("qps") && n.Interval.Mid <= float64(w.Replicas) {
			w.SeenServed = o.Served
		}
		w.GrowthLinear = o.Linear && read("growth")
	}
	paid, err := s.pay(w, l.Catalog)
	if err != nil {
		return nil, err
	}
	known, err := s.describe(w, paid)
	if err := errors.Join(err, s.scale(w), s.times(w), s.measureLengths(w), s.loadTests(w, known)); err != nil {
		return nil, err
	}
	if err := bind(w, known); err != nil {
		return nil, err
	}
	if o := l.Plan.Object; o != nil {
		w.MostOn = o.Apart.MostOn(max(w.Replicas, w.Autoscale.Max))
		copies := max(o.Copies, 1)
		if o.Cost.Given {
			each := o.Cost.Value / float64(copies)
			w.ReplicaCost = &each
		}
		if copies > 1 {
			w.Replicas, w.MostOn = max(w.Replicas, 1)*copies, w.MostOn*copies
		}
	}
	settle(w, known)
	return &Case{Workload: w, Catalog: known, Plan: l.Plan, Observed: l.Observed, layers: l, merged: merged, shelf: s}, nil
}

// RequireDemand rejects a case without demand: there is nothing to size. The error says so if a running
// service had no requests, and names what else is missing.
func (c *Case) RequireDemand() error { return c.lacking(c.demanded()) }

func (c *Case) lacking(err error) error {
	return c.Workload.AlsoLacking(err, kindOf(c.Workload, c.Catalog))
}

func (c *Case) demanded() error {
	err := c.Workload.RequireDemand()
	if err != nil && c.Observed != nil && c.Observed.NoLoad {
		return errors.New("no load: not a single request came, so there is nothing to size; state the expected load: --qps 5000, or --users 2M with --requests-per-user 20/day")
	}
	return err
}

// RequireWork rejects a case with neither a demand nor a job.
func (c *Case) RequireWork() error {
	err := c.demanded()
	switch {
	case err == nil || c.Workload.JobAlone():
		return nil
	case c.Observed == nil:
		err = c.Workload.RequireWork()
	}
	return c.lacking(err)
}

// OnlyBudget reports whether a case states a budget but no demand and no job: it asks how much load the
// budget pays for.
func (c *Case) OnlyBudget() bool {
	return c.Workload.Budget > 0 && c.Observed == nil && c.RequireWork() != nil
}

// settle fixes what follows from the kind of the model: it warns of traits that the model has
// no use for, and takes the precision from the name of one ("Qwen/Qwen3-32B-FP8").
func settle(w *workload.Workload, known *catalog.Catalog) {
	switch kind := kindOf(w, known); kind {
	case "":
	case "llm":
		w.Adopt("precision", catalog.NamedPrecision(w.Model), "the name of the model says so")
		packed(w, known)
		w.LLM.Integers = w.Precision == "int8" && (w.LLM.Integers || catalog.Integers(w.Model))
		if m, ok := modelOf(w, known); !ok || m.Released == "" {
			w.Adopt("precision", w.LLM.Activations, "--engine-arg says so of activations, and nothing says that weights differ")
		}
		if w.Measured() {
			w.NoteMeasured()
		} else {
			w.Generates()
		}
	default:
		if m, ok := modelOf(w, known); ok && m.Subkind == workload.WritesText {
			kind = m.Subkind
		}
		w.NoteClassic(kind)
	}
}

// packed settles the layout in which weights are packed: that of the precision's own word, else of the model's name. Of a
// repository of llama.cpp's files that names none it is the usual one.
func packed(w *workload.Workload, known *catalog.Catalog) {
	if bits := catalog.PackedBits(w.Model); w.LLM.PackedBits == 0 && catalog.NamedPrecision(w.Model) == w.Precision {
		w.LLM.PackedBits = bits
	}
	if m, _ := modelOf(w, known); m.Released == "mxfp4" { // whose files keep that
		return
	}
	if name := strings.ToLower(w.Model); w.Precision == "" && (strings.Contains(name, "gguf") || strings.Contains(name, "ggml")) {
		w.Adopt("precision", "int4", "the name of the model says GGUF and not in how many bits: Q4_K_M is usual")
		w.Warnings = append(slices.Clip(w.Warnings), w.Model+" does not say in how many bits: int4, as in Q4_K_M, is assumed; name the file, such as :Q8_0, or --precision q8_0")
	}
}

// kindOf is the kind of the model, "" where it is not known.
func kindOf(w *workload.Workload, known *catalog.Catalog) string {
	if w.Facts != nil {
		return w.Facts.Kind
	}
	m, _ := modelOf(w, known)
	return m.Kind
}

// modelOf is the model of the catalog; ok is false of one of the user's own.
func modelOf(w *workload.Workload, known *catalog.Catalog) (m catalog.Model, ok bool) {
	if known == nil || w.Facts != nil {
		return m, false
	}
	m, err := known.ResolveModel(w.Model)
	return m, err == nil
}
