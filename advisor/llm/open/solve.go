package open

import "math"

// point is what is known where a given number of requests decode.
type point struct {
	decode        float64 // s, of a step, without prompts
	step          float64 // s, mean
	size          float64 // requests from one level to the next
	average       float64 // s, of a step, over time
	first, second float64 // s, s²: time to the first token over that of the own prompt, and its square
}

// solver finds the levels of a demand under a stream.
type solver struct {
	d      *demand
	in     stream
	points []point // at the demand's nodes
	middle float64 // requests that decode where arrivals and departures balance
	slope  float64 // by how much more come with each, through the longer step, there
	coarse bool    // whether levels are not finer than what comes together
	last   float64 // the topmost level, in the scale of the walk
}

// cursor finds points between nodes, for numbers that rise.
type cursor struct {
	s *solver
	i int
}

func (s *solver) cursor() *cursor { return &cursor{s: s} }

func (c *cursor) at(n float64) point {
	nodes := c.s.d.nodes
	for c.i < len(nodes)-2 && nodes[c.i+1] < n {
		c.i++
	}
	if len(nodes) == 1 || n <= nodes[c.i] {
		return c.s.points[c.i]
	}
	a, b := c.s.points[c.i], c.s.points[c.i+1]
	f := math.Min(1, (n-nodes[c.i])/(nodes[c.i+1]-nodes[c.i]))
	return point{
		a.decode + f*(b.decode-a.decode), a.step + f*(b.step-a.step), a.size + f*(b.size-a.size),
		a.average + f*(b.average-a.average), a.first + f*(b.first-a.first), a.second + f*(b.second-a.second),
	}
}

// solve is the law of a stream below saturation.
func (d *demand) solve(in stream) levels {
	s := &solver{d: d, in: in, points: make([]point, len(d.nodes))}
	for i, decode := range d.decode {
		s.points[i] = s.point(d.nodes[i], decode)
	}
	s.balance()
	return s.law()
}

// point is what is known where n decode, for so long in a step.
func (s *solver) point(n, decode float64) point {
	d, rate := s.d, s.interruptRate(n)
	p := point{decode: decode}
	average := d.step(rate, decode)
	p.average = average
	p.first, p.second = s.firstToken(s.in.rate, decode, average)
	p.step = math.Min(average+s.after(rate, decode, average), math.Max(decode, d.tight()))
	p.size = s.size(n, decode, average)
	return p
}

// interruptRate is the rate at which prompts interrupt a request that decodes among n: where no more
// are let in they come only as others leave.
func (s *solver) interruptRate(n float64) float64 {
	most := s.d.full / s.d.decoding
	return s.in.rate * math.Max(0, 1-math.Max(1, n/s.d.decoding)/(most*most))
}

// after is by how much the steps of a request are longer than those of the time average t,
// where prompts come at a rate: a long step sees more arrivals, the own prompt lengthens the
// own first step and through what comes meanwhile those after, each by busy of the one before.
func (s *solver) after(rate, decode, t float64) float64 {
	busy := math.Min(mostBusy, rate*s.d.margin)
	return (s.d.more + s.beside(decode, t, busy)) * fading(busy, s.d.steps)
}

// beside is what else lengthens the step in which a prompt is read, beyond the mean step and the own prompt.
func (s *solver) beside(decode, t, busy float64) float64 {
	return s.d.more*s.d.mates(s.in, t) + busy*s.variance(decode, t)/t
}

// fading is what of an excess of the step before the first of some is found in them in the mean, each by busy
// of the one before.
func fading(busy, steps float64) float64 {
	steps = math.Max(1, steps)
	return busy * (1 - math.Pow(busy, steps)) / (1 - busy) / steps
}

// mostBusy bounds how far steps lengthen each other.
const mostBusy = 0.95

// busy is how much longer a step becomes for a second of the one before, through the prompts
// that come in it.
func (s *solver) busy() float64 { return math.Min(mostBusy, s.in.rate*s.d.margin) }

// variance is that of a step of mean t that decodes for decode, s², through the prompts that
// came during the one before: gated service (Takagi, Analysis of Polling Systems, 1986). No
// law between two ends varies more than the last line says (Bhatia and Davis, A better bound
// on the variance, Amer. Math. Monthly 2000).
func (s *solver) variance(decode, t float64) float64 {
	d, busy := s.d, s.busy()
	v := s.in.rate * t * (d.chance + d.clumps(s.in, t)*d.more*d.more) / (1 - busy*busy)
	return math.Min(v, math.Max(0, d.longest(decode)-t)*(t-decode))
}

// size is the number of requests from one level to the next where n decode for decode in a
// step of t: the variance of what comes over that of Poisson arrivals. A burst comes together,
// and a prompt holds up those that decode, so that with it come those that leave later for
// it; both last as far as requests take alike.
func (s *solver) size(n, decode, t float64) float64 {
	d, busy := s.d, s.busy()
	held := math.Min(busy/(1-busy), n*d.more/(d.steps*decode))
	jump := 1 + 2*held
	if d.more > 0 {
		jump += held * held * d.moreSquare / (d.more * d.more)
	}
	dispersion := 1 + s.in.over(d.steps*t)
	return d.decoding * (1 + d.together()*(dispersion*jump-1)) / s.in.pool
}

// balance finds the middle: n = rate·steps·T(n).
func (s *solver) balance() {
	load, nodes := s.in.rate*s.d.steps, s.d.nodes
	s.middle = math.Min(load*s.points[0].step, s.d.full)
	for i := 1; i < len(nodes) && load*s.points[i-1].step > nodes[i-1]; i++ {
		a, b := s.points[i-1].step, s.points[i].step
		slope := load * (b - a) / (nodes[i] - nodes[i-1])
		s.middle, s.slope = nodes[i], slope
		if slope < 1 {
			s.middle = math.Min(nodes[i], (load*a-slope*nodes[i-1])/(1-slope))
		}
	}
	s.middle = math.Min(s.middle, s.d.full)
}

// together is how much of a burst is still under way in the mean, 1 where all take the same
// time: ∫P(steps > t)² dt over the mean, for log-normal steps (Eckberg, Generalized peakedness
// of teletraffic processes, ITC 10, 1983).
func (d *demand) together() float64 {
	return math.Erfc(math.Sqrt(math.Log1p(d.stepsCV2)) / 2)
}

// firstToken is the mean of the time from arrival to first token over that of the own prompt,
// and of its square, where a step of mean t decodes for decode: what is left of the
// running step, and the next one with all that came meanwhile.
func (s *solver) firstToken(rate, decode, t float64) (mean, square float64) {
	d := s.d
	mates, variance := s.d.mates(s.in, t), s.variance(decode, t)
	seen := t + variance/t
	seenSquare := t*t + 3*variance
	if t > decode {
		seenSquare += 2 * variance * variance / ((t - decode) * t)
	}
	q := rate * d.each
	mean = seen*(0.5+q) + decode + mates*d.each
	spread := seenSquare*(1./3+q+q*q) - seen*seen*(0.5+q)*(0.5+q) +
		(rate*seen+mates)*(d.each*d.each+d.moreSquare-d.more*d.more) + (mates*mates+rate*seen*math.Min(0, d.clumps(s.in, t)))*d.each*d.each
	square = mean*mean + math.Max(0, spread)
	if q = math.Min(rate*d.more, mostBusy); q > 0 {
		work := rate * d.moreSquare / 2 / (1 - q)
		mean, square = math.Max(mean, work), math.Max(square, 2*work*work/q)
	}
	return mean, square
}

// law makes shares of the walk's sums.
func (s *solver) law() levels {
	d := s.d
	if d.full == 0 {
		return levels{idle: 1, relaxing: 1}
	}
	sum := s.walk()
	found := sum.idle + sum.some
	full := s.last * (1 - s.busy()) / (1 - s.in.rate/d.saturation)
	total := found + full
	l := levels{idle: sum.idle / total, some: sum.some / total, full: full / total}
	l.tight = d.tight()
	l.room = sum.step / found
	l.roomVar = math.Max(0, sum.square/found-l.room*l.room)
	if sum.leave > 0 && s.coarse { // Little's law, where levels are not finer than groups
		step := (sum.mean + full*d.full) / (sum.leave + full*d.full/l.tight)
		l.room = math.Max(s.points[0].decode, (step-l.full*l.tight)/(1-l.full))
	}
	l.step = (1-l.full)*l.room + l.full*l.tight
	if sum.some > 0 {
		l.first = sum.first / sum.some
		l.firstVar = math.Max(0, sum.second/sum.some-l.first*l.first)
		l.soonest, l.running = sum.decode/sum.some, sum.running/sum.some
	}
	top := s.points[len(s.points)-1]
	l.latest, l.latestVar = top.first, top.second-top.first*top.first
	worst, square := s.firstToken(d.saturation, d.decode[len(d.decode)-1], d.cycle)
	if worst > l.first {
		l.firstVar = math.Min(l.firstVar, noLater(l.first, worst, square-worst*worst))
	}
	if worst > l.latest {
		l.latestVar = math.Min(l.latestVar, noLater(l.latest, worst, square-worst*worst))
	}
	l.rate = s.interruptRate(s.middle)
	l.busy, l.longest = math.Min(mostBusy, l.rate*d.margin), d.longest(d.decode[len(d.decode)-1])
	l.relax(s)
	at := s.cursor().at(s.middle)
	l.excess = s.beside(at.decode, at.average, l.busy)
	return l
}

// relax linearizes the chain at its middle: deviations of n fall off at the rate at which
// departures grow with n.
func (l *levels) relax(s *solver) {
	n := math.Max(1, math.Min(s.middle, s.d.full))
	low, high := math.Max(1, n*0.9), math.Max(1.2, n*1.1)
	c := s.cursor()
	a, b := c.at(low), c.at(high)
	l.sensitive = math.Max(0, (b.step-a.step)/(high-low))
	share := math.Min(0.95, l.sensitive*n/l.step)
	l.relaxing = math.Max(1, s.d.steps/(1-share))
}
