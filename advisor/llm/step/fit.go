package step

import (
	"math"
	"slices"

	"scaleadvise/advisor/fanout"
	"scaleadvise/advisor/kriging"
)

// prior is what is believed of a coefficient before anything is measured: its middle and
// how many log units it may be off.
var prior = [coefficients]struct{ middle, spread float64 }{
	memoryEfficiency: {0.75, 0.3}, unpackOperations: {3, 1}, cacheOverhead: {1.1, 0.3},
	decodeEfficiency: {0.6, 0.4}, readEfficiency: {0.45, 0.4}, attendEfficiency: {0.3, 0.7}, expertEfficiency: {0.6, 0.5},
	stepOverhead: {2e-3, 1}, layerOverhead: {2e-5, 1}, expertOverhead: {2e-5, 1}, stateOverhead: {1e-5, 1}, requestOverhead: {3e-5, 1}, promptOverhead: {5e-3, 1},
	linkLatency: {1e-5, 1}, pcieLatency: {3e-5, 1}, linkGrowth: {0.6, 0.5}, linkEfficiency: {0.7, 0.7}, pcieEfficiency: {0.5, 0.7}, contextLatency: {5e-9, 1.5}, routing: {0.9, 0.1}, roomFactor: {1, 0.1}, mostRequests: {1024, 0.5},
	queueFactor: {0.5, 1}, queuePower: {0.8, 0.3},
}

// Prior returns the step model that is assumed before any measurement.
func Prior() Step {
	s := Step{Families: deviations{}, Engines: deviations{}, Mixtures: deviations{}}
	for i, p := range prior {
		s.All[i] = math.Log(p.middle)
	}
	return s
}

const (
	levelSpread  = 0.3  // log units by which a family or an engine differs from the average one
	misfit       = 0.1  // log units by which the step's model is off
	outlying     = 0.15 // log units from which a measurement loses weight
	mostSteps    = 300
	settled      = 2e-6 // log units that nothing moves by any more when a fit is finished
	damping      = 1e-3
	mostDamping  = 1e8
	differential = 1e-4
)

// problem is a fit of some coefficients to trials: the most probable ones under the prior,
// by Levenberg and Marquardt's method (Marquardt 1963) with the weights of a pseudo-Huber loss.
type problem struct {
	trials  []Trial
	misses  func(*Trial, outcome) float64 // log units; NaN = nothing measured
	free    [coefficients]bool
	step    Step
	columns map[levelKey]int
	n       int
	most    int // steps
}

// fitStep fits all coefficients in at most the given number of steps, those of queueing last and by
// themselves.
func fitStep(trials []Trial, start Step, most int) Step {
	p := problem{trials: trials, step: start, most: most, misses: func(t *Trial, o outcome) float64 { return math.Log(o.seconds / t.Seconds) }}
	for i := range p.free {
		p.free[i] = i != queueFactor && i != queuePower
	}
	p.run()
	q := problem{trials: trials, step: p.step, most: most, misses: func(t *Trial, o outcome) float64 {
		if t.First == 0 || t.Question.Load != Closed {
			return math.NaN()
		}
		return math.Log(o.first / t.First)
	}}
	q.free[queueFactor], q.free[queuePower] = true, true
	q.run()
	return q.step
}

// lay numbers what is fitted: the free coefficients, then the levels of what was measured.
func (p *problem) lay() {
	p.columns, p.n = map[levelKey]int{}, 0
	number := func(key levelKey) {
		if _, ok := p.columns[key]; !ok {
			p.columns[key] = p.n
			p.n++
		}
	}
	for i := range p.free {
		if p.free[i] {
			number(ofAll(i))
		}
	}
	seen := p.seen()
	for i := range p.trials {
		for s, set := range p.step.sets(p.trials[i].kind()) {
			if set.name == "" || s > 0 && seen[set.name] < fewPairs {
				continue
			}
			if set.values[set.name] == nil {
				set.values[set.name] = make([]float64, len(set.of))
			}
			for _, c := range set.of {
				if p.free[c] {
					number(levelKey{s, set.name, c})
				}
			}
		}
	}
}

// fewPairs are so few pairs of a model and an accelerator that what is particular to them would be taken for the engine's.
const fewPairs = 5

// seen is the number of pairs of a model and an accelerator that an engine was measured with under a load.
func (p *problem) seen() map[string]int {
	pairs, seen := map[string]bool{}, map[string]int{}
	for i := range p.trials {
		t := &p.trials[i]
		if name := t.kind().engine; !pairs[name+"|"+pairOf(t)] {
			pairs[name+"|"+pairOf(t)] = true
			seen[name]++
		}
	}
	return seen
}

// levelKey names one level: the set, the name in it, the coefficient; set -1 is of all.
type levelKey struct {
	set         int
	name        string
	coefficient int
}

// ofAll is the key of a coefficient of all.
func ofAll(coefficient int) levelKey { return levelKey{-1, "", coefficient} }

// run fits.
func (p *problem) run() {
	p.step = p.step.clone()
	p.lay()
	cost, lambda := p.cost(p.step), damping
	for range p.most {
		hessian, gradient := p.normal()
		for {
			next, far := p.moved(hessian, gradient, lambda)
			if far < settled {
				return
			}
			if c := p.cost(next); c < cost {
				p.step, cost, lambda = next, c, lambda/5
				break
			}
			if lambda *= 4; lambda > mostDamping {
				return
			}
		}
	}
}

func (s *Step) clone() Step {
	c := Step{All: s.All, Families: deviations{}, Engines: deviations{}, Mixtures: deviations{}}
	for i, set := range s.sets(kind{}) {
		for name, v := range set.values {
			c.sets(kind{})[i].values[name] = slices.Clone(v)
		}
	}
	return c
}

// cost is twice the negative logarithm of the probability, up to a constant.
func (p *problem) cost(s Step) float64 {
	sum := 0.0
	for i := range p.trials {
		if m := p.misses(&p.trials[i], p.trials[i].ask(&s)); !math.IsNaN(m) {
			sum += 2 * outlying * outlying * (math.Sqrt(1+m*m/outlying/outlying) - 1) / misfit / misfit
		}
	}
	p.each(&s, func(_ int, off, spread float64) { sum += off * off / spread / spread })
	return sum
}

// each visits all that is fitted: its number, how far it is from its prior, and the prior's
// spread.
func (p *problem) each(s *Step, visit func(column int, off, spread float64)) {
	for i := range p.free {
		if p.free[i] {
			visit(p.columns[ofAll(i)], s.All[i]-math.Log(prior[i].middle), prior[i].spread)
		}
	}
	for i, set := range s.sets(kind{}) {
		for _, name := range sortedKeys(set.values) {
			for j, c := range set.of {
				if column, ok := p.columns[levelKey{i, name, c}]; ok {
					visit(column, set.values[name][j], levelSpread)
				}
			}
		}
	}
}

func sortedKeys(m deviations) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// slope is one trial's part of the normal equations.
type slope struct {
	miss, weight float64
	columns      []int
	by           []float64
}

// slopes are those of all trials.
func (p *problem) slopes() []slope {
	all := make([]slope, len(p.trials))
	atOnce(len(all), func(i int) { all[i] = p.slope(&p.trials[i]) })
	return all
}

// atOnce does n independent things by several goroutines.
func atOnce(n int, do func(int)) {
	var wg fanout.Group
	const parts = 8
	for part := range parts {
		wg.Go(func() {
			for i := part; i < n; i += parts {
				do(i)
			}
		})
	}
	wg.Wait()
}

func (p *problem) slope(t *Trial) slope {
	sets := p.step.sets(t.kind())
	c := p.step.of(t.kind())
	s := slope{miss: p.misses(t, t.askWith(c))}
	if math.IsNaN(s.miss) {
		return s
	}
	s.weight = 1 / math.Sqrt(1+s.miss*s.miss/outlying/outlying) / misfit / misfit
	for i := range c {
		if !p.free[i] || !t.touches(i) {
			continue
		}
		moved := c
		moved[i] += differential
		d := (p.misses(t, t.askWith(moved)) - s.miss) / differential
		if d == 0 {
			continue
		}
		s.columns, s.by = append(s.columns, p.columns[ofAll(i)]), append(s.by, d)
		for j, set := range sets {
			if column, ok := p.columns[levelKey{j, set.name, i}]; ok {
				s.columns, s.by = append(s.columns, column), append(s.by, d)
			}
		}
	}
	return s
}

// touches reports whether a trial's times may depend on a coefficient.
func (t *Trial) touches(coefficient int) bool {
	switch coefficient {
	case expertEfficiency, expertOverhead, routing:
		return t.Mixture()
	case linkLatency, linkEfficiency:
		return t.Question.Setup.GPUs > 1 && t.hardware.linked
	case linkGrowth:
		return t.Question.Setup.GPUs > 2
	case pcieLatency, pcieEfficiency:
		return t.Question.Setup.GPUs > 1 && !t.hardware.linked
	case mostRequests:
		return t.Question.Load == Maximum
	case unpackOperations:
		_, packed := t.hardware.rate(&t.Question.Setup)
		return packed
	}
	return true
}

// normal is the lower half of the left and the right side of the normal equations, without damping.
func (p *problem) normal() (hessian [][]float64, gradient []float64) {
	hessian, gradient = make([][]float64, p.n), make([]float64, p.n)
	for i := range hessian {
		hessian[i] = make([]float64, i+1)
	}
	for _, s := range p.slopes() {
		for a, i := range s.columns {
			gradient[i] -= s.weight * s.miss * s.by[a]
			for b, j := range s.columns {
				if j <= i {
					hessian[i][j] += s.weight * s.by[a] * s.by[b]
				}
			}
		}
	}
	p.each(&p.step, func(i int, off, spread float64) {
		gradient[i] -= off / spread / spread
		hessian[i][i] += 1 / spread / spread
	})
	return hessian, gradient
}

// moved is the step that the damped normal equations lead to, and the Farthest that any
// coefficient moves.
func (p *problem) moved(hessian [][]float64, gradient []float64, lambda float64) (next Step, far float64) {
	x := damped(hessian, gradient, lambda)
	for _, v := range x {
		far = max(far, math.Abs(v))
	}
	next = p.step.clone()
	for i := range p.free {
		if p.free[i] {
			next.All[i] += x[p.columns[ofAll(i)]]
		}
	}
	for i, set := range next.sets(kind{}) {
		for name, v := range set.values {
			for j, c := range set.of {
				if column, ok := p.columns[levelKey{i, name, c}]; ok {
					v[j] += x[column]
				}
			}
		}
	}
	return next, far
}

// damped solves the normal equations with every diagonal element larger by lambda of itself,
// which is what a Gaussian process of that covariance weighs its observations with. The priors
// keep them positive definite.
func damped(hessian [][]float64, gradient []float64, lambda float64) []float64 {
	return kriging.Condition(gradient, func(i, j int) float64 {
		if i == j {
			return hessian[i][i] * (1 + lambda)
		}
		return hessian[i][j]
	}).Weights()
}
