package rule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fact"
)

// Set is an ordered list of rules, checked and compiled. It does not change and is safe for concurrent use.
type Set struct {
	rules      []*Rule // those that take part
	all        []*Rule // the whole catalogue, whose parameters facts read
	principles []string
}

// Load reads rule files; the order that they state is the order of findings. The rules may cite
// the given principles. Everything that is wrong in any file is in the error, a *Problem each,
// joined.
func Load(files []Source, principles []string) (*Set, error) {
	return Merge(&Set{principles: principles}, files)
}

// byOrder puts rules in the order that they state; those that state none come last.
func byOrder(a, b *Rule) int {
	last := func(r *Rule) int {
		if r.Order == 0 {
			return maxOrder + 1
		}
		return r.Order
	}
	return cmp.Compare(last(a), last(b))
}

// Merge adds a user's rules to those of a set, in the order that they state, else after them. An id of the
// set cannot be reused.
func Merge(base *Set, user []Source) (*Set, error) {
	merged := &Set{rules: slices.Clone(base.rules), principles: base.principles}
	var problems []*Problem
	for _, file := range user {
		r, faults := readRule(file, base.principles)
		problems = append(problems, faults...)
		if r == nil {
			continue
		}
		if clashes := merged.clashes(r, file); len(clashes) > 0 {
			problems = append(problems, clashes...)
			continue
		}
		merged.rules = append(merged.rules, r)
	}
	if err := joinProblems(problems); err != nil {
		return nil, err
	}
	slices.SortStableFunc(merged.rules, byOrder)
	merged.all = merged.rules
	return merged, nil
}

// clashes are the ids of a rule that are taken, and its place in a group where that is taken.
func (s *Set) clashes(r *Rule, file Source) []*Problem {
	var problems []*Problem
	refuse := func(what, remedy string) {
		problems = append(problems, &Problem{File: file.Name, Line: 1, Column: 1, What: what, Remedy: remedy})
	}
	for _, id := range append([]string{r.ID}, r.Formerly...) {
		if earlier := s.taken(r, id); earlier != nil {
			refuse(fmt.Sprintf("the id %s is already taken by %s", quote(id), earlier.File), "give one of the two another id")
		}
	}
	for _, other := range s.rules {
		if r.Group != "" && other.Group == r.Group && other.Order == r.Order && other.Stages&r.Stages != 0 {
			refuse(fmt.Sprintf("the place %d in the group %s is already taken by %s", r.Order, r.Group, other.File),
				"give one of the two another order: of a group the first that fires speaks")
		}
	}
	return problems
}

// taken is the rule that has an id which another claims. An id that a rule had may be that of another
// today where no stage asks both: there it means the one of the stage.
func (s *Set) taken(r *Rule, id string) *Rule {
	for _, other := range s.rules {
		apart := (other.ID == id) != (r.ID == id) && other.Stages&r.Stages == 0
		if other.Is(id) && !apart {
			return other
		}
	}
	return nil
}

// Rules lists the rules in order.
func (s *Set) Rules() []*Rule { return slices.Clone(s.rules) }

// IDs returns the ids of the rules, in their order.
func (s *Set) IDs() []string {
	ids := make([]string, 0, len(s.rules))
	for _, r := range s.rules {
		ids = append(ids, r.ID)
	}
	return ids
}

// Renamed returns the ids that rules had, each with today's.
func (s *Set) Renamed() map[string]string {
	today := map[string]string{}
	for _, r := range s.rules {
		for _, id := range r.Formerly {
			today[id] = r.ID
		}
	}
	return today
}

// Texts returns the texts of the rules as a check shows them.
func (s *Set) Texts() []advice.RuleText {
	var texts []advice.RuleText
	for _, r := range s.rules {
		texts = append(texts, advice.RuleText{ID: r.ID, Title: r.Title, Why: r.Why, Severity: r.Severity.Check, Principles: r.Principles})
	}
	return texts
}

// Where returns the set of the rules that are kept, in the same order.
func (s *Set) Where(keep func(*Rule) bool) *Set {
	kept := &Set{principles: s.principles, all: s.all}
	for _, r := range s.rules {
		if keep(r) {
			kept.rules = append(kept.rules, r)
		}
	}
	return kept
}

// Rule finds a rule by its id, or by a former one.
func (s *Set) Rule(id string) (*Rule, bool) {
	return first(named(s.rules, id))
}

// Named returns the rules of an id: the one that has it, then those that had it.
func (s *Set) Named(id string) []*Rule { return named(s.rules, id) }

func first(all []*Rule) (*Rule, bool) {
	if len(all) == 0 {
		return nil, false
	}
	return all[0], true
}

func named(rules []*Rule, id string) []*Rule {
	var all []*Rule
	for _, r := range rules {
		switch {
		case r.ID == id:
			all = slices.Insert(all, 0, r)
		case r.Is(id):
			all = append(all, r)
		}
	}
	return all
}

// Fired is a rule whose condition held, with its texts.
type Fired struct {
	Rule     *Rule
	Severity advice.Severity // severity at the stage at which it fired
	Message  string
	Remedy   string
	Evidence []advice.Evidence // raw values; the caller, who knows where values came from, fills Origin
	Trace    []Traced
}

// Finding returns the finding of a fired rule.
func (f Fired) Finding() advice.Finding {
	return advice.Finding{
		Rule: f.Rule.ID, Severity: f.Severity, Doubt: f.Rule.Doubt, For: f.Rule.For, Against: f.Rule.Against,
		Title: f.Rule.Title, Message: f.Message, Remedy: f.Remedy,
		Principles: f.Rule.Principles, Evidence: slices.Clone(f.Evidence),
	}
}

// Prepare compiles the rules that apply at a stage, which Evaluate would otherwise do on first use: a caller
// with other work may run it in a goroutine. Evaluate reports faults of rules.
func (s *Set) Prepare(stage fact.Stage) {
	for _, r := range s.rules {
		if r.At(stage) {
			_, _ = r.condition.ready()
		}
	}
}

// Evaluate returns the rules that apply at a stage and fire, in order; of a group only the first. A fact
// that is not given is its type's zero. The error names what is wrong with the facts, or the rules that
// could not be evaluated; the others are still returned.
func (s *Set) Evaluate(ctx context.Context, stage fact.Stage, facts fact.Values) ([]Fired, error) {
	if err := checkFacts(facts); err != nil {
		return nil, err
	}
	var fired []Fired
	var faults []error
	for _, r := range s.rules {
		if !r.At(stage) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return fired, err
		}
		if spoken(fired, r) {
			continue
		}
		f, err := r.evaluate(ctx, facts, stage)
		switch {
		case err != nil:
			faults = append(faults, err)
		case f != nil:
			fired = append(fired, *f)
		}
	}
	return fired, errors.Join(faults...)
}

// spoken reports whether a rule of the same group has fired. Rules are asked in the order of
// the catalogue, which within a group is that of its members.
func spoken(fired []Fired, r *Rule) bool {
	return r.Group != "" && slices.ContainsFunc(fired, func(f Fired) bool { return f.Rule.Group == r.Group })
}

// Blocking returns the rules that exclude the candidate which the facts describe, in order.
func (s *Set) Blocking(ctx context.Context, facts fact.Values) ([]Fired, error) {
	return s.Evaluate(ctx, fact.Search, facts)
}

// HasBlocking reports whether any rule blocks candidates, so that a caller need not describe
// candidates to a set that does not look at them.
func (s *Set) HasBlocking() bool {
	return slices.ContainsFunc(s.rules, func(r *Rule) bool { return r.Blocks })
}

// evaluate gives nil where the rule stays silent.
func (r *Rule) evaluate(ctx context.Context, facts fact.Values, stage fact.Stage) (*Fired, error) {
	v := r.values(facts)
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
	severity, err := r.severityOf(ctx, v, stage)
	if err != nil {
		return nil, r.cannot(err)
	}
	say := r.templates()
	f := &Fired{Rule: r, Severity: severity, Message: say.message.render(v), Remedy: say.remedy.render(v), Trace: trace}
	for _, name := range r.Evidence {
		if known, ok := fact.Named(name); ok && !known.Stages().Has(stage) {
			continue // of a rule of several stages
		}
		f.Evidence = append(f.Evidence, v.evidence(name))
	}
	return f, nil
}

// severityOf returns how much a finding matters: an error where the rule's second condition
// holds, else what its stage says.
func (r *Rule) severityOf(ctx context.Context, v values, stage fact.Stage) (advice.Severity, error) {
	if r.raise == nil {
		return r.Severity.At(stage), nil
	}
	raised, err := r.raise.holds(ctx, v)
	if err != nil || !raised {
		return r.Severity.At(stage), err
	}
	return advice.Error, nil
}
