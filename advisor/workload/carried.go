package workload

import (
	"math"
	"time"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/forecast"
	"scaleadvise/advisor/unit"
)

// recent is how old a load that was seen may be to count as today's.
const recent = time.Hour

// Demand returns the peak with its growth.
func (w *Workload) Demand() forecast.Compound {
	return forecast.Compound{Peak: w.Peak, PerMonth: w.Growth, Linear: w.GrowthLinear}
}

// Carried returns the workload with a load observed some time ago extrapolated to now by its growth; the
// workload itself where the load is recent, was given, or does not grow.
func Carried(w *Workload, now time.Time) *Workload {
	age := now.Sub(w.SeenUntil)
	if w.SeenUntil.IsZero() || age < recent || !(w.Growth.Mid > 0) || !(w.Peak.Mid > 0) {
		return w
	}
	out := *w
	out.Peak = w.Demand().At(age.Seconds())
	out.Mean = w.Mean * out.Peak.Mid / w.Peak.Mid
	if months := age.Seconds() / unit.Month; w.GrowthLinear { // the same amount is a smaller share of more
		of := func(g float64) float64 { return g / math.Max(1+g*months, 0.01) }
		out.Growth = unit.Interval{Low: of(w.Growth.Low), Mid: of(w.Growth.Mid), High: of(w.Growth.High)}
	}
	out.Log = carriedLog(w, &out, age)
	if w.Mean > 0 {
		out.Log.Step(derivation.Value{Name: "mean", Title: "mean demand today", Number: out.Mean, Unit: "1/s"}, "mean_seen * peak / peak_seen", "the mean grows as the peak does")
	}
	return &out
}

// carriedLog notes how the load that was seen became that of now.
func carriedLog(w, out *Workload, age time.Duration) *derivation.Log {
	log := w.Log.Renamed(map[string]string{"peak": "peak_seen", "mean": "mean_seen"})
	if w.GrowthLinear {
		log = log.Renamed(map[string]string{"growth": "growth_seen"})
	}
	log.Given(derivation.Value{Name: "age", Title: "time since the load was seen", Number: age.Seconds(), Unit: "s", From: "end of the metrics", Reason: w.SeenUntil.UTC().Format(time.RFC3339)})
	RecordMonth(log)
	peak := derivation.Value{Name: "peak", Title: "peak demand today", Number: out.Peak.Mid, Unit: "1/s"}
	if w.GrowthLinear {
		log.Step(peak, "peak_seen * (1 + growth_seen * age / month)", w.Demand().Method())
		log.Step(derivation.Value{Name: "growth", Title: "growth of demand today", Number: out.Growth.Mid, Unit: unit.Growth.Symbol()}, "growth_seen / (1 + growth_seen * age / month)", "the same amount, as a share of today's peak")
		return log
	}
	log.Step(peak, "peak_seen * (1 + growth) ^ (age / month)", w.Demand().Method())
	return log
}
