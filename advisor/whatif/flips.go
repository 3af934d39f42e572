package whatif

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/fanout"
)

// Flips finds for the chosen strategy and for each that lost the nearest change of each input that flips the
// decision, and what moves cost and replicas most. The error is that of the first advice that failed for a
// reason other than an invalid value of the trait, or the context's.
func Flips(ctx context.Context, p Pipeline) (*advice.WhatIf, error) {
	a, err := newAsker(ctx, p)
	if err != nil {
		return nil, err
	}
	w := &advice.WhatIf{Base: a.base}
	all := axes(a.base)
	flips, swings := make([][]advice.Flip, len(all)), make([]*advice.Swing, len(all))
	unfinished := make([]bool, len(all))
	var done atomic.Int64
	fanout.Each(len(all), func(i int) {
		flips[i], swings[i] = a.flipsOf(all[i]), a.swing(all[i])
		if unfinished[i] = a.enough(); unfinished[i] { // what it found may not be the nearest
			flips[i], swings[i] = nil, nil
			return
		}
		a.reached(int(done.Add(1)), len(all))
	})
	for i, x := range all {
		if unfinished[i] {
			w.Unfinished = append(w.Unfinished, named(x.Varied))
		}
	}
	w.Flips = slices.Concat(flips...)
	slices.SortStableFunc(w.Flips, nearer)
	w.Swings, w.Unmoved = ranked(swings)
	w.Asked = a.asked
	if err := a.failed(); err != nil {
		return nil, err
	}
	return w, nil
}

// nearer orders flips: those of the chosen strategy first, then wins, each by how small the
// change is.
func nearer(x, y advice.Flip) int {
	if d := rank(x) - rank(y); d != 0 {
		return d
	}
	return compare(distance(x), distance(y))
}

func rank(f advice.Flip) int {
	at := 2 * slices.Index(candidate.Strategies(), f.Strategy)
	if f.Optimized {
		at++
	}
	kinds := []advice.FlipKind{advice.FlipMoves, advice.FlipLoses, advice.FlipWins, advice.FlipHolds, advice.FlipFails}
	return 100*slices.Index(kinds, f.Kind) + at
}

// distance is the size of a change as the logarithm of a ratio. A word, and a limit where
// there was none, have no ratio: they stand behind a change by a factor of two.
func distance(f advice.Flip) float64 {
	if f.Of.Words || !f.Of.Given || f.Of.Now <= 0 {
		return math.Ln2
	}
	return math.Abs(math.Log(f.First.Number / f.Of.Now))
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// flipsOf finds what flips along one axis.
func (a *asker) flipsOf(x axis) []advice.Flip {
	if x.Words {
		return a.wordFlips(x)
	}
	var out []advice.Flip
	for _, up := range []bool{false, true} {
		if up && !x.up || !up && !x.down {
			continue
		}
		sought := a.moves(x)
		sought = append(sought, a.watches(x)...)
		found, done := make([]*advice.Flip, len(sought)), make([]bool, len(sought))
		a.walk(x, up, func(before, at step, absent bool) bool {
			for i, w := range sought { // at once: near questions take less time one after the other
				if done[i] || !w.flipped(at.answer) {
					continue
				}
				done[i] = true
				last, first := a.halve(x, before, at, w, absent, flipWithin)
				if w.kind != advice.FlipMoves || same(first.Decided, a.now().Decided) {
					f := a.flip(w, x, last, first)
					f.Up, found[i] = up, &f
				}
			}
			return slices.Contains(done, false)
		})
		for _, f := range found {
			if f != nil {
				out = append(out, *f)
			}
		}
	}
	return out
}

// moves watches for the choice to become another plan of the same strategy; where it becomes another
// strategy at once that is a flip of its own.
func (a *asker) moves(x axis) []watch {
	base := a.now().Decided
	if !base.Feasible || x.Name == "price" { // other hardware for another price is a flip already
		return nil
	}
	chosen := slices.IndexFunc(a.base.Alternatives, func(alt advice.Alternative) bool { return alt.Chosen })
	return []watch{{advice.FlipMoves, a.base.Alternatives[chosen], func(n *answer) bool { return another(n.Decided, base) }}}
}

// wordFlips finds what flips at each other word.
func (a *asker) wordFlips(x axis) []advice.Flip {
	var out []advice.Flip
	for _, word := range x.words {
		v := advice.Value{Word: word}
		got := a.at(x, v)
		if got.fault != nil {
			continue
		}
		for _, w := range a.watches(x) {
			if w.kind != advice.FlipFails && w.kind != advice.FlipHolds && w.flipped(got) {
				out = append(out, a.flip(w, x, step{}, step{v, got}))
			}
		}
	}
	return out
}

// watch is one thing that may flip.
type watch struct {
	kind    advice.FlipKind
	of      advice.Alternative
	flipped func(*answer) bool
}

// watches are all that is worth knowing of an axis. A price flips no feasibility.
func (a *asker) watches(x axis) []watch {
	base := a.now()
	out := []watch{}
	for _, alt := range a.base.Alternatives {
		this := func(d advice.Decided) bool { return d.Strategy == alt.Strategy && d.Optimized == alt.Optimized }
		switch {
		case alt.Chosen:
			out = append(out, watch{advice.FlipLoses, alt, func(n *answer) bool {
				// A price that drives the plan to other hardware has flipped it, whatever the strategy is called.
				return !same(n.Decided, base.Decided) || x.Name == "price" && moved(n.Decided, base.Decided)
			}})
		case a.base.Feasible || alt.Plan != nil:
			out = append(out, watch{advice.FlipWins, alt, func(n *answer) bool { return n.Feasible && this(n.Decided) }})
		}
		if x.Name != "price" && !alt.Optimized && alt.Plan != nil {
			out = append(out, holding(alt))
		}
	}
	return out
}

// holding watches whether a strategy holds at all.
func holding(alt advice.Alternative) watch {
	kind := advice.FlipHolds
	if alt.Feasible {
		kind = advice.FlipFails
	}
	return watch{kind, alt, func(n *answer) bool {
		now, ok := n.alternative(alt.Strategy, alt.Optimized)
		return ok && now.Feasible != alt.Feasible
	}}
}

// alternative is one of the eight.
func (n *answer) alternative(s candidate.Strategy, optimized bool) (advice.Alternative, bool) {
	for _, alt := range n.all {
		if alt.Strategy == s && alt.Optimized == optimized {
			return alt, true
		}
	}
	return advice.Alternative{}, false
}

// flip writes down what was found.
func (a *asker) flip(w watch, x axis, last, first step) advice.Flip {
	f := advice.Flip{
		Kind: w.kind, Strategy: w.of.Strategy, Optimized: w.of.Optimized, Chosen: w.of.Chosen,
		Of: x.Varied, Last: last.at, First: first.at, Then: first.Decided,
	}
	var other *candidate.Evaluation
	if now, ok := first.alternative(w.of.Strategy, w.of.Optimized); ok {
		if now.Plan != nil {
			f.Plan, other = *now.Plan, &f.Plan
		}
		if now.Chosen {
			other = nil
		}
		if !now.Feasible && now.Excuse != nil {
			f.Why = now.Excuse.Text
		}
	}
	a.complete(x, first.at, &f.Then.Plan, other)
	if other == nil && f.Plan.Replicas > 0 {
		f.Plan = f.Then.Plan
	}
	if w.kind == advice.FlipFails && f.Plan.Replicas == 0 && w.of.Plan != nil {
		f.Plan = *w.of.Plan
	}
	return f
}

// swing moves an input down and up by a factor; nil where it cannot be moved so.
func (a *asker) swing(x axis) *advice.Swing {
	if x.Words || !x.Given || x.Name == "price" && x.Of != a.base.Plan.AcceleratorName {
		return nil
	}
	by := advice.Swung
	if x.scale == odds {
		by = advice.SwungOdds
	}
	s := advice.Swing{Of: x.Varied, Low: advice.Value{Number: x.scale.value(x.start / by)}, High: advice.Value{Number: x.scale.value(x.start * by)}}
	low, high := a.at(x, s.Low), a.at(x, s.High)
	if low.fault != nil || high.fault != nil || s.Low == s.High {
		return nil
	}
	s.At = [2]advice.Decided{low.Decided, high.Decided}
	a.complete(x, s.Low, &s.At[0].Plan, nil)
	a.complete(x, s.High, &s.At[1].Plan, nil)
	return &s
}

// ranked are the swings that moved cost or replicas, most first, and the names of the others.
func ranked(swings []*advice.Swing) (out []advice.Swing, unmoved []string) {
	for _, s := range swings {
		switch {
		case s == nil:
		case s.Cost() == 0 && s.Replicas() == 0 && s.At[0].Feasible && s.At[1].Feasible:
			unmoved = append(unmoved, named(s.Of))
		default:
			out = append(out, *s)
		}
	}
	slices.SortStableFunc(out, func(s, t advice.Swing) int {
		if d := compare(math.Abs(t.Cost()), math.Abs(s.Cost())); d != 0 {
			return d
		}
		return size(t.Replicas()) - size(s.Replicas())
	})
	return out, unmoved
}

func size(n int) int { return max(n, -n) }

// named is an input in a word or two.
func named(v advice.Varied) string {
	if v.Of != "" {
		return fmt.Sprintf("%s of %s", v.Name, v.Of)
	}
	return v.Name
}
