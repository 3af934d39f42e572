package quiz

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/workload"
)

// claim is one thing that may stand in a plan's way.
type claim struct {
	code      string
	text      string
	principle string
	refuted   string // why it is not so here; "" where it is, or where nothing is known
}

// claims are all that may stand in the way of a plan, each with what refutes it.
func (a author) claims(e candidate.Evaluation, holds bool) []claim {
	w := a.base.Workload
	return []claim{
		{candidate.Throughput, "The load is more than it carries within the bounds", "tail-grows",
			when(e.CapacityQPS >= e.DemandQPS && e.DemandQPS > 0, "It carries %s within the bounds; the load is %s.", rate(e.CapacityQPS), rate(e.DemandQPS))},
		{candidate.SlowAlone, "One request alone is slower than the bound", "slow-alone",
			when(e.Alone > 0 && e.Alone < w.LatencySeconds, "Alone a request takes %s, and the bound is %s.", seconds(e.Alone), seconds(w.LatencySeconds))},
		{candidate.Memory, "The model does not fit its memory", "memory-first",
			when(e.WeightsGiB > 0 && e.WeightsGiB < e.UsableGiB*float64(max(e.PerReplica, 1)), "The weights take %s of %s GiB usable.", factor(e.WeightsGiB), factor(e.UsableGiB))},
		{candidate.Dearer, "It holds, but costs more than another plan that holds", "cheapest-per-request", a.notDearer(e, holds)},
		{candidate.Budget, "It is over the budget", "cheapest-per-request", a.affordable(e)},
		{candidate.Losses, "It cannot lose the servers that it must be able to lose", "redundancy-by-availability",
			when(w.Availability == 0, "No availability was promised, so no loss has to be survived.")},
		{candidate.ReplicaLimit, "It needs more replicas than are allowed", "scalability-peak", a.unlimited()},
		{candidate.JobWindow, "The job over the data takes longer than its window", "growth-patterns",
			when(w.Data == "", "There are no data and no job in this workload.")},
		{candidate.ScalingPeak, "Beyond its peak more replicas make it slower", "scalability-peak",
			when(e.Replicas == 1, "There is one replica, so there is no other to wait for.")},
	}
}

func when(holds bool, format string, args ...any) string {
	if !holds {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

// notDearer refutes that a plan lost by its price: it does not hold, or costs less.
func (a author) notDearer(e candidate.Evaluation, holds bool) string {
	switch {
	case !holds:
		return "It does not hold at all, so its price does not matter."
	case e.Priced && a.base.Plan.Priced && e.CostPerMonth < a.base.Plan.CostPerMonth:
		return fmt.Sprintf("It costs %s, less than the plan.", usd(e.CostPerMonth))
	}
	return ""
}

func (a author) affordable(e candidate.Evaluation) string {
	budget := a.base.Workload.Budget
	if budget == 0 {
		return "No budget was given."
	}
	return when(e.Priced && e.CostPerMonth <= budget, "It costs %s, and the budget is %s.", usd(e.CostPerMonth), usd(budget))
}

func (a author) unlimited() string {
	_, limited := a.trait("max_replicas")
	return when(!limited, "No limit on replicas was given.")
}

// obstacle makes the question what stands in the way of a plan: the claim of the excuse's code
// against three that are refuted.
func (a author) obstacle(i Item, e candidate.Evaluation, excuse *candidate.Excuse, holds bool) (Item, bool) {
	for _, c := range a.claims(e, holds) {
		switch {
		case c.code == excuse.Code:
			i.Answer, i.Principles = c.text, []string{c.principle}
		case c.refuted != "":
			i.Wrong = append(i.Wrong, Wrong{Choice: c.text, Why: c.refuted})
		}
	}
	if i.Answer == "" {
		return i, false
	}
	i = unsure(i, e, excuse)
	i.Wrong = append(i.Wrong, a.said("vertical-limit", 0), a.said("vertical-limit", 2))
	// One wrong answer of the three is the lesson's.
	if n := len(i.Wrong); n > wrongChoices && i.Principles[0] == "tail-grows" {
		i.Wrong[wrongChoices-1] = i.Wrong[n-2]
	}
	return whole(i)
}

// unsure words the obstacle of a plan that carries the load as expected, and not with the
// confidence asked: that it carries less is then a near miss.
func unsure(i Item, e candidate.Evaluation, excuse *candidate.Excuse) Item {
	if excuse.Code != candidate.Throughput || e.CapacityQPS < e.DemandQPS {
		return i
	}
	near := Wrong{Choice: i.Answer, Why: fmt.Sprintf("Its expected capacity is %s for a load of %s. What is missing is room for the uncertainty.", rate(e.CapacityQPS), rate(e.DemandQPS))}
	i.Answer, i.Principles = "Its expected capacity is enough, but not with the confidence asked for", []string{"forecasts-have-intervals"}
	i.Wrong = append([]Wrong{near}, i.Wrong...)
	return i
}

// whyNot asks why a strategy that lost did so.
func (a author) whyNot() (Item, bool) {
	alt, ok := a.loser()
	if !ok {
		return Item{}, false
	}
	i := Item{
		ID: "yours-why-not", Level: Medium, Topic: "limits",
		Prompt: fmt.Sprintf("%s%s. The plan is %s%s. Why is it not %s? Its figures. %s", a.scene(), a.present(), a.base.Plan.Words(),
			a.price(), alt.Plan.Words(), strings.Join(a.measured(*alt.Plan), " ")),
		Because: a.lost(alt), Hint: "Go through what it must do, one after the other: fit, be fast alone, carry the load, survive, cost least.",
		Steps: append(a.measured(*alt.Plan), a.lost(alt)),
	}
	return a.obstacle(i, *alt.Plan, alt.Excuse, alt.Feasible)
}

// price is what the chosen plan costs, as part of a prompt.
func (a author) price() string {
	if !a.base.Plan.Priced {
		return ""
	}
	return " at " + usd(a.base.Plan.CostPerMonth)
}

// loser is the plain alternative whose defeat says most: one machine made stronger, more of
// the same, both.
func (a author) loser() (advice.Alternative, bool) {
	for _, s := range candidate.Strategies()[1:] { // the first leaves things as they are
		alt, ok := a.alternative(s, false)
		if ok && !alt.Chosen && s != a.base.Strategy && alt.Excuse != nil && alt.Excuse.Code != candidate.Unneeded {
			return alt, a.base.Feasible
		}
	}
	return advice.Alternative{}, false
}

// measured are the figures of a plan, one a line.
func (a author) measured(e candidate.Evaluation) []string {
	var steps []string
	if e.UsableGiB > 0 && e.WeightsGiB > 0 {
		steps = append(steps, fmt.Sprintf("Memory: weights of %s GiB, %s GiB usable.", factor(e.WeightsGiB), factor(e.UsableGiB)))
	}
	if w := a.base.Workload; e.Alone > 0 && w.LatencySeconds > 0 {
		steps = append(steps, fmt.Sprintf("Alone: %s, the bound is %s.", seconds(e.Alone), seconds(w.LatencySeconds)))
	}
	steps = append(steps, fmt.Sprintf("Load: %s needed, %s carried within the bounds.", rate(e.DemandQPS), rate(e.CapacityQPS)))
	if e.Priced {
		steps = append(steps, "Cost: "+usd(e.CostPerMonth)+".")
	}
	return steps
}

// breaksFirst asks what fails first in today's deployment: now, or as the demand doubles.
func (a author) breaksFirst() (Item, bool) {
	now, times := a.failing()
	if now == nil || now.Excuse == nil {
		return Item{}, false
	}
	known := strings.Join(a.measured(now.Evaluation), " ")
	prompt := fmt.Sprintf("%s%s, which does not hold. What prevents it? Its figures. %s", a.scene(), a.present(), known)
	if times > 1 {
		prompt = fmt.Sprintf("%s%s, which holds. The demand doubles again and again. What breaks first? Its figures at %s. %s", a.scene(), a.present(), rate(now.DemandQPS), known)
	}
	i := Item{
		ID: "yours-breaks-first", Level: Easy, Topic: "limits", Prompt: prompt,
		Because: fmt.Sprintf("At %s %s is stopped by this: %s.", rate(now.DemandQPS), now.Words(), now.Excuse.Text),
		Hint:    "Which of these changes with the load, and which does not?",
		Steps:   append(a.measured(now.Evaluation), fmt.Sprintf("At %s: %s.", rate(now.DemandQPS), now.Excuse.Text)),
	}
	return a.obstacle(i, now.Evaluation, now.Excuse, false)
}

// failing is today's deployment at the first doubling of the demand at which it does not hold.
func (a author) failing() (t *advice.Judged, times float64) {
	t = a.base.Today.Then()
	const most = 1 << 12
	for times = 1; t != nil && t.Holds && times < most; {
		times *= 2
		t = a.today(times)
	}
	return t, times
}

// today is today's deployment at a multiple of the demand.
func (a author) today(times float64) *advice.Judged {
	changes := workload.Set{}
	for _, name := range []string{"qps", "users"} {
		if v, ok := a.trait(name); ok {
			changes[name] = changed(v * times)
		}
	}
	if b, err := a.ask(a.ctx, changes); err == nil {
		return b.Today.Then()
	}
	return nil
}
