package plan

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// workload reads a Deployment or a StatefulSet.
func (m *manifest) workload() {
	replicas := field(m.root, "spec", "replicas")
	m.replicas(replicas)
	pod := field(m.root, "spec", "template", "spec")
	m.node(pod)
	m.owns(pod, requested(pod), replicas)
}

// leaderWorkerSet reads a group of pods that serve as one replica
// (github.com/kubernetes-sigs/lws, leaderworkerset.x-k8s.io/v1).
func (m *manifest) leaderWorkerSet() {
	replicas, group := field(m.root, "spec", "replicas"), field(m.root, "spec", "leaderWorkerTemplate")
	m.replicas(replicas)
	worker, leader := field(group, "workerTemplate", "spec"), field(group, "leaderTemplate", "spec")
	if leader == nil {
		leader = worker
	}
	m.node(worker)
	m.node(leader)
	size := max(whole(field(group, "size")), 1)
	one, each := requested(leader), requested(worker)
	total := request{one.count + each.count*(size-1), one.at, one.slices || each.slices}
	if total.at == nil {
		total.at = each.at
	}
	m.owns(worker, total, replicas)
}

// inferenceService reads the predictor of a KServe InferenceService
// (serving.kserve.io/v1beta1), which is scaled by itself.
func (m *manifest) inferenceService() {
	predictor := field(m.root, "spec", "predictor")
	least, most := field(predictor, "minReplicas"), field(predictor, "maxReplicas")
	replicas := most
	if whole(most) == 0 { // 0 is no limit
		replicas = least
	}
	m.replicas(replicas)
	m.node(predictor)
	m.owns(predictor, requested(predictor), replicas)
	if whole(most) > 0 {
		m.doc.Scaler = m.kserveScaler(predictor, least, most)
	}
}

// replicas are those that the object declares; none at all serve nobody and say nothing.
func (m *manifest) replicas(n *yaml.Node) {
	if whole(n) > 0 {
		m.take("replicas", n, n.Value)
	}
}

// owns is what one replica has of accelerators.
func (m *manifest) owns(at *yaml.Node, r request, replicas *yaml.Node) {
	m.slices = r.slices
	m.object.Accelerators = r.count * max(whole(replicas), 1)
	if r.count > 0 && !r.slices {
		if r.at != nil {
			at = r.at
		}
		m.take("gpus_per_replica", at, strconv.Itoa(r.count))
	}
}

// request is how many accelerators a pod asks for.
type request struct {
	count  int
	at     *yaml.Node
	slices bool
}

// requested adds up the accelerators of a pod's containers, or of the model server that
// KServe runs in their stead.
func requested(pod *yaml.Node) request {
	var r request
	for _, c := range items(field(pod, "containers")) {
		r.add(field(c, "resources"))
	}
	for _, e := range pairs(pod) {
		r.add(field(e.value, "resources"))
	}
	return r
}

// add takes the accelerators of one container: limits and requests of one name are equal,
// and either may be left out.
func (r *request) add(resources *yaml.Node) {
	for _, section := range []string{"limits", "requests"} {
		found := false
		for _, e := range pairs(field(resources, section)) {
			name, n := e.key.Value, e.value
			if !isAccelerator(name) || whole(n) == 0 {
				continue
			}
			found = true
			r.count, r.at = r.count+whole(n), n
			r.slices = r.slices || strings.Contains(name, "/mig-")
		}
		if found {
			return
		}
	}
}

// isAccelerator reports whether a resource is a device that models run on: the names of the
// device plugins of NVIDIA, AMD, Intel, Google, AWS and Habana.
func isAccelerator(resource string) bool {
	for _, prefix := range []string{"nvidia.com/gpu", "nvidia.com/mig-", "amd.com/gpu", "gpu.intel.com/", "google.com/tpu", "aws.amazon.com/neuron", "habana.ai/gaudi"} {
		if strings.HasPrefix(resource, prefix) {
			return true
		}
	}
	return false
}

// partLabels are node labels that name the accelerator, the most telling first: those of
// the GPU operator and the clouds, and then the type of the machine.
var partLabels = []string{
	"nvidia.com/gpu.product", "cloud.google.com/gke-accelerator", "cloud.google.com/gke-tpu-accelerator", "k8s.amazonaws.com/accelerator",
	"karpenter.k8s.aws/instance-gpu-name", "gpu.nvidia.com/model", "gpu.nvidia.com/class", "amd.com/gpu.product-name",
	"node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type", "accelerator",
}

// zoneLabel is the node label of a zone.
const zoneLabel = "topology.kubernetes.io/zone"

// node reads what nodes a pod asks for: the accelerator, and the zones that are named.
func (m *manifest) node(pod *yaml.Node) {
	labels := nodeLabels(pod)
	for _, label := range partLabels {
		if values := labels[label]; len(values) > 0 && namesPart(values[0].Value) {
			m.take("gpu", values[0], values[0].Value)
		}
	}
	if zones := labels[zoneLabel]; len(zones) > 1 {
		m.take("zones", zones[0], strconv.Itoa(len(zones)))
	}
}

// namesPart leaves out values of the label "accelerator" that only say that there is one.
func namesPart(value string) bool {
	switch strings.ToLower(value) {
	case "", "true", "nvidia", "gpu", "amd":
		return false
	}
	return true
}

// nodeLabels are the labels that a pod's node must have, with the values it may have.
func nodeLabels(pod *yaml.Node) map[string][]*yaml.Node {
	labels := map[string][]*yaml.Node{}
	for _, e := range pairs(field(pod, "nodeSelector")) {
		if word(e.value) != "" {
			labels[e.key.Value] = []*yaml.Node{e.value}
		}
	}
	required := field(pod, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
	for _, term := range items(required) {
		for _, e := range items(field(term, "matchExpressions")) {
			key := word(field(e, "key"))
			if word(field(e, "operator")) != "In" || len(labels[key]) > 0 {
				continue
			}
			for _, v := range items(field(e, "values")) {
				if word(v) != "" {
					labels[key] = append(labels[key], v)
				}
			}
		}
	}
	return labels
}
