package llm

import "math"

// classes are the requests by what they find: parts with the time from arrival to first token
// over that of the own prompt. The last, by itself, is of those that wait for room.
func (d *demand) classes(l levels, in stream, wait float64) (without []part, with part) {
	one := d.decode[0]
	if d.full == 0 {
		one = 0
	}
	reading := math.Min(1, in.rate*d.prompt)
	ahead := d.promptSquare/(2*d.prompt) + one
	if d.full == 0 { // prompts alone are an M/G/1 queue
		reading = in.rate / d.saturation
		ahead = d.promptSquare / (2 * d.prompt * (1 - reading))
	}
	mates := in.excess / in.pool
	if in.window > 0 {
		mates = in.over(d.prompt) / in.pool
	}
	alone := l.idle * (1 - reading)
	without = []part{
		{share: alone / (1 + mates)},
		{share: alone * mates / (1 + mates), mean: d.more * (1 + mates), variance: square(d.more * (1 + mates))},
		{share: l.idle * reading, mean: ahead + mates*d.more, variance: square(ahead + mates*d.more)},
		{share: l.some, least: math.Min(l.soonest, l.first), mean: l.first, variance: l.firstVar},
	}
	others := d.admitted * d.more
	last := d.decode[len(d.decode)-1]
	with = part{share: l.full, least: last, mean: wait + last + others, variance: wait*wait + others*d.more}
	return without, with
}

func square(x float64) float64 { return x * x }

// toFirst is the law of the time to the first token: what each class waits and its own
// prompt.
func (d *demand) toFirst(classes []part) mixture {
	m := make(mixture, 0, len(classes)*len(d.prompts))
	for _, c := range classes {
		if c.share <= 1e-9 {
			continue
		}
		for _, own := range d.prompts {
			m = append(m, part{
				share: c.share * own.share, least: c.least + own.tokens, mean: c.mean + own.tokens,
				variance: c.variance, width: own.width,
			})
		}
	}
	return m
}

// perToken is the law of the requests' mean time per output token: over the steps of a
// request that varies with the level at which it came, as far as that lasts, and with the
// prompts that interrupt it; a prompt both interrupts and raises the level after.
func (d *demand) perToken(l levels, in stream) mixture {
	var m mixture
	least := d.decode[0] / d.accepted
	for _, c := range d.outputs {
		if c.tokens <= 0 {
			continue
		}
		for _, p := range d.overSteps(c.tokens, l, in) {
			p.share *= c.share
			p.mean /= d.accepted
			p.variance /= d.accepted * d.accepted
			p.least = math.Min(least, p.mean)
			m = append(m, p)
		}
	}
	return m.normalized()
}

// normalized makes the shares sum to 1.
func (m mixture) normalized() mixture {
	sum := 0.0
	for _, p := range m {
		sum += p.share
	}
	for i := range m {
		m[i].share /= sum
	}
	return m
}

// overSteps is the mean step over a request of so many, for those that found room and those
// that found none, s.
func (d *demand) overSteps(steps float64, l levels, in stream) [2]part {
	steps = math.Max(1, steps)
	x := steps / l.relaxing
	lasting := lastingVariance(x) // of deviations that fall off by e in relaxing steps
	still := -math.Expm1(-x) / x  // the mean of one that is known
	all := l.full*(1-l.full)*square(l.tight-l.room) + (1-l.full)*l.roomVar
	once, both := d.interruptions(steps, l, in, lasting)
	var parts [2]part
	for i, found := range []struct{ share, mean, variance, full float64 }{
		{1 - l.full, l.room, l.roomVar, 0}, {l.full, l.tight, 0, 1},
	} {
		full := l.full + (found.full-l.full)*still // share of its steps without room
		even := 1 - (1-math.Min(1, d.stepsCV2))*full
		parts[i] = part{
			share: found.share, mean: l.step + (found.mean-l.step)*still,
			variance: still*still*found.variance + math.Max(0, lasting-still*still)*all + even*once + (1-full)*both,
		}
	}
	return parts
}

// lastingVariance is the variance of the mean of a deviation over a time of x, in which its
// correlation falls off by e^x, over its own variance.
func lastingVariance(x float64) float64 {
	if x < 1e-3 {
		return 1 - x/3
	}
	return 2 * (x + math.Expm1(-x)) / (x * x)
}

// interruptions are what prompts of others add to the variance of the mean step over a
// request, s²: by themselves, and through the level that they raise. Where the machine is
// full they come as requests leave, evenly if those take alike.
func (d *demand) interruptions(steps float64, l levels, in stream, lasting float64) (once, both float64) {
	busy := math.Min(0.95, in.rate*(d.more+d.start*math.Exp(-in.rate*l.step)))
	rate := in.rate * l.step // prompts of a step
	mates := in.over(l.step) / in.pool
	one := rate * (d.promptSquare + mates*square(d.prompt)) / (1 - busy*busy)
	memory := 1 + 2*(busy/(1-busy)-busy*(1-math.Pow(busy, steps))/(steps*square(1-busy)))
	once = one * memory / steps
	own := busy / (1 - busy) / steps * d.prompt
	once += own * own * mates * (1 + mates)
	both = rate * (1 + mates) * d.prompt / (1 - busy) * l.sensitive * lasting
	return once, both
}

// toLast is the law of the time to the last token: to the first, and the steps of the output.
func (d *demand) toLast(without []part, with part, l levels, in stream) mixture {
	var m mixture
	prompt, spread := d.prompt, d.promptSquare-d.prompt*d.prompt
	for i, c := range []part{gather(without), with} {
		for _, own := range d.outputs {
			p := part{share: c.share * own.share, least: c.least, mean: prompt + c.mean, variance: spread + c.variance}
			if own.tokens > 0 {
				steps := d.overSteps(own.tokens, l, in)[i]
				p.mean += own.tokens * steps.mean
				p.variance += square(own.tokens) * steps.variance
				p.least += own.tokens * math.Min(d.decode[0], steps.mean)
			}
			p.width = own.width * l.step
			m = append(m, p)
		}
	}
	return m
}

// gather makes one part of several.
func gather(classes []part) part {
	var sum part
	second := 0.0
	for _, c := range classes {
		sum.share += c.share
		sum.mean += c.share * c.mean
		second += c.share * (c.variance + c.mean*c.mean)
	}
	if sum.share > 0 {
		sum.mean /= sum.share
		sum.variance = math.Max(0, second/sum.share-sum.mean*sum.mean)
	}
	return sum
}
