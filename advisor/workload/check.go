package workload

import (
	"cmp"
	"math"
	"slices"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

// contradictions holds the given traits against each other.
func (r *resolver) contradictions() {
	r.oneDemand()
	r.oneBound()
	r.oneService()
	r.needs("peak_to_mean", "a demand", "qps", "users")
	r.needs("retention", "data to keep", "data_size", "data_growth")
	r.needs("job_window", "data to work through", "data_size", "data_growth")
	r.needs("job_rate", "data to work through", "data_size", "data_growth")
	r.needs("think_time", "the turns of a conversation", "turns")
	if r.given("turns") && r.given("prefix_hit") {
		r.fail("turns", "says how much of a prompt is in the cache, and so does %s; give one of them", r.mention("prefix_hit"))
	}
	for _, name := range []string{"service_cv", "concurrency", "measured_on"} {
		r.needsService(name)
	}
}

// needsService reports a trait of the service where nothing was measured that it could qualify.
func (r *resolver) needsService(name string) {
	if r.given(name) && r.set[name].File == "" && !r.measured() && !r.given("measured", "scaling_data") {
		r.fail(name, "needs --service-time, such as 9ms, or --replica-qps, such as 900: it describes a service that was measured "+
			"(in a plan: measured.service_time, measured.replica_qps)")
	}
}

// needs reports a trait that says nothing without one of the others.
func (r *resolver) needs(name, what string, others ...string) {
	if !r.given(name) || r.given(others...) {
		return
	}
	spec, _ := Lookup(others[0])
	r.fail(name, "needs %s; add --%s, such as %s (in a plan: %s)", what, spec.Flag, spec.Example, spec.PlanKey)
}

func (r *resolver) oneDemand() {
	if r.given("qps") {
		for _, other := range []string{"users", "requests_per_user"} {
			if r.given(other) {
				r.fail(other, "contradicts %s, which also says the demand; give one of them", r.mention("qps"))
			}
		}
		return
	}
	r.needs("users", "the requests of one user", "requests_per_user")
	if !r.given("budget") { // which says how many users there may be
		r.needs("requests_per_user", "a number of users", "users")
	}
}

// oneBound holds p99, latency and the percentile against each other. The
// percentile also belongs to ttft and tpot.
func (r *resolver) oneBound() {
	switch {
	case r.given("p99") && r.given("latency"):
		r.fail("latency", "contradicts %s, which also bounds the latency; give one of them", r.mention("p99"))
	case !r.given("latency_percentile") || r.given("latency", "ttft", "tpot"):
	case !r.given("p99"):
		r.needs("latency_percentile", "a bound", "latency")
	case r.number("latency_percentile") != 100*defaultPercentile:
		r.fail("latency_percentile", "%g contradicts %s, which says 99; write --latency instead of --p99",
			r.number("latency_percentile"), r.mention("p99"))
	}
}

// oneService holds the batch times against each other and against the service time.
func (r *resolver) oneService() {
	for _, other := range serviceTraits {
		if other != "load_test" && r.given("load_test") && r.given(other) {
			r.fail("load_test", "contradicts %s, which also says what one replica does; give one of them", r.mention(other))
		}
	}
	points := r.batch()
	for i := 1; i < len(points); i++ {
		switch a, b := points[i-1], points[i]; {
		case a.Batch == b.Batch:
			r.fail("batch_time", "gives two times for a batch of %d, %s and %s; keep one",
				a.Batch, duration(a.Seconds), duration(b.Seconds))
		case a.Seconds > b.Seconds:
			r.fail("batch_time", "says that a batch of %d takes %s and a batch of %d only %s; a larger batch is never faster",
				a.Batch, duration(a.Seconds), b.Batch, duration(b.Seconds))
		}
	}
	if len(points) > 0 && r.given("service_time") {
		r.sameAlone(points[0], r.interval("service_time"))
	}
}

// sameAlone compares the smallest batch with the time of one request alone.
func (r *resolver) sameAlone(p Point, alone unit.Interval) {
	const rounding = 1e-9
	faster := p.Seconds < alone.Low*(1-rounding)
	slower := p.Batch == 1 && p.Seconds > alone.High*(1+rounding)
	if faster || slower {
		r.fail("service_time", "%s for one request contradicts %s, which says %s for a batch of %d; correct one of them",
			duration(alone.Mid), r.mention("batch_time"), duration(p.Seconds), p.Batch)
	}
}

// batch is the measured batch times by size.
func (r *resolver) batch() []Point {
	points := slices.Clone(r.set["batch_time"].Points)
	slices.SortStableFunc(points, func(a, b Point) int { return cmp.Compare(a.Batch, b.Batch) })
	return points
}

func duration(seconds float64) string { return unit.Format(unit.Duration, seconds) }

// Bounds of what is plausible; beyond them a warning asks whether it is meant.
const (
	slowBound      = 3600.0    // s
	hugeRate       = 1e9       // 1/s
	steepGrowth    = 1.0       // a month
	utmostUptime   = 0.9999999 // seven nines, 3 s a year
	mostDemand     = 1e15      // 1/s, beyond which nothing can be computed
	longestHorizon = 20 * year
	month          = unit.Month
	year           = 12 * month
)

// plausible notes what is odd, and refuses a demand that grows beyond all bounds.
func (r *resolver) plausible() {
	w := r.w
	if bound := max(w.Latency, w.LLM.TTFT, w.LLM.TPOT); bound > slowBound {
		r.warn("a latency bound of %s is longer than %s, which is unusual for an online service", duration(bound), duration(slowBound))
	}
	if w.Peak.High > hugeRate {
		r.warn("a peak of %s is above %s, more than any known service has", unit.Format(unit.Rate, w.Peak.High), unit.Format(unit.Rate, hugeRate))
	}
	if w.Growth.High > steepGrowth {
		r.warn("growth of %s more than doubles the demand every month", unit.Format(unit.Growth, w.Growth.High))
	}
	if w.Availability > utmostUptime {
		r.warn("an availability of %s allows %s of outage a year", unit.Format(unit.Fraction, w.Availability), duration((1-w.Availability)*year))
	}
	if w.Growth != (unit.Interval{}) && w.Horizon == 0 {
		r.warn(GrowthUnused)
	}
	if r.given("max_batch") && r.given("service_time") && !r.given("batch_time", "replica_qps") {
		r.warn("a largest batch has no effect on a service of which only the time of one request is known; add --replica-qps or --batch-time")
	}
	if r.given("cold_start") && !r.given("day_shape", "autoscale", "pricing", "growth") && r.set["cold_start"].Origin.Kind == origin.Flag {
		r.warn("a cold start has no effect while nothing starts: --day-shape gives the load over a day, --pricing spot allows machines that may be reclaimed")
	}
	if r.given("measured_latency") && r.set["measured_latency"].Origin.Kind == origin.Flag && (w.Service.Told || r.measured() && w.ModelAssumed || !r.given("gpu", "machine", "cpu")) {
		r.warn("a measured latency has no effect here: it is compared with what is predicted of today's hardware (--gpu), and of a model that is named (--model); a time that is given stands for itself")
	}
	if w.Horizon > longestHorizon {
		r.warn("a horizon of %s is beyond %s: neither hardware nor prices last that long", duration(w.Horizon), duration(longestHorizon))
	}
	if w.Dispersion != 1 && w.Window == 0 {
		r.warn("burstiness was given without the window it was counted over; write it as 1.4@1s")
	}
	r.boundedDemand()
}

// mostHorizon is as far as dates are told, s.
const mostHorizon = 100 * 12 * month

// boundedDemand refuses what nothing further on could compute with.
func (r *resolver) boundedDemand() {
	w := r.w
	switch {
	case w.Horizon > mostHorizon:
		r.fail("horizon", "%s is more than a century; shorten it", duration(w.Horizon))
	case w.Peak.High > mostDemand:
		r.fail("users", "the peak is beyond %g/s; check --users, --requests-per-user and --peak-to-mean", mostDemand)
	case w.Peak.High*math.Pow(1+max(w.Growth.High, 0), w.Horizon/month) > mostDemand:
		r.fail("growth", "the demand grows beyond %g/s within the horizon; lower the growth or shorten the horizon", mostDemand)
	}
}

// GrowthUnused warns about growth that is stated without a horizon.
const GrowthUnused = "growth has no effect without a horizon; add --horizon, such as 6mo"
