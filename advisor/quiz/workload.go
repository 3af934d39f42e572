package quiz

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Ask is the pipeline: it returns advice on the workload with some traits changed.
type Ask func(ctx context.Context, changes workload.Set) (*advice.Advice, error)

// author makes questions about one workload.
type author struct {
	ctx    context.Context
	ask    Ask
	lesson Lesson
	base   *advice.Advice // on the workload as it is
}

// FromWorkload makes the questions that a workload gives rise to, each answered by the
// pipeline. Which those are depends on it: without growth nothing can be asked about the
// runway. The error is that of the first advice that failed for another reason than a changed
// value that a trait cannot have, or the context's.
func FromWorkload(ctx context.Context, ask Ask, lesson Lesson) ([]Item, error) {
	base, err := ask(ctx, nil)
	if err != nil {
		return nil, err
	}
	var failure error
	noting := func(ctx context.Context, changes workload.Set) (*advice.Advice, error) {
		got, err := ask(ctx, changes)
		if err != nil && failure == nil && !changes.About(err) {
			failure = err
		}
		return got, err
	}
	a := author{ctx: ctx, ask: noting, lesson: lesson, base: base}
	var items []Item
	for _, write := range []func() (Item, bool){
		a.strategy, a.whyNot, a.breaksFirst, a.replicas, a.precision, a.runtime, a.wrongChoice, a.elasticity, a.interruption, a.slices, a.promise, a.runway,
	} {
		if i, ok := write(); ok {
			items = append(items, a.finished(i))
		}
	}
	return items, cmp.Or(ctx.Err(), failure)
}

// finished adds to an item what all have in common.
func (a author) finished(i Item) Item {
	i.Generated = true
	if p, ok := a.lesson.principle(first(i.Principles)); ok && i.QuickCheck == "" {
		i.QuickCheck = p.Check
	}
	return i
}

// scene is the workload in a sentence's beginning: "BERT-large, 5,000/s at the peak, p99 ≤ 100 ms".
func (a author) scene() string {
	w := a.base.Workload
	name := w.ModelName
	if name == "" {
		name = "Your service"
	}
	parts := []string{name, rate(w.PeakQPS) + " at the peak"}
	if w.PlanQPS > w.PeakQPS {
		parts = append(parts, rate(w.PlanQPS)+" at the horizon")
	}
	if w.LatencySeconds > 0 {
		parts = append(parts, bound("p", w.Percentile)+" ≤ "+unit.Format(unit.Duration, w.LatencySeconds))
	}
	if w.TTFT > 0 {
		parts = append(parts, bound("p", w.TokenPercent)+" TTFT ≤ "+unit.Format(unit.Duration, w.TTFT))
	}
	if w.TPOT > 0 {
		parts = append(parts, bound("p", w.TokenPercent)+" TPOT ≤ "+unit.Format(unit.Duration, w.TPOT))
	}
	if w.Availability > 0 {
		parts = append(parts, unit.Format(unit.Fraction, w.Availability)+" available")
	}
	if w.Budget > 0 {
		parts = append(parts, "a budget of "+usd(w.Budget))
	}
	return strings.Join(parts, ", ")
}

// bound names a percentile: p99.
func bound(letter string, p float64) string {
	return letter + strconv.FormatFloat(math.Round(p*1e6)/1e4, 'f', -1, 64)
}

func rate(v float64) string { return unit.Format(unit.Rate, v) }

func usd(v float64) string { return unit.Format(unit.Money, v) }

func seconds(v float64) string { return unit.Format(unit.Duration, v) }

// factor is a ratio, or another number without a unit.
func factor(v float64) string { return unit.Format(unit.Number, v) }

func percent(p float64) string { return unit.Format(unit.Fraction, p) }

// alternative finds one of the eight.
func (a author) alternative(s candidate.Strategy, optimized bool) (advice.Alternative, bool) {
	for _, alt := range a.base.Alternatives {
		if alt.Strategy == s && alt.Optimized == optimized && a.real(alt) {
			return alt, true
		}
	}
	return advice.Alternative{}, false
}

// real reports whether an alternative has a plan, and one of its own: the nearest miss of a
// strategy may be what runs today.
func (a author) real(alt advice.Alternative) bool {
	if alt.Plan == nil || alt.Plan.Replicas == 0 {
		return false
	}
	return alt.Strategy == candidate.None || a.base.Today == nil || alt.Plan.Words() != a.base.Today.Words()
}

// changed is a trait's value for a question of what would be if.
func changed(v float64) workload.Value {
	return workload.Value{Interval: unit.Exact(v), Origin: asked}
}

func changedWord(text string) workload.Value {
	return workload.Value{Text: text, Origin: asked}
}

var asked = origin.Origin{Kind: origin.Derived, Name: "the question"}

// trait is a numeric trait of the workload as given.
func (a author) trait(name string) (float64, bool) {
	for _, t := range a.base.Traits {
		if v, ok := t.Value.(float64); ok && t.Name == name {
			return v, true
		}
	}
	return 0, false
}

// ids are the principles that the deciding finding cites, or others where it cites none.
func (a author) ids(otherwise ...string) []string {
	if f := a.base.Deciding(); f != nil && len(f.Principles) > 0 {
		return f.Principles
	}
	return otherwise
}

// said is a mistake of the lesson as a wrong choice, in the lesson's words.
func (a author) said(principle string, n int) Wrong {
	p, _ := a.lesson.principle(principle)
	if n >= len(p.Mistakes) {
		return Wrong{}
	}
	m := p.Mistakes[n]
	return Wrong{Choice: strings.TrimSuffix(m.Said, "."), Why: m.Why, Mistake: m.Said}
}

// number is a wrong answer that is a number, to be kept only where it differs from the others.
type number struct {
	value float64
	Wrong
}

// tellable is how far two numbers must lie apart to be two answers.
const tellable = 0.04

// apart keeps the numbers that can be told from the right one and from each other.
func apart(right float64, all []number) []Wrong {
	kept := []float64{right}
	var out []Wrong
	for _, n := range all {
		near := func(v float64) bool { return math.Abs(n.value-v) <= tellable*math.Max(math.Abs(v), math.Abs(n.value)) }
		if n.Choice == "" || math.IsNaN(n.value) || math.IsInf(n.value, 0) || slices.ContainsFunc(kept, near) {
			continue
		}
		kept = append(kept, n.value)
		out = append(out, n.Wrong)
	}
	return out
}

// whole reports whether a question has all it needs.
func whole(i Item) (Item, bool) {
	i.Wrong = slices.DeleteFunc(i.Wrong, func(w Wrong) bool { return w.Choice == "" || w.Why == "" || w.Choice == i.Answer })
	return i, len(i.Wrong) >= wrongChoices
}
