package capacity

import (
	"fmt"
	"math"
	"sort"

	"scaleadvise/advisor/candidate"
)

// MaxReplicas bounds every search: beyond it the answer is a design, not a number.
const MaxReplicas = 100_000

// fewest is the smallest n in [low, high] whose capacity reaches the need, or high+1.
// Capacity grows with n up to the scalability law's peak, where callers stop. Each size
// may be a queue of its own, so the search first closes in from both sides: the share of
// one replica grows with n, so that sizing by the share at a size too small is too many,
// and by the share at that many too few.
func (t trial) fewest(low, high int, need float64) int {
	if t.space.USL == nil && t.varies() {
		low, high = t.bracket(low, high, need)
	}
	return low + sort.Search(high-low+1, func(i int) bool { return t.capacity(low+i) >= need })
}

// varies reports whether the share of one replica depends on how many there are.
func (t trial) varies() bool {
	w := t.space.Workload
	return t.space.bounded() && (w.Dispersion != 1 || w.LeastLoaded)
}

// bracket narrows [low, high] around the smallest size that reaches the need.
func (t trial) bracket(low, high int, need float64) (int, int) {
	sized := func(n int) int {
		share := t.capacity(n) / float64(n)
		if share <= 0 {
			return high + 1
		}
		return int(math.Min(math.Ceil(need/share), float64(high+1)))
	}
	if one := t.saturation(1); one > 0 {
		low = max(low, int(math.Min(math.Ceil(need/one), float64(high))))
	}
	for range 4 {
		enough := max(sized(low), low)
		high = min(high, enough)
		least := max(low, min(sized(high), high))
		if least == low || high-least <= 1 {
			return least, high
		}
		low = least
	}
	return low, high
}

// largest is the most replicas worth trying.
func (t trial) largest() int {
	if peak, _, ok := t.space.scalingPeak(); ok {
		return max(int(math.Floor(peak)), 1)
	}
	return MaxReplicas
}

// smallest is the fewest replicas that carry the demand, survive the losses asked and
// finish the job; ok is false when none up to the largest does.
func (t trial) smallest() (n int, ok bool) {
	if t.Excuse != nil {
		return 0, false
	}
	need, largest := t.need(), t.largest()
	// A linear guess brackets the answer, so that few queues are solved.
	high := largest
	if one := t.capacity(1); one > 0 && t.space.USL == nil {
		high = min(largest, int(math.Min(math.Ceil(need/one), MaxReplicas))+1)
	}
	n = t.fewest(1, max(high, 1), need)
	for n <= largest {
		t.n = n
		after, _, survivable := t.after()
		if survivable && after >= need && t.finishes() == nil {
			return n, true
		}
		n += t.step(need - after)
	}
	return largest, false
}

// step is how many more replicas are certainly needed: the shortfall over the most that
// one replica can add, its saturated throughput (half of that where replicas share a
// queue or a burst, and adding one also helps the others).
func (t trial) step(shortfall float64) int {
	most := t.saturation(1)
	if t.space.Workload.Dispersion != 1 || t.space.Workload.LeastLoaded {
		most *= 2
	}
	if shortfall <= 0 || most <= 0 {
		return 1
	}
	return max(1, int(math.Min(math.Ceil(shortfall/most-1e-9), MaxReplicas)))
}

// Veto says whether a rule forbids a candidate, and which.
type Veto func(candidate.Strategy, candidate.Evaluation) (rule string, title string)

// Best is the best plan of one strategy.
type Best = candidate.Alternative

// Query is what one search looks for.
type Query struct {
	Strategy  candidate.Strategy
	Optimized bool
	Demand    Demand
	Veto      Veto // nil: nothing is forbidden
	AnyBudget bool // leave the budget out
}

// search is the state of one query.
type search struct {
	Query
	space  *Space
	best   *trial
	cost   float64
	miss   *missed
	vetoed string
}

type missed struct {
	trial  trial
	excuse *candidate.Excuse
}

// Best finds the cheapest plan of one strategy that holds, or the nearest miss.
func (s *Space) Best(q Query) Best {
	f := search{Query: q, space: s, cost: math.Inf(1)}
	families := f.families()
	for _, t := range families {
		if f.best != nil && t.floor >= f.cost {
			break
		}
		f.visit(t.trial)
	}
	return f.outcome()
}

// family is one kind of replica in one hosting, with a lower bound on its cost.
type family struct {
	trial
	floor float64
}

// families lists what the strategy allows, cheapest lower bound first.
func (f *search) families() []family {
	var out []family
	for _, h := range f.hardware() {
		options := f.space.hosting(h)
		if len(options) == 0 && h.key() == f.space.Base.key() {
			options = []hosting{unpriced()}
		}
		for _, v := range f.space.variants(h.Accelerator, f.Optimized) {
			r := f.space.replica(h, v)
			for _, o := range options {
				t := trial{Replica: r, hosting: o, n: f.space.Base.Replicas, demand: f.Demand, p: f.space.options.Confidence, anyBudget: f.AnyBudget}
				out = append(out, family{t, f.floor(t)})
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].floor < out[j].floor })
	return out
}

// hardware is what the strategy may use.
func (f *search) hardware() []Hardware {
	base := f.space.Base.Hardware
	if f.Strategy == candidate.None || f.Strategy == candidate.Horizontal {
		return []Hardware{base}
	}
	var out []Hardware
	for _, h := range f.space.allowed() {
		if h.key() != base.key() {
			out = append(out, h)
		}
	}
	return out
}

// fixed reports whether the strategy keeps the number of replicas.
func (f *search) fixed() bool {
	return f.Strategy == candidate.None || f.Strategy == candidate.Vertical
}

// floor is a lower bound on the cost of a trial that carries the demand; +Inf when it
// cannot serve or has no price. It needs no curve: capacity never exceeds saturation.
func (f *search) floor(t trial) float64 {
	if t.Excuse != nil {
		return math.Inf(1)
	}
	if f.fixed() {
		return t.cost(t.n)
	}
	one := t.saturation(1)
	if one <= 0 {
		return math.Inf(1)
	}
	n := math.Min(math.Ceil(t.need()/one), MaxReplicas)
	return t.cost(max(int(n), 1))
}

// visit tries one family: the fixed number of replicas, or the fewest that hold.
func (f *search) visit(t trial) {
	if t.Excuse != nil {
		f.note(t, t.Excuse)
		return
	}
	if f.fixed() {
		f.try(t)
		return
	}
	n, ok := t.smallest()
	if !ok {
		t.n = n
		f.note(t, t.unreachable())
		return
	}
	t.n = n
	if t.n == t.space.Base.Replicas {
		t.n++
	}
	f.climb(t)
}

// climb tries ever larger sizes while a rule forbids them: one by one at first, since a
// rule may want an even number, then by doubling and back to the smallest that is left.
func (f *search) climb(t trial) {
	const patience = 16
	base, first, refused := t.space.Base.Replicas, t.n, t.n-1
	for step := 1; ; t.n += step {
		if t.n == base {
			t.n++
		}
		if t.n > MaxReplicas {
			return
		}
		if f.try(t) {
			break
		}
		if refused = t.n; t.n-first >= patience {
			step *= 2
		}
	}
	for t.n-refused > 1 {
		middle := t
		middle.n = refused + (t.n-refused)/2
		if middle.n == base || !f.try(middle) {
			refused = middle.n
			continue
		}
		t = middle
	}
}

// unreachable is the excuse when no number of replicas is enough.
func (t trial) unreachable() *candidate.Excuse {
	if peak, qps, ok := t.space.scalingPeak(); ok {
		return excuse(candidate.ScalingPeak,
			fmt.Sprintf("throughput peaks at %.0f replicas", peak),
			"capacity_qps", "1/s", math.Min(t.capacity(t.n), qps), t.need())
	}
	if t.n >= MaxReplicas {
		return excuse(candidate.ReplicaLimit, "needs more than 100,000 replicas", "max_replicas", "", MaxReplicas, math.Ceil(t.need()/math.Max(t.capacity(1), 1e-9)))
	}
	if e := t.judge(); e != nil {
		return e
	}
	return excuse(candidate.Throughput, "no number of replicas is enough", "capacity_qps", "1/s", t.capacity(t.n), t.need())
}

// try judges one configuration. It returns false only when a rule forbade it, so that
// the caller may try the next size.
func (f *search) try(t trial) bool {
	if most := t.saturation(t.n); t.Excuse == nil && most < t.need() {
		// Too slow even without a latency bound: its queue need not be solved to know.
		f.note(t, excuse(candidate.Throughput, "", "capacity_qps", "1/s", most, t.need()))
		return true
	}
	if e := t.judge(); e != nil {
		f.note(t, e)
		return true
	}
	cost := t.cost(t.n)
	if f.best != nil && cost >= f.cost {
		return true
	}
	if f.Veto != nil {
		if rule, title := f.Veto(f.Strategy, t.evaluation()); rule != "" {
			f.vetoed = rule
			f.note(t, &candidate.Excuse{Code: candidate.Blocked, Text: title})
			return false
		}
	}
	f.best, f.cost = &t, cost
	return true
}

// note keeps the nearest miss: the one that failed the latest test, then the closest.
func (f *search) note(t trial, e *candidate.Excuse) {
	if f.miss == nil || nearer(t, e, f.miss.trial, f.miss.excuse) {
		f.miss = &missed{t, e}
	}
}

// outcome describes what the search found.
func (f *search) outcome() Best {
	b := Best{Strategy: f.Strategy, Optimized: f.Optimized, BlockedBy: f.vetoed}
	switch {
	case f.best != nil:
		e := f.best.evaluation()
		b.Feasible, b.Plan = true, &e
	case f.miss != nil:
		e := f.miss.trial.evaluation()
		missed := *f.miss.excuse
		if found := f.miss.trial.judge(); found != nil && missed.Text == "" {
			missed = *found
		}
		missed.Also = f.miss.trial.others(f.miss.excuse)
		b.Plan, b.Excuse = &e, &missed
	default:
		b.Excuse = &candidate.Excuse{Code: candidate.NoVariant, Text: f.nothing()}
	}
	return b
}

// nothing says why there was nothing to look at.
func (f *search) nothing() string {
	if f.Optimized {
		return "no optimization is measured or admitted"
	}
	return "no other hardware is allowed or rented"
}
