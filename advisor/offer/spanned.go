package offer

import (
	"fmt"
	"slices"

	"scaleadvise/advisor/catalog"
)

// A replica of a language model that does not fit on one machine spans several: tensor
// parallelism within a machine, where the links are fast, and pipeline parallelism between them
// (Narayanan et al. 2021, 5.1). Machines with fewer than leastJoined accelerators are not joined.
const (
	leastJoined = 4 // accelerators of a machine that is one of several
	mostJoined  = 8 // machines of one replica
	mostTrays   = 4 // machines of one domain of links that a replica is offered unless more are asked for
)

// spans reports whether a number of accelerators is that of several whole machines. Those of one domain count as linked
// like one machine.
func spans(a catalog.Accelerator, g, perMachine int) bool {
	return perMachine >= leastJoined && g > perMachine && g%perMachine == 0 && (g/perMachine <= mostJoined || g <= a.Domain())
}

// overMachines returns the sizes of replicas that need several machines: those that today's have, and
// where no machine holds the model, the fewest that do.
func overMachines(o *Offers, a catalog.Accelerator, perMachine int) (all []int) {
	if perMachine < leastJoined || a.MaxPerNode > perMachine {
		return nil
	}
	linked := a.LinkGBs > 0 // parts without links of their own are joined only where that is said
	if m, err := o.Memory(Hardware{a, perMachine}, plain(releasedPrecision(o))); linked && err == nil && !m.Fits {
		for n := 2; n <= mostJoined; n *= 2 {
			if m, err := o.Memory(Hardware{a, n * perMachine}, plain(releasedPrecision(o))); err == nil && m.Fits {
				all = append(all, n*perMachine)
				break
			}
		}
	}
	if a.Domain() > perMachine && len(all) == 0 {
		for n := 2; n <= mostTrays; n *= 2 {
			if g := n * perMachine; g <= a.Domain() && o.Language.Shape.Divides(g) {
				all = append(all, g)
			}
		}
	}
	if g := o.Workload.GPUsPerReplica; spans(a, g, perMachine) && !slices.Contains(all, g) && (len(all) == 0 || g <= a.Domain()) {
		all = append(all, g)
	}
	return all
}

// spanned returns an instance with as many like it as a replica needs: they are rented together, and
// the replica is lost with any of them.
func spanned(o *Offers, h Hardware, i catalog.Instance) catalog.Instance {
	n := int(i.Count)
	if !o.Generates() || n != mostPerMachine(o, h.Accelerator) || !spans(h.Accelerator, h.PerReplica, n) {
		return i
	}
	machines := float64(h.PerReplica / n)
	i.Type = fmt.Sprintf("%.0f x %s", machines, i.Type)
	i.Count, i.VCPUs, i.MemoryGiB, i.DiskGiB = i.Count*machines, i.VCPUs*machines, i.MemoryGiB*machines, i.DiskGiB*machines
	i.OnDemand, i.Spot, i.OneYear, i.ThreeYear = i.OnDemand*machines, i.Spot*machines, i.OneYear*machines, i.ThreeYear*machines
	return i
}

// divided returns how a replica of a language model shares the work: the accelerators that share
// every layer, and the stages that have layers of their own.
func divided(o *Offers, h Hardware) (tensor, stages int) {
	g := max(h.PerReplica, 1)
	if n := o.Workload.LLM.Stages; n > 1 && g%n == 0 {
		return g / n, n
	}
	most := mostPerMachine(o, h.Accelerator)
	if most == 0 || !spans(h.Accelerator, g, most) || grouped(o, g, most) {
		return g, 1
	}
	return o.Language.Shape.Divided(h.Accelerator, g, most)
}

// grouped reports whether data-parallel groups, each on one machine, divide the accelerators of several: their experts are spread
// over all.
func grouped(o *Offers, g, perMachine int) bool {
	copies := int(o.Workload.LLM.Arguments.Copies)
	return copies > 1 && g > perMachine && g%copies == 0 && g/copies <= perMachine
}

// apart returns over how many machines the data-parallel groups of a replica are spread whose links end at the machine; 1
// for one.
func apart(o *Offers, h Hardware) int {
	most := mostPerMachine(o, h.Accelerator)
	if most == 0 || h.PerReplica <= max(most, h.Accelerator.Domain()) || o.Workload.LLM.Stages > 1 || !grouped(o, h.PerReplica, most) {
		return 1
	}
	return h.PerReplica / most
}
