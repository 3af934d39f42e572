package fleet

import (
	"math"
	"slices"
)

// tightened is the problem in which parts of accelerators count by how many of the smallest one an
// accelerator holds: seven instances of 14 of 108 multiprocessors fill it, and count as sevenths. What
// fits stays the same, and bounds by sums of shares say more (rounding capacity down to multiples of
// what all shares are multiples of: Martello, Toth, Knapsack Problems, 1990, chapter 8; dual feasible
// functions: Fekete, Schepers 2001).
func tightened(p *Problem) *Problem {
	cards, memory := map[sliced]float64{}, map[sliced]float64{}
	for _, s := range p.Services {
		for _, o := range s.Options {
			for _, part := range o.Parts {
				if part.Need.Slice != "" {
					at := sliced{part.Machine, part.Need.Slice}
					cards[at] = divisor(cards[at], part.Need.Cards)
					memory[at] = divisor(memory[at], part.Need.Memory)
				}
			}
		}
	}
	if len(cards) == 0 {
		return p
	}
	t := *p
	t.Services = slices.Clone(p.Services)
	for s := range t.Services {
		options := slices.Clone(t.Services[s].Options)
		for o := range options {
			parts := slices.Clone(options[o].Parts)
			for i := range parts {
				if n := &parts[i].Need; n.Slice != "" {
					at := sliced{parts[i].Machine, n.Slice}
					n.Cards, n.Memory = counted(n.Cards, cards[at]), counted(n.Memory, memory[at])
				}
			}
			options[o].Parts = parts
		}
		t.Services[s].Options = options
	}
	return &t
}

// sliced is accelerators of a kind of machine that are divided in one way.
type sliced struct {
	machine int
	slice   string
}

// mostParts is how many parts of an accelerator are told apart.
const mostParts = 64

// divisor is the largest share of which two are multiples, 0 where that is too small to say anything.
func divisor(a, b float64) float64 {
	if a == 0 {
		a, b = b, 0
	}
	for b > 1e-6 {
		a, b = b, math.Mod(a+1e-7, b)
	}
	return a
}

// counted is a share by how many of the smallest an accelerator holds.
func counted(share, smallest float64) float64 {
	if smallest*mostParts < 1 || smallest > 1 {
		return share
	}
	k := math.Round(share / smallest)
	if math.Abs(share-k*smallest) > 1e-6 {
		return share
	}
	return k / math.Floor(1/smallest+slack)
}
