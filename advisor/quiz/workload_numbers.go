package quiz

import (
	"fmt"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// usualAvailability is promised where the workload promises none, so that spares can be asked about.
const usualAvailability = 0.999

// replicas asks how many survive a loss. Each number that is offered is judged by the pipeline.
func (a author) replicas() (Item, bool) {
	availability := a.base.Workload.Availability
	b := a.base
	if availability == 0 {
		availability = usualAvailability
		var err error
		if b, err = a.ask(a.ctx, workload.Set{"availability": changed(availability)}); err != nil {
			return Item{}, false
		}
	}
	p := b.Plan
	if !b.Feasible || !a.declarable(p) {
		return Item{}, false
	}
	d := declared{a, p, availability}
	n, right, ok := d.fewest()
	load := n - right.SurvivesLosses
	if !ok || load == n || load < 1 {
		return Item{}, false
	}
	i := Item{
		ID: "yours-replicas", Level: Hard, Topic: "availability", Principles: []string{"redundancy-by-availability"},
		Prompt: fmt.Sprintf("%s, served by %s. Availability %s is promised, and an instance is up %s of the time%s. The load with its margin takes %d of them. What is the fewest replicas?",
			a.scene(), p.ReplicaWords(), percent(availability), percent(b.Workload.Replica), a.zoned(), load),
		Answer:  count(n),
		Because: fmt.Sprintf("%d carry the load, and %d must be able to fail at once.", load, right.LossesRequired),
		Hint:    "How many carry the load, and how many may be missing?",
		Steps: []string{
			fmt.Sprintf("One replica carries %s of %s within the bounds, so the load with its margin takes %d.", rate(right.CapacityQPS/float64(n)), rate(right.DemandQPS), load),
			fmt.Sprintf("At %s each%s and %s promised, %d of %d replicas may be down at once.", percent(b.Workload.Replica), a.zoned(), percent(availability), right.LossesRequired, n),
			fmt.Sprintf("After that loss %d replicas carry %s.", n-right.LossesRequired, rate(right.AfterLossesQPS)),
		},
	}
	i.Wrong = d.offers(n, load)
	return whole(i)
}

// zoned says that a zone may fail, where the instances stand in several.
func (a author) zoned() string {
	if zones, _ := a.trait("zones"); zones > 1 {
		return fmt.Sprintf(", and one of %s zones may fail", factor(zones))
	}
	return ""
}

// declarable reports whether a plan can be named by traits: its hardware and its precision,
// and nothing that was measured on other hardware only.
func (a author) declarable(p candidate.Evaluation) bool {
	for _, o := range p.Optimizations {
		if o != p.Precision {
			return false
		}
	}
	if _, given := a.trait("service_time"); !given && p.Basis != "given" {
		return true
	}
	return a.base.Today != nil && a.base.Today.Accelerator == p.Accelerator
}

// declared judges a plan's kind of replica, in any number.
type declared struct {
	author
	plan         candidate.Evaluation
	availability float64
}

// judge is today's deployment, were it n of these replicas.
func (d declared) judge(n int) *advice.Judged {
	changes := workload.Set{
		"gpu": changedWord(d.plan.Accelerator), "gpus_per_replica": changed(float64(d.plan.PerReplica)),
		"replicas": changed(float64(n)), "availability": changed(d.availability),
	}
	if d.plan.Precision != "" {
		changes["precision"] = changedWord(d.plan.Precision)
	}
	b, err := d.ask(d.ctx, changes)
	if err != nil || b.Today == nil {
		return nil
	}
	return b.Today.Then()
}

// fewest is the smallest number that holds, at most the plan's.
func (d declared) fewest() (n int, at *advice.Judged, ok bool) {
	n, at = d.plan.Replicas, d.judge(d.plan.Replicas)
	if at == nil || !at.Holds {
		return 0, &advice.Judged{}, false
	}
	const most = 20
	for range most {
		fewer := d.judge(n - 1)
		if n == 1 || fewer == nil || !fewer.Holds {
			return n, at, true
		}
		n, at = n-1, fewer
	}
	return n, at, false
}

// offers are the numbers beside the right one, each with the verdict on it.
func (d declared) offers(n, load int) []Wrong {
	const mistake = "We have three servers, so we are redundant."
	var out []Wrong
	offer := func(m int, named, why string) {
		for _, w := range out {
			if w.Choice == count(m) {
				return
			}
		}
		if m == n || m < 1 {
			return
		}
		if t := d.judge(m); t != nil && t.Holds == (m > n) {
			if !t.Holds && t.Excuse != nil {
				why = why + t.Excuse.Text + "."
			}
			out = append(out, Wrong{Choice: count(m), Why: why, Mistake: named})
		}
	}
	offer(load, mistake, "They carry the load when all are up, but ")
	offer(n+1, "", "They hold too, with one more than is needed.")
	offer(n-1, mistake, "One too few: ")
	offer(2*load, "", "A spare for each is more than was promised. One spare can replace any.")
	offer(n+2, "", "They hold too, with two more than are needed.")
	offer(load-1, "", "They do not even carry the load: ")
	return out
}

func count(n int) string { return fmt.Sprint(n) }

// precision asks what the cheaper form of the model buys on today's machines.
func (a author) precision() (Item, bool) {
	plain, ok1 := a.alternative(candidate.None, false)
	cheap, ok2 := a.alternative(candidate.None, true)
	if !ok1 || !ok2 || plain.Plan.CapacityQPS <= 0 || cheap.Plan.CapacityQPS <= 0 || cheap.Plan.Precision == plain.Plan.Precision {
		return Item{}, false
	}
	from, to := plain.Plan, cheap.Plan
	gain := to.CapacityQPS / from.CapacityQPS
	i := Item{
		ID: "yours-precision", Level: Medium, Topic: "optimization", Principles: []string{"combine-and-optimize"},
		Prompt:  fmt.Sprintf("%s. Today's machines, %s, carry %s within the bounds. At %s one of them carries %s. What would all of them carry?", a.scene(), from.Words(), rate(from.CapacityQPS), to.Precision, rate(to.CapacityQPS/float64(max(to.Replicas, 1)))),
		Answer:  fmt.Sprintf("%s, %s times as much", rate(to.CapacityQPS), factor(gain)),
		Because: fmt.Sprintf("%s buys a factor of %s here (%s), which is bounded while the load is not.", to.Precision, factor(gain), to.Basis),
		Hint:    "The ratio of bits is a ratio of peak figures. What matters is how much of the time depends on it.",
		Steps: []string{
			fmt.Sprintf("%s: %s within the bounds (%s).", from.Words(), rate(from.CapacityQPS), from.Basis),
			fmt.Sprintf("%s: %s within the bounds (%s).", to.Words(), rate(to.CapacityQPS), to.Basis),
			fmt.Sprintf("%s ÷ %s = %s.", rate(to.CapacityQPS), rate(from.CapacityQPS), factor(gain)),
		},
	}
	i.Wrong = apart(to.CapacityQPS, a.gains(*from, *to, gain))
	return whole(i)
}

// gains are the wrong answers about a gain.
func (a author) gains(from, to candidate.Evaluation, gain float64) []number {
	before, demand := from.CapacityQPS, to.DemandQPS
	bits := width(from.Precision) / width(to.Precision)
	all := []number{
		{before, Wrong{rate(before) + ", as before", fmt.Sprintf("Fewer bits move faster and compute faster: the factor is %s.", factor(gain)), ""}},
		{bits * before, Wrong{fmt.Sprintf("%s, %s times as much for 1/%s of the bits", rate(bits*before), factor(bits), factor(bits)),
			fmt.Sprintf("The ratio of bits is one of peak figures. Here the factor is %s.", factor(gain)), ""}},
		{bits * bits * before, Wrong{fmt.Sprintf("%s, %s times as much", rate(bits*bits*before), factor(bits*bits)),
			"Moving and computing happen at the same time, so their gains do not multiply.", ""}},
		{before / bits, Wrong{rate(before/bits) + ", less than before", fmt.Sprintf("Fewer bits do not make the work slower: the factor is %s.", factor(gain)), ""}},
		{gain * 1.5 * before, Wrong{rate(gain*1.5*before) + ", half as much again as the bits promise", fmt.Sprintf("Nothing on this hardware gains that much: the factor is %s.", factor(gain)), ""}},
	}
	if demand > to.CapacityQPS {
		all = append([]number{{demand, Wrong{
			rate(demand) + ", the whole load, so no server is needed", fmt.Sprintf("The gain is bounded: %s times %s is %s.", factor(gain), rate(before), rate(to.CapacityQPS)),
			"Use a simpler model and do not scale.",
		}}}, all...)
	}
	return all
}

// width is the bits of a precision; 0 for an unknown one, whose ratio is then no number.
func width(precision string) float64 {
	return map[string]float64{"fp32": 32, "tf32": 32, "fp16": 16, "bf16": 16, "fp8": 8, "int8": 8, "int4": 4, "fp4": 4}[precision]
}

// promise asks for the capacity of the plan, which is neither its saturation nor its load.
func (a author) promise() (Item, bool) {
	p := a.base.Plan
	if !a.base.Feasible || p.CapacityQPS <= 0 || a.base.Workload.LatencySeconds+a.base.Workload.TTFT+a.base.Workload.TPOT == 0 {
		return Item{}, false
	}
	n := float64(p.Replicas)
	i := Item{
		ID: "yours-promise", Level: Hard, Topic: "latency", Principles: []string{"tail-grows"},
		Prompt:  fmt.Sprintf("%s. The plan is %s, all replicas up. It saturates at %s, and each replica keeps the bounds up to %s. Up to which steady rate do the bounds hold?", a.scene(), p.Words(), rate(p.SaturationQPS), rate(p.CapacityQPS/n)),
		Answer:  rate(p.CapacityQPS),
		Because: fmt.Sprintf("Each replica keeps the bounds up to %s, and the plan saturates at %s, where the wait has no end.", rate(p.CapacityQPS/n), rate(p.SaturationQPS)),
		Hint:    "Below saturation and above the load.",
		Steps: []string{
			fmt.Sprintf("Saturation, with no bound: %s.", rate(p.SaturationQPS)),
			fmt.Sprintf("Within the bounds one replica carries %s (%s).", rate(p.CapacityQPS/n), p.Basis),
			fmt.Sprintf("%d replicas: %s.", p.Replicas, rate(p.CapacityQPS)),
		},
	}
	i.Wrong = apart(p.CapacityQPS, []number{
		{p.SaturationQPS, Wrong{rate(p.SaturationQPS), "That is saturation. There requests wait without end, and no bound holds.", "The benchmark did 1,000 a second, so 1,000 a second is what we can promise."}},
		{p.AfterLossesQPS, Wrong{rate(p.AfterLossesQPS), fmt.Sprintf("That is left after the loss of %d.", p.LossesRequired), ""}},
		{p.DemandQPS, Wrong{rate(p.DemandQPS), fmt.Sprintf("That is the load it is planned for, %s of what it carries.", percent(p.Utilization)), ""}},
		{p.CapacityQPS / n, Wrong{rate(p.CapacityQPS / n), fmt.Sprintf("That is one replica. There are %d.", p.Replicas), ""}},
		{2 * p.SaturationQPS, Wrong{rate(2 * p.SaturationQPS), "That is above saturation. More requests arrive than can be served, and the queue grows without end.", ""}},
		{p.CapacityQPS / 2, Wrong{rate(p.CapacityQPS / 2), "At half of its limit it keeps the bounds with room to spare.", ""}},
	})
	return whole(i)
}

// runway asks how long the plan holds as demand grows.
func (a author) runway() (Item, bool) {
	w, p := a.base.Workload, a.base.Plan
	g := w.GrowthPerMonth
	if !a.base.Feasible || g <= 0 || p.HoldsUntil.IsZero() || p.CarriesQPS <= w.PeakQPS {
		return Item{}, false
	}
	room := p.CarriesQPS / w.PeakQPS
	months := p.HoldsSeconds / unit.Month
	i := Item{
		ID: "yours-runway", Level: Hard, Topic: "growth", Principles: []string{"growth-patterns", "forecasts-have-intervals"},
		Prompt: fmt.Sprintf("%s, growing %s a month. The plan, %s, holds up to %s with the confidence and the losses asked for. How long is that?",
			a.scene(), percent(g), p.Words(), rate(p.CarriesQPS)),
		Answer:  inMonths(months),
		Because: fmt.Sprintf("%s a month compounds: after that time the demand is %s times today's.", percent(g), factor(room)),
		Hint:    "How often can the demand be multiplied before the room is used up?",
		Steps: []string{
			fmt.Sprintf("Room: %s ÷ %s = %s.", rate(p.CarriesQPS), rate(w.PeakQPS), factor(room)),
			fmt.Sprintf("ln %s ÷ ln %s = %s months.", factor(room), factor(1+g), factor(months)),
		},
	}
	linear, double := (room-1)/g, math.Ln2/math.Log1p(g)
	i.Wrong = apart(months, []number{
		{linear, Wrong{inMonths(linear), "That would be growth by the same amount each month. It grows by the same share, which is more each time.", "All systems grow at the same speed."}},
		{w.HorizonMonths, Wrong{inMonths(w.HorizonMonths), "That is the horizon it was planned for. Whole machines leave it some room beyond.", ""}},
		{double, Wrong{inMonths(double), "By then the demand has doubled, and that is not the room there is.", ""}},
		{1e9, Wrong{"For good, it is far from full", "Every deployment has a limit, and growth reaches it on a day that can be computed.", "A system that works today will work at any size."}},
		{months * 2, Wrong{inMonths(months * 2), fmt.Sprintf("By then the demand is %s times today's.", factor(room*room)), ""}},
	})
	return whole(i)
}

func inMonths(m float64) string { return "About " + factor(m) + " months" }
