package open

import "math"

// Mixed returns the time that prefilling tokens adds to a decode step of a batch, s: the difference between
// the time to read that many more tokens and the time to read one for each request. Prefill and decode share
// one read of the weights, of a mixture of experts only those not yet in use; arithmetic that is hidden
// behind that read when there is little is no longer hidden when there is much. The step takes at least as
// long as prefill alone.
func Mixed(t Timing, tokens, context, batch, decode float64) float64 {
	if batch < 1 {
		return t.Prefill(tokens, context)
	}
	if e, ok := t.(eager); ok {
		return e.mixed(tokens, context, batch, decode)
	}
	all := tokens + batch
	together := t.Prefill(all, context*tokens/all)
	more := together - t.Prefill(batch, 1)
	if together-decode <= more { // reading alone takes no longer than together
		return more
	}
	return math.Max(more, t.Prefill(tokens, context)-decode)
}

// interrupt settles what prompts add to a step that decodes for n, where so many come in it: each the
// same in the mean. That they add something at all costs more than that they are many, so that their
// number matters less: each is what one more adds where others come, margin what one more adds to the
// mean, and chance the variance of what they add over the number that come.
func (d *demand) interrupt(come, n float64) {
	if d.steps <= 0 { // only prompts: what two take together over one
		d.more = math.Min(d.prompt, math.Max(0, d.timing.Prefill(2*d.fresh, d.attended)-d.timing.Prefill(d.fresh, d.attended)))
		d.margin, d.each, d.start = d.more, d.more, d.prompt-d.more
		d.moreSquare = math.Max(d.more*d.more, d.promptSquare-d.start*(2*d.prompt-d.start))
		d.chance = d.moreSquare
		return
	}
	n = math.Max(1, n)
	prompts := d.reads(come)
	adds := d.adds(prompts, n)
	d.more = math.Min(d.prompt, adds)
	d.start = d.prompt - math.Min(d.prompt, d.adds(1, n))
	d.each = math.Max(0, math.Min(d.more, d.adds(2*prompts, n)*2-adds))
	each, any, none := d.each, prompts*(d.more-d.each), math.Exp(-come) // what the first adds beyond that
	d.margin = each + any*none
	chance := each*each + 2*any*each*none
	if come > 0 {
		chance += any * any * none * -math.Expm1(-come) / come
	}
	lengths := math.Max(0, d.promptSquare-d.prompt*d.prompt)
	d.moreSquare, d.chance = d.more*d.more+lengths, chance+lengths
}

// adds is what each of some prompts adds to a step that decodes for n.
func (d *demand) adds(prompts, n float64) float64 {
	return math.Max(0, Mixed(d.timing, prompts*d.fresh, d.attended, n, d.decodeAt(n))) / prompts
}

// under is the demand where prompts come at a rate: how many a step reads that reads any, and for how
// many it decodes then.
func (d *demand) under(rate float64) *demand {
	if d.steps <= 0 || d.full <= 0 {
		return d
	}
	at := *d
	// A step that lasts so long reads what comes meanwhile, and decodes for those that come in as many
	// as they need: how long it then takes grows more slowly than it lasts.
	most := math.Max(d.decode[0], math.Max(d.cycle, d.longest(d.decode[len(d.decode)-1])))
	_, last := narrow(d.decode[0], most, 1e-4, func(last float64) float64 {
		come, n := d.meets(rate, last)
		return d.decodeAt(n) + come*math.Min(d.prompt, d.adds(d.reads(come), n)) - last
	})
	come, n := d.meets(rate, last)
	at.interrupt(come, n)
	return &at
}

// meets is how many prompts come at a rate in a step that lasts some seconds, and for how many it then
// decodes.
func (d *demand) meets(rate, last float64) (come, n float64) {
	return rate * last, math.Max(1, math.Min(rate*d.steps*last, d.full))
}

// reads is how many prompts a step reads that reads any, where so many come in one: of Poisson arrivals,
// as far as its budget goes.
func (d *demand) reads(come float64) float64 {
	if come < 1e-6 {
		return 1
	}
	return math.Max(1, math.Min(come/-math.Expm1(-come), math.Max(1, d.budgeted)))
}

// decodeAt is the time of a step that decodes for n, between nodes where those are laid.
func (d *demand) decodeAt(n float64) float64 {
	if len(d.decode) == 0 {
		return d.decodes(math.Max(1, n))
	}
	for i := 1; i < len(d.nodes); i++ {
		if a, b := d.nodes[i-1], d.nodes[i]; n <= b && b > a {
			return d.decode[i-1] + (n-a)/(b-a)*(d.decode[i]-d.decode[i-1])
		}
	}
	return d.decode[len(d.decode)-1]
}
