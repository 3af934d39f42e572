package prom

import (
	"fmt"
	"math"
	"strings"

	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// tellLatency tells percentiles in the busiest hour. They are no bound: that is the user's.
func (o *observer) tellLatency() {
	for _, name := range slow {
		h, ok := o.spread[name]
		if !ok {
			o.tellQuantiles(name)
			continue
		}
		r := o.read[name]
		for _, p := range []float64{0.5, 0.95, 0.99} {
			f := Fact{
				Name: fmt.Sprintf("%s_p%g", name, 100*p), Title: fmt.Sprintf("p%g of %s, in %s", 100*p, r.quantity.Doc, o.busyHour()),
				Value: h.Quantile(p), AtLeast: h.bucket(p).Low, AtMost: h.bucket(p).High, Kind: unit.Duration, Query: r.spread(coarse),
			}
			if h.Cut(p) {
				f.Text = "more than " + unit.Format(unit.Duration, f.Value) + ", the last bound of the histogram"
			}
			o.fact(f)
		}
	}
	o.tellMean()
	if _, ok := o.read["latency"]; !ok && !o.profiles[0].language() {
		o.missing("latency", "--service-time 9ms")
	}
}

// tellMean tells the mean time of a request.
func (o *observer) tellMean() {
	mean := o.meanLatency()
	if !(mean > 0) {
		o.unknownMean()
		return
	}
	query, note := o.read["latency"].perHour(), "mean of "+o.unlessFile("the last week")
	if _, whole := o.read["latency"]; !whole {
		query, note = o.read["ttft"].mean(o.lately), note+": time to the first token, and a time per token for each of the rest"
	}
	o.number("measured_latency", mean, span(mean), query, note)
}

// meanOfParts is the mean time of a request where only its parts are measured, s: the first token, and each of the
// others. Without the times per token or the number of tokens it is not known: the first token alone says less.
func (o *observer) meanOfParts() float64 {
	first, each, tokens := o.means["ttft"], o.means["tpot"], o.means["output_tokens"]
	if !(first > 0 && each > 0 && tokens >= 1) {
		return 0
	}
	return first + each*(tokens-1)
}

// unknownMean says why the mean time of a request is not known, and what is not compared without it.
func (o *observer) unknownMean() {
	const without = "so what runs is not compared with what is predicted of it"
	r, ok := o.read["latency"]
	why := "no metric of latency has values, " + without
	switch {
	case o.out.NoLoad:
		return
	case ok && r.summary:
		why = r.metric.Histogram + " has quantiles but no " + r.metric.Histogram + "_sum and _count that rise, which its mean is made of, " + without
	case ok:
		why = r.metric.name() + " gives no mean, " + without
	}
	o.unknown("measured_latency", why, "--measured-latency 40ms")
}

// meanLatency is the mean time of a request in the last week, s; 0 where it is not known.
func (o *observer) meanLatency() float64 {
	if mean, ok := o.means["latency"]; ok {
		return mean
	}
	if _, whole := o.read["latency"]; !whole {
		return o.meanOfParts()
	}
	return meanOf(tail(o.hourly["latency"], recent))
}

// tellOverload tells of queues and of events of saturation.
func (o *observer) tellOverload() {
	if s, ok := o.hourly["saturation"]; ok {
		events := meanOf(tail(s, recent)) * recent.Seconds()
		o.fact(Fact{Name: "saturation_events", Title: "refusals, preemptions and failures in the last week", Value: math.Round(events), Kind: unit.Number, Query: o.read["saturation"].rate(coarse)})
		if events >= 1 {
			o.warn("%s events of saturation in the last week%s (%s)", digits(math.Round(events)), o.ofRequests(events), o.read["saturation"].metric.name())
		}
	}
	for _, name := range []string{"running", "waiting", "cache_usage", "queue_time"} {
		s, ok := o.hourly[name]
		if !ok || s.Known() == 0 {
			continue
		}
		kind := map[string]unit.Kind{"cache_usage": unit.Fraction, "queue_time": unit.Duration}[name]
		if kind == 0 {
			kind = unit.Number
		}
		o.fact(Fact{Name: name + "_peak", Title: o.read[name].quantity.Doc + ", mean of the worst hour", Value: highest(tail(s, recent)), Kind: kind, Query: o.read[name].perHour()})
	}
	o.tellQueue()
	o.tellServed()
	o.tellScaling()
}

// ofRequests is how much a number of events of the last week is of its requests, in words; "" where that
// says nothing.
func (o *observer) ofRequests(events float64) string {
	share := events / (o.demand.Mean * recent.Seconds())
	if !(share >= 0.01 && share <= 1) {
		return ""
	}
	return fmt.Sprintf(", %.0f for every 100 requests", 100*share)
}

// idleQueue is how many requests may wait on average for none to count as waiting.
const idleQueue = 0.5

// tellServed tells the most that no more replicas than today's served in an hour of the last week while none
// of their requests waited.
func (o *observer) tellServed() {
	waiting, load, replicas := o.hourly["waiting"], byHour(o.out.Demand), o.hourly["replicas"]
	for i := max(len(waiting.Values)-int(recent/coarse), 0); i < len(waiting.Values); i++ {
		t := waiting.At(i)
		if rate := at(load, t); waiting.Values[i] < idleQueue && at(replicas, t) <= o.atPeak() && rate > o.out.Served {
			o.out.Served = rate
		}
	}
}

// tellQueue warns where requests waited: a server at its limit serves less than arrives, and
// what it counts is less than the demand.
func (o *observer) tellQueue() {
	waiting, replicas := tail(o.hourly["waiting"], recent), math.Max(float64(o.replicas()), 1)
	hours := 0
	for _, v := range waiting {
		if v >= replicas {
			hours++
		}
	}
	if hours > 0 {
		o.warn("requests waited in %d hours of the last week, one or more at each replica (%s): more may have come than was counted", hours, o.read["waiting"].metric.name())
	}
}

// tellScaling fits the scalability law where the service was seen saturated at three numbers
// of replicas or more. An unsaturated service serves what arrives, which says nothing of it.
func (o *observer) tellScaling() {
	waiting, queued := o.hourly["waiting"]
	replicas, counted := o.hourly["replicas"]
	if !queued || !counted {
		return
	}
	most := map[float64][]float64{}
	load := byHour(o.out.Demand)
	for i, n := range replicas.Values {
		n = math.Round(n)
		if i < len(waiting.Values) && n >= 1 && waiting.Values[i] >= n {
			if v := at(load, replicas.At(i)); v > 0 {
				most[n] = append(most[n], v)
			}
		}
	}
	if len(most) == 0 {
		return
	}
	for n, rates := range most {
		o.out.Scaling = append(o.out.Scaling, workload.ScalePoint{N: n, QPS: stat.Median(rates)})
	}
	sortPoints(o.out.Scaling)
	var ns, qps []float64
	for _, p := range o.out.Scaling {
		ns, qps = append(ns, p.N), append(qps, p.QPS)
	}
	law, err := queue.FitUSL(ns, qps)
	if err != nil {
		o.unknown("scaling_data", fmt.Sprintf("requests waited at %d number(s) of replicas only; the scalability law takes three", len(most)), "load tests at three sizes or more (--scaling-data)")
		o.out.Scaling = nil
		return
	}
	o.fact(Fact{Name: "scaling", Title: "scalability law over " + sizes(ns) + " replicas, from the hours in which requests waited",
		Text: fmt.Sprintf("σ %s, κ %s, %s of one replica", digits(law.Sigma), digits(law.Kappa), unit.Format(unit.Rate, law.Lambda)), Query: o.read["waiting"].perHour()})
}

func sizes(ns []float64) string {
	words := make([]string, len(ns))
	for i, n := range ns {
		words[i] = digits(n)
	}
	return strings.Join(words, ", ")
}
