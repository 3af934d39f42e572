package fleet

import (
	"cmp"
	"math"
	"slices"
)

// kind is one kind of machine in the relaxation.
type kind struct {
	machine int
	most    int     // machines of it
	per     int     // units of capacity of a machine
	load    int     // units that services take which are settled
	fewest  int     // machines that these need
	weight  float64 // of cards beside memory
	groups  []group
	steps   []step    // the machines that there are, by what they cost at the prices
	there   int       // how many
	unit    float64   // what a unit costs
	gain    float64   // the most that machines beyond the fewest are worth
	value   float64   // what it adds to the bound
	y       int       // machines that it uses
	taken   []*chunk  // what stands on them
	values  []float64 // by the number of machines
	best    []float64 // the knapsack, by units
	room    []float64
	keep    []uint8
}

// group is the chunks of one service, of which at most one is taken.
type group struct {
	chunks []chunk
	most   int      // of the machines that one of them needs
	gain   float64  // the most that one adds at the prices
	best   *chunk   // the chunk that does
	open   []*chunk // those that a best filling may take
}

// chunk is the replicas of an option on the kind.
type chunk struct {
	service, option int
	piece           int     // none where the option stands on this kind alone
	size            float64 // machines
	units           int     // the same in units
	machines, sum   int     // that it needs by itself, and at most
	usd             float64
	worth           float64 // at the prices
}

// add takes the parts of an option that stand on the kind in.
func (k *kind) add(p *Problem, s, o int, parts []Part, usd float64, piece int) {
	m := &p.Machines[k.machine]
	c := chunk{service: s, option: o, piece: piece, usd: usd}
	for _, part := range parts {
		c.size += float64(part.Replicas) * k.takes(m, part.Need)
		c.machines = max(c.machines, machinesAlone(m, part))
		c.sum = min(c.sum+machinesAlone(m, part), Unlimited)
	}
	if n := len(k.groups); n > 0 && k.groups[n-1].chunks[0].service == s {
		k.groups[n-1].chunks = append(k.groups[n-1].chunks, c)
		return
	}
	k.groups = append(k.groups, group{chunks: []chunk{c}})
}

// takes is what a replica takes of a machine, as a share of it: of cards and memory as they are
// weighed. Of both together machines hold no more than of each.
func (k *kind) takes(m *Machine, n Need) float64 {
	v := n.Cards / m.Cards
	if k.weight < 1 && m.Memory > 0 {
		v = k.weight*v + (1-k.weight)*n.Memory/m.Memory
	}
	return v
}

// machinesAlone is the fewest machines that a part stands on by itself: by its promise, and by how
// many of its replicas one machine holds.
func machinesAlone(m *Machine, at Part) int {
	fresh := bin{cards: m.Cards, memory: m.Memory}
	per := fresh.rooms(m, item{need: at.Need, replicas: at.Replicas, cap: at.Cap}, at.Cap)
	if per <= 0 {
		return Unlimited
	}
	return (at.Replicas + per - 1) / per
}

// mostCells bounds a knapsack: its services times its units. Where it would be larger, machines
// are taken to be divisible, which says little less beside so many.
const mostCells = 400_000

// ready settles the units of capacity: the fewest a machine in which all chunks are whole, else so
// many that rounding chunks down says little less.
func (k *kind) ready() {
	total := 0.0
	for i := range k.groups {
		g := &k.groups[i]
		most := 0.0
		for _, c := range g.chunks {
			most = math.Max(most, math.Max(c.size, float64(c.sum)))
		}
		total += most
	}
	k.most = max(min(k.most, int(math.Ceil(total))), 0)
	const finest, usual = 256, 64
	for k.per = 1; k.per <= finest && !k.whole(); k.per++ {
	}
	if k.per > finest {
		k.per = usual
	}
	for i := range k.groups {
		for j := range k.groups[i].chunks {
			c := &k.groups[i].chunks[j]
			c.units = int(c.size*float64(k.per) + 1e-6)
			if c.units > (c.machines-1)*k.per { // capacity says as much
				c.machines = 1
			}
		}
	}
	for i := range k.groups {
		g := &k.groups[i]
		g.most = 0
		for _, c := range g.chunks {
			g.most = max(g.most, c.machines)
		}
	}
	slices.SortStableFunc(k.groups, func(a, b group) int { return cmp.Compare(a.most, b.most) })
}

// whole reports whether all chunks are whole units.
func (k *kind) whole() bool {
	for _, g := range k.groups {
		for _, c := range g.chunks {
			if v := c.size * float64(k.per); math.Abs(v-math.Round(v)) > 1e-6 {
				return false
			}
		}
	}
	return true
}

// solve finds the filling of the kind that is worth most at prices.
func (k *kind) solve(p *Problem, price *prices, fixed []int, barred []bitset) {
	k.value, k.y, k.taken = 0, 0, k.taken[:0]
	k.stock(p, price)
	if k.fewest > k.there {
		k.value = math.Inf(1)
		return
	}
	k.value, k.y = k.cost(k.fewest), k.fewest
	k.worths(price, fixed, barred)
	k.dantzig()
	if k.gain <= 0 {
		return
	}
	last, open := k.worthwhile()
	if (last*k.per-k.load)*open > mostCells {
		k.linear()
		return
	}
	k.fill(last)
	least := k.value
	for y := k.fewest; y <= last; y++ {
		if k.values[y] < k.value {
			k.value, k.y = k.values[y], y
		}
	}
	if k.value < least {
		k.trace()
	}
}

// step is machines that cost the same at prices.
type step struct {
	stock, n int
	usd      float64
}

// stock lists the machines that there are by what they cost at prices.
func (k *kind) stock(p *Problem, price *prices) {
	m := &p.Machines[k.machine]
	k.steps, k.there = k.steps[:0], 0
	for i, s := range m.Stocks {
		usd, n := s.USD*(1+price.budget), s.Most
		if s.Quota >= 0 {
			usd += price.quota[s.Quota] * m.Cards
			if m.Cards > 0 {
				n = min(n, int(float64(p.Quotas[s.Quota].Most)/m.Cards+slack))
			}
		}
		k.steps = append(k.steps, step{i, max(n, 0), usd})
	}
	slices.SortStableFunc(k.steps, func(a, b step) int { return cmp.Compare(a.usd, b.usd) })
	for i := range k.steps {
		s := &k.steps[i]
		s.n = min(s.n, k.most-k.there)
		k.there += s.n
	}
}

// cost is what some machines cost.
func (k *kind) cost(y int) float64 {
	usd := 0.0
	for _, s := range k.steps {
		n := min(y, s.n)
		usd, y = usd+float64(n)*s.usd, y-n
	}
	return usd
}

// worths prices the chunks.
func (k *kind) worths(price *prices, fixed []int, barred []bitset) {
	for i := range k.groups {
		g := &k.groups[i]
		for j := range g.chunks {
			c := &g.chunks[j]
			switch {
			case fixed[c.service] != none || barred[c.service].has(c.option) || c.machines > k.there:
				c.worth = 0
			case c.piece != none:
				c.worth = price.piece[c.piece]
			default:
				c.worth = price.service[c.service] - c.usd
			}
		}
	}
}

// dantzig bounds what may be gained with machines beyond the fewest: chunks less what their units
// cost, at the price of a unit at which that is least (Dantzig 1957).
func (k *kind) dantzig() {
	k.gain = math.Inf(1)
	before, usd, first := 0, 0.0, k.cost(k.fewest)
	for _, s := range k.steps {
		end := before + s.n
		if end > k.fewest || end == k.there {
			from := max(before, k.fewest)
			unit := s.usd / float64(k.per)
			gain := unit*float64(from*k.per-k.load) - (usd + float64(from-before)*s.usd - first)
			for i := range k.groups {
				gain += k.groups[i].over(unit)
			}
			if gain < k.gain {
				k.gain, k.unit = gain, unit
			}
		}
		before, usd = end, usd+float64(s.n)*s.usd
	}
	if math.IsInf(k.gain, 1) {
		k.gain = 0
	}
}

// over is the most that a chunk of the group is worth more than its units at a price.
func (g *group) over(unit float64) float64 {
	g.gain, g.best = 0, nil
	for j := range g.chunks {
		c := &g.chunks[j]
		if v := c.worth - unit*float64(c.units); c.worth > 0 && v > g.gain {
			g.gain, g.best = v, c
		}
	}
	return g.gain
}

// worthwhile leaves out the chunks that no best filling takes, and returns up to how many machines
// may be of use, and how many services. What a filling with the best chunks is worth bounds from
// below.
func (k *kind) worthwhile() (machines, open int) {
	filled, worth, alone := 0, 0.0, 0
	for i := range k.groups {
		if g := &k.groups[i]; g.over(k.unit) > 0 {
			filled, worth, alone = filled+g.best.units, worth+g.best.worth, max(alone, g.best.machines)
		}
	}
	low := 0.0
	if y := max((k.load+filled+k.per-1)/k.per, alone, k.fewest); y <= k.there {
		low = max(0, worth-k.cost(y)+k.value)
	}
	units := 0
	machines = k.fewest
	for i := range k.groups {
		g := &k.groups[i]
		most := 0
		g.open = g.open[:0]
		for j := range g.chunks {
			c := &g.chunks[j]
			if c.worth <= 0 || k.gain-g.gain+c.worth-k.unit*float64(c.units) < low-1e-9 || g.beaten(j) {
				continue
			}
			g.open = append(g.open, c)
			most, machines = max(most, c.units), max(machines, c.machines)
		}
		units += most
		if len(g.open) > 0 {
			open++
		}
	}
	return min(k.there, max((k.load+units+k.per-1)/k.per, machines)), open
}

// linear takes of every service what is worth more than its units.
func (k *kind) linear() {
	k.value -= k.gain
	units := k.load
	for i := range k.groups {
		if g := &k.groups[i]; g.gain > 0 {
			k.taken = append(k.taken, g.best)
			units += g.best.units
		}
	}
	k.y = min(max(k.y, (units+k.per-1)/k.per), k.there)
}

// beaten reports whether another chunk takes no more and is worth no less.
func (g *group) beaten(j int) bool {
	c := &g.chunks[j]
	for i := range g.chunks {
		o := &g.chunks[i]
		if i != j && o.worth > 0 && o.units <= c.units && o.machines <= c.machines && o.worth >= c.worth && (i < j || o.units < c.units || o.machines < c.machines || o.worth > c.worth) {
			return true
		}
	}
	return false
}
