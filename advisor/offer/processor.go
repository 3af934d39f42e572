package offer

import (
	"fmt"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/unit"
)

// UsualProcessor is the processor assumed for vCPUs that were named without one.
const UsualProcessor = "intel-ice-lake"

// Accelerator finds what a replica can own by its id: an accelerator, or the vCPUs of a
// processor.
func (o *Offers) Accelerator(id string) (catalog.Accelerator, bool) {
	if a, ok := o.Catalog.Accelerator(id); ok {
		return a, true
	}
	p, ok := catalog.FindProcessor(id)
	return p.Accelerator(), ok
}

// processor returns the processor whose vCPUs an accelerator stands for.
func processor(a catalog.Accelerator) (catalog.Processor, bool) {
	if !a.CPU {
		return catalog.Processor{}, false
	}
	p, ok := catalog.FindProcessor(a.ID)
	return p, ok && p.ID == a.ID
}

// OfProcessor reports whether a replica owns vCPUs of a known processor.
func (h Hardware) OfProcessor() bool {
	_, ok := processor(h.Accelerator)
	return ok
}

// WorkerOf returns what one of the workers of a replica runs on: its part of the cores, and of
// the bandwidth that all of them share.
func (o *Offers) WorkerOf(h Hardware) (forward.Hardware, bool) {
	p, ok := processor(h.Accelerator)
	if !ok {
		return forward.Hardware{}, false
	}
	return forward.WorkerOf(p, float64(h.PerReplica)*p.CoresPerVCPU, Workers(o, h)), true
}

// cpuReach is the work, 10^9 operations a second, up to which processors are looked at beside
// accelerators: what some 30 cores do in usual runtimes.
const cpuReach = 4000

// Serves reports whether strategies may change to hardware at some requests a second: parts of
// accelerators and processors are for light loads, unless they were named.
func Serves(o *Offers, h Hardware, qps float64) bool {
	switch {
	case h.Accelerator.Part == nil && !h.OfProcessor(), o.Pass == nil, o.limits.allowed != nil:
		return true
	case len(o.Starts) == 1 && o.Starts[0].Known && (o.Starts[0].Accelerator.Part != nil || o.Starts[0].OfProcessor()):
		return true
	}
	return lightAt(o, qps)
}

// light reports whether the load is one that processors may carry.
func light(o *Offers) bool { return lightAt(o, o.Workload.Peak.Mid) }

func lightAt(o *Offers, qps float64) bool {
	work := 0.0
	for _, p := range o.Pass.Parts {
		work += p.Times * 2 * p.Model.GMACs * float64(o.Pass.Items)
	}
	return work > 0 && work*qps <= cpuReach
}

// processors lists the hardware of machines without accelerators that strategies may change
// to: of an ordinary model where the load is light or today's are such machines, and of a
// service that was measured on one, more or fewer of the same vCPUs.
func processors(o *Offers, today catalog.Accelerator) []Hardware {
	own, onCPU := processor(today)
	if len(o.Workload.AllowGPU) > 0 || !onCPU && (o.Pass == nil || !light(o)) || o.Generates() {
		return nil
	}
	all, err := catalog.Processors()
	if err != nil {
		return nil
	}
	var out []Hardware
	for _, p := range all {
		if o.Pass == nil && p.ID != own.ID {
			continue
		}
		a := p.Accelerator()
		largest := 0
		for _, i := range instances(o, a.ID) {
			largest = max(largest, int(i.Count))
		}
		for g := 2; g <= min(largest, mostVCPUs); g *= 2 {
			if o.Permits(a) {
				out = append(out, Hardware{a, g})
			}
		}
	}
	return out
}

// mostVCPUs bounds a replica: beyond it machines hold several.
const mostVCPUs = 64

// needed returns the memory of a replica on a processor, GiB.
func (o *Offers) needed(h Hardware) float64 {
	precision := o.Workload.Precision
	if o.Pass != nil {
		precision = o.Pass.precisionOn(h.Accelerator)
	}
	return classicMemory(weights(o, precision), h).Needed * float64(mostWorkers(o, h))
}

// named returns the deployment on a machine, or on vCPUs, that was named; ok is false where an
// accelerator was.
func named(o *Offers, n *names) (h Hardware, ok bool, err error) {
	w := o.Workload
	trait, kind := "machine", w.Machine.Type
	if kind == "" {
		trait, kind = "gpu", w.GPU
	}
	if _, found := o.Catalog.Accelerator(strings.ToLower(strings.TrimSpace(kind))); found && trait == "gpu" {
		return h, false, nil
	}
	if i, found := o.Catalog.InstanceNamed(kind); found && kind != "" {
		return accelerated(o, n, trait, i)
	}
	if m, found := o.Catalog.Machine(kind); found {
		if other, same := catalog.FindProcessor(w.GPU); trait == "machine" && w.GPU != "" && (!same || other.ID != m.Processor) {
			return h, false, w.Fault("machine", fmt.Errorf("%s has no accelerator, and --gpu says %s; name one of them", m.Type, w.GPU))
		}
		o.Catalog = o.Catalog.WithFamilyOf(m.Type)
		o.machine, o.owner = m.Type, m.Cloud
		if kind, _, _ := strings.Cut(m.Notes, ";"); strings.HasPrefix(kind, "burstable") || strings.HasPrefix(kind, "flex") {
			n.note(m.Type + " is " + kind + "; full speed is assumed")
		}
		return onProcessor(o, trait, m)
	}
	p, found := catalog.FindProcessor(kind)
	switch {
	case kind != "" && trait == "machine":
		return h, false, w.Fault("machine", o.Catalog.UnknownMachine(kind))
	case found && kind != "":
		return onProcessor(o, trait, catalog.Machine{Processor: p.ID, VCPUs: max(w.GPUsPerReplica, w.Machine.VCPUs, 1)})
	case kind == "" && w.Machine.VCPUs > 0:
		n.note("no machine was named: " + strconv.Itoa(w.Machine.VCPUs) + " vCPUs are assumed to be those of an Ice Lake; --machine names it")
		return onProcessor(o, "cpu", catalog.Machine{Processor: UsualProcessor, VCPUs: w.Machine.VCPUs})
	}
	return h, false, nil
}

// accelerated returns a replica on an instance with accelerators: all of them, unless fewer are
// named.
func accelerated(o *Offers, n *names, trait string, i catalog.Instance) (Hardware, bool, error) {
	a, _ := o.Catalog.Carried(i)
	w := o.Workload
	if trait == "machine" && w.GPU != "" {
		named, err := n.accelerator("gpu", w.GPU)
		if part := named.Part; err == nil && part != nil && part.Of == a.ID {
			o.machine, o.owner = i.Type, i.Cloud
			return Hardware{named, max(w.GPUsPerReplica, 1)}, true, nil
		}
		if err == nil && named.ID != a.ID {
			err = w.Fault("machine", fmt.Errorf("%s has %s, not %s as --gpu says; name one of them", i.Type, a.Name, named.Name))
		}
		if err != nil {
			return Hardware{}, false, err
		}
	}
	g := max(int(i.Count), 1)
	if given := w.GPUsPerReplica; given > g {
		return Hardware{}, false, w.Fault("gpus_per_replica", fmt.Errorf("%d is too many: %s has %d", given, i.Type, g))
	} else if given > 0 {
		g = given
	}
	if given := w.Machine.VCPUs; i.VCPUs > 0 && float64(given) > i.VCPUs {
		return Hardware{}, false, w.Fault("cpu", fmt.Errorf("%d vCPUs are more than the %g of %s", given, i.VCPUs, i.Type))
	}
	o.machine, o.owner = i.Type, i.Cloud
	return Hardware{a, g}, true, nil
}

// onProcessor returns a replica on a machine without an accelerator: all of its vCPUs and memory,
// unless fewer are named.
func onProcessor(o *Offers, trait string, m catalog.Machine) (Hardware, bool, error) {
	w := o.Workload
	p, ok := catalog.FindProcessor(m.Processor)
	if !ok || o.Generates() {
		return Hardware{}, false, w.Fault(trait, fmt.Errorf("language models are planned on accelerators only; name one with --gpu"))
	}
	h := Hardware{p.Accelerator(), m.VCPUs}
	if given := w.Machine.VCPUs; given > m.VCPUs {
		return h, false, w.Fault("cpu", fmt.Errorf("%d vCPUs are more than the %d of %s", given, m.VCPUs, m.Type))
	} else if given > 0 {
		h.PerReplica = given
	}
	memory := m.MemoryGiB * float64(h.PerReplica) / float64(m.VCPUs)
	if given := w.Machine.MemoryGiB; given > m.MemoryGiB && m.MemoryGiB > 0 {
		return h, false, w.Fault("memory", fmt.Errorf("%s are more than the %g GiB of %s", unit.Format(unit.Bytes, given*gib), m.MemoryGiB, m.Type))
	} else if given > 0 {
		memory = given
	}
	if w.Machine.Workers > h.PerReplica {
		return h, false, w.Fault("workers", fmt.Errorf("%d are more than the %d vCPUs they share", w.Machine.Workers, h.PerReplica))
	}
	h.Accelerator.UsableGiB = memory
	return h, true, workersFit(o, h)
}

// staysOnProcessor says why a service that was measured on a processor is compared on sizes of
// that processor alone; "" where nothing was.
func staysOnProcessor(o *Offers) string {
	h := o.Starts[0]
	if !h.OfProcessor() || o.Pass != nil || !o.Workload.Service.Given() || len(o.Workload.Service.Elsewhere) > 0 {
		return ""
	}
	return "what was measured on " + strings.TrimPrefix(h.Accelerator.Name, catalog.VCPUName) + " does not transfer to other processors or accelerators: " +
		"compared are sizes of the same; --measured adds what another carries"
}

// workersFit rejects more workers than the memory of the replica holds: each has the whole model.
func workersFit(o *Offers, h Hardware) error {
	w := o.Workload
	n, have := w.Machine.Workers, h.Accelerator.UsableGiB
	if n == 0 || o.Pass == nil || have <= 0 {
		return nil
	}
	need := o.needed(h)
	if need <= have {
		return nil
	}
	one := need / float64(n)
	if one > have {
		return nil // the model itself does not fit: that is told of the plan
	}
	return w.Fault("workers", fmt.Errorf("%d workers of %.3g GiB each take %.3g GiB, and the replica has %.3g GiB: at most %d fit; take fewer, or a machine with more memory", n, one, need, have, int(have/one)))
}

// settleProcessor says how many requests a replica on a processor works on at once.
func settleProcessor(o *Offers) {
	h, w := o.Starts[0].Hardware, o.Workload
	if !h.OfProcessor() {
		return
	}
	if o.Pass != nil {
		w.Ordinary("workers", strconv.Itoa(Workers(o, h)), workersReason(o, h))
		return
	}
	own := w.Service
	if own.Time.Mid == 0 || own.QPS.Mid > 0 || len(own.Batch) > 0 || own.MaxBatch > 0 {
		return
	}
	reason, n := "a server on a machine without an accelerator works on as many requests at once as it has vCPUs", h.PerReplica
	if o.workers > 0 {
		reason, n = "each worker works on one request at a time", o.workers
	}
	w.Reassume("concurrency", strconv.Itoa(n), reason)
}
