package advisor

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/forecast"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// standing is today's deployment and until when it holds.
type standing struct {
	name        string
	capacity    advice.Range
	carries     float64 // of it, at the confidence asked and after the losses to survive
	runway      advice.Runway
	data        *advice.DataOutlook
	warnings    []string // why there is no runway, or what to doubt of it
	assumptions []advice.Assumption
	asOf        string        // the date of its price
	cost        advice.Amount // a month
	months      float64       // to the horizon; 0 where they do not all cost the same
}

// runwayOf finds when today's deployment no longer does what is asked of it: when the peak outgrows what
// it sustains, or the data what a job goes through in its window. It is judged as a check judges it.
func runwayOf(ctx context.Context, in Input, o Options, p prospect, f fitted, peak peaks) (standing, error) {
	w := in.Workload
	if f.refused != "" {
		return standing{}, nil
	}
	if !w.Deployed() && !w.Service.Given() {
		return standing{
			data: growthOf(w.Data, p.horizon), assumptions: assumedDemand(w),
			warnings: []string{"no deployment was named, so there is no runway: add --gpu and --replicas, or what one replica was measured at"},
		}, nil
	}
	q, err := settle(in, o)
	if err != nil {
		return standing{}, err
	}
	asMeasured := doubts(q)
	q, judged, doubts, err := upheld(ctx, q, allProofs)
	if err != nil {
		return standing{}, err
	}
	today := judged.Evaluation
	s := standing{name: named(q, today), data: dataOf(q, p, today), warnings: merged(doubts, asMeasured, outdone(q, &advice.Today{Judged: judged}))}
	s.assumptions = slices.DeleteFunc(assumptions(q), func(a advice.Assumption) bool {
		return a.Trait == "horizon" || a.Trait == "peak_to_mean" && w.Users == 0
	})
	if why := judged.Excuse; !w.JobAlone() && (today.Basis == "" || why != nil && (why.Code == candidate.Unknown || why.Code == candidate.Memory)) {
		s.warnings = append(s.warnings, "what "+s.name+" sustains is not known, so there is no runway")
		return s, nil
	}
	s.capacity = advice.Range{Low: today.LowQPS, Mid: today.CapacityQPS, High: today.HighQPS}
	s.carries = today.CarriesQPS
	if why := judged.Excuse; why != nil && why.Code == candidate.Measured { // none of it within the bound
		s.capacity, s.carries, today.CarriesQPS, today.LowQPS, today.HighQPS = advice.Range{}, 0, 0, 0, 0
	}
	s.runway, s.asOf = runway(p, peak, today), today.AsOf
	now, _ := deployedToday(q)
	if s.cost = amount(now.plan); !w.JobAlone() || w.Data.Growth == 0 { // else it is paid for ever longer hours
		s.months = months(p.horizon)
	}
	if late, ends := search.JobLate(q.space, today.Replicas); ends {
		s.runway = endedByJob(s.runway, q.date(late))
	}
	return s, nil
}

// assumedDemand is what was assumed of the demand alone.
func assumedDemand(w *workload.Workload) (out []advice.Assumption) {
	for _, t := range w.Traits {
		if t.Spec.Name == "peak_to_mean" && t.Assumed() && w.Users > 0 {
			out = append(out, assumptionOf(t))
		}
	}
	return out
}

// runway is until when a deployment holds, the date that advice and check say: at the confidence
// asked, after the losses that it must survive. Its range is that of its capacity, of the peak and
// of its growth. A forecast whose means exceed that peak ends it where they exceed the capacity.
func runway(p prospect, ahead peaks, today candidate.Evaluation) advice.Runway {
	peak, g, day, left := ahead.now, p.workload.Growth, p.seen.Hourly().LastDay(), 1.0
	if today.CapacityQPS > 0 {
		left = math.Min(today.CapacityQPS, today.AfterLossesQPS) / today.CapacityQPS
	}
	r := advice.Runway{
		Known: true,
		Date:  outgrows(p, math.Max(peak.Mid, day), g.Mid, today.CarriesQPS),
		Low:   outgrows(p, math.Max(peak.High, day), g.High, today.LowQPS*left),
		High:  outgrows(p, math.Max(peak.Low, day), g.Low, today.HighQPS*left),
	}
	if at := p.exceeds(ahead, today.CarriesQPS); !at.IsZero() && (r.Date.IsZero() || at.Before(r.Date)) {
		r.Date = at
	}
	if r.Low.IsZero() || !r.Date.IsZero() && r.Date.Before(r.Low) {
		r.Low = r.Date
	}
	if !r.High.IsZero() && (r.Date.IsZero() || r.High.Before(r.Date)) {
		r.High = r.Date
	}
	return r
}

// endedByJob is a runway that a job ends at the latest, on a day that has no range: how data grow is
// given as one number.
func endedByJob(r advice.Runway, late time.Time) advice.Runway {
	first := func(t time.Time) time.Time {
		if t.IsZero() || late.Before(t) {
			return late
		}
		return t
	}
	r.Job = r.Date.IsZero() || late.Before(r.Date)
	r.Date, r.Low, r.High = first(r.Date), first(r.Low), first(r.High)
	return r
}

// growthOf is how data grow; nil without data.
func growthOf(d workload.Data, horizon float64) *advice.DataOutlook {
	if !d.Given() {
		return nil
	}
	return &advice.DataOutlook{Now: d.At(0), Then: d.At(horizon)}
}

// dataOf is how data grow, and what of today's deployment they outgrow.
func dataOf(q question, p prospect, today candidate.Evaluation) *advice.DataOutlook {
	d := q.Workload.Data
	out := growthOf(d, p.horizon)
	if out == nil {
		return nil
	}
	out.Alone = q.Workload.JobAlone()
	if d.JobWindow > 0 {
		out.Window = d.JobWindow
		out.JobNow, out.JobThen = 3600*search.JobHours(q.space, today.Replicas, out.Now), 3600*search.JobHours(q.space, today.Replicas, out.Then)
	}
	const gib = 1 << 30
	room := func(name string, each float64) {
		bytes := float64(today.Instances) * each * gib
		if bytes == 0 {
			return
		}
		r := advice.Room{Name: name, Bytes: bytes}
		if seconds, ahead := d.Fills(bytes); ahead {
			r.Full = q.date(seconds)
		}
		out.Rooms = append(out.Rooms, r)
	}
	room("memory", today.NodeMemoryGiB)
	room("local disk", today.NodeDiskGiB)
	return out
}

// named is today's deployment in words.
func named(q question, today candidate.Evaluation) string {
	if !q.space.Base.Known {
		return fmt.Sprintf("%d × the replica that was measured", today.Replicas)
	}
	return today.Words()
}

// outgrows returns when a peak with this growth a month exceeds a capacity; the zero time
// for never, or later than a century.
func outgrows(p prospect, peak, growth, capacity float64) time.Time {
	const century = 100 * 12 * unit.Month
	seconds, ok := forecast.Compound{Peak: unit.Exact(peak), PerMonth: unit.Exact(growth), Linear: p.workload.GrowthLinear}.Until(capacity, 1)
	if !ok || seconds > century {
		return time.Time{}
	}
	return p.after(seconds)
}
