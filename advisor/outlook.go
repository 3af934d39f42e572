package advisor

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/forecast"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

// Seen is the demand that was seen of a running service.
type Seen struct {
	forecast.History
	End time.Time // of the last step
}

// DefaultHorizon is how far a forecast looks where nobody says: a month.
const DefaultHorizon = 30 * 24 * 3600.0

// How points of a horizon lie apart: hours for two weeks, days beyond.
const (
	hourlyUntil = 14 * 24 * 3600.0
	aDay        = 24 * 3600.0
	shownPast   = 14 * 24 * 3600.0
)

// outlook carries one forecast through its stages.
type outlook struct {
	in      Input
	o       Options
	seen    Seen
	model   *forecast.Model // nil without one
	horizon float64
	out     *advice.Forecast
}

// Forecast says what demand will be, and until when today's deployment holds. What was seen
// may be nothing: then the traits alone speak. The error is about the input; that nothing can
// be forecast is an answer.
func Forecast(ctx context.Context, in Input, seen Seen, o Options) (*advice.Forecast, error) {
	w := in.Workload
	f := &outlook{in: in, o: o, seen: seen, horizon: w.Horizon, out: &advice.Forecast{Name: w.Name, Now: o.Now.UTC(), Method: "compound"}}
	if f.horizon <= 0 {
		f.horizon, f.out.Assumed = DefaultHorizon, true
	}
	if len(seen.Values) > 0 {
		f.out.Now = seen.End.UTC()
		f.fit()
	}
	f.out.Until = f.after(f.horizon)
	f.out.Growth = advice.Range{Low: w.Growth.Low, Mid: w.Growth.Mid, High: w.Growth.High}
	f.past()
	f.peaks()
	if f.out.Refused == "" {
		f.path()
	}
	err := f.runway(ctx)
	return f.out, err
}

// fit finds a model of what was seen, or says why there is none.
func (f *outlook) fit() {
	hourly := f.seen.Hourly()
	m, err := forecast.Fit(hourly)
	var refused *forecast.RefusedError
	switch {
	case errors.As(err, &refused) && refused.Events:
		f.out.Method, f.out.Refused = "refused", refused.Reason
		f.out.Assumption = "none: what comes next is not in what came before"
		return
	case err != nil:
		f.out.Warnings = append(f.out.Warnings, err.Error()+"; the peak that was seen is carried on by the growth given")
		return
	}
	f.model = m
	if g := f.in.Workload.Growth; f.givenGrowth() {
		m.Carry(g)
	}
	f.out.Method, f.out.Assumption = m.Method, m.Assumption
	f.out.Warnings = append(f.out.Warnings, m.Warnings...)
	b := m.Backtest
	f.out.Backtest = &advice.Backtest{
		Forecasts: b.Origins, WAPE: b.WAPE, MASE: b.MASE, Coverage90: b.Coverage90, SeasonalNaive: b.Naive, HoltWinters: b.Winters,
	}
}

// givenGrowth reports whether a person said how demand grows.
func (f *outlook) givenGrowth() bool {
	for _, t := range f.in.Workload.Traits {
		if t.Spec.Name == "growth" {
			k := t.Value.Origin.Kind
			return k != origin.Default && k != origin.Prometheus
		}
	}
	return false
}

func (f *outlook) after(seconds float64) time.Time {
	return f.out.Now.Add(time.Duration(seconds * float64(time.Second)))
}

// past is what was seen lately, by the hour.
func (f *outlook) past() {
	h := f.seen.Hourly()
	n := min(len(h.Values), int(shownPast/math.Max(h.Step, 1)))
	for i := len(h.Values) - n; i < len(h.Values); i++ {
		v := h.Values[i]
		if math.IsNaN(v) {
			continue
		}
		at := f.seen.End.UTC().Add(-time.Duration(float64(len(h.Values)-i) * h.Step * float64(time.Second)))
		f.out.Past = append(f.out.Past, advice.DemandPoint{Time: at, Low: v, Mid: v, High: v})
	}
}

// peaks are the peak rates now and at the worst within the horizon, which is not known of
// traffic made by events.
func (f *outlook) peaks() {
	if f.out.Refused != "" {
		mid := f.in.Workload.Peak.Mid
		f.out.PeakNow = advice.Range{Low: mid, Mid: mid, High: mid}
		f.out.Peak = advice.Range{Low: math.NaN(), Mid: math.NaN(), High: math.NaN()}
		return
	}
	now := f.peakAt(0)
	then := f.peakAt(f.horizon)
	f.out.PeakNow, f.out.Peak = now, now
	if then.Mid > now.Mid {
		f.out.Peak = then
	}
}

// peakAt is the peak rate after so many seconds: compound growth of today's, with the range of
// both, and of the peaks of weeks that were seen.
func (f *outlook) peakAt(seconds float64) advice.Range {
	w := f.in.Workload
	at := forecast.Compound{Peak: w.Peak, PerMonth: w.Growth}.At(seconds)
	low, high := forecast.PeakSpread(f.seen.Hourly())
	return advice.Range{Low: at.Low * math.Exp(low), Mid: at.Mid, High: at.High * math.Exp(high)}
}

// path is the demand up to the horizon.
func (f *outlook) path() {
	if f.model == nil {
		f.compound()
		return
	}
	step := f.model.Step()
	n := int(math.Max(math.Round(f.horizon/step), 1))
	group := 1
	if f.horizon > hourlyUntil {
		group = int(math.Round(aDay / step))
	}
	hours := f.model.Next(n)
	for k := 0; k+group <= n; k += group {
		p := advice.DemandPoint{Time: f.after(float64(k) * step)}
		for _, v := range hours[k : k+group] {
			p.Low, p.Mid, p.High = p.Low+v.Low/float64(group), p.Mid+v.Mid/float64(group), p.High+v.High/float64(group)
		}
		f.out.Horizon = append(f.out.Horizon, p)
	}
}

// compound is the path of a peak of which only the growth is known.
func (f *outlook) compound() {
	w := f.in.Workload
	f.out.Peaks = true
	f.out.Assumption = fmt.Sprintf("the peak grows by %s, compound, as given", unit.Format(unit.Growth, w.Growth.Mid))
	if w.Growth == (unit.Interval{}) {
		f.out.Assumption = "the peak stays as it is: no growth was given"
	}
	step := math.Max(aDay, f.horizon/400)
	for t := 0.0; t <= f.horizon; t += step {
		p := f.peakAt(t)
		f.out.Horizon = append(f.out.Horizon, advice.DemandPoint{Time: f.after(t), Low: p.Low, Mid: p.Mid, High: p.High})
	}
}

// runway is when the peak outgrows what today's deployment sustains.
func (f *outlook) runway(ctx context.Context) error {
	w := f.in.Workload
	if f.out.Refused != "" {
		return nil
	}
	if w.GPU == "" && !w.Service.Given() {
		f.out.Warnings = append(f.out.Warnings, "no deployment was named, so there is no runway: add --gpu and --replicas, or what one replica was measured at")
		return nil
	}
	c, err := Capacity(ctx, f.in, f.o)
	if err != nil {
		return err
	}
	f.out.Deployment = named(c)
	if !c.Served || !c.Memory.Fits {
		f.out.Warnings = append(f.out.Warnings, "what "+f.out.Deployment+" sustains is not known, so there is no runway")
		return nil
	}
	f.out.Capacity = advice.Range{Low: c.LowQPS, Mid: c.SustainableQPS, High: c.HighQPS}
	now := f.out.PeakNow
	f.out.Runway = advice.Runway{
		Known: true,
		Date:  f.outgrows(now.Mid, w.Growth.Mid, c.SustainableQPS),
		Low:   f.outgrows(now.High, w.Growth.High, c.LowQPS),
		High:  f.outgrows(now.Low, w.Growth.Low, c.HighQPS),
	}
	return nil
}

// named is a deployment in words.
func named(c *advice.Capacity) string {
	if c.AcceleratorName == "" {
		return fmt.Sprintf("%d × the replica that was measured", c.Replicas)
	}
	text := candidate.ReplicasOf(c.Replicas, c.PerReplica, c.AcceleratorName)
	if c.Precision != "" {
		text += " " + c.Precision
	}
	return text
}

// outgrows is when a peak that grows so much a month exceeds a capacity; the zero time for
// never, or later than a century.
func (f *outlook) outgrows(peak, growth, capacity float64) time.Time {
	const century = 100 * 12 * unit.Month
	seconds, ok := forecast.Compound{Peak: unit.Exact(peak), PerMonth: unit.Exact(growth)}.Until(capacity, 1)
	if !ok || seconds > century {
		return time.Time{}
	}
	return f.after(seconds)
}
