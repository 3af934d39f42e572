package advisor

import (
	"context"
	"math"
	"sync"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/memo"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/workload"
)

// view pictures the case as rules may see it before anything is chosen.
func view(q question, today *advice.Judged) *fact.View {
	s, w := q.space, q.Workload
	one, _ := search.OneReplica(s, false)
	v := &fact.View{
		Workload: w, Clock: q.Options.Now, Origins: origins(w), Settings: q.Rules.Param,
		Now: load(q.now), Planned: load(q.planned), HorizonQPS: q.demandAt(w.Horizon).Peak,
		Model: fact.Model{ID: s.Model.ID, Precision: s.BaselinePrecision(s.Base.Accelerator)},
		Base: fact.Base{
			Accelerator: offer.ShortName(s.Base.Accelerator), Replicas: s.Base.Replicas, PerReplica: s.Base.PerReplica,
			Known: s.Base.Known, Assumed: s.Base.Assumed, Allowed: s.Permits(s.Base.Accelerator), Partitions: s.Base.Accelerator.MIGMax > 1,
			Whole:   s.Base.Accelerator.Part == nil && !s.Base.Accelerator.CPU,
			Unnamed: s.Base.Accelerator.ID == unnamedMachine,
		},
		Server: one, Tokens: language(q), Law: lawOf(q), Host: host(q),
		Wanted:       sync.OnceValue(func() int { return search.ReplicasWanted(s, q.planned) }),
		FastestAlone: sync.OnceValue(func() float64 { return search.FastestAlone(s) }),
		HoldsNow:     sync.OnceValue(func() bool { _, excuse := search.Judge(s, q.now); return excuse == nil }),
		Slice: sync.OnceValue(func() fact.Slice {
			found, _ := search.SmallestSlice(s, q.planned)
			return fact.Slice(found)
		}),
	}
	v.Server.Measured = w.Service.Given() || len(w.Service.Elsewhere) > 0 || s.USL != nil
	if today != nil {
		v.Today, v.TodayHolds = &today.Evaluation, today.Holds
	}
	return v
}

// emptyView pictures a case of which little is known: rules see that little alone.
func emptyView(rules *rule.Set) *fact.View {
	return &fact.View{
		Workload: &workload.Workload{}, Origins: map[string]string{}, Settings: rules.Param, Outcome: &fact.Outcome{},
		Wanted: func() int { return 0 }, FastestAlone: func() float64 { return 0 }, HoldsNow: func() bool { return false },
		Slice: func() fact.Slice { return fact.Slice{} },
	}
}

func load(d search.Demand) fact.Load { return fact.Load{Peak: d.Peak, Mean: d.Mean, Data: d.Data} }

// language is what a base replica does with tokens.
func language(q question) fact.Tokens {
	t, ok := search.Tokens(q.space)
	if !ok {
		return fact.Tokens{}
	}
	in, out, _ := search.RequestTokens(q.space)
	return fact.Tokens{
		Given: true, Input: in, Output: out, TTFTAlone: t.TTFTAlone, TPOTAlone: t.TPOTAlone,
		KVGiBPerRequest: t.KVGiBPerRequest, Concurrency: t.Concurrency, ByMemory: t.ByMemory, PrefixHit: t.PrefixHit, Squeeze: squeeze(q),
		HeldBack: sync.OnceValue(func() advice.HeldBack { return heldBack(q) }),
	}
}

// squeeze is the argument of the engine for which today's replica needs more accelerators than the model does.
func squeeze(q question) advice.Squeeze {
	found, ok := offer.Squeezed(q.space.Offers)
	if !ok {
		return advice.Squeeze{}
	}
	return advice.Squeeze{
		Argument: found.Argument, Change: found.Change, Enough: found.Enough, Usual: found.Usual, Needed: found.Needed, Usable: found.Usable,
		Assumed: q.Workload.GPUsPerReplica == 0, Fits: found.Fits,
		Replica: candidate.ReplicasOf(1, found.PerReplica, offer.ShortName(found.Accelerator)),
	}
}

// host is what a request takes of the machine.
func host(q question) fact.Host {
	h := q.space.Host
	if h == nil {
		return fact.Host{}
	}
	return fact.Host{Work: h.Work, CPU: h.CPU.Mid, Delay: h.Delay(), Assumed: h.Assumed, Used: offer.UsedVCPUs}
}

func lawOf(q question) fact.Law {
	usl := q.space.USL
	if usl == nil {
		return fact.Law{}
	}
	law := fact.Law{Given: true, Sigma: usl.Sigma, Kappa: usl.Kappa, R2: usl.R2}
	law.PeakReplicas, law.PeakQPS, _ = usl.Peak()
	return law
}

// outcome pictures the case with the plan that was chosen, or the deployment that is declared.
func outcome(q question, today *advice.Judged, best []candidate.Alternative, d choice.Decision, way road) *fact.View {
	v, s := view(q, today), q.space
	var balanced memo.Of[string, int]
	o := &fact.Outcome{
		Alternative: d.Alternative, Direction: direction(q, d.Alternative), Because: string(d.Criterion),
		Blocked: d.Rule != "", KeptToday: d.KeepsToday(), Alternatives: best,
		HasLaw:      s.USL != nil,
		JobHours:    func(replicas int) float64 { return search.JobHours(s, replicas, q.planned.Data) },
		ReplicasFor: func() int { return search.ReplicasForJob(s, q.planned.Data) },
		JobLate:     func() (float64, bool) { return search.JobLate(s, s.Base.Replicas) },
		Roomier: sync.OnceValues(func() (string, float64) {
			if d.Plan == nil {
				return "", 0
			}
			machine, usd, _ := search.Roomier(s, *d.Plan, q.planned)
			return machine, usd
		}),
		InSmaller: sync.OnceValues(func() (string, float64) { return search.InSmaller(s, d.Plan) }),
		Improved:  sync.OnceValues(func() (candidate.Server, bool) { return search.OneReplica(s, true) }),
		Strongest: sync.OnceValue(func() fact.Strongest { return strongest(q) }), NotAdmitted: func() []string { return search.NotAdmitted(s) },
		Balanced: func(balancing string) int {
			if d.Plan == nil || !d.Feasible || d.Plan.Replicas < 2 || !s.Bounded() {
				return 0
			}
			return balanced.Get(balancing, func() int { return search.Balanced(s, *d.Plan, q.planned, balancing) })
		},
		Unbudgeted: sync.OnceValue(func() float64 { return cheapestUnbudgeted(q, best) }),
	}
	if p := d.Plan; p != nil {
		o.CapacityOf = func(replicas int) float64 { return search.CapacityOf(s, *p, replicas) }
		if a, ok := q.Catalog.Accelerator(p.Accelerator); ok && p.PerReplica > max(q.Workload.LLM.Stages, 1) && v.Tokens.Given {
			o.Link = a.Interconnect
		}
	}
	for _, stage := range way.stages[min(1, len(way.stages)):] {
		o.Stages = append(o.Stages, fact.Change{Months: months(stage.After), Strategy: stage.Strategy, Replicas: stage.Plan.Replicas})
	}
	v.Outcome = o
	return v
}

// direction is which way a strategy goes: more or fewer replicas, stronger or weaker
// machines.
func direction(q question, b candidate.Alternative) string {
	if b.Plan == nil {
		return ""
	}
	switch b.Strategy {
	case candidate.Horizontal:
		if b.Plan.Replicas < q.space.Base.Replicas {
			return "in"
		}
		return "out"
	case candidate.Vertical:
		if search.Weaker(q.space, *b.Plan) {
			return "down"
		}
		return "up"
	}
	return ""
}

// strongest is the allowed hardware that carries most.
func strongest(q question) fact.Strongest {
	plain, okPlain := search.Strongest(q.space, false)
	best, ok := search.Strongest(q.space, true)
	if plain.QPS >= best.QPS {
		best = plain
	}
	if !ok && !okPlain {
		return fact.Strongest{}
	}
	return fact.Strongest{Known: true, Accelerator: best.Name, PerReplica: best.PerReplica, QPS: best.QPS, PlainQPS: plain.QPS}
}

// cheapestUnbudgeted is the cost of the cheapest plan that holds, were there no budget;
// +Inf when none does.
func cheapestUnbudgeted(q question, best []candidate.Alternative) float64 {
	lowest := math.Inf(1)
	for _, b := range best {
		free := search.Cheapest(context.Background(), q.space, search.Query{Strategy: b.Strategy, Optimized: b.Optimized, Demand: q.planned, AnyBudget: true})
		if free.Feasible && free.Plan.Priced {
			lowest = math.Min(lowest, free.Plan.CostPerMonth)
		}
	}
	return lowest
}

// addDeclared adds what a check alone knows of the deployment.
func addDeclared(q question, v *fact.View, in Declared, e *candidate.Evaluation) {
	v.Declared = &fact.Declared{Scaler: in.Autoscaler, MinLosses: func(p candidate.Placing) int { return fewestForLosses(q, p) }}
	if seconds, grows := q.growth.Until(e.CarriesQPS, 1); grows {
		v.Declared.Runway = months(seconds)
	}
	if in.Autoscaler != nil {
		v.Declared.Full = knee(q, in.Autoscaler.Signal, e)
		scalerOrigins(v.Origins, in.Autoscaler)
	}
}

// fewestForLosses is how many replicas leave one after the losses that the availability
// asks to survive; 0 where no number does.
func fewestForLosses(q question, p candidate.Placing) int {
	const most = 1000
	for instances := 1; instances <= most; instances++ {
		if down, ok := search.LossesToSurvive(q.space, instances); ok && down < instances {
			return p.FewestOn(instances)
		}
	}
	return 0
}

// knee is what a signal shows of one replica that carries all that it can within the SLO; 0
// where the signal does not show the load: a server that batches is busy long before it is
// full, and host processors say little of an accelerator.
func knee(q question, signal plan.Signal, p *candidate.Evaluation) float64 {
	n := math.Max(float64(p.Replicas), 1)
	one, _ := search.OneReplica(q.space, false)
	switch {
	case p.CapacityQPS <= 0:
	case signal == plan.Rate:
		return p.CapacityQPS / n
	case signal == plan.Tokens:
		_, out, _ := search.RequestTokens(q.space)
		return p.CapacityQPS / n * out
	case signal == plan.Concurrency:
		// Little's law, the median standing for the mean.
		full, ok := search.Respond(q.space, p.CapacityQPS*(1-1e-6))
		if ok && full.Stable {
			return p.CapacityQPS / n * full.P50
		}
	case signal == plan.Accelerator && one.MaxBatch <= 1 && p.SaturationQPS > 0, signal == plan.CPU && q.space.Base.Accelerator.CPU && p.SaturationQPS > 0:
		return p.CapacityQPS / p.SaturationQPS
	}
	return 0
}

// origins say where each trait's value came from.
func origins(w *workload.Workload) map[string]string {
	of := map[string]string{}
	for _, t := range w.Traits {
		of[t.Spec.Name] = t.Value.Origin.String()
	}
	if w.Peak.Mid > 0 && of["qps"] == "" {
		of["qps"] = "users × requests per user × peak to mean"
	}
	return of
}

// scalerOrigins add where an autoscaler's numbers stand.
func scalerOrigins(of map[string]string, a *plan.Autoscaler) {
	for name, bound := range scalerTraits(a) {
		of[name] = bound.String()
	}
}

// scalerTraits are the places of an autoscaler's numbers, by the names that facts have for them.
func scalerTraits(a *plan.Autoscaler) map[string]origin.Origin {
	return map[string]origin.Origin{
		"hpa.max": a.Max.Origin, "hpa.min": a.Min.Origin, "hpa.target": a.Target.Origin, "hpa.ramp": a.Ramp.Origin,
	}
}
