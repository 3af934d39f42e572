package step

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"scaleadvise/advisor/kriging"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/queue"
)

// Observation is what a load test of the user's own replica measured under one load.
type Observation struct {
	Question Question // the replica, the load and the lengths; Count is the accelerators of one replica

	E2E, TTFT, TPOT float64 // s, means; 0 not stated
	QPS             float64 // 1/s, of the replica; 0 not stated
}

// calibration is what load tests of the user's own replica teach beyond all other
// measurements: by what factor its decode steps, at each load, and its prompts take longer
// than the steps' model with its corrections says.
type calibration struct {
	text    string // of the observations
	setup   llm.Setup
	use     features
	samples []residue
	given   *kriging.Posterior

	prompt   bool    // the time of prompts was measured
	reads    float64 // logarithm of that time over the model's without correction
	expected float64 // the same, as predicted without load tests
	first    float64 // s, to the first token of a request alone
	input    float64 // tokens, of that request
	once     float64 // s, of the model, that a request takes outside of the steps
	reading  float64 // s, of the model, to read the prompt
}

// residue is what is left of an observation, as a logarithm, with the deviation expected of it.
type residue struct {
	spot
	value, deviation float64
	rate             float64 // 1/s at which requests came, or the replica was saturated; 0 in a closed loop
	tpot             float64 // s, at that rate; 0 where it was saturated
}

const (
	// installation is by how much one replica differs from those that others measured of the
	// same model on the same accelerator, a standard deviation of the logarithm of time: what
	// versions and settings of an engine make.
	installation = 0.15

	// repeats is by how much repeats of one test on one replica differ.
	repeats = 0.05

	// everywhere is the part of a replica's difference that it shows at all loads and lengths.
	everywhere = 0.6

	// elsewhere is the part of what an installation makes that goes with it to other hardware.
	elsewhere = 0.5

	// ninety is the half width of the central 90 % in standard deviations.
	ninety = 1.645

	// nearlyAll is the part of what load tests teach from which a replica is the tested one.
	nearlyAll = 0.999

	// fewUnderWay are the requests at once up to which the time to a first token is that of the
	// own prompt.
	fewUnderWay = 4
)

// Calibrated returns the evidence with load tests of one replica, all of the same setup, which determine its
// times and correct those of its model and engine elsewhere. It is an error if no test gives the time of
// tokens.
func (e *Evidence) Calibrated(tests []Observation) (*Evidence, error) {
	if len(tests) == 0 {
		return nil, errNoTimes
	}
	k, h, err := e.clockFor(&tests[0].Question)
	if err != nil {
		return nil, err
	}
	c := &calibration{setup: tests[0].Question.Setup, use: e.featuresOf(&tests[0].Question.Setup, h, "closed", false)}
	c.readPrompts(e, k, tests)
	for _, t := range tests {
		c.text += t.text()
		c.add(e, t.full(), t.Question.Load == Maximum)
	}
	if len(c.samples) == 0 && !c.prompt {
		return nil, errNoTimes
	}
	c.condition(e)
	more := *e
	more.own = c
	return &more, more.settle()
}

// errNoTimes is why load tests say nothing of steps.
var errNoTimes = errors.New("no run says how long tokens take under a load that is known; give the tool's full report, with TTFT and TPOT or the time of requests")

// text tells an observation from others.
func (t *Observation) text() string {
	s := &t.Question.Setup
	return fmt.Sprintln(s.Accelerator.ID, s.GPUs, s.Precision, t.Question.Load, t.Question.Concurrency, t.Question.Rate, t.Question.Input, t.Question.Output, t.E2E, t.TTFT, t.TPOT, t.QPS)
}

// condition is the process given the tests.
func (c *calibration) condition(e *Evidence) {
	values := make([]float64, len(c.samples))
	for i, s := range c.samples {
		values[i] = s.value
	}
	kernel := e.Kernels.of(&c.use)
	c.given = kriging.Condition(values, func(i, j int) float64 {
		v := c.samples[i].deviation * c.samples[j].deviation * alikeAt(kernel, &c.samples[i].spot, &c.samples[j].spot)
		if i == j {
			v += repeats * repeats
		}
		return v
	})
}

// How a replica answers arrivals follows from its steps in a chain that has no inverse.
const (
	mostRounds  = 8
	decodeFirst = 2    // rounds in which the time of prompts stays
	closeEnough = 0.01 // of a rate or time
)

// settle moves what was seen at a rate, or at the highest load, until the replica answers as it was
// seen to. Where steps without any decoding would saturate earlier, reading prompts is faster than
// the time to the first token says, which has more in it.
func (e *Evidence) settle() error {
	c := e.own
	most := c.reads
	for round := range mostRounds {
		moved := false
		for i := range c.samples {
			s := &c.samples[i]
			if !(s.rate > 0) {
				continue
			}
			off, err := e.off(s)
			if err != nil {
				return err
			}
			if !(math.Abs(off) > closeEnough) || math.IsInf(off, 0) {
				continue
			}
			moved = true
			if s.value += off; s.tpot == 0 && round >= decodeFirst {
				c.reads = min(most, c.reads+off)
			}
		}
		if !moved {
			break
		}
		c.condition(e)
	}
	return nil
}

// off is the logarithm of what was seen of a replica over what follows from its steps.
func (e *Evidence) off(s *residue) (float64, error) {
	l := llm.Lengths{Input: llm.Tokens{Mean: math.Exp(s.input)}, Output: llm.Tokens{Mean: math.Exp(s.output)}}
	m, err := e.Machine(e.own.setup, l)
	if err != nil {
		return 0, err
	}
	one := open.Replicas{Machine: m, N: 1}.Serve(l)
	if s.tpot == 0 {
		return math.Log(one.Saturation() / s.rate), nil
	}
	a := one.At(queue.Load{Rate: s.rate})
	if !a.Stable {
		return math.Log(one.Saturation() / s.rate), nil
	}
	return math.Log(s.tpot / a.MeanTPOT), nil
}

// clockFor are the times of a question's steps without correction.
func (e *Evidence) clockFor(q *Question) (*Clock, hardware, error) {
	h := hardwareOf(q.Setup.Accelerator)
	k, err := clockOf(&q.Setup, h, e.Step.of(q.kind(h)))
	return k, h, err
}

// readPrompts takes the time of prompts from the run with the fewest requests under way: with
// more, the first token waits for other prompts too.
func (c *calibration) readPrompts(e *Evidence, k *Clock, tests []Observation) {
	fewest := math.Inf(1)
	for i := range tests {
		t := &tests[i]
		n := t.underWay()
		if !(t.TTFT > 0) || n > fewUnderWay || n >= fewest || t.Question.Load == Maximum {
			continue
		}
		fewest = n
		c.once, c.first, c.input = k.prompt, t.TTFT, t.Question.Input
		c.reading = k.under(max(1, n), t.Question.Input, t.Question.Output).first - k.prompt
		c.reads, c.prompt = max(-Farthest, min(math.Log(t.TTFT/(c.once+c.reading)), Farthest)), true
		at := spotOf(promptBatch, t.Question.Input, t.Question.Output)
		c.expected = e.around(&c.use, at, true, hiding{series: e.hides}).at(&at)
	}
}

// full is an observation at the highest load as one of as many requests under way as memory and
// engine admit.
func (t Observation) full() *Observation {
	q := &t.Question
	if q.Load != Maximum {
		return &t
	}
	q.Load, q.Concurrency, t.E2E = Closed, mostArriving, 0
	l := llm.Lengths{Input: llm.Tokens{Mean: q.Input}, Output: llm.Tokens{Mean: q.Output}}
	if m, err := q.Setup.Memory(l); err == nil && m.Fits {
		q.Concurrency = m.Admitted()
	}
	t.TTFT, t.TPOT = 0, 0
	return &t
}

// underWay are the requests at once, mean: those that the tool keeps, else by Little's law.
func (t *Observation) underWay() float64 {
	if t.Question.Load == Closed {
		return t.Question.Concurrency
	}
	return cmp.Or(t.QPS, t.Question.Rate) * t.E2E
}

// measured is the time that a load is measured in, as Clock.ask has it, 0 where it is not known.
func (t *Observation) measured() float64 {
	q := &t.Question
	switch {
	case q.Load == Open:
		return t.TPOT
	case t.E2E > 0:
		return t.E2E
	case t.TPOT > 0 && t.TTFT > 0:
		return t.TTFT + t.TPOT*(q.Output-1)
	case t.QPS > 0:
		return q.Concurrency / t.QPS
	}
	return 0
}

// add takes what an observation says of decode steps: its time less that of prompts, over that
// of the model.
func (c *calibration) add(e *Evidence, t *Observation, saturated bool) {
	q, took := t.Question, t.measured()
	k, _, err := e.clockFor(&q)
	if err != nil || !(took > 0) || !(q.Output > 1) {
		return
	}
	o := k.ask(&q, 1)
	at := spotOf(o.batch, q.Input, q.Output)
	f := c.use
	known := e.around(&f, at, false, hiding{series: e.hides})
	factor := math.Exp(known.at(&at))
	reading := factor // of prompts
	if c.prompt {
		reading = math.Exp(c.reads)
	}
	decoding := k.decoding(&q, o)
	rest := o.seconds - decoding
	ratio := took / o.seconds
	decode := max((took-rest*reading)/decoding, ratio/3)
	if decoding < ratio/10*o.seconds { // hardly any of it is decode steps
		decode = ratio
	}
	basis, _ := known.basis(&f, at)
	one := residue{spot: at, value: math.Log(decode / factor), deviation: e.doubt(known.errorsOf(q.work(), basis, &at), known.deviation(&at))}
	switch {
	case saturated:
		one.rate = t.QPS
	case q.Load == Open:
		one.rate, one.tpot = q.Rate, took
	}
	c.samples = append(c.samples, one)
}

// decoding is the part of a load's time, without correction, that decode steps take.
func (k *Clock) decoding(q *Question, o outcome) float64 {
	step := k.decodes(o.batch, q.Input+q.Output/2)
	if q.Load == Open {
		return step
	}
	return q.Output * step * max(1, max(1, q.Concurrency)/o.batch)
}

// doubt is the standard deviation of a replica's times about a prediction.
func (e *Evidence) doubt(groups []string, deviation float64) float64 {
	low, high := e.spread(groups, deviation)
	return math.Hypot((low+high)/2/ninety, installation)
}

// alikeAt is how much of a replica's difference at one load and lengths is that at others.
func alikeAt(k *Kernel, a, b *spot) float64 { return everywhere + (1-everywhere)*k.apart(a, b) }

// carried is the part of what load tests teach that holds for another setup: all of it for the
// one that was tested.
func (c *calibration) carried(e *Evidence, s *llm.Setup, f features) float64 {
	own := c.use
	f.use = own.use
	same := s.Accelerator.ID == c.setup.Accelerator.ID
	if !same && f.accelerator == own.accelerator { // neither was ever measured
		f.accelerator = own.accelerator - 2
	}
	k := e.Kernels.of(&f)
	near, far := k.amplitude(&own, &own)
	nearTo, farTo := k.amplitude(&own, &f)
	x := doubtOf(near+far, k)
	shared := (nearTo + farTo) / (near + far) * (x*x - installation*installation)
	if f.engine == own.engine {
		kept := installation * installation
		if !same {
			kept *= elsewhere
		}
		shared += kept
	}
	return min(1, shared/(x*x))
}

// doubtOf is the standard deviation of a replica's times where nothing is known of it.
func doubtOf(variance float64, k *Kernel) float64 {
	return math.Hypot(math.Sqrt(variance+k.noise(1)), installation)
}

// adjusted is what load tests change on one replica.
type adjusted struct {
	*calibration
	kernel *Kernel
	part   float64             // of what they teach that holds for it
	doubt  func(*spot) float64 // deviation without them
}

// on is a calibration as it holds for a setup of which a doubt was left at each spot.
func (c *calibration) on(e *Evidence, s *llm.Setup, f features, doubt func(*spot) float64) *adjusted {
	return &adjusted{c, e.Kernels.of(&c.use), c.carried(e, s, f), doubt}
}

// covariances are those of a spot with what was tested.
func (a *adjusted) covariances(at *spot) []float64 {
	v := make([]float64, len(a.samples))
	for i := range a.samples {
		s := &a.samples[i]
		v[i] = a.part * s.deviation * a.doubt(at) * alikeAt(a.kernel, at, &s.spot)
	}
	return v
}

// at is what load tests add to the correction at a spot.
func (a *adjusted) at(at *spot) float64 {
	if a == nil || len(a.samples) == 0 {
		return 0
	}
	return a.given.Mean(a.covariances(at))
}

// narrowed is the share of the range that is left at a spot.
func (a *adjusted) narrowed(at *spot) float64 {
	if a == nil || len(a.samples) == 0 {
		return 1
	}
	before := a.doubt(at)
	left := max(before*before-a.given.Explained(a.covariances(at)), 0) + repeats*repeats
	return min(1, math.Sqrt(left)/before)
}

// read sets the time of prompts, which without load tests was that of before, a logarithm.
func (a *adjusted) read(k *Clock, before float64) {
	if a == nil || !a.prompt {
		return
	}
	k.reading = before + a.part*(a.reads-a.expected) - math.Log(k.factor(promptBatch))
	reading := a.reading * math.Exp(a.reads)
	if a.part > nearlyAll { // what the roofline leaves of it
		reading = a.reading * k.Prefill(a.input, a.input/2) / k.reads(a.input, a.input/2)
	}
	outside := max(0, a.first-reading) // of the steps, which is what reading leaves of the time to the first token
	k.prompt = max(0, k.prompt+a.part*(outside-a.once))
}

// Tests returns a text that identifies the load tests in the evidence; "" without any.
func (e *Evidence) Tests() string {
	if e.own == nil {
		return ""
	}
	return e.own.text
}

// tests names what was tested.
func (c *calibration) tests() string {
	return fmt.Sprintf("load test of %s on %d × %s", c.setup.Shape.Name, max(1, c.setup.GPUs), c.setup.Accelerator.ID)
}
