package advisor

import (
	"math"
	"sync"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/workload"
)

// view pictures the case as rules may see it before anything is chosen.
func (r *run) view() *fact.View {
	s, w := r.space, r.Workload
	one, _ := search.OneReplica(s, false)
	v := &fact.View{
		Workload: w, Origins: origins(w), Settings: r.Rules.Param,
		Now: load(r.now), Planned: load(r.planned), HorizonQPS: r.demandAt(w.Horizon).Peak,
		Model: fact.Model{ID: s.Model.ID, Precision: s.BaselinePrecision(s.Base.Accelerator)},
		Base: fact.Base{
			Accelerator: offer.ShortName(s.Base.Accelerator), Replicas: s.Base.Replicas, PerReplica: s.Base.PerReplica,
			Known: s.Base.Known, Assumed: s.Base.Assumed, Allowed: s.Permits(s.Base.Accelerator), Partitions: s.Base.Accelerator.MIGMax > 1,
			Unnamed: s.Base.Accelerator.ID == unnamedMachine,
		},
		Server: server(one), Tokens: r.language(), Law: r.law(),
		Wanted:       sync.OnceValue(func() int { return search.ReplicasWanted(s, r.planned) }),
		FastestAlone: sync.OnceValue(r.fastestAlone),
		HoldsNow:     sync.OnceValue(func() bool { _, excuse := search.Judge(s, r.now); return excuse == nil }),
	}
	v.Server.Measured = w.Service.Given() || len(w.Service.Elsewhere) > 0 || s.USL != nil
	if r.deployed != nil {
		v.Today, v.TodayHolds = &r.deployed.Evaluation, r.deployed.Holds
	}
	return v
}

// emptyView pictures a case of which little is known: rules see that little alone.
func emptyView(rules *rule.Set) *fact.View {
	return &fact.View{
		Workload: &workload.Workload{}, Origins: map[string]string{}, Settings: rules.Param, Outcome: &fact.Outcome{},
		Wanted: func() int { return 0 }, FastestAlone: func() float64 { return 0 }, HoldsNow: func() bool { return false },
	}
}

func load(d search.Demand) fact.Load { return fact.Load{Peak: d.Peak, Mean: d.Mean, Data: d.Data} }

func server(s search.BaseServer) fact.Server {
	return fact.Server{
		Basis: s.Basis, Alone: s.AloneSeconds, MaxBatch: s.MaxBatch, CV: s.CV, QPS: s.QPS, Saturation: s.Saturation,
		Fits: s.Fits, Weights: s.Weights, Needed: s.Needed, Usable: s.Usable, Optimizations: s.Optimization,
	}
}

// fastestAlone looks at all hardware, which a check of one deployment does only to word a fault.
func (r *run) fastestAlone() float64 {
	if r.checking && (r.deployed == nil || r.deployed.Excuse == nil || r.deployed.Excuse.Code != candidate.SlowAlone) {
		return 0
	}
	return search.FastestAlone(r.space)
}

// language is what a base replica does with tokens.
func (r *run) language() fact.Tokens {
	t, ok := search.Tokens(r.space)
	if !ok {
		return fact.Tokens{}
	}
	in, out, _ := search.RequestTokens(r.space)
	return fact.Tokens{
		Given: true, Input: in, Output: out, TTFTAlone: t.TTFTAlone, TPOTAlone: t.TPOTAlone,
		KVGiBPerRequest: t.KVGiBPerRequest, Concurrency: t.Concurrency, ByMemory: t.ByMemory,
	}
}

func (r *run) law() fact.Law {
	usl := r.space.USL
	if usl == nil {
		return fact.Law{}
	}
	law := fact.Law{Given: true, Sigma: usl.Sigma, Kappa: usl.Kappa, R2: usl.R2}
	law.PeakReplicas, law.PeakQPS, _ = usl.Peak()
	return law
}

// outcome adds the plan that was chosen, or the deployment that is declared.
func (r *run) outcome(v *fact.View, c comparison, d choice.Decision, stages []advice.Stage) {
	s := r.space
	o := &fact.Outcome{
		Alternative: d.Alternative, Direction: r.direction(d.Alternative), Because: string(d.Criterion),
		Blocked: d.Rule != "", KeptToday: d.KeepsToday(),
		Alternatives: c.best, HasLaw: s.USL != nil,
		JobHours:    func(replicas int) float64 { return search.JobHours(s, replicas, r.planned.Data) },
		ReplicasFor: func() int { return search.ReplicasForJob(s, r.planned.Data) },
		Improved: sync.OnceValues(func() (fact.Server, bool) {
			best, known := search.OneReplica(s, true)
			return server(best), known
		}),
		Strongest: sync.OnceValue(r.strongest), NotAdmitted: func() []string { return search.NotAdmitted(s) },
		Unbudgeted: sync.OnceValue(func() float64 { return r.cheapestUnbudgeted(c) }),
	}
	if p := d.Plan; p != nil {
		o.CapacityOf = func(replicas int) float64 { return search.CapacityOf(s, *p, replicas) }
		if a, ok := r.Catalog.Accelerator(p.Accelerator); ok && p.PerReplica > 1 && v.Tokens.Given {
			o.Link = a.Interconnect
		}
	}
	for _, stage := range stages[min(1, len(stages)):] {
		o.Stages = append(o.Stages, fact.Change{Months: months(stage.After), Strategy: stage.Strategy, Replicas: stage.Plan.Replicas})
	}
	v.Outcome = o
}

// direction is which way a strategy goes: more or fewer replicas, stronger or weaker
// machines.
func (r *run) direction(b candidate.Alternative) string {
	if b.Plan == nil {
		return ""
	}
	switch b.Strategy {
	case candidate.Horizontal:
		if b.Plan.Replicas < r.space.Base.Replicas {
			return "in"
		}
		return "out"
	case candidate.Vertical:
		if search.Weaker(r.space, *b.Plan) {
			return "down"
		}
		return "up"
	}
	return ""
}

// strongest is the allowed hardware that carries most.
func (r *run) strongest() fact.Strongest {
	plain, okPlain := search.Strongest(r.space, false)
	best, ok := search.Strongest(r.space, true)
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
func (r *run) cheapestUnbudgeted(c comparison) float64 {
	lowest := math.Inf(1)
	for _, b := range c.best {
		free := search.Cheapest(r.space, search.Query{Strategy: b.Strategy, Optimized: b.Optimized, Demand: c.demand, AnyBudget: true})
		if free.Feasible && free.Plan.Priced {
			lowest = math.Min(lowest, free.Plan.CostPerMonth)
		}
	}
	return lowest
}

// declares adds what a check alone knows of the deployment.
func (r *run) declares(v *fact.View, in Declared, d choice.Decision) {
	v.Declared = &fact.Declared{Scaler: in.Autoscaler, MinLosses: r.fewestForLosses}
	if seconds, grows := r.growth.Until(d.Plan.CarriesQPS, 1); grows {
		v.Declared.Runway = months(seconds)
	}
	if in.Autoscaler != nil {
		v.Declared.Full = r.knee(in.Autoscaler.Signal, d.Plan)
		scalerOrigins(v.Origins, in.Autoscaler)
	}
}

// fewestForLosses is how many replicas leave one after the losses that the availability
// asks to survive; 0 where no number does.
func (r *run) fewestForLosses(perInstance int) int {
	const most = 1000
	w := r.Workload
	for instances := 1; instances <= most; instances++ {
		down, ok := queue.LossesToSurvive(instances, w.ReplicaAvailability, w.Availability)
		if w.Zones >= 2 {
			down = max(down, (instances+w.Zones-1)/w.Zones)
		}
		if ok && down < instances {
			return (instances-1)*max(perInstance, 1) + 1
		}
	}
	return 0
}

// knee is what a signal shows of one replica that carries all that it can within the SLO; 0
// where the signal does not show the load: a server that batches is busy long before it is
// full, and host processors say little of an accelerator.
func (r *run) knee(signal plan.Signal, p *candidate.Evaluation) float64 {
	n := math.Max(float64(p.Replicas), 1)
	one, _ := search.OneReplica(r.space, false)
	switch {
	case p.CapacityQPS <= 0:
	case signal == plan.Rate:
		return p.CapacityQPS / n
	case signal == plan.Concurrency:
		// Little's law, the median standing for the mean.
		full, ok := search.Respond(r.space, p.CapacityQPS*(1-1e-6))
		if ok && full.Stable {
			return p.CapacityQPS / n * full.P50
		}
	case signal == plan.Accelerator && one.MaxBatch <= 1 && p.SaturationQPS > 0, signal == plan.CPU && r.space.Base.Accelerator.CPU && p.SaturationQPS > 0:
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
