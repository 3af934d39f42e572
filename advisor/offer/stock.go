package offer

import (
	"fmt"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
)

// stock is a number of accelerators, by id.
type stock map[string]int

// mostStock is the largest plausible number.
const mostStock = 1_000_000

// stockOf reads what a trait counts, "a10=4" or "p4d.24xlarge=2": accelerators, or machines with
// those that they carry. The error names the word that is wrong.
func stockOf(trait string, words []string, n *names) (stock, error) {
	if len(words) == 0 {
		return nil, nil
	}
	all := stock{}
	for _, word := range words {
		name, number, ok := strings.Cut(word, "=")
		count, err := strconv.Atoi(strings.TrimSpace(number))
		if !ok || err != nil || count < 0 || count > mostStock {
			return nil, n.workload.Fault(trait, fmt.Errorf("%q: expected an accelerator or a machine and how many, such as a10=4 or p4d.24xlarge=2", word))
		}
		id, each := "", 1
		if i, machine := n.catalog.InstanceNamed(name); machine {
			id, each = i.Accelerator, int(i.Count)
		} else {
			a, err := n.accelerator(trait, strings.TrimSpace(name))
			if err != nil {
				return nil, err
			}
			id = a.ID
		}
		all[id] += count * each
	}
	return all, nil
}

// replicas returns how many replicas of a kind of hardware the stock is enough for; ok is false
// where it does not count that hardware.
func (s stock) replicas(h Hardware) (n int, ok bool) {
	count, ok := s[stocked(h.Accelerator)]
	if p := h.Accelerator.Part; p != nil {
		count *= p.PerCard
	}
	return count / max(h.PerReplica, 1), ok
}

// stocked returns the id of the accelerator that is counted: of a part the whole one.
func stocked(a catalog.Accelerator) string {
	if a.Part != nil {
		return a.Part.Of
	}
	return a.ID
}

// Quota returns how many replicas of a kind of hardware the quota allows, and its accelerators; ok is false
// where there is none.
func Quota(o *Offers, h Hardware) (replicas, accelerators int, ok bool) {
	replicas, ok = o.limits.quota.replicas(h)
	return replicas, o.limits.quota[stocked(h.Accelerator)], ok
}

// ownedFirst are ways to host a kind of hardware of which some is owned: that is used before any is
// rented.
func ownedFirst(o *Offers, h Hardware, rented []Hosting) []Hosting {
	owned, _ := o.limits.owned.replicas(h)
	if owned == 0 {
		return rented
	}
	if len(rented) == 0 {
		rented = []Hosting{Unpriced()}
	}
	out := make([]Hosting, len(rented))
	for i, way := range rented {
		way.Owned = owned
		out[i] = way
	}
	return out
}
