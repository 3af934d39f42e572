package report

import (
	"fmt"
	"strings"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
)

// The three lines that come first: what to do and what it costs, what it carries and survives, and
// the largest doubt.

// title is what to do in one sentence, or that no plan holds.
func title(a *advice.Advice) string {
	switch {
	case a.Criterion == choice.Unknown:
		return measureFirst(a)
	case !a.Feasible && a.HeldBack.Given():
		s := nothingHolds(a)
		return line(a.HeldBack.Change) + " first; as it is, " + strings.ToLower(s[:1]) + s[1:]
	case !a.Feasible:
		return nothingHolds(a)
	case a.First.Replicas == 0:
		return "No plan."
	}
	if s := a.Squeeze; s.Given() && (s.Assumed || !s.Fits) {
		return squeezedDeed(a)
	}
	if a.HeldBack.Given() && !keepsToday(a) {
		return line(a.HeldBack.Change) + " first; as it is, " + strings.ToLower(deed(a)[:1]) + deed(a)[1:] + later(a) + "."
	}
	return deed(a) + later(a) + "."
}

// squeezedDeed has the argument of the engine changed before accelerators are bought because of it.
func squeezedDeed(a *advice.Advice) string {
	then := "as it is, " + strings.ToLower(deed(a)[:1]) + deed(a)[1:]
	if a.Squeeze.Assumed && keepsToday(a) {
		then = "as it is, one replica takes " + strings.Trim(hardware(a.First), "()")
		if a.First.Replicas > 1 {
			then = "as it is, take " + fleet(a.First)
		}
	}
	return line(a.Squeeze.Change) + " first; " + then + later(a) + "."
}

// measureFirst says why nothing can be promised of what is to be measured.
func measureFirst(a *advice.Advice) string {
	if t := a.Today; t != nil && t.Excuse != nil && t.Excuse.Code == candidate.Measured {
		return fleet(t.Evaluation) + " does not hold: " + line(t.Excuse.Text) + "."
	}
	why := "nothing is known of it"
	if x := nearest(a); x != nil {
		why = strings.TrimSuffix(line(x.Text), ".")
	}
	return "Measure first: " + why + ", so no rate can be promised on " + fleet(a.Plan) + "."
}

// nothingHolds says that no plan is known to hold, and what is in the way of the nearest.
func nothingHolds(a *advice.Advice) string {
	if a.Workload.JobAlone {
		return "No plan is known to finish the job within " + duration(a.Workload.JobWindow) + "."
	}
	s := "No plan is known to hold " + requests(a.Workload.PlanQPS, 0)
	if b := bounds(a.Workload); b != "" {
		s += " within " + b
		if a.Workload.LatencySeconds > 0 && boundAssumed(a) {
			s += " (assumed)"
		}
	}
	return s + "."
}

// deed is what to do now, in the words of an order.
func deed(a *advice.Advice) string {
	e, how := a.First, form(a.First)
	switch {
	case keepsToday(a) && replicaAssumed(a):
		return "Use " + fleet(e)
	case keepsToday(a):
		return "Keep " + fleet(e)
	case a.Today == nil:
		return "Take " + fleet(e) + how
	case a.Strategy == candidate.None:
		return "Keep " + fleet(e) + " and serve" + how
	case a.Strategy == candidate.Horizontal && len(a.Roadmap) > 1 && e.Replicas == a.Today.Replicas:
		return "Keep " + fleet(e) + " and serve" + how
	case a.Strategy == candidate.Horizontal && len(a.Roadmap) > 1 && e.Replicas < a.Today.Replicas: // though more is wanted later
		return "Scale in to " + fleet(e) + how
	case a.Strategy == candidate.Horizontal:
		return "Scale " + line(a.Direction) + " to " + fleet(e) + how
	}
	return "Take " + fleet(e) + how + " instead of " + fleet(a.Today.Evaluation)
}

// keepsToday reports whether nothing is to be changed now.
func keepsToday(a *advice.Advice) bool {
	if a.Today == nil {
		return false
	}
	if len(a.Roadmap) > 1 {
		return a.Roadmap[0].Strategy == candidate.None && !a.Roadmap[0].Optimized
	}
	return a.Strategy == candidate.None && !a.Optimized
}

// replicaAssumed reports whether the accelerators of a replica are as many as the model needs, and were not named.
func replicaAssumed(a *advice.Advice) bool {
	return a.Today != nil && a.Today.PerReplica > 1 && isAssumed(a, "gpus_per_replica")
}

// later is what follows until the horizon: " now, 11 by November 2027", " until April 2028".
func later(a *advice.Advice) string {
	n := len(a.Roadmap)
	if n < 2 {
		return ""
	}
	last := a.Roadmap[n-1]
	switch {
	case keepsToday(a):
		next := a.Roadmap[1]
		return " until " + monthOf(next.Date) + ", then " + strings.ToLower(verb(a, next.Plan)) + " to " + fleet(next.Plan) + form(next.Plan)
	case last.Plan.Replicas != a.First.Replicas:
		return " now, " + count(last.Plan.Replicas) + " by " + monthOf(last.Date)
	}
	return ""
}

// verb is what a change is called. Other hardware that costs no more is hardly scaled up to, whatever
// its data sheet says.
func verb(a *advice.Advice, to candidate.Evaluation) string {
	switch {
	case a.Strategy == candidate.Vertical && a.Direction == "up" && to.Priced && to.CostPerMonth <= a.Today.CostPerMonth:
		return "Change"
	case a.Strategy == candidate.Horizontal, a.Strategy == candidate.Vertical:
		return "Scale " + line(a.Direction)
	}
	return "Change"
}

func monthOf(t time.Time) string { return t.Format("January 2006") }

// fleet is a number of replicas and their hardware: "4 × L4", "5 × c7i.xlarge".
func fleet(e candidate.Evaluation) string {
	if e.Replicas == 0 {
		return "no plan"
	}
	return line(count(e.Replicas) + " × " + hardware(e))
}

// hardware is what one replica owns: a processor goes by the machine that is rented.
func hardware(e candidate.Evaluation) string {
	words := e.HardwareWords()
	if strings.Contains(words, "-vCPU ") && e.InstanceType != "" && e.ReplicasPerInstance == 1 {
		return e.InstanceType
	}
	return words
}

// planned is a plan in a sentence: "4 × L4 with TensorRT".
func planned(e candidate.Evaluation) string { return fleet(e) + form(e) }

// form is how the model is served where that is not as today: " in fp8", " with TensorRT".
func form(e candidate.Evaluation) string {
	var with []string
	in := ""
	for _, o := range e.Optimizations {
		if o == e.Precision {
			in = " in " + line(o)
		} else {
			with = append(with, runtimeName(o))
		}
	}
	if len(with) == 0 {
		return in
	}
	return in + " with " + strings.Join(with, " and ")
}

// price is the money of the first line: now, today and the change.
func price(a *advice.Advice) string {
	c := a.Cost
	switch {
	case !a.Feasible || a.First.Replicas == 0:
		return ""
	case !c.Now.Known:
		return "price not known"
	case a.First.Owned > 0 && a.First.Rented == 0 && c.Now.USD == 0:
		return "owned, nothing to rent"
	}
	s := money(c.Now.USD) + " USD/month"
	if c.Horizon.Known && money(c.Horizon.USD) != money(c.Now.USD) {
		s = "now " + s
	}
	switch {
	case !c.Change.Known:
		return s
	case replicaAssumed(a) && keepsToday(a):
		return s
	case money(c.Now.USD) == money(c.Today.USD):
		return s + ", unchanged"
	}
	return s + " (today " + money(c.Today.USD) + ", " + signed(c.Change.USD) + ")"
}

// signed is a change of money with its sign.
func signed(v float64) string {
	if v < 0 {
		return "−" + money(-v)
	}
	return "+" + money(v)
}

// serving is the second line: load, latency against its bound, what is free with its range, and
// what may fail.
func serving(a *advice.Advice) string {
	e := a.First
	switch {
	case !a.Feasible || e.Replicas == 0:
		return ""
	case a.Workload.JobAlone:
		return job(a) + outlasted(e) + ". " + sparedOf(a)
	}
	parts := requests(e.DemandQPS, 0)
	parts += answering(a, e)
	if f := free(e); f != "" {
		if generates(a.Workload) {
			parts += ". " + f
		} else {
			parts += ", " + f
		}
	}
	parts += ". "
	if e.JobSeconds > 0 && a.Workload.JobWindow > 0 {
		parts += job(a) + ". "
	}
	return parts + sparedOf(a)
}

// job is how long the job over the data takes, against its window.
func job(a *advice.Advice) string {
	return "The job takes " + duration(a.First.JobSeconds) + " of the " + duration(a.Workload.JobWindow) + " that it has"
}

// outlasted says until when the data of a job grow within what it has.
func outlasted(e candidate.Evaluation) string {
	if e.HoldsUntil.IsZero() {
		return ""
	}
	return ", until " + e.HoldsUntil.Format(time.DateOnly)
}

// answering is the latency at the load, each time with its bound.
func answering(a *advice.Advice, e candidate.Evaluation) string {
	w, digits := a.Workload, digitsOf(e)
	checked := ""
	if e.Verified == candidate.Passed {
		checked = ", simulated"
	}
	if generates(w) {
		var parts []string
		if e.TTFT > 0 && finite(e.TTFT) {
			parts = append(parts, "first token "+about(e.TTFT, digits)+bounded(w.TTFT, isAssumed(a, "ttft")))
		}
		if e.TPOT > 0 && finite(e.TPOT) {
			parts = append(parts, about(e.TPOT, digits)+" a token"+bounded(w.TPOT, isAssumed(a, "tpot")))
		}
		if len(parts) == 0 {
			return ""
		}
		return ": " + strings.Join(parts, ", ") + ", " + tokenPercentile(w) + checked
	}
	l, name := tail(e, w)
	if l <= 0 || !finite(l) {
		return ""
	}
	return " at " + name + " " + about(l, digits) + checked + bounded(w.LatencySeconds, boundAssumed(a))
}

// boundAssumed reports whether nobody gave the bound on latency.
func boundAssumed(a *advice.Advice) bool { return isAssumed(a, "p99") || isAssumed(a, "latency") }

// bounded is a bound in brackets; nothing where there is none.
func bounded(seconds float64, assumed bool) string {
	switch {
	case seconds <= 0:
		return ""
	case assumed:
		return " (bound " + duration(seconds) + ", assumed)"
	}
	return " (bound " + duration(seconds) + ")"
}

// rangeName names the range of a capacity: what one measurement of the user's leaves open, or what a
// prediction does.
func rangeName(measuredOnce bool) string {
	if measuredOnce {
		return "one measurement"
	}
	return "90 %"
}

// free is the share of the capacity that the peak leaves, with its range.
func free(e candidate.Evaluation) string {
	if e.CapacityQPS <= 0 || e.Utilization > 1 || e.DemandQPS <= 0 {
		return ""
	}
	lowest, capacity, highest := e.Reach()
	s := wholePercent(1-e.DemandQPS/capacity) + " % free"
	if digitsOf(e) == moreDigits {
		return s
	}
	low, high := 1-e.DemandQPS/lowest, 1-e.DemandQPS/highest
	if wholePercent(low) == wholePercent(high) {
		return s
	}
	by := rangeName(e.MeasuredOnce())
	if !e.MeasuredOnce() {
		by += " range"
	}
	if low <= 0 {
		return s + " (" + by + ": none to " + wholePercent(high) + " %)"
	}
	return s + " (" + by + ": " + wholePercent(low) + " to " + wholePercent(high) + " %)"
}

// wholePercent is a fraction in whole percent; what is nearly everything stays below it.
func wholePercent(v float64) string {
	p := fmt.Sprintf("%.0f", 100*v)
	if p == "100" && v < 1 {
		return "over 99"
	}
	return p
}

// sparedOf says how many machines may fail now, and at the horizon where those are fewer.
func sparedOf(a *advice.Advice) string {
	now, then := a.First, a.Plan.SurvivesMachines
	words := spared(now)
	if len(a.Roadmap) > 1 || a.Plan.Replicas != now.Replicas || then >= now.SurvivesMachines {
		return words
	}
	fewer := "none"
	if then > 0 {
		fewer = count(then)
	}
	return strings.TrimSuffix(words, ".") + " now, " + fewer + " at the horizon."
}

// spared says how many machines may fail, and how many more where more replicas cost no more.
func spared(e candidate.Evaluation) string {
	words := "Survives no failed machine"
	switch n := e.SurvivesMachines; {
	case n == 1:
		words = "Survives 1 machine"
	case n > 1:
		words = "Survives " + count(n) + " machines"
	}
	if e.MayLose() > e.SurvivesMachines {
		return words + "; " + count(e.Full.Replicas) + " replicas on the same machines cost no more and survive " + count(e.Full.SurvivesMachines) + "."
	}
	return words + "."
}

// doubt is the largest doubt about the plan and what settles it; "" where there is none.
func doubt(a *advice.Advice) string {
	if all := a.Doubts(); len(all) > 0 {
		return remark(all[0])
	}
	return ""
}

// remark is a finding with what to do and the rule that says it.
func remark(f advice.Finding) string {
	return sentence(f.Message) + " " + sentence(f.Remedy) + " [" + line(f.Rule) + "]"
}
