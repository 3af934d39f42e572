package llm

import "math"

// point is what is known where a given number of requests decode.
type point struct {
	decode        float64 // s, of a step, without prompts
	step          float64 // s, mean
	size          float64 // requests from one level to the next
	first, second float64 // s, s²: time to the first token over that of the own prompt, and its square
}

// solver finds the levels of a demand under a stream.
type solver struct {
	d      *demand
	in     stream
	points []point // at the demand's nodes
	middle float64 // requests that decode where arrivals and departures balance
	start  float64 // 1/s, at which steps find prompts at all
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
		a.first + f*(b.first-a.first), a.second + f*(b.second-a.second),
	}
}

// solve is the law of a stream below saturation.
func (d *demand) solve(in stream) levels {
	s := &solver{d: d, in: in, points: make([]point, len(d.nodes))}
	s.start = s.starting()
	for i, decode := range d.decode {
		s.points[i] = s.point(decode)
	}
	s.balance()
	return s.law()
}

// point is what is known where a step decodes for so long.
func (s *solver) point(decode float64) point {
	d, rate := s.d, s.in.rate
	p := point{decode: decode}
	average := d.step(rate, s.start, decode)
	p.first, p.second = s.firstToken(decode, average)
	p.step = average + xafter*s.after(average)
	p.size = s.size(average)
	return p
}

// after is by how much the steps of a request are longer than those of the time average t:
// a long step sees more arrivals, the own prompt lengthens the own first step and through
// what comes meanwhile those after, each by busy of the one before.
func (s *solver) after(t float64) float64 {
	d := s.d
	busy := s.busy(t)
	mates := s.in.over(t) / s.in.pool
	varying := s.in.rate * (d.promptSquare + mates*square(d.prompt)) / (1 - busy*busy)
	excess := d.prompt*(1+mates) + busy*varying
	steps := math.Max(1, d.steps)
	return excess * busy * (1 - math.Pow(busy, steps)) / (1 - busy) / steps
}

// starting is the rate at which a step finds prompts at all, to be applied to its mean: that
// of bursts, and less as the lengths of steps vary, like a gamma law.
func (s *solver) starting() float64 {
	d, rate := s.d, s.in.rate
	bursts := rate
	if mates := s.in.over(d.cycle) / s.in.pool; mates > 1e-6 {
		bursts *= math.Log1p(mates) / mates
	}
	busy := math.Min(0.95, rate*d.more)
	varying := bursts * rate * d.promptSquare / (1 - busy*busy)
	if varying < 1e-9 {
		return bursts
	}
	return bursts * math.Log1p(varying) / varying
}

// size is the number of requests from one level to the next where a step takes t: the
// variance of what comes over that of Poisson arrivals. A burst comes together, and a prompt
// holds up those that decode, so that with it come those that leave later for it; both last
// as far as requests take alike.
func (s *solver) size(t float64) float64 {
	d := s.d
	busy := s.busy(t)
	held := busy / (1 - busy)
	alike := d.prompt * d.prompt / d.promptSquare
	jump := 1 + 2*held + held*held/alike
	dispersion := 1 + s.in.over(d.steps*t)
	return (1 + d.together()*(dispersion*jump-1)) / s.in.pool
}

// busy is how much longer a step becomes for a second of the one before, through the prompts
// that come in it.
func (s *solver) busy(t float64) float64 {
	start := s.start * math.Exp(-s.start*t)
	return math.Min(0.95, s.in.rate*s.d.more+s.d.start*start)
}

// balance finds the middle: n = rate·steps·T(n).
func (s *solver) balance() {
	load, nodes := s.in.rate*s.d.steps, s.d.nodes
	s.middle = math.Min(load*s.points[0].step, s.d.full)
	for i := 1; i < len(nodes) && load*s.points[i-1].step > nodes[i-1]; i++ {
		a, b := s.points[i-1].step, s.points[i].step
		slope := load * (b - a) / (nodes[i] - nodes[i-1])
		s.middle = nodes[i]
		if slope < 1 {
			s.middle = math.Min(nodes[i], (load*a-slope*nodes[i-1])/(1-slope))
		}
	}
}

// together is how much of a burst is still under way in the mean, 1 where all take the same
// time: ∫P(steps > t)² dt over the mean, for log-normal steps (Eckberg, Generalized peakedness
// of teletraffic processes, ITC 10, 1983).
func (d *demand) together() float64 {
	return math.Erfc(math.Sqrt(math.Log1p(d.stepsCV2)) / 2)
}

// firstToken is the mean of the time from arrival to first token over that of the own prompt
// alone, and of its square, where a step of mean t decodes for decode: what is left of the
// running step, and the next one with all that came meanwhile. The length of a step varies
// with the prompts in it, which came during the step before (gated service: Takagi, Analysis
// of Polling Systems, 1986).
func (s *solver) firstToken(decode, t float64) (mean, square float64) {
	d, rate := s.d, s.in.rate
	alike := d.prompt * d.prompt / d.promptSquare
	moreSquare := d.more * d.more / alike
	busy := s.busy(t)
	mates := s.in.over(t) / s.in.pool
	variance := rate * t * (d.promptSquare + mates*d.prompt*d.prompt) / (1 - busy*busy)
	seen := t + variance/t
	seenSquare := t*t + 3*variance
	if t > decode {
		seenSquare += 2 * variance * variance / ((t - decode) * t)
	}
	q := rate * d.more
	mean = seen*(0.5+q) + decode + mates*d.more
	spread := seenSquare*(1./3+q+q*q) - seen*seen*(0.5+q)*(0.5+q) +
		(rate*seen+mates)*moreSquare + mates*mates*d.more*d.more
	return mean, mean*mean + math.Max(0, spread)
}

// law makes shares of the walk's sums.
func (s *solver) law() levels {
	d := s.d
	if d.full == 0 {
		return levels{idle: 1, relaxing: 1}
	}
	sum := s.walk()
	found := sum.idle + sum.some
	full := s.last / (1 - s.in.rate/d.saturation)
	total := found + full
	l := levels{idle: sum.idle / total, some: sum.some / total, full: full / total}
	l.mean = (sum.mean + full*d.full) / total
	decode := d.decode[len(d.decode)-1]
	l.tight = decode + (1-1/d.limit)*math.Max(0, d.cycle-decode)
	l.room = sum.step / found
	l.roomVar = math.Max(0, sum.square/found-l.room*l.room)
	if s.in.rate > 0 { // Little's law; what the own request finds above is near it
		step := (sum.mean + full*d.full) / total / (s.in.rate * d.steps)
		l.room = math.Max(s.points[0].decode, (step-l.full*l.tight)/(1-l.full))
	}
	l.step = (1-l.full)*l.room + l.full*l.tight
	if sum.some > 0 {
		l.first = sum.first / sum.some
		l.firstVar = math.Max(0, sum.second/sum.some-l.first*l.first)
		l.soonest = sum.decode / sum.some
	}
	l.after = s.after(l.step)
	l.relax(s)
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

var xafter, xjump = 1.0, 1.0
