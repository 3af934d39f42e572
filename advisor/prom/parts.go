package prom

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
)

// labelParts is into how many questions one is divided by a label.
const labelParts = 8

// inParts asks for the rate of the requests by groups of servers, where a server refuses to read all of
// them at once even over a short time.
func (o *observer) inParts(ctx context.Context, refusal error) error {
	r := o.read["requests"]
	by := r.apart()
	label := by[len(by)-1]
	names, err := o.from.Values(ctx, label, o.span, r.of(r.seriesName()))
	if ctx.Err() != nil {
		return timeUp(refusal.Error() + ", and the time was up before it was asked for a part of its servers")
	}
	if err != nil {
		return err
	}
	groups := groupsOf(label, names)
	if len(groups) < 2 {
		return fmt.Errorf("%w; the label %s does not divide %s either: narrow it with --selector, or read a recording rule with --recording", refusal, label, r.seriesName())
	}
	whole := Series{Start: o.span.From, Step: o.span.Step, Values: unknown(o.span.points())}
	for _, g := range groups {
		part := r
		part.own = slices.Concat(r.own, Selector{g})
		s, err := o.from.Range(ctx, part.rate(o.window()), o.span)
		if err != nil {
			return err
		}
		whole.add(s)
	}
	o.warn("the server refuses to read all of %s at once: it was read in %d parts by the label %s", r.seriesName(), len(groups), label)
	o.seen(whole)
	return nil
}

// overADay asks for means of the last day where a server refuses those of a week; nil once it did.
func (o *observer) overADay(at Span) func(context.Context, error) error {
	if o.lately == day {
		return nil
	}
	return func(ctx context.Context, refusal error) error {
		if o.lately == day {
			return nil // asked again with the first that was refused
		}
		o.lately = day
		o.warn("the server refuses to read a week at once: means are those of the last day (%v)", refusal)
		return o.round(ctx, o.meansOf(at))
	}
}

// add adds another series of the same times; a value is known where either is.
func (s Series) add(other Series) {
	for i, v := range other.Values {
		switch {
		case i >= len(s.Values) || math.IsNaN(v):
		case math.IsNaN(s.Values[i]):
			s.Values[i] = v
		default:
			s.Values[i] += v
		}
	}
}

// groupsOf divides the values of a label by the characters that they end with, which are spread evenly
// in the names of pods and in addresses.
func groupsOf(label string, names []string) (all []matcher) {
	ends := map[rune]int{}
	for _, name := range names {
		if all := []rune(name); len(all) > 0 {
			ends[all[len(all)-1]]++
		}
	}
	var order []rune
	for end := range ends {
		order = append(order, end)
	}
	slices.Sort(order)
	n := min(labelParts, len(order))
	for g := range n {
		pattern := ""
		for i := g; i < len(order); i += n {
			pattern += "|" + regexp.QuoteMeta(string(order[i]))
		}
		all = append(all, matcher{label, "=~", ".*(" + pattern[1:] + ")"})
	}
	return all
}
