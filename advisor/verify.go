package advisor

import (
	"context"
	"fmt"
	"math"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/simulate"
)

// verify simulates the plan and every alternative that costs nearly the same. Where formula and
// simulation disagree the larger number is used, and a warning says so.
func (r *run) verify(ctx context.Context, a *advice.Advice) error {
	for i := range a.Alternatives {
		x := &a.Alternatives[i]
		if x.Plan == nil || !x.Chosen && !(x.Feasible && x.CostRatio > 0 && x.CostRatio <= 1+choice.NearCost) {
			continue
		}
		v, err := r.simulated(ctx, *x.Plan)
		if err != nil {
			return err
		}
		if v == nil {
			continue
		}
		v.Chosen = x.Chosen
		copied := *x.Plan // others may share it
		r.correct(a, &copied, v)
		x.Plan = &copied
		if x.Chosen {
			r.correct(nil, &a.Plan, v)
		}
		a.Verified = append(a.Verified, *v)
	}
	return nil
}

// simulated runs a plan at the demand planned for; nil where nothing serves.
func (r *run) simulated(ctx context.Context, plan candidate.Evaluation) (*advice.Verified, error) {
	d := &deployment{run: r, plan: plan}
	var ok bool
	if d.served, ok = search.Replica(r.space, plan); !ok || plan.DemandQPS <= 0 {
		return nil, nil
	}
	search.Complete(r.space, &d.plan, r.planned)
	spec, err := d.spec(Simulated{})
	if err != nil {
		return nil, err
	}
	result, err := simulate.Run(ctx, spec, r.Meter)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v := &advice.Verified{Plan: plan, Result: result}
	if result.Stable {
		v.Errors = compared(d.plan, result)
	}
	return v, nil
}

// correct takes the larger of two numbers that disagree, and warns (a is nil for one that was
// warned of).
func (r *run) correct(a *advice.Advice, plan *candidate.Evaluation, v *advice.Verified) {
	for _, c := range v.Errors {
		into := map[string]*float64{"p99": &plan.P99, "TTFT": &plan.TTFT, "TPOT": &plan.TPOT}[c.Name]
		if into == nil || !c.Differs {
			continue
		}
		if c.Name == "p99" && plan.Latency == plan.P99 {
			plan.Latency = math.Max(c.Formula, c.Simulated.Value)
		}
		*into = math.Max(c.Formula, c.Simulated.Value)
	}
	if a == nil {
		return
	}
	name := plan.Words()
	for _, w := range disagreements(v.Errors) {
		a.Warnings = append(a.Warnings, name+": "+w)
	}
	if v.Result.Verdict != simulate.Holds {
		a.Warnings = append(a.Warnings, fmt.Sprintf("%s: the simulation does not confirm that it holds: %s", name, strings.Join(v.Result.Reasons, "; ")))
	}
}
