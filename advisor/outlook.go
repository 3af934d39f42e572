package advisor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/forecast"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Seen is the demand observed on a running service.
type Seen struct {
	forecast.History
	End time.Time // end of the last step
}

// DefaultHorizon is how far a forecast looks where no horizon is given: a month.
const DefaultHorizon = 30 * 24 * 3600.0

// How points of a horizon lie apart: hours for two weeks, days beyond, and of a peak of which only the growth
// is known months in the end.
const (
	hourlyUntil = 14 * 24 * 3600.0
	dailyUntil  = 400 * aDay
	aDay        = 24 * 3600.0
	shownPast   = 14 * 24 * 3600.0
)

// prospect is the demand to come as it was asked about.
type prospect struct {
	workload *workload.Workload
	seen     Seen
	now      time.Time // the end of what was seen
	horizon  float64   // s
	assumed  bool      // the horizon
}

// Forecast says what demand will be, and until when today's deployment holds. Without an observed demand it
// rests on the traits alone. The error is about the input; that nothing can be forecast is an answer.
func Forecast(ctx context.Context, in Input, seen Seen, o Options) (*advice.Forecast, error) {
	p := lookAhead(in.Workload, seen, o.Now)
	f := fit(p)
	peaks := peaksOf(p, f)
	path := pathOf(p, f)
	today, err := runwayOf(ctx, in, o, p, f, peaks)
	if err != nil {
		return nil, err
	}
	g := in.Workload.Growth
	return &advice.Forecast{
		Name: in.Workload.Name, Method: f.method, Assumption: cmp.Or(path.assumption, f.assumption), Refused: f.refused,
		Now: p.now, Until: p.after(p.horizon), Assumed: p.assumed,
		Past: past(seen), Horizon: path.points, Peaks: path.peaks, PeakNow: peaks.now, Peak: peaks.highest,
		Growth:     advice.Range{Low: g.Low, Mid: g.Mid, High: g.High},
		Data:       today.data,
		Deployment: today.name, Capacity: today.capacity, Carries: today.carries, Runway: today.runway, Cost: today.cost, AsOf: today.asOf, Months: today.months,
		Backtest: f.backtest, Assumptions: today.assumptions,
		Warnings: slices.DeleteFunc(slices.Concat(in.Workload.Warnings, f.warnings, today.warnings), func(s string) bool { return s == workload.GrowthUnused }),
	}, nil
}

// lookAhead says from when and how far to look.
func lookAhead(w *workload.Workload, seen Seen, now time.Time) prospect {
	p := prospect{workload: w, seen: seen, now: now.UTC(), horizon: w.Horizon}
	if p.horizon <= 0 {
		p.horizon, p.assumed = DefaultHorizon, true
	}
	if len(seen.Values) > 0 {
		p.now = seen.End.UTC()
	}
	return p
}

func (p prospect) after(seconds float64) time.Time {
	return unit.After(p.now, seconds)
}

// fitted is a model of what was seen, or why there is none.
type fitted struct {
	model              *forecast.Model // nil without one
	method, assumption string
	refused            string // why nothing is forecast, "" where something is
	backtest           *advice.Backtest
	warnings           []string
}

// fit finds a model of what was seen.
func fit(p prospect) fitted {
	if len(p.seen.Values) == 0 {
		return fitted{method: "compound"}
	}
	m, err := forecast.Fit(p.seen.Hourly())
	var refused *forecast.RefusedError
	switch {
	case errors.As(err, &refused) && refused.Events:
		return fitted{method: "refused", refused: refused.Reason, assumption: "none: the past does not show what comes next"}
	case err != nil:
		return fitted{method: "compound", warnings: []string{err.Error() + "; the peak that was seen grows at the rate given"}}
	}
	if growthGiven(p.workload) {
		m.Carry(p.workload.Growth)
	}
	if length := float64(len(p.seen.Values)) * p.seen.Step; p.horizon > length {
		m.Warnings = append(m.Warnings, fmt.Sprintf("the horizon is farther ahead (%s) than the history reaches back (%s): the ranges widen as the square root of the time, which no forecast of the past could test",
			unit.Format(unit.Duration, p.horizon), unit.Format(unit.Duration, length)))
	}
	b := m.Backtest
	return fitted{
		model: m, method: m.Method, assumption: m.Assumption, warnings: m.Warnings,
		backtest: &advice.Backtest{
			Forecasts: b.Origins, WAPE: b.WAPE, MASE: b.MASE, Coverage90: b.Coverage90, Judged: b.Judged, SeasonalNaive: b.Naive, HoltWinters: b.Winters,
		},
	}
}

// growthGiven reports whether a person said how demand grows.
func growthGiven(w *workload.Workload) bool {
	for _, t := range w.Traits {
		if t.Spec.Name == "growth" {
			k := t.Value.Origin.Kind
			return k != origin.Default && k != origin.Prometheus
		}
	}
	return false
}

// past is what was seen lately, by the hour.
func past(seen Seen) []advice.DemandPoint {
	var out []advice.DemandPoint
	h := seen.Hourly()
	n := min(len(h.Values), int(shownPast/math.Max(h.Step, 1)))
	for i := len(h.Values) - n; i < len(h.Values); i++ {
		v := h.Values[i]
		if math.IsNaN(v) {
			continue
		}
		at := seen.End.UTC().Add(-time.Duration(float64(len(h.Values)-i) * h.Step * float64(time.Second)))
		out = append(out, advice.DemandPoint{Time: at, Low: v, Mid: v, High: v})
	}
	return out
}

// peaks are the peak rates now and at the worst within the horizon.
type peaks struct {
	now, highest advice.Range
	means        []unit.Interval // of the steps ahead, where the highest is one of them
	step         float64         // s
}

// peaksOf finds the peaks. The highest to come is not known of traffic made by events.
func peaksOf(p prospect, f fitted) peaks {
	if f.refused != "" {
		mid := p.workload.Peak.Mid
		return peaks{now: advice.Range{Low: mid, Mid: mid, High: mid}, highest: advice.Range{Low: math.NaN(), Mid: math.NaN(), High: math.NaN()}}
	}
	now, then := peakAt(p, 0), peakAt(p, p.horizon)
	if then.Mid < now.Mid {
		then = now
	}
	if f.model == nil {
		return peaks{now: now, highest: then}
	}
	out, top := peaks{now: now}, 0.0 // of the means that are forecast, which no peak lies below
	means := f.model.Next(p.steps(f.model))
	for _, v := range means {
		top = math.Max(top, v.Mid)
	}
	if top > then.Mid {
		then.Mid, out.means, out.step = top, means, f.model.Step()
	}
	low, high := f.model.Peak(p.steps(f.model))
	then.Low, then.High = math.Min(low, then.Low), math.Max(high, then.High)
	out.highest = then
	return out
}

// exceeds returns when a mean that is the highest peak to come exceeds a capacity; the zero time for never.
func (p prospect) exceeds(ahead peaks, capacity float64) time.Time {
	for k, v := range ahead.means {
		if v.Mid > capacity {
			return p.after(float64(k) * ahead.step)
		}
	}
	return time.Time{}
}

// steps is how many steps of a model the horizon has.
func (p prospect) steps(m *forecast.Model) int {
	return int(math.Max(math.Round(p.horizon/m.Step()), 1))
}

// peakAt is the peak rate after the given seconds: compound growth of today's, with the range of
// both, and of the peaks of weeks that were seen.
func peakAt(p prospect, seconds float64) advice.Range {
	at := p.workload.Demand().At(seconds)
	low, high := forecast.PeakSpread(p.seen.History)
	return advice.Range{Low: at.Low * math.Exp(low), Mid: at.Mid, High: at.High * math.Exp(high)}
}

// path is the demand up to the horizon.
type path struct {
	points     []advice.DemandPoint
	peaks      bool   // points are those of the peak
	assumption string // "" where it is the model's
}

func pathOf(p prospect, f fitted) path {
	switch {
	case f.refused != "":
		return path{}
	case p.workload.JobAlone():
		return path{assumption: "the data grow by as much every day, as given"}
	case f.model == nil:
		return compoundPath(p)
	}
	step := f.model.Step()
	n := p.steps(f.model)
	group := 1
	if p.horizon > hourlyUntil {
		group = int(math.Round(aDay / step))
	}
	var out path
	hours := f.model.Next(n)
	for k := 0; k+group <= n; k += group {
		at := advice.DemandPoint{Time: p.after(float64(k) * step)}
		for _, v := range hours[k : k+group] {
			at.Low, at.Mid, at.High = at.Low+v.Low/float64(group), at.Mid+v.Mid/float64(group), at.High+v.High/float64(group)
		}
		out.points = append(out.points, at)
	}
	return out
}

// compoundPath is the path of a peak of which only the growth is known.
func compoundPath(p prospect) path {
	g := p.workload.Growth
	out, from := path{peaks: true}, "as given"
	given := growthGiven(p.workload)
	if !given {
		from = "as was seen"
	}
	switch {
	case g == (unit.Interval{}) && given:
		out.assumption = "the peak stays as it is, as given"
	case g == (unit.Interval{}):
		out.assumption = "the peak stays as it is: no growth was given"
	case g.Mid < 0:
		out.assumption = fmt.Sprintf("the peak shrinks by %s, compound, %s", unit.Format(unit.Growth, -g.Mid), from)
	default:
		out.assumption = fmt.Sprintf("the peak grows by %s, compound, %s", unit.Format(unit.Growth, g.Mid), from)
	}
	for i, t := 0, 0.0; t < p.horizon; i++ {
		out.points = append(out.points, p.peakPoint(t))
		if t = float64(i+1) * aDay; p.horizon > dailyUntil {
			t = unit.ToMonth(p.now, i+1)
		}
	}
	out.points = append(out.points, p.peakPoint(p.horizon))
	return out
}

func (p prospect) peakPoint(seconds float64) advice.DemandPoint {
	at := peakAt(p, seconds)
	return advice.DemandPoint{Time: p.after(seconds), Low: at.Low, Mid: at.Mid, High: at.High}
}
