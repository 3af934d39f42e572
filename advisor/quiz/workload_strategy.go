package quiz

import (
	"fmt"
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
)

// strategy asks which plan wins. The wrong ones are the plans of other strategies, those that
// nearly won first.
func (a author) strategy() (Item, bool) {
	b := a.base
	if !b.Feasible {
		return Item{}, false
	}
	i := Item{
		ID: "yours-strategy", Early: true, Level: Medium, Topic: "strategy", Principles: a.ids("cheapest-per-request"),
		Prompt: a.scene() + a.present() + ". Which of these plans is best: " + a.wish() +
			"? Each is given with the rate up to which it holds with the confidence and the losses asked for.",
		Because: a.reason(), Hint: "First rule out the plans that do not hold, then compare the cost of the rest.",
	}
	for _, alt := range a.rivals() {
		if a.asGood(alt) {
			continue
		}
		i.Wrong = append(i.Wrong, Wrong{Choice: described(alt), Why: a.lost(alt)})
	}
	for _, alt := range b.Alternatives {
		if alt.Chosen {
			i.Answer = described(alt)
		}
	}
	i.Wrong = append(i.Wrong, a.said("combine-and-optimize", 1), a.said("combine-and-optimize", 0), a.said("combine-and-optimize", 2))
	i.Steps = a.compared()
	return whole(i)
}

// wish is what the best plan does, in the words of a prompt.
func (a author) wish() string {
	if a.base.Strategy == candidate.None {
		return "today's if it holds, else the cheapest that does"
	}
	return "it holds, and costs least of those that do"
}

// asGood reports whether a plan that lost does what the question asks for, and at no higher
// cost: something else decided, which the choices do not show.
func (a author) asGood(alt advice.Alternative) bool {
	chosen := a.base.Plan
	return alt.Feasible && a.base.Strategy != candidate.None && (!alt.Plan.Priced || !chosen.Priced || alt.Plan.CostPerMonth <= chosen.CostPerMonth)
}

// present is today's deployment, as part of a scene.
func (a author) present() string {
	if a.base.Today == nil {
		return ""
	}
	return ". Today: " + a.base.Today.Words()
}

// reason is what decided, in words.
func (a author) reason() string {
	if f := a.base.Deciding(); f != nil {
		return f.Message
	}
	return a.base.Plan.Words() + ": " + a.base.Criterion.Because(a.base.Margin) + "."
}

// rivals are the alternatives that lost: those that hold first, cheapest first, then the rest;
// of both halves of the answer something, so that the cheapest loser is not always there.
func (a author) rivals() []advice.Alternative {
	var holding, failing []advice.Alternative
	for _, alt := range a.base.Alternatives {
		switch {
		case alt.Chosen || !a.real(alt) || alt.Excuse == nil:
		case alt.Feasible:
			holding = append(holding, alt)
		default:
			failing = append(failing, alt)
		}
	}
	slices.SortStableFunc(holding, func(x, y advice.Alternative) int { return int(1e3 * (x.CostRatio - y.CostRatio)) })
	const some = 2
	return slices.Concat(holding[:min(some, len(holding))], failing, holding[min(some, len(holding)):])
}

// described is an alternative as an answer.
func described(alt advice.Alternative) string {
	text := alt.Strategy.Act()
	switch alt.Direction {
	case "in":
		text = "Fewer of the same machine"
	case "down":
		text = "A smaller machine, the same count"
	}
	if alt.Optimized {
		text += ", and a cheaper model"
	}
	text += ": " + alt.Plan.Words() + ", up to " + rate(alt.Plan.CarriesQPS)
	if alt.Plan.Priced {
		text += ", " + usd(alt.Plan.CostPerMonth)
	}
	return text
}

// lost is why an alternative lost, in a sentence with its numbers.
func (a author) lost(alt advice.Alternative) string {
	p, chosen := alt.Plan, a.base.Plan
	switch {
	case !alt.Feasible && alt.Excuse.Code == candidate.Throughput:
		return fmt.Sprintf("It carries %s; the load is %s: %s.", rate(p.CapacityQPS), rate(p.DemandQPS), alt.Excuse.Text)
	case !alt.Feasible:
		return "It does not hold: " + alt.Excuse.Text + "."
	case alt.Excuse.Code == candidate.Dearer && p.Priced && chosen.Priced:
		return fmt.Sprintf("It holds, but costs %s against %s.", usd(p.CostPerMonth), usd(chosen.CostPerMonth))
	}
	return "It holds, but: " + alt.Excuse.Text + "."
}

// compared are the steps to the plan: today, what holds at what cost, what does not.
func (a author) compared() []string {
	var steps []string
	if t := a.base.Today.Then(); t != nil {
		verdict := "holds"
		if !t.Holds {
			verdict = "does not hold"
		}
		steps = append(steps, fmt.Sprintf("Today's %s carries %s of %s: it %s.", t.Words(), rate(t.CapacityQPS), rate(t.DemandQPS), verdict))
	}
	for _, alt := range a.base.Alternatives {
		if !a.real(alt) || alt.Strategy == candidate.None && !alt.Optimized && a.base.Today != nil {
			continue
		}
		steps = append(steps, summed(alt))
	}
	return append(steps, "What is left: "+a.base.Plan.Words()+".")
}

// summed is an alternative in a line.
func summed(alt advice.Alternative) string {
	line := alt.Plan.Words() + ": carries " + rate(alt.Plan.CapacityQPS)
	if alt.Plan.Priced {
		line += ", " + usd(alt.Plan.CostPerMonth)
	}
	if !alt.Feasible && alt.Excuse != nil {
		line += "; " + alt.Excuse.Text
	}
	return line + "."
}

// wrongChoice asks what the dearest plan that holds costs beyond the chosen one.
func (a author) wrongChoice() (Item, bool) {
	alt, ok := a.dearest()
	if !ok {
		return Item{}, false
	}
	p, chosen := alt.Plan, a.base.Plan
	more := p.CostPerMonth - chosen.CostPerMonth
	i := Item{
		ID: "yours-cost", Level: Easy, Topic: "cost", Principles: []string{"cheapest-per-request"},
		Prompt:  fmt.Sprintf("%s. The plan is %s. A colleague takes %s instead, which holds too. What does that choice cost beyond the plan?", a.scene(), hourly(chosen), hourly(*p)),
		Answer:  usd(more),
		Because: fmt.Sprintf("%s: %s for the whole load. %s: %s.", p.Words(), usd(p.CostPerMonth), chosen.Words(), usd(chosen.CostPerMonth)),
		Hint:    "Whole instances times price times 730 h, of both.",
		Steps:   []string{billed(*p), billed(chosen), fmt.Sprintf("The difference: %s.", usd(more))},
	}
	hour := chosen.USDPerHour - p.USDPerHour
	all := []number{
		{p.CostPerMonth, Wrong{usd(p.CostPerMonth), fmt.Sprintf("That is its whole price. Of it %s would be paid for the plan as well.", usd(chosen.CostPerMonth)), ""}},
	}
	if hour > 0 {
		all = append(all, number{-hour * unit.HoursPerMonth, Wrong{
			"Nothing, its instance is cheaper by the hour",
			fmt.Sprintf("By the hour, yes: %s against %s USD. But the load takes %d of them against %d.", factor(p.USDPerHour), factor(chosen.USDPerHour), p.Instances, chosen.Instances),
			"Take the cheapest instance and many of it.",
		}})
	}
	all = append(all,
		number{0, Wrong{"Nothing, both carry the load", "Both hold, at different prices. Among plans that hold, cost decides.", ""}},
		number{-hour * unit.HoursPerMonth, Wrong{usd(-hour * unit.HoursPerMonth), "That is the difference of one instance, and the load takes several.", ""}},
		number{12 * more, Wrong{usd(12 * more), "That is the difference of a year.", ""}},
		number{more / 2, Wrong{usd(more / 2), "That would be the middle of the two prices. All of the difference is paid.", ""}},
	)
	i.Wrong = apart(more, all)
	return whole(i)
}

// dearest is the plan that holds at the highest cost, well above the chosen one.
func (a author) dearest() (advice.Alternative, bool) {
	const well = 1.15
	best := advice.Alternative{CostRatio: well}
	for _, alt := range a.base.Alternatives {
		if alt.Feasible && !alt.Chosen && alt.Plan != nil && alt.CostRatio > best.CostRatio {
			best = alt
		}
	}
	return best, best.Plan != nil && a.base.Feasible
}

// hourly is a plan with its instances and the price of one.
func hourly(e candidate.Evaluation) string {
	return fmt.Sprintf("%s (%d instances at %s USD/h)", e.Words(), e.Instances, factor(e.USDPerHour))
}

// billed is what a plan costs, step by step.
func billed(e candidate.Evaluation) string {
	return fmt.Sprintf("%s: %d × %s USD/h × %.0f h = %s.", e.Words(), e.Instances, factor(e.USDPerHour), unit.HoursPerMonth, usd(e.CostPerMonth))
}
