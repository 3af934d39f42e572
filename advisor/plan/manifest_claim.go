package plan

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/pattern"
)

// claimKey is what templates of claims are kept under.
const claimKey = "claim/"

// classes are device classes of drivers for dynamic resource allocation, as the resource that a device
// stands for (drivers of NVIDIA, AMD, Intel and Google, their documentation, read November 2026).
var classes = map[string]string{
	"gpu.nvidia.com": "nvidia.com/gpu", "gpu.amd.com": "amd.com/gpu", "gpu.intel.com": "gpu.intel.com/xe",
	"gaudi.intel.com": "habana.ai/gaudi", "tpu.google.com": "google.com/tpu", "neuron.aws.com": "aws.amazon.com/neuron",
}

// What expressions of a request say of its devices.
var (
	productIs = pattern.Of(`\.productName\s*==\s*['"]([^'"]+)['"]`)
	profileIs = pattern.Of(`\.profile\s*==\s*['"]([1-7]g\.[0-9]+gb)['"]`)
)

// migClass is that of slices by MIG.
const migClass = "mig.nvidia.com"

// requested is what a pod asks for, claims made from templates of the file among it. The accelerator
// that a claim names is that of the object where no node label names one.
func (m *manifest) requested(pod *yaml.Node) request {
	r := requested(pod)
	if r.claim == "" || len(items(field(pod, "resourceClaims"))) == 0 {
		return r
	}
	claimed := r
	claimed.claim = ""
	var uses []string
	for _, claim := range items(field(pod, "resourceClaims")) {
		template := field(claim, "resourceClaimTemplateName")
		uses = append(uses, claimKey+word(template))
		devices := m.configs[claimKey+word(template)].at(template)
		all := items(field(devices, "requests"))
		if len(all) == 0 {
			return r
		}
		for _, one := range all {
			if !m.device(&claimed, firstOf(field(one, "exactly"), one)) {
				return r
			}
		}
	}
	m.object.uses = append(m.object.uses, uses...)
	return claimed
}

// device adds the devices of one request of a claim; false where what they are cannot be told.
func (m *manifest) device(r *request, one *yaml.Node) bool {
	class := field(one, "deviceClassName")
	count, mode := field(one, "count"), word(field(one, "allocationMode"))
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: "1"}
	if class != nil {
		n.Line, n.Column = class.Line, class.Column
	}
	if count != nil {
		n = count
	}
	resource := classes[word(class)]
	for _, s := range items(field(one, "selectors")) {
		expression := field(s, "cel", "expression")
		if found := profileIs.FindStringSubmatch(word(expression)); found != nil && word(class) == migClass {
			resource = "nvidia.com/mig-" + found[1]
		}
		m.productOf(expression)
	}
	if resource == "" || mode != "" && mode != "ExactCount" {
		return false
	}
	r.resource(resource, n)
	return true
}

// productOf takes the accelerator that an expression asks for. One that excludes it, or allows others, does
// not say what a node has.
func (m *manifest) productOf(expression *yaml.Node) {
	text := word(expression)
	found := productIs.FindStringSubmatch(text)
	switch {
	case found == nil || m.product != nil:
	case strings.Contains(text, "||") || strings.Contains(strings.ReplaceAll(text, "!=", ""), "!") || strings.Contains(text, "?"):
		m.ambiguous = "its claim allows several accelerators: " + clip(text)
	default:
		named := *expression
		named.Value = strings.ReplaceAll(found[1], " ", "-")
		m.product = &named
	}
}
