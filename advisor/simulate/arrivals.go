package simulate

import "math"

// arrivals gives the moments of requests, in order, s; +Inf after the last.
type arrivals interface{ next() float64 }

// arrivals makes the traffic of a replication, with work arrivals to each request.
func (t Traffic) arrivals(work float64, r stream) arrivals {
	if t.Trace != nil {
		return &replay{trace: t.Trace, speed: t.speed()}
	}
	rate := t.Rate * work
	var steady arrivals
	switch {
	case !(t.Dispersion > 1):
		steady = &poisson{r: r, gap: 1 / rate}
	case t.Window == 0:
		size := newLogarithmic(t.Dispersion)
		steady = &clusters{r: r, size: size, gap: size.mean() / rate}
	default:
		steady = newWaves(rate, t.Dispersion, t.Window, r)
	}
	if t.Profile == nil {
		return steady
	}
	return &warped{steady: steady, profile: *t.Profile, mean: t.Profile.mean()}
}

// poisson requests come independently of each other.
type poisson struct {
	r   stream
	gap float64 // mean, s
	now float64
}

func (p *poisson) next() float64 {
	p.now += p.gap * p.r.ExpFloat64()
	return p.now
}

// clusters of logarithmic size come as a Poisson process, so that the counts in any window are
// negative binomial: the arrivals that package queue assumes.
type clusters struct {
	r    stream
	size logarithmic
	gap  float64 // mean between clusters, s
	now  float64
	left int
}

func (c *clusters) next() float64 {
	if c.left == 0 {
		c.now += c.gap * c.r.ExpFloat64()
		c.left = c.size.draw(c.r)
	}
	c.left--
	return c.now
}

// waves are Poisson arrivals at a rate that is drawn anew for each window from a gamma law:
// the counts in a window are negative binomial with the dispersion given, and over shorter
// windows the excess over Poisson is proportional to their length, as that of any slowly
// varying rate is (Cox and Lewis, The Statistical Analysis of Series of Events, 1966). As the
// window shrinks they become clusters.
type waves struct {
	r      stream
	level  gamma
	mean   float64 // 1/s
	window float64 // s
	now    float64
	end    float64 // of the current window
	gap    float64 // mean in it, +Inf where nothing comes
}

func newWaves(rate, dispersion, window float64, r stream) *waves {
	cv := math.Sqrt((dispersion - 1) / (rate * window))
	return &waves{r: r, level: newGamma(cv), mean: rate, window: window, gap: math.Inf(1)}
}

func (w *waves) next() float64 {
	for {
		w.now += w.gap * w.r.ExpFloat64()
		if w.now < w.end {
			return w.now
		}
		w.now = w.end
		w.end += w.window
		w.gap = 1 / (w.mean * w.level.draw(w.r))
	}
}

// warped follows a profile: steady arrivals run on a clock that is fast where the rate is high.
type warped struct {
	steady  arrivals
	profile Profile
	mean    float64

	slice   int     // the current piece
	began   float64 // s of its beginning
	elapsed float64 // s of the steady clock there
}

func (w *warped) next() float64 {
	steady := w.steady.next()
	for {
		pace := w.profile.Rates[w.slice%len(w.profile.Rates)] / w.mean
		length := w.profile.Slice * pace
		if steady < w.elapsed+length {
			return w.began + (steady-w.elapsed)/pace
		}
		w.elapsed += length
		w.slice++
		w.began = w.profile.Slice * float64(w.slice)
		if w.slice >= len(w.profile.Rates) && !w.profile.Cycle {
			return math.Inf(1)
		}
	}
}

// replay repeats the requests of a trace.
type replay struct {
	trace *Trace
	speed float64
	n     int // the next request
}

func (p *replay) next() float64 {
	if p.n == len(p.trace.at) {
		return math.Inf(1)
	}
	p.n++
	return p.trace.at[p.n-1] / p.speed
}
