package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
)

// The lines of the first screen below the table.

// deployed is today's deployment: what it is, what it carries, and how that compares with the load.
func deployed(a *advice.Advice) []string {
	t := a.Today
	if t == nil {
		return nil
	}
	s := fleet(t.Evaluation)
	if how := served(a.Workload, t.Evaluation); how != "" {
		s += ", " + how
	}
	return []string{s + reach(a, t)}
}

// served is what executes the model and in which precision.
func served(w advice.Summary, e candidate.Evaluation) string {
	return strings.TrimSpace(runtimeName(w.Runtime) + " " + line(e.Precision))
}

// reach is what today's deployment carries, against the load.
func reach(a *advice.Advice, t *advice.Today) string {
	e := t.Evaluation
	switch {
	case t.Excuse != nil && t.Excuse.Code == candidate.Unknown:
		return ": its capacity has to be measured"
	case t.Excuse != nil && t.Excuse.Code == candidate.Measured:
		return ": does not hold as measured"
	case a.Workload.JobAlone && t.Holds && !t.HoldsUntil.IsZero():
		return ": holds until " + t.HoldsUntil.Format(time.DateOnly)
	case a.Workload.JobAlone && t.Holds:
		return ": holds"
	case t.Excuse != nil && t.Excuse.Code == candidate.SlowAlone || a.Workload.JobAlone || e.Basis == "" || e.CapacityQPS <= 0:
		return ": " + orElse(t.Excuse, "what it carries is not known")
	}
	s := ", carries " + requests(e.CapacityQPS, digitsWithin(e))
	if d := digitsWithin(e); digitsOf(e) == fewDigits {
		low, high, _ := ratesAround(e.CapacityQPS, e.LowQPS, e.HighQPS, d)
		s += " (" + rangeName(e.MeasuredOnce()) + ": " + low + " to " + high + ")"
	}
	switch {
	case t.Holds && !t.AtHorizon.Holds && !t.HoldsUntil.IsZero():
		return s + ": holds until " + t.HoldsUntil.Format(time.DateOnly)
	case t.Holds && !t.AtHorizon.Holds:
		return s + ": holds now, not at the horizon (" + excused(t.AtHorizon.Excuse) + ")"
	case t.Holds:
		return s + ": holds, " + used(e.Utilization) + " of it used"
	case e.Utilization > 1 && e.Utilization < barelyShort:
		return s + ": just less than you need"
	case e.Utilization > 1:
		return s + ": you need " + multiple(e.Utilization) + " × that"
	}
	return s + ": " + orElse(t.Excuse, "does not hold")
}

// ratesAround are the ends of the range of a rate in the unit in which that is shown; 0 digits leave
// them as they are.
func ratesAround(of, low, high float64, digits int) (from, to, per string) {
	within := func(v float64) float64 {
		if digits > 0 {
			return rounded(v, digits)
		}
		return v
	}
	_, per, _ = strings.Cut(rate(within(of)), "/")
	in := func(v float64) string {
		if number, own, _ := strings.Cut(rate(within(v)), "/"); own == per {
			return number
		}
		return unit.Format(unit.Number, within(v*periods[per]))
	}
	return in(low), in(high), "/" + per
}

// periods are the seconds of the periods that rates are told by.
var periods = map[string]float64{"s": 1, "min": 60, "h": 3600, "day": 24 * 3600, "month": unit.Month}

// used is a share in percent, two digits of it.
func used(share float64) string { return percent(rounded(share, fewDigits)) }

// barelyShort is the share of its capacity below which a load is just more than it carries.
const barelyShort = 1.05

// multiple is a factor with two digits.
func multiple(v float64) string {
	return grouped(rounded(v, fewDigits), decimalsOf(v, fewDigits))
}

// orElse is the text of an excuse, or what stands where there is none.
func orElse(e *candidate.Excuse, text string) string {
	if e == nil {
		return text
	}
	return excused(e)
}

// elsewhere is what another cloud or vendor would cost, in parts; none where that is no less.
func elsewhere(a *advice.Advice) []string {
	e := a.Elsewhere
	switch {
	case e == nil:
		return nil
	case e.Taken:
		return []string{"the plan needs " + strings.Join(e.Moves, " and ")}
	}
	plan := planned(e.Plan) + ", " + money(e.Plan.CostPerMonth) + " USD/month" + then(a)
	if e.Saves > 0 && e.Plan.CostPerMonth > 0 {
		plan += " (saves " + used(e.Saves/(e.Saves+e.Plan.CostPerMonth)) + ")"
	}
	parts := append([]string{plan}, e.Moves...)
	if !e.Plan.Measured() {
		parts = append(parts, "predicted only")
	}
	return append(parts, "--stay none allows it")
}

// then says that a number is the horizon's, where the load grows until then.
func then(a *advice.Advice) string {
	if len(a.Roadmap) > 1 {
		return " at the horizon"
	}
	return ""
}

// because is one sentence with the numbers that decide, the criterion, and the principle behind it.
func because(a *advice.Advice) []string {
	e := a.First
	if !a.Feasible || keepsToday(a) || e.Replicas == 0 || e.CapacityQPS <= 0 || a.Workload.JobAlone {
		return nil
	}
	if spareOnly(a) {
		return []string{"One " + replicaOf(e) + " would carry it, but " + count(a.Today.Replicas) + " run today, so a spare stays: --availability none allows one"}
	}
	by := line(a.Criterion.Because(a.Margin))
	if a.DecidedBy != string(a.Criterion) {
		by = "decided by " + line(a.DecidedBy)
	}
	if sizedByJob(a) {
		return append([]string{"The job takes " + count(a.Plan.Replicas) + " × " + replicaOf(a.Plan) + " to be done within " + duration(a.Workload.JobWindow) + then(a) + ": " + by}, principleBehind(a)...)
	}
	s := "Each " + replicaOf(e) + " carries " + requests(e.CapacityQPS/float64(e.Replicas), digitsOf(e))
	if b := bounds(a.Workload); b != "" {
		s += " within " + b
	}
	if t := a.Today; t != nil && t.CapacityQPS > 0 && replicaOf(t.Evaluation) != replicaOf(e) {
		s += ", today's " + hardware(t.Evaluation) + " " + requests(t.CapacityQPS/float64(t.Replicas), digitsOf(t.Evaluation))
	}
	if _, through, _ := e.Reach(); through < e.CapacityQPS {
		s += "; its machine lets " + requests(through/float64(e.Replicas), digitsOf(e)) + " through"
	}
	load := e.DemandQPS
	if len(a.Roadmap) < 2 {
		load = a.Plan.DemandQPS // what is bought now is all that is bought
	}
	s += "; for " + enumerated(append([]string{requests(load, 0)}, reserve(a)...)) + " it takes " + count(e.Replicas)
	return append([]string{s + ": " + by}, principleBehind(a)...)
}

// sizedByJob reports whether a replica less would leave the job over the data unfinished.
func sizedByJob(a *advice.Advice) bool {
	e, window := a.Plan, a.Workload.JobWindow
	return window > 0 && e.Replicas > 1 && e.JobSeconds*float64(e.Replicas)/float64(e.Replicas-1) > window
}

// spareOnly reports whether the second of two replicas is there for the loss of the first alone, as
// today has spares: one carries all that is planned for, its range and the headroom included.
func spareOnly(a *advice.Advice) bool {
	e := a.First
	return a.Today != nil && a.Today.Replicas > 1 && e.Replicas == 2 && e.LossesRequired == 0 && e.SurvivesMachines == 1 && len(a.Roadmap) < 2 &&
		2*a.Plan.DemandQPS <= min((1-a.Workload.Headroom)*e.CapacityQPS, e.LowQPS)
}

// principleBehind is the principle of the finding that decides; none where none has a word on it.
func principleBehind(a *advice.Advice) []string {
	f := a.Deciding()
	if f == nil || len(f.Principles) == 0 {
		return nil
	}
	for _, p := range a.Principles {
		if p.ID == f.Principles[0] && line(p.Title) != "" {
			return []string{"principle: " + line(p.Title)}
		}
	}
	return nil
}

// replicaOf is a replica and how it serves.
func replicaOf(e candidate.Evaluation) string { return hardware(e) + form(e) }

// enumerated lists parts in a sentence: "a, b and c".
func enumerated(parts []string) string {
	n := len(parts)
	if n < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
}

// reserve is what a plan is sized for beside the load: growth until the next step, spares, headroom,
// confidence.
func reserve(a *advice.Advice) []string {
	var parts []string
	if len(a.Roadmap) > 1 {
		parts = append(parts, "growth until "+a.Roadmap[1].Date.Format("2 January"))
	}
	switch n := a.First.LossesRequired; {
	case n == 1:
		parts = append(parts, "a spare")
	case n > 1:
		parts = append(parts, count(n)+" spares")
	case a.First.KeepsSpare:
		parts = append(parts, "a spare as today (--availability none drops it)")
	}
	if h := a.Workload.Headroom; h > 0 {
		parts = append(parts, used(h)+" free")
	}
	if digitsOf(a.First) == fewDigits && a.Confidence > 0 && !a.First.MeasuredOnce() {
		parts = append(parts, percent(a.Confidence)+" confidence")
	}
	return parts
}

// assumedBefore are marked as assumed in the headline and the workload.
var assumedBefore = map[string]bool{
	"model": true, "input_tokens": true, "output_tokens": true, "image_size": true, "audio_length_s": true, "steps": true, "items": true,
	"p99": true, "latency": true, "ttft": true, "tpot": true, "growth": true,
}

// assumedShown are the other assumptions that shape the numbers of the first screen; --explain says the
// rest.
var assumedShown = map[string]bool{
	"runtime": true, "precision": true, "peak_to_mean": true, "concurrency": true, "service_cv": true,
	"measured_on": true, "engine": true, "gpu": true, "machine": true, "replica_availability": true, "replicas": true,
}

// assumed are the assumptions of the first screen, and the number of the others.
func assumed(a *advice.Advice) []string {
	var parts []string
	rest := 0
	for _, x := range a.Assumptions {
		if assumedBefore[x.Trait] {
			continue // marked where it stands
		}
		if !assumedShown[x.Trait] || x.Trait == "peak_to_mean" && x.Value == 1.0 {
			rest++
			continue
		}
		parts = append(parts, assumption(x))
	}
	if len(parts) == 0 {
		return nil
	}
	if rest > 0 {
		parts = append(parts, count(rest)+" more: --explain")
	}
	return parts
}

// asked is what is served as it was understood, without what the headline and today's line say:
// the load, the bounds, what executes it today.
func asked(a *advice.Advice) []string {
	w := a.Workload
	var parts []string
	for _, p := range append(demand(w), terms(w)...) {
		said := slices.Contains(p.traits, "qps") || slices.Contains(p.traits, "p99") || p.bound || slices.Contains(p.traits, "runtime") && a.Today != nil && a.Today.Replicas > 0
		switch {
		case p.text == "" || said && !(slices.Contains(p.traits, "qps") && w.MeanQPS > 0):
		default:
			parts = append(parts, p.shown(a))
		}
	}
	return parts
}

// prices is where the prices are from, of which date, and what a request costs.
func prices(a *advice.Advice) []string {
	if len(a.PricedAt) > 0 {
		return []string{priceless(a.Plan.AcceleratorName, a.PricedAt)}
	}
	e := a.First
	if !a.Feasible || e.Replicas == 0 || !e.Priced || e.Owned > 0 && e.Rented == 0 {
		return nil
	}
	at := line(strings.Join([]string{e.Cloud, e.Region}, " "))
	what := line(e.InstanceType + " " + listed(e.Hosting))
	if e.Owned > 0 {
		what = count(e.Rented) + " × " + what + ", beside " + count(e.Owned) + " on what is owned"
	}
	parts := []string{at, what}
	if e.AsOf != "" {
		when := dated(e.AsOf)
		if a.Cost.Stale {
			when += fmt.Sprintf(" (%d days old)", a.Cost.Age)
		}
		parts = append(parts, when)
	}
	if e.CostPerMillion == 0 && e.JobSeconds > 0 {
		parts = append(parts, "for the hours of the job once a day")
	}
	s := strings.Join(parts, ", ")
	if e.CostPerMillion > 0 {
		s += "; " + money(e.CostPerMillion) + " USD per million requests"
		if e.CostPerMTokens > 0 {
			s += ", " + money(e.CostPerMTokens) + " per million tokens"
		}
		if !e.CostPerMillionMean {
			s += " at the peak"
		}
	}
	parts = []string{s, withoutLine()}
	if len(a.TodayAt) > 0 {
		parts = append(parts, priceless("today's "+a.Today.AcceleratorName, a.TodayAt))
	}
	return parts
}

// next writes the step that settles the largest doubt, and what it brings beside or below it.
func (s *screen) next(a *advice.Advice) {
	step := a.Settle
	if step.Flags == "" {
		return
	}
	command, gain := s.signs("scaleadvise … "+line(step.Flags)), s.signs(line(step.Gain))
	switch beside := margin + width(command) + 4 + width(gain); {
	case s.o.Plain:
		s.put("Next: "+command+": "+gain, plain)
	case beside <= s.width:
		s.put(s.painted(pad("Next", margin), faint)+command+"    "+s.painted(gain, faint), plain)
	default:
		s.put(s.painted(pad("Next", margin), faint)+command, plain)
		s.paragraph(pad("", margin+2), gain, faint)
	}
}

// priceless says where hardware without a price has one.
func priceless(name string, at []advice.Offered) string {
	var places []string
	for _, p := range at {
		place := line(p.Cloud)
		if p.Region != "all" && p.Region != "" {
			place += " " + line(p.Region)
		}
		places = append(places, place+" "+money(p.USDPerHour)+" USD/h")
	}
	return fmt.Sprintf("none here for %s; elsewhere %s each (--cloud %s, --region, or --price)", line(name), strings.Join(places, ", "), line(at[0].Cloud))
}
