package advisor

import (
	"fmt"
	"math"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
)

// MismatchError reports that the service that was measured is not the one described: predictions from its
// measurements would be about another service.
type MismatchError struct{ Text string }

func (m *MismatchError) Error() string { return m.Text }

// farOff is by how many times a measured mean may lie above the predicted 99th percentile, or
// below the time of a request alone, before it is no matter of accuracy.
const farOff = 10.0

// wellOff is the same before it is told.
const wellOff = 3.0

// described holds the latency that was seen against that predicted of today's deployment. One
// that the prediction says is overloaded has no latency to compare.
func described(q question, today *advice.Today) error {
	if !off(q, today, farOff) {
		return nil
	}
	return &MismatchError{"the service differs from its description: " + seenAgainst(q, today) +
		"; describe what runs (--model, --engine, --gpu, --input-tokens, --output-tokens), or give its time with --service-time"}
}

// doubted warns of a latency that was seen well off the predicted one.
func doubted(q question, today *advice.Today) []string {
	if today == nil || !off(q, today, wellOff) {
		return outdone(q, today)
	}
	return []string{"what runs may differ from its description: " + seenAgainst(q, today) +
		"; predictions are off by as much until what runs is described (--model, --engine, --gpu, --input-tokens, --output-tokens), or its time given with --service-time"}
}

// outdone warns where what runs was seen to serve more than it is predicted to.
func outdone(q question, today *advice.Today) []string {
	seen := q.Workload.SeenServed
	if today == nil || !(today.SaturationQPS > 0) || seen <= today.SaturationQPS || q.Workload.Service.Given() {
		return nil
	}
	return []string{fmt.Sprintf("the metrics show %s served for an hour while no request waited, and work is predicted to pile up from %s on, which is too low for this service: load-test one replica (--load-test), or describe what runs (--model, --engine, --gpu, --precision, --input-tokens, --output-tokens)",
		unit.Format(unit.Rate, seen), unit.Format(unit.Rate, today.SaturationQPS))}
}

// outdated warns of a load that was seen long before today, for which it is taken, grown or as it was.
func outdated(q question) []string {
	const old = 7 * 24 * time.Hour
	end := q.Workload.SeenUntil
	age := q.Now.Sub(end)
	if end.IsZero() || age <= old {
		return nil
	}
	taken := "is used for today's"
	if q.Workload.Growth.Mid > 0 {
		taken = fmt.Sprintf("is carried to today's %s by its growth", unit.Format(unit.Rate, q.now.Peak))
	}
	return []string{fmt.Sprintf("the load that was seen ends on %s, %.0f days before this run, and %s: read newer metrics, or give --qps", end.UTC().Format(time.DateOnly), age.Hours()/24, taken)}
}

// off reports whether the mean latency that was seen lies more than some times above the predicted 99th
// percentile, or below the time of a request alone.
func off(q question, today *advice.Today, times float64) bool {
	seen := q.Workload.SeenLatency
	if today == nil || seen == 0 || !(today.P99 > 0) || math.IsInf(today.P99, 1) || q.Workload.Service.Given() {
		return false
	}
	return seen > times*today.P99 || seen < today.Alone/times
}

func seenAgainst(q question, today *advice.Today) string {
	return fmt.Sprintf("the metrics show %s for a request on average, and %s is predicted for %s (p99 %s at %s)",
		unit.Format(unit.Duration, q.Workload.SeenLatency), unit.Format(unit.Duration, today.P50), describedAs(today, q), unit.Format(unit.Duration, today.P99), unit.Format(unit.Rate, today.DemandQPS))
}

func describedAs(today *advice.Today, q question) string {
	text := q.Workload.Model + " on " + today.AcceleratorName
	if q.Workload.Assumed("model") {
		text += " (the model is assumed)"
	}
	return text
}
