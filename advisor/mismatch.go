package advisor

import (
	"fmt"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
)

// MismatchError says that the service that was measured is not the one that was described: what
// is predicted of it would be advice about another.
type MismatchError struct{ Text string }

func (m *MismatchError) Error() string { return m.Text }

// farOff is by how many times a measured mean may lie above the predicted 99th percentile, or
// below the time of a request alone, before it is no matter of accuracy.
const farOff = 10.0

// described holds the latency that was seen against that predicted of today's deployment. One
// that the prediction says is overloaded has no latency to compare.
func described(q question, today *advice.Today) error {
	seen := q.Workload.SeenLatency
	if today == nil || seen == 0 || !(today.P99 > 0) || math.IsInf(today.P99, 1) || q.Workload.Service.Given() {
		return nil
	}
	if seen <= farOff*today.P99 && seen >= today.Alone/farOff {
		return nil
	}
	name := unit.Format(unit.Duration, seen)
	return &MismatchError{fmt.Sprintf("the service is not what was described: the metrics show %s for a request on average, and %s is predicted for %s (p99 %s at %s); "+
		"describe what runs (--model, --engine, --gpu, --input-tokens, --output-tokens), or give its time with --service-time",
		name, unit.Format(unit.Duration, today.P50), describedAs(today, q), unit.Format(unit.Duration, today.P99), unit.Format(unit.Rate, today.DemandQPS))}
}

func describedAs(today *advice.Today, q question) string {
	text := q.Workload.Model + " on " + today.AcceleratorName
	if q.Workload.Assumed("model") {
		text += " (the model is assumed)"
	}
	return text
}
