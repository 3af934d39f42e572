package step

import (
	"fmt"
	"math"
	"strconv"

	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/queue"
)

// Bases, strongest first.
const (
	Measured    = "measured"    // this model on this accelerator in this precision by this engine, under about this load
	Transferred = "transferred" // other runs on the accelerator, or of the engine on one of its family
	Roofline    = "roofline"    // neither: the model of steps, with the little that runs on other hardware tell
)

// Machine returns one replica with times calibrated by the measurements nearest to it at these
// lengths. The error says which fact or name is missing.
func (e *Evidence) Machine(s llm.Setup, l llm.Lengths) (open.Machine, error) {
	h := hardwareOf(s.Accelerator)
	q := Question{Setup: s, Input: l.Input.Mean, Output: l.Output.Mean}
	k, err := clockOf(&s, h, e.Step.of(q.kind(h)))
	if err != nil {
		return open.Machine{}, err
	}
	k.alone = max(1, l.Input.Mean*(1-s.PrefixHit))
	f := e.featuresOf(&s, h, q.use(), false)
	c := e.around(&f, spotOf(promptBatch, q.Input, q.Output), true, hiding{series: e.hides})
	input, output := max(1, q.Input), max(1, q.Output)
	at := spotOf(promptBatch, input, output)
	m := open.Machine{Setup: s, Timing: k, Serial: hostWork}
	m.Basis, m.Sources = c.basis(&f, at)
	if w := e.unseen(&s, &f); w != "" {
		m.Warnings = append(m.Warnings, w)
	}
	if memory, err := s.Memory(l); err == nil && memory.Fits {
		m.MaxRequests, m.Holds = memory.Admitted(), memory.Holds
		m.StepTokens = memory.Engine.PrefillTokens * k.stages                // each of which reads a part
		k.alone = min(k.alone, memory.Engine.PrefillTokens/max(1, k.groups)) // at most what a group reads of it in a step
	}
	own := e.adjust(&s, f, c, q.work(), &m)
	k.correct(c, own, input, output)
	own.read(k, c.at(&at))
	e.hold(k, &s, l)
	if w := k.hosted(); w != "" {
		m.Warnings = append(m.Warnings, w)
	}
	low, high := e.spread(c.errorsOf(q.work(), m.Basis, &at), c.deviation(&at))
	full := spotOf(max(m.MaxRequests, promptBatch), input, output)
	left := own.narrowed(&full)
	if k.groups > 0 && m.Basis != Measured {
		low, high = math.Hypot(low, grouped), math.Hypot(high, grouped)
	}
	m.SpreadLow, m.SpreadHigh = math.Exp(-high*left), math.Exp(low*left)
	return m, nil
}

// unseen is the warning that no run of an engine other than the default one is known on an accelerator;
// "" where one is.
func (e *Evidence) unseen(s *llm.Setup, f *features) string {
	name := engine.Steps(s.Engine)
	if name == engine.Default || e.ran(f.engine, f.accelerator) {
		return ""
	}
	return fmt.Sprintf("no run of %s on %s is known: its speed there is predicted from its runs on other hardware", name, s.Accelerator.Name)
}

// grouped is by how much, as a logarithm, data-parallel attention changes times where a source measured
// both: runs of DeepSeek and MiniMax M2.5 with it take 0.6 to 1.4 times those without.
const grouped = 0.35

// adjust is what load tests of the user's replica change on a machine, which names them; nil
// without.
func (e *Evidence) adjust(s *llm.Setup, f features, c *correction, work string, m *open.Machine) *adjusted {
	if e.own == nil {
		return nil
	}
	basis := m.Basis
	own := e.own.on(e, s, f, func(at *spot) float64 { return e.doubt(c.errorsOf(work, basis, at), c.deviation(at)) })
	switch {
	case own.part > nearlyAll:
		m.Basis = Measured
	case m.Basis == Roofline:
		m.Basis = Transferred
	}
	m.Sources = append([]string{e.own.tests()}, m.Sources...)
	return own
}

// correct works out the correction at the knots. A step never gets faster with more requests
// in it: where the corrections say so, those further from what was measured give way.
func (k *Clock) correct(c *correction, own *adjusted, input, output float64) {
	var batches [knots]float64
	best, least := 0, math.Inf(1)
	for i := range k.correction {
		batches[i] = math.Pow(4, float64(i))
		at := spotOf(batches[i], input, output)
		k.correction[i] = c.at(&at) + own.at(&at)
		if d := c.deviation(&at) * own.narrowed(&at); d < least {
			best, least = i, d
		}
	}
	rise := func(i int) float64 { return k.rise(batches[i], batches[i+1], input+output/2) }
	for i := best; i+1 < knots; i++ {
		k.correction[i+1] = max(k.correction[i+1], k.correction[i]-rise(i))
	}
	for i := best - 1; i >= 0; i-- {
		k.correction[i] = min(k.correction[i], k.correction[i+1]+rise(i))
	}
}

// rise is the least that the logarithm of a step's time rises by between two batches if it
// rose all the way as slowly as where it rises slowest.
func (k *Clock) rise(from, to, context float64) float64 {
	const pieces = 4
	slowest := math.Inf(1)
	ratio := math.Pow(to/from, 1./pieces)
	before := k.decodes(from, context)
	for i := range pieces {
		after := k.decodes(from*math.Pow(ratio, float64(i+1)), context)
		slowest = min(slowest, math.Log(after/before))
		before = after
	}
	return slowest * pieces
}

// kind is what decides the coefficients of a question.
func (q *Question) kind(h hardware) kind {
	name := engine.Steps(q.Setup.Engine)
	family := h.family
	if splitsLayers(name) { // how well these run on a family says nothing of the others
		family += ", " + name
	}
	return kind{family, name + "/" + q.load(), q.Setup.Shape.Experts > 0}
}

// Predict answers a question. The error says what is missing or makes no sense.
func (e *Evidence) Predict(q Question) (Prediction, error) {
	h := hardwareOf(q.Setup.Accelerator)
	bare := q.Input == 0 && q.Load != Batches
	replicas, err := q.whole(h)
	if err != nil {
		return Prediction{}, err
	}
	k, err := clockOf(&q.Setup, h, e.Step.of(q.kind(h)))
	if err != nil {
		return Prediction{}, err
	}
	f := e.featuresOf(&q.Setup, h, q.use(), bare)
	o := k.ask(&q, replicas)
	c := e.around(&f, spotOf(o.batch, q.Input, q.Output), false, hiding{series: e.hides})
	o, at := k.corrected(&q, o, c, replicas)
	basis, sources := c.basis(&f, at)
	low, high := e.spread(c.errorsOf(q.work(), basis, &at), c.deviation(&at))
	var p Prediction
	if level := e.atLeast(c.at(&at), &q, o, replicas); q.Load == Open {
		p = k.answerOpen(&q, level, low, high, replicas)
	} else {
		factor := max(math.Exp(level), k.leastTime(&q, o, replicas)/o.seconds)
		p = answer(&q, o, factor, math.Exp(-low), math.Exp(high))
	}
	p.Replicas = int(replicas)
	p.Basis, p.Sources = basis, sources
	if h.guessed {
		p.Warnings = append(p.Warnings, fmt.Sprintf("%s: its bandwidth or its arithmetic rate is not known and was estimated from similar accelerators", q.Setup.Accelerator.Name))
	}
	return p, nil
}

// corrected is the outcome of a load with the spot at which it is corrected. Under open arrivals
// slower steps meet more requests under way, and how much slower they are depends on how many.
func (k *Clock) corrected(q *Question, o outcome, c *correction, replicas float64) (outcome, spot) {
	const rounds = 4
	at := spotOf(o.batch, q.Input, q.Output)
	for range rounds {
		if q.Load != Open {
			break
		}
		o = k.arriving(q.Rate/replicas, q.Input, q.Output, math.Exp(c.at(&at)))
		at.batch = (at.batch + math.Log(o.batch)) / 2
	}
	return o, at
}

// answerOpen is how a system answers open arrivals on steps of which the logarithm over the model's
// is level, and in nine of ten cases from low below that to high above it. Near saturation
// somewhat slower steps make much longer times, up to where as many are under way as are admitted:
// times are asked of a system that keeps up, so that its steps are not slower than that. One that
// hardly can has no times but those between tokens.
func (k *Clock) answerOpen(q *Question, level, low, high, replicas float64) Prediction {
	most := max(1, min(k.holds(q.Input+q.Output/2), k.admits))
	busiest := k.under(most, q.Input, q.Output)
	limit := math.Log(most * replicas / (q.Rate * busiest.seconds))
	span, keepsUp := spanOf(level, low, high).below(limit)
	soon, each := k.waiting(q, math.Exp(span.Low), replicas)
	first, between := k.waiting(q, math.Exp(span.Mid), replicas)
	late, apart := k.waiting(q, math.Exp(span.High), replicas)
	p := Prediction{TPOT: Range{between, each, apart}}
	if !keepsUp {
		never := Range{math.Inf(1), math.Inf(1), math.Inf(1)}
		p.TTFT, p.E2E = never, never
		at := func(level float64) float64 { return most * replicas / busiest.seconds / math.Exp(level) }
		p.QPS = Range{at(span.Mid), at(span.High), at(span.Low)}
	} else {
		whole := func(first, each float64) float64 { return first + q.Output*each }
		p.TTFT = Range{first, min(soon, first), max(late, first)}
		p.E2E = Range{whole(p.TTFT.Mid, between), whole(p.TTFT.Low, each), whole(p.TTFT.High, apart)}
		p.QPS = Range{q.Rate, q.Rate, q.Rate}
	}
	p.OutputRate = Range{p.QPS.Mid * q.Output, p.QPS.Low * q.Output, p.QPS.High * q.Output}
	return p
}

// waiting is the mean time to the first token and between two others under open arrivals, on steps
// that take a multiple of the model's. The first is that to which the arrivals lead where they
// are fewer than the most.
func (k *Clock) waiting(q *Question, multiple, replicas float64) (first, between float64) {
	o := k.arriving(q.Rate/replicas, q.Input, q.Output, multiple)
	first, between = o.first*multiple, max(o.seconds*multiple, k.least(1, q.Input+q.Output/2))
	for i := range k.correction {
		k.correction[i] = math.Log(multiple)
	}
	m := open.Machine{Setup: q.Setup, Timing: k, MaxRequests: min(k.admits, k.holds(q.Input+q.Output/2))}
	r := open.Replicas{Machine: m, N: int(replicas)}
	a := r.At(queue.Load{Rate: q.Rate}, llm.Lengths{Input: llm.Tokens{Mean: q.Input}, Output: llm.Tokens{Mean: q.Output}})
	if a.Stable {
		first = a.MeanTTFT
	}
	return first, between
}

// spread is how far measurements lie below and above a prediction of one of these groups, as
// logarithms.
func (e *Evidence) spread(groups []string, deviation float64) (low, high float64) {
	for _, key := range groups {
		if x, ok := e.Errors[key]; ok {
			return x.Low * deviation, x.High * deviation
		}
	}
	return 0, 0
}

// errorsOf are the groups of errors that a prediction at a spot belongs to, the narrowest first:
// its work and basis, and how much of what was doubtful before the measurements still is.
func (c *correction) errorsOf(work, basis string, at *spot) []string {
	left := c.deviation(at) / math.Sqrt(c.own+c.noise)
	band := ", " + strconv.Itoa(int(bands*min(left, 1-1e-9)))
	return []string{work + ", " + basis + band, work + ", " + basis, work, ""}
}

// bands are those of the doubt that is left.
const bands = 5

// leastTime is the least time of a load: of the roofline, every prompt and step at full
// efficiency.
func (k *Clock) leastTime(q *Question, o outcome, replicas float64) float64 {
	context := q.Input + q.Output/2
	prompts := q.Input * k.read * k.idealRead
	step, batch := k.least(o.batch, context), o.batch/k.stages
	switch q.Load {
	case Batches:
		n := max(1, q.Concurrency/replicas)
		if q.Output <= 1 {
			return max(n*prompts, k.weights(n*q.Input)*k.bare)
		}
		return n*prompts + q.Output*step*max(1, n/o.batch)
	case Maximum:
		return max(step, batch*(k.decode*k.idealDecode+prompts/q.Output)) / o.batch / replicas
	}
	n := max(1, q.Concurrency/replicas)
	return prompts + max(q.Output*step, batch*(q.Output*k.decode*k.idealDecode+prompts))*max(1, n/o.batch)*(1-1/max(2, q.Output))
}

// answer turns the time of a load, other than an open one, into what is asked of it. low and high are factors.
func answer(q *Question, o outcome, factor, low, high float64) Prediction {
	wide := func(v float64) Range { return Range{v, v * low, v * high} }
	narrow := func(v float64) Range { return Range{v, v / high, v / low} } // of a rate
	t := o.seconds * factor
	var p Prediction
	switch q.Load {
	case Maximum:
		p.OutputRate = narrow(1 / t)
	default:
		first := min(o.first*factor, t)
		p.E2E, p.TTFT, p.TPOT = wide(t), wide(first), wide((t-first)/q.Output)
		p.OutputRate = narrow(max(1, q.Concurrency) * q.Output / t)
	}
	p.QPS = Range{p.OutputRate.Mid / q.Output, p.OutputRate.Low / q.Output, p.OutputRate.High / q.Output}
	return p
}

// aboutThis is how far apart, in log units, the loads of two measurements of one thing may
// be: a factor of four.
const aboutThis = 1.4

// unlike is what a prediction rests on where nothing near it was measured on hardware of its kind.
const unlike = "from bandwidth and arithmetic rate; no run of the engine is known on hardware of its kind"

// basis says what a correction rests on, and the nearest measurement.
func (c *correction) basis(f *features, at spot) (basis string, sources []string) {
	basis, sources = Roofline, []string{unlike}
	for i := range c.near {
		n := &c.near[i]
		in := c.series[n.in].series
		part, model := in.features.accelerator == f.accelerator, in.model == f.model
		if part && model && in.engine == f.engine && in.bits == f.bits && in.gpus == f.gpus && in.grouped == f.grouped &&
			math.Abs(n.batch-at.batch) < aboutThis && math.Hypot(n.input-at.input, n.output-at.output) < aboutThis {
			return Measured, []string{in.describe()}
		}
		if part && basis == Roofline {
			basis, sources = Transferred, []string{in.describe()}
		}
	}
	if basis == Roofline && c.kin != nil {
		return Transferred, []string{c.kin.describe()}
	}
	return basis, sources
}

// describe names a series.
func (s *series) describe() string {
	return fmt.Sprintf("%s on %.0f × %s, %s, %d bit", s.modelID, math.Round(math.Exp(s.gpus)), s.partID, s.engineName, s.bits)
}
