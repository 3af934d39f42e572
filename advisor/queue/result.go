package queue

import "math"

// Result is how a server answers under a load. Times are seconds.
type Result struct {
	Stable      bool    // whether the queue settles; if not, latencies are +Inf
	PWait       float64 // probability that a request waits at all
	MeanWait    float64 // mean time until a request's service begins
	MeanSojourn float64 // mean time until it ends
	MeanBatch   float64 // mean batch of a step
	SeenBatch   float64 // mean batch that a request finds itself in, which is larger
	Busy        float64 // fraction of time that a server works, mean over the servers

	tails tails
}

// tails are the distributions behind a result, as probabilities of more than t seconds.
type tails interface {
	sojourn(t float64) float64
	wait(t float64) float64
}

// unstable is the answer to a load at or above saturation.
func unstable(batch float64) Result {
	inf := math.Inf(1)
	return Result{PWait: 1, MeanWait: inf, MeanSojourn: inf, MeanBatch: batch, SeenBatch: batch, Busy: 1}
}

// Exceeds is the probability that a request takes longer than t seconds; 1 when the
// queue is not stable.
func (r Result) Exceeds(t float64) float64 {
	if r.tails == nil || t < 0 {
		return 1
	}
	return unit(r.tails.sojourn(t))
}

// WaitExceeds is the probability that a request's service begins later than t seconds
// after it arrived.
func (r Result) WaitExceeds(t float64) float64 {
	if r.tails == nil || t < 0 {
		return 1
	}
	return unit(r.tails.wait(t))
}

func unit(p float64) float64 { return math.Max(0, math.Min(1, p)) }

// Quantile is the time in seconds within which a share p of the requests is served;
// +Inf when the queue is not stable or p is not below 1.
func (r Result) Quantile(p float64) float64 {
	if known, ok := r.tails.(*remembered); ok && p < 1 {
		low, high := known.around(1-p, r.MeanSojourn)
		return r.quantile(p, low, high, Result.Exceeds)
	}
	return r.quantile(p, 0, r.MeanSojourn, Result.Exceeds)
}

// WaitQuantile is the time in seconds within which the service of a share p of the
// requests has begun.
func (r Result) WaitQuantile(p float64) float64 {
	return r.quantile(p, 0, r.MeanSojourn, Result.WaitExceeds)
}

// quantile is the smallest time that no more than 1−p exceed, looked for from between lo,
// which more exceed or which is 0, and hi.
func (r Result) quantile(p, lo, hi float64, exceeds func(Result, float64) float64) float64 {
	if r.tails == nil || !(p < 1) {
		return math.Inf(1)
	}
	most, scale := 1-p, hi-lo
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
	_, t := crossing(lo, hi, f0, fh, r.precision(r.MeanSojourn), over)
	return t
}

// precision is how far a search for a quantile goes: no further than the tails are right.
func (r Result) precision(scale float64) search {
	if _, rough := r.tails.(*remembered); rough {
		return search{1e-6 * scale, 1e-4, 1e-4}
	}
	return search{1e-12 * scale, 1e-9, 1e-9}
}

// logRatio is ln(p/q), bounded below where p is 0.
func logRatio(p, q float64) float64 {
	const least = 1e-30
	return math.Log(math.Max(p, least) / math.Max(q, least))
}

// search is how far a search goes: until the interval is narrower than absolute +
// relative·|x|, or the value smaller than flat.
type search struct{ absolute, relative, flat float64 }

// crossing narrows an interval in which f changes its sign and returns its ends, in the
// order given (Chandrupatla, A new hybrid quadratic/bisection algorithm for finding the
// zero of a nonlinear function, Adv. Eng. Software 1997).
func crossing(a, b, fa, fb float64, s search, f func(float64) float64) (start, end float64) {
	forward := true // whether a is still on the side of the start
	c, fc := a, fa
	t := 0.5
	for range 200 {
		width := math.Abs(b - a)
		tol := s.absolute + s.relative*math.Max(math.Abs(a), math.Abs(b))
		if width <= tol {
			break
		}
		edge := 0.5 * tol / width
		x := a + math.Min(math.Max(t, edge), 1-edge)*(b-a)
		if x == a || x == b {
			break
		}
		fx := f(x)
		if math.Abs(fx) < s.flat {
			return x, x
		}
		if (fx > 0) == (fa > 0) {
			c, fc = a, fa
		} else {
			c, b, fc, fb = b, a, fb, fa
			forward = !forward
		}
		a, fa = x, fx
		t = interpolate(a, b, c, fa, fb, fc)
	}
	if forward {
		return a, b
	}
	return b, a
}

// interpolate is where between a and b the zero is expected: by inverse quadratic
// interpolation where that is safe, else in the middle.
func interpolate(a, b, c, fa, fb, fc float64) float64 {
	xi := (a - b) / (c - b)
	phi := (fa - fb) / (fc - fb)
	if !(phi*phi < xi && (1-phi)*(1-phi) < 1-xi) {
		return 0.5
	}
	return fa/(fb-fa)*fc/(fb-fc) + (c-a)/(b-a)*fa/(fc-fa)*fb/(fc-fb)
}
