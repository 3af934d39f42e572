package validation

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/advice"
)

// measurement is one number of a load test.
type measurement struct {
	quantity   quantity
	rate       float64 // 1/s, offered
	percentile float64
	value      float64 // s; 1/s for the saturated throughput
	even       bool    // requests were sent at even distances
	excuse     string  // why it says nothing about the service; "" when it does
}

// quantity is what a measurement is of.
type quantity int

const (
	latencyAtRate quantity = iota + 1
	latencyAlone
	saturation
)

// answered is the share of requests from which latencies are those of a service that works.
const answered = 0.99

// kept is the share of the offered rate below which the service fell behind, so that the
// latencies grew as long as the test ran.
const kept = 0.9

// measurements are what one report of vegeta says.
func (v *vegeta) measurements() []measurement {
	m := measurement{quantity: latencyAtRate, rate: v.Rate, even: true}
	switch {
	case v.Requests == 0 || !(v.Rate > 0) || math.IsInf(v.Rate, 0):
		m.excuse = "the report counts no requests"
		return []measurement{m}
	case v.Success != nil && *v.Success < answered:
		m.excuse = fmt.Sprintf("only %.3g %% of the requests succeeded: the latencies are not those of a service that works", 100**v.Success)
		return []measurement{m}
	case v.Throughput != nil && *v.Throughput < kept*v.Rate:
		return []measurement{{quantity: saturation, rate: v.Rate, value: *v.Throughput}}
	}
	const nanosecond = 1e-9
	return m.percentiles(v.Latencies.P50*nanosecond, v.Latencies.P90*nanosecond, v.Latencies.P95*nanosecond, v.Latencies.P99*nanosecond)
}

// percentiles is the measurement once for each percentile that the report has, in order.
func (m measurement) percentiles(p50, p90, p95, p99 float64) []measurement {
	var all []measurement
	for _, p := range []struct{ at, value float64 }{{0.5, p50}, {0.9, p90}, {0.95, p95}, {0.99, p99}} {
		if p.value != 0 {
			m.percentile, m.value = p.at, p.value
			all = append(all, m)
		}
	}
	if all == nil {
		m.excuse = "the report has no percentiles of latency"
		all = append(all, m)
	}
	return all
}

// measurements are what one benchmark of guidellm says, by how it sent requests.
func (g *guidellm) measurements() []measurement {
	rate, latency := g.Metrics.Rate.Successful, g.Metrics.Latency.Successful
	m := measurement{quantity: latencyAtRate, rate: rate.Mean, even: g.strategy() == "constant"}
	if !(rate.Mean > 0) {
		m.excuse = "the benchmark counts no successful requests a second"
		return []measurement{m}
	}
	p50 := latency.Percentiles.P50
	if p50 == 0 {
		p50 = latency.Median
	}
	switch g.strategy() {
	case "constant", "poisson", "async":
		return m.percentiles(p50, latency.Percentiles.P90, latency.Percentiles.P95, latency.Percentiles.P99)
	case "synchronous":
		return []measurement{{quantity: latencyAlone, rate: rate.Mean, percentile: 0.5, value: p50}}
	case "throughput":
		return []measurement{{quantity: saturation, rate: rate.Mean, value: rate.Mean}}
	}
	m.excuse = fmt.Sprintf("the strategy %s keeps a number of requests in flight: it offers no rate to predict latencies at; use constant or poisson", quoted(g.strategy()))
	return []measurement{m}
}

// reports judges the reports of load tests.
func (j *judge) reports(source content, o Options) error {
	if o.GroupBy != "" {
		return fmt.Errorf("a load test's report has no column %s to group by; leave --group-by out", quoted(o.GroupBy))
	}
	var found []any
	if err := readReports(source, func(report any) { found = append(found, report) }); err != nil {
		return err
	}
	if j.drivesLanguage() {
		return j.languageReports(found)
	}
	var all []measurement
	for _, one := range found {
		switch report := one.(type) {
		case *vegeta:
			all = append(all, report.measurements()...)
		case *guidellm:
			all = append(all, report.measurements()...)
		}
	}
	d, err := deployed(j.in.Catalog, j.in.Workload)
	if err != nil {
		return err
	}
	j.out.Warnings = append(j.out.Warnings, d.warnings(all)...)
	for _, m := range all {
		if err := j.ctx.Err(); err != nil {
			return err
		}
		j.measurement(d, m)
	}
	return nil
}

// measurement judges one number of a load test.
func (j *judge) measurement(d deployment, m measurement) {
	j.out.Rows++
	if m.excuse == "" && (!(m.value > 0) || math.IsInf(m.value, 0)) {
		m.excuse = fmt.Sprintf("measured is %g; it must be above zero", m.value)
	}
	var one advice.Judgement
	if m.excuse == "" {
		one, m.excuse = d.predict(m)
	}
	if m.excuse != "" {
		j.skip(j.out.Rows, m.excuse)
		return
	}
	one.Line, one.Measured, one.Basis = j.out.Rows, m.value, d.model.Basis
	j.take(m.quantity.String(), one)
}

func (q quantity) String() string {
	switch q {
	case latencyAlone:
		return "latency-alone"
	case saturation:
		return "saturated-throughput"
	}
	return "latency-at-rate"
}

// anyEven reports whether requests were sent at even distances.
func anyEven(all []measurement) bool {
	return slices.ContainsFunc(all, func(m measurement) bool { return m.even && m.excuse == "" })
}
