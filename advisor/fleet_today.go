package advisor

import (
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/fanout"
)

// changed notes what services run on today where they are planned elsewhere, and what may change their answers.
func changed(p *problem, all []advice.FleetService) {
	fanout.Each(len(all), func(i int) {
		w, one := &p.services[i], &all[i]
		if one.Coarser = coarser(w, one.Plans); len(one.Coarser) > 0 {
			one.Full = w.space.BaselinePrecision(w.space.Base.Accelerator)
		}
		one.Today = declaredToday(w)
	})
}

// declaredToday is the deployment that a service declares, at the demand planned for; nil where it declares
// none.
func declaredToday(w *ways) *advice.FleetToday {
	if w.question.Workload.Replicas == 0 || !w.space.Base.Known {
		return nil
	}
	_, then := deployedToday(w.question)
	if x := broken(w.question); x != nil {
		then.excuse = x
	}
	j := judged(w.question, then, w.planned)
	t := &advice.FleetToday{Evaluation: j.Evaluation, Holds: j.Holds}
	if j.Excuse != nil {
		t.Why = j.Excuse.Text
	}
	return t
}

// coarser lists the optimizations of plans that round numbers more coarsely than the baseline does.
func coarser(w *ways, plans []advice.FleetPlan) []string {
	var out []string
	for _, o := range w.Case.Catalog.Optimizations() {
		rounds := rounds(o)
		used := func(e candidate.Evaluation) bool { return slices.Contains(e.Optimizations, o.ID) }
		if rounds && slices.ContainsFunc(plans, func(p advice.FleetPlan) bool { return used(p.Evaluation) }) {
			out = append(out, o.ID)
		}
	}
	return out
}

// rounds reports whether an optimization rounds numbers more coarsely than a baseline does.
func rounds(o catalog.Optimization) bool {
	return o.Kind == "cache-precision" || o.Kind == "precision" && !slices.Contains([]string{"fp32", "fp16", "bf16"}, o.ID)
}
