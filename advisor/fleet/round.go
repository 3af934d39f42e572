package fleet

import (
	"cmp"
	"math"
	"slices"
)

// takes is what an option takes of a kind of machine, in cards.
type takes struct {
	column int
	cards  float64
	x      float64 // in the solution of the program
}

// takers lists by kind of machine what options take of it.
func takers(p *Problem, r *relaxation) [][]takes {
	all := make([][]takes, len(p.Machines))
	for s, one := range p.Services {
		for o, option := range one.Options {
			for _, part := range option.Parts {
				of := &all[part.Machine]
				cards := float64(part.Replicas) * part.Need.Cards
				if n := len(*of); n > 0 && (*of)[n-1].column == r.option[s][o] {
					(*of)[n-1].cards += cards
					continue
				}
				*of = append(*of, takes{column: r.option[s][o], cards: cards})
			}
		}
	}
	return all
}

// round adds what the solution violates of this: machines are whole. Of a kind of machine with C
// cards the row C·Y ≥ Σ a·x is divided by C, options that the solution takes are counted by what
// is missing of them, and the row is rounded as mixed-integer rounding does (Nemhauser, Wolsey
// 1990; Marchand, Wolsey 2001): Y is at least the machines that these options fill together,
// rounded up. It returns whether there was any.
func (r *relaxation) round() bool {
	added := false
	for m, all := range r.takers {
		machines, taken := 0.0, make([]takes, 0, len(all))
		for _, j := range r.stock[m] {
			machines += r.lp.x(j)
		}
		for _, t := range all {
			if t.x = r.lp.x(t.column); t.x > 1e-6 {
				taken = append(taken, t)
			}
		}
		slices.SortStableFunc(taken, func(a, b takes) int { return cmp.Compare(b.x, a.x) })
		best, most := 0, 1e-3
		for n := 1; n <= len(taken); n++ {
			if v := r.violation(m, all, taken[:n], machines); v > most {
				best, most = n, v
			}
		}
		if best > 0 && len(r.lp.rhs) < mostRows {
			r.roundedRow(m, all, taken[:best])
			added = true
		}
	}
	return added
}

// rounding is the function of mixed-integer rounding with a fraction f of the right side.
func rounding(d, f float64) float64 {
	floor := math.Floor(d + slack)
	return floor + math.Min(1, math.Max(0, d-floor)/f)
}

// filled is how many machines options fill together, and the fraction above a whole number; ok is
// false where rounding it gains nothing.
func (r *relaxation) filled(m int, taken []takes) (machines, f float64, ok bool) {
	for _, t := range taken {
		machines += t.cards / r.p.Machines[m].Cards
	}
	f = machines - math.Floor(machines+slack)
	return machines, f, f > 0.01 && f < 0.999
}

// violation is by how much the solution falls short of a rounded row.
func (r *relaxation) violation(m int, all, taken []takes, machines float64) float64 {
	b, f, ok := r.filled(m, taken)
	if !ok {
		return 0
	}
	left := machines
	for _, t := range taken {
		left += rounding(t.cards/r.p.Machines[m].Cards, f) * (1 - t.x)
	}
	for _, t := range all {
		if x := r.lp.x(t.column); x > 1e-6 && !slices.ContainsFunc(taken, func(o takes) bool { return o.column == t.column }) {
			left += rounding(-t.cards/r.p.Machines[m].Cards, f) * x
		}
	}
	return math.Ceil(b-slack) - left
}

// roundedRow adds a rounded row.
func (r *relaxation) roundedRow(m int, all, taken []takes) {
	b, f, _ := r.filled(m, taken)
	rhs := -math.Ceil(b - slack)
	var row rowOf
	of := map[int]bool{}
	for _, t := range taken {
		of[t.column] = true
		g := rounding(t.cards/r.p.Machines[m].Cards, f)
		row.add(t.column, g)
		rhs += g
	}
	for _, t := range all {
		if g := rounding(-t.cards/r.p.Machines[m].Cards, f); !of[t.column] && g != 0 {
			row.add(t.column, -g)
		}
	}
	for _, j := range r.stock[m] {
		row.add(j, -1)
	}
	r.lp.addRow(row.entries, row.order, rhs, math.Inf(1))
}
