package search

import (
	"math"
	"sort"
)

// smallest returns the fewest replicas that carry the demand, survive the losses asked and
// finish the job; ok is false when none up to the largest does, or the budget was spent before.
func smallest(t trial) (n int, ok bool) {
	if t.server.Excuse != nil {
		return 0, false
	}
	if beyondOneZone(t.space) || spotAlone(t.space, t.hosting) {
		return 1, false
	}
	need, most := t.need(), largest(t.space)
	t.n = 0 // no number that is sized runs today
	wanted := t.wanted()
	// A linear guess brackets the answer, so that few queues are solved.
	high := most
	if one := t.sustainable(1); one > 0 && t.space.USL == nil {
		high = min(most, int(math.Min(math.Ceil(wanted/one), MaxReplicas))+1)
	}
	least := fewest(t, 1, max(high, 1), need)
	first := least
	if wanted > need {
		first = fewest(t, least, max(high, least), wanted)
	}
	for n = max(first, fewestRedundant(t), fewestHosted(t), ReplicasForJob(t.space, t.demand.Data)); n <= most && !t.effort.spent(); {
		t.n = n
		remaining := left(t)
		if missing := least - remaining; missing > 0 && t.space.USL == nil {
			n += missing // fewer than that are too few by themselves: no queue needs solving
			continue
		}
		_, survivable := lost(t.space, t.hosting, n)
		if survivable && sustains(t, n, wanted) && sustains(t, remaining, need) && finishes(t) == nil {
			return n, true
		}
		n += step(t, math.Max(need-t.sustainable(remaining), wanted-t.sustainable(n)))
	}
	return min(n, most), false
}

// sustains reports whether n replicas sustain a rate, solving no queue where that is plain.
func sustains(t trial, n int, rate float64) bool {
	return t.server.Ample(n, rate) && float64(n)*t.host().QPS >= rate || t.sustainable(n) >= rate
}

// left returns the replicas that serve on after the losses that must be survived.
func left(t trial) int {
	lost, _ := lost(t.space, t.hosting, t.n)
	return t.n - min(max(lost, spare(t)), t.n)
}

// fewest returns the smallest n in [low, high] whose capacity reaches the need, or high+1.
// Capacity grows with n up to the scalability law's peak, where callers stop.
func fewest(t trial, low, high int, need float64) int {
	if t.space.USL == nil && pooled(t) {
		return fewestPooled(t, low, high, need)
	}
	return low + sort.Search(high-low+1, func(i int) bool { return t.sustainable(low+i) >= need })
}

// fewestPooled is fewest where each size is a queue of its own: the search asks whether a size
// is certainly too small or large enough, and solves only what is left. It begins with the fewest
// that are not saturated, which pooling often makes nearly enough.
func fewestPooled(t trial, low, high int, need float64) int {
	if one := t.server.Saturation(1); one > 0 {
		low = max(low, int(math.Min(math.Ceil(need/one), float64(high))))
	}
	enough := low
	for further := 1; enough <= high && t.server.Short(enough, need); further *= 2 {
		low, enough = enough+1, enough+further
	}
	enough = min(enough, high+1)
	n := low + sort.Search(enough-low, func(i int) bool { return !t.server.Short(low+i, need) })
	for n <= high && !t.effort.spent() && !sustains(t, n, need) {
		n += step(t, need-t.sustainable(n))
	}
	return min(n, high+1)
}

// pooled reports whether the share of one replica depends on how many there are.
func pooled(t trial) bool { return t.server.Conditions.Bounded() && t.server.Conditions.Pooled() }

// step returns how many more replicas are certainly needed: the shortfall over the most that one
// replica can add, its saturated throughput (half of that where replicas share a queue or a
// burst, and adding one also helps the others).
func step(t trial, shortfall float64) int {
	most := t.server.Saturation(1)
	if t.server.Conditions.Pooled() {
		most *= 2
	}
	most = math.Min(most, t.host().QPS)
	if shortfall <= 0 || most <= 0 {
		return 1
	}
	return max(1, int(math.Min(math.Ceil(shortfall/most-1e-9), MaxReplicas)))
}

// mostLosses returns how many replicas may be lost while the demand is still carried.
func mostLosses(t trial) int {
	need := t.need()
	if t.sustainable(t.n) < need {
		return 0
	}
	least := fewest(t, 1, t.n, need)
	for least < t.n && finishes(t.sized(least)) != nil {
		least++
	}
	return t.n - least
}
