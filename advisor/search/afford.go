package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sort"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/fanout"
	"scaleadvise/advisor/offer"
)

// Afforded is the plan on one kind of accelerator that sustains the most load among those that a budget pays
// for.
type Afforded struct {
	candidate.Evaluation         // at LoadQPS
	LoadQPS              float64 // 1/s, the demand it carries at the confidence asked for, with the headroom, after the losses it must survive
	whole                trial
}

// From returns the load that the plan carries where it is bought at a given load: more than LoadQPS where today
// could spare no machine any more, so that none is asked for.
func (a Afforded) From(load float64) float64 {
	t := a.whole
	t.demand = demandOf(t.space, more*load)
	if spare(t) == 0 {
		return math.Max(unspared(t), a.LoadQPS)
	}
	return a.LoadQPS
}

// Afford returns the plan of each accelerator that sustains the most within a budget, US dollars a
// month: the most first. Where there is none it returns the excuse of the nearest; once the context
// is done, what was found by then.
func Afford(ctx context.Context, s *Space, budget float64) ([]Afforded, *candidate.Excuse) {
	groups := byAccelerator(s)
	found, missed := make([]*Afforded, len(groups)), make([]*candidate.Excuse, len(groups))
	fanout.Each(len(groups), func(i int) {
		if ctx.Err() == nil {
			found[i], missed[i] = bestWithin(s, groups[i], budget)
		}
	})
	var out []Afforded
	for _, a := range found {
		if a != nil {
			out = append(out, *a)
		}
	}
	slices.SortStableFunc(out, func(a, b Afforded) int {
		return cmp.Or(cmp.Compare(b.CapacityQPS, a.CapacityQPS), cmp.Compare(a.CostPerMonth, b.CostPerMonth))
	})
	if len(out) > 0 {
		return out, nil
	}
	return nil, nearestExcuse(missed)
}

// nearestExcuse returns the first excuse, those about money before all others and unknown ones last.
func nearestExcuse(missed []*candidate.Excuse) *candidate.Excuse {
	var best *candidate.Excuse
	rank := func(e *candidate.Excuse) float64 {
		switch {
		case e.Code == candidate.Budget:
			return e.NearMiss.Needed
		case e.Code == candidate.Unknown:
			return math.Inf(1)
		}
		return math.MaxFloat64
	}
	for _, e := range missed {
		if e != nil && (best == nil || rank(e) < rank(best)) {
			best = e
		}
	}
	return best
}

// byAccelerator lists the kinds of replica that may be rented, those of one accelerator and its parts
// together.
func byAccelerator(s *Space) [][]offer.Hardware {
	var out [][]offer.Hardware
	place := map[string]int{}
	add := func(h offer.Hardware) {
		id := h.Accelerator.ID
		if p := h.Accelerator.Part; p != nil {
			id = p.Of
		}
		if _, ok := place[id]; !ok {
			place[id], out = len(out), append(out, nil)
		}
		out[place[id]] = append(out[place[id]], h)
	}
	for _, h := range s.Choices() {
		if !jobTied(s) || h.Kind() == s.Base.Kind() {
			add(h)
		}
	}
	if s.Base.Known && !slices.ContainsFunc(s.Choices(), func(h offer.Hardware) bool { return h.Kind() == s.Base.Kind() }) {
		add(s.Base.Hardware)
	}
	return out
}

// bestWithin returns the plan that sustains the most, over kinds of replica of one accelerator,
// what they run and how they are rented. Saturation bounds what is sustained, so that few queues are
// solved.
func bestWithin(s *Space, kinds []offer.Hardware, budget float64) (*Afforded, *candidate.Excuse) {
	trials, missed := paidFor(s, kinds, budget)
	slices.SortStableFunc(trials, func(a, b trial) int { return cmp.Compare(bound(b), bound(a)) })
	var best trial
	most := 0.0
	for _, t := range trials {
		if bound(t) <= most {
			break
		}
		if t.n = withinReach(t); t.n < max(fewestRedundant(t), 1) {
			continue
		}
		if qps := t.sustainable(t.n); qps > most && loadOf(t) > 0 {
			best, most = t, qps
		}
	}
	if most == 0 {
		return nil, missed
	}
	load := loadOf(best)
	best.demand = demandOf(s, load)
	a := &Afforded{Evaluation: evaluate(best), LoadQPS: load, whole: best}
	return a, nil
}

// withinReach returns the most replicas of a trial at whose load advice would still consider their hardware.
func withinReach(t trial) int {
	if offer.Serves(t.space.Offers, t.server.Hardware, math.Inf(1)) {
		return t.n
	}
	return sort.Search(t.n, func(n int) bool {
		more := t
		more.n = n + 1
		return !offer.Serves(t.space.Offers, t.server.Hardware, loadOf(more))
	})
}

// bound returns an upper limit on the rate that a trial sustains.
func bound(t trial) float64 { return math.Min(t.server.Saturation(t.n), float64(t.n)*t.host().QPS) }

// paidFor lists the trials of as many replicas as a budget pays for, and why the others are none.
func paidFor(s *Space, kinds []offer.Hardware, budget float64) (trials []trial, missed *candidate.Excuse) {
	for _, h := range kinds {
		hostings := s.Hosting(h)
		for _, v := range slices.Concat(s.Variants(h.Accelerator, false), s.Variants(h.Accelerator, true)) {
			server := s.Servers.Of(h, v)
			if !server.Serves() || server.Excuse != nil {
				missed = cmp.Or(missed, server.Excuse)
				continue
			}
			for _, way := range hostings {
				t := trial{space: s, server: server, hosting: way, confidence: s.options.Confidence}
				t.n = mostFor(t, budget)
				if t.n > 0 && t.n >= fewestRedundant(t) {
					trials = append(trials, t)
				} else if least := way.Cost(max(fewestRedundant(t), 1)); !math.IsInf(least, 1) {
					missed = nearestExcuse([]*candidate.Excuse{missed, candidate.Missed(candidate.Budget, "", "budget", "USD/month", budget, least)})
				}
			}
		}
	}
	return trials, missed
}

// mostFor returns the most replicas that a budget pays for and the limits allow.
func mostFor(t trial, budget float64) int {
	most := largest(t.space)
	if limit := t.space.Workload.MaxReplicas; limit > 0 {
		most = min(most, limit)
	}
	if quota, _, ok := offer.Quota(t.space.Offers, t.server.Hardware); ok {
		most = min(most, quota)
	}
	return sort.Search(most, func(i int) bool { return t.hosting.Cost(i+1) > budget })
}

// loadOf returns the largest demand that a trial holds: after the losses that must be survived, at
// the confidence asked, without the machine that today could spare, and with the headroom of what is bought.
func loadOf(t trial) float64 {
	if _, ok := lost(t.space, t.hosting, t.n); !ok {
		return 0
	}
	load := unspared(t)
	// The least load that takes more replicas for a spare ends it, though beyond what today could spare a
	// machine at none is asked for.
	spared := math.Min(t.sustainable(t.n-min(t.hosting.Fullest(t.n), t.n))/t.margin()/t.server.Variant.Demand, load)
	if t.demand.Peak = more * spared; spared < load && spare(t) > 0 {
		return spared
	}
	return load
}

// more is just above a load.
const more = 1 + 1e-6

// unspared is the same where no machine has to be spare.
func unspared(t trial) float64 {
	load := t.sustainable(left(t)) / t.margin()
	if free := t.space.Workload.Headroom; free > 0 {
		load = math.Min(load, t.sustainable(t.n)*(1-free))
	}
	return math.Min(load, float64(t.n)*t.host().Expected) / t.server.Variant.Demand
}

// demandOf returns a peak with the mean that the workload's users make of it.
func demandOf(s *Space, peak float64) Demand {
	d := Demand{Peak: peak}
	if w := s.Workload; w.RequestsPerUser > 0 || w.Mean > 0 {
		d.Mean = peak / math.Max(w.PeakToMean, 1)
	}
	return d
}
