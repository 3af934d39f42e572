package queue

import (
	"math"
	"sort"
)

// waitLaw is the distribution of a wait in service times.
type waitLaw interface {
	exceeds(t float64) float64
	mean() float64
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

// then is the probability that the wait and a service of mean 1 take longer than t. The
// service is exponential at cv2 = 1, above it hyperexponential with balanced means
// (Tijms 2003, appendix B).
func (w exponentialWait) then(cv2, t float64) float64 {
	r := math.Sqrt((cv2 - 1) / (cv2 + 1))
	a, b := (1+r)/2, (1-r)/2
	sum := a * w.thenExponential(2*a, t)
	if b > 0 {
		sum += b * w.thenExponential(2*b, t)
	}
	return sum
}

// thenExponential adds an exponential service of a rate.
func (w exponentialWait) thenExponential(rate, t float64) float64 {
	alone := math.Exp(-rate * t)
	if w.p == 0 {
		return alone
	}
	slow, gap := 1/w.scale, math.Abs(1/w.scale-rate)
	within := t
	if gap*t > 1e-12 {
		within = -math.Expm1(-gap*t) / gap
	}
	return alone + w.p*rate*math.Exp(-math.Min(slow, rate)*t)*within
}

// clockedWait is the exact wait in M/D/c. The number in the system one service time later
// is what the servers leave of it and what arrives meanwhile, and a request waits longer
// than x if what waited k−x before it, what arrived since and what comes ahead in its own
// cluster fill all servers k times, k = ⌊x⌋+1 (Crommelin 1932; Franx, A simple solution
// for the M/D/c waiting time distribution, Oper. Res. Lett. 2001).
type clockedWait struct {
	lengths
	ahead []float64 // law of the number ahead in the own cluster
}

func newClockedWait(servers int, offered, dispersion float64) *clockedWait {
	w := &clockedWait{ahead: aheadInCluster(dispersion)}
	s := solvers.Get().(*solver)
	defer solvers.Put(s)
	s.set(steps{alpha: 1, full: servers}, true)
	s.solve(offered, dispersion, &w.lengths)
	return w
}

// aheadInCluster is how many of its own cluster stand before a request. Clusters are of
// logarithmic size, that of a request's own is geometric, and its place is any.
func aheadInCluster(dispersion float64) []float64 {
	q := 1 - 1/dispersion
	if q == 0 {
		return []float64{1}
	}
	n := int(math.Ceil(math.Log(negligible) / math.Log(q)))
	p := make([]float64, n)
	sum := 0.0
	for j := n - 1; j >= 0; j-- {
		sum += (1 - q) * math.Pow(q, float64(j)) / float64(j+1)
		p[j] = sum
	}
	return p
}

func (w *clockedWait) mean() float64 { return w.spill() / w.rate }

func (w *clockedWait) exceeds(x float64) float64 {
	h := w.horizon()
	if x > h {
		return w.exceeds(h) * math.Exp(-w.slope()*(x-h))
	}
	a := scratches.Get().(*ages)
	defer scratches.Put(a)
	k := math.Floor(x) + 1
	e := &a.one
	e.sum(counts{w.rate * (k - x), w.dispersion}, &a.recip)
	need := int(k) * w.full
	sum := (1 - w.crowded()) * w.orMore(e, need)
	for l, p := range w.over {
		sum += p * w.orMore(e, need-l)
	}
	return sum + w.rest
}

// orMore is the probability that arrivals and those ahead in the own cluster are n or more.
func (w *clockedWait) orMore(e *excess, n int) float64 {
	if len(w.ahead) == 1 {
		return e.orMore(n)
	}
	sum := 0.0
	for j, p := range w.ahead {
		sum += p * e.orMore(n-j)
	}
	return sum
}

// blendedWait interpolates the quantiles of the wait, given that there is one, between
// constant and exponential service.
type blendedWait struct {
	p, average float64
	z, x       []float64 // exp(−z) exceed x
	slope      float64   // of x over z beyond the last
}

// blend weighs the exponential law by cv2.
func blend(d *clockedWait, m exponentialWait, cv2 float64) *blendedWait {
	some := d.exceeds(0)
	w := &blendedWait{p: (1-cv2)*some + cv2*m.p}
	w.slope = cv2 * m.scale
	conditional := cv2 * m.scale
	if some > 0 {
		conditional += (1 - cv2) * d.mean() / some
		w.slope += (1 - cv2) / d.lengths.slope()
		w.tabulate(d, some, m.scale, cv2)
	}
	w.average = w.p * conditional
	return w
}

func (w *blendedWait) tabulate(d *clockedWait, some, scale, cv2 float64) {
	const n = 96
	w.z, w.x = make([]float64, 0, n+1), make([]float64, 0, n+1)
	last := d.horizon()
	for i := 0; i <= n; i++ {
		x := last * float64(i) / n
		p := d.exceeds(x)
		if !(p > 0) {
			break
		}
		z := math.Max(0, -math.Log(p/some))
		if k := len(w.z); k > 0 {
			z = math.Max(z, w.z[k-1])
		}
		w.z = append(w.z, z)
		w.x = append(w.x, (1-cv2)*x+cv2*scale*z)
	}
}

func (w *blendedWait) mean() float64 { return w.average }

func (w *blendedWait) exceeds(t float64) float64 {
	n := len(w.x)
	if n == 0 {
		return w.p * math.Exp(-t/w.slope)
	}
	i := sort.SearchFloat64s(w.x, t)
	switch {
	case i == 0:
		return w.p
	case i == n:
		return w.p * math.Exp(-w.z[n-1]-(t-w.x[n-1])/w.slope)
	}
	f := (t - w.x[i-1]) / (w.x[i] - w.x[i-1])
	return w.p * math.Exp(-w.z[i-1]-f*(w.z[i]-w.z[i-1]))
}
