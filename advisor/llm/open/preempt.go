package open

import (
	"math"

	"scaleadvise/advisor/llm"
)

// prompts that a step reads again at saturation, mean, since their sequences were preempted. Where
// the KV cache is full, what a finished request leaves is taken by new prompts at once. So the next
// tokens of all that decode find room only in what finishes in the same step; for the rest the
// youngest are preempted, and all that they hold is read again later: E[(n - X·(p+o))⁺] tokens a step, where n
// decode and X requests of p tokens in and o out finish, which is Poisson; those that began together and are equally long
// finish together, in pairs.
func (d *demand) readAgain(m Machine, l llm.Lengths) float64 {
	share := m.overfull(l, d.limit)
	if share == 0 {
		return 0
	}
	together := 1.0
	if l.Output.CV == 0 {
		together = 2
	}
	growth, whole := d.full*d.accepted, together*(l.Input.Mean+l.Output.Mean)
	mean := d.admitted / together
	tokens, p := 0.0, math.Exp(-mean)
	for k := 0.0; k*whole < growth; k++ {
		tokens += p * (growth - k*whole)
		p *= mean / (k + 1)
	}
	return share * tokens / l.Input.Mean
}

// overfull is the share of time in which a number of requests at once needs more than the KV cache holds, by the
// normal law of what they hold in all. It is 1 where no number is set below what the cache holds on average: the engine
// then admits until it is full.
func (m Machine) overfull(l llm.Lengths, requests float64) float64 {
	switch {
	case m.Holds == 0:
		return 0
	case requests >= m.Holds:
		return 1
	}
	return math.Erfc((m.Holds-requests)/(heldCV(l)*math.Sqrt(m.Holds))/math.Sqrt2) / 2
}

// heldCV is the coefficient of variation of the tokens that a running request holds: its prompt, and of an answer
// that is met the more often the longer it is, a part that is equally likely to be any.
func heldCV(l llm.Lengths) float64 {
	mean, square, cube := 0.0, 0.0, 0.0
	for _, c := range l.Output.Cells() {
		mean += c.Share * c.Tokens
		square += c.Share * c.Tokens * c.Tokens
		cube += c.Share * c.Tokens * c.Tokens * c.Tokens
	}
	written := square / mean / 2
	variance := l.Input.MeanSquare() - l.Input.Mean*l.Input.Mean + cube/mean/3 - written*written
	if l.Output.CV == 0 {
		variance *= 2 // in pairs
	}
	return math.Sqrt(variance) / (l.Input.Mean + written)
}

// What fewer requests at once must gain, so that the engine's limit is worth setting, and what may be given up of
// that for more distance from a full cache: once it is full, it stays so until the load falls.
const worthSetting, givenUp = 1.03, 0.995

// Sparing returns the machine with as many requests at once as serve most: where the engine admits all whose
// prompts fit, what it preempts and reads again may cost more than more of them gain.
func (m Machine) Sparing(l llm.Lengths) Machine {
	if m.Holds == 0 || m.limit() < m.Holds {
		return m
	}
	d, ok := m.demandOf(l)
	if !ok {
		return m
	}
	best, deviation := 0.0, heldCV(l)*math.Sqrt(m.Holds)
	spared := m
	for _, below := range []float64{0.5, 1, 2, 3, 4, 5, 6, 7, 8} {
		fewer := *d
		fewer.limit = math.Floor(m.Holds - below*deviation)
		if fewer.limit < 1 {
			break
		}
		fewer.saturate(m, l)
		if best = math.Max(best, fewer.saturation); fewer.saturation > givenUp*best {
			spared.MaxRequests = fewer.limit
		}
	}
	if best < worthSetting*d.saturation {
		return m
	}
	spared.Unspared = d.saturation
	return spared
}
