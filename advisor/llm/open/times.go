package open

import "math"

// classes are the requests by what they find: parts with the time from arrival to first token
// over that of the own prompt. Those of the first two find nothing decode, and read their
// prompt alone; the last are those that wait for room.
func (a Answer) classes() [5]part {
	d, l, in := a.d, a.l, a.in
	one := 0.0
	if d.full > 0 {
		one = d.decode[0]
	}
	reading, ahead := in.all(in.rate*d.prompt), d.promptSquare/(2*d.prompt)+one
	if d.full == 0 {
		reading, ahead = d.onlyPrompts(in.rate)
	}
	// What is left of a prompt that is read alone, of which long ones are met more often: its variance
	// over the square of its mean (Kleinrock, Queueing Systems, 1975, 5.2).
	residual := math.Max(1./3, 4./3*d.promptCube*d.prompt/(d.promptSquare*d.promptSquare)-1)
	mates := d.mates(in, 0)
	alone, with := l.idle*(1-reading), d.each*(1+mates)
	late, others := d.decode[len(d.decode)-1], d.admitted*d.more
	rest := math.Min(l.running, math.Sqrt(12*l.firstVar)) // of the running step, evenly
	full := part{share: l.full, least: d.once + late, mean: d.once + a.wait + late + others, variance: a.wait*a.wait + others*d.more}
	if d.full > 0 { // no sooner than with the last room
		mean := math.Max(full.mean-d.once, l.latest)
		full.mean, full.variance = d.once+mean, math.Max(full.variance, noLater(mean, l.latest, l.latestVar))
	}
	return [5]part{
		{share: alone / (1 + mates), least: d.once, mean: d.once},
		{share: alone * mates / (1 + mates), least: d.once, mean: d.once + with, variance: with * with},
		{share: l.idle * reading, least: d.once, mean: d.once + ahead + mates*d.each, variance: ahead*ahead*residual + square(mates*d.each)},
		{share: l.some, least: d.once + math.Min(l.soonest, l.first), mean: d.once + l.first, variance: l.firstVar - rest*rest/12, width: rest},
		full,
	}
}

// foundSome is the class of requests that find others decode, and room.
const foundSome = 3

// onlyPrompts are requests of one token: the share of time in which a step runs, and what
// those that come then wait over their own prompt. A step reads all that came during the one
// before, and one at least.
func (d *demand) onlyPrompts(rate float64) (reading, ahead float64) {
	q := rate * d.more
	step := math.Max(d.prompt, d.start/(1-q))
	seen := step + rate*d.moreSquare/(1-q*q)
	return math.Min(1, rate*(d.more+d.start/math.Max(1, rate*step))), seen*(0.5+q) + d.start
}

// shared is what a class saves of the time of a prompt alone, s.
func (a Answer) shared(class int) float64 {
	if class < 2 {
		return 0
	}
	return a.d.start
}

func square(x float64) float64 { return x * x }

// admitted is the law of the wait for room.
func (a Answer) admitted() mixture {
	return mixture{{share: 1 - a.l.full}, {share: a.l.full, mean: a.wait, variance: a.wait * a.wait}}
}

// nothing is a share of requests that does not matter.
const nothing = 1e-7

// toFirst is the law of the time to the first token: what each class waits and its own
// prompt.
func (a Answer) toFirst() mixture {
	classes := a.classes()
	m := make(mixture, 0, len(classes)*len(a.d.prompts))
	add := func(class int, c part, prompts []cell) {
		if c.share <= nothing {
			return
		}
		for _, own := range prompts {
			prompt := math.Max(0, own.tokens-a.shared(class))
			m = append(m, part{
				share: c.share * own.share, least: c.least + prompt, mean: c.mean + prompt,
				variance: c.variance, width: math.Hypot(own.width, c.width),
			})
		}
	}
	behind := a.behindLong(&classes)
	for i, c := range classes {
		if i != foundSome {
			add(i, c, a.d.prompts)
			continue
		}
		for _, w := range a.inWaves(c) {
			add(i, w, a.d.prompts)
		}
	}
	for _, b := range behind { // which vary among themselves more than the own prompt does
		add(len(classes), b, a.d.own)
	}
	return m
}

// behindLong takes out of the classes of requests that find something running those that come while a prompt is
// read that takes long: they wait for what is left of it and for what came meanwhile. The means of the classes with
// them stay.
func (a Answer) behindLong(classes *[5]part) (behind []part) {
	d, l := a.d, a.l
	q := math.Min(mostBusy, a.in.rate*d.more)
	running := l.some + l.idle*a.in.all(a.in.rate*d.prompt)
	for i := 2; i <= 3; i++ {
		c, met, mean, square := &classes[i], 0.0, 0.0, 0.0
		if len(d.long) == 0 || d.full == 0 || c.share <= nothing {
			continue
		}
		first := len(behind)
		for _, x := range d.long {
			took := x.tokens + l.soonest
			share, over := a.in.all(a.in.rate*x.share*took)/running, took*(0.5+q)
			behind = append(behind, part{share: share, least: c.least, mean: c.least + over, width: took})
			met, mean, square = met+share, mean+share*over, square+share*(over*over+took*took/12)
		}
		own := c.mean - c.least // beyond the least, of all
		all := own*own + c.variance + c.width*c.width/12
		shown := math.Min(1, math.Min(0.9/met, 0.9*own/mean))
		for j := first; j < len(behind); j++ {
			behind[j].share *= shown * c.share
		}
		left := 1 - shown*met
		over := (own - shown*mean) / left
		c.share, c.mean, c.width = c.share*left, c.least+over, math.Min(c.width, over)
		c.variance = math.Max(0.15*over*over, (all-shown*square)/left-over*over-c.width*c.width/12)
	}
	return behind
}

// perToken is the law of the requests' mean time per output token: over the steps of a
// request that varies with the level at which it came, as far as that lasts, and with the
// prompts that interrupt it; a prompt both interrupts and raises the level after.
func (a Answer) perToken() mixture {
	d := a.d
	m := make(mixture, 0, 2*len(d.outputs))
	sum := 0.0
	add := func(share, steps, own float64) {
		_, all := a.in.waves(steps * a.l.step)
		for _, p := range a.overSteps(steps) {
			if p.share <= nothing {
				continue
			}
			p = a.after(p, steps, own)
			for _, w := range all {
				m = append(m, a.token(p, w, share, steps))
				sum += share * w.share * p.share
			}
		}
	}
	for _, c := range d.outputs {
		switch {
		case c.tokens <= 0:
		case d.own[len(d.own)-1].tokens*fading(a.l.busy, c.tokens) < lasting/2*a.l.step:
			add(c.share, c.tokens, d.prompt)
		default:
			for _, own := range d.own {
				add(c.share*own.share, c.tokens, own.tokens)
			}
		}
	}
	for i := range m {
		m[i].share /= sum
	}
	return m
}

// token is the law of the time per token over some steps for a share of the requests, in a wave: prompts that come
// faster lengthen the steps, all of them by no more than it takes to read what comes in the wave.
func (a Answer) token(p part, w wave, share, steps float64) part {
	accepted := a.d.accepted
	p.share *= share * w.share
	if faster := w.rate - a.in.rate; faster > 0 {
		all := faster * a.d.more * math.Max(a.in.window, steps*p.mean) / math.Max(1, steps)
		longer := p.mean + math.Min(a.d.step(w.rate, a.l.soonest)-a.d.step(a.in.rate, a.l.soonest), all)
		p.variance *= square(longer / p.mean)
		p.mean = math.Min(longer, math.Max(p.mean, a.l.longest))
	}
	p.mean /= accepted
	p.variance /= accepted * accepted
	p.least = math.Min(a.d.decode[0]/accepted, p.mean)
	p.most /= accepted
	return p
}

// overSteps is the mean step over a request of that many steps, for those that found room and those
// that found none, s. Where the machine is full prompts come as requests leave, without
// bursts, and evenly if those take alike.
func (a Answer) overSteps(steps float64) [2]part {
	l := a.l
	steps = math.Max(1, steps)
	x := steps / l.relaxing
	lasting := lastingVariance(x) // of deviations that fall off by e in relaxing steps
	still := -math.Expm1(-x) / x  // the mean of one that is known
	all := l.full*(1-l.full)*square(l.tight-l.room) + (1-l.full)*l.roomVar
	plain := a.plain(steps)
	once, both := a.interruptions(steps, plain, lasting)
	even := a.d.evenly(steps)
	var parts [2]part
	for i, found := range []struct{ share, mean, variance, full float64 }{
		{1 - l.full, l.room, l.roomVar, 0}, {l.full, l.tight, 0, 1},
	} {
		full := l.full + (found.full-l.full)*still // share of its steps without room
		p := part{share: found.share, mean: l.step + (found.mean-l.step)*still, most: l.longest}
		p.variance = still*still*found.variance + math.Max(0, lasting-still*still)*all + full*even + (1-full)*(once+both)
		// More than the limit never interrupt a request.
		p.variance = math.Min(p.variance, noLater(p.mean-a.d.decode[0], l.tight-a.d.decode[0], even))
		parts[i] = p
	}
	return parts
}

// lasting is the share of a step from which on it matters which prompt a request has itself.
const lasting = 0.2

// after lengthens the mean step over a request of some steps by what came while its own prompt was read, which
// takes own seconds alone: that lengthens its first steps, and few steps more than the mean of many.
func (a Answer) after(p part, steps, own float64) part {
	steps = math.Max(1, steps)
	own *= ratioOf(a.d.more, a.d.prompt)
	busy := a.l.busy
	more := (own+a.l.excess)*fading(busy, steps) - (a.d.more+a.l.excess)*fading(busy, a.d.steps)
	p.mean = math.Max(p.mean, math.Min(p.mean+more, a.l.longest))
	p.variance += a.l.rate * own * a.d.moreSquare / (steps * steps)
	return p
}

// evenly is the variance of the mean step over a request of that many on a full machine, s²:
// there prompts come as others leave, without chance in their number if those take alike.
func (d *demand) evenly(steps float64) float64 {
	chance := math.Min(1, d.stepsCV2)
	return d.admitted * (d.moreSquare - (1-chance)*d.more*d.more) / steps
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
// request, s²: by themselves, in bursts, and through the level that they raise.
func (a Answer) interruptions(steps, plain, lasting float64) (once, both float64) {
	d, l := a.d, a.l
	mates, clumps := d.mates(a.in, l.step), d.clumps(a.in, l.step)
	clumps = math.Max(clumps, a.in.over(steps*l.step)/a.in.pool) // a burst that lasts longer than a step still meets one request
	held := l.busy / (1 - l.busy)
	once = plain + square(held*d.more/steps)*mates*(1+mates)
	if d.more > 0 {
		once += plain * clumps * d.more * d.more / d.moreSquare
	}
	both = l.rate * l.step * (1 + clumps) * d.more / (1 - l.busy) * l.sensitive * lasting
	return once, both
}

// plain is what prompts that come singly add by themselves: the variance of a step, which
// lasts into the next ones by busy each.
func (a Answer) plain(steps float64) float64 {
	b := a.l.busy
	memory := 1 + 2*(b/(1-b)-b*(1-math.Pow(b, steps))/(steps*square(1-b)))
	return a.l.rate * a.l.step * a.d.chance / (1 - b*b) * memory / steps
}

// toLast is the law of the time to the last token: to the first, and the steps of the output.
func (a Answer) toLast() mixture {
	d, classes := a.d, a.classes()
	behind := a.behindLong(&classes)
	for i := range classes {
		classes[i].mean += d.prompt - a.shared(i)
	}
	found := []part{classes[0], gather(classes[1:4]), classes[4]}
	if len(behind) > 0 {
		late := gather(behind)
		late.mean += d.prompt - a.shared(len(classes))
		found = append(found, late)
	}
	spread := math.Max(0, d.promptSquare-d.prompt*d.prompt)
	m := make(mixture, 0, 4*len(d.outputs))
	for _, own := range d.outputs {
		steps := a.overSteps(own.tokens)
		for i, c := range found {
			if c.share <= nothing {
				continue
			}
			taken := steps[0]
			if i == 2 {
				taken = steps[1]
			}
			p := part{share: c.share * own.share, least: c.least, mean: c.mean, variance: spread + c.variance}
			if own.tokens > 0 {
				p.mean += own.tokens * taken.mean
				p.variance += square(own.tokens) * taken.variance
				p.least += own.tokens * math.Min(d.decode[0], taken.mean)
			}
			p.width = own.width * a.l.step
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
		second += c.share * (c.variance + c.width*c.width/12 + c.mean*c.mean)
	}
	if sum.share > 0 {
		sum.mean /= sum.share
		sum.variance = math.Max(0, second/sum.share-sum.mean*sum.mean)
	}
	return sum
}
