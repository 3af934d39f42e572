package fleet

import (
	"math"
	"slices"
)

// layout is a choice that is being changed: what stands on each kind of machine, on how many, and
// what that costs. Services may be off it for a while.
type layout struct {
	p      *Problem
	known  *counts
	choice []int // Dropped where a service is off
	on     [][]item
	key    []uint64 // of what stands on each kind
	bins   []int
	load   []float64 // by kind: what stands on it, in machines
	usd    []float64 // by kind
	soft   float64   // how far the last machine of a kind counts by what stands on it: 0 for not at all
	quota  []int     // cards
	apart  float64   // what options cost beside machines
}

// counts remembers how many machines items need: the same sets come again and again.
type counts struct {
	p    *Problem
	code [][]uint64    // by service and option
	load [][][]float64 // by service, option and part: what it takes, in machines
	of   map[uint64]int
	work int // done by packing: kinds of replicas times machines, and replicas
}

// mostWork bounds the packing of one search: hundreds of replicas of a service on as many machines take
// as long to pack as a whole fleet of small ones.
const mostWork = 1_000_000

// mostCounts bounds what is remembered.
const mostCounts = 1 << 18

func newCounts(p *Problem) *counts {
	c := &counts{p: p, of: map[uint64]int{}}
	state := uint64(1)
	for _, s := range p.Services {
		codes := make([]uint64, len(s.Options))
		for o := range codes {
			state, codes[o] = mixed(state)
		}
		c.code = append(c.code, codes)
		loads := make([][]float64, len(s.Options))
		for o, option := range s.Options {
			for _, part := range option.Parts {
				loads[o] = append(loads[o], float64(part.Replicas)*size(&p.Machines[part.Machine], item{need: part.Need}))
			}
		}
		c.load = append(c.load, loads)
	}
	return c
}

// mixed is the next number of splitmix64 (Steele, Lea, Flood 2014).
func mixed(state uint64) (next, out uint64) {
	state += 0x9e3779b97f4a7c15
	z := state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return state, z ^ z>>31
}

// beyond is the number of machines of items of which one fits none.
const beyond = math.MaxInt32

// machines is how many machines of a kind items need, by packing that is quick.
func (c *counts) machines(m int, key uint64, items []item, more ...item) int {
	if len(items)+len(more) == 0 {
		return 0
	}
	key ^= uint64(m+1) * 0x9e3779b97f4a7c15
	if n, ok := c.of[key]; ok {
		return n
	}
	n := beyond
	if bins, _ := pack(&c.p.Machines[m], slices.Concat(items, more), false); bins != nil {
		n = len(bins)
		c.work += n * (len(items) + len(more))
	}
	if len(c.of) >= mostCounts {
		clear(c.of)
	}
	c.of[key] = n
	return n
}

// newLayout is a choice as a layout.
func newLayout(p *Problem, known *counts, choice []int) *layout {
	l := &layout{p: p, known: known, choice: make([]int, len(choice)), on: make([][]item, len(p.Machines)), key: make([]uint64, len(p.Machines)),
		bins: make([]int, len(p.Machines)), load: make([]float64, len(p.Machines)), usd: make([]float64, len(p.Machines)), quota: make([]int, len(p.Quotas))}
	for s := range choice {
		l.choice[s] = Dropped
	}
	for s, o := range choice {
		if o != Dropped {
			l.place(s, o)
		}
	}
	for m := range p.Machines {
		l.refill(m)
	}
	return l
}

func (l *layout) clone() *layout {
	c := *l
	c.choice, c.on, c.key, c.bins = slices.Clone(l.choice), slices.Clone(l.on), slices.Clone(l.key), slices.Clone(l.bins)
	c.usd, c.quota, c.load = slices.Clone(l.usd), slices.Clone(l.quota), slices.Clone(l.load)
	return &c
}

// place puts a service on, without filling machines again.
func (l *layout) place(s, o int) {
	l.choice[s] = o
	l.apart += l.p.Services[s].Options[o].USD
	for i, part := range l.p.Services[s].Options[o].Parts {
		m := part.Machine
		l.on[m] = append(slices.Clip(l.on[m]), item{s, i, part.Replicas, part.Cap, part.Need})
		l.key[m] ^= l.known.code[s][o] + uint64(i)
		l.load[m] += l.known.load[s][o][i]
	}
}

// insert puts a service on.
func (l *layout) insert(s, o int) {
	l.place(s, o)
	for _, part := range l.p.Services[s].Options[o].Parts {
		l.refill(part.Machine)
	}
}

// remove takes a service off.
func (l *layout) remove(s int) {
	o := l.choice[s]
	if o == Dropped {
		return
	}
	l.choice[s] = Dropped
	l.apart -= l.p.Services[s].Options[o].USD
	for i, part := range l.p.Services[s].Options[o].Parts {
		m := part.Machine
		l.on[m] = slices.DeleteFunc(slices.Clone(l.on[m]), func(it item) bool { return it.service == s && it.part == i })
		l.key[m] ^= l.known.code[s][o] + uint64(i)
		l.load[m] -= l.known.load[s][o][i]
	}
	for _, part := range l.p.Services[s].Options[o].Parts {
		l.refill(part.Machine)
	}
}

// refill counts the machines of a kind again.
func (l *layout) refill(m int) {
	n := l.known.machines(m, l.key[m], l.on[m])
	if n == l.bins[m] {
		return
	}
	l.stocked(m, -1)
	l.bins[m] = n
	l.stocked(m, 1)
}

// stocked adds the machines of a kind, or takes them away.
func (l *layout) stocked(m, sign int) {
	kind := &l.p.Machines[m]
	left := l.bins[m]
	usd := 0.0
	for _, s := range kind.Stocks {
		n := min(left, s.Most)
		left -= n
		usd += float64(n) * s.USD
		if s.Quota >= 0 {
			l.quota[s.Quota] += sign * n * int(kind.Cards)
		}
	}
	if l.usd[m] = 0; sign > 0 {
		l.usd[m] = usd
	}
}

// cost is what the layout costs, and how far beyond stocks, quotas and budget it is.
func (l *layout) cost() (usd, short float64) {
	for m := range l.p.Machines {
		usd += l.usd[m]
		left := l.bins[m]
		for _, s := range l.p.Machines[m].Stocks {
			left -= min(left, s.Most)
		}
		short += float64(left) * l.p.Machines[m].Cards
	}
	for i, q := range l.p.Quotas {
		short += math.Max(0, float64(l.quota[i]-q.Most))
	}
	if l.p.Budget > 0 && usd > l.p.Budget*(1+1e-9) {
		short += (usd - l.p.Budget) / l.p.Budget
	}
	return usd + l.apart, short
}

// more is what a part would cost on its kind of machine: the machines that it adds, and how far
// beyond what there is.
func (l *layout) more(s, o, i int) (usd, short float64) {
	part := &l.p.Services[s].Options[o].Parts[i]
	m := part.Machine
	kind := &l.p.Machines[m]
	n := l.known.machines(m, l.key[m]^(l.known.code[s][o]+uint64(i)), l.on[m], item{s, i, part.Replicas, part.Cap, part.Need})
	if n == beyond {
		return 0, math.Inf(1)
	}
	if n <= l.bins[m] {
		return l.smooth(m, n, l.usd[m], l.load[m]+l.known.load[s][o][i]) - l.smooth(m, n, l.usd[m], l.load[m]), 0
	}
	left := n
	for _, stock := range kind.Stocks {
		k := min(left, stock.Most)
		left -= k
		usd += float64(k) * stock.USD
		if stock.Quota >= 0 {
			short += math.Max(0, float64(l.quota[stock.Quota]+(n-l.bins[m])*int(kind.Cards)-l.p.Quotas[stock.Quota].Most))
		}
	}
	return l.smooth(m, n, usd, l.load[m]+l.known.load[s][o][i]) - l.smooth(m, l.bins[m], l.usd[m], l.load[m]), short + float64(left)*kind.Cards
}

// smooth is what machines of a kind cost where the last one counts by what stands on it.
func (l *layout) smooth(m, n int, usd, load float64) float64 {
	if l.soft == 0 || n == 0 {
		return usd
	}
	x := math.Min(math.Max(load-float64(n-1), 0), 1)
	return usd - l.last(m, n)*(1-math.Pow(x, l.soft))
}

// last is what the last of some machines costs.
func (l *layout) last(m, n int) float64 {
	for _, s := range l.p.Machines[m].Stocks {
		if n <= s.Most {
			return s.USD
		}
		n -= s.Most
	}
	return 0
}

// guide is what the layout costs where the last machines count by what stands on them.
func (l *layout) guide() float64 {
	sum := l.apart
	for m, n := range l.bins {
		sum += l.smooth(m, n, l.usd[m], l.load[m])
	}
	return sum
}
