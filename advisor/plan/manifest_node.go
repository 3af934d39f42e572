package plan

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/catalog"
)

// partLabels are node labels that name the accelerator, the most telling first: those of
// the GPU operator and the clouds, and then the type of the machine.
var partLabels = []string{
	"nvidia.com/gpu.product", "cloud.google.com/gke-accelerator", "cloud.google.com/gke-tpu-accelerator", "k8s.amazonaws.com/accelerator",
	"karpenter.k8s.aws/instance-gpu-name", "eks.amazonaws.com/instance-gpu-name", "karpenter.k8s.aws/instance-accelerator-name",
	"eks.amazonaws.com/instance-accelerator-name", "gpu.nvidia.com/model", "gpu.nvidia.com/class", "amd.com/gpu.product-name",
	"beta.amd.com/gpu.product-name", "karpenter.azure.com/sku-gpu-name", "doks.digitalocean.com/gpu-model", "gpu.intel.com/product",
	"node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type", "karpenter.azure.com/sku-name",
	"karpenter.k8s.aws/instance-family", "eks.amazonaws.com/instance-family", "cloud.google.com/machine-family", "accelerator",
}

// memoryLabels say how much memory each accelerator of a node has, in MiB.
var memoryLabels = []string{"karpenter.k8s.aws/instance-gpu-memory", "eks.amazonaws.com/instance-gpu-memory", "nvidia.com/gpu.memory"}

// sharingLabels say that a node gives out parts of its accelerators.
var sharingLabels = []string{
	"cloud.google.com/gke-gpu-sharing-strategy", "cloud.google.com/gke-max-shared-clients-per-gpu", "cloud.google.com/gke-gpu-partition-size",
	"nvidia.com/gpu.sharing-strategy", "nvidia.com/gpu.replicas", "nvidia.com/mps.capable", "nvidia.com/mig.config", "nvidia.com/mig.strategy", "nvidia.com/vgpu.present",
}

// spotLabels are those of nodes that may be taken back, with their value.
var spotLabels = map[string]string{
	"cloud.google.com/gke-spot": "true", "cloud.google.com/gke-preemptible": "true", "cloud.google.com/gke-provisioning": "spot",
	"karpenter.sh/capacity-type": "spot", "eks.amazonaws.com/capacityType": "SPOT", "kubernetes.azure.com/scalesetpriority": "spot",
}

// zoneLabel is the node label of a zone.
const zoneLabel = "topology.kubernetes.io/zone"

// node reads what nodes a pod asks for: the accelerator, and the zones that are named.
func (m *manifest) node(pod *yaml.Node) {
	labels := nodeLabels(pod)
	if !m.either(pod) {
		for _, label := range partLabels {
			if values := labels[label]; len(values) > 0 && m.part(label, values, labels) {
				m.contradicted(label, labels)
				break
			}
		}
	}
	m.share.read(labels)
	for _, label := range sharingLabels {
		if values := labels[label]; len(values) > 0 && !slices.Contains([]string{"none", "false", "0", "1", "all-disabled"}, strings.ToLower(values[0].Value)) {
			m.sharing = label + "=" + clip(values[0].Value)
		}
	}
	for label, value := range spotLabels {
		if values := labels[label]; len(values) == 1 && strings.EqualFold(values[0].Value, value) {
			m.take("pricing", values[0], "spot")
		}
	}
	if zones := labels[zoneLabel]; len(zones) > 1 {
		m.take("zones", zones[0], strconv.Itoa(len(zones)))
	}
}

// part takes the accelerator that a label names, and reports whether it named one.
func (m *manifest) part(label string, values []*yaml.Node, labels map[string][]*yaml.Node) bool {
	first := values[0]
	if !namesPart(first.Value) || strings.HasSuffix(label, "instance-type") && m.asked.count == 0 && m.asked.part != neuronCore {
		return false
	}
	if text, unfilled := unfilledLabel(first); unfilled {
		m.ambiguous = "its node label " + label + " is " + text + ", which is filled in later"
		return true
	}
	var ids []string
	part := false
	if family := strings.HasSuffix(label, "-family"); family {
		if values = ofFamilies(values); len(values) == 0 {
			return false
		}
	}
	for _, v := range values {
		known := narrowed(catalog.NodeLabels(label, v.Value), labels)
		for _, row := range known {
			ids, part = append(ids, row.Accelerator), part || row.Fraction < 1
			m.share.fraction(row.Fraction)
		}
		if len(known) == 0 {
			ids = append(ids, spelled(v.Value, len(values) > 1))
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	m.object.Label = label + "=" + clip(first.Value)
	m.object.nodes = m.object.Label
	switch {
	case len(ids) > 1 && !part && !slices.ContainsFunc(ids, unknownAccelerator):
		m.object.Alternatives = ids
		m.take("gpu", first, ids[0])
	case len(ids) > 1:
		m.object.Label = ""
		m.ambiguous = "its node may carry " + strings.Join(ids[:min(len(ids), 4)], " or ") + ", by the label " + m.object.nodes
	case part, sharedProduct(first.Value):
		m.sharing = m.object.Label
		m.share.named(first, ids[0])
	default:
		m.take("gpu", first, ids[0])
	}
	return true
}

// either takes the accelerators of terms of an affinity that name hardware by different labels: a node
// meets any of them. It reports whether there are such terms.
func (m *manifest) either(pod *yaml.Node) bool {
	terms := items(field(pod, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"))
	var ids []string
	var first *yaml.Node
	by := ""
	for _, term := range terms {
		labels := map[string][]*yaml.Node{}
		for _, e := range pairs(field(pod, "nodeSelector")) {
			labels[e.key.Value] = []*yaml.Node{e.value}
		}
		expressed(labels, term, nil)
		i := slices.IndexFunc(partLabels, func(label string) bool { return len(accelerators(label, labels)) > 0 })
		if i < 0 {
			return false
		}
		if ids = append(ids, accelerators(partLabels[i], labels)...); first == nil {
			first = labels[partLabels[i]][0]
		}
		if !strings.Contains(by, partLabels[i]) {
			by = strings.TrimPrefix(by+" or "+partLabels[i], " or ")
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if !strings.Contains(by, " or ") || slices.ContainsFunc(ids, unknownAccelerator) {
		return false
	}
	m.object.Label, m.object.nodes = by, by
	if m.take("gpu", first, ids[0]); len(ids) > 1 {
		m.object.Alternatives = ids
	}
	return true
}

// ofFamilies are nodes with the accelerators of families of machines in their stead; those without any
// are left out.
func ofFamilies(families []*yaml.Node) []*yaml.Node {
	known, err := catalog.Embedded()
	if err != nil {
		return nil
	}
	var all []*yaml.Node
	for _, n := range families {
		for _, id := range known.FamilyAccelerators(n.Value) {
			one := *n
			one.Value = id
			all = append(all, &one)
		}
	}
	return all
}

func unknownAccelerator(id string) bool {
	known, err := catalog.Embedded()
	if err != nil {
		return true
	}
	_, ok := known.Accelerator(id)
	return !ok
}

// vendorOf are the vendors of accelerators by the resources that stand for whole ones.
var vendorOf = map[string]string{
	"nvidia.com/gpu": "nvidia", "amd.com/gpu": "amd", "gpu.intel.com/i915": "intel", "gpu.intel.com/xe": "intel", "habana.ai/gaudi": "intel",
	"google.com/tpu": "google", "aws.amazon.com/neuron": "aws", "aws.amazon.com/neurondevice": "aws",
}

// mismatched finds an accelerator that is named and of another vendor than what is requested.
func (m *manifest) mismatched() {
	v, named := m.doc.Traits["gpu"]
	known, err := catalog.Embedded()
	if !named || err != nil || len(m.asked.kinds) != 1 || m.ambiguous != "" {
		return
	}
	a, _, err := known.ResolveAccelerator(v.Text)
	if by := vendorOf[m.asked.kinds[0]]; err == nil && by != "" && a.Vendor != "" && a.Vendor != by {
		m.ambiguous = "it requests " + m.asked.kinds[0] + ", and " + clip(cmp.Or(m.object.Label, v.Origin.Name)) + " names an accelerator of another vendor"
	}
}

// names takes the accelerator that a field of the object names.
func (m *manifest) names(n *yaml.Node, path, name string) {
	if m.take("gpu", n, name) {
		m.object.Label = path + "=" + clip(name)
	}
}

// tpuLabel names a part that is no GPU.
const tpuLabel = "cloud.google.com/gke-tpu-accelerator"

// contradicted finds labels that no node can carry together, or beside what is requested: the pod
// would never be placed.
func (m *manifest) contradicted(label string, labels map[string][]*yaml.Node) {
	if label == tpuLabel && m.asked.count > 0 && !slices.Contains(m.asked.kinds, "google.com/tpu") {
		m.ambiguous = "its node label " + m.object.Label + " names a TPU, and it requests " + strings.Join(m.asked.kinds, ", ")
		return
	}
	meant := accelerators(label, labels)
	for _, other := range partLabels {
		also := accelerators(other, labels)
		if len(meant) > 0 && len(also) > 0 && !slices.ContainsFunc(also, func(id string) bool { return slices.Contains(meant, id) }) {
			m.ambiguous = "its node labels " + m.object.Label + " and " + other + "=" + clip(labels[other][0].Value) + " name different accelerators"
			return
		}
	}
}

// accelerators are what the values of a label stand for, as far as they are known.
func accelerators(label string, labels map[string][]*yaml.Node) []string {
	var ids []string
	for _, v := range labels[label] {
		rows := catalog.NodeLabels(label, v.Value)
		for _, row := range rows {
			ids = append(ids, row.Accelerator)
		}
		whole := label == partLabels[0] || strings.HasSuffix(label, "instance-type") // they tell the part by themselves
		if id := spelled(v.Value, true); len(rows) == 0 && whole && id != v.Value && !sharedProduct(v.Value) {
			ids = append(ids, id)
		}
	}
	return ids
}

// spelled is what a label says, or the accelerator that is meant where several spellings are
// to be compared: machines of different sizes may carry the same.
func spelled(value string, compare bool) string {
	known, err := catalog.Embedded()
	if err != nil || !compare {
		return value
	}
	if a, _, err := known.ResolveAccelerator(value); err == nil {
		return a.ID
	}
	return value
}

// sharedProduct reports whether the GPU operator's name of a product is that of a part: one
// in time slices ends in -SHARED, a slice has MIG in its name.
func sharedProduct(name string) bool {
	name = strings.ToUpper(name)
	return strings.HasSuffix(name, "-SHARED") || strings.Contains(name, "-MIG-")
}

// unfilledLabel reports whether a label's value is a template.
func unfilledLabel(n *yaml.Node) (text string, ok bool) {
	return clip(n.Value), unfilledText(n.Value)
}

// unfilledText reports whether a text is a template.
func unfilledText(text string) bool {
	return strings.Contains(text, "${") || strings.Contains(text, "{{") || strings.Contains(text, "$(")
}

// narrowed leaves of what a label may stand for what the label of the memory allows. Parts
// are meant only where that says so.
func narrowed(rows []catalog.NodeLabel, labels map[string][]*yaml.Node) []catalog.NodeLabel {
	for _, label := range memoryLabels {
		if values := labels[label]; len(values) > 0 {
			if v, err := strconv.Atoi(values[0].Value); err == nil {
				return slices.DeleteFunc(slices.Clone(rows), func(r catalog.NodeLabel) bool { return !near(v, r.MemoryMiB) })
			}
		}
		if values := labels[label+above]; len(values) > 0 {
			if v, err := strconv.Atoi(values[0].Value); err == nil {
				return slices.DeleteFunc(slices.Clone(rows), func(r catalog.NodeLabel) bool { return r.MemoryMiB <= v || r.Fraction < 1 })
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(rows), func(r catalog.NodeLabel) bool { return r.Fraction < 1 })
}

// kept is the share of the memory, in percent, that firmware and error correction keep back at
// most: 6 % of a T4.
const kept = 6

// near compares amounts of memory that one of two sides may state with what is kept back.
func near(a, b int) bool { return a*100 >= b*(100-kept) && a*100 <= b*(100+kept) }

// above marks in nodeLabels that a label must exceed a value.
const above = " >"

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
	if types := field(pod, "acceleratorTypes"); len(items(field(types, "labelValues"))) > 0 { // of llm-d
		labels[word(field(types, "labelKey"))] = items(field(types, "labelValues"))
	}
	required := field(pod, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
	selected := map[string]bool{}
	for key := range labels {
		selected[key] = true
	}
	for _, term := range items(required) {
		expressed(labels, term, selected)
	}
	return labels
}

// expressed adds the values that a term of an affinity allows, save of labels that are selected already.
func expressed(labels map[string][]*yaml.Node, term *yaml.Node, selected map[string]bool) {
	for _, e := range items(field(term, "matchExpressions")) {
		key := word(field(e, "key"))
		switch operator := word(field(e, "operator")); {
		case selected[key]:
			continue
		case operator == "Gt":
			key += above
		case operator != "In":
			continue
		}
		for _, v := range items(field(e, "values")) {
			if word(v) != "" {
				labels[key] = append(labels[key], v)
			}
		}
	}
}

// NamesHardware reports whether a node label says what hardware a node has.
func NamesHardware(label string) bool {
	return slices.Contains(partLabels, label) || slices.Contains(memoryLabels, label) || slices.Contains(sharingLabels, label) ||
		slices.Contains([]string{"karpenter.k8s.aws/instance-family", "karpenter.k8s.aws/instance-size", "nvidia.com/gpu.count", "cloud.google.com/gke-gpu-driver-version"}, label)
}
