package export

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/workload"
)

// prefix starts the annotations that check reads.
const prefix = plan.AnnotationPrefix

// hardware are the traits that say what runs today, which the plan replaces.
var hardware = []string{"gpu", "machine", "cpu", "memory", "workers", "gpus_per_replica", "replicas", "precision", "kv_precision", "runtime"}

// annotation is one that says what the objects cannot.
type annotation struct{ name, value string }

// annotations are what check needs to judge what is exported: every trait that was given, and the
// plan where the objects do not say it.
func (p Plan) annotations() []annotation {
	var all []annotation
	for _, t := range p.Workload.Traits {
		name := t.Spec.Name
		if t.Assumed() || slices.Contains(hardware, name) || p.inManifest(t) || name == "zones" && t.Value.Text == "1" {
			continue
		}
		if text := p.said(t); text != "" {
			all = append(all, annotation{t.Spec.Flag, text})
		}
	}
	all = append(all, p.deployed()...)
	if cost, ok := p.costOfReplica(); ok && p.Cost != nil {
		all = append(all, annotation{replicaCost, strconv.FormatFloat(cost, 'f', -1, 64) + " USD/month"})
	}
	return all
}

// costOfReplica is what a replica costs a month, USD, to a hundredth of a cent where it is a share; ok is
// false where that is not known.
func (p Plan) costOfReplica() (cost float64, ok bool) {
	e := p.plan()
	if p.Cost != nil {
		return math.Round(*p.Cost/float64(max(e.Replicas, 1))*1e4) / 1e4, true
	}
	return e.CostPerMonth / float64(max(e.Replicas, 1)), e.Priced && e.Replicas > 0
}

// replicaCost says what a replica costs, where that is not what machines of its own would.
var replicaCost = strings.TrimPrefix(plan.ReplicaCost, prefix)

// inManifest reports whether the manifest says a trait in its own words, which stay.
func (p Plan) inManifest(t workload.Resolved) bool {
	o := t.Value.Origin
	return p.Manifest != nil && o.Kind == origin.Plan && !strings.HasPrefix(o.Name, prefix)
}

// deployed are the traits of the plan.
func (p Plan) deployed() []annotation {
	e := p.plan()
	var all []annotation
	add := func(trait, value string) {
		spec, ok := workload.Lookup(trait)
		if ok && value != "" && (p.Manifest == nil || p.differs(trait, value)) {
			all = append(all, annotation{spec.Flag, value})
		}
	}
	switch {
	case p.Accelerator.CPU && e.InstanceType != "":
		add("machine", e.InstanceType)
	case p.known():
		add("gpu", e.Accelerator)
	}
	if !p.known() && !p.Accelerator.CPU && e.Accelerator != "" {
		add("gpu", e.Accelerator)
	}
	if p.Advice.Workload.ModelAssumed {
		add("model", p.Workload.Model)
	}
	if e.Cloud != "" && e.Owned == 0 && !workload.Given(p.Workload, "cloud") && (p.Manifest == nil || p.moved()) {
		add("cloud", e.Cloud) // where its nodes and its price are
	}
	if p.known() && p.Accelerator.Part == nil && e.InstanceType != "" && e.Cloud != "" && e.Owned == 0 && p.machines() == 1 && (p.Manifest == nil || p.moved()) {
		add("machine", e.InstanceType) // which its price is of
	}
	if s := p.Workload.Service; p.Accelerator.CPU && s.Time.Mid > 0 && !workload.Given(p.Workload, "concurrency") {
		add("concurrency", strconv.Itoa(max(s.Concurrency, 1)))
	}
	add("precision", p.precisionSaid())
	if p.language() {
		if p.kvPrecision() == "fp8" {
			add("kv_precision", "fp8")
		}
	} else {
		add("runtime", e.Runtime)
	}
	if on := p.measuredOn(); on != "" {
		add("measured_on", on)
	}
	if p.Accelerator.CPU {
		cores := max(e.PerReplica, 1)
		if all := int(e.VCPUsOfReplica()); p.Workload.Service.Given() && e.ReplicasPerInstance == 1 && all > cores {
			cores = all // one that was measured has the whole machine
		}
		add("cpu", strconv.Itoa(cores))
		for _, t := range p.Workload.Traits {
			if t.Spec.Name == "workers" && !t.Assumed() {
				add("workers", t.Value.Text)
			}
		}
	}
	return all
}

// precisionSaid is the precision of the plan; "" where nothing but a default says it.
func (p Plan) precisionSaid() string {
	e := p.plan()
	if today := p.Advice.Today; p.Manifest != nil && today != nil && today.Precision == e.Precision && !workload.Given(p.Workload, "precision") {
		return ""
	}
	return e.Precision
}

// moved reports whether the plan runs on other hardware than today.
func (p Plan) moved() bool {
	today := p.Advice.Today
	return today == nil || today.Accelerator != p.plan().Accelerator || p.Accelerator.CPU && today.InstanceType != p.plan().InstanceType
}

// known reports whether the accelerator of the plan is one of the catalog.
func (p Plan) known() bool { return p.Accelerator.ID != "" && !p.Accelerator.CPU }

// measuredOn is what the user's measurements were taken on, where the plan runs on something else;
// "" where it does not, or that is said.
func (p Plan) measuredOn() string {
	w, today := p.Workload, p.Advice.Today
	if !w.Service.Given() || w.Service.On != "" || today == nil || today.Accelerator == p.plan().Accelerator && today.PerReplica == p.plan().PerReplica {
		return ""
	}
	on := cmp.Or(w.GPU, w.Machine.Type)
	if n := max(w.GPUsPerReplica, w.Machine.VCPUs); n > 1 && on != "" {
		return strconv.Itoa(n) + "x" + on
	}
	return on
}

// differs reports whether the manifest says something else of a trait, or nothing.
func (p Plan) differs(trait, value string) bool {
	for _, t := range p.Workload.Traits {
		if t.Spec.Name != trait || t.Assumed() {
			continue
		}
		if trait == "gpu" && p.Advice.Today != nil {
			return p.Advice.Today.Accelerator != value
		}
		return t.Value.Text != value
	}
	return true
}
