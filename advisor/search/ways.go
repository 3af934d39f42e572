package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sort"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/unit"
)

// Way is one way to run a service on machines that it may share: the fewest replicas that hold its demand
// and its promise when at most Cap of them are on one machine.
type Way struct {
	offer.Hardware
	Variant   offer.Variant
	Machine   offer.Hosting // PerInstance is the number of replicas that one holds
	Replicas  int
	Cap       int
	Today     bool // it is the deployment that runs today
	Exclusive bool // its promise is kept only by machines that it fills alone
}

// Own returns how many machines the replicas take without sharing any.
func (w Way) Own() int {
	return candidate.Placing{PerMachine: w.Cap, Zones: w.Machine.Zones}.Machines(w.Replicas)
}

// There is a machine that already exists, with the kinds of replica it may hold.
type There struct {
	offer.Hardware
	Machine offer.Hosting
}

// Market is the set of machines that a service may run on.
type Market struct {
	There []There                       // machines that already exist
	Rents func(accelerator string) bool // machines with an accelerator that may be rented; nil for all
	Parts bool                          // parts of accelerators may be used
}

// rents reports whether a kind of hardware may be rented.
func (m Market) rents(h offer.Hardware) bool {
	of := h.Accelerator.ID
	if p := h.Accelerator.Part; p != nil {
		of = p.Of
	}
	return m.Rents == nil || m.Rents(of)
}

// Ways lists the ways to hold a demand: of each kind of replica and machine the variant that takes the
// fewest replicas, for each spread over machines that matters. Kinds that cost several times as much as the
// cheapest, by their share of a machine, are left out, except on existing machines; parts of accelerators
// are considered where a whole one would be half idle. Where nothing holds, the excuse is that of the
// nearest miss.
func Ways(ctx context.Context, s *Space, d Demand, market Market) (ways []Way, miss *candidate.Excuse) {
	f := wayfinder{ctx: ctx, s: s, d: d}
	for _, t := range market.There {
		if t.Accelerator.Part == nil {
			f.add(t.Hardware, []offer.Hosting{t.Machine}, true)
		}
	}
	for _, h := range rentable(s) {
		if market.rents(h) {
			f.add(h, offer.Machines(s.Offers, h), false)
		}
	}
	f.all = near(f.all)
	if market.Parts {
		f.parts(market)
	}
	for _, group := range byMachine(f.all) {
		if ctx.Err() != nil {
			return nil, f.miss
		}
		ways = append(ways, waysOn(group, f.note)...)
	}
	return ways, f.miss
}

// wayfinder collects trials.
type wayfinder struct {
	ctx  context.Context
	s    *Space
	d    Demand
	all  []trial
	miss *candidate.Excuse
}

func (f *wayfinder) note(e *candidate.Excuse) {
	if e != nil && (f.miss == nil || candidate.CompareMisses(e, f.miss) < 0) {
		f.miss = e
	}
}

// add looks at a kind of replica on machines, in every variant.
func (f *wayfinder) add(h offer.Hardware, machines []offer.Hosting, owned bool) {
	if len(machines) == 0 || f.ctx.Err() != nil {
		return
	}
	if jobTied(f.s) && h.Kind() != f.s.Base.Kind() {
		f.note(unknownJob())
		return
	}
	for _, optimized := range []bool{false, true} {
		for _, v := range f.s.Variants(h.Accelerator, optimized) {
			server := f.s.Servers.Of(h, v)
			if server.Excuse != nil {
				f.note(server.Excuse)
				continue
			}
			for _, m := range machines {
				if m.PerInstance > 0 && (owned || m.USDPerHour > 0) {
					f.all = append(f.all, trial{space: f.s, server: server, hosting: m, demand: f.d, confidence: f.s.options.Confidence, anyBudget: true})
				}
			}
		}
	}
}

// parts looks at parts of the accelerators of which one is more than enough.
func (f *wayfinder) parts(market Market) {
	const idle = 0.5
	var ample []offer.Hardware
	for _, t := range f.all {
		h := t.server.Hardware
		if h.PerReplica == 1 && h.Accelerator.Part == nil && !h.OfProcessor() && t.wanted() <= idle*t.server.Saturation(1) && !offered(ample, h) {
			ample = append(ample, h)
		}
	}
	for _, whole := range ample {
		for _, h := range offer.Parts(f.s.Offers, whole.Accelerator) {
			for _, t := range market.There {
				if t.Kind() == h.Kind() {
					f.add(h, []offer.Hosting{t.Machine}, true)
				}
			}
			if market.rents(h) {
				f.add(h, offer.Machines(f.s.Offers, h), false)
			}
		}
	}
	f.all = near(f.all)
}

// rentable returns the hardware that may be rented: what strategies may change to, and today's.
func rentable(s *Space) []offer.Hardware {
	all := slices.Clone(s.Choices())
	if s.Base.Known && !offered(all, s.Base.Hardware) {
		all = append(all, s.Base.Hardware)
	}
	return all
}

// manyTimes is the ratio to the cheapest kind's cost up to which others are considered: beyond it
// neither scarce machines nor places on shared ones make it worth having.
const manyTimes = 3

// near leaves out what is rented at several times the least.
func near(all []trial) []trial {
	least := math.Inf(1)
	floors := make([]float64, len(all))
	for i, t := range all {
		floors[i] = shareFloor(t)
		if t.hosting.USDPerHour > 0 {
			least = math.Min(least, floors[i])
		}
	}
	var kept []trial
	for i, t := range all {
		if !math.IsInf(floors[i], 1) && (t.hosting.USDPerHour == 0 || floors[i] <= manyTimes*least) {
			kept = append(kept, t)
		}
	}
	return kept
}

// shareFloor returns a lower bound on the cost an hour of the share of machines that the demand takes;
// +Inf where it cannot be carried.
func shareFloor(t trial) float64 {
	one := math.Min(t.server.Saturation(1), t.host().QPS)
	if one <= 0 {
		return math.Inf(1)
	}
	return math.Ceil(t.wanted()/one) / float64(t.hosting.PerInstance) * t.hosting.USDPerHour
}

// byMachine groups trials of one kind of replica on one kind of machine, in their order.
func byMachine(all []trial) [][]trial {
	type key struct {
		kind    offer.Kind
		machine string
		cloud   string
	}
	at := map[key]int{}
	var groups [][]trial
	for _, t := range all {
		k := key{t.server.Kind(), t.hosting.Type, t.hosting.Cloud}
		i, ok := at[k]
		if !ok {
			i = len(groups)
			at[k], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], t)
	}
	return groups
}

// waysOn returns the ways on one kind of machine: by the variant with the fewest replicas where a
// machine may be full.
func waysOn(group []trial, note func(*candidate.Excuse)) []Way {
	var best trial
	fewest := 0
	for _, t := range group {
		n, ok := smallest(t)
		if !ok {
			note(unreachable(t.sized(max(n, 1))))
			continue
		}
		if e := feasibleAlone(t.sized(n)); e != nil {
			note(e)
			continue
		}
		if fewest == 0 || n < fewest {
			best, fewest = t, n
		}
	}
	if fewest == 0 {
		return nil
	}
	var ways []Way
	least := math.MaxInt
	for _, cap := range caps(best) { // the loosest first
		t := capped(best, cap)
		n, ok := smallest(t)
		if !ok || feasibleAlone(t.sized(n)) != nil {
			continue
		}
		w := Way{Hardware: best.server.Hardware, Variant: best.server.Variant, Machine: best.hosting, Replicas: n, Cap: cap}
		for extra := 0; !robust(t.sized(w.Replicas)); extra++ {
			if extra == 0 && n < least { // as planned by itself
				alone := w
				alone.Exclusive = true
				ways = append(ways, alone)
			}
			if w.Replicas++; extra > mostExtra {
				w.Replicas = 0
				break
			}
		}
		if w.Replicas > 0 && w.Replicas < least {
			ways, least = append(ways, w), w.Replicas
		}
	}
	slices.SortStableFunc(ways, func(a, b Way) int { return cmp.Compare(a.Replicas, b.Replicas) })
	return ways
}

// mostExtra bounds the replicas that are added for placements that are less even.
const mostExtra = 3

// feasibleAlone tests what no sharing of machines changes.
func feasibleAlone(t trial) *candidate.Excuse {
	for _, test := range []func(trial) *candidate.Excuse{carries, letThrough, withinLimit, survives, finishes} {
		if e := test(t); e != nil {
			return e
		}
	}
	return nil
}

// caps returns the limits on replicas per machine that may lead to different numbers of replicas: as many as
// it holds and, where losses matter, fewer and fewer.
func caps(t trial) []int {
	most := t.hosting.PerInstance
	all := []int{most}
	if t.space.Workload.Availability == 0 && t.hosting.Zones < 2 && fewestRedundant(t) == 1 {
		return all
	}
	const each = 8 // up to which every number is looked at
	for n := most - 1; n >= 1; n-- {
		if n <= each || n&(n-1) == 0 {
			all = append(all, n)
		}
	}
	return all
}

// capped returns a trial with at most that many replicas on one machine; each replica keeps its share of the
// machine.
func capped(t trial, cap int) trial {
	t.hosting = few(t.hosting, cap)
	return t
}

// robust reports whether the promise is kept however the replicas are spread, as long as no machine has more
// than the cap: for every number of machines that they may be on.
func robust(t trial) bool {
	if packed := (candidate.Placing{PerMachine: t.hosting.PerInstance}); packed.Machines(t.n) < t.hosting.InstancesFor(t.n) {
		return false // others would stand in fewer zones
	}
	if t.space.Workload.Availability == 0 {
		return true
	}
	cap, worst, before := t.hosting.PerInstance, 0, -1
	for m := t.hosting.InstancesFor(t.n); m <= t.n; m++ {
		losses, ok := LossesToSurvive(t.space, m)
		if !ok {
			return false
		}
		if losses == before && cap >= t.n {
			continue
		}
		before = losses
		worst = max(worst, min(losses*cap, t.n-(m-losses)))
	}
	return worst < t.n && sustains(t, t.n-worst, t.need())
}

// MayLose returns the most replicas of a way that may be down at once at a demand.
func MayLose(s *Space, w Way, d Demand) int {
	t := w.trial(s, w.Replicas, d)
	return sort.Search(w.Replicas, func(n int) bool { return n+1 >= w.Replicas || !sustains(t, w.Replicas-n-1, t.need()) })
}

// SurvivesZones reports whether the promise requires surviving the loss of a zone.
func SurvivesZones(s *Space) bool {
	w := s.Workload
	return w.Availability > 0 && zoneLosses(1, w.Zones, s.options.ZoneAvailability, w.Availability) > 0
}

// trial returns a number of replicas of a way at a demand.
func (w Way) trial(s *Space, n int, d Demand) trial {
	return capped(trial{space: s, server: Server(s, w), hosting: w.Machine, n: n, demand: d, confidence: s.options.Confidence, anyBudget: true}, w.Cap)
}

// Again lists the ways to hold another demand, or that of another space, with the kind of replica and of
// machine of a way.
func Again(s *Space, w Way, d Demand) []Way {
	t := trial{space: s, server: Server(s, w), hosting: w.Machine, demand: d, confidence: s.options.Confidence, anyBudget: true}
	if t.server.Excuse != nil {
		return nil
	}
	return waysOn([]trial{t}, func(*candidate.Excuse) {})
}

// Run describes a way at its demand, on the machines it needs by itself.
func Run(s *Space, w Way, d Demand) candidate.Evaluation {
	t := w.trial(s, w.Replicas, d)
	e := evaluate(t)
	if t.server.Serves() {
		complete(t, &e)
	}
	return e
}

// Server returns what one replica of a way runs.
func Server(s *Space, w Way) *serve.Server { return s.Servers.Of(w.Hardware, w.Variant) }

// Floor returns the least that a demand can cost a month by its share of machines that are rented; +Inf
// where none carries it.
func Floor(ctx context.Context, s *Space, d Demand) float64 {
	f := wayfinder{ctx: ctx, s: s, d: d}
	for _, h := range rentable(s) {
		f.add(h, offer.Machines(s.Offers, h), false)
	}
	least := math.Inf(1)
	for _, t := range f.all {
		least = math.Min(least, shareFloor(t))
	}
	return least * unit.HoursPerMonth
}

// Carried returns the share of a demand that a number of replicas of a way carries as promised.
func Carried(s *Space, w Way, n int, d Demand) float64 {
	t := w.trial(s, n, d)
	lost, ok := lost(s, t.hosting, n)
	if !ok || n <= lost || t.need() <= 0 {
		return 0
	}
	return math.Min(t.sustainable(n)/t.sized(0).wanted(), t.sustainable(n-lost)/t.need())
}
