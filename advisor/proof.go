package advisor

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/simulate"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// What simulating may take where nobody asked for it, in requests of an ordinary model (0.3 s of one
// core): of each run and in all. --verify goes on until it can tell.
const (
	eachProof   = 600_000
	longerProof = 2 * eachProof // of a plan that seems to fail
	allProofs   = 1_800_000
	deepProbes  = 20_000_000 // of the search for what a refuted plan does sustain
	leastProof  = eachProof / 4
	mostProofs  = 6 // plans that are simulated one after the other
)

// nearLimit is the share of its limit from which a language model's formulas are not trusted: they
// take the number of requests under way as it is on average, and the first token waits for the peaks.
const nearLimit = 0.7

// uneven is the coefficient of variation of the length of prompts from which they are not trusted either:
// steps that read the longest ones hold up all others, and the formulas know their load, not their turn.
const uneven = 2

const unevenPrompts = "prompts of very different lengths" // as a weakness of formulas

// fills is the share of the KV cache that one of the longest requests of a hundred takes from which they are not
// trusted either: they count the sequences that fit on average, and a long one waits until several have ended.
const fills = 0.25

// weighed is the decision between the plans of all strategies, with what was found on the way.
type weighed struct {
	decided
	today    *advice.Today
	foretold *advice.Today // as the model that was named is predicted; nil where nothing is compared
	blocking []advice.Finding
}

// weigh compares the strategies and decides.
func weigh(ctx context.Context, q question) (weighed, error) {
	w := weighed{today: judgeToday(q)}
	w.foretold = foretold(q, w.today)
	if err := described(q, w.foretold); err != nil {
		return w, err
	}
	best, blocking, err := compare(ctx, q, w.today.Then)
	if err != nil {
		return w, err
	}
	w.blocking = blocking
	w.decided, err = decide(ctx, q, best, true)
	return w, err
}

// proof is what simulating said of the plan that was chosen.
type proof struct {
	verdict  string           // "" where nothing was simulated
	verified *advice.Verified // nil likewise
	doubt    string           // how far it came where it could not tell; "" where it could
	open     string           // that, where what it saw may well break a bound
	passed   string           // the plan that has passed, and whose limit is known
	left     float64          // of the budget
}

// proven weighs until the plan that is chosen has passed a simulation, where the formulas are weak or
// it was asked for. A plan that fails is held to what it does sustain, and the choice is made again.
func proven(ctx context.Context, q question) (question, weighed, proof, error) {
	p := proof{left: allProofs}
	limited, done := q.Limit.of(ctx) // bounds what is simulated alone
	defer done()
	w, err := weigh(ctx, q)
	for range mostProofs {
		if err != nil || !w.Feasible || !(q.Verify || weak(q, *w.Plan)) {
			return q, w, proof{}, err
		}
		if w.Plan.Words() == p.passed {
			return q, w, p, nil
		}
		if err = p.prove(limited, q, *w.Plan); err != nil {
			return q, w, p, err
		}
		find := p.sustained
		if p.verdict != candidate.Failed {
			find = p.limit
		}
		share, found, fault := find(limited, q, *w.Plan)
		if fault != nil || !found {
			return q, w, p, fault
		}
		if p.verdict != candidate.Failed {
			p.passed = w.Plan.Words()
		}
		q.space = held(q, *w.Plan, share)
		w, err = weigh(ctx, q)
	}
	return q, w, p, err
}

// calibrated holds today's deployment to what a simulation says that it sustains, where the formulas
// are weak at their limit and a simulation there does not confirm them. Where the budget does not suffice it says so.
func calibrated(ctx context.Context, q question) (settled question, notes []string, simulated bool, err error) {
	found := search.Sustain(q.space, search.Demand{})
	plan, _ := search.Judge(q.space, search.Demand{Peak: found.QPS})
	server, ok := search.ServerOf(q.space, plan)
	if !ok || !(found.QPS > 0) || !weak(q, plan) {
		return q, nil, false, nil
	}
	run, err := runAt(ctx, q, plan, found.QPS, eachProof)
	if err != nil || ctx.Err() != nil {
		return q, nil, false, err
	}
	if run.Confirms() {
		return q, nil, true, nil
	}
	if !run.Spans() {
		return q, []string{unclear(run) + "; scaleadvise simulate goes on for longer"}, false, nil
	}
	rate, _, err := simulate.Largest(ctx, run, excess(server, plan.Replicas), allProofs-eachProof, q.Meter)
	switch {
	case err != nil || ctx.Err() != nil:
		return q, nil, false, err
	case rate == 0:
		return q, []string{fmt.Sprintf("formulas say %s and are not reliable here (%s): no simulated rate down to %s keeps the bounds; scaleadvise simulate shows more",
			unit.Format(unit.Rate, found.QPS), weakness(q, plan), unit.Format(unit.Rate, simulate.Lowest*found.QPS))}, false, nil
	}
	q.space = held(q, plan, shareOf(server, plan, rate))
	return q, nil, true, nil
}

// checkProofs is what simulating may take in a check of many plans, in requests of an ordinary model (ten
// seconds of one core).
const checkProofs = 60_000_000

// ProofOf returns how many requests may be simulated for each of a number of plans that are judged together.
func ProofOf(plans int) float64 { return math.Min(2*eachProof, checkProofs/float64(max(plans, 1))) }

// upheld judges the deployment that is declared: where formulas say that it holds and are weak, a
// simulation decides within a budget; where that does not suffice, the doubts say so.
func upheld(ctx context.Context, q question, budget float64) (settled question, today advice.Judged, doubts []string, err error) {
	_, then := deployedToday(q)
	if x := broken(q); x != nil {
		then.excuse = x
	}
	today = judged(q, then, q.planned)
	if !today.Holds || !weak(q, today.Evaluation) {
		return q, today, nil, nil
	}
	if budget < leastProof {
		if today.Utilization > nearLimit {
			doubts = []string{fmt.Sprintf("%s of its limit by formula, which is not reliable here (%s), and nothing was simulated: scaleadvise simulate --plan FILE shows whether it holds",
				unit.Format(unit.Fraction, today.Utilization), weakness(q, today.Evaluation))}
		}
		return q, today, doubts, nil
	}
	p := proof{left: budget}
	if err := p.prove(ctx, q, today.Evaluation); err != nil || p.verdict != candidate.Failed {
		if p.doubt != "" {
			doubts = []string{p.doubt + "; scaleadvise simulate --plan FILE continues until they can"}
		}
		return q, today, doubts, err
	}
	share, err := p.atMost(ctx, q, today.Evaluation)
	if err != nil {
		return q, today, nil, err
	}
	doubts = []string{fmt.Sprintf("it holds by formula, but formulas are not reliable here (%s): %s simulated requests show that it does not, and they decide",
		weakness(q, today.Evaluation), unit.Format(unit.Count, float64(p.verified.Result.Requests)))}
	q.space = held(q, today.Evaluation, share)
	_, then = deployedToday(q)
	return q, judged(q, then, q.planned), doubts, nil
}

// weak reports whether formulas alone do not vouch for a plan.
func weak(q question, plan candidate.Evaluation) bool { return weakness(q, plan) != "" }

// weakness says why formulas alone do not vouch for a plan: bursts, balancing that knows the load,
// service that varies more than exponentially under batching, a language model near its limit, or one with requests of
// which a few are so long that many others wait behind them. It is "" where they do.
func weakness(q question, plan candidate.Evaluation) string {
	r, ok := search.Replica(q.space, plan)
	if !ok || !q.space.Bounded() {
		return ""
	}
	w := q.Workload
	switch {
	case w.Dispersion > 1:
		return "bursts"
	case w.Balancing != string(simulate.Random) && plan.Replicas*r.Copies > 1:
		return w.Balancing + " balancing"
	case r.Language != nil && filled(r.Language) > fills:
		return "memory that few of the longest requests fill"
	case r.Language != nil && r.Language.Lengths.Input.CV > uneven:
		return unevenPrompts
	case r.Language != nil && plan.Utilization > nearLimit:
		return "a language model near its limit"
	case r.Language != nil || r.Service.CV == 0:
		return ""
	case w.Service.Variation.Law != "" && w.Service.Variation.Law != workload.Gamma: // of which formulas know the variance alone
		return "service times of a law that formulas know the variance of"
	case r.Service.CV > 1 && r.Service.MaxBatch > 1:
		return "batches of times that vary widely"
	}
	return ""
}

// prove simulates a plan as far as the budget goes. One that seems to fail, but may not, takes the rest of it; if it
// still seems so, it fails.
func (p *proof) prove(ctx context.Context, q question, plan candidate.Evaluation) error {
	budget := 0.0
	if !q.Verify {
		budget = math.Min(eachProof, p.left)
	}
	p.verdict, p.verified, p.doubt, p.open = candidate.NotRun, nil, "", ""
	if !q.Verify && budget < leastProof {
		p.doubt = plan.Words() + ": formulas alone are not reliable here, and what may be simulated unasked was spent on plans that did not hold"
		p.open = p.doubt
		return nil
	}
	if err := p.simulate(ctx, q, plan, budget); err != nil || p.open == "" || q.Verify {
		return err
	}
	if rest := math.Min(longerProof, p.left); p.verified.Result.Leans() && rest > budget {
		if err := p.simulate(ctx, q, plan, rest); err != nil {
			return err
		}
		if p.open != "" && p.verified.Result.Leans() {
			p.verdict = candidate.Failed
		}
	}
	return nil
}

// simulate runs a plan within a budget and notes what that says of it.
func (p *proof) simulate(ctx context.Context, q question, plan candidate.Evaluation, budget float64) error {
	v, err := simulatePlan(ctx, q, plan, budget)
	if err != nil || v == nil {
		return err
	}
	p.verified, p.doubt, p.open = v, "", ""
	p.left -= v.Result.Work
	switch r := v.Result; {
	case r.Verdict == simulate.Holds || r.Clear():
		p.verdict = candidate.Passed
	case r.Verdict == simulate.Fails || !r.Stable && !r.Partial || r.Refuted():
		p.verdict = candidate.Failed
	default:
		p.doubt = undecided(v)
		if worst := r.Furthest(); !(worst.Took.High <= worst.Bound) || !r.Spans() {
			p.open = p.doubt
		}
	}
	return nil
}

// undecided says how far a simulation came that could not tell.
func undecided(v *advice.Verified) string { return v.Plan.Words() + ": " + unclear(v.Result) }

// farBeyond is how many times its bound the end of an interval lies that says no more than that the end is
// not known.
const farBeyond = 20

func unclear(r *simulate.Result) string {
	if !r.Spans() {
		return fmt.Sprintf("formulas alone are not reliable here, and %s simulated requests are too few to see bursts of %s",
			unit.Format(unit.Count, float64(r.Requests)), unit.Format(unit.Duration, r.Spec.Traffic.Window))
	}
	worst, g := r.Furthest(), r.Spec.Goal
	text := fmt.Sprintf("formulas alone are not reliable here, and %s simulated requests could not tell", unit.Format(unit.Count, float64(r.Requests)))
	if at := worst.Took; !math.IsNaN(at.Low) && at.Value > 0 {
		percentile := cmp.Or(g.Percentile, 0.99)
		if worst.Name != "latency" {
			percentile = cmp.Or(g.TokenPercentile, 0.99)
		}
		seen := unit.Format(unit.Duration, at.Low) + " to " + unit.Format(unit.Duration, at.High)
		if at.High > farBeyond*worst.Bound {
			seen = unit.Format(unit.Duration, at.Low) + " or more"
		}
		text += fmt.Sprintf(" (p%.6g %s %s, bound %s)", 100*percentile, worst.Name, seen, unit.Format(unit.Duration, worst.Bound))
	}
	return text
}

// sustained returns the share of the rate by formula that a plan which failed does sustain; found is false where
// nothing serves.
func (p *proof) sustained(ctx context.Context, q question, plan candidate.Evaluation) (share float64, found bool, err error) {
	server, ok := search.ServerOf(q.space, plan)
	if !ok {
		return 0, false, nil
	}
	budget := math.Min(eachProof, math.Max(p.left-eachProof, 2*leastProof)) // the plan that follows wants its proof, too
	if q.Verify {
		budget = deepProbes
	}
	rate, work, err := simulate.Largest(ctx, p.verified.Result, excess(server, plan.Replicas), budget, q.Meter)
	if p.left -= work; err != nil || ctx.Err() != nil {
		return 0, false, err // what fails is known, not what holds
	}
	return shareOf(server, plan, math.Min(rate, failing*plan.DemandQPS)), true, nil
}

// atMost returns that share too where it is not known by how much the plan carries less than the demand.
func (p *proof) atMost(ctx context.Context, q question, plan candidate.Evaluation) (share float64, err error) {
	share, found, err := p.sustained(ctx, q, plan)
	if err != nil || found {
		return share, err
	}
	server, _ := search.ServerOf(q.space, plan)
	return shareOf(server, plan, failing*plan.DemandQPS), nil
}

// limit returns the share of the limit by formula that a plan sustains which passed well below it: how much more it
// carries is a claim, too. It is found only where formulas are weak at every load, and differ there.
func (p *proof) limit(ctx context.Context, q question, plan candidate.Evaluation) (share float64, found bool, err error) {
	server, ok := search.ServerOf(q.space, plan)
	budget := math.Min(eachProof, p.left/2)
	if !ok || p.verdict != candidate.Passed || budget < leastProof || !weakAnywhere(q, plan) {
		return 0, false, nil
	}
	run, err := runAt(ctx, q, plan, server.Sustainable(plan.Replicas), budget)
	if err != nil || ctx.Err() != nil {
		return 0, false, err
	}
	if p.left -= run.Work; run.BearsOut() && !run.Refuted() || run.Clear() || !run.Spans() {
		return 0, false, nil
	}
	rate, work, err := simulate.Largest(ctx, run, excess(server, plan.Replicas), budget, q.Meter)
	if p.left -= work; err != nil || ctx.Err() != nil || rate == 0 {
		return 0, false, err
	}
	return shareOf(server, plan, math.Max(rate, plan.DemandQPS)), true, nil
}

// runAt simulates a plan at a rate within a budget.
func runAt(ctx context.Context, q question, plan candidate.Evaluation, rate, budget float64) (*simulate.Result, error) {
	spec, err := specOf(q, plan)
	if err != nil {
		return nil, err
	}
	spec.Budget, spec.Traffic.Rate = budget, rate
	return simulate.Run(ctx, spec, q.Meter)
}

// weakAnywhere reports whether formulas do not vouch for a language model at any load.
func weakAnywhere(q question, plan candidate.Evaluation) bool {
	r, ok := search.Replica(q.space, plan)
	return ok && r.Language != nil && (q.Workload.Dispersion > 1 || r.Language.Lengths.Input.CV > uneven || filled(r.Language) > fills)
}

// held returns the space with the rate of a plan limited to a share of that by formula.
func held(q question, plan candidate.Evaluation, share float64) *search.Space {
	return search.Corrected(q.space, plan, share, weakness(q, plan) == unevenPrompts)
}

// filled returns the share of the KV cache that one of the longest requests of a hundred takes, where lengths differ.
func filled(g *serve.Generation) float64 {
	const ofHundred = 2.326 // standard deviations
	in, out, most := g.Lengths.Input, g.Lengths.Output, g.Memory.MaxTokens
	long := in.At(ofHundred) + out.At(ofHundred)
	if !(most > 0) || long < 2*(in.Mean+out.Mean) {
		return 0
	}
	return long / most
}

// excess is by how much a plan misses its bounds by formula at a rate.
func excess(server *serve.Server, replicas int) func(rate float64) simulate.Excess {
	return func(rate float64) simulate.Excess { return serve.Excess(server, replicas, rate) }
}

// failing is the share of a demand which a plan that fails it may at most sustain, and leastShare that
// which it is taken to sustain where nothing was found.
const (
	failing    = 0.98
	leastShare = simulate.Lowest
)

// shareOf is a rate that a plan sustains as a share of that by formula.
func shareOf(server *serve.Server, plan candidate.Evaluation, rate float64) float64 {
	formula := server.Sustainable(plan.Replicas) / serve.Correction(server, plan.Replicas)
	if rate == 0 {
		rate = leastShare * plan.DemandQPS
	}
	return rate / formula
}
