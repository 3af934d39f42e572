package whatif

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Range is the values of one trait to evaluate, in order.
type Range struct {
	spec   workload.Spec
	values []advice.Value
	scale  scale
}

// Trait returns the name of the trait that is varied.
func (r Range) Trait() string { return r.spec.Name }

// First returns the trait at its first value.
func (r Range) First() workload.Set {
	return r.axis(&advice.Advice{}).change(r.values[0]).Traits
}

// Limits on the number of values of a range, and the usual number.
const (
	UsualPoints = 13
	mostPoints  = 200
)

// evenly is the ratio of the ends of a range up to which values stand at even distances;
// beyond it, at even ratios.
const evenly = 4

// ParseRange reads what to vary: qps=1000..10000, p99=20ms..200ms, availability=99%..99.99%,
// or a list, gpu=a10,l4,h100. points is how many values a range has, both ends among them.
func ParseRange(text string, points int) (Range, error) {
	name, values, ok := strings.Cut(text, "=")
	if !ok {
		return Range{}, fmt.Errorf("%q: expected a trait and its values, such as qps=1000..10000 or gpu=a10,l4", text)
	}
	name = strings.ReplaceAll(strings.TrimLeft(strings.TrimSpace(name), "-"), "-", "_")
	spec, ok := workload.Lookup(name)
	if !ok {
		return Range{}, unknown(name)
	}
	if points < 2 || points > mostPoints {
		return Range{}, fmt.Errorf("%d points: expected 2 to %d", points, mostPoints)
	}
	r := Range{spec: spec, scale: scaleOf(spec)}
	values = strings.TrimSpace(values)
	switch {
	case values == "":
		return r, fmt.Errorf("%s: no values; write %s=LOW..HIGH or a list", name, name)
	case !numeric(spec.Kind), strings.Contains(values, ",") && !strings.Contains(values, ".."):
		return r, r.list(strings.Split(values, ","))
	}
	return r, r.between(values, points)
}

func unknown(name string) error {
	var names []string
	for _, s := range workload.Specs() {
		names = append(names, s.Name)
	}
	return fmt.Errorf("unknown trait %q; %s", name,
		unit.Suggest(name, names, "any flag of the workload can be varied, such as qps, p99, growth, availability, budget, gpu"))
}

// scaleOf is how values of a trait are rounded.
func scaleOf(spec workload.Spec) scale {
	switch {
	case spec.Kind == unit.Count || spec.Kind == unit.Tokens:
		return whole
	case spec.Name == "availability" || spec.Name == "replica_availability":
		return odds
	}
	return plain
}

// numeric reports whether values of a kind lie on a line.
func numeric(k unit.Kind) bool { return k != unit.Text && k != unit.List && k != unit.Burstiness }

// list takes the values one by one as they are written.
func (r *Range) list(words []string) error {
	for _, w := range words {
		w = strings.TrimSpace(w)
		if err := workload.ParseSet(r.spec.Name, w, changed, workload.Set{}); err != nil {
			return fmt.Errorf("%s: %w", r.spec.Name, leaf(err))
		}
		r.values = append(r.values, advice.Value{Word: w})
	}
	if len(r.values) < 2 || len(r.values) > mostPoints {
		return fmt.Errorf("%s: %d values; give two or more, by commas", r.spec.Name, len(r.values))
	}
	return nil
}

// leaf is an error without the name of the trait, which is said already.
func leaf(err error) error {
	if t, ok := err.(*workload.TraitError); ok {
		return t.Err
	}
	return err
}

// between spreads values over a range.
func (r *Range) between(text string, points int) error {
	parse := unit.Parse
	if r.spec.Bare {
		parse = unit.ParseBare
	}
	i, err := parse(r.spec.Kind, text)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", r.spec.Name, err)
	case i.IsExact():
		return fmt.Errorf("%s: %s is one value; write a range such as %s..%s", r.spec.Name, text, text, unit.Format(r.spec.Kind, 10*i.Mid))
	case r.spec.Max > 0 && i.High > r.spec.Max:
		return fmt.Errorf("%s: %s is too large; at most %s", r.spec.Name, unit.Format(r.spec.Kind, i.High), unit.Format(r.spec.Kind, r.spec.Max))
	}
	for k := range points {
		v := r.spread(i.Low, i.High, float64(k)/float64(points-1))
		if k == 0 || k == points-1 {
			v = []float64{i.Low, i.High}[min(k, 1)]
		}
		r.values = append(r.values, advice.Value{Number: v})
	}
	r.values = slices.Compact(r.values)
	return nil
}

// spread is the value so far along the way from low to high.
func (r *Range) spread(low, high, share float64) float64 {
	from, to := r.scale.coordinate(low), r.scale.coordinate(high)
	if from > 0 && to/from > evenly {
		return r.scale.value(from * math.Pow(to/from, share))
	}
	if r.scale == odds {
		return low + share*(high-low)
	}
	return r.scale.value(low + share*(high-low))
}

// axis is the range as something to ask about.
func (r Range) axis(a *advice.Advice) axis {
	t, ok := traitOf(a, r.spec.Name)
	if !ok {
		t = advice.Trait{Name: r.spec.Name, Value: 0.0}
	}
	x := traitAxis(t, r.spec, r.scale)
	x.Given = ok
	if r.values[0].Word == "" {
		return x
	}
	x.Words = true
	x.change = func(v advice.Value) Change {
		set := workload.Set{}
		if err := workload.ParseSet(r.spec.Name, v.Word, changed, set); err != nil {
			return Change{} // the list was read before
		}
		return Change{Traits: set}
	}
	return x
}

// Vary evaluates every value of a range, and finds where between two of them another strategy begins. An
// invalid value has a fault of its own; any other error ends the sweep, and so does a fault that all values
// have.
func Vary(ctx context.Context, p Pipeline, r Range) (*advice.WhatIf, error) {
	a, err := newAsker(ctx, p)
	if err != nil {
		return nil, err
	}
	x := r.axis(a.base)
	s := &advice.Sweep{Of: x.Varied}
	var before *step
	var fault error
	for i, v := range r.values {
		a.reached(i, len(r.values))
		if a.enough() {
			break
		}
		got := step{v, r.planned(a.base, a.at(x, v))}
		if fault = got.fault; r.misspelt(fault) || a.failed() != nil {
			return nil, cmp.Or(a.failed(), fault)
		}
		point := a.point(x, before, got)
		if a.enough() { // the point may lack what was to be completed
			break
		}
		s.Points = append(s.Points, point)
		if fault != nil {
			continue
		}
		if before != nil && !same(before.Decided, got.Decided) && !x.Words && !slices.Contains(deployed, r.spec.Name) {
			if found := a.crossings(x, *before, got); !a.enough() {
				s.Changes = append(s.Changes, found...)
			}
		}
		before = &got
	}
	if before == nil {
		return nil, cmp.Or(fault, ErrTimeUp)
	}
	return &advice.WhatIf{Base: a.base, Sweep: s, Asked: a.asked, Unfinished: r.unfinished(len(s.Points), a.enough())}, a.failed()
}

// unfinished names what the time did not suffice for: the values behind the first points.
func (r Range) unfinished(points int, enough bool) []string {
	switch missing := len(r.values) - points; {
	case missing == 1:
		return []string{"the last value"}
	case missing > 0:
		return []string{fmt.Sprintf("the last %d values", missing)}
	case enough:
		return []string{"the last change of strategy"}
	}
	return nil
}

// deployed are the traits that make up what runs: varied, they vary the plan.
var deployed = []string{"gpu", "gpus_per_replica", "machine", "replicas"}

// planned is an answer where what is varied is the plan itself: it is kept, on the hardware as many
// of it as are needed where no number of replicas was given.
func (r Range) planned(base *advice.Advice, got *answer) *answer {
	if got.fault != nil || !slices.Contains(deployed, r.spec.Name) {
		return got
	}
	kept, ok := got.alternative(candidate.None, false)
	_, counted := traitOf(base, "replicas")
	if out, found := got.alternative(candidate.Horizontal, false); found && out.Feasible && !kept.Feasible && r.spec.Name != "replicas" && !counted {
		kept = out
	}
	if !ok || kept.Plan == nil {
		return got
	}
	plan := &answer{all: got.all, Decided: advice.Decided{
		Feasible: kept.Feasible, Strategy: kept.Strategy, Direction: kept.Direction, DecidedBy: kept.DecidedBy, Plan: *kept.Plan,
	}}
	if kept.Excuse != nil && !kept.Feasible {
		plan.Excuse = kept.Excuse.Text
	}
	return plan
}

// point is one value of a sweep, held against the one before it that has an answer.
func (a *asker) point(x axis, before *step, got step) advice.SweepPoint {
	p := advice.SweepPoint{Value: got.at, Decided: got.Decided}
	if got.fault == nil {
		a.complete(x, got.at, &p.Plan, nil)
	}
	switch {
	case got.fault != nil:
		p.Fault = got.fault.Error()
	case before != nil:
		p.Changed = !same(before.Decided, got.Decided)
		p.Moved = !p.Changed && moved(before.Decided, got.Decided)
	}
	return p
}

// misspelt reports a word of a list that the trait does not have, which no other value mends.
func (r Range) misspelt(fault error) bool {
	var t *workload.TraitError
	return r.values[0].Word != "" && errors.As(fault, &t) && t.Spec.Name == r.spec.Name
}

// crossings finds where between two values the strategy of the first ends. Where that of the
// second does not begin there, a third lies between, and its end is looked for in turn.
func (a *asker) crossings(x axis, from, to step) []advice.Crossing {
	const most = 4
	var out []advice.Crossing
	for range most {
		old := from.Decided
		last, first := a.halve(x, from, to, watch{flipped: func(n *answer) bool { return !same(n.Decided, old) }}, false, changeWithin)
		c := advice.Crossing{Last: last.at.Number, First: first.at.Number, Before: last.Decided, After: first.Decided}
		a.complete(x, last.at, &c.Before.Plan, nil)
		a.complete(x, first.at, &c.After.Plan, nil)
		out = append(out, c)
		if same(first.Decided, to.Decided) || first.at == to.at {
			break
		}
		from = first
	}
	return out
}
