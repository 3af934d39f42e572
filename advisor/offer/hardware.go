package offer

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
)

// Hardware is the hardware of one replica.
type Hardware struct {
	Accelerator catalog.Accelerator
	PerReplica  int
}

// Kind identifies a kind of hardware.
type Kind struct {
	Accelerator string
	PerReplica  int
}

// Kind returns the identity of the hardware.
func (h Hardware) Kind() Kind { return Kind{h.Accelerator.ID, h.PerReplica} }

// Base is a deployment that strategies change.
type Base struct {
	Hardware
	Replicas int
	Known    bool // an accelerator was named, so that the base is today's deployment
	Assumed  bool // a part of today's deployment was defaulted
}

// Permits reports whether --allow-gpu and --max-gpu allow an accelerator.
func (o *Offers) Permits(a catalog.Accelerator) bool { return o.limits.permit(a) }

// Choices lists the hardware that strategies may change to: everything rentable under the
// limits, one to many accelerators a replica.
func (o *Offers) Choices() []Hardware {
	return o.choices.Get(struct{}{}, func() []Hardware {
		var all []Hardware
		for _, a := range o.Catalog.Accelerators() {
			if !o.Permits(a) || !hosts(o, a) || o.foreign(a) || outdated(o, a) || !o.rented(a) {
				continue
			}
			for _, g := range sizes(o, a) {
				all = append(all, Hardware{a, g})
			}
		}
		var today catalog.Accelerator
		if len(o.Starts) == 1 {
			today = o.Starts[0].Accelerator
		}
		return append(append(all, shares(o)...), processors(o, today)...)
	})
}

// rented reports whether any cloud rents an accelerator; of ordinary models no more than
// those are looked at.
func (o *Offers) rented(a catalog.Accelerator) bool {
	return o.Pass == nil || o.Catalog.Rented(a.ID)
}

// foreign reports whether software of another vendor, or for processors of another kind, stands between an
// accelerator and what runs today, or what most software is written for: services are moved to such an
// accelerator only where --allow-gpu or --stay ask for it.
func (o *Offers) foreign(a catalog.Accelerator) bool {
	switch {
	case o.limits.allowed[a.ID] || a.CPU:
		return false
	case o.Pass == nil && len(o.Workload.Service.Elsewhere) == 0 && len(o.Starts) > 0 && o.Starts[0].Known && o.Starts[0].OfProcessor():
		return true // a processor's times say little of an accelerator's
	}
	return o.stays && (a.Vendor != o.vendor || a.HostArch != o.arch && a.HostArch != "")
}

// oldest is the launch year of the oldest accelerators that are offered unasked: CUDA 12 left out those
// before Maxwell, and CUDA 13 those before Turing (release notes of NVIDIA's CUDA toolkit), so that
// little of what is built today runs on older ones.
const oldest = 2016

// outdated reports whether an accelerator is too old to be offered unless named.
func outdated(o *Offers, a catalog.Accelerator) bool {
	return a.Year > 0 && a.Year < oldest && !o.limits.allowed[a.ID] && (len(o.Starts) == 0 || !o.Starts[0].Known || o.Starts[0].Accelerator.ID != a.ID)
}

// usualVendor is the vendor for whose accelerators most software is written.
const usualVendor = "nvidia"

// hosts leaves out processors: the catalog rents them by the slice and knows no rate of a
// slice. They host only a service that was measured on an unnamed machine.
func hosts(o *Offers, a catalog.Accelerator) bool {
	return !a.CPU || o.UserMeasured() && !o.Workload.Deployed()
}

// sizes returns the accelerators per replica that rented instances allow: powers of two up to
// the largest instance, or those over which a language model divides.
func sizes(o *Offers, a catalog.Accelerator) []int {
	largest := 0
	for _, i := range instances(o, a.ID) {
		largest = max(largest, int(i.Count))
	}
	if o.Generates() {
		return append(llm.ValidTP(o.Language.Shape, max(largest, 1)), overMachines(o, a, largest)...)
	}
	sizes := []int{1}
	for g := 2; g <= largest; g *= 2 {
		sizes = append(sizes, g)
	}
	return sizes
}

// Strength orders accelerators for --max-gpu: dense half-precision matrix rate, then single
// precision where that is unknown; memory bandwidth separates equals.
func Strength(a catalog.Accelerator) float64 {
	rate := max(a.FP16TFLOPS, a.BF16TFLOPS)
	if rate == 0 {
		rate = max(a.FP32TFLOPS, a.INT8TOPS/2)
	}
	return rate + a.BandwidthGBs/1e6
}

// starts lists the deployments from which strategies may start: today's where hardware was
// named, else one of each hardware that is rented, cheapest first.
func starts(o *Offers, n *names) ([]Base, error) {
	w := o.Workload
	o.vendor = usualVendor
	if w.Deployed() {
		today, err := today(o, n)
		if !today.Accelerator.CPU {
			o.vendor, o.arch = today.Accelerator.Vendor, today.Accelerator.HostArch
		}
		return []Base{today}, err
	}
	g := max(w.GPUsPerReplica, 1)
	if o.Generates() {
		g = w.GPUsPerReplica
	}
	var all []Base
	for _, h := range byPrice(o, g) {
		all = append(all, Base{Hardware: h, Replicas: max(w.Replicas, 1)})
	}
	if len(all) == 0 {
		return nil, errors.New("no accelerator is left to choose from; widen --allow-gpu, --max-gpu, --cloud or --region")
	}
	return all, nil
}

// today returns the deployment that was named.
func today(o *Offers, n *names) (Base, error) {
	w := o.Workload
	h, ok, err := named(o, n)
	if err != nil {
		return Base{}, err
	}
	if part := w.Machine; !h.OfProcessor() && (part.VCPUs > 0 || part.MemoryGiB > 0 || part.Workers > 0) {
		n.note("--cpu, --memory and --workers have no effect on accelerators: they divide a machine without one")
	}
	if ok && !o.Generates() {
		return Base{h, max(w.Replicas, 1), true, w.Replicas == 0}, nil
	}
	a := h.Accelerator
	if !ok {
		if a, err = n.accelerator("gpu", w.GPU); err != nil {
			return Base{}, err
		}
	}
	g := max(w.GPUsPerReplica, 1)
	if o.Generates() {
		if g = h.PerReplica; !ok {
			g, err = split(o, a)
		}
		if err != nil {
			return Base{}, err
		}
	}
	if g > a.MaxPerNode { // else the machines of every cloud need no look
		if most := mostPerMachine(o, a); most > 0 && g > most && !(o.Generates() && spans(a, g, most)) {
			text := fmt.Sprintf("%d is too many: a machine holds at most %d × %s", g, most, a.Name)
			if o.Generates() && spans(a, 2*most, most) {
				text += fmt.Sprintf(", and a replica on several takes all of each: %d on two", 2*most)
			}
			return Base{}, w.Fault("gpus_per_replica", errors.New(text))
		}
	}
	if err := divisible(o, Hardware{a, g}); err != nil {
		return Base{}, err
	}
	return Base{Hardware{a, g}, max(w.Replicas, 1), true, w.Replicas == 0 || w.GPUsPerReplica == 0}, nil
}

// mostPerMachine returns how many of an accelerator one machine holds, 0 where that is not known: as
// many as its vendor says, or as a cloud rents together.
func mostPerMachine(o *Offers, a catalog.Accelerator) int {
	most := a.MaxPerNode
	if most == 0 {
		return 0
	}
	return max(most, o.Catalog.MostTogether(a.ID))
}

// byPrice lists the hardware with g accelerators a replica, any number for 0, by the price
// of one replica, cheapest first.
func byPrice(o *Offers, g int) []Hardware {
	var all []Hardware
	cost := map[Kind]float64{}
	for _, h := range o.Choices() {
		if g != 0 && h.PerReplica != g && !h.OfProcessor() {
			continue
		}
		if options := o.Hosting(h); len(options) > 0 {
			all, cost[h.Kind()] = append(all, h), cheapest(options, 1)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return cost[all[i].Kind()] < cost[all[j].Kind()] })
	return all
}

// vendors are the words that all names of a vendor's accelerators contain, and that a table may omit.
var vendors = []string{"NVIDIA GeForce ", "NVIDIA Tesla ", "NVIDIA ", "AMD Instinct ", "AMD ", "Intel ", "Google ", "AWS "}

// editions are suffixes of names that distinguish no accelerators of the catalog.
var editions = []string{" Server Edition", " Blackwell"}

// ShortName returns the accelerator's name without its vendor and without remarks.
func ShortName(a catalog.Accelerator) string {
	name := a.Name
	for _, v := range vendors {
		if rest, ok := strings.CutPrefix(name, v); ok {
			name = rest
			break
		}
	}
	name, _, _ = strings.Cut(name, " (")
	for _, word := range editions {
		name = strings.TrimSuffix(name, word)
	}
	return name
}
