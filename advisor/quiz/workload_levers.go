package quiz

import (
	"fmt"
	"math"

	"scaleadvise/advisor/candidate"
)

// runtime asks what another runtime buys on today's machines, where the precision stays.
func (a author) runtime() (Item, bool) {
	plain, ok1 := a.alternative(candidate.None, false)
	built, ok2 := a.alternative(candidate.None, true)
	if !ok1 || !ok2 || plain.Plan.CapacityQPS <= 0 || built.Plan.CapacityQPS <= plain.Plan.CapacityQPS ||
		built.Plan.Precision != plain.Plan.Precision || built.Plan.Runtime == plain.Plan.Runtime {
		return Item{}, false
	}
	from, to := plain.Plan, built.Plan
	before, gain, n := from.CapacityQPS, to.CapacityQPS/from.CapacityQPS, float64(max(to.Replicas, 1))
	i := Item{
		ID: "yours-runtime", Level: Medium, Topic: "optimization", Principles: []string{"combine-and-optimize"},
		Prompt: fmt.Sprintf("%s. Today's machines, %s, carry %s within the bounds. Served by %s, at the same precision, one of them carries %s. What would all of them carry?",
			a.scene(), from.Words(), rate(before), to.Runtime, rate(to.CapacityQPS/n)),
		Answer:  fmt.Sprintf("%s, %s times as much", rate(to.CapacityQPS), factor(gain)),
		Because: fmt.Sprintf("The same layers run in fewer and better kernels: a factor of %s here (%s). The machine stays as it is.", factor(gain), to.Basis),
		Hint:    "How many machines are there, and what does one carry?",
		Steps: []string{
			fmt.Sprintf("%s: %s within the bounds (%s).", from.Words(), rate(before), from.Basis),
			fmt.Sprintf("%s: %s × %s = %s (%s).", to.Words(), factor(n), rate(to.CapacityQPS/n), rate(to.CapacityQPS), to.Basis),
			"Check its answers on your data before you take it: kernels round differently.",
		},
	}
	i.Wrong = apart(to.CapacityQPS, []number{
		{before, Wrong{rate(before) + ", the machine is the same", "An accelerator waits for its host and its memory. What runs it decides how much.", ""}},
		{gain * to.CapacityQPS, Wrong{fmt.Sprintf("%s, %s times as much", rate(gain*to.CapacityQPS), factor(gain*gain)), "The gain of one machine is that of all. It does not multiply with their number.", ""}},
		{2 * before, Wrong{rate(2*before) + ", twice as much for half of the bits", "The precision stays as it is. No bits are saved.", ""}},
		{before / gain, Wrong{rate(before/gain) + ", less than before", "Compiling takes time once, before the first request, and none later.", ""}},
		{before / 2, Wrong{rate(before/2) + ", as it compiles while it serves", "It compiles before the first request. That makes the start slower, and nothing else.", ""}},
	})
	return whole(i)
}

// elasticity asks what replicas that follow the day save.
func (a author) elasticity() (Item, bool) {
	s := a.base.Autoscaling
	if s == nil || !s.Recommended || s.CostPerMonth <= 0 || s.StaticPerMonth <= s.CostPerMonth || s.Max < 1 {
		return Item{}, false
	}
	saves, atLeast := s.StaticPerMonth-s.CostPerMonth, s.StaticPerMonth*(1-float64(s.Min)/float64(s.Max))
	i := Item{
		ID: "yours-autoscaling", Level: Medium, Topic: "cost", Principles: []string{"automate"},
		Prompt: fmt.Sprintf("%s. The peak of the day takes %d replicas, %s for all of its hours. Between %d and %d replicas that follow the day run %s of them in the mean. What does that save a month?",
			a.scene(), s.Max, usd(s.StaticPerMonth), s.Min, s.Max, factor(s.Replicas)),
		Answer:  usd(saves),
		Because: fmt.Sprintf("%s replicas in the mean instead of %d cost %s instead of %s.", factor(s.Replicas), s.Max, usd(s.CostPerMonth), usd(s.StaticPerMonth)),
		Hint:    "What is paid for is the mean, not the minimum.",
		Steps: []string{
			fmt.Sprintf("As many as the peak needs, all day: %s.", usd(s.StaticPerMonth)),
			fmt.Sprintf("%s in the mean over the day: %s.", factor(s.Replicas), usd(s.CostPerMonth)),
			fmt.Sprintf("They start on %s, and early: a new one answers after %s.", s.SignalWords(), seconds(s.Lead)),
		},
	}
	i.Wrong = apart(saves, []number{
		{atLeast, Wrong{usd(atLeast), fmt.Sprintf("That would be %d replicas all day. They follow the load up to %d.", s.Min, s.Max), ""}},
		{s.CostPerMonth, Wrong{usd(s.CostPerMonth), "That is what still has to be paid.", ""}},
		{s.StaticPerMonth, Wrong{usd(s.StaticPerMonth), "That is the whole price. Most of the day something runs.", ""}},
		{0, Wrong{"Nothing, the peak has to be carried anyway", "At the peak, yes. The rest of the day fewer carry the load.", ""}},
		{saves / 2, Wrong{usd(saves / 2), "All that does not run is not paid.", ""}},
	})
	return whole(i)
}

// interruption asks what is left when the cloud takes the spot machines back.
func (a author) interruption() (Item, bool) {
	p := a.base.Plan
	spot := p.SpotMachines()
	if !a.base.Feasible || spot == 0 || p.CapacityQPS <= 0 {
		return Item{}, false
	}
	i := Item{
		ID: "yours-spot", Level: Hard, Topic: "availability", Principles: []string{"redundancy-by-availability"},
		Prompt: fmt.Sprintf("%s. The plan is %s on %d machines, %d of them spot, and carries %s. The cloud takes all spot machines back at once. What does the rest carry?",
			a.scene(), p.Words(), p.Instances, spot, rate(p.CapacityQPS)),
		Answer:  rate(p.WithoutSpotQPS),
		Because: fmt.Sprintf("%d of %d machines stay, and the spot machines come back only when the cloud has capacity again.", p.Instances-spot, p.Instances),
		Hint:    "Count the machines that are not spot.",
		Steps: []string{
			fmt.Sprintf("All up: %s.", rate(p.CapacityQPS)),
			fmt.Sprintf("Without the %d spot machines: %s.", spot, rate(p.WithoutSpotQPS)),
			fmt.Sprintf("The load is %s at the peak.", rate(p.DemandQPS)),
		},
	}
	each := p.CapacityQPS / math.Max(float64(p.Instances), 1)
	i.Wrong = apart(p.WithoutSpotQPS, []number{
		{p.CapacityQPS, Wrong{rate(p.CapacityQPS) + ", others start within the notice", "The notice is 30 s to 2 min. A model server takes longer to start, and there may be no machine.", ""}},
		{p.CapacityQPS - each, Wrong{rate(p.CapacityQPS-each) + ", one machine fewer", "They are of one kind in one place: the cloud takes them back together.", "We have three servers, so we are redundant."}},
		{each * float64(spot), Wrong{rate(each * float64(spot)), "That is what the spot machines carried.", ""}},
		{p.DemandQPS, Wrong{rate(p.DemandQPS) + ", as much as is needed", "Demand does not change how many are left.", ""}},
		{0, Wrong{"Nothing", "The machines that are not spot stay.", ""}},
		{p.CapacityQPS / 2, Wrong{rate(p.CapacityQPS / 2), "Not half of the machines are reclaimed, but those that are spot.", ""}},
	})
	return whole(i)
}

// slices asks how much of an accelerator a plan of shares takes.
func (a author) slices() (Item, bool) {
	p := a.shared()
	if p == nil {
		return Item{}, false
	}
	n := float64(p.Replicas)
	i := Item{
		ID: "yours-share", Level: Easy, Topic: "cost", Principles: []string{"cheapest-per-request"},
		Prompt: fmt.Sprintf("%s. %s holds it. How much of accelerators is that, together?", a.scene(), p.Words()),
		Answer: percent(n*p.Share) + " of one accelerator",
		Because: fmt.Sprintf("Each of the %d has %s of one accelerator, of its arithmetic and of its memory. The rest may serve others.",
			p.Replicas, percent(p.Share)),
		Hint:  "Shares add up.",
		Steps: []string{fmt.Sprintf("%d × %s = %s.", p.Replicas, percent(p.Share), percent(n*p.Share)), fmt.Sprintf("They carry %s of the %s needed.", rate(p.CapacityQPS), rate(p.DemandQPS))},
	}
	i.Wrong = apart(n*p.Share, []number{
		{n, Wrong{count(p.Replicas) + " accelerators, one for each replica", "A replica may own a part: MIG cuts memory and arithmetic, and others use the rest.", ""}},
		{p.Share, Wrong{percent(p.Share) + " of one accelerator", fmt.Sprintf("That is one replica. There are %d.", p.Replicas), ""}},
		{p.Utilization * n * p.Share, Wrong{percent(p.Utilization*n*p.Share) + " of one accelerator", "That is how much is used at the peak. A share is paid for whether it is used or not.", ""}},
		{1, Wrong{"One whole accelerator", "Only the shares are paid for, where others take the rest.", ""}},
		{2 * n * p.Share, Wrong{percent(2*n*p.Share) + " of one accelerator", "No second share is kept free for each.", ""}},
		{n * p.Share / 2, Wrong{percent(n*p.Share/2) + " of one accelerator", "Shares are not used twice: each replica has its own.", ""}},
	})
	return whole(i)
}

// shared is a plan that holds on shares of an accelerator: the chosen one, or another.
func (a author) shared() *candidate.Evaluation {
	fits := func(e *candidate.Evaluation) bool { return e != nil && e.Share > 0 && e.Share < 1 && e.Replicas > 0 }
	if a.base.Feasible && fits(&a.base.Plan) {
		return &a.base.Plan
	}
	for _, alt := range a.base.Alternatives {
		if alt.Feasible && fits(alt.Plan) {
			return alt.Plan
		}
	}
	if e := a.base.Elsewhere; e != nil && fits(&e.Plan) {
		return &e.Plan
	}
	return nil
}
