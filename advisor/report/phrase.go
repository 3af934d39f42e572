package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
)

// The phrases that the table and Markdown share. All of them are sanitised and
// stand on one line.

// title is the recommendation in one sentence, or says that nothing holds.
func title(a *advice.Advice) string {
	if a.Criterion == choice.Unknown {
		return measureFirst(a)
	}
	if !a.Feasible {
		return nothingHolds(a)
	}
	return verb(a) + ": " + planned(a.Plan, a.Strategy.ChangesCount()) + ". " + holds(a) + "."
}

// measureFirst says why nothing can be promised of what is to be measured.
func measureFirst(a *advice.Advice) string {
	return "Measure first: " + strings.TrimSuffix(line(nearest(a).Text), ".") + ", so no rate can be promised on " + planned(a.Plan, false) + "."
}

// verb says what to do.
func verb(a *advice.Advice) string {
	v := deed(a)
	switch {
	case !a.Optimized:
		return v
	case a.Strategy == candidate.None:
		return "Optimize the model, keep the hardware"
	case a.Strategy == candidate.Combined:
		return v + ", and optimize"
	}
	return v + " and optimize"
}

func deed(a *advice.Advice) string {
	switch a.Strategy {
	case candidate.None:
		if a.Today == nil {
			return "No scaling needed"
		}
		return "Keep what runs today"
	case candidate.Horizontal, candidate.Vertical:
		return "Scale " + line(a.Direction)
	case candidate.Combined:
		return "Change machine and count"
	}
	return "No strategy"
}

// planned is a plan within a sentence: "7 × A10, int8". Where the number of
// replicas was sized, the margin that confidence adds stands beside it.
func planned(e candidate.Evaluation, sized bool) string {
	if e.Replicas == 0 {
		return "no plan"
	}
	n := count(e.Replicas)
	if sized && e.ExpectedReplicas > 0 && e.ExpectedReplicas != e.Replicas {
		n += fmt.Sprintf(" (expected %s, 90 %% %s–%s)", count(e.ExpectedReplicas), count(e.ReplicasLow), count(e.ReplicasHigh))
	}
	return line(strings.Join(append([]string{n + " × " + e.HardwareWords()}, e.Served()...), ", "))
}

// compact is a plan within a cell: "7 × A10 int8".
func compact(e candidate.Evaluation) string {
	if e.Replicas == 0 {
		return none
	}
	return line(e.Words())
}

// holds says how the plan holds: utilization, latency, losses, until when.
func holds(a *advice.Advice) string {
	e := a.Plan
	if a.Workload.JobAlone {
		return "The job takes " + duration(e.JobSeconds) + " of the " + duration(a.Workload.JobWindow) + " that it has"
	}
	s := percent(e.Utilization) + " of its limit"
	if l := latency(e, a.Workload); l != "" {
		s += " at " + l
	}
	s += "; " + losses(e)
	if !e.HoldsUntil.IsZero() {
		s += "; holds until " + e.HoldsUntil.Format(time.DateOnly)
	}
	return s
}

// losses says the loss of how many machines is survived: machines fail, and replicas with them.
func losses(e candidate.Evaluation) string {
	switch {
	case e.SurvivesMachines == 1:
		return "survives the loss of 1 machine"
	case e.SurvivesMachines > 1:
		return "survives the loss of " + count(e.SurvivesMachines) + " machines"
	}
	return "does not survive the loss of a machine"
}

// tail is the latency that the workload asks about, in seconds, and the name of
// its percentile.
func tail(e candidate.Evaluation, s advice.Summary) (seconds float64, name string) {
	if s.LatencySeconds == 0 || s.Percentile == 0 {
		return e.P99, "p99"
	}
	return e.Latency, percentile(s)
}

func percentile(s advice.Summary) string {
	if s.LatencySeconds == 0 || s.Percentile == 0 {
		return "p99"
	}
	return "p" + measure(math.Round(s.Percentile*1e5)/1e3, "")
}

// nothingHolds says plainly that no plan is feasible, what is nearest, what is
// wrong with it, and what would be enough.
func nothingHolds(a *advice.Advice) string {
	s := "Nothing holds " + rate(a.Workload.PlanQPS)
	if b := bounds(a.Workload); b != "" {
		s += " within " + b
	}
	if a.Plan.Replicas == 0 {
		return s + ", and no configuration comes near."
	}
	s += " under these limits. The nearest is " + variant(a.Strategy, a.Optimized) + " (" + planned(a.Plan, false) + ")"
	x := nearest(a)
	if x == nil {
		return s + ", up to " + rate(a.Plan.CapacityQPS) + "."
	}
	if t := line(x.Text); t != "" {
		s += ": " + strings.TrimSuffix(t, ".")
	}
	if len(x.Also) > 0 {
		return s + "; also: " + strings.Join(x.Also, ", ") + "."
	}
	return s + ". " + enough(x.NearMiss)
}

// nearest is the excuse of the plan that comes nearest.
func nearest(a *advice.Advice) *candidate.Excuse {
	for _, alt := range a.Alternatives {
		if alt.Chosen {
			return alt.Excuse
		}
	}
	return nil
}

// enough says what would have been enough.
func enough(m candidate.NearMiss) string {
	if m.Trait == "" || !finite(m.Needed) {
		return ""
	}
	s := "Enough would be " + inWords(m.Trait) + " " + measure(m.Needed, m.Unit)
	if finite(m.Value) {
		s += " instead of " + measure(m.Value, m.Unit)
	}
	return s + "."
}

// inWords is a trait's name in words.
func inWords(trait string) string {
	return strings.NewReplacer("_", " ", "ttft", "TTFT", "tpot", "TPOT", "qps", "QPS").Replace(line(trait))
}

// cost is what the plan costs, of what, and per request.
func cost(e candidate.Evaluation) string {
	if e.Replicas == 0 {
		return ""
	}
	if !e.Priced {
		return "No price is known for this hardware, so its cost is unknown."
	}
	if e.Owned > 0 && e.Rented == 0 {
		return "Nothing to rent: it stands on hardware that is owned."
	}
	instances := e.Instances
	if e.Owned > 0 {
		instances = e.Rented
	}
	rented := line(strings.Join([]string{count(instances), "×", e.Cloud, e.InstanceType, listed(e.Hosting)}, " "))
	s := money(e.CostPerMonth) + " USD a month (" + rented
	if e.AsOf != "" {
		s += ", " + dated(e.AsOf)
	}
	if e.CostPerMillion == 0 && e.JobSeconds > 0 {
		s += ", for the hours of the job once a day"
	}
	if e.Owned > 0 {
		s += ", beside " + count(e.Owned) + " on what is owned"
	}
	s += ")"
	if e.CostPerMillion > 0 {
		s += ", " + money(e.CostPerMillion) + " USD per million requests"
		if e.CostPerMTokens > 0 {
			s += " and " + money(e.CostPerMTokens) + " per million tokens"
		}
		if !e.CostPerMillionMean {
			s += " at the peak rate"
		}
	}
	return s + "."
}

// dated is the date of a price as its source says it, without brackets within brackets.
func dated(asOf string) string {
	s := line(asOf)
	if why, ok := strings.CutPrefix(s, "undated ("); ok {
		return "price undated: " + strings.TrimSuffix(why, ")")
	}
	return s
}

// listed is the price list that a price is on, with what is to be known of it.
func listed(h candidate.Hosting) string {
	if len(h.Purchase) > 1 && h.Owned == 0 {
		return "(" + bought(h.Purchase, h.BreakEven) + ")"
	}
	words := pricing(h.Pricing)
	if h.Derived {
		words += " (derived price)"
	}
	if h.NoPrice != "" {
		words += ", as no price for " + pricing(h.NoPrice) + " is known"
	}
	return words
}

// pricing is a price list in words.
func pricing(p string) string { return line(candidate.PricingWords(p)) }

// bought is how machines are bought on several price lists, and from when on a commitment pays.
func bought(lines []candidate.Bought, breakEven float64) string {
	parts := make([]string, 0, len(lines))
	for _, b := range lines {
		text := count(b.Machines) + " " + pricing(b.Pricing) + " " + money(b.CostPerMonth) + " USD"
		if b.Derived {
			text += " (derived price)"
		}
		parts = append(parts, text)
	}
	out := strings.Join(parts, ", ")
	if breakEven > 0 {
		out += "; a commitment pays from " + percent(breakEven) + " of the hours"
	}
	return out
}
