package advisor

import (
	"context"
	"fmt"
	"math"

	"scaleadvise/advisor/search"
)

// footing is replicas of one run of a service, by the hosts that they stand on.
type footing struct {
	service int
	may     int         // be lost with a zone
	on      map[int]int // replicas by host
	count   []int       // by zone
}

// zoning puts hosts into zones.
type zoning struct {
	zones int
	of    []int // zone by host
	all   []*footing
	at    [][]*footing // by host
}

// zonesOf puts each machine into a zone, from 1 on, so that every service keeps its promise when a
// zone is lost; nil where no service asks for zones. broken are the services of which too many
// replicas stand in one zone however the machines are put.
func zonesOf(p *problem, s *solution) (zones []int, broken []int) {
	z := zoning{zones: 1, of: make([]int, len(s.Hosts)), at: make([][]*footing, len(s.Hosts))}
	for _, w := range p.services {
		z.zones = max(z.zones, w.question.Workload.Zones)
	}
	if z.zones < 2 {
		return nil, nil
	}
	z.stand(p, s)
	z.spread()
	seen := map[int]bool{}
	for _, one := range z.all {
		if one.beyond() > 0 && !seen[one.service] {
			seen[one.service], broken = true, append(broken, one.service)
		}
	}
	for h := range z.of {
		z.of[h]++
	}
	return z.of, broken
}

// stand finds what stands where.
func (z *zoning) stand(p *problem, s *solution) {
	of, there := map[[2]int]*footing{}, replicasOn(p, s)
	for h, host := range s.Hosts {
		for _, placed := range host.Placed {
			key := [2]int{placed.Service, placed.Part}
			one := of[key]
			r := p.runs(placed.Service, s.Choice[placed.Service])[placed.Part]
			if one == nil {
				one = &footing{service: placed.Service, may: mayLose(r), on: map[int]int{}, count: make([]int, z.zones)}
				of[key], z.all = one, append(z.all, one)
			}
			one.on[h] += there(placed)
			z.at[h] = append(z.at[h], one)
		}
	}
}

// mayLose is how many replicas of a run may go with a zone.
func mayLose(r run) int {
	switch {
	case !search.SurvivesZones(r.space):
		return math.MaxInt
	case r.summed():
		n, _ := search.LossesToSurvive(r.space, r.Replicas)
		return n
	}
	return search.MayLose(r.space, r.Way, r.demand)
}

// beyond is how many more replicas a zone takes along than may be lost, over all zones.
func (o *footing) beyond() int {
	sum := 0
	for _, n := range o.count {
		sum += max(0, n-o.may)
	}
	return sum
}

// uneven is how unevenly replicas stand in the zones.
func (o *footing) uneven() int {
	sum := 0
	for _, n := range o.count {
		sum += n * n
	}
	return sum
}

// spread puts hosts one after the other where they harm least, then moves and exchanges them while
// that helps.
func (z *zoning) spread() {
	for h := range z.of {
		z.of[h] = none
	}
	for h := range z.of {
		z.move(h, z.best(h))
	}
	const mostPasses = 20
	for range mostPasses {
		better := false
		for h := range z.of {
			if to := z.best(h); to != z.of[h] {
				z.move(h, to)
				better = true
			}
			better = z.exchange(h) || better
		}
		if !better {
			return
		}
	}
}

// move puts a host into a zone.
func (z *zoning) move(h, to int) {
	for _, one := range z.at[h] {
		if from := z.of[h]; from != none {
			one.count[from] -= one.on[h]
		}
		one.count[to] += one.on[h]
	}
	z.of[h] = to
}

// harm is what the zones do to what stands on some hosts.
func (z *zoning) harm(hosts ...int) (beyond, uneven int) {
	for _, h := range hosts {
		for _, one := range z.at[h] {
			beyond, uneven = beyond+one.beyond(), uneven+one.uneven()
		}
	}
	return beyond, uneven
}

// best is the zone in which a host harms least: where it is, if none is better.
func (z *zoning) best(h int) int {
	was, at := z.of[h], max(z.of[h], 0)
	z.move(h, at)
	beyond, uneven := z.harm(h)
	for to := range z.zones {
		z.move(h, to)
		if b, u := z.harm(h); b < beyond || b == beyond && u < uneven {
			at, beyond, uneven = to, b, u
		}
	}
	if was == none {
		was = at
	}
	z.move(h, was)
	return at
}

// exchange swaps the zones of a host and another where that helps.
func (z *zoning) exchange(h int) bool {
	for other := range z.of {
		a, b := z.of[h], z.of[other]
		if a == b || len(z.at[h]) == 0 {
			continue
		}
		beyond, uneven := z.harm(h, other)
		z.move(h, b)
		z.move(other, a)
		if to, u := z.harm(h, other); to < beyond || to == beyond && u < uneven {
			return true
		}
		z.move(h, a)
		z.move(other, b)
	}
	return false
}

// zoned gives services machines of their own of which a zone takes too many replicas along where
// they share: whole machines can stand in any zone.
func zoned(ctx context.Context, in Together, p *problem, s *solution) (*problem, *solution, error) {
	const mostTimes = 4
	for range mostTimes {
		zones, broken := zonesOf(p, s)
		s.zones = zones
		if len(broken) == 0 {
			return p, s, nil
		}
		changed := false
		for _, i := range broken {
			changed = p.services[i].apart() || changed
		}
		if !changed {
			for _, i := range broken {
				p.services[i].unsafe = true
				s.notes = append(s.notes, fmt.Sprintf("%s: however its machines are put into zones, the loss of one takes more replicas than may be lost", p.services[i].Name))
			}
			return p, s, nil
		}
		next, found, err := replanned(ctx, in, p)
		if err != nil {
			return p, s, err
		}
		p, s = next, found
	}
	s.zones, _ = zonesOf(p, s)
	return p, s, nil
}

// apart has a service run on machines of its own only; false where it does already.
func (w *ways) apart() bool {
	changed := false
	for i := range w.ways {
		changed = changed || !w.ways[i].Exclusive
		w.ways[i].Exclusive = true
	}
	for _, runs := range w.mixes {
		for i := range runs {
			runs[i].Exclusive = true
		}
	}
	return changed
}
