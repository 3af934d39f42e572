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
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/simulate"
)

// verify simulates the plan and every alternative that costs nearly the same. Where formula and
// simulation disagree the larger number is used, and a warning says so. Where the deadline of
// ctx passes before, what is known by then stands, and a warning says what is not.
func verify(ctx context.Context, q question, a *advice.Advice) (*advice.Advice, error) {
	ctx, done := q.Limit.of(ctx)
	defer done()
	out, near := *a, threshold(q.Rules, fact.NearCost)
	out.Alternatives = slices.Clone(a.Alternatives)
	for i := range out.Alternatives {
		x := &out.Alternatives[i]
		if x.Plan == nil || !x.Chosen && !(x.Feasible && x.CostRatio > 0 && x.CostRatio <= 1+near) {
			continue
		}
		if late(ctx) && !x.Chosen {
			out.Warnings = append(out.Warnings, x.Plan.Words()+": not simulated, the time limit was reached before")
			continue
		}
		v, err := simulatePlan(ctx, q, *x.Plan)
		if err != nil {
			return nil, err
		}
		if v == nil {
			continue
		}
		out.Unverified = out.Unverified || x.Chosen && v.Result.Partial && v.Result.Verdict == simulate.CannotCertify
		v.Chosen = x.Chosen
		plan := corrected(*x.Plan, v)
		out.Warnings = append(out.Warnings, unconfirmed(plan, v)...)
		x.Plan = &plan
		if x.Chosen {
			out.Plan = corrected(a.Plan, v)
		}
		if v.Result.Partial {
			out.Warnings = append(out.Warnings, plan.Words()+": "+unrepeatable)
		}
		out.Verified = append(out.Verified, *v)
	}
	return &out, nil
}

// simulatePlan runs a plan at the demand planned for; nil where nothing serves.
func simulatePlan(ctx context.Context, q question, plan candidate.Evaluation) (*advice.Verified, error) {
	replica, ok := search.Replica(q.space, plan)
	if !ok || plan.DemandQPS <= 0 {
		return nil, nil
	}
	d := deployment{question: q, plan: plan, replica: replica}
	search.Complete(q.space, &d.plan, q.planned)
	spec, err := specify(d, Simulated{})
	if err != nil {
		return nil, err
	}
	result, err := simulate.Run(ctx, spec, q.Meter)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil && !late(ctx) {
		return nil, err
	}
	v := &advice.Verified{Plan: plan, Result: result}
	if result.Stable && (!result.Partial || result.Verdict == simulate.Holds) {
		v.Errors = compared(d.plan, result, threshold(q.Rules, fact.Disagree))
	}
	return v, nil
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
