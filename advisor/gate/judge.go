package gate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fanout"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// judged is what came of one file, or of several.
type judged struct {
	plans   []advice.Checked
	later   [][]plan.Ignore // of each plan: entries about what only all plans together tell
	foreign []plan.Foreign  // requests of what is not known to be an accelerator
	passed  int             // documents that are neither a plan nor a manifest that asks for an accelerator
	known   int             // documents that are plans or Kubernetes objects
	err     error
}

// judge judges files, as many at a time as there are processors, and gives the plans in the
// order of the files; verb says on a terminal what is done with them. All are read before the
// first is judged: an object and what scales it are often two files.
func (r Review) judge(ctx context.Context, sources []Source, verb string) judged {
	texts := make([]text, len(sources))
	atOnce(ctx, len(sources), func(i int) { texts[i] = read(ctx, sources[i]) })
	r.scan(ctx, texts)
	attach(texts)
	among := 0
	for _, t := range texts {
		among += len(t.reading.Documents)
	}
	for i := range texts {
		texts[i].source.Among = among
	}
	results := make([]judged, len(sources))
	var done atomic.Int64
	end := r.Progress(verb, &done, len(sources))
	atOnce(ctx, len(sources), func(i int) {
		results[i] = r.judgeFile(ctx, texts[i])
		if n := int(done.Add(1)); r.Reached != nil {
			r.Reached(n, len(sources))
		}
	})
	end()
	return gathered(results)
}

// atOnce calls do with the numbers below n, as many at a time as there are processors.
func atOnce(ctx context.Context, n int, do func(i int)) {
	var next atomic.Int64
	var all fanout.Group
	for range min(runtime.GOMAXPROCS(0), n) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	all.Wait()
}

// gathered adds up what came of files, in their order.
func gathered(results []judged) judged {
	var all judged
	var errs []error
	for _, r := range results {
		all.plans, all.later = append(all.plans, r.plans...), append(all.later, r.later...)
		all.foreign = append(all.foreign, r.foreign...)
		all.passed, all.known = all.passed+r.passed, all.known+r.known
		errs = append(errs, r.err)
	}
	all.err = errors.Join(errs...)
	return all
}

// judgeFile judges the plans of one file. Documents that cannot be understood are one plan
// that is invalid.
func (r Review) judgeFile(ctx context.Context, t text) judged {
	if t.err != nil {
		return judged{err: t.err}
	}
	s, reading := t.source, t.reading
	out := judged{foreign: reading.Foreign, passed: reading.Passed, known: len(reading.Documents) + len(reading.Scalers) + len(reading.Fleets) + reading.Objects}
	faults := reading.Faults
	if out.known+len(faults) == 0 && s.named {
		faults = append(faults, &plan.Error{File: s.Shown, Message: `neither a plan nor a manifest that serves a model; a plan starts with "version: 1" (scaleadvise init writes one)`})
	}
	for _, d := range reading.Documents {
		if ctx.Err() != nil {
			return judged{err: ctx.Err()}
		}
		checked, err := r.judgeDocument(s, d)
		if err != nil {
			faults = append(faults, placed(s, err)...)
			continue
		}
		out.plans, out.later = append(out.plans, *checked), append(out.later, r.together(d.Ignores, true))
	}
	for _, f := range reading.Fleets {
		checked, err := r.judgeFleet(s, f)
		switch {
		case ctx.Err() != nil:
			return judged{err: ctx.Err()}
		case err != nil:
			faults = append(faults, placed(s, err)...)
			continue
		}
		out.plans, out.later = append(out.plans, r.counted(checked)), append(out.later, nil)
	}
	if len(faults) > 0 {
		out.plans, out.later = append(out.plans, invalid(s, faults)), append(out.later, nil)
	}
	excerpt(ctx, out.plans, s, t.content)
	return out
}

// judgeFleet holds a fleet against its limits. What it and its services ignore are findings about fleets.
func (r Review) judgeFleet(s Source, f *plan.Fleet) (*advice.Checked, error) {
	var entries []plan.Ignore // the narrowest first
	for _, m := range f.Services {
		entries = append(entries, m.Ignores...)
	}
	entries = append(entries, f.Ignores...)
	var unknown plan.Errors
	for at := range entries {
		i := &entries[at]
		if slices.Contains(r.FleetRules, i.Rule) {
			continue
		}
		if i.Rule = cmp.Or(r.Policy.Renamed[i.Rule], i.Rule); !slices.Contains(r.FleetRules, i.Rule) {
			unknown = append(unknown, &plan.Error{File: i.Origin.File, Line: i.Origin.Line, Column: i.Origin.Column,
				Message: fmt.Sprintf("ignore: no finding about fleets is called %q; %s", i.Rule, unit.Suggest(i.Rule, r.FleetRules, "scaleadvise help fleet names them"))})
		}
	}
	if len(unknown) > 0 {
		return nil, unknown
	}
	checked, err := r.JudgeFleet(f, s)
	if err != nil {
		return nil, err
	}
	return checked, r.ignore(checked, entries)
}

// judgeDocument holds one document against its promises.
func (r Review) judgeDocument(s Source, d plan.Document) (*advice.Checked, error) {
	if r.enough() {
		return r.untimely(s, d), nil
	}
	if o := d.Object; o != nil && o.Ignored != "" {
		return &advice.Checked{File: s.Shown, Name: d.Name, Kind: o.Kind, Line: o.Origin.Line, Reason: "its annotation says so: " + o.Ignored, Waived: true}, nil
	}
	if o := d.Object; o != nil && o.Unjudged != "" && o.Aimless.Beside == 0 && len(o.Missing) == 0 && o.Part.GB == 0 && len(o.Served) == 0 && o.Machines < 2 {
		return &advice.Checked{File: s.Shown, Name: d.Name, Kind: o.Kind, Line: o.Origin.Line, Reason: o.Unjudged, Warnings: d.Notes}, nil
	}
	if err := r.knownRules(d.Ignores); err != nil {
		return nil, err
	}
	checked, err := r.judgeEach(d, s)
	if err != nil {
		return nil, err
	}
	checked.Kind, checked.Line = "plan", d.Line
	if o := d.Object; o != nil {
		checked.Kind = o.Kind
		if checked.Reason != "" {
			checked.Line = o.Origin.Line
		}
	}
	checked.Warnings = append(checked.Warnings, d.Notes...)
	err = r.ignore(checked, r.together(d.Ignores, false))
	checked.Findings = slices.DeleteFunc(checked.Findings, func(f advice.Located) bool { return f.Severity < r.Policy.Least })
	slices.SortStableFunc(checked.Findings, func(a, b advice.Located) int { return int(b.Severity) - int(a.Severity) })
	return checked, err
}

// judgeEach judges a document; one whose node may carry several accelerators has to hold on each, and is
// what it is on the worst of them.
func (r Review) judgeEach(d plan.Document, s Source) (*advice.Checked, error) {
	if d.Object == nil || len(d.Object.Alternatives) == 0 {
		return r.Judge(d, s)
	}
	var worst *advice.Checked
	on := ""
	for _, id := range d.Object.Alternatives {
		one, err := r.Judge(d.On(id), s)
		if err != nil {
			return nil, err
		}
		if worst == nil || graver(one, worst) {
			worst, on = one, id
		}
	}
	worst.Warnings = append(worst.Warnings, fmt.Sprintf("its node may carry %s: it has to hold on each, and is judged on the worst of them, %s", strings.Join(d.Object.Alternatives, " or "), on))
	return worst, nil
}

// graver reports whether more is wrong with one than with another, or less is free.
func graver(one, other *advice.Checked) bool {
	errors := func(c *advice.Checked) (n int) {
		for _, f := range c.Findings {
			if f.Severity == advice.Error {
				n++
			}
		}
		return n
	}
	if a, b := errors(one), errors(other); a != b {
		return a > b
	}
	return one.Figures.Known && other.Figures.Known && one.Figures.Headroom < other.Figures.Headroom
}

// counted leaves of a fleet's findings those that take part and are shown.
func (r Review) counted(c *advice.Checked) advice.Checked {
	c.Findings = slices.DeleteFunc(c.Findings, func(f advice.Located) bool { return f.Severity < r.Policy.Least || !r.Selection.Allows(f.Rule) })
	slices.SortStableFunc(c.Findings, func(a, b advice.Located) int { return int(b.Severity) - int(a.Severity) })
	return *c
}

// untimely is a document that the time did not suffice for.
func (r Review) untimely(s Source, d plan.Document) *advice.Checked {
	c := &advice.Checked{File: s.Shown, Name: d.Name, Kind: "plan", Line: d.Line, Reason: TimeUp, Warnings: d.Notes}
	if o := d.Object; o != nil {
		c.Kind, c.Line = o.Kind, o.Origin.Line
	}
	return c
}

// knownRules refuses to ignore what does not exist, and gives entries the ids of today.
func (r Review) knownRules(ignores []plan.Ignore) error {
	var unknown plan.Errors
	for at := range ignores {
		i := &ignores[at]
		if today, ok := r.Policy.Renamed[i.Rule]; ok {
			i.Rule = today
		}
		if !slices.Contains(r.Rules, i.Rule) {
			unknown = append(unknown, &plan.Error{File: i.Origin.File, Line: i.Origin.Line, Column: i.Origin.Column,
				Message: fmt.Sprintf("ignore: unknown rule %q; %s", i.Rule, r.nearest(i.Rule))})
		}
	}
	if len(unknown) > 0 {
		return unknown
	}
	return nil
}

// nearest names the rules that are spelled much like a word.
func (r Review) nearest(word string) string {
	return unit.Suggest(word, r.Rules, "scaleadvise rules list shows all")
}

// placed gives the faults of a plan their places.
func placed(s Source, err error) plan.Errors {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out plan.Errors
		for _, one := range joined.Unwrap() {
			out = append(out, placed(s, one)...)
		}
		return out
	}
	var trait *workload.TraitError
	var fault *plan.Error
	switch {
	case errors.As(err, &fault):
		return plan.Errors{fault}
	case errors.As(err, &trait) && trait.Origin.Line > 0:
		return plan.Errors{{File: s.Shown, Line: trait.Origin.Line, Column: trait.Origin.Column, Message: trait.Key() + ": " + trait.Err.Error(), Err: err}}
	}
	return plan.Errors{{File: s.Shown, Message: err.Error(), Err: err}}
}

// InvalidRule is the id under which reports list files that cannot be understood.
const InvalidRule = "invalid-plan"

// invalid is a plan that could not be understood.
func invalid(s Source, faults plan.Errors) advice.Checked {
	p := advice.Checked{File: s.Shown, Outcome: advice.Invalid}
	for _, f := range faults {
		p.Findings = append(p.Findings, advice.Located{
			Finding: advice.Finding{Rule: InvalidRule, Severity: advice.Error, Title: "The plan cannot be understood", Message: f.Message},
			Place:   advice.Place{File: s.Shown, Line: f.Line, Column: f.Column},
		})
	}
	return p
}
