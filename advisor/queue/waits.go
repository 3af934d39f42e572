package queue

import "math"

// waitLaw is the distribution of a wait in service times.
type waitLaw interface {
	exceeds(t float64) float64
	mean() float64
	// quantile is what a share exp(−z) of those that wait exceed.
	quantile(z float64) float64
}

// exponentialWait is zero or else exponential.
type exponentialWait struct{ p, scale float64 }

func (w exponentialWait) exceeds(t float64) float64 {
	if w.p == 0 {
		return 0
	}
	return w.p * math.Exp(-t/w.scale)
}

func (w exponentialWait) mean() float64 { return w.p * w.scale }

func (w exponentialWait) quantile(z float64) float64 { return z * w.scale }

// markovianWait returns the wait in M/M/c (Kleinrock, Queueing Systems 1, 1975, 3.5).
func markovianWait(servers int, offered float64) exponentialWait {
	return exponentialWait{ErlangC(servers, offered), 1 / (float64(servers) - offered)}
}

// then returns the probability that the wait and an exponential service of mean 1 take longer
// than t. Where the two rates meet it is the limit.
func (w exponentialWait) then(t float64) float64 {
	alone := math.Exp(-t)
	if w.p == 0 {
		return alone
	}
	slow, gap := 1/w.scale, math.Abs(1/w.scale-1)
	within := t
	if gap*t > 1e-12 {
		within = -math.Expm1(-gap*t) / gap
	}
	return alone + w.p*math.Exp(-math.Min(slow, 1)*t)*within
}

// clockedWait is the exact wait in M/D/c. The number in the system one service time later
// is what the servers leave of it and what arrives meanwhile, and a request waits longer
// than x if what waited k−x before it, what arrived since and what comes ahead in its own
// cluster fill all servers k times, k = ⌊x⌋+1 (Crommelin 1932; Franx, A simple solution
// for the M/D/c waiting time distribution, Oper. Res. Lett. 2001).
type clockedWait struct {
	lengths
	ahead  []float64 // law of what waits and what comes ahead in the own cluster together
	strain float64   // factor of the waits over the chain's
}

func newClockedWait(servers int, offered, dispersion float64) *clockedWait {
	w := &clockedWait{strain: 1}
	if dispersion > largestDispersion { // its mean grows with the excess over Poisson
		load := offered / float64(servers)
		w.strain = (dispersion - 1 + load) / (largestDispersion - 1 + load)
		dispersion = largestDispersion
	}
	s := solvers.Get().(*solver)
	defer solvers.Put(s)
	s.set(steps{alpha: 1, full: servers}, true)
	s.solve(offered, dispersion, &w.lengths)
	own := aheadInCluster(dispersion)
	w.ahead = make([]float64, max(1, len(w.over))+len(own)-1)
	for j, p := range own {
		w.ahead[j] += p * (1 - w.crowded())
		for l, v := range w.over {
			w.ahead[l+j] += p * v
		}
	}
	return w
}

// aheadInCluster returns the law of how many requests of its own cluster are ahead of a request. Clusters are of
// logarithmic size, that of a request's own is geometric, and its place is any.
func aheadInCluster(dispersion float64) []float64 {
	q := 1 - 1/dispersion
	if q == 0 {
		return []float64{1}
	}
	n := int(math.Ceil(-tiny.nats / math.Log(q)))
	p := make([]float64, n)
	sum := 0.0
	for j := n - 1; j >= 0; j-- {
		sum += (1 - q) * math.Pow(q, float64(j)) / float64(j+1)
		p[j] = sum
	}
	return p
}

func (w *clockedWait) mean() float64 { return w.strain * w.spill() / w.rate }

func (w *clockedWait) quantile(z float64) float64 { return w.strain * z / w.lengths.slope() }

func (w *clockedWait) exceeds(x float64) float64 {
	x /= w.strain
	if h := w.horizon(); x > h {
		return w.within(h) * math.Exp(-w.slope()*(x-h))
	}
	return w.within(x)
}

// within is exceeds up to the horizon, without strain.
func (w *clockedWait) within(x float64) float64 {
	a := scratches.Get().(*ages)
	defer scratches.Put(a)
	k := math.Floor(x) + 1
	e := &a.one
	e.sum(counts{w.rate * (k - x), w.dispersion}, tiny, &a.recip)
	need := int(k) * w.full
	sum := w.rest
	for n, p := range w.ahead {
		sum += p * e.orMore(need-n)
	}
	return sum
}
