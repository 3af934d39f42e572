package service

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/fanout"
	"scaleadvise/advisor/memo"
)

// exceeds reports whether an accelerator is no worse than another of its vendor and kind in any
// figure, of which both state the same ones.
func exceeds(a, b catalog.Accelerator) bool {
	if a.Vendor == "" || a.Vendor != b.Vendor || kindOf(a) != kindOf(b) {
		return false
	}
	x, y := figures(a), figures(b)
	for i := range x {
		if x[i] < y[i] || x[i] > 0 && y[i] == 0 || i < 2 && x[i] == 0 {
			return false
		}
	}
	return true
}

// figures are what throughput follows: bandwidth, arithmetic at 16, 8 and 32 bit; 0 is unknown.
func figures(a catalog.Accelerator) [4]float64 {
	half := max(a.FP16TFLOPS, a.BF16TFLOPS)
	return [4]float64{a.BandwidthGBs, half, max(a.INT8TOPS, a.FP8TFLOPS, half), a.FP32TFLOPS}
}

// standing is a quantity on one accelerator, as it is predicted or measured.
type standing struct {
	catalog.Accelerator
	value float64 // ln of it, of which more is better
	sd    float64 // 0 where it was measured
	slack float64 // how far others may be off its order
	guess guess   // before it was held to the order
	share Estimate
}

// placed moves predictions so that no accelerator is worse than one that it exceeds: kriging
// learns the level of each by itself, and does not know that. What is known best stays, and bounds
// what is known less: from the surest to the least sure, each is moved to between the best of those
// that it exceeds and the worst of those that exceed it. Measurements stay as they are, and
// bound others up to leeway, since they differ in their software; of those that contradict each other the
// first by its id stays, and the others are left out.
func placed(all []standing) []standing {
	slices.SortFunc(all, func(a, b standing) int { return cmp.Or(cmp.Compare(a.sd, b.sd), cmp.Compare(a.ID, b.ID)) })
	done := all[:0]
	for _, s := range all {
		least, most := bounds(done, s)
		if s.sd == 0 && (s.value < least || s.value > most) {
			continue
		}
		s.value = math.Max(math.Min(s.value, most), least)
		done = append(done, s)
	}
	return done
}

// bounds are the best value among placed ones that an accelerator exceeds, and the worst among those
// that exceed it.
func bounds(placed []standing, s standing) (least, most float64) {
	least, most = math.Inf(-1), math.Inf(1)
	for _, p := range placed {
		if exceeds(s.Accelerator, p.Accelerator) {
			least = math.Max(least, p.value-p.slack)
		}
		if exceeds(p.Accelerator, s.Accelerator) {
			most = math.Min(most, p.value+p.slack)
		}
	}
	return least, most
}

// estimates returns a quantity on an accelerator; ok is false where nothing is known.
type estimates func(id string) (s standing, ok bool)

// orders are quantities on the accelerators of a vendor, in order. Each has a lock of its own, since what is
// sustained asks for rates.
type orders struct{ rate, alone, sustained order }

type order struct {
	memo.Recent[orderKey, []standing]
}

// orderKey is all that an order depends on.
type orderKey struct{ vendor, kind, query string }

// recent is how many orders are kept: those of one advice.
const recent = 16

// ordered returns a quantity on an accelerator, in order with those of its vendor and kind that clouds
// rent and those where it was measured.
func (e *Evidence) ordered(of *order, id string, q Query, t task, estimate estimates) (standing, bool) {
	a, listed := e.catalog.Accelerator(id)
	if !listed || a.Vendor == "" {
		return estimate(id)
	}
	key := orderKey{a.Vendor, kindOf(a), fmt.Sprintf("%+v %+v %s %g %g %g", t, q.Own, q.Precision, q.Year, q.Bound, q.Percentile)}
	peers := of.Get(key, recent, func() []standing { return e.inOrder(a, q, t, estimate) })
	for _, p := range peers {
		if p.ID == id {
			return p, true
		}
	}
	one, ok := estimate(id)
	one.Accelerator = a
	if least, most := bounds(peers, one); one.sd > 0 {
		one.value = math.Max(math.Min(one.value, most), least)
	}
	return one, ok
}

// inOrder are the peers of an accelerator in order.
func (e *Evidence) inOrder(a catalog.Accelerator, q Query, t task, estimate estimates) []standing {
	var peers []standing
	for _, p := range e.catalog.Accelerators() {
		if p.Vendor != a.Vendor || kindOf(p) != kindOf(a) {
			continue
		}
		_, measured := e.measured(p.ID, t)
		owned := slices.ContainsFunc(q.Own, func(o Own) bool { return e.accelerator(o.Accelerator) == p.ID })
		// Where a measurement is held out, the measured ones alone: each question then has evidence of its own.
		if measured && len(q.Own) == 0 || owned || e.out == (hidden{}) && e.catalog.Rented(p.ID) {
			peers = append(peers, standing{Accelerator: p})
		}
	}
	known := make([]bool, len(peers))
	fanout.Each(len(peers), func(i int) {
		p := peers[i].Accelerator
		peers[i], known[i] = estimate(p.ID)
		peers[i].Accelerator = p
	})
	some := peers[:0]
	for i, p := range peers {
		if known[i] {
			some = append(some, p)
		}
	}
	return placed(some)
}

// orderedRate is the saturated rate on an accelerator, in order with its peers.
func (e *Evidence) orderedRate(id string, t task, q Query) (standing, bool) {
	own := e.ownCells(q, t, func(o Own) float64 { return o.QPS })
	cells := sync.OnceValue(func() []cell { return with(e.rates, own) })
	return e.ordered(&e.orders.rate, id, q.unbounded(), t, func(id string) (standing, bool) {
		if v, ok := measuredBy(own, id); ok {
			return standing{value: v}, true
		}
		if a, ok := e.measured(id, t); ok && len(own) == 0 {
			return standing{value: math.Log(a.QPSAt(q.Year)), slack: math.Log(leeway)}, true
		}
		g := e.carried("rate", &e.Rate, cells(), e.Means.Rate, e.query(id, t, q.Year))
		low, high := e.allowed(id, q)
		v := math.Min(math.Max(g.value, math.Log(low)), math.Log(high))
		return standing{value: math.Min(v, math.Log(e.limit(id, t, q.Precision))), sd: g.sd, guess: g}, g.sd > 0 && e.hears(id)
	})
}

// orderedAlone is the time of one request alone on an accelerator, in order with its peers.
func (e *Evidence) orderedAlone(id string, t task, q Query) (standing, bool) {
	own := e.ownCells(q, t, func(o Own) float64 { return o.Alone })
	cells := sync.OnceValue(func() []cell { return with(e.alone, own) })
	return e.ordered(&e.orders.alone, id, q.unbounded(), t, func(id string) (standing, bool) {
		if v, ok := measuredBy(own, id); ok {
			return standing{value: -v}, true
		}
		if a, ok := e.measured(id, t); ok && len(own) == 0 && a.AloneS > 0 {
			return standing{value: -math.Log(a.AloneS), slack: math.Log(leeway)}, true
		}
		g := e.carried("alone", &e.Alone, cells(), e.Means.Alone, e.query(id, t, q.Year))
		return standing{value: -g.value, sd: g.sd, guess: g}, g.sd > 0 && e.hears(id)
	})
}

// orderedShare is the share of saturation sustained under a bound, so that what is sustained is in order
// with the peers of an accelerator of saturated rate x.
func (e *Evidence) orderedShare(id string, t task, x float64, q Query) Estimate {
	s, ok := e.ordered(&e.orders.sustained, id, q, t, func(id string) (standing, bool) {
		rate, ok := e.orderedRate(id, t, q)
		if !ok {
			return standing{}, false
		}
		s := e.shareUnder(id, t, math.Exp(rate.value), q)
		return standing{value: rate.value + math.Log(s.Value), sd: math.Log(s.High / s.Low), share: s}, s.Value > 0 && s.High > s.Low
	})
	if !ok {
		return e.shareUnder(id, t, x, q)
	}
	return s.share.times(math.Min(math.Exp(s.value)/x, 1) / s.share.Value).most(1)
}

// unbounded is a query without its bound, on which neither rates nor times alone depend.
func (q Query) unbounded() Query {
	q.Bound, q.Percentile = 0, 0
	return q
}

// measuredBy is the value of an own cell of an accelerator.
func measuredBy(own []cell, id string) (float64, bool) {
	for _, c := range own {
		if c.accelerator == id {
			return c.value, true
		}
	}
	return 0, false
}

// leeway is how far a transferred rate may lie outside what the figures of two accelerators of one vendor
// allow, as a factor: software uses one better than another.
const leeway = 1.25

// allowed are the bounds on the rate of the user's own service: beside an accelerator of the same vendor where
// it was measured one is slower by no more than its weakest figure is, and faster by no more than its
// strongest.
func (e *Evidence) allowed(id string, q Query) (least, most float64) {
	least, most = 0, math.Inf(1)
	a, _ := e.catalog.Accelerator(id)
	for _, own := range q.Own {
		if low, high := between(a, e.listed(own.Accelerator)); low > 0 && own.QPS > 0 {
			least, most = math.Max(least, own.QPS*low), math.Min(most, own.QPS*high)
		}
	}
	return least, math.Max(most, least)
}

func (e *Evidence) listed(name string) catalog.Accelerator {
	a, _ := e.catalog.Accelerator(e.accelerator(name))
	return a
}

// heldTo is a service model no end of whose range lies far outside what is allowed.
func (e *Evidence) heldTo(id string, q Query, m Model) Model {
	a, _ := e.catalog.Accelerator(id)
	rate := m.Saturation()
	for _, own := range q.Own {
		low, high := between(a, e.listed(own.Accelerator))
		if low == 0 || own.QPS <= 0 {
			continue
		}
		least := own.QPS * low / leeway
		if low >= 1 { // it is better in every way
			least, m.AloneMost = own.QPS, own.Alone
		}
		m.SpreadLow = math.Max(m.SpreadLow, math.Min(least/rate, 1))
		m.SpreadHigh = math.Min(m.SpreadHigh, math.Max(own.QPS*high*leeway/rate, 1))
	}
	return m
}

// between returns the smallest and the largest of one accelerator's figures over another's of its vendor: not
// above 1 and not below it, for work that waits for neither gains and loses nothing. 0 where
// nothing is known.
func between(a, b catalog.Accelerator) (low, high float64) {
	if a.Vendor == "" || a.Vendor != b.Vendor || a.CPU || b.CPU {
		return 0, 0
	}
	x, y := figures(a), figures(b)
	for i := range x {
		if x[i] <= 0 || y[i] <= 0 {
			continue
		}
		if low == 0 {
			low, high = 1, 1
		}
		low, high = math.Min(low, x[i]/y[i]), math.Max(high, x[i]/y[i])
	}
	return low, high
}
