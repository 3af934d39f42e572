package export

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/pattern"
)

// resource is the name by which pods request what a replica runs on: accelerators, or slices of one by
// MIG (NVIDIA's device plugin, strategy mixed). GKE gives out slices under the name of whole ones.
func (p Plan) resource() string {
	if part := p.Accelerator.Part; part != nil && !part.TimeSliced() && !p.onGKE() {
		return "nvidia.com/mig-" + part.Profile
	}
	return p.wholes()
}

// wholes is the name by which pods request whole accelerators of a vendor.
func (p Plan) wholes() string {
	switch p.Accelerator.Vendor {
	case "amd":
		return "amd.com/gpu"
	case "google":
		return "google.com/tpu"
	case "aws":
		return "aws.amazon.com/neuron"
	case "intel":
		if strings.Contains(p.Accelerator.ID, "gaudi") {
			return "habana.ai/gaudi"
		}
		return "gpu.intel.com/xe"
	case "habana":
		return "habana.ai/gaudi"
	}
	return "nvidia.com/gpu"
}

// nodeLabel is a label that nodes carry.
type nodeLabel struct{ key, value string }

// gkeLabel is the label of GKE's nodes that carry the plan's accelerator, or the one of which the plan
// has a part.
func (p Plan) gkeLabel() (nodeLabel, bool) {
	id := p.plan().Accelerator
	if part := p.Accelerator.Part; part != nil {
		id = part.Of
	}
	for _, key := range []string{"cloud.google.com/gke-accelerator", "cloud.google.com/gke-tpu-accelerator"} {
		if value := catalog.NodeLabelOf(key, id); value != "" {
			return nodeLabel{key, value}, true
		}
	}
	return nodeLabel{}, false
}

// onGKE reports whether GKE's labels say where the plan runs.
func (p Plan) onGKE() bool {
	_, known := p.gkeLabel()
	return known && p.plan().Cloud == "gcp" && !p.Accelerator.CPU
}

// ofMachine is what stands before the machine of which a replica has a part.
var ofMachine = pattern.Of(`^1/[0-9]+ of `)

// nodeLabels are those of nodes that carry the plan's hardware; none where none is known.
func (p Plan) nodeLabels() []nodeLabel {
	e, part := p.plan(), p.Accelerator.Part
	if p.onGKE() {
		first, _ := p.gkeLabel()
		switch {
		case part == nil:
			return []nodeLabel{first}
		case part.TimeSliced():
			return []nodeLabel{first, {"cloud.google.com/gke-gpu-sharing-strategy", "time-sharing"}, {"cloud.google.com/gke-max-shared-clients-per-gpu", fmt.Sprint(part.PerCard)}}
		}
		return []nodeLabel{first, {"cloud.google.com/gke-gpu-partition-size", part.Profile}}
	}
	if e.InstanceType == "" || e.Cloud == "" || e.Owned > 0 {
		return nil
	}
	all := []nodeLabel{{"node.kubernetes.io/instance-type", ofMachine.ReplaceAllString(p.instanceType(), "")}}
	if part != nil && part.TimeSliced() && ofMachine.MatchString(e.InstanceType) {
		all = append(all, nodeLabel{"nvidia.com/gpu.replicas", fmt.Sprint(part.PerCard)}) // of GPU feature discovery
	}
	return all
}

// free is the share of a machine that pods may request: the rest is for its system and what runs
// on every node.
const free = 0.8

// hostResources are what a replica requests of its machine beside accelerators.
func (p Plan) hostResources() (cpu, memory string) {
	e := p.plan()
	n := float64(p.machines())
	if v := math.Floor(e.VCPUsOfReplica() / n * free); v >= 1 {
		cpu = fmt.Sprint(int(v))
	}
	if v := math.Floor(e.MemoryOfReplica() / n * free); v >= 1 {
		memory = fmt.Sprintf("%dGi", int(v))
	}
	return cpu, memory
}

// start is how long a server takes to start, s: what was given, else reading its weights from a
// disk of 1 GiB/s, and half a minute for itself.
func (p Plan) start() float64 {
	return math.Max(cmp.Or(p.Workload.ColdStart, 0), 30+p.plan().WeightsGiB*float64(max(p.plan().PerReplica, 1)))
}

// patience is how often a probe every ten seconds may fail while a server starts: three times as
// long as it should take, since weights may have to be downloaded.
func (p Plan) patience() int { return int(math.Ceil(3 * p.start() / 10)) }
