package prom

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// at is the value of a series at a time, NaN outside.
func at(s Series, t time.Time) float64 {
	i := int(t.Sub(s.Start) / s.Step)
	if i < 0 || i >= len(s.Values) || t.Before(s.Start) {
		return math.NaN()
	}
	return s.Values[i]
}

func sortPoints(points []workload.ScalePoint) {
	slices.SortFunc(points, func(a, b workload.ScalePoint) int { return cmp.Compare(a.N, b.N) })
}

// tellService tells how long the work of a classic service takes: from executions and their
// batches where the server tells them, else from latency against load.
func (o *observer) tellService() {
	if o.profiles[0].language() || o.out.NoLoad {
		return
	}
	if o.tellBatches() {
		return
	}
	o.tellCurve()
}

// pairs are the hours in which two series are both known.
func pairs(a, b Series) (x, y []float64) {
	for i, v := range a.Values {
		if w := at(b, a.At(i)); v > 0 && w > 0 {
			x, y = append(x, v), append(y, w)
		}
	}
	return x, y
}

// leastHours is how many hours a curve is fitted through at least: two days.
const leastHours = 48

// What the sizes of batches have to show before a line is drawn through their times: a slope
// between sizes that are nearly the same is noise.
const (
	someBatch  = 1.1  // requests in an execution, on average in the busiest hours
	batchRange = 1.5  // largest over smallest batch
	apart      = 0.05 // by which two batches differ at least, a fraction
)

// overlapping is the rate times the time alone from which one request after the other would
// hardly fit: requests are then worked on together.
const overlapping = 0.9

// tellBatches fits the time of an execution over the size of its batch; false where there are
// no batches.
func (o *observer) tellBatches() bool {
	sizes, times := pairs(o.hourly["batch"], o.hourly["execution"])
	if len(sizes) < 2 {
		return false
	}
	sorted := slices.Clone(sizes)
	slices.Sort(sorted)
	low, high := stat.Quantile(sorted, 0.05), stat.Quantile(sorted, 0.95)
	if high < someBatch {
		return false // every execution holds one request
	}
	o.fact(Fact{Name: "batch", Title: "requests in one execution, mean of the busiest hours", Value: high, Kind: unit.Number, Query: o.read["batch"].perHour()})
	line, ok := fitSteps(sizes, times)
	query := o.read["execution"].perHour() + " over " + o.read["batch"].perHour()
	switch {
	case len(sizes) < leastHours:
		o.unknown("batch_time", fmt.Sprintf("%d hours with load are known; a curve takes %d", len(sizes), leastHours), "a longer history, or --batch-time 16:85ms from a load test")
	case high < batchRange*low:
		o.unknown("batch_time", fmt.Sprintf("batches held %s to %s requests at all times; a curve needs the largest to be %s times the smallest", digits(low), digits(high), digits(batchRange)), "--batch-time 16:85ms from a load test")
	case !ok:
		o.unknown("batch_time", "the time of an execution does not follow the size of its batch", "--batch-time 16:85ms from a load test")
	default:
		top := math.Max(math.Round(high), 2)
		one, many := line.alpha+line.beta, line.alpha+line.beta*top
		points := []workload.Point{{Batch: 1, Seconds: one}, {Batch: int(top), Seconds: many}}
		o.value("batch_time", workload.Value{Points: points, Text: fmt.Sprintf("1:%s,%s:%s", span(one), digits(top), span(many))},
			query, fmt.Sprintf("a line through %d hours, batches of %s to %s", len(sizes), digits(low), digits(high)))
	}
	return true
}

// span writes seconds as a trait takes them.
func span(seconds float64) string { return digits(1e3*seconds) + "ms" }

type line struct{ alpha, beta float64 }

// steadyFit is how far a typical hour may lie off the line, as a share.
const steadyFit = 0.15

// fitSteps is the line through (batch, time): the median of the slopes between hours that lie
// apart, which a few odd hours do not turn (Theil and Sen). ok is false where time falls with
// the batch, or typical hours lie far off.
func fitSteps(sizes, times []float64) (line, bool) {
	var slopes []float64
	stride := max(len(sizes)/200, 1)
	for i := 0; i < len(sizes); i += stride {
		for j := i + stride; j < len(sizes); j += stride {
			if d := sizes[j] - sizes[i]; math.Abs(d) > apart*sizes[i] {
				slopes = append(slopes, (times[j]-times[i])/d)
			}
		}
	}
	l := line{beta: stat.Median(slopes)}
	rest := make([]float64, len(sizes))
	for i := range sizes {
		rest[i] = times[i] - l.beta*sizes[i]
	}
	l.alpha = math.Max(stat.Median(rest), 0)
	for i := range sizes {
		rest[i] = math.Abs(times[i]-l.alpha-l.beta*sizes[i]) / times[i]
	}
	return l, len(slopes) > 0 && l.beta >= 0 && stat.Median(rest) <= steadyFit
}

// tellCurve tells the time of a request at low load, and what one replica saturates at where
// the load came near enough to it.
func (o *observer) tellCurve() {
	latency, ok := o.hourly["latency"]
	n := o.replicas()
	switch {
	case !ok:
		return
	case n == 0:
		o.unknown("service_time", "without the number of replicas the load of one is not known", "--replicas, and a metric of replicas")
		return
	}
	load, times := pairs(o.perReplica(), latency)
	c := fitCurve(load, times)
	query := o.read["latency"].perHour()
	if c.Hours < leastHours {
		o.unknown("service_time", fmt.Sprintf("%d hours with load are known; it takes %d", c.Hours, leastHours), "a longer history, or --service-time")
		return
	}
	how := "in the quietest hours"
	if c.Told {
		how = "where latency over load leads to without load"
	}
	o.fact(Fact{Name: "latency_low_load", Title: "mean time of a request, " + how, Value: c.Alone, Kind: unit.Duration, Query: query})
	if !c.Flat && !c.Told {
		o.unknown("service_time", c.Why, "--service-time from a load test")
		return
	}
	if c.Told {
		told := unit.Interval{Mid: (c.Low + c.High) / 2, Low: c.Low, High: c.High}
		o.value("replica_qps", workload.Value{Interval: told, Text: digits(c.Low) + ".." + digits(c.High)}, query,
			fmt.Sprintf("where latency over load leads to, best %s; a curve through %d hours, 90 %% range", unit.Format(unit.Rate, c.Rate), c.Hours))
	} else {
		o.unknown("replica_qps", c.Why, "--replica-qps from a load test of one replica")
	}
	inFlight := o.tellInFlight(c)
	if most := o.demand.Peak / o.atPeak(); !c.Told && inFlight == 0 && most*c.Alone > overlapping {
		o.unknown("service_time", fmt.Sprintf("%s at low load, and yet each replica serves %s: requests are served together, and how many at once is not known",
			unit.Format(unit.Duration, c.Alone), unit.Format(unit.Rate, most)), "--replica-qps, --concurrency or --batch-time")
		return
	}
	o.number("service_time", c.Alone, span(c.Alone), query, how)
	o.tellVariation(c, quietLoad(load))
}

// quiet is the highest load of one server at which hardly any request waits, so that the times
// seen are those of the work.
const quiet = 0.3

// unhurried is up to how many times the time alone a request takes where those in flight do not wait
// for each other.
const unhurried = 1.2

// tellInFlight tells how many requests a replica works on at once: as many as were seen in flight while
// their time stayed that of one alone; 0 where no metric or no load shows more than one.
func (o *observer) tellInFlight(c curve) int {
	running, latency, replicas := o.hourly["running"], o.hourly["latency"], o.hourly["replicas"]
	var all []float64
	for i, v := range running.Values {
		t := running.At(i)
		n := at(replicas, t)
		if !(n >= 1) {
			n = float64(o.replicas())
		}
		if v > 0 && at(latency, t) <= unhurried*c.Alone {
			all = append(all, v/n)
		}
	}
	if len(all) < leastHours {
		return 0
	}
	slices.Sort(all)
	most := int(stat.Quantile(all, 0.95))
	if most < 2 {
		return 0
	}
	o.number("concurrency", float64(most), strconv.Itoa(most), o.read["running"].perHour(), "in flight at one replica, 95th percentile of the hours in which a request took no longer than alone; it may work on more")
	return most
}

// tellVariation tells how much the time of the work varies: as much as the latency does in the
// quietest hour, a little waiting and the width of the buckets included.
func (o *observer) tellVariation(c curve, load float64) {
	h, ok := o.quiet["latency"]
	if !ok || load*c.Alone > quiet {
		return
	}
	if cv, ok := h.Variation(); ok {
		o.number("service_cv", cv, strconv.FormatFloat(cv, 'f', 2, 64), o.read["latency"].spread(coarse), "how much latency varies in the quietest hour of the last week")
	}
}

// quietLoad is the lowest of the loads of the last week.
func quietLoad(load []float64) float64 {
	lowest := math.Inf(1)
	for _, v := range load[max(len(load)-int(recent/coarse), 0):] {
		lowest = math.Min(lowest, v)
	}
	return lowest
}

// perReplica is the load of one replica by the hour.
func (o *observer) perReplica() Series {
	load := byHour(o.out.Demand)
	now := float64(o.replicas())
	replicas := o.hourly["replicas"]
	for i := range load.Values {
		n := at(replicas, load.At(i))
		if !(n >= 1) {
			n = now
		}
		load.Values[i] /= n
	}
	return load
}

// tellMeasuredOn binds what was measured to the accelerators that it was measured on, so that a plan
// may change those and keep the measurement.
func (o *observer) tellMeasuredOn() {
	measured := slices.ContainsFunc([]string{"service_time", "replica_qps", "batch_time"}, func(name string) bool { _, ok := o.out.Traits[name]; return ok })
	gpu, known := o.out.Traits["gpu"]
	if !measured || !known {
		return
	}
	on := gpu.Text
	if n := o.out.Traits["gpus_per_replica"].Interval.Mid; n > 1 {
		on = digits(n) + "x" + on
	}
	o.word("measured_on", on, o.read["gpu"].words(current), "what the replicas that were measured run on")
}

// tellMissing tells of the traits that no metric fills, once each.
func (o *observer) tellMissing() {
	told := map[string]bool{}
	kept := o.out.Unknown[:0]
	for _, u := range o.out.Unknown {
		if _, known := o.out.Traits[u.Trait]; !known && !told[u.Trait] && u.Trait != "" {
			told[u.Trait] = true
			kept = append(kept, u)
		}
	}
	o.out.Unknown = kept
}
