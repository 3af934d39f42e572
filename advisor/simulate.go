package advisor

import (
	"context"
	"errors"
	"fmt"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/simulate"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Simulated is what to simulate beyond the workload.
type Simulated struct {
	Deployment string // DeclaredPlan, RecommendedPlan, or "" for declared where there is one

	Recording    *simulate.Recording // recorded traffic; nil for generated traffic
	Diurnal      bool                // generated traffic follows the shape of a day
	Day          float64             // s, length of that day
	Length       float64             // s, 0 chooses it
	Requests     float64             // 0 chooses it
	Replications int                 // 0 chooses it
	MaxWait      float64             // s that a batch waits to fill
	Clients      simulate.Clients
	Events       []simulate.Event
	Autoscale    *Autoscale
	Meter        *simulate.Meter
}

// The deployments that can be simulated.
const (
	DeclaredPlan    = "declared"
	RecommendedPlan = "recommended"
)

// Autoscale is an autoscaler whose target is a share of what one replica sustains.
type Autoscale struct {
	simulate.Scaler
	Share float64 // target, as a share of what a replica sustains
}

// Simulate runs a deployment event by event: the one that was declared, or the one that Advise
// recommends. The error is about the input; that the deployment fails is an answer. When ctx
// ends the result is partial.
func Simulate(ctx context.Context, in Input, o Options, s Simulated) (*advice.Simulation, error) {
	in.Workload = withRecord(in.Workload, s.Recording)
	d, err := deploy(ctx, in, o, s)
	if err != nil {
		return nil, err
	}
	spec, err := specify(d, s)
	if err != nil {
		return nil, err
	}
	ctx, done := o.Limit.of(ctx)
	defer done()
	result, err := simulate.Run(ctx, spec, s.Meter)
	if err != nil {
		return nil, err
	}
	return simulation(d, s, result), nil
}

// withRecord gives a workload what a trace says of its requests and the workload does not: their lengths, and how
// much of the prompts earlier ones contained.
func withRecord(w *workload.Workload, r *simulate.Recording) *workload.Workload {
	if r == nil || r.Trace == nil || !r.Trace.Tokens() {
		return w
	}
	copied := *w
	if w.LLM.Input.Mid == 0 && w.LLM.Output.Mid == 0 {
		l := r.Trace.Lengths()
		copied.LLM.Input, copied.LLM.InputLengths = observed(l.Input)
		copied.LLM.Output, copied.LLM.OutputLengths = observed(l.Output)
	}
	if reused := r.Trace.Reused(); reused > 0 {
		copied.Reassume("prefix_hit", fmt.Sprintf("%.4g%%", 100*min(reused, 0.99)), "the trace names the blocks that prompts share")
	}
	return &copied
}

func observed(t llm.Tokens) (unit.Interval, unit.Percentiles) {
	return unit.Interval{Mid: t.Mean, Low: t.P50, High: t.P99}, unit.Percentiles{P50: t.P50, P90: t.P90, P99: t.P99}
}

// deployment is what is simulated.
type deployment struct {
	question
	plan     candidate.Evaluation
	replica  serve.Replica
	declared bool
}

// deploy finds the deployment.
func deploy(ctx context.Context, in Input, o Options, s Simulated) (deployment, error) {
	if s.Deployment == DeclaredPlan || s.Deployment == "" && declares(in) {
		return deployDeclared(in, o)
	}
	return deployAdvised(ctx, in, o)
}

// deployDeclared is the deployment that was given.
func deployDeclared(in Input, o Options) (deployment, error) {
	w, err := located(in.Workload)
	if err != nil {
		return deployment{}, err
	}
	in.Workload = w
	q, err := settle(in, o)
	if err != nil {
		return deployment{}, err
	}
	plan, excuse := search.Judge(q.space, q.planned)
	search.Complete(q.space, &plan, q.planned)
	replica, ok := search.Replica(q.space, plan)
	switch {
	case ok:
		return deployment{question: q, plan: plan, replica: replica, declared: true}, nil
	case excuse != nil:
		return deployment{}, fmt.Errorf("the deployment cannot serve: %s; scaleadvise advise looks for one that can", excuse.Text)
	}
	return deployment{}, errIdle
}

// deployAdvised is the deployment that Advise recommends.
func deployAdvised(ctx context.Context, in Input, o Options) (deployment, error) {
	if err := in.Workload.RequireDemand(); err != nil {
		return deployment{}, err
	}
	in.Workload = withoutScaler(in.Workload) // it is for the simulation
	a, err := Advise(ctx, in, o)
	if err != nil {
		return deployment{}, err
	}
	q, err := settleAdvice(ctx, in, o)
	if err != nil {
		return deployment{}, err
	}
	replica, ok := search.Replica(q.space, a.Plan)
	if !ok {
		return deployment{}, errIdle
	}
	return deployment{question: q, plan: a.Plan, replica: replica}, nil
}

// withoutScaler is a workload whose number of replicas stays.
func withoutScaler(w *workload.Workload) *workload.Workload {
	copied := *w
	copied.Autoscale = workload.Autoscale{Mode: workload.AutoscaleOff}
	return &copied
}

// errIdle is why nothing can be simulated.
var errIdle = errors.New("no deployment can serve this, so there is nothing to simulate; scaleadvise advise says what is missing")

// declares reports whether a deployment was given: replicas, of hardware or of a service that
// was measured.
func declares(in Input) bool {
	w := in.Workload
	_, err := located(w)
	return err == nil && (w.Replicas > 0 || w.RequireDemand() != nil)
}

// specify is the simulation of the deployment.
func specify(d deployment, s Simulated) (simulate.Spec, error) {
	traffic, err := traffic(d, s)
	if err != nil {
		return simulate.Spec{}, err
	}
	spec := simulate.Spec{
		Fleet: replicasOf(d, s, traffic.Mean()), Traffic: traffic, Length: s.Length, Clients: s.Clients, Events: s.Events,
		Seed: d.Seed, Replications: s.Replications, Goal: goal(d),
	}
	if s.Requests > 0 {
		spec.Length = s.Requests / traffic.Mean()
	}
	if s.Autoscale != nil {
		scaler := autoscaler(d, *s.Autoscale)
		spec.Scaler = &scaler
		spec.Fleet.Replicas = min(max(spec.Fleet.Replicas, scaler.Min), scaler.Max)
	}
	return spec, nil
}

// goal are the bounds of the workload.
func goal(d deployment) simulate.Goal {
	w := d.space.Workload
	g := simulate.Goal{Latency: w.Latency, Percentile: w.Percentile}
	if d.replica.Language != nil {
		g.TTFT, g.TPOT, g.TokenPercentile = w.LLM.TTFT, w.LLM.TPOT, w.LLM.Percentile
	}
	return g
}

// replicasOf are the replicas of a deployment, as they are simulated at a rate.
func replicasOf(d deployment, s Simulated, rate float64) simulate.Fleet {
	f := simulate.Fleet{
		Replicas: d.plan.Replicas, Units: d.replica.Copies, Balancing: simulate.Balancing(d.Workload.Balancing),
		Zones: max(d.Workload.Zones, 1), ColdStart: d.Workload.ColdStart,
	}
	if d.replica.Language != nil {
		f.Station, f.Scheduler = simulate.Station{MaxBatch: 1, Workers: 1, Beside: d.replica.Language.Machine.Once()}, scheduler(d)
		return f
	}
	f.Station = station(d, s)
	f.Station.Work = slowdown(d, rate/float64(f.Replicas*f.Units))
	return f
}

// scheduler returns one replica of a language model under continuous batching.
func scheduler(d deployment) *simulate.Scheduler {
	t := d.replica.Language
	return &simulate.Scheduler{
		Timing: t.Machine.Timing, Lengths: t.Lengths, PrefixHit: t.Machine.Setup.PrefixHit, Accepted: math.Max(1, t.Machine.Setup.Accepted),
		Requests: max(1, t.Slots), Budget: math.Max(1, t.Memory.Engine.PrefillTokens), Cache: t.Memory.MaxTokens, Evicts: t.Memory.Engine.Evicts,
		Saturation: t.Machine.Saturation(t.Lengths), Reuses: d.Workload.Assumed("prefix_hit") && t.Machine.Setup.PrefixHit > 0,
		Longest: float64(t.Machine.Setup.Shape.MaxContext),
	}
}

// station is one server of a classic model.
func station(d deployment, s Simulated) simulate.Station {
	m := d.replica.Service
	st := simulate.Station{Alpha: m.Alpha, Beta: m.Beta, MaxBatch: max(m.MaxBatch, 1), CV: m.CV, Workers: 1, MaxWait: s.MaxWait, Beside: d.replica.Beside}
	if st.MaxBatch == 1 {
		st.Workers = max(m.Concurrency, 1)
	}
	if st.CV > 0 {
		st.Times = times(d.Workload.Service.Variation)
	}
	if kept := d.replica.Scaled; kept > 0 { // a scalability law slows the replicas
		st.Alpha, st.Beta = st.Alpha/kept, st.Beta/kept
	}
	return st
}

// times is the law of service times that was given; gamma is the simulation's own.
func times(v workload.Variation) simulate.Times {
	switch v.Law {
	case workload.Lognormal:
		return simulate.Times{Lognormal: v.CV}
	case workload.Pareto:
		return simulate.Times{Pareto: v.Shape}
	}
	return simulate.Times{Seen: v.Seen}
}

// traffic is what arrives: the recording, scaled to the demand where one was given, or made
// requests at the peak planned for.
func traffic(d deployment, s Simulated) (simulate.Traffic, error) {
	w := d.Workload
	t := simulate.Traffic{Rate: d.plan.DemandQPS, Dispersion: w.Dispersion, Window: w.Window}
	share := 1.0 // of the demand that reaches the replicas
	if d.planned.Peak > 0 {
		share = d.plan.DemandQPS / d.planned.Peak
	}
	if s.Recording != nil {
		t.Trace, t.Profile = s.Recording.Trace, s.Recording.Profile
		switch {
		case d.planned.Mean > 0:
			t.Rate = d.planned.Mean * share
		case t.Rate == 0:
			t.Rate = s.Recording.Rate
		}
		return t, nil
	}
	if !(t.Rate > 0) {
		return t, w.RequireDemand()
	}
	if s.Diurnal {
		ratio := w.PeakToMean
		if ratio <= 1 {
			ratio = workload.UsualPeakToMean
		}
		t.Profile = simulate.Diurnal(ratio, s.Day)
		t.Rate /= t.Profile.PeakToMean()
	}
	return t, nil
}

// slowdown is the factor by which requests take longer on a real server at this rate.
func slowdown(d deployment, rate float64) float64 {
	if d.replica.Scaled > 0 {
		rate /= d.replica.Scaled
	}
	return math.Max(1, d.replica.Service.QueueRate(rate)/rate)
}

// autoscaler sets the target of an autoscaler by what one replica sustains.
func autoscaler(d deployment, a Autoscale) simulate.Scaler {
	one := d.plan.CapacityQPS / float64(d.plan.Replicas)
	if one <= 0 {
		one = d.plan.SaturationQPS / float64(d.plan.Replicas)
	}
	scaler := a.Scaler
	scaler.Target = a.Share * one
	return scaler
}

// simulation compares the outcome with what the formulas say.
func simulation(d deployment, s Simulated, r *simulate.Result) *advice.Simulation {
	a := &advice.Simulation{
		Workload: summary(d.question), Declared: d.declared, SLOAssumed: defaulted(d.question, "p99"), Plan: d.plan, Result: r,
		Comparable: !r.Spec.Scenario() && r.Spec.Clients == (simulate.Clients{}) && r.Spec.Fleet.Station.MaxWait == 0 && r.Stable && !r.Partial,
		Arrivals:   arrivals(s, r.Spec), Assumptions: simulationAssumptions(d, s, r), Traits: traits(d.Workload),
		Warnings: merged(d.space.Notes, d.Workload.Warnings, d.replica.Service.Warnings),
	}
	a.Workload.PlanQPS = d.plan.DemandQPS
	if d.declared && !d.space.Base.Known { // a service that was measured on a machine that is not named
		a.Plan.Accelerator, a.Plan.AcceleratorName, a.Plan.Hosting = "", "", candidate.Hosting{}
	}
	if d.plan.CapacityQPS > 0 {
		a.Utilize = r.Spec.Traffic.Mean() / d.plan.CapacityQPS
	}
	if a.Comparable {
		a.Errors = compared(d.plan, r, threshold(d.Rules, fact.Disagree))
		a.Warnings = append(a.Warnings, disagreements(a.Errors)...)
	}
	if s.MaxWait > 0 && (r.Spec.Fleet.Scheduler != nil || r.Spec.Fleet.Station.MaxBatch == 1) {
		a.Warnings = append(a.Warnings, "--max-wait changes nothing: no batch waits to be filled here; it is for servers with --batch-time or a --max-batch above 1")
	}
	if r.Partial {
		a.Warnings = append(a.Warnings, unrepeatable)
	}
	if x := broken(d.question); x != nil {
		a.Warnings = append(a.Warnings, "what runs does not hold: "+x.Text+"; what is simulated may be off by as much")
	}
	a.Scaling = autoscaled(d, s, r)
	a.Next = simulationNext(d, s, a)
	return a
}

// unrepeatable is what is to be known of a run that a clock, or a user, ended.
const unrepeatable = "the run was stopped before its end, and how far it came depends on the machine and what else it does: " +
	"the same seed need not give these numbers again; a longer --time-limit, or fewer requests, runs to the end"

// compared holds formulas against a simulation, with the fraction by which they may differ.
func compared(e candidate.Evaluation, r *simulate.Result, tolerance float64) []advice.Compared {
	var all []advice.Compared
	if r.Spec.Fleet.Scheduler != nil {
		all = append(all, advice.Compared{Name: "TTFT", Unit: "s", Formula: e.TTFT, Simulated: r.TTFT}, advice.Compared{Name: "TPOT", Unit: "s", Formula: e.TPOT, Simulated: r.TPOT})
	}
	all = append(all, []advice.Compared{
		{Name: "p50", Unit: "s", Formula: e.P50, Simulated: simulate.Estimate{Value: r.P50, Low: math.NaN(), High: math.NaN()}},
		{Name: "p99", Unit: "s", Formula: e.P99, Simulated: r.P99Interval},
		{Name: "busy", Unit: "fraction", Formula: e.Busy, Simulated: simulate.Estimate{Value: r.Busy, Low: math.NaN(), High: math.NaN()}},
	}...)
	for i := range all {
		c := &all[i]
		off := math.Abs(c.Formula - c.Simulated.Value)
		chance := 0.0
		if h := c.Simulated.Half(); h > 0 {
			chance = h
		}
		c.Tolerance, c.Differs = tolerance, off > tolerance*c.Simulated.Value+chance
	}
	return all
}

// disagreements are the warnings about what differs.
func disagreements(all []advice.Compared) []string {
	var out []string
	for _, c := range all {
		if c.Differs && c.Unit == "s" && c.Name != "p50" {
			larger := math.Max(c.Formula, c.Simulated.Value)
			out = append(out, fmt.Sprintf("formula and simulation differ by more than %.0f %%: %s %s by formula, %s simulated; take the larger, %s",
				100*c.Tolerance, c.Name, unit.Format(unit.Duration, c.Formula), unit.Format(unit.Duration, c.Simulated.Value), unit.Format(unit.Duration, larger)))
		}
	}
	return out
}
