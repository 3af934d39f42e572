package advisor

import (
	"fmt"
	"math"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// MismatchError reports that the service that was measured is not the one described: predictions from its
// measurements would be about another service.
type MismatchError struct{ Text string }

func (m *MismatchError) Error() string { return m.Text }

// described holds the latency that was seen against that foretold of today's deployment. One
// that the prediction says is overloaded has no latency to compare.
func described(q question, today *advice.Today) error {
	if !off(q, today, fact.Other) {
		return nil
	}
	return &MismatchError{"the service differs from its description: " + seenAgainst(q, today) +
		"; describe what runs (--model, --engine, --gpu, --input-tokens, --output-tokens), or give its time with --service-time"}
}

// Doubts returns why a deployment that was measured may not be the one described: whoever writes its plan
// has to know before it is followed. It is empty where nothing speaks against it, or nothing is predicted.
func Doubts(in Input, o Options) []string {
	if len(in.Workload.Beyond()) == 0 && in.Workload.SeenLatency == 0 || in.Workload.RequireWork() != nil {
		return nil
	}
	q, err := settle(in, o)
	if err != nil {
		return nil
	}
	return doubts(q)
}

// doubts are the same of a question that is settled: its deployment is judged at today's demand, where it was
// measured.
func doubts(q question) []string {
	if q.Workload.SeenLatency == 0 && len(q.Workload.Beyond()) == 0 {
		return nil
	}
	today := judgeToday(q)
	named := foretold(q, today)
	if err := described(q, named); err != nil {
		return []string{err.Error()}
	}
	if x := broken(q); x != nil {
		return append([]string{fmt.Sprintf("today's %s does not hold: %s", today.Words(), x.Text)}, doubted(q, today, named)...)
	}
	return doubted(q, today, named)
}

// doubted warns of a latency that was seen beyond its bound, or well off the foretold one.
func doubted(q question, today, named *advice.Today) []string {
	switch {
	case broken(q) != nil:
		return []string{"what is predicted of other plans may be off by as much: describe what runs (--model, --engine, --gpu, --input-tokens, --output-tokens), or give its time (--service-time) or a load test of it (--load-test)"}
	case !off(q, named, fact.Doubtful):
		return outdone(q, today)
	}
	today = named
	return []string{"what runs may differ from its description: " + seenAgainst(q, today) +
		"; predictions are off by as much until what runs is described (--model, --engine, --gpu, --input-tokens, --output-tokens), or its time given with --service-time"}
}

// broken is why today's deployment does not hold though it is predicted to: what was measured of it lies beyond a
// bound. It is nil where nothing does, or where the prediction says the same.
func broken(q question) *candidate.Excuse {
	beyond := q.Workload.Beyond()
	if len(beyond) == 0 || !q.space.Base.Known || q.Workload.JobAlone() {
		return nil
	}
	if _, excuse := search.Judge(q.space, q.now); excuse != nil {
		return nil
	}
	x, d := beyond[0], q.now
	if x.Mean && d.Mean > 0 {
		d.Peak = d.Mean
	}
	e, _ := search.Judge(q.space, d)
	search.Complete(q.space, &e, d)
	predicted := map[string]float64{"p99": e.P99, "ttft": e.TTFT, "tpot": e.TPOT}[x.Trait]
	took, bound := "took "+unit.Format(unit.Duration, x.Seen)+" as measured", unit.Format(unit.Duration, x.Bound)
	switch {
	case x.Mean:
		predicted, took = e.P50, "took "+unit.Format(unit.Duration, x.Seen)+" on average as measured"
	case x.AtLeast:
		took = "was " + unit.Format(unit.Duration, x.Seen) + " or more as measured"
	}
	switch {
	case x.Made != "":
		bound += " (" + x.Made + ")"
	case defaulted(q, x.Trait):
		bound += " (assumed)"
	}
	text := fmt.Sprintf("%s %s, and the bound is %s", x.What, took, bound)
	if predicted > 0 && !math.IsInf(predicted, 1) {
		text += fmt.Sprintf("; %s is predicted at %s, %.2g times less", unit.Format(unit.Duration, predicted), unit.Format(unit.Rate, d.Peak), x.Seen/predicted)
	}
	return candidate.Missed(candidate.Measured, text, x.Trait, "s", x.Seen, x.Bound)
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

// off reports whether the mean latency that was seen lies apart from the predicted one by more times than a
// parameter of the rules.
func off(q question, today *advice.Today, param string) bool {
	times := threshold(q.Rules, param)
	return times > 0 && timesOff(q, today) >= times
}

// foretold is today's deployment as it is predicted for the model that was named. Where times were read from metrics, they
// are those of what runs, whatever it is, and are left out; nil where there is no prediction beside what the user measured.
func foretold(q question, today *advice.Today) *advice.Today {
	s := q.Workload.Service
	switch {
	case today == nil || q.Workload.SeenLatency == 0:
		return nil
	case !s.Given():
		return today
	case s.Told || s.There != nil || len(s.LoadTests) > 0 || q.Workload.ModelAssumed:
		return nil
	}
	in, o, w := q.Input, q.Options, *q.Workload
	w.Service = workload.Service{MaxBatch: s.MaxBatch, HostTime: s.HostTime, HostTimeGiven: s.HostTimeGiven}
	w.SeenUntil = time.Time{} // its demand is today's already
	in.Workload, o.Known = &w, nil
	named, err := settle(in, o)
	if err != nil {
		return nil
	}
	return judgeToday(named)
}

// timesOff is by how many times the mean latency that was seen lies above the predicted 99th percentile, or below
// the time of a request alone; 1 within, and 0 where there is nothing to compare.
func timesOff(q question, today *advice.Today) float64 {
	seen := q.Workload.SeenLatency
	if today == nil || seen == 0 || !(today.P99 > 0) {
		return 0
	}
	return max(seen/today.P99, today.Alone/seen, 1) // what is overloaded by prediction takes as long as alone at least
}

// against is the latency that a plan says was measured, beside the predicted one.
func against(q question) fact.Seen {
	if q.Workload.SeenLatency == 0 {
		return fact.Seen{}
	}
	today := foretold(q, judgeToday(q))
	times := timesOff(q, today)
	switch {
	case !(times > 0):
		return fact.Seen{}
	case math.IsInf(today.P99, 1):
		return fact.Seen{Mean: q.Workload.SeenLatency, Predicted: today.Alone, Apart: times}
	}
	return fact.Seen{Mean: q.Workload.SeenLatency, Predicted: today.P50, P99: today.P99, Apart: times}
}

func seenAgainst(q question, today *advice.Today) string {
	seen, what, rate := unit.Format(unit.Duration, q.Workload.SeenLatency), describedAs(today, q), unit.Format(unit.Rate, today.DemandQPS)
	if math.IsInf(today.P99, 1) {
		return fmt.Sprintf("a request takes %s on average as measured, and %s alone is predicted for %s, which %s would overload", seen, unit.Format(unit.Duration, today.Alone), what, rate)
	}
	return fmt.Sprintf("a request takes %s on average as measured, and %s is predicted for %s (p99 %s at %s)",
		seen, unit.Format(unit.Duration, today.P50), what, unit.Format(unit.Duration, today.P99), rate)
}

func describedAs(today *advice.Today, q question) string {
	text := q.Workload.Model + " on " + today.AcceleratorName
	if q.Workload.Assumed("model") {
		text += " (the model is assumed)"
	}
	return text
}
