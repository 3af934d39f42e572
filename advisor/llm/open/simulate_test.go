package open

import (
	"math"
	"math/rand/v2"
	"slices"

	"scaleadvise/advisor/llm"
)

// linear is a timing with a fixed time for each kind of work and a time for each token.
type linear struct {
	start, token, attention float64 // of prompts: s, s/token, s/token per token attended to
	step, request, held     float64 // of decode: s, s/request, s/token held
}

func (t linear) Prefill(tokens, context float64) float64 {
	return t.start + tokens*(t.token+t.attention*context)
}

func (t linear) Decode(batch, context float64) float64 {
	return t.step + batch*(t.request+t.held*context)
}

// simulation runs continuous batching step by step: each step decodes for all that have
// their prompt read, reads the prompts that came, within limit and token budget, and takes
// the time of both.
type simulation struct {
	m          Machine
	lengths    llm.Lengths
	rate       float64
	dispersion float64
	requests   int
	from       float64 // s, since when outcomes count
	replicas   int     // of which each request takes the one with the fewest
	even       bool    // whether requests come at the same distance
	whole      bool    // whether the start from empty counts, too
	waves      int     // shape of the gamma law of a rate that is drawn anew in each window; 0 = the rate is steady
	window     float64 // s
}

// simulated are the outcomes, each sorted.
type simulated struct{ ttft, tpot, e2e []float64 }

// request is one of the simulation.
type request struct {
	arrived, first float64
	input, left    float64 // tokens to read in all, and still
	output         float64
	steps          int
}

// stepEngine is one replica of the simulation.
type stepEngine struct {
	s       *simulation
	now     float64
	waiting []request
	reading []request
	ends    map[int][]request // by the step that is their last
	step    int
	decode  int
	held    float64 // tokens of those that decode
	out     *simulated
}

func (s simulation) run() simulated {
	r := rand.New(rand.NewPCG(1, 2))
	var out simulated
	engines := make([]stepEngine, max(1, s.replicas))
	for i := range engines {
		engines[i] = stepEngine{s: &s, ends: map[int][]request{}, out: &out}
	}
	at := s.arrivals(r)
	if !s.whole {
		s.from = at[len(at)/10]
	}
	for _, a := range at {
		q := request{arrived: a, input: draw(s.lengths.Input, r), output: draw(s.lengths.Output, r)}
		q.left = q.input * (1 - s.m.Setup.PrefixHit)
		q.steps = int(math.Ceil((q.output - 1) / math.Max(1, s.m.Setup.Accepted)))
		least := 0
		for i := range engines {
			engines[i].until(a)
			if engines[i].load() < engines[least].load() {
				least = i
			}
		}
		engines[least].waiting = append(engines[least].waiting, q)
	}
	for i := range engines {
		engines[i].until(math.Inf(1))
	}
	for _, x := range [][]float64{out.ttft, out.tpot, out.e2e} {
		slices.Sort(x)
	}
	return out
}

func draw(t llm.Tokens, r *rand.Rand) float64 {
	return math.Max(1, math.Round(t.At(r.NormFloat64())))
}

// arrivals are Poisson clusters of logarithmic size, or single requests at a rate that varies.
func (s simulation) arrivals(r *rand.Rand) []float64 {
	if s.waves > 0 {
		return s.atVaryingRate(r)
	}
	rate, q := s.rate, 0.0
	if s.dispersion > 1 {
		rate *= math.Log(s.dispersion) / (s.dispersion - 1)
		q = 1 - 1/s.dispersion
	}
	var at []float64
	for now := 0.0; len(at) < s.requests; {
		if s.even {
			now += 1 / s.rate
		} else {
			now += r.ExpFloat64() / rate
		}
		size := 1
		if q > 0 {
			p := q / math.Log(s.dispersion)
			for u := r.Float64() - p; u > 0 && p > 1e-12; u -= p {
				p *= q * float64(size) / float64(size+1)
				size++
			}
		}
		for range size {
			at = append(at, now)
		}
	}
	return at
}

func (s simulation) atVaryingRate(r *rand.Rand) (at []float64) {
	for start := 0.0; len(at) < s.requests; start += s.window {
		rate := 0.0
		for range s.waves {
			rate += s.rate * r.ExpFloat64() / float64(s.waves)
		}
		for now := start + r.ExpFloat64()/rate; now < start+s.window; now += r.ExpFloat64() / rate {
			at = append(at, now)
		}
	}
	return at
}

func (e *stepEngine) load() int { return len(e.waiting) + len(e.reading) + e.decode }

// until runs steps that start before a time.
func (e *stepEngine) until(t float64) {
	for e.load() > 0 && e.now < t {
		if e.decode == 0 && len(e.reading) == 0 {
			e.now = math.Max(e.now, e.waiting[0].arrived)
			if e.now >= t {
				return
			}
		}
		e.run()
	}
}

// run is one step.
func (e *stepEngine) run() {
	for len(e.waiting) > 0 && e.waiting[0].arrived <= e.now && float64(len(e.reading)+e.decode) <= e.s.m.limit()-1 {
		e.reading, e.waiting = append(e.reading, e.waiting[0]), e.waiting[1:]
	}
	took, budget, attended, tokens := 0.0, e.s.m.budget(), 0.0, 0.0
	if e.decode > 0 {
		took = e.s.m.Timing.Decode(float64(e.decode), e.held/float64(e.decode))
	}
	for i := range e.reading {
		q := &e.reading[i]
		n := math.Min(q.left, budget)
		attended += n * (q.input - q.left + n/2)
		tokens, budget, q.left = tokens+n, budget-n, q.left-n
	}
	if tokens > 0 {
		took += math.Max(0, Mixed(e.s.m.Timing, tokens, attended/tokens, float64(e.decode), took))
	}
	e.now += took
	e.held += float64(e.decode) * math.Max(1, e.s.m.Setup.Accepted)
	e.step++
	for _, q := range e.ends[e.step] {
		e.decode--
		e.held -= q.input + float64(q.steps)*math.Max(1, e.s.m.Setup.Accepted)
		e.finish(q)
	}
	delete(e.ends, e.step)
	e.startDecode()
}

func (e *stepEngine) startDecode() {
	for len(e.reading) > 0 && e.reading[0].left <= 0 {
		q := e.reading[0]
		e.reading = e.reading[1:]
		q.first = e.now
		if q.steps == 0 {
			e.finish(q)
			continue
		}
		e.decode++
		e.held += q.input
		e.ends[e.step+q.steps] = append(e.ends[e.step+q.steps], q)
	}
}

func (e *stepEngine) finish(q request) {
	if q.arrived < e.s.from {
		return // the start from empty
	}
	e.out.ttft = append(e.out.ttft, q.first-q.arrived)
	e.out.e2e = append(e.out.e2e, e.now-q.arrived)
	if q.output > 1 {
		e.out.tpot = append(e.out.tpot, (e.now-q.first)/(q.output-1))
	}
}

func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func quantileOf(sorted []float64, p float64) float64 { return sorted[int(p*float64(len(sorted)))] }
