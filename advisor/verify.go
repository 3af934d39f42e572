package advisor

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/simulate"
)

// verify notes what simulating said of the plan, and, where that was asked for, simulates every
// alternative that costs nearly the same. There, where formula and simulation disagree, the larger
// number is used, and a warning says so. Where the deadline of ctx passes before, what is known by
// then stands, and a warning says what is not.
func verify(ctx context.Context, q question, a *advice.Advice, p proof) (*advice.Advice, error) {
	ctx, done := q.Limit.of(ctx)
	defer done()
	out, near := *a, threshold(q.Rules, fact.NearCost)
	out.Plan.Verified = p.verdict
	if p.verified != nil && p.verdict == candidate.Passed {
		out.Plan = corrected(out.Plan, p.verified)
		out.Steps = simulated(a.Steps, out.Plan, p.verified)
	}
	if len(a.Roadmap) < 2 && a.First.DemandQPS == out.Plan.DemandQPS && a.First.JobSeconds == out.Plan.JobSeconds {
		out.First = out.Plan
	}
	out.Alternatives = slices.Clone(a.Alternatives)
	for i := range out.Alternatives {
		if x := &out.Alternatives[i]; x.Chosen && x.Plan != nil {
			plan := out.Plan
			x.Plan = &plan
		}
	}
	if !q.Verify {
		if p.doubt != "" {
			out.Warnings = append(out.Warnings, p.doubt+"; --verify continues until they can")
		}
		return &out, nil
	}
	out.Unverified, out.Refuted = p.verdict == candidate.NotRun, p.verdict == candidate.Failed
	for i := range out.Alternatives {
		x := &out.Alternatives[i]
		if x.Plan == nil || !x.Chosen && !(x.Feasible && x.CostRatio > 0 && x.CostRatio <= 1+near) {
			continue
		}
		if late(ctx) && !x.Chosen {
			out.Warnings = append(out.Warnings, x.Plan.Words()+": not simulated, the time limit was reached before")
			continue
		}
		v := p.verified
		if !x.Chosen {
			var err error
			if v, err = simulatePlan(ctx, q, *x.Plan, 0); err != nil {
				return nil, err
			}
		}
		if v == nil {
			continue
		}
		v.Chosen = x.Chosen
		plan := corrected(*x.Plan, v)
		out.Warnings = append(out.Warnings, unconfirmed(plan, v)...)
		x.Plan = &plan
		if v.Result.Partial {
			out.Warnings = append(out.Warnings, plan.Words()+": "+unrepeatable)
		}
		out.Verified = append(out.Verified, *v)
	}
	return &out, nil
}

// simulatePlan runs a plan at the demand planned for, within a budget where there is one; nil where
// nothing serves.
func simulatePlan(ctx context.Context, q question, plan candidate.Evaluation, budget float64) (*advice.Verified, error) {
	if _, ok := search.Replica(q.space, plan); !ok || plan.DemandQPS <= 0 {
		return nil, nil
	}
	spec, err := specOf(q, plan)
	if err != nil {
		return nil, err
	}
	spec.Budget = budget
	result, err := simulate.Run(ctx, spec, q.Meter)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil && !late(ctx) {
		return nil, err
	}
	search.Complete(q.space, &plan, q.planned)
	v := &advice.Verified{Plan: plan, Result: result}
	if result.Stable && (!result.Partial || result.Verdict == simulate.Holds) {
		v.Errors = compared(plan, result, threshold(q.Rules, fact.Disagree))
	}
	return v, nil
}

// specOf is the simulation of a plan at the demand planned for.
func specOf(q question, plan candidate.Evaluation) (simulate.Spec, error) {
	replica, _ := search.Replica(q.space, plan)
	return specify(deployment{question: q, plan: plan, replica: replica}, Simulated{})
}

// late reports whether the time for simulating is over.
func late(ctx context.Context) bool { return errors.Is(ctx.Err(), context.DeadlineExceeded) }

// corrected takes the larger of two numbers that disagree.
func corrected(plan candidate.Evaluation, v *advice.Verified) candidate.Evaluation {
	for _, c := range v.Errors {
		into := map[string]*float64{"p99": &plan.P99, "TTFT": &plan.TTFT, "TPOT": &plan.TPOT}[c.Name]
		if into == nil || !c.Differs {
			continue
		}
		larger := math.Max(c.Formula, c.Simulated.Value)
		if c.Name == "p99" && plan.Latency == plan.P99 {
			plan.Latency = larger
		}
		*into = larger
	}
	return plan
}

// simulated are the steps with the times that were simulated in place of those by formula.
func simulated(steps []derivation.Step, plan candidate.Evaluation, v *advice.Verified) []derivation.Step {
	steps = slices.Clone(steps)
	now := map[string]float64{"p99": plan.P99, "ttft": plan.TTFT, "tpot": plan.TPOT}
	for i, s := range steps {
		if took, ok := now[s.Result.Name]; ok && took != s.Result.Number {
			s.Result.Number, s.Formula, s.Inputs = took, "", nil
			s.Search = fmt.Sprintf("%d requests simulated one by one: formula and simulation differ, and the larger counts", v.Result.Requests)
			s.Check, s.Method = s.Result.Name+" > 0", "simulation, seeded"
			steps[i] = s
		}
	}
	return steps
}

// unconfirmed warns of what the simulation did not bear out.
func unconfirmed(plan candidate.Evaluation, v *advice.Verified) []string {
	var out []string
	for _, w := range disagreements(v.Errors) {
		out = append(out, plan.Words()+": "+w)
	}
	if v.Result.Verdict != simulate.Holds {
		out = append(out, fmt.Sprintf("%s: the simulation does not confirm that it holds: %s", plan.Words(), strings.Join(v.Result.Reasons, "; ")))
	}
	return out
}
