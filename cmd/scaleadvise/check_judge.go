package main

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/gate"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/workload"
)

// judged is what came of one file.
type judged struct {
	plans  []advice.Checked
	later  [][]plan.Ignore // of each plan: entries about what only all plans together tell
	passed int             // documents that are neither a plan nor a manifest that serves
	known  int             // documents that are plans or Kubernetes objects
	err    error
}

// judgeAll judges every file, as many at a time as there are processors, and gives the plans
// in the order of the files.
func (k *checker) judgeAll() ([]advice.Checked, error) {
	all := k.judgeSources(k.sources, "checked")
	k.skipped = all.passed
	if all.known == 0 && len(all.plans) == 0 && all.err == nil && k.unread == nil {
		all.err = usagef("%s: neither a plan nor a Kubernetes manifest in it; name the folder of the plans", strings.Join(k.call.args, ", "))
	}
	err := k.nameTwice(all.plans)
	for i, entries := range all.later {
		err = errors.Join(err, k.ignore(&all.plans[i], entries))
	}
	return all.plans, errors.Join(k.unread, all.err, err)
}

// judgeSources judges files; verb says on a terminal what is done with them.
func (k *checker) judgeSources(sources []source, verb string) judged {
	results := make([]judged, len(sources))
	scalers := k.scalers(sources)
	var next, done atomic.Int64
	stop := k.progress(verb, &done, len(sources))
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(sources)) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(sources) && k.call.ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				results[i] = k.judgeFile(sources[i], scalers)
				done.Add(1)
			}
		})
	}
	all.Wait()
	stop()
	var sum judged
	var errs []error
	for _, r := range results {
		sum.plans, sum.later = append(sum.plans, r.plans...), append(sum.later, r.later...)
		sum.passed, sum.known = sum.passed+r.passed, sum.known+r.known
		errs = append(errs, r.err)
	}
	sum.err = errors.Join(errs...)
	return sum
}

// judgeFile judges the plans of one file. Documents that cannot be understood are one plan
// that is invalid.
func (k *checker) judgeFile(s source, scalers scalers) judged {
	content, err := s.read()
	if err != nil {
		return judged{err: err}
	}
	reading := plan.Scan(content, s.shown)
	reading.Attach(scalers.of(s))
	out := judged{passed: reading.Passed, known: len(reading.Documents) + len(reading.Scalers) + reading.Objects}
	faults := reading.Faults
	if out.known+len(faults) == 0 && s.named {
		faults = append(faults, &plan.Error{File: s.shown, Message: `neither a plan nor a manifest that serves a model; a plan starts with "version: 1" (scaleadvise init writes one)`})
	}
	for _, d := range reading.Documents {
		checked, err := k.judge(s, d)
		if err != nil {
			faults = append(faults, asFaults(s, err)...)
			continue
		}
		out.plans, out.later = append(out.plans, *checked), append(out.later, k.together(d.Ignores, true))
	}
	if len(faults) > 0 {
		out.plans, out.later = append(out.plans, invalid(s, faults)), append(out.later, nil)
	}
	k.excerpt(out.plans, s, content)
	return out
}

// judge holds one document against its promises, by the rules that take part.
func (k *checker) judge(s source, d plan.Document) (*advice.Checked, error) {
	if err := k.knownRules(d.Ignores); err != nil {
		return nil, err
	}
	merged, _ := workload.Merge(d.Traits)
	wl, err := workload.Resolve(merged, d.Facts, d.Name)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(scaled(wl, s.open), observeLengths(wl, s.open)); err != nil {
		return nil, err
	}
	known, err := described(k.catalog, wl, s.open)
	if err != nil {
		return nil, err
	}
	noteModel(wl, known)
	in := advisor.Declared{
		Input: advisor.Input{Workload: wl, Catalog: known, Rules: k.rules},
		File:  s.shown, Autoscaler: d.Scaler, Object: d.Object,
	}
	checked, err := advisor.Check(k.call.ctx, in, k.options)
	if err != nil {
		return nil, err
	}
	checked.Line = d.Line
	err = k.ignore(checked, k.together(d.Ignores, false))
	checked.Findings = slices.DeleteFunc(checked.Findings, func(f advice.Located) bool { return f.Severity < k.policy.Least })
	slices.SortStableFunc(checked.Findings, func(a, b advice.Located) int { return int(b.Severity) - int(a.Severity) })
	return checked, err
}

// ignore applies entries to the findings of a plan; stale entries are findings too.
func (k *checker) ignore(checked *advice.Checked, entries []plan.Ignore) error {
	stale, err := advisor.Stale(k.call.ctx, k.rules, gate.Ignore(checked, entries, k.selection, k.options.Now))
	checked.Findings = append(checked.Findings, stale...)
	return err
}

// together are the entries about rules that judge all plans together, or the others.
func (k *checker) together(entries []plan.Ignore, wanted bool) []plan.Ignore {
	var out []plan.Ignore
	for _, e := range entries {
		r, _ := k.all.Rule(e.Rule)
		if slices.Contains(r.Reads(), "check.same_name") == wanted {
			out = append(out, e)
		}
	}
	return out
}

// knownRules refuses to ignore what does not exist.
func (k *checker) knownRules(ignores []plan.Ignore) error {
	var unknown plan.Errors
	for _, i := range ignores {
		if _, ok := k.all.Rule(i.Rule); !ok {
			unknown = append(unknown, &plan.Error{File: i.Origin.File, Line: i.Origin.Line, Column: i.Origin.Column,
				Message: fmt.Sprintf("ignore: unknown rule %q; %s", i.Rule, nearOr(i.Rule, k.ruleIDs(), "scaleadvise rules list shows all"))})
		}
	}
	if len(unknown) > 0 {
		return unknown
	}
	return nil
}

// asFaults gives the faults of a plan their places.
func asFaults(s source, err error) plan.Errors {
	var out plan.Errors
	for _, one := range leaves(err) {
		var trait *workload.TraitError
		var placed *plan.Error
		switch {
		case errors.As(one, &placed):
			out = append(out, placed)
		case errors.As(one, &trait) && trait.Origin.Line > 0:
			out = append(out, &plan.Error{File: s.shown, Line: trait.Origin.Line, Column: trait.Origin.Column, Message: trait.Spec.PlanKey + ": " + trait.Err.Error(), Err: one})
		default:
			out = append(out, &plan.Error{File: s.shown, Message: one.Error(), Err: one})
		}
	}
	return out
}

// invalidRule is the name under which reports show what cannot be understood.
const invalidRule = "invalid-plan"

// invalid is a plan that could not be understood.
func invalid(s source, faults plan.Errors) advice.Checked {
	p := advice.Checked{File: s.shown, Outcome: advice.Invalid}
	for _, f := range faults {
		p.Findings = append(p.Findings, advice.Located{
			Finding: advice.Finding{Rule: invalidRule, Severity: advice.Error, Title: "The plan cannot be understood", Message: f.Message},
			Place:   advice.Place{File: s.shown, Line: f.Line, Column: f.Column},
		})
	}
	return p
}

// nameTwice adds the findings about names that several plans have.
func (k *checker) nameTwice(plans []advice.Checked) error {
	count, first := map[string]int{}, map[string]int{}
	for i, p := range plans {
		if p.Name == "" {
			continue
		}
		if count[p.Name]++; count[p.Name] == 1 {
			first[p.Name] = i
		}
	}
	var errs []error
	for i := range plans {
		p := &plans[i]
		if count[p.Name] < 2 || first[p.Name] == i {
			continue
		}
		before := plans[first[p.Name]]
		found, err := advisor.SameName(k.call.ctx, k.rules, *p, count[p.Name], fmt.Sprintf("%s:%d", before.File, before.Line))
		p.Findings = append(p.Findings, found...)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// passedOver says how much was not looked at.
func (k *checker) passedOver() []string {
	if k.skipped == 0 {
		return nil
	}
	return []string{fmt.Sprintf("documents that are neither plans nor manifests that request an accelerator: %d, passed over", k.skipped)}
}

// progress shows on a terminal how far the check is, and gives the function that ends it.
func (k *checker) progress(verb string, done *atomic.Int64, of int) func() {
	if !k.call.ErrIsTTY || k.call.toggled("quiet") || of < 2 {
		return func() {}
	}
	ticks := time.NewTicker(100 * time.Millisecond)
	ended, cleared := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(cleared)
		for {
			select {
			case <-ticks.C:
				fmt.Fprintf(k.call.Err, "\r%s %d of %d files", verb, done.Load(), of)
			case <-ended:
				fmt.Fprint(k.call.Err, "\r\x1b[K")
				return
			}
		}
	}()
	return func() {
		ticks.Stop()
		close(ended)
		<-cleared
	}
}
