package fleet

import (
	"cmp"
	"math"
	"slices"
)

// item is the replicas of one part that stand on machines of one kind.
type item struct {
	service, part int
	replicas, cap int
	need          Need
}

// bin is a machine being filled.
type bin struct {
	cards, memory float64 // free
	open          []card  // accelerators that are divided
	level         bool    // parts go where cards and memory are left in equal shares
	placed        []Placement
}

// card is one divided accelerator.
type card struct {
	slice         string
	cards, memory float64 // of it that is free
}

// slack forgives rounding errors in sums of shares.
const slack = 1e-9

// rooms is how many replicas of an item a bin has room for, at most want.
func (b *bin) rooms(m *Machine, it item, want int) int {
	if it.need.Slice != "" {
		return b.slots(it, want)
	}
	n := want
	if it.need.Cards > 0 {
		n = min(n, int(b.cards/it.need.Cards+slack))
	}
	if m.Memory > 0 && it.need.Memory > 0 {
		n = min(n, int(b.memory/it.need.Memory+slack))
	}
	return max(n, 0)
}

// slots is rooms for parts of accelerators: those that are divided already, then free ones.
func (b *bin) slots(it item, want int) int {
	n := 0
	for _, c := range b.open {
		if c.slice == it.need.Slice {
			n += c.slots(it.need)
		}
	}
	return min(n+int(b.cards+slack)*card{cards: 1, memory: 1}.slots(it.need), want)
}

// free is what is free of a bin's cards, of divided ones too.
func (b *bin) free() float64 {
	sum := b.cards
	for _, c := range b.open {
		sum += c.cards
	}
	return sum
}

func (c card) slots(n Need) int {
	return int(math.Min(c.cards/n.Cards, c.memory/n.Memory) + slack)
}

// put places replicas in a bin that has room for them.
func (b *bin) put(it item, n int) {
	b.placed = append(b.placed, Placement{it.service, it.part, n})
	if it.need.Slice == "" {
		b.cards -= float64(n) * it.need.Cards
		b.memory -= float64(n) * it.need.Memory
		return
	}
	for n > 0 {
		at := slices.IndexFunc(b.open, func(c card) bool { return c.slice == it.need.Slice && c.slots(it.need) > 0 })
		if b.level {
			at = b.evenly(it.need)
		}
		if at < 0 {
			b.open, at = append(b.open, card{it.need.Slice, 1, 1}), len(b.open)
			b.cards, b.memory = b.cards-1, b.memory-1
		}
		c := &b.open[at]
		k := min(c.slots(it.need), n)
		if b.level {
			k = 1
		}
		c.cards, c.memory, n = c.cards-float64(k)*it.need.Cards, c.memory-float64(k)*it.need.Memory, n-k
	}
}

// evenly is the divided card on which a part leaves cards and memory in the most equal shares, -1 for a
// card that is whole yet (balance of dimensions: Panigrahy, Talwar, Uyeda, Wieder 2011).
func (b *bin) evenly(n Need) int {
	at, least := -1, math.Inf(1)
	if b.cards+slack >= 1 {
		least = math.Abs(n.Cards-n.Memory) + slack
	}
	for i, c := range b.open {
		if c.slice != n.Slice || c.slots(n) < 1 {
			continue
		}
		if off := math.Abs(c.cards - n.Cards - c.memory + n.Memory); off < least-slack || at < 0 && off <= least {
			at, least = i, off
		}
	}
	return at
}

// least is the fewest machines that items can stand on: by each dimension, and by the machines
// that one of them needs by itself.
func least(m *Machine, items []item) int {
	cards, memory, most := 0.0, 0.0, 0
	for _, it := range items {
		cards += float64(it.replicas) * it.need.Cards
		memory += float64(it.replicas) * it.need.Memory
		most = max(most, (it.replicas+it.cap-1)/it.cap)
	}
	n := int(math.Ceil(cards/m.Cards - slack))
	if m.Memory > 0 {
		n = max(n, int(math.Ceil(memory/m.Memory-slack)))
	}
	return max(n, most)
}

// pack fills machines with items; exact where no filling takes fewer, of which it makes sure where
// it is to be thorough. nil where a replica does not fit a machine at all.
func pack(m *Machine, items []item, thorough bool) (bins []bin, exact bool) {
	if len(items) == 0 {
		return nil, true
	}
	low := least(m, items)
	for _, order := range orders {
		sorted := slices.Clone(items)
		slices.SortStableFunc(sorted, func(a, b item) int { return order(m, a, b) })
		for way := range 3 {
			found := fill(m, sorted, low, way > 0, way > 1)
			if found == nil {
				return nil, false
			}
			if bins == nil || len(found) < len(bins) {
				bins = found
			}
			if len(bins) == low {
				return bins, true
			}
		}
	}
	if !thorough {
		return bins, false
	}
	if better, proved := packExactly(m, items, low, len(bins)-1); proved {
		if better != nil {
			bins = better
		}
		return bins, true
	}
	return bins, false
}

// orders are those in which items are placed: large replicas first, those that must spread first.
var orders = []func(m *Machine, a, b item) int{
	func(m *Machine, a, b item) int {
		return cmp.Or(cmp.Compare(size(m, b), size(m, a)), cmp.Compare(spread(b), spread(a)), cmp.Compare(a.service, b.service))
	},
	func(m *Machine, a, b item) int {
		return cmp.Or(cmp.Compare(spread(b), spread(a)), cmp.Compare(size(m, b), size(m, a)), cmp.Compare(a.service, b.service))
	},
}

// size is what a replica takes of a machine in the dimension that it takes most of.
func size(m *Machine, it item) float64 {
	s := it.need.Cards / m.Cards
	if m.Memory > 0 {
		s = math.Max(s, it.need.Memory/m.Memory)
	}
	return s
}

func spread(it item) int { return (it.replicas + it.cap - 1) / it.cap }

// fill places items first fit, in at least so many bins where even: there the emptiest comes first. level
// is of the parts on one machine.
func fill(m *Machine, items []item, bins int, even, level bool) []bin {
	fresh := func() bin { return bin{cards: m.Cards, memory: m.Memory, level: level} }
	var all []bin
	if even {
		for range bins {
			all = append(all, fresh())
		}
	}
	for _, it := range items {
		left := it.replicas
		if even {
			slices.SortStableFunc(all, func(a, b bin) int { return cmp.Compare(b.free(), a.free()) })
		}
		for i := 0; left > 0; i++ {
			if i == len(all) {
				all = append(all, fresh())
				if all[i].rooms(m, it, 1) == 0 {
					return nil
				}
			}
			if n := min(all[i].rooms(m, it, min(it.cap, left)), left); n > 0 {
				all[i].put(it, n)
				left -= n
			}
		}
	}
	return slices.DeleteFunc(all, func(b bin) bool { return len(b.placed) == 0 })
}

// mostTries bounds an exact packing.
const mostTries = 20_000

// packExactly looks through all fillings of low to high machines; proved where it came to an end,
// with nil where there is none.
func packExactly(m *Machine, items []item, low, high int) (bins []bin, proved bool) {
	sorted := slices.Clone(items)
	slices.SortStableFunc(sorted, func(a, b item) int { return orders[0](m, a, b) })
	tries := 0
	for n := low; n <= high; n++ {
		all := make([]bin, n)
		for i := range all {
			all[i] = bin{cards: m.Cards, memory: m.Memory}
		}
		ok := place(m, sorted, all, 0, 0, 0, &tries)
		switch {
		case tries >= mostTries:
			return nil, false
		case ok:
			return slices.DeleteFunc(all, func(b bin) bool { return len(b.placed) == 0 }), true
		}
	}
	return nil, true
}

// place puts items from the i-th on into bins, of which the i-th item has been offered those
// before at and has placed replicas.
func place(m *Machine, items []item, all []bin, i, at, placed int, tries *int) bool {
	if i == len(items) {
		return true
	}
	it := items[i]
	if placed == it.replicas {
		return place(m, items, all, i+1, 0, 0, tries)
	}
	if *tries++; at == len(all) || *tries >= mostTries || (len(all)-at)*it.cap < it.replicas-placed {
		return false
	}
	most := all[at].rooms(m, it, min(it.cap, it.replicas-placed))
	if at > 0 && alike(&all[at-1], &all[at], it, i) { // bins alike are filled in falling numbers
		most = min(most, lastOf(&all[at-1], it))
	}
	for n := most; n >= 0; n-- {
		before := all[at]
		if n > 0 {
			all[at].open, all[at].placed = slices.Clone(before.open), slices.Clone(before.placed)
			all[at].put(it, n)
		}
		if place(m, items, all, i, at+1, placed+n, tries) {
			return true
		}
		all[at] = before
	}
	return false
}

// alike reports whether two bins held the same before an item was placed.
func alike(a, b *bin, it item, _ int) bool {
	others := func(x *bin) []Placement {
		if n := len(x.placed); n > 0 && x.placed[n-1].Service == it.service && x.placed[n-1].Part == it.part {
			return x.placed[:n-1]
		}
		return x.placed
	}
	return slices.Equal(others(a), others(b))
}

// lastOf is how many replicas of an item a bin was given last.
func lastOf(b *bin, it item) int {
	if n := len(b.placed); n > 0 && b.placed[n-1].Service == it.service && b.placed[n-1].Part == it.part {
		return b.placed[n-1].Replicas
	}
	return 0
}
