package gate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/plan"
)

// Review is a check of many files: what to read, how to judge one document, and how findings count.
type Review struct {
	Files      Files
	Paths      []string
	Exclude    []string                            // patterns of files and folders to skip
	Layouts    plan.Layouts                        // layouts of the user's own kinds
	CompareTo  string                              // folder or revision to compare with; "" for none
	Revision   func(name string) (Revision, error) // opens a revision where no folder has that name
	Judge      func(plan.Document, Source) (*advice.Checked, error)
	JudgeFleet func(*plan.Fleet, Source) (*advice.Checked, error)
	Words      Words
	Rules      []string          // ids of all rules
	FleetRules []string          // those that judge fleets
	Texts      []advice.RuleText // the texts of the rules, in the catalogue's order
	Lesson     []advice.Principle
	Together   func(rule string) bool // a rule that judges all plans together
	Selection  Selection
	Policy     Policy
	Progress   func(verb string, done *atomic.Int64, of int) (end func()) // shows the progress of a long check
	// Enough, where set, reports that the time is up, and keeps doing so. What has not been judged by then is
	// listed as not judged.
	Enough func() bool
	// Reached, where set, receives how many files are judged, of how many.
	Reached func(done, of int)
}

// Words has rules word what only the gate can find.
type Words struct {
	Stale    func([]Stale) ([]advice.Located, error)
	SameName func(p advice.Checked, count int, first string) ([]advice.Located, error)
	Totals   func(now, before advice.Total) ([]advice.Located, error)
}

// Run judges everything that the review names. The result is nil where nothing could be
// judged at all; else the error is about what could not be read.
func (r Review) Run(ctx context.Context) (*advice.Check, error) {
	if err := wellFormed(r.Exclude); err != nil {
		return nil, err
	}
	sources, notes, unread := r.find(ctx, r.Paths)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if len(sources) == 0 && unread != nil {
		return nil, unread
	}
	if r.CompareTo != "" {
		before, note, err := r.base(ctx, sources)
		if err != nil {
			return nil, err
		}
		if r.enough() {
			return nil, &UnreadableError{Name: r.CompareTo, Err: errors.New("the time was up before the base was judged")}
		}
		r.Policy.Base, notes = before, append(notes, note...)
	}
	all := r.judge(ctx, sources, "checked")
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if all.known == 0 && len(all.plans) == 0 && all.err == nil && unread == nil {
		all.err = fmt.Errorf("%s: neither a plan nor a Kubernetes manifest in it; name the folder of the plans", strings.Join(r.Paths, ", "))
	}
	err := r.nameTwice(all.plans)
	for i, entries := range all.later {
		err = errors.Join(err, r.ignore(&all.plans[i], entries))
	}
	result, errVerdict := r.verdict(all.plans)
	if errVerdict != nil {
		return nil, errVerdict
	}
	result.Warnings = slices.Concat(result.Warnings, notes, passedOver(all.passed), foreign(all.foreign))
	return result, errors.Join(unread, all.err, err)
}

// TimeUp is the reason given for plans that were not judged because time ran out.
const TimeUp = "the time was up before it was judged"

// Late returns how many plans were not judged because time ran out.
func Late(result *advice.Check) (n int) {
	for _, one := range result.Plans {
		if one.Reason == TimeUp {
			n++
		}
	}
	return n
}

func (r Review) enough() bool { return r.Enough != nil && r.Enough() }

// verdict judges all plans together.
func (r Review) verdict(plans []advice.Checked) (*advice.Check, error) {
	result := r.Policy.Judge(plans)
	var before advice.Total
	if r.Policy.Base != nil {
		before = Cost(r.Policy.Base.Plans)
	}
	totals, err := r.Words.Totals(result.Cost, before)
	if err != nil {
		return nil, err
	}
	r.Policy.Add(result, totals)
	result.Rules, result.Principles = cited(result, r.Texts, r.Lesson)
	if gone := r.Policy.Baseline.Gone(result); gone > 0 {
		result.Warnings = append(result.Warnings, fmt.Sprintf("%d findings of the baseline no longer occur; --write-baseline leaves them out", gone))
	}
	return result, nil
}

// nameTwice adds the findings about names that several plans have.
func (r Review) nameTwice(plans []advice.Checked) error {
	count, first := map[string]int{}, map[string]int{}
	for i, p := range plans {
		if p.Name == "" || p.Reason != "" {
			continue
		}
		if count[p.Name]++; count[p.Name] == 1 {
			first[p.Name] = i
		}
	}
	var errs []error
	for i := range plans {
		p := &plans[i]
		if p.Reason != "" || count[p.Name] < 2 || first[p.Name] == i {
			continue
		}
		before := plans[first[p.Name]]
		found, err := r.Words.SameName(*p, count[p.Name], fmt.Sprintf("%s:%d", before.File, before.Line))
		p.Findings = append(p.Findings, found...)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// ignore applies entries to the findings of a plan; stale entries are findings too.
func (r Review) ignore(checked *advice.Checked, entries []plan.Ignore) error {
	stale, err := r.Words.Stale(Ignore(checked, entries, r.Selection, r.Policy.Now))
	checked.Findings = append(checked.Findings, stale...)
	return err
}

// together are the entries about rules that judge all plans together, or the others.
func (r Review) together(entries []plan.Ignore, wanted bool) []plan.Ignore {
	var out []plan.Ignore
	for _, e := range entries {
		if r.Together(e.Rule) == wanted {
			out = append(out, e)
		}
	}
	return out
}

// mostForeign is how many resources are named of those that are not known.
const mostForeign = 5

// foreign names the resources that objects request and that are not known to be accelerators,
// each with the first place.
func foreign(all []plan.Foreign) []string {
	var named []string
	seen := map[string]bool{}
	for _, f := range all {
		if seen[f.Resource] {
			continue
		}
		if seen[f.Resource] = true; len(seen) <= mostForeign {
			named = append(named, fmt.Sprintf("%s (%s:%d)", f.Resource, f.File, f.Line))
		}
	}
	if len(named) == 0 {
		return nil
	}
	if more := len(seen) - mostForeign; more > 0 {
		named = append(named, fmt.Sprintf("%d more", more))
	}
	return []string{"requested and not known to be accelerators: " + strings.Join(named, ", ") +
		"; where models run on one, say what a replica carries (scaleadvise.dev/replica-qps)"}
}

// passedOver says how much was not looked at.
func passedOver(documents int) []string {
	if documents == 0 {
		return nil
	}
	return []string{fmt.Sprintf("skipped: %d documents that are neither plans nor manifests that request an accelerator", documents)}
}
