package open

import (
	"math"

	"scaleadvise/advisor/llm"
)

// tokenBudget is how many prompt tokens one step reads at most where nothing says so, the rest of a
// long prompt in the steps after: what vLLM, TensorRT-LLM and SGLang set for large accelerators.
const tokenBudget = 8192

// usualLimit is how many requests are under way at once at most where nothing says so:
// max_num_seqs of vLLM.
const usualLimit = 256

// demand is what requests of given lengths ask of a machine: continuous batching in which
// every step gives each request that decodes its next tokens and reads the prompts that
// came since the last one (Yu et al. 2022, Orca; Agrawal et al. 2024, Sarathi-Serve). The
// weights are read once in a step: a prompt adds to a step that decodes only what it adds to
// one that reads another prompt.
type demand struct {
	timing   Timing
	context  float64 // tokens that a request holds while it decodes, mean
	steps    float64 // decode steps of a request, mean
	accepted float64 // tokens of a decode step
	limit    float64 // requests in flight
	budget   float64 // prompt tokens that a step reads at most
	chunks   float64 // steps that read a prompt, mean
	prompts  []cell  // time to read a prompt alone, s
	outputs  []cell  // decode steps

	fresh    float64 // tokens of a prompt that are read, mean
	attended float64 // tokens that each of them attends to, mean

	once                 float64 // s, of a request outside of steps
	prompt, promptSquare float64 // mean time of a prompt alone, s, and of its square
	promptCube           float64 // s³, of its cube
	long                 []cell  // of the prompts, those that take several times the mean
	own                  []cell  // the prompts in few parts
	start, more          float64 // s, what of it a step that decodes has anyway; what it adds to the steps of others
	moreSquare           float64 // s², mean square of the rest
	each, margin, chance float64 // s, s, s²: see interrupt
	stepsCV2             float64 // squared coefficient of variation of the decode steps

	budgeted   float64 // prompts that the budget of a step lets it take
	admitted   float64 // prompts that a step takes at saturation, mean
	decoding   float64 // share of the requests under way that decode
	full       float64 // requests that decode at saturation
	cycle      float64 // s, a step at saturation
	saturation float64 // 1/s

	nodes, decode []float64 // requests that decode, and the time of their step, s
}

// demandOf is what lengths ask; ok is false where machine or lengths make no sense.
func (m Machine) demandOf(l llm.Lengths) (d *demand, ok bool) {
	if m.Timing == nil || !l.Input.Valid() || !l.Output.Valid() {
		return nil, false
	}
	d = &demand{timing: m.Timing, once: m.Once(), accepted: math.Max(1, m.Setup.Accepted), limit: m.limit(), budget: m.budget()}
	d.write(l.Input, l.Output)
	hit := math.Max(0, math.Min(m.Setup.PrefixHit, 1-1/l.Input.Mean)) // the last token is read in any case: it yields the first of the answer
	d.read(l.Input, hit)
	d.saturate(m, l)
	d.lay()
	return d, d.saturation > 0 && !math.IsInf(d.saturation, 1)
}

func (m Machine) limit() float64 {
	if m.MaxRequests > 0 {
		return math.Max(1, m.MaxRequests)
	}
	return usualLimit
}

func (m Machine) budget() float64 {
	if m.StepTokens > 0 {
		return m.StepTokens
	}
	return tokenBudget
}

// Once returns the time of a request outside of the steps, s.
func (m Machine) Once() float64 {
	timing := m.Timing
	for timing != nil {
		if t, ok := timing.(interface{ RequestOverhead() float64 }); ok {
			return m.Host + t.RequestOverhead()
		}
		around, ok := timing.(interface{ within() Timing })
		if !ok {
			break
		}
		timing = around.within()
	}
	return m.Host
}

// cell is a share of the requests whose lengths, or times, lie around one.
type cell struct{ share, tokens, width float64 }

func cellsOf(t llm.Tokens) []cell {
	var cells []cell
	for _, c := range t.Cells() {
		cells = append(cells, cell{c.Share, c.Tokens, c.Width})
	}
	return cells
}

// read fills what prompts ask. What is in the cache already is not read, but attended to.
func (d *demand) read(input llm.Tokens, hit float64) {
	alone := func(tokens float64) float64 {
		fresh := tokens * (1 - hit)
		chunks := math.Max(1, math.Ceil(fresh/d.budget))
		return chunks * d.timing.Prefill(fresh/chunks, tokens*hit+fresh/2)
	}
	for _, c := range cellsOf(input) {
		slope := (alone(c.tokens+c.width/2) - alone(math.Max(1, c.tokens-c.width/2)))
		t := alone(c.tokens)
		d.prompts = append(d.prompts, cell{c.share, t, slope})
		d.prompt += c.share * t
		d.promptSquare += c.share * t * t
		if c.share > 1e-3 { // what is rarer dominates a third moment and is hardly ever met
			d.promptCube += c.share * t * t * t
		}
		d.chunks += c.share * math.Max(1, c.tokens*(1-hit)/d.budget)
	}
	d.own = few(d.prompts)
	for _, c := range d.prompts {
		if c.tokens > longer*d.prompt {
			d.long = append(d.long, c)
		}
	}
	d.fresh, d.attended = input.Mean*(1-hit), input.MeanSquare()/input.Mean*(1+hit)/2
}

// few gathers cells, whose tokens stand for times in s that grow, into few: the lower half, what is above it, the
// tenth above that, and the hundredth. Their widths are those of even laws that vary as much.
func few(cells []cell) []cell {
	var out []cell
	above, square := 1.0, 0.0
	ends := []float64{1, 0.5, 0.1, 0.01}
	for _, c := range cells {
		before := len(ends)
		for len(ends) > 0 && above <= ends[0]*(1+1e-9) {
			ends = ends[1:]
		}
		if len(ends) < before {
			out, square = append(out, cell{}), 0
		}
		last := &out[len(out)-1]
		square += c.share * (c.tokens*c.tokens + c.width*c.width/12)
		last.tokens = (last.share*last.tokens + c.share*c.tokens) / (last.share + c.share)
		last.share += c.share
		last.width = math.Sqrt(12 * math.Max(0, square/last.share-last.tokens*last.tokens))
		above -= c.share
	}
	return out
}

// longer is how many times the mean a prompt takes that is met as one of its own: what waits behind it waits
// for what is left of it, which no law of two moments shows beside what is met otherwise.
const longer = 3

// write fills what outputs ask. The first token comes from the prompt. Of the requests
// under way at a moment the long ones are seen more often, halfway through.
func (d *demand) write(input, output llm.Tokens) {
	d.context = llm.Lengths{Input: input, Output: output}.Held()
	d.steps = math.Max(0, output.Mean-1) / d.accepted
	mean := 0.0
	for _, c := range cellsOf(output) {
		c.tokens = math.Max(0, c.tokens-1) / d.accepted
		c.width /= d.accepted
		d.outputs = append(d.outputs, c)
		mean += c.share * c.tokens
	}
	for i := range d.outputs { // of which none has less than one token
		d.outputs[i].tokens *= ratioOf(d.steps, mean)
		d.outputs[i].width *= ratioOf(d.steps, mean)
	}
	d.stepsCV2 = output.CV * output.CV
}

// ratioOf is a over b, 0 where there is no b.
func ratioOf(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// saturate finds the step with everything full: the limit on requests or the budget of
// prompt tokens.
func (d *demand) saturate(m Machine, l llm.Lengths) {
	d.budgeted = 1 / d.chunks
	if d.fresh > 0 {
		d.budgeted = math.Max(d.budget/d.fresh, d.budgeted)
	}
	d.admitted = math.Min(d.limit/(d.steps+d.chunks), d.budgeted)
	d.decoding = d.steps / (d.steps + d.chunks)
	d.full = d.admitted * d.steps
	d.interrupt(d.admitted, d.full)
	d.cycle = d.admitted*d.more + d.start*math.Min(1, d.admitted/d.limit)
	if d.full > 0 {
		d.cycle += math.Min(d.full, 1) * d.decodes(math.Max(d.full, 1))
	} else {
		d.cycle = d.start + d.admitted*d.more
	}
	d.cycle += d.readAgain(m, l) * d.more
	d.saturation = d.admitted / d.cycle
	if m.Serial > 0 {
		d.saturation = math.Min(d.saturation, 1/m.Serial)
	}
}

// decodes is the time of a step for n requests, n ≥ 1.
func (d *demand) decodes(n float64) float64 { return d.timing.Decode(n, d.context) }

// lay computes the steps at numbers of requests between which they are interpolated.
func (d *demand) lay() {
	const ratio = 1.25
	d.nodes = append(d.nodes, 0)
	for n := 1.0; n < d.full; n *= ratio {
		d.nodes = append(d.nodes, n)
	}
	d.nodes = append(d.nodes, math.Max(1, d.full))
	d.decode = make([]float64, len(d.nodes))
	for i, n := range d.nodes {
		d.decode[i] = d.decodes(math.Max(1, n))
	}
}

// step is the mean time of a step that decodes for decode seconds when prompts arrive at a
// rate: T = decode + more·rate·T, as far as the budget goes.
func (d *demand) step(rate, decode float64) float64 {
	most := d.longest(decode)
	if rate*d.more >= 1 {
		return most
	}
	return math.Min(most, decode/(1-rate*d.more))
}

// longest is the longest step that decodes for decode seconds.
func (d *demand) longest(decode float64) float64 {
	return decode + d.more*math.Max(1, d.budgeted)
}

// tight is the step that a request feels where no more are let in: no prompt comes before
// another request leaves.
func (d *demand) tight() float64 {
	decode := d.decode[len(d.decode)-1]
	return decode + (1-1/d.limit)*math.Max(0, d.cycle-decode)
}
