package advisor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Capacity says what the named hardware, or the given service, sustains within the SLO, and what happens at
// the demand where one was given; for a budget, the largest load that it pays for on each kind of hardware.
// Only the parameters of the rules matter. The error is about the input; that the load is not met is an
// answer.
func Capacity(ctx context.Context, in Input, o Options) (*advice.Capacity, error) {
	if in.Workload.Budget > 0 {
		return afford(ctx, in, o)
	}
	return capacityOf(ctx, in, o)
}

// capacityOf is that of one deployment.
func capacityOf(ctx context.Context, in Input, o Options) (*advice.Capacity, error) {
	w, err := located(in.Workload)
	if err != nil {
		m, _ := in.Catalog.ResolveModel(in.Workload.Model) // one that is unknown is of no kind
		return nil, in.Workload.AlsoLacking(err, m.Kind)
	}
	in.Workload = w
	q, err := settle(in, o)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q, notes, simulated, err := calibrated(ctx, q)
	if err == nil && simulated && q.Workload.LLM.Arguments.Eager {
		q, err = noFaster(ctx, q, in, o)
	}
	if err != nil {
		return nil, err
	}
	a := sustain(q)
	a.Simulated, a.Doubtful, a.Warnings = simulated, len(notes) > 0, slices.Concat(doubts(q), a.Warnings, notes)
	return a, nil
}

// located is the workload with the hardware that is meant: the one named, the one that
// was measured elsewhere, or none where the service itself was given.
func located(w *workload.Workload) (*workload.Workload, error) {
	s := w.Service
	switch {
	case w.Deployed() || s.Given() || len(s.Scaling) > 0:
		return w, nil
	case len(s.Elsewhere) == 1:
		copied := *w
		copied.GPU = s.Elsewhere[0].Accelerator
		return &copied, nil
	}
	return nil, errors.New("no accelerator was named and no service given: add --gpu a10 (scaleadvise catalog accelerators lists them), " +
		"or what you measured of one replica, such as --service-time 9ms or --replica-qps 900")
}

func sustain(q question) *advice.Capacity {
	asked := search.Demand{}
	if q.Workload.RequireDemand() == nil {
		asked.Peak = q.now.Peak
	}
	found := search.Sustain(q.space, asked)
	a := &advice.Capacity{
		Workload: summary(q), SLOAssumed: defaulted(q, "p99"), Replicas: q.space.Base.Replicas, PerReplica: q.space.Base.PerReplica,
		Precision: found.Precision, Asked: q.Workload.RequireDemand() == nil, Served: found.Service.Basis != "",
		SustainableQPS: found.QPS, MeasuredOnce: found.Service.Once(), LowQPS: found.Low, HighQPS: found.High, SaturationQPS: found.Saturation,
		Service: serviceModel(found), Memory: memory(found.Memory), Squeeze: squeeze(q), HeldBack: heldBack(q), Scaling: scaling(q),
		Warnings: merged(q.space.Notes, q.Workload.Warnings, found.Service.Warnings), Sources: found.Service.Sources,
		Traits: traits(q.Workload),
	}
	if b := q.space.Base; b.Known {
		a.Accelerator, a.AcceleratorName = b.Accelerator.ID, offer.ShortName(b.Accelerator)
	}
	a.Warnings = append(a.Warnings, hostWarning(q, asked, found)...)
	a.Curve = search.Curve(q.space, asked)
	a.Warnings = append(a.Warnings, thinned(q)...)
	rate := found.QPS
	if a.Asked {
		rate = q.now.Peak
	}
	at, _ := search.Respond(q.space, rate)
	a.Point, a.Rented = at, rentedFor(q, rate)
	a.Tokens = tokens(q, at)
	a.Verdict, a.Excuse = verdict(q, a, found, at)
	if x := broken(q); x != nil && a.Verdict == advice.Holds {
		a.Verdict, a.Excuse = advice.Unmet, x
	}
	a.Assumptions = capacityAssumptions(q, a)
	if a.Tokens != nil && a.Served {
		prefixesFound(&a.Workload, a.Tokens.PrefixHit, a.Traits, a.Assumptions)
	}
	a.Next = capacityNext(q, a)
	if q.Explain && a.Served {
		a.Steps = deriveBase(q)
	}
	return a
}

// rentedFor is the deployment as it is rented; the zero value where no hardware was named or nothing serves.
func rentedFor(q question, rate float64) candidate.Evaluation {
	if !q.space.Base.Known {
		return candidate.Evaluation{}
	}
	e, _ := search.Judge(q.space, search.Demand{Peak: rate})
	return e
}

// thinned warns of a curve that has fewer points.
func thinned(q question) []string {
	every := search.Thinned(q.space)
	if every == 1 {
		return nil
	}
	return []string{fmt.Sprintf("the curve has one point for every %d of the usual ones: large batches whose times vary take long to compute; "+
		"between its points nothing was computed", every)}
}

// hostWarning says where the machine lets through less than its accelerators sustain, or is expected to.
func hostWarning(q question, asked search.Demand, found search.Sustained) []string {
	qps, by, machine, ok := search.HostOfBase(q.space, asked)
	if !ok || qps >= found.QPS && found.HostedBy == "" {
		return nil
	}
	text := fmt.Sprintf("the %s of %s are expected to let %s through, fewer than the accelerators sustain", by, machine, unit.Format(unit.Rate, qps))
	if found.HostedBy != "" {
		text = fmt.Sprintf("the rate is what the %s of %s let through; the accelerators alone sustain %s", found.HostedBy, machine, unit.Format(unit.Rate, found.Unhosted))
	}
	if h := q.space.Host; h.CPU.Mid > 0 {
		text += fmt.Sprintf(" (%s of a vCPU a request for %s", unit.Format(unit.Duration, h.CPU.Mid), h.Work)
		if h.Assumed {
			text += ", assumed; --host-time gives a measured one"
		}
		text += ")"
	}
	return []string{text}
}

// verdict judges the load asked about; without one, whether any is sustained.
func verdict(q question, a *advice.Capacity, found search.Sustained, at serve.Response) (advice.Verdict, *candidate.Excuse) {
	switch {
	case !found.Memory.Fits:
		return advice.TooLarge, found.Excuse
	case found.Excuse != nil && found.Excuse.Code == candidate.CannotRun:
		return advice.CannotRun, found.Excuse
	case !a.Served:
		return advice.Unknown, found.Excuse
	case a.Asked && !at.Stable:
		return advice.Unstable, unstable(at.QPS, found.Saturation)
	case found.Excuse != nil && !(found.Excuse.Code == candidate.SlowAlone && found.QPS > 0): // too slow at the slow end of what is predicted alone
		return advice.Unmet, found.Excuse
	case a.Asked && found.HostedBy != "" && at.QPS > found.QPS:
		return advice.Unmet, beyondHost(at.QPS, found)
	case a.Asked && !at.Met:
		return advice.Unmet, beyondBound(at.QPS, found.QPS)
	case a.Asked:
		return advice.Holds, nil
	case found.QPS == 0:
		return advice.Unmet, beyondBound(0, 0)
	}
	return advice.Sustains, nil
}

func unstable(load, saturation float64) *candidate.Excuse {
	return &candidate.Excuse{Code: candidate.Unstable,
		Text:     fmt.Sprintf("more arrives than it can serve; it saturates at %s", unit.Format(unit.Rate, saturation)),
		NearMiss: candidate.NearMiss{Trait: "saturation_qps", Unit: "1/s", Value: saturation, Needed: load}}
}

func beyondHost(load float64, found search.Sustained) *candidate.Excuse {
	return &candidate.Excuse{Code: candidate.Throughput, Text: fmt.Sprintf("the %s of its machine let %s through", found.HostedBy, unit.Format(unit.Rate, found.QPS)),
		NearMiss: candidate.NearMiss{Trait: "sustainable_qps", Unit: "1/s", Value: found.QPS, Needed: load}}
}

func beyondBound(load, sustained float64) *candidate.Excuse {
	text := "it sustains nothing within the bound"
	if sustained > 0 {
		text = fmt.Sprintf("it sustains %s within the bound", unit.Format(unit.Rate, sustained))
	}
	return &candidate.Excuse{Code: candidate.Throughput, Text: text,
		NearMiss: candidate.NearMiss{Trait: "sustainable_qps", Unit: "1/s", Value: sustained, Needed: load}}
}

func serviceModel(s search.Sustained) advice.ServiceModel {
	m := s.Service
	return advice.ServiceModel{
		Basis: m.Basis, Alpha: m.Alpha, Beta: m.Beta, MaxBatch: m.MaxBatch, Concurrency: m.Concurrency,
		CV: m.CV, Derate: m.Derate, Servers: s.Copies, Alone: s.Alone,
	}
}

func memory(m search.Memory) advice.Memory {
	return advice.Memory{Known: m.Known, Fits: m.Fits, Weights: m.Weights, KVCache: max(m.KVCache, 0), Activations: m.Activations, Usable: m.Usable, Deficit: m.Deficit, Engine: m.Engine, Layout: m.Layout}
}

// tokens is what only language models have; nil for others.
func tokens(q question, at serve.Response) *advice.Tokens {
	t, ok := search.Tokens(q.space)
	if !ok {
		return nil
	}
	return &advice.Tokens{
		KVBytesPerToken: t.KVBytesPerToken, OutputPerSecond: at.OutputTokens, PrefixHit: t.PrefixHit, MaxConcurrency: t.Concurrency, Admitted: t.Admitted,
		Room: t.Room, ByMemory: t.ByMemory, PreemptingQPS: t.Preempting, KneeQPS: t.Knee, Argument: search.RequestsArgument(q.space),
	}
}

// scaling is the law fitted to the user's data, with a word for what it says.
func scaling(q question) *advice.Scaling {
	if q.space.USL == nil {
		return nil
	}
	law := *q.space.USL
	s := &advice.Scaling{Sigma: law.Sigma, Kappa: law.Kappa, Lambda: law.Lambda, R2: law.R2}
	s.PeakN, s.PeakQPS, s.Peaks = law.Peak()
	s.Verdict = scalingWord(q, law, s)
	return s
}

// scalingWord calls a law linear while it takes next to nothing within the measurements, and
// retrograde where its peak lies where they can still say something about it.
func scalingWord(q question, law queue.USL, s *advice.Scaling) string {
	most := 1.0
	for _, p := range q.Workload.Service.Scaling {
		most = max(most, p.N)
	}
	switch {
	case law.Relative(most) >= threshold(q.Rules, fact.LinearShare):
		return "linear"
	case s.Peaks && s.PeakN <= threshold(q.Rules, fact.PeakWithin)*most:
		return "retrograde"
	}
	return "contention"
}

// defaulted reports whether the trait was not given.
func defaulted(q question, trait string) bool {
	for _, t := range q.Workload.Traits {
		if t.Spec.Name == trait {
			return t.Assumed()
		}
	}
	return false
}

// shapesCapacity are the defaults that shape what a deployment sustains; the others
// are about demand to come and about money.
var shapesCapacity = []string{"model", "service_cv", "concurrency", "p99", "latency_percentile", "kv_precision", "engine", "prefix_hit", "images", "think_time",
	"runtime", "host_time", "max_batch", "precision", "input_tokens", "output_tokens", "image_size", "audio_length_s", "steps", "items", "machine", "workers"}

func capacityAssumptions(q question, a *advice.Capacity) []advice.Assumption {
	var out []advice.Assumption
	for _, x := range assumptions(q) {
		ofToday := q.space.Base.Known && (x.Trait == "replicas" || x.Trait == "gpus_per_replica")
		if slices.Contains(shapesCapacity, x.Trait) || ofToday || x.Trait == "peak_to_mean" && q.Workload.Users > 0 {
			out = append(out, x)
		}
	}
	if q.Workload.Precision == "" && a.Precision != "" {
		out = append(out, advice.Assumption{Trait: "precision", Flag: "--precision", Value: a.Precision,
			Reason: whyPrecise(q)})
	}
	return out
}

// whyPrecise says where a precision that was not given comes from.
func whyPrecise(q question) string {
	if _, _, generates := search.RequestTokens(q.space); generates {
		return "the one in which the model's weights are published"
	}
	return "the usual one of this hardware and runtime"
}

// roughly is the share of what is sustained that the next command asks about.
const roughly = 0.7

// capacityNext suggests a load to ask about, or where to go from the answer.
func capacityNext(q question, a *advice.Capacity) []string {
	given := given(q)
	if open(q, a.LowQPS, a.HighQPS) {
		return []string{"scaleadvise capacity " + given + " --load-test results.json"}
	}
	if !a.Asked && a.SustainableQPS > 0 {
		return []string{"scaleadvise capacity " + given + " --qps " + rounded(a.SustainableQPS*roughly)}
	}
	if a.Asked {
		return []string{"scaleadvise advise " + given}
	}
	return nil
}

// rounded is a number in two digits, without an exponent.
func rounded(v float64) string {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'e', 1, 64), 64)
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// merged puts lists together, each text once.
func merged(lists ...[]string) []string {
	var out []string
	for _, list := range lists {
		for _, s := range list {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}
