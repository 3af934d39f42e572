package report

import (
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/serve"
)

// capacityTitle is the answer in one sentence.
func capacityTitle(a *advice.Capacity) string {
	s := conclusion(a)
	return strings.ToUpper(s[:1]) + s[1:] + squeezed(a)
}

// squeezed says which argument of the engine takes more accelerators than the model does, and what to do
// before they are bought.
func squeezed(a *advice.Capacity) string {
	s := a.Squeeze
	if !s.Given() {
		return heldBack(a.HeldBack)
	}
	reason := s.Argument + " is why " + s.Replica + " does not hold the model: " + measure(s.Needed, "GiB") + " needed, " + measure(s.Usable, "GiB") + " usable"
	return " " + sentence(reason) + " " + sentence(s.Remedy()+" before you take more accelerators")
}

// heldBack says with which argument of the engine a replica carries much less than it could, and what to do.
func heldBack(h advice.HeldBack) string {
	if !h.Given() {
		return ""
	}
	reason := h.String()
	reason = strings.ToUpper(reason[:1]) + reason[1:]
	return " " + sentence(reason) + " " + sentence(h.Remedy()+" before you take more accelerators")
}

func conclusion(a *advice.Capacity) string {
	at := rate(a.Point.QPS)
	switch a.Verdict {
	case advice.TooLarge:
		return deployment(a) + " cannot hold the model: " + excused(a.Excuse) + ", " + measure(a.Memory.Deficit, "GiB") + " too few."
	case advice.CannotRun:
		return deployment(a) + " cannot serve: " + excused(a.Excuse) + "; name another precision (--precision), engine (--engine) or accelerator (--gpu)."
	case advice.Unknown:
		return "it is not known what " + deployment(a) + " " + sustains(a) + ": " + excused(a.Excuse) + "; measure it and give --replica-qps or --service-time."
	case advice.Unstable:
		return deployment(a) + " cannot keep up with " + at + ": " + excused(a.Excuse) + "."
	case advice.Unmet:
		if !a.Asked {
			return deployment(a) + " " + sustains(a) + " nothing" + capacityBound(a) + ": " + excused(a.Excuse) + "."
		}
		return deployment(a) + " does not carry " + at + ": " + excused(a.Excuse) + "."
	case advice.Holds:
		return deployment(a) + " carries " + at + ": " + percent(a.Point.Utilization) + " of the " + sustained(a) + " it sustains" + capacityBound(a) + formulaOnly(a) + "."
	}
	by := formulaOnly(a)
	if a.Simulated {
		by = ", simulated"
	}
	return deployment(a) + " " + sustains(a) + " " + sustained(a) + capacityBound(a) + by + "."
}

// formulaOnly says of a rate by formula alone that a note doubts it.
func formulaOnly(a *advice.Capacity) string {
	if a.Doubtful {
		return ", by formulas that are not reliable here (see Note)"
	}
	return ""
}

// sustains is the verb that goes with the deployment.
func sustains(a *advice.Capacity) string {
	if a.Replicas > 1 && a.Accelerator == "" && a.AcceleratorName == "" {
		return "sustain"
	}
	return "sustains"
}

// deployment names replicas, hardware and precision; where no hardware was named, the
// replicas alone.
func deployment(a *advice.Capacity) string {
	name := line(a.AcceleratorName)
	if name == "" {
		name = line(a.Accelerator)
	}
	switch {
	case name == "" && a.Replicas == 1:
		return "one replica"
	case name == "":
		return count(a.Replicas) + " replicas"
	}
	e := candidate.Evaluation{Config: candidate.Config{Replicas: a.Replicas, PerReplica: a.PerReplica, Precision: a.Precision}, AcceleratorName: name}
	return compact(e)
}

// sustained is the rate with its interval, where there is one.
func sustained(a *advice.Capacity) string {
	s := rate(a.SustainableQPS)
	if a.LowQPS < a.HighQPS {
		low, high, per := ratesAround(a.SustainableQPS, a.LowQPS, a.HighQPS, 0)
		s += " (" + rangeName(a.MeasuredOnce) + ": " + low + per + " to " + high + per + ")"
	}
	return s
}

// capacityBound is the SLO within a sentence; nothing without one.
func capacityBound(a *advice.Capacity) string {
	if b := bounds(a.Workload); b != "" {
		return " within " + b
	}
	return ""
}

// capacityWorkload is the model and the SLO.
func capacityWorkload(a *advice.Capacity) []string {
	var parts []string
	if n := modelName(a.Workload); n != "" {
		parts = append(parts, marked(n, a.Workload.ModelAssumed))
	}
	for _, p := range append(requested(a.Workload), part{text: stackName(a.Workload), traits: []string{"runtime"}}) {
		if p.text != "" {
			parts = append(parts, marked(p.text, slices.ContainsFunc(a.Assumptions, func(x advice.Assumption) bool { return slices.Contains(p.traits, x.Trait) })))
		}
	}
	if generates(a.Workload) {
		parts = append(parts, requestTokens(a.Workload))
	}
	for _, p := range tokenTerms(a.Workload) {
		parts = append(parts, p.text)
	}
	if l := a.Workload.LatencySeconds; l > 0 {
		parts = append(parts, marked(percentile(a.Workload)+" ≤ "+duration(l), a.SLOAssumed))
	}
	return parts
}

// marked says of a text that it was not given.
func marked(s string, assumed bool) string {
	if assumed {
		return s + " (assumed)"
	}
	return s
}

// limits are the rates that bound what is sustained.
func limits(a *advice.Capacity) []string {
	if !a.Served {
		return nil
	}
	var parts []string
	if a.Verdict != advice.Sustains && a.Verdict != advice.Holds { // the first line says it
		parts = append(parts, "sustains "+sustained(a))
	}
	parts = append(parts, "saturates at "+rate(a.SaturationQPS), oneAlone(a))
	if t := a.Tokens; t != nil {
		parts = append(parts, "at most "+plural(t.MaxConcurrency, "request")+" at once on a replica"+atOnce(t))
		if t.KneeQPS > 0 {
			parts = append(parts, "TTFT has doubled at "+rate(t.KneeQPS))
		}
	}
	return parts
}

// oneAlone is the time of one request alone, at a percentile where requests differ.
func oneAlone(a *advice.Capacity) string {
	text := "one request alone takes " + duration(a.Service.Alone)
	if a.Tokens != nil || a.Service.CV > 0 {
		text += " (" + percentile(a.Workload) + ")"
	}
	return text
}

// atOnce says what limits the requests at once.
func atOnce(t *advice.Tokens) string {
	switch {
	case t.PreemptingQPS > 0:
		return fmt.Sprintf(", to be set so%s: left to the engine, the KV cache fills, requests are preempted, and it saturates at %s",
			inBrackets(t.Argument), rate(t.PreemptingQPS))
	case t.MaxConcurrency < t.Admitted:
		return ", to be set so" + inBrackets(t.Argument) + " for the bound: memory and engine admit " + count(t.Admitted)
	case t.ByMemory:
		return " by memory"
	}
	return " by the engine's limit (memory holds " + count(t.Room) + ")"
}

// inBrackets is a text after another, or nothing.
func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

// answer is how the deployment answers at the load.
func answer(a *advice.Capacity) []string {
	if !a.Served {
		return nil
	}
	p := a.Point
	if !p.Stable {
		return []string{"no steady state: the queue grows without bound", "busy 100 %"}
	}
	if a.Tokens != nil {
		return tokensAnswer(a)
	}
	parts := []string{
		"p50 " + duration(p.P50), "p95 " + duration(p.P95), "p99 " + duration(p.P99),
		portion(p.PWait) + " wait, p99 of the wait " + duration(p.WaitP99),
	}
	if a.Service.MaxBatch > 1 {
		parts = append(parts, "batch "+measure(p.Batch, ""))
	}
	return append(parts, "busy "+portion(p.Busy))
}

// portion is a fraction of requests or of time, where digits near one mean nothing.
func portion(v float64) string {
	if v > 0.99 && v < 1 {
		return "over 99 %"
	}
	return percent(v)
}

// basis is where the numbers come from.
func basis(a *advice.Capacity) []string {
	if a.Service.Basis == "" {
		return nil
	}
	sources := each(a.Sources, line)
	if rest := len(sources) - mostSources; rest > 0 {
		sources = append(sources[:mostSources], "and "+count(rest)+" more sources")
	}
	return append([]string{line(a.Service.Basis)}, sources...)
}

// mostSources is how many sources people are told; the machine formats hold all.
const mostSources = 2

// occupied is the memory of one accelerator in parts; nothing where it is unknown.
func occupied(a *advice.Capacity) []string {
	m := a.Memory
	if !m.Known || m.Weights == 0 || m.Usable == 0 {
		return nil
	}
	var parts []string
	if a.PerReplica > 1 && generates(a.Workload) {
		parts = append(parts, "on each of "+count(a.PerReplica))
		if m.Layout != "" {
			parts = append(parts, line(m.Layout))
		}
	}
	parts = append(parts, "weights "+measure(m.Weights, "GiB"), "workspace "+measure(m.Activations, "GiB"))
	if m.KVCache > 0 {
		parts = append(parts, "KV cache "+measure(m.KVCache, "GiB"))
	}
	parts = append(parts, "usable "+measure(m.Usable, "GiB"))
	if m.Engine != "" {
		parts = append(parts, "by the defaults of "+line(m.Engine)+", where nothing else is given")
	}
	if m.Deficit > 0 {
		parts = append(parts, "missing "+measure(m.Deficit, "GiB"))
	}
	return parts
}

// scalability is what the law fitted to the user's data says.
func scalability(a *advice.Capacity) []string {
	s := a.Scaling
	if s == nil {
		return nil
	}
	parts := []string{
		line(s.Verdict), "contention " + measure(s.Sigma, ""), "crosstalk " + measure(s.Kappa, ""),
		"one alone " + rate(s.Lambda), "explains " + portion(s.R2) + " of the variation",
	}
	if s.Peaks {
		parts = append(parts, "peaks at "+grouped(s.PeakN, 0)+" replicas with "+rate(s.PeakQPS))
	}
	return parts
}

// curveColumns is the curve side by side.
func curveColumns(a *advice.Capacity, points []serve.Response) []column {
	var qps, of, p50, p95, p99, batch, busy []float64
	for _, p := range points {
		qps, of = append(qps, p.QPS), append(of, 100*p.Utilization)
		p50, p95, p99 = append(p50, p.P50), append(p95, p.P95), append(p99, p.P99)
		batch, busy = append(batch, p.Batch), append(busy, 100*p.Busy)
	}
	columns := []column{
		{head: "rate", cells: rates(qps), right: true},
		{head: "of limit", cells: figures(of, 1, " %"), right: true, drop: 3},
	}
	if a.Tokens != nil {
		columns = append(columns, tokenColumns(points)...)
	}
	columns = append(columns, []column{
		{head: "p50", cells: durations(p50), right: true, drop: 2},
		{head: "p95", cells: durations(p95), right: true, drop: 4},
		{head: "p99", cells: durations(p99), right: true},
	}...)
	if a.Service.MaxBatch > 1 || a.Tokens != nil {
		columns = append(columns, column{head: "batch", cells: figures(batch, 2, ""), right: true, drop: 5})
	}
	return append(columns, column{head: "busy", cells: figures(busy, 1, " %"), right: true, drop: 1})
}

// capacityPrices says what the deployment costs; of a budget the rows say it.
func capacityPrices(a *advice.Capacity, o Options) []string {
	e := a.Rented
	if a.Budget > 0 || !rentedFor(a).Known || e.Rented == 0 {
		return nil
	}
	where := strings.Join([]string{line(e.Cloud), line(e.Region), line(e.InstanceType), listed(e.Hosting)}, " ")
	return []string{money(e.CostPerMonth) + " USD/month", where, o.dated(e.AsOf), withoutLine()}
}
