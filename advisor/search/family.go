package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/serve"
)

// family is one kind of replica with a lower bound on its cost: in all of its hostings, and that
// of one replica, until its server is made; then in one of them.
type family struct {
	*offer.Option
	hosting *offer.Hosting // nil until the server is made
	server  *serve.Server
	floor   float64
	place   int // in the catalog's order, which decides between equals
}

// queued are families in a heap by their lower bounds.
type queued []family

// heaps keep room for the families of the next search.
var heaps = sync.Pool{New: func() any { return new(queued) }}

// clear forgets what a search looked at.
func (all *queued) clear() { clear((*all)[:cap(*all)]) }

// look visits families, cheapest lower bound first, until none can be cheaper or the budget is spent.
// It returns how many were not visited then.
func (f *found) look(ctx context.Context, s *Space, all *queued) (left int) {
	for i := len(*all)/2 - 1; i >= 0; i-- {
		all.down(i)
	}
	for len(*all) > 0 && ctx.Err() == nil && !f.effort.spent() {
		one := &(*all)[0]
		switch {
		case f.any && f.best != nil, (f.best != nil || f.Below > 0) && one.floor >= f.cost:
			return 0
		case one.server == nil && f.putAside(s, one):
			all.pop()
		case one.server == nil:
			all.settle(s, f.Query)
		default:
			t := one.trial(s, f.Query)
			t.effort = f.effort
			f.visit(t)
			all.pop()
		}
	}
	for i := range *all {
		if left++; (*all)[i].server == nil {
			left += len((*all)[i].Hosting) - 1
		}
	}
	return left
}

// slow is a family that breaks the bound on latency with one request alone, whatever else, by a factor.
type slow struct {
	family
	by float64
}

// putAside keeps a family for later whose server would break the bound on latency: it matters only where
// nothing holds, as the nearest miss.
func (f *found) putAside(s *Space, one *family) bool {
	if f.near {
		return false
	}
	by := serve.Exceeds(s.Servers, *one.Hardware, *one.Variant)
	if by > 0 {
		f.aside = append(f.aside, slow{*one, by})
	}
	return by > 0
}

// lookAside visits the families put aside while one may miss by less than the nearest miss so far.
func (f *found) lookAside(ctx context.Context, s *Space, all *queued) (left int) {
	slices.SortStableFunc(f.aside, func(a, b slow) int { return cmp.Compare(a.by, b.by) })
	f.near = true
	for _, one := range f.aside {
		if f.miss != nil && candidate.CompareMisses(f.miss.excuse, candidate.Missed(candidate.SlowAlone, "", "", "", one.by, 1)) < 0 {
			break
		}
		*all = append((*all)[:0], one.family)
		left += f.look(ctx, s, all)
	}
	return left
}

// settle makes the server of the first family, which is worth its time only where the plan may still be
// cheapest, and puts a family for each of its hostings in its place.
func (all *queued) settle(s *Space, q Query) {
	f := (*all)[0]
	f.server = s.Servers.Of(*f.Hardware, *f.Variant)
	t := f.trial(s, q)
	n, serves := fewestUnbounded(t, q.Strategy)
	for i := range f.Hosting {
		one := f
		one.hosting, one.place, one.floor = &f.Hosting[i], f.place+i, math.Inf(1)
		switch {
		case serves && s.Workload.JobAlone():
			one.floor = one.trial(s, q).sized(n).cost()
		case serves:
			one.floor = one.hosting.Cost(n)
		}
		if i == 0 {
			(*all)[0] = one
			all.down(0)
			continue
		}
		*all = append(*all, one)
		all.up(len(*all) - 1)
	}
}

func (f *family) trial(s *Space, q Query) trial {
	t := trial{space: s, server: f.server, n: s.Base.Replicas, demand: q.Demand, confidence: s.options.Confidence, anyBudget: q.AnyBudget}
	if f.hosting != nil {
		t.hosting = *f.hosting
	}
	return t
}

// fewestUnbounded returns a number of replicas below which a trial cannot carry the demand; ok is false where
// it cannot serve. It needs no curve: capacity never exceeds saturation.
func fewestUnbounded(t trial, s candidate.Strategy) (n int, ok bool) {
	switch {
	case t.server.Excuse != nil:
		return 0, false
	case !s.ChangesCount():
		return t.n, true
	}
	one := t.server.Saturation(1)
	if one <= 0 {
		return 0, false
	}
	return max(int(math.Min(math.Ceil(t.wanted()/one), MaxReplicas)), 1), true
}

// less reports whether a family is looked at before another.
func (f *family) less(o *family) bool {
	switch {
	case f.floor != o.floor:
		return f.floor < o.floor
	case (f.server == nil) != (o.server == nil):
		return f.server == nil // its bound may rise
	}
	return f.place < o.place
}

func (all queued) down(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(all); child++ {
			if all[child].less(&all[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		all[i], all[least] = all[least], all[i]
		i = least
	}
}

func (all queued) up(i int) {
	for i > 0 && all[i].less(&all[(i-1)/2]) {
		all[i], all[(i-1)/2] = all[(i-1)/2], all[i]
		i = (i - 1) / 2
	}
}

func (all *queued) pop() {
	last := len(*all) - 1
	(*all)[0] = (*all)[last]
	*all = (*all)[:last]
	all.down(0)
}

// families lists what the strategy allows, in the room of another list.
func families(s *Space, q Query, room *queued) *queued {
	*room = (*room)[:0]
	switch stays := !q.Strategy.ChangesHardware(); {
	case stays:
		*room = append(*room, ofBase(s, q)...)
	case !jobTied(s):
		n := 1
		if !q.Strategy.ChangesCount() {
			n = s.Base.Replicas
		}
		options := offer.OptionsOf(s.Offers, q.Optimized)
		place := 0
		for i := range options {
			o := &options[i]
			if o.Kind == s.Base.Kind() {
				continue
			}
			*room = append(*room, family{Option: o, floor: o.Least(n), place: place})
			place += len(o.Hosting)
		}
	}
	return room
}

// ofBase returns the families on the hardware of the base.
func ofBase(s *Space, q Query) []family {
	h := s.Base.Hardware
	hostings := s.Hosting(h)
	if len(hostings) == 0 {
		hostings = []offer.Hosting{offer.Unpriced()}
	}
	n := 1
	if !q.Strategy.ChangesCount() {
		n = s.Base.Replicas
	}
	if !q.Strategy.ChangesCount() {
		hostings = ofToday(s, hostings, q.Demand)
	}
	var all []family
	variants := s.Variants(h.Accelerator, q.Optimized)
	for i := range variants {
		f := family{Option: &offer.Option{Kind: h.Kind(), Hardware: &h, Variant: &variants[i], Hosting: hostings}, place: i * len(hostings)}
		if f.floor = f.Least(n); s.Workload.JobAlone() {
			f.floor = 0 // until its replicas are known
		}
		all = append(all, f)
	}
	return all
}
