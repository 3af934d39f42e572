package open

import "math"

// waveParts are the shares of requests by how fast others come at the same time, from the slowest on. The last few
// decide the 99th percentile.
var waveParts = []float64{0.5, 0.3, 0.12, 0.05, 0.02, 0.01}

// wave is a share of requests and the rate, 1/s, at which others come at the same time.
type wave struct{ share, rate float64 }

// waves returns them for requests that others matter to over a time, s; one at the mean rate without bursts that last.
// Bursts of a window are a rate that varies, of a gamma law over windows whose shape is returned, and more requests
// come while it is high (Cox and Isham, Point Processes, 1980, 3.3). Requests that come together are not meant: see mates.
func (in stream) waves(time float64) (shape float64, all []wave) {
	if !(in.excess > 0 && in.window > 0) {
		return math.Inf(1), []wave{{1, in.rate}}
	}
	faster := in.excess * averaged(time/in.window) / (in.pool * in.window) // 1/s, the scale of the law
	shape = in.rate / faster
	below := 0.0
	for _, share := range waveParts {
		all = append(all, wave{share, faster * gammaQuantile(shape+1, below+share/2)})
		below += share
	}
	return shape, all
}

// inWaves splits requests that find others running by the rate at which requests come meanwhile.
func (a Answer) inWaves(c part) []part {
	d, in := a.d, a.in
	k, all := in.waves(a.l.first)
	if len(all) == 1 || d.full == 0 || c.share <= nothing {
		return []part{c}
	}
	read := d.more + a.l.soonest/d.budgeted // s of a prompt, at most as many in a step as its budget takes
	left, late := backlog(k, in.rate*read, in.window)
	mean, square, step := a.firstAt(in.rate)
	var parts []part
	for _, w := range all {
		m, s, t := a.firstAt(math.Min(w.rate, math.Max(in.rate, steadily/read)))
		p := part{share: c.share * w.share, least: c.least, width: c.width * t / step}
		p.mean = c.mean + math.Min((c.mean-c.least)*(m/mean-1), w.rate*read*in.window/2) // which is all that came before
		p.variance = c.variance * ratioOf(s-m*m, square-mean*mean)
		if behind := (w.rate*read - 1) * in.window; behind > 0 {
			p.mean, p.width = p.mean+behind/2, math.Hypot(p.width, behind)
		}
		after := p
		after.share, after.mean, after.variance = p.share*left, p.mean+late, p.variance+late*late
		p.share -= after.share
		parts = append(parts, p, after)
	}
	return parts
}

// steadily is the share of its time that reading prompts may take for the steps to find their length within a burst.
const steadily = 0.8

// backlog is the share of windows that begin with prompts left from those before, and the mean time to read those,
// s: an exponential law whose rate makes a random walk of what comes in a window, gamma with shape k and mean load
// windows, over what is read in it a martingale (Asmussen, Applied Probability and Queues, 2003, XIII.5).
func backlog(k, load, window float64) (share, mean float64) {
	if !(load < 1) {
		return 1, window
	}
	low, high := 0.0, 1/load
	for range 40 { // the root above 0 of 1 − load·y = exp(−y)
		if y := (low + high) / 2; -math.Expm1(-y) > load*y {
			low = y
		} else {
			high = y
		}
	}
	return math.Min(1, gammaTail(k, 1/load)/(load*high)), window / (high * k)
}

// averaged is the share of the variance of a rate that is drawn anew in every window which is left in its mean over
// a time of x windows.
func averaged(x float64) float64 {
	if x < 1 {
		return 1 - x/3
	}
	return (1 - 1/(3*x)) / x
}

// firstAt is the mean of the time from arrival to first token over that of the own prompt, s, of its square, and the
// mean step, where requests come evenly at a rate and as many decode as usual.
func (a Answer) firstAt(rate float64) (mean, square, step float64) {
	step = a.d.step(rate, a.l.soonest)
	mean, square = (&solver{d: a.d, in: stream{rate: rate, pool: a.in.pool}}).firstToken(rate, a.l.soonest, step)
	return mean, square, step
}

// gammaQuantile is the time that a share p of a gamma law with a shape of at least 1 and scale 1 does not exceed
// (Wilson and Hilferty, The distribution of chi-square, PNAS 1931).
func gammaQuantile(shape, p float64) float64 {
	small, z := 1/(9*shape), math.Sqrt2*math.Erfinv(2*p-1)
	return shape * math.Pow(1-small+z*math.Sqrt(small), 3)
}
