package workload

import (
	"strings"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/unit"
)

// recordedAs are the names of traits in formulas where their own would say something else.
var recordedAs = map[string]string{
	"p99": "bound", "latency": "bound", "ttft": "ttft_bound", "tpot": "tpot_bound",
	"replicas": "replicas_today", "gpus_per_replica": "accelerators_today", "max_batch": "max_batch_given",
}

// record notes every numeric trait as an input of what is computed from here on.
func (r *resolver) record() {
	r.w.Log = &derivation.Log{}
	for _, spec := range specs {
		v, ok := r.set[spec.Name]
		if !ok || spec.Kind == unit.Text || spec.Kind == unit.List {
			continue
		}
		name := recordedAs[spec.Name]
		if name == "" {
			name = spec.Name
		}
		r.w.Log.Given(derivation.Value{
			Name: name, Title: titled(spec), Number: v.Interval.Mid, Unit: spec.Kind.Symbol(), From: v.Origin.String(), Reason: v.Origin.Reason,
		})
	}
}

// RecordMonth notes how long a month is.
func RecordMonth(log *derivation.Log) {
	log.Given(derivation.Value{Name: "month", Title: "month", Number: unit.Month, Unit: "s", From: "default", Reason: "730 h, as clouds bill"})
}

func titled(s Spec) string { return strings.ReplaceAll(s.Name, "_", " ") }

// Sources of the formulas of demand.
const offeredLoad = "offered load: requests a second are users times requests of each; the peak over the mean is the workload's own"

// recordDemand notes how the peak came about.
func (r *resolver) recordDemand() {
	w := r.w
	mean := derivation.Value{Name: "mean", Title: "mean demand", Number: w.Mean, Unit: "1/s"}
	peak := derivation.Value{Name: "peak", Title: "peak demand today", Number: w.Peak.Mid, Unit: "1/s"}
	switch {
	case r.given("users"):
		w.Log.Step(mean, "users * requests_per_user", offeredLoad)
		w.Log.Step(peak, "mean * peak_to_mean", offeredLoad)
	case r.given("qps"):
		if w.Mean > 0 {
			w.Log.Step(mean, "qps", offeredLoad)
		}
		w.Log.Step(peak, "qps * peak_to_mean", offeredLoad)
	}
}
