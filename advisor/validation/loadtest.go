package validation

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/loadtest"
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

// measurements are what one run of a load test says.
func measurements(r loadtest.Run) []measurement {
	m := measurement{quantity: latencyAtRate, rate: r.Offered, even: r.Even}
	switch failed := r.FailedShare(); {
	case !(r.QPS > 0):
		m.excuse = "the report counts no requests that were answered; give one of a run that the service answered"
	case 1-failed < answered:
		m.excuse = fmt.Sprintf("only %.3g %% of the requests succeeded: the latencies are not those of a service that works", 100*(1-failed))
	case r.Loop == loadtest.Maximum:
		return []measurement{{quantity: saturation, rate: r.QPS, value: r.QPS}}
	case r.Loop == loadtest.Open && r.Offered > 0 && r.QPS < kept*r.Offered:
		return []measurement{{quantity: saturation, rate: r.Offered, value: r.QPS}}
	case r.Loop == loadtest.Open && r.Offered > 0:
		return m.percentiles(r.Latency)
	case r.Loop == loadtest.Closed && r.Clients == 1:
		return []measurement{{quantity: latencyAlone, rate: r.QPS, percentile: 0.5, value: cmp.Or(r.Latency.Percentile(0.5), r.Latency.Mean)}}
	default:
		m.excuse = fmt.Sprintf("%s keeps a number of requests in flight: it offers no rate to predict latencies at; send requests at a rate (of guidellm, constant or poisson)", r.Tool)
	}
	return []measurement{m}
}

// percentiles is the measurement once for each percentile that the report has, in order.
func (m measurement) percentiles(d loadtest.Distribution) []measurement {
	var all []measurement
	for _, at := range []float64{0.5, 0.9, 0.95, 0.99} {
		if value := d.Percentile(at); value != 0 {
			m.percentile, m.value = at, value
			all = append(all, m)
		}
	}
	if all == nil {
		m.excuse = "the report has no percentiles of latency"
		all = append(all, m)
	}
	return all
}

// reports judges the reports of load tests.
func (j *judge) reports(source content, o Options) error {
	if o.GroupBy != "" {
		return fmt.Errorf("a load test's report has no column %s to group by; leave --group-by out", quoted(o.GroupBy))
	}
	runs, err := loadtest.Read(j.ctx, source)
	if err != nil {
		return err
	}
	if j.drivesLanguage() {
		return j.languageReports(runs)
	}
	var all []measurement
	for _, r := range runs {
		all = append(all, measurements(r)...)
	}
	d, err := deployed(j.in.Catalog, j.in.Workload)
	if err != nil {
		return err
	}
	j.out.Warnings = append(j.out.Warnings, d.warnings(all)...)
	for _, m := range all {
		if end, err := j.ends(); end {
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
