package queue

import "math"

// Result is how a server answers under a load. Times are seconds.
type Result struct {
	Stable      bool    // a steady state exists; without one, latencies are +Inf
	PWait       float64 // probability that a request waits
	MeanWait    float64 // mean time until a request's service begins
	MeanSojourn float64 // mean time until its service ends
	MeanBatch   float64 // mean size of the batches
	SeenBatch   float64 // mean size of the batch that a request is in, which is larger
	Busy        float64 // share of time that a server is busy, mean over the servers

	tails tails
}

// tails are the distributions behind a result, as probabilities of more than t seconds.
type tails interface {
	sojourn(t float64) float64
	wait(t float64) float64
}

// unstable returns the answer to a load at or above saturation.
func unstable(batch float64) Result {
	inf := math.Inf(1)
	return Result{PWait: 1, MeanWait: inf, MeanSojourn: inf, MeanBatch: batch, SeenBatch: batch, Busy: 1}
}

// Exceeds returns the probability that a request takes longer than t seconds; 1 when the
// queue is not stable.
func (r Result) Exceeds(t float64) float64 {
	if r.tails == nil || t < 0 {
		return 1
	}
	return unit(r.tails.sojourn(t))
}

// WaitExceeds returns the probability that a request's service begins later than t seconds
// after it arrived.
func (r Result) WaitExceeds(t float64) float64 {
	if r.tails == nil || t < 0 {
		return 1
	}
	return unit(r.tails.wait(t))
}

func unit(p float64) float64 { return math.Max(0, math.Min(1, p)) }

// Quantile returns the time in seconds within which a share p of the requests is served;
// +Inf when the queue is not stable or p is not below 1.
func (r Result) Quantile(p float64) float64 {
	if costly, ok := r.tails.(*remembered); ok && p < 1 {
		return costly.quantile(1-p, r.MeanSojourn)
	}
	if mixed, ok := r.tails.(*mixedTails); ok && p > 0 && p < 1 {
		return mixed.quantile(1 - p)
	}
	return r.quantile(p, Result.Exceeds)
}

// WaitQuantile returns the time in seconds within which the service of a share p of the
// requests has begun.
func (r Result) WaitQuantile(p float64) float64 {
	if mixed, ok := r.tails.(*mixedTails); ok && p > 0 && p < 1 {
		return mixed.waitQuantile(1 - p)
	}
	return r.quantile(p, Result.WaitExceeds)
}

// quantile returns the smallest time that no more than 1−p exceed.
func (r Result) quantile(p float64, exceeds func(Result, float64) float64) float64 {
	if r.tails == nil || !(p < 1) {
		return math.Inf(1)
	}
	lo, hi := 0.0, r.MeanSojourn
	most, scale := 1-p, hi
	over := func(t float64) float64 { return logRatio(exceeds(r, t), most) }
	f0 := over(lo)
	if f0 <= 0 {
		return lo
	}
	fh := over(hi)
	for fh > 0 {
		lo, f0 = hi, fh
		hi += scale
		scale *= 2
		fh = over(hi)
	}
	_, t := crossing(lo, hi, f0, fh, r.precision(), over)
	return t
}

// precision returns the precision of a search for a quantile: that of the tails.
func (r Result) precision() search {
	if _, rough := r.tails.(*remembered); rough {
		return roughly
	}
	return search{1e-12 * r.MeanSojourn, 1e-9, 1e-9}
}

// logRatio is ln(p/q), bounded below where p is 0.
func logRatio(p, q float64) float64 {
	const least = 1e-30
	return math.Log(math.Max(p, least) / math.Max(q, least))
}

// search is the precision of a search: it ends when the interval is narrower than absolute + relative·|x|,
// or the value smaller than flat.
type search struct{ absolute, relative, flat float64 }

// crossing narrows an interval in which f changes its sign and returns its ends, in the
// order given.
func crossing(a, b, fa, fb float64, s search, f func(float64) float64) (start, end float64) {
	n := newNarrowing(a, b, fa, fb)
	for range 200 {
		x, ok := n.next(s)
		if !ok {
			break
		}
		fx := f(x)
		if math.Abs(fx) < s.flat {
			return x, x
		}
		n.take(x, fx)
	}
	if n.forward {
		return n.a, n.b
	}
	return n.b, n.a
}

// narrowing is an interval between two points of different sign, with a third outside it
// (Chandrupatla, A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear
// function, Adv. Eng. Software 1997).
type narrowing struct {
	a, b, c, fa, fb, fc float64
	t                   float64 // position of the next point between a and b
	forward             bool    // whether a is still on the side of the start
}

func newNarrowing(a, b, fa, fb float64) narrowing {
	return narrowing{a: a, b: b, c: a, fa: fa, fb: fb, fc: fa, t: 0.5, forward: true}
}

// next returns the point to ask about; ok is false where the interval is narrow enough.
func (n *narrowing) next(s search) (x float64, ok bool) {
	width := math.Abs(n.b - n.a)
	tol := s.absolute + s.relative*math.Max(math.Abs(n.a), math.Abs(n.b))
	if width <= tol {
		return 0, false
	}
	edge := 0.5 * tol / width
	x = n.a + math.Min(math.Max(n.t, edge), 1-edge)*(n.b-n.a)
	return x, x != n.a && x != n.b
}

// take narrows the interval by a point in it.
func (n *narrowing) take(x, fx float64) {
	if (fx > 0) == (n.fa > 0) {
		n.c, n.fc = n.a, n.fa
	} else {
		n.c, n.b, n.fc, n.fb = n.b, n.a, n.fb, n.fa
		n.forward = !n.forward
	}
	n.a, n.fa = x, fx
	n.t = interpolate(n.a, n.b, n.c, n.fa, n.fb, n.fc)
}

// interpolate returns where between a and b the zero is expected: by inverse quadratic interpolation where
// that is safe, else in the middle.
func interpolate(a, b, c, fa, fb, fc float64) float64 {
	xi := (a - b) / (c - b)
	phi := (fa - fb) / (fc - fb)
	if !(phi*phi < xi && (1-phi)*(1-phi) < 1-xi) {
		return 0.5
	}
	return fa/(fb-fa)*fc/(fb-fc) + (c-a)/(b-a)*fa/(fc-fa)*fb/(fc-fb)
}
