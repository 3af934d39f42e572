package candidate

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/unit"
)

// Words names the plan for people: "4 × A10 int8", "1 × (2 × A10) fp16 + compile"; it
// is empty for a plan without replicas.
func (e Evaluation) Words() string {
	if e.Replicas == 0 {
		return ""
	}
	return strings.TrimSuffix(ReplicasOf(e.Replicas, e.PerReplica, e.name())+" "+strings.Join(e.Served(), " + "), " ")
}

// share is what one replica may take of a machine that several share.
func (e Evaluation) share() float64 { return 1 / float64(max(e.ReplicasPerInstance, 1)) }

// CostOf returns what another number of its replicas costs on the machines that they need, USD a month;
// owned machines are used first.
func (e Evaluation) CostOf(replicas int) float64 {
	all, machines := e.Instances, e.Placing().Machines(replicas)
	if e.Rented > 0 {
		all, machines = e.Rented, max(machines-(e.Instances-e.Rented), 0)
	}
	return e.CostPerMonth * float64(machines) / float64(max(all, 1))
}

// Placing returns how the replicas are put on the instances.
func (h Hosting) Placing() Placing { return Placing{PerMachine: h.ReplicasPerInstance, Zones: h.Zones} }

// VCPUsOfReplica returns how many vCPUs of its machine a replica has; 0 where that is not known.
func (e Evaluation) VCPUsOfReplica() float64 { return e.NodeVCPUs * e.share() }

// MemoryOfReplica returns how much of its machine's memory a replica has, GiB; 0 where that is
// not known.
func (e Evaluation) MemoryOfReplica() float64 { return e.NodeMemoryGiB * e.share() }

// ReplicaWords names one replica of the plan: "A10 int8", "(2 × A10) fp16".
func (e Evaluation) ReplicaWords() string {
	return strings.TrimSuffix(e.HardwareWords()+" "+strings.Join(e.Served(), " + "), " ")
}

// HardwareWords names what one replica owns as part of a plan: "A10", "(2 × A10)".
func (e Evaluation) HardwareWords() string { return bracketed(e.PerReplica, e.name()) }

// Served lists the precision and the other optimizations in which the model runs.
func (e Evaluation) Served() []string {
	var out []string
	if e.Precision != "" {
		out = append(out, e.Precision)
	}
	for _, o := range e.Optimizations {
		if o != e.Precision {
			out = append(out, o)
		}
	}
	return out
}

// name is the accelerator's short name, its catalogue id where it has none.
func (e Evaluation) name() string {
	if e.AcceleratorName == "" {
		return e.Accelerator
	}
	return e.AcceleratorName
}

// Reach returns the rate that replicas carry, 1/s, with its range and with the limits of their machines.
func (e Evaluation) Reach() (low, middle, high float64) {
	low, middle, high = e.LowQPS, e.CapacityQPS, e.HighQPS
	if most := e.HostFullQPS; most > 0 {
		low, middle, high = min(low, most), min(middle, most), min(high, most)
	}
	return low, middle, high
}

// Units names what replicas own: "accelerators", or the "vCPUs" of a machine without one.
func (e Evaluation) Units() string {
	if strings.HasPrefix(e.AcceleratorName, catalog.VCPUName) {
		return "vCPUs"
	}
	return "accelerators"
}

// ReplicasOf names replicas by their hardware alone: "4 × A10", "1 × (2 × A10)".
func ReplicasOf(replicas, perReplica int, accelerator string) string {
	return times(replicas, bracketed(perReplica, accelerator))
}

// Owned names what one replica owns: "A10", "2 × A10".
func Owned(perReplica int, accelerator string) string {
	if processor, ok := strings.CutPrefix(accelerator, catalog.VCPUName); ok {
		return fmt.Sprintf("%d-vCPU %s", perReplica, processor)
	}
	if perReplica > 1 {
		return times(perReplica, accelerator)
	}
	return accelerator
}

func bracketed(perReplica int, accelerator string) string {
	if perReplica > 1 && !strings.HasPrefix(accelerator, catalog.VCPUName) {
		return "(" + Owned(perReplica, accelerator) + ")"
	}
	return Owned(perReplica, accelerator)
}

func times(n int, what string) string { return unit.Format(unit.Count, float64(n)) + " × " + what }

// PurchaseWords says on which price lists the machines are bought: "3 × 1 year committed, 2 × on demand".
func (h Hosting) PurchaseWords() string {
	var parts []string
	for _, b := range h.Purchase {
		parts = append(parts, times(b.Machines, PricingWords(b.Pricing)))
	}
	return strings.Join(parts, ", ")
}

// PricingWords returns a price list in words.
func PricingWords(list string) string {
	switch list {
	case "on-demand":
		return "on demand"
	case "1y":
		return "1 year committed"
	case "3y":
		return "3 years committed"
	}
	return list
}
