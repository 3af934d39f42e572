package prom

import (
	"fmt"
	"math"

	"scaleadvise/advisor/unit"
)

// What times must show to be taken for milliseconds under a name of seconds.
const (
	thousand    = 1000.0
	nearly      = 3.0   // by how many times requests in flight may lie off what times and rates say of them
	wholeFirst  = 1.0   // s, the first bound of a histogram: one that is made for seconds begins far lower
	implausible = 200.0 // requests in flight at one replica, where no metric tells how many there are
)

// checkUnits leaves times out that can only be milliseconds, though their metric is one of seconds: by Little's
// law as many requests are in flight as their rate times their time.
func (o *observer) checkUnits() {
	r, mean := o.read["latency"], o.meanLatency()
	if !(mean > 0) || !(o.demand.Mean > 0) {
		return
	}
	flight := o.demand.Mean * mean
	seen := meanOf(tail(o.hourly["running"], recent))
	var why string
	switch h := o.spread["latency"]; {
	case seen > 0 && math.Abs(math.Log(flight/seen/thousand)) < math.Log(nearly):
		why = fmt.Sprintf("the metrics show %s (%s)", digits(seen), o.read["running"].metric.name())
	case !(seen > 0) && len(h.Buckets) > 1 && h.Buckets[0].High >= wholeFirst && flight > implausible*math.Max(o.atPeak(), 1):
		why = fmt.Sprintf("the buckets begin at %s", digits(h.Buckets[0].High))
	default:
		return
	}
	o.warn("%s looks like milliseconds: a mean of %s at %s would be %s requests in flight, and %s; the times are left out, and a profile of your own with {unit: ms} reads them (scaleadvise profiles show %s)",
		r.metric.name(), unit.Format(unit.Duration, mean), unit.Format(unit.Rate, o.demand.Mean), digits(flight), why, o.profiles[0].ID)
	if !o.profiles[0].language() {
		o.unknown("service_time", "its times look like milliseconds", "a profile with {unit: ms}, or --service-time 9ms")
	}
	for _, name := range []string{"latency", "execution", "queue_time", "ttft", "tpot"} {
		delete(o.hourly, name)
		delete(o.means, name)
		delete(o.spread, name)
		delete(o.quiet, name)
	}
}
