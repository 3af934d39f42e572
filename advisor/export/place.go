package export

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"scaleadvise/advisor/catalog"
)

// resource is the name by which pods request accelerators of a vendor.
func (p Plan) resource() string {
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

// nodeLabel is the label of nodes that carry the plan's hardware; "" where none is known.
func (p Plan) nodeLabel() (key, value string) {
	e := p.plan()
	if e.Cloud == "gcp" && !p.Accelerator.CPU {
		for _, label := range []string{"cloud.google.com/gke-accelerator", "cloud.google.com/gke-tpu-accelerator"} {
			if value := catalog.NodeLabelOf(label, e.Accelerator); value != "" {
				return label, value
			}
		}
	}
	if e.InstanceType != "" && e.Cloud != "" && e.Owned == 0 {
		return "node.kubernetes.io/instance-type", e.InstanceType
	}
	return "", ""
}

// free is the share of a machine that pods may request: the rest is for its system and what runs
// on every node.
const free = 0.8

// hostResources are what a replica requests of its machine beside accelerators.
func (p Plan) hostResources() (cpu, memory string) {
	e := p.plan()
	if v := math.Floor(e.VCPUsOfReplica() * free); v >= 1 {
		cpu = fmt.Sprint(int(v))
	}
	if v := math.Floor(e.MemoryOfReplica() * free); v >= 1 {
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
