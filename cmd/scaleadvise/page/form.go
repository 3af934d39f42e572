package page

import (
	"slices"
	"strings"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// field is one trait as the form shows it.
type field struct {
	Name, Label, Doc string
	Value            string
	Assumed          string // the value assumed where the field is empty
	Example          string
	Words            []string
	Slider           bool // the value can be changed with a slider
	Invalid          bool
}

// fieldset is a group of fields; what is seldom needed is folded.
type fieldset struct {
	Title        string
	Fields, More []field
}

// sets are the groups of the form in its order: the trait table's groups under the names of the
// page, with the traits that stand open.
var sets = []struct {
	title, group string
	open         []string
}{
	{"Load", "Workload", []string{"qps", "growth", "horizon"}},
	{"Model", "Model", []string{"model", "runtime", "precision", "input-tokens", "output-tokens"}},
	{"Promise", "SLO", []string{"p99", "ttft", "tpot", "availability", "zones"}},
	{"Today", "Hardware", []string{"gpu", "replicas", "machine"}},
	{"Measured", "Service", []string{"replica-qps", "service-time"}},
	{"Limits", "Limits", []string{"budget", "cloud", "pricing"}},
	{"Data", "Data", nil},
}

// labels are the names of fields whose flag says too little.
var labels = map[string]string{"qps": "Peak, requests a second", "p99": "p99 latency within", "ttft": "Time to first token within", "tpot": "Time per output token within", "gpu": "Accelerator", "cpu": "vCPUs of a replica"}

// form are the fields with the values of a request, and what is assumed where they are empty.
func form(words []string, assumed map[string]string, faults []string) []fieldset {
	values := map[string][]string{}
	for _, w := range words {
		name, value, _ := strings.Cut(strings.TrimPrefix(w, "--"), "=")
		values[name] = append(values[name], value)
	}
	var all []fieldset
	for _, set := range sets {
		one := fieldset{Title: set.title}
		for _, name := range set.open {
			one.Fields = append(one.Fields, newField(lookup(name), values, assumed, faults))
		}
		for _, spec := range workload.Specs() {
			if spec.Group != set.group || slices.Contains(set.open, spec.Flag) || readsFile(spec) {
				continue
			}
			f := newField(spec, values, assumed, faults)
			if f.Value != "" { // what was set is seen
				one.Fields = append(one.Fields, f)
			} else {
				one.More = append(one.More, f)
			}
		}
		all = append(all, one)
	}
	return all
}

func lookup(flag string) workload.Spec {
	for _, spec := range workload.Specs() {
		if spec.Flag == flag {
			return spec
		}
	}
	return workload.Spec{Flag: flag}
}

// readsFile reports whether a trait is nothing but the name of a file.
func readsFile(spec workload.Spec) bool { return spec.Placeholder() == "FILE" }

func newField(spec workload.Spec, values map[string][]string, assumed map[string]string, faults []string) field {
	f := field{
		Name: spec.Flag, Label: labels[spec.Flag], Doc: spec.Doc, Value: strings.Join(values[spec.Flag], ","),
		Assumed: assumed[spec.Name], Example: spec.Example, Words: spec.Choices(strings.Join(values[spec.Flag], ",")), Slider: slides(spec),
	}
	if f.Label == "" {
		words := strings.ReplaceAll(spec.Flag, "-", " ")
		f.Label = strings.ToUpper(words[:1]) + words[1:]
	}
	f.Invalid = slices.ContainsFunc(faults, func(text string) bool {
		rest, ours := strings.CutPrefix(text, "--"+spec.Flag)
		return ours && (rest == "" || rest[0] == ' ' || rest[0] == ':')
	})
	return f
}

// slides reports whether moving the value up and down makes sense.
func slides(spec workload.Spec) bool {
	switch spec.Kind {
	case unit.Rate, unit.Growth, unit.Duration, unit.Count, unit.Money, unit.Tokens, unit.Bytes, unit.ByteRate:
		return spec.Words == nil
	}
	return false
}
