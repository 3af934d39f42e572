package fleet

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// broken says what of a solution breaks the problem; "" where nothing does.
func broken(p *Problem, s *Solution) string {
	placed := map[[2]int]int{} // by service and part
	stock, quota, cost := map[[2]int]int{}, make([]int, len(p.Quotas)), 0.0
	for _, h := range s.Hosts {
		m := &p.Machines[h.Machine]
		stock[[2]int{h.Machine, h.Stock}]++
		cost += m.Stocks[h.Stock].USD
		if q := m.Stocks[h.Stock].Quota; q >= 0 {
			quota[q] += int(m.Cards)
		}
		on := map[[2]int]int{}
		cards, memory, parts := 0.0, 0.0, map[string]float64{}
		for _, at := range h.Placed {
			part := p.Services[at.Service].Options[s.Choice[at.Service]].Parts[at.Part]
			if part.Machine != h.Machine {
				return "a replica stands on another kind of machine"
			}
			on[[2]int{at.Service, at.Part}] += at.Replicas
			placed[[2]int{at.Service, at.Part}] += at.Replicas
			if on[[2]int{at.Service, at.Part}] > part.Cap {
				return "more replicas on one machine than losing it allows"
			}
			if part.Need.Slice != "" {
				parts[part.Need.Slice] += float64(at.Replicas) * part.Need.Cards
				continue
			}
			cards += float64(at.Replicas) * part.Need.Cards
			memory += float64(at.Replicas) * part.Need.Memory
		}
		for _, sum := range parts { // cards divided in one way are no others
			cards += math.Ceil(sum - slack)
		}
		if cards > m.Cards+slack || m.Memory > 0 && memory > m.Memory+slack {
			return "a machine holds more than it has"
		}
	}
	for service, o := range s.Choice {
		for i, part := range p.Services[service].Options[o].Parts {
			if placed[[2]int{service, i}] != part.Replicas {
				return "not all replicas are placed"
			}
		}
	}
	for at, n := range stock {
		if n > p.Machines[at[0]].Stocks[at[1]].Most {
			return "more machines than there are"
		}
	}
	for i, q := range p.Quotas {
		if quota[i] > q.Most {
			return "beyond a quota"
		}
	}
	if p.Budget > 0 && cost > p.Budget*(1+1e-9) {
		return "beyond the budget"
	}
	for service, o := range s.Choice {
		cost += p.Services[service].Options[o].USD
	}
	if math.Abs(cost-s.Cost) > 1e-6*math.Max(cost, 1) {
		return "the cost is not that of the machines"
	}
	return ""
}

// quick is an effort that leaves gaps.
var quick = Effort{Nodes: 10, Pivots: 3000, Steps: 60, Rounds: 300}

func TestSolutionsKeepTheirLimits(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 3))
		p := drawn(r, 2+r.IntN(14), 1+r.IntN(8), r.IntN(3) == 0)
		if seed%2 == 1 {
			p = varied(r, 2+r.IntN(14), 1+r.IntN(8))
		}
		s, _ := Solve(context.Background(), p, quick)
		if s == nil {
			continue
		}
		if fault := broken(p, s); fault != "" {
			t.Errorf("seed %d: %s", seed, fault)
		}
		if s.Bound > s.Cost*(1+1e-9) {
			t.Errorf("seed %d: bound %g above the cost %g", seed, s.Bound, s.Cost)
		}
		again, _ := Solve(context.Background(), p, quick)
		if !reflect.DeepEqual(s, again) {
			t.Errorf("seed %d: another plan the second time", seed)
		}
	}
}

func TestSharingNeverCostsMore(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 4))
		p := drawn(r, 2+r.IntN(14), 1+r.IntN(8), r.IntN(3) == 0)
		order := r.Perm(len(p.Services))
		apart, usd := Separate(p, order)
		sum, all := 0.0, true
		for s, o := range apart {
			sum, all = sum+usd[s], all && o != Dropped
		}
		s, _ := Solve(context.Background(), p, quick, apart)
		switch {
		case !all:
		case s == nil:
			t.Errorf("seed %d: separate plans fit, and none for all was found", seed)
		case s.Cost > sum*(1+1e-9):
			t.Errorf("seed %d: together %g, one after the other %g", seed, s.Cost, sum)
		}
	}
}

func TestMoreRoomNeverCostsMore(t *testing.T) {
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 5))
		p := drawn(r, 2+r.IntN(5), 2+r.IntN(3), true)
		s, proved := Solve(context.Background(), p, Usual(p))
		if s == nil || !proved {
			continue
		}
		more := *p
		more.Quotas = append([]Quota(nil), p.Quotas...)
		for i := range more.Quotas {
			more.Quotas[i].Most += 8
		}
		t2, _ := Solve(context.Background(), &more, Usual(&more))
		if t2 == nil || t2.Cost > s.Cost*(1+2*Tolerance) {
			t.Errorf("seed %d: %v with larger quotas, %g with these", seed, t2, s.Cost)
		}
	}
}

// TestPartsOfCards: seven small MIG instances fill a card that three large ones do not share, and
// time slices never share a card with MIG instances.
func TestPartsOfCards(t *testing.T) {
	m := Machine{Cards: 1, Memory: 1, Carded: true}
	small, large := Need{1. / 7, 1. / 8, "MIG"}, Need{3. / 7, 4. / 8, "MIG"}
	for _, x := range []struct {
		items []item
		want  int
	}{
		{[]item{{replicas: 7, cap: 9, need: small}}, 1},
		{[]item{{replicas: 8, cap: 9, need: small}}, 2},
		{[]item{{replicas: 2, cap: 9, need: large}}, 1},
		{[]item{{replicas: 2, cap: 9, need: large}, {service: 1, replicas: 1, cap: 1, need: small}}, 2}, // no memory is left
		{[]item{{replicas: 1, cap: 9, need: large}, {service: 1, replicas: 4, cap: 9, need: small}}, 1},
		{[]item{{replicas: 1, cap: 9, need: small}, {service: 1, replicas: 1, cap: 9, need: Need{0.5, 0.5, "1/2"}}}, 2},
		{[]item{{replicas: 4, cap: 1, need: small}}, 4}, // spread
	} {
		if bins, exact := pack(&m, x.items, true); len(bins) != x.want || !exact {
			t.Errorf("%v: %d machines (exact %v); want %d", x.items, len(bins), exact, x.want)
		}
	}
}
