package report

import (
	"fmt"
	"math"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/simulate"
)

// simulationTitle is the outcome in one sentence.
func simulationTitle(a *advice.Simulation) string {
	r := a.Result
	s := simulatedDeployment(a)
	at := rate(r.Spec.Traffic.Mean())
	switch {
	case r.Partial:
		s = "Partial, stopped before its end: " + s + " under " + at
		if r.Stable && finite(r.P99) {
			s += " so far: " + simulatedLatency(a)
		}
		return s + "."
	case r.Verdict == simulate.Holds:
		return s + holding(a, true) + at + simulatedBound(a) + ": " + simulatedLatency(a) + "."
	case r.Verdict == simulate.Fails:
		return s + holding(a, false) + at + simulatedBound(a) + ": " + simulatedLatency(a) + "; " + strings.Join(each(r.Reasons, line), "; ") + "."
	case !r.Stable:
		return "Not certified, unstable: " + strings.Join(cleanAll(r.Reasons), "; ") + "."
	}
	return "Not certified: " + strings.Join(each(r.Reasons, line), "; ") + "."
}

// simulatedDeployment names what ran.
func simulatedDeployment(a *advice.Simulation) string {
	if s := a.Result.Spec.Scaler; s != nil {
		return "From " + count(s.Min) + " to " + count(s.Max) + " replicas of " + simulatedReplica(a)
	}
	if line(a.Plan.AcceleratorName) == "" && line(a.Plan.Accelerator) == "" {
		if a.Result.Spec.Fleet.Replicas == 1 {
			return "One replica"
		}
		return count(a.Result.Spec.Fleet.Replicas) + " replicas"
	}
	e := a.Plan
	e.Replicas = a.Result.Spec.Fleet.Replicas
	return compact(e)
}

// holding is the verb that goes with the deployment.
func holding(a *advice.Simulation, holds bool) string {
	several := a.Result.Spec.Scaler != nil || a.Result.Spec.Fleet.Replicas > 1 && line(a.Plan.AcceleratorName) == "" && line(a.Plan.Accelerator) == ""
	switch {
	case holds && several:
		return " hold "
	case holds:
		return " holds "
	case several:
		return " do not hold "
	}
	return " does not hold "
}

// simulatedReplica is one replica of what ran.
func simulatedReplica(a *advice.Simulation) string {
	if line(a.Plan.AcceleratorName) == "" && line(a.Plan.Accelerator) == "" {
		return "the service given"
	}
	return line(a.Plan.ReplicaWords())
}

func simulatedBound(a *advice.Simulation) string {
	if b := bounds(a.Workload); b != "" {
		return " within " + b
	}
	return ""
}

// simulatedLatency is the time at the percentile asked, with its interval; of a language model
// those of its tokens.
func simulatedLatency(a *advice.Simulation) string {
	r := a.Result
	if !finite(r.AtGoal.Value) {
		return "no requests were answered"
	}
	if r.Spec.Fleet.Scheduler != nil {
		p := tokenPercentile(a.Workload)
		return p + " TTFT " + estimated(r.TTFT) + ", " + p + " TPOT " + estimated(r.TPOT)
	}
	return percentile(a.Workload) + " " + estimated(r.AtGoal)
}

// estimated is a time with its interval.
func estimated(e simulate.Estimate) string {
	s := duration(e.Value)
	if finite(e.High) && e.High > e.Low {
		s += " (" + duration(math.Max(0, e.Low)) + " to " + duration(e.High) + ")"
	}
	return s
}

// attained is a share in percent that is never rounded up to all.
func attained(v float64) string {
	if !finite(v) {
		return none
	}
	if v < 1 && v > 0.9995 {
		return fmt.Sprintf("%.4f %%", math.Min(99.9999, math.Floor(v*1e6)/1e4))
	}
	return percent(v)
}

// simulatedRun says how long and how fast.
func simulatedRun(a *advice.Simulation) []string {
	r := a.Result
	each := r.Duration / float64(max(r.Replications, 1))
	s := "1 replication of " + duration(each)
	if r.Replications > 1 {
		s = count(r.Replications) + " replications of " + duration(each)
	}
	parts := []string{s, grouped(float64(r.Requests), 0) + " requests"}
	if !r.Spec.Scenario() {
		parts = append(parts, "warm-up "+duration(r.Warmup)+" dropped")
	}
	if v := simulatedSpeed(a); v > 0 {
		parts = append(parts, measure(v/1e6, "")+" M requests a second")
	}
	return append(parts, fmt.Sprintf("seed %d", r.Spec.Seed))
}

// simulatedSpeed is requests a second of the wall clock; 0 when unknown.
func simulatedSpeed(a *advice.Simulation) float64 {
	if a.Wall <= 0 {
		return 0
	}
	return float64(a.Result.Requests) / a.Wall
}

// simulatedTimes are the latencies; none without a steady state.
func simulatedTimes(a *advice.Simulation) []string {
	r := a.Result
	if !r.Stable || !finite(r.P50) {
		return nil
	}
	return []string{"p50 " + duration(r.P50), "p95 " + duration(r.P95), "p99 " + duration(r.P99), "p99.9 " + duration(r.P999), "mean " + duration(r.MeanSojourn.Value)}
}

func simulatedWaits(a *advice.Simulation) []string {
	r := a.Result
	if !r.Stable || !finite(r.MeanWait.Value) {
		return nil
	}
	return []string{"mean " + duration(r.MeanWait.Value), "p99 " + duration(r.WaitP99), measure(r.Queue, "") + " requests wait on average"}
}

func simulatedLoad(a *advice.Simulation) []string {
	var parts []string
	if a.Utilize > 0 {
		parts = append(parts, percent(a.Utilize)+" of its limit")
	}
	return append(parts, "busy "+portion(a.Result.Busy))
}

func simulatedOutcome(a *advice.Simulation) []string {
	r := a.Result
	parts := []string{}
	if len(r.Kept) > 0 {
		parts = append(parts, attained(r.Attainment.Value)+" within "+map[bool]string{true: "the bounds", false: "the bound"}[len(r.Kept) > 1], "goodput "+rate(r.Goodput))
		if w, ok := worstMinute(r); ok {
			parts = append(parts, "worst "+duration(w.Length)+" "+attained(w.Within/w.Asked)+" at "+duration(w.Start))
		}
	}
	if r.Rejected > 0 || r.Refused > 0 || r.GaveUp > 0 {
		parts = append(parts, grouped(float64(r.Rejected), 0)+" never answered",
			"attempts refused or lost "+grouped(float64(r.Refused), 0), "given up "+grouped(float64(r.GaveUp), 0))
	}
	return parts
}

// worstMinute is the window of a scenario in which the smallest share of requests kept the bound.
func worstMinute(r *simulate.Result) (worst simulate.Window, ok bool) {
	least := 1.0
	for _, w := range r.Series {
		if r.Spec.Scenario() && w.Asked > 0 && w.Within/w.Asked < least {
			least, worst, ok = w.Within/w.Asked, w, true
		}
	}
	return worst, ok
}

// simulatedScaling is what the autoscaler saves and needs.
func simulatedScaling(a *advice.Simulation) []string {
	s := a.Scaling
	if s == nil {
		return nil
	}
	parts := []string{
		measure(s.MeanReplicas, "") + " replicas on average, at most " + count(s.MostReplicas),
		"without it " + count(s.StaticReplicas) + " for the peak",
	}
	if s.CostPerMonth > 0 && s.StaticPerMonth > 0 {
		parts = append(parts, money(s.CostPerMonth)+" against "+money(s.StaticPerMonth)+" USD a month", withoutLine())
	}
	ramp := fmt.Sprintf("demand grows by at most %s within the %s that a new replica takes", percent(math.Max(0, s.Ramp-1)), duration(s.Lead))
	if s.Target > s.RoomFor {
		return append(parts, ramp+": a target of "+percent(s.Target)+" leaves too little room, "+percent(s.RoomFor)+" would do")
	}
	return append(parts, ramp+": the target of "+percent(s.Target)+" leaves room")
}

// comparison are the columns of formula against simulation.
func comparison(a *advice.Simulation) []column {
	columns := []column{{head: ""}, {head: "formula", right: true}, {head: "simulated", right: true}, {head: "95 % interval", right: true}, {head: "formula off", right: true}, {head: ""}}
	for _, c := range a.Errors {
		interval, verdict := none, ""
		if finite(c.Simulated.Low) && finite(c.Simulated.High) {
			interval = quantity(math.Max(0, c.Simulated.Low), c.Unit) + " to " + quantity(c.Simulated.High, c.Unit)
		}
		if c.Differs {
			verdict = "beyond " + percent(c.Tolerance)
		}
		for i, text := range []string{line(c.Name), quantity(c.Formula, c.Unit), quantity(c.Simulated.Value, c.Unit), interval, lean(c.Formula/c.Simulated.Value - 1), verdict} {
			columns[i].cells = append(columns[i].cells, text)
		}
	}
	return columns
}
