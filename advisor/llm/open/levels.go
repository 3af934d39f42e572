package open

import "math"

// stream is what one replica sees of the arrivals: of several replicas that share them
// evenly it is one's part, and pool is how many they are.
type stream struct {
	rate   float64 // 1/s, of one replica
	excess float64 // index of dispersion of all − 1
	window float64 // s, over which that was measured; 0 = long
	pool   float64 // replicas that share, ≥ 1
}

// over is the excess over a time scale: that of a slowly varying rate grows linearly with
// the window (Cox and Lewis, The Statistical Analysis of Series of Events, 1966).
func (s stream) over(scale float64) float64 {
	if s.window > scale {
		return s.excess * scale / s.window
	}
	return s.excess
}

// all is the chance that every replica of a pool is busy where one is for a share of the time
// (Sakasegawa, An approximation formula, Ann. Inst. Stat. Math. 1977).
func (s stream) all(share float64) float64 {
	return math.Pow(math.Min(1, share), math.Sqrt(2*(s.pool+1))-1)
}

// mates are how many prompts a request waits for that come together with it where a step
// takes t: those ahead of it, and those behind it as far as they fit into its step.
func (d *demand) mates(in stream, t float64) float64 {
	mates := math.Max(0, in.over(math.Max(t, d.prompt))) / in.pool
	return mates / 2 * (1 + 1/(1+mates/d.budgeted))
}

// clumps is by how much the number of prompts that come in a step of t varies over that of
// Poisson arrivals, relative to its mean: those that come together, or what is missing where
// arrivals keep their distance.
func (d *demand) clumps(in stream, t float64) float64 {
	return d.mates(in, t) + math.Min(0, in.over(t))/in.pool
}

// levels is the law of how many requests decode on a replica, as arrivals find it.
//
// It is a birth-death chain: each of n requests leaves after steps steps of T(n). Requests
// that share a replica evenly leave the law of n to the mean of their work alone (Kelly,
// Reversibility and Stochastic Networks, 1979, 3.3), up to the limit; what waits beyond it
// is geometric. Bursts make the chain one of groups of z requests, z the peakedness of the
// stream (Hayward's approximation: Fredericks, Congestion in blocking systems, Bell Syst.
// Tech. J. 1980); replicas that share arrivals evenly make it one of parts of requests.
type levels struct {
	idle float64 // share of arrivals that find nothing decoding
	some float64 // that find some, and room
	full float64 // that find no room

	step      float64 // s, mean step of those that decode, their own among them
	room      float64 // s, the same of those that found room
	roomVar   float64 // s², its variance over the levels
	tight     float64 // s, of those that found none
	first     float64 // s, mean time from arrival to first token over that of the own prompt, of some
	firstVar  float64 // s²
	latest    float64 // s, first where all but one of the limit are under way
	latestVar float64 // s²
	soonest   float64 // s, the least of it
	running   float64 // s, mean step that runs when they come
	relaxing  float64 // steps in which the number of requests forgets
	sensitive float64 // s per request: by how much one more lengthens a step
	rate      float64 // 1/s, at which prompts interrupt a request
	busy      float64 // s by which a step is longer for a second of the one before
	longest   float64 // s, of any step
	excess    float64 // s by which the step that reads a prompt exceeds the mean step and that prompt
}

// tally sums over levels; its scale is free.
type tally struct {
	idle, some, mean, leave, step, square, first, second, decode, running float64
}

func (t *tally) scale(f float64) {
	for _, v := range []*float64{&t.idle, &t.some, &t.mean, &t.leave, &t.step, &t.square, &t.first, &t.second, &t.decode, &t.running} {
		*v *= f
	}
}

// add counts a share of arrivals of which busy find some, n in the mean, and then decode
// where own is.
func (t *tally) add(share, busy, n float64, own, at point) {
	some := share * busy
	t.idle += share - some
	t.some += some
	t.mean += share * n
	t.leave += share * n / at.step
	t.step += share * own.step
	t.square += share * own.step * own.step
	t.first += some * at.first
	t.second += some * at.second
	t.decode += some * at.decode
	t.running += some * at.average
}

// busyAt is the share of arrivals that find some under way where n decode on each replica of a
// pool: with fewer requests than replicas they are led to an empty one.
func (s *solver) busyAt(n, width float64) float64 {
	ramp := math.Max(1/s.in.pool, math.Min(1, width/s.d.decoding))
	return math.Max(0, math.Min(1, 1-(1-n/s.d.decoding)/ramp))
}

// walk goes up the levels, by several at once where there are many: the law is smooth over a
// third of its deviation, and twelve of them below its middle there is nothing. Where even
// that is many levels, the far ones are wider.
func (s *solver) walk() tally {
	const far, many = 12, 256
	var sum tally
	u, v := s.cursor(), s.cursor()
	group := s.d.decoding * (1 + s.in.over(s.d.steps*s.points[0].step)*s.d.together()) / s.in.pool
	least, eighth := s.d.decoding/s.in.pool, s.d.full/8
	size := s.cursor().at(s.middle).size
	width := math.Max(math.Min(group, math.Max(least, eighth)), math.Min(math.Sqrt(s.middle*size)/3, eighth))
	own := math.Max(1, group)
	s.coarse = width >= group
	below := far * math.Sqrt(s.middle*size/math.Max(1e-3, 1-s.slope))
	p, top, n := 1.0, 1.0, width*math.Max(0, math.Floor((s.middle-below)/width))
	for i := 1; ; i++ {
		if i%many == 0 {
			width *= 2
		}
		here := v.at(n)
		next := math.Min(n+width, s.d.full)
		stride, middle := (next-n)/here.size, (n+here.size+next)/2
		sum.add(p*stride, s.busyAt(n, width), n, u.at(math.Min(n+own, s.d.full)), here)
		if n+width >= s.d.full*(1-1e-12) {
			s.last = p * math.Pow(s.in.rate/s.d.saturation, stride)
			return sum
		}
		p *= s.climb(v.at(middle).step, middle, stride)
		n = next
		if top = math.Max(top, p); p < 1e-13*top && n > s.middle {
			return sum
		}
		if p > 1e200 {
			sum.scale(1e-200)
			p, top = 1, 1
		}
	}
}

// climb is the ratio of the probabilities of two levels some groups apart, by the balance
// of arrivals and departures at the middle.
func (s *solver) climb(step, middle, groups float64) float64 {
	ratio := s.in.rate * s.d.steps * step / middle
	if groups == 1 {
		return ratio
	}
	return math.Pow(ratio, groups)
}
