package advisor

import "strings"

// lacking tells why a manifest cannot be judged, and what rules may ask of that; "" where it
// can be.
func lacking(in Declared) (factMap, string) {
	o := in.Object
	if o == nil {
		return nil, ""
	}
	facts := factMap{"check.manifest_words": o.Kind + " " + o.Name, "check.manifest_accelerators": int64(o.Accelerators), "check.manifest_missing": o.Missing}
	var reasons []string
	if o.Unjudged != "" {
		reasons = append(reasons, o.Unjudged)
	}
	if len(o.Missing) > 0 {
		reasons = append(reasons, "it does not say "+strings.Join(o.Missing, ", "))
	}
	a, _, err := in.Catalog.ResolveAccelerator(in.Workload.GPU)
	if o.Label != "" && err != nil {
		facts["check.manifest_label"] = o.Label
		reasons = append(reasons, "its node label "+o.Label+" names no accelerator that is known")
	}
	if o.Unrequested && err == nil && !a.CPU {
		facts["check.manifest_unrequested"] = a.Name
		reasons = append(reasons, "it requests no accelerator")
	}
	return facts, strings.Join(reasons, "; ")
}
