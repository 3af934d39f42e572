package rule

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"scaleadvise/advisor/advice"
)

// Set is an ordered list of rules, checked and compiled. It does not change and may be used
// from several goroutines.
type Set struct {
	rules      []*Rule
	principles []string
}

// Load reads rule files; their order is the order of findings. The rules may cite the given
// principles. Everything that is wrong in any file is in the error, a *Problem each, joined.
func Load(files []Source, principles []string) (*Set, error) {
	return Merge(&Set{principles: principles}, files)
}

// Merge adds a user's rules behind those of a set. An id of the set cannot be taken again.
func Merge(base *Set, user []Source) (*Set, error) {
	merged := &Set{rules: slices.Clone(base.rules), principles: base.principles}
	var problems []*Problem
	for _, file := range user {
		r, faults := readRule(file, base.principles)
		problems = append(problems, faults...)
		if r == nil {
			continue
		}
		if earlier, taken := merged.Rule(r.ID); taken {
			problems = append(problems, &Problem{File: file.Name, Line: 1, Column: 1,
				What:   fmt.Sprintf("the id %s is already taken by %s", quote(r.ID), earlier.File),
				Remedy: "give one of the two another id"})
			continue
		}
		merged.rules = append(merged.rules, r)
	}
	if err := joinProblems(problems); err != nil {
		return nil, err
	}
	return merged, nil
}

// Rules lists the rules in order.
func (s *Set) Rules() []*Rule { return slices.Clone(s.rules) }

// Where gives the set of the rules that are kept, in the same order.
func (s *Set) Where(keep func(*Rule) bool) *Set {
	kept := &Set{principles: s.principles}
	for _, r := range s.rules {
		if keep(r) {
			kept.rules = append(kept.rules, r)
		}
	}
	return kept
}

// Rule finds a rule by its id.
func (s *Set) Rule(id string) (*Rule, bool) {
	for _, r := range s.rules {
		if r.ID == id && id != "" {
			return r, true
		}
	}
	return nil, false
}

// Fired is a rule whose condition held, worded.
type Fired struct {
	Rule     *Rule
	Message  string
	Remedy   string
	Evidence []advice.Evidence // raw values; who knows where a value came from fills Origin
	Trace    []Traced
}

// Finding is what the advice carries of a fired rule.
func (f Fired) Finding() advice.Finding {
	return advice.Finding{
		Rule: f.Rule.ID, Severity: f.Rule.Severity, For: f.Rule.For, Against: f.Rule.Against,
		Title: f.Rule.Title, Message: f.Message, Remedy: f.Remedy,
		Principles: f.Rule.Principles, Evidence: slices.Clone(f.Evidence),
	}
}

// Evaluate gives the rules that judge the outcome and fire, in order. A fact that is not given
// is its type's zero. The error names what is wrong with the facts, or the rules that could
// not be evaluated; those that could are still given.
func (s *Set) Evaluate(ctx context.Context, facts map[string]any) ([]Fired, error) {
	return s.run(ctx, facts, false)
}

// Blocking gives the rules that forbid the candidate which the facts describe, in order.
func (s *Set) Blocking(ctx context.Context, facts map[string]any) ([]Fired, error) {
	return s.run(ctx, facts, true)
}

// HasBlocking reports whether any rule blocks candidates, so that a caller need not describe
// candidates to a set that does not look at them.
func (s *Set) HasBlocking() bool {
	return slices.ContainsFunc(s.rules, func(r *Rule) bool { return r.Blocks })
}

func (s *Set) run(ctx context.Context, facts map[string]any, blocks bool) ([]Fired, error) {
	v, err := checkFacts(facts)
	if err != nil {
		return nil, err
	}
	var fired []Fired
	var faults []error
	for _, r := range s.rules {
		if r.Blocks != blocks {
			continue
		}
		if err := ctx.Err(); err != nil {
			return fired, err
		}
		f, err := r.evaluate(ctx, v)
		switch {
		case err != nil:
			faults = append(faults, err)
		case f != nil:
			fired = append(fired, *f)
		}
	}
	return fired, errors.Join(faults...)
}

// evaluate gives nil where the rule stays silent.
func (r *Rule) evaluate(ctx context.Context, v values) (*Fired, error) {
	holds, err := r.condition.holds(ctx, v)
	if err != nil {
		return nil, r.cannot(err)
	}
	if !holds {
		return nil, nil
	}
	trace, err := r.condition.trace(ctx, v)
	if err != nil {
		return nil, r.cannot(err)
	}
	f := &Fired{Rule: r, Message: r.message.render(v), Remedy: r.remedy.render(v), Trace: trace}
	for _, name := range r.Evidence {
		f.Evidence = append(f.Evidence, v.evidence(name))
	}
	return f, nil
}
