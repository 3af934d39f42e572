package prom

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// elastic is how the number of replicas follows the load: lowest, highest and mean of the last week.
type elastic struct{ low, high, mean float64 }

// What replicas must show for their number to follow the load, and not to be changed by hand or by a rollout.
const (
	follows    = 1.3 // highest over lowest of a day
	onMostDays = 0.5 // of the days that are known
	alike      = 0.5 // correlation with the load
)

// following is how the number of replicas followed the load in the last week; ok is false where it did not.
func (o *observer) following() (e elastic, ok bool) {
	counts := o.hourly["replicas"]
	load := byHour(o.out.Demand)
	var n, rates []float64
	days, varied := 0.0, 0.0
	for from := max(len(counts.Values)-7*24, 0); from+24 <= len(counts.Values); from += 24 {
		low, high, known := math.Inf(1), 0.0, 0
		for i := from; i < from+24; i++ {
			v, rate := counts.Values[i], at(load, counts.At(i))
			if !(v >= 1) || math.IsNaN(rate) {
				continue
			}
			low, high, known = math.Min(low, v), math.Max(high, v), known+1
			n, rates = append(n, v), append(rates, rate)
		}
		if known < someHours {
			continue
		}
		if days++; high >= follows*low && high-low >= 1 {
			varied++
		}
	}
	if days < 2 || varied < onMostDays*days || !(correlation(n, rates) >= alike) {
		return e, false
	}
	return elastic{slices.Min(n), slices.Max(n), meanOf(n)}, true
}

// correlation is Pearson's, of two lists of one length; NaN where one of them does not vary.
func correlation(x, y []float64) float64 {
	mx, my := meanOf(x), meanOf(y)
	var xy, xx, yy float64
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		xy, xx, yy = xy+dx*dy, xx+dx*dx, yy+dy*dy
	}
	return xy / math.Sqrt(xx*yy)
}

// tellReplicas tells how many replicas serve: of those that follow the load as many as did at its peak, which
// is what they are held against.
func (o *observer) tellReplicas() {
	now, query := o.replicas(), o.read["replicas"].perHour()
	if now == 0 {
		o.missing("replicas", "--replicas")
		return
	}
	e, ok := o.following()
	if !ok {
		o.number("replicas", float64(now), digits(float64(now)), query, o.asOf())
		return
	}
	between := digits(math.Round(e.low)) + " to " + digits(math.Round(e.high))
	o.number("replicas", math.Round(e.high), digits(math.Round(e.high)), query, fmt.Sprintf("at the peak of the last week; they follow the load, %s (%d %s)", between, now, o.asOf()))
	o.warn("replicas follow the load, %s in the last week and %s on average: today's deployment is assumed to be the %s of the peak, and costs about %.0f %% of what they would; --replicas gives another number",
		between, digits(math.Round(10*e.mean)/10), digits(math.Round(e.high)), 100*e.mean/e.high)
}

// atPeak is how many replicas served at the peak.
func (o *observer) atPeak() float64 {
	if e, ok := o.following(); ok {
		return e.high
	}
	return float64(o.replicas())
}

// Of a service that scales to zero no server is there for an hour or more on most days, and never for longer
// than a long weekend.
const (
	leastSleep = current
	mostSleep  = 4 * day
	leastNaps  = 3
)

// sleeps takes the hours without a server as hours without load, where there are some on most days.
func (o *observer) sleeps() {
	s := o.out.Demand
	first, last := s.ends()
	if o.file != "" || first < 0 {
		return
	}
	asleep := map[time.Time]bool{}
	known := map[time.Time]bool{}
	var gaps [][2]int
	for i, from := first, first; i <= last; i++ {
		if math.IsNaN(s.Values[i]) {
			continue
		}
		known[s.At(i).Truncate(day)] = true
		if long := time.Duration(i-from-1) * s.Step; long >= leastSleep && long <= mostSleep {
			gaps, o.nap = append(gaps, [2]int{from + 1, i}), max(o.nap, long)
			for j := from + 1; j < i; j++ {
				asleep[s.At(j).Truncate(day)], known[s.At(j).Truncate(day)] = true, true
			}
		}
		from = i
	}
	if len(gaps) < leastNaps || float64(len(asleep)) < onMostDays*float64(len(known)) {
		o.nap = 0
		return
	}
	var hours float64
	for _, g := range gaps {
		for j := g[0]; j < g[1]; j++ { // the first that a server tells hold all that it counted by then
			if s.Values[j] = 0; j >= g[1]-o.partly(s) && j < len(o.partial) && o.partial[j] > 0 {
				s.Values[j] = o.partial[j]
			}
		}
		hours += float64(g[1]-g[0]) * s.Step.Hours()
	}
	o.warn("no server is there on %d of %d days, for %s h in all: the service scales to zero, and those hours count as no load", len(asleep), len(known), digits(math.Round(hours)))
}
