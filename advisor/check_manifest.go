package advisor

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/workload"
)

// lacking tells why a manifest cannot be judged, and what rules may ask of that; "" where it
// can be.
func lacking(in Declared, read string) (*fact.View, string) {
	o := in.Object
	if o == nil {
		return nil, ""
	}
	v := emptyView(in.Rules)
	manifest := &v.Gate.Manifest
	aboutManifest(v, o, in.Workload)
	manifest.Missing = o.Missing
	manifest.Read = read != "" && in.Workload.RequireDemand() != nil // who states a load wants it judged
	var reasons []string
	if o.Unjudged != "" {
		reasons = append(reasons, o.Unjudged)
	}
	if len(o.Missing) > 0 {
		reasons = append(reasons, "it does not say "+strings.Join(o.Missing, ", "))
	}
	a, _, err := in.Catalog.ResolveAccelerator(in.Workload.GPU)
	if o.Label != "" && err != nil {
		manifest.Label = o.Label
		reasons = append(reasons, "its node label "+o.Label+" names no accelerator that is known")
	}
	if o.Unrequested && err == nil && !a.CPU {
		manifest.Unrequested = a.Name
		reasons = append(reasons, "it requests no accelerator")
	}
	reason := strings.Join(reasons, "; ")
	if read != "" && reason != "" {
		reason = read + ": " + reason
	}
	return v, reason
}

// aboutManifest adds what a manifest says of itself, whether or not its load is judged.
func aboutManifest(v *fact.View, o *plan.Object, w *workload.Workload) {
	v.Origins["manifest"] = o.Origin.String()
	m := &v.Gate.Manifest
	m.Kind, m.Name, m.Scalers, m.Fixed, m.Accelerators = o.Kind, o.Name, o.Scalers, int(o.Fixed.Value), o.Accelerators
	if a := o.Aimless; a.Beside > 0 {
		m.Aim, m.Meant, m.Beside = a.Target, a.Meant, a.Beside
	}
	around := o.Around
	m.Taint, m.Shown = around.Taint, around.Shown
	if q := around.Quota; q.Wants > 0 {
		m.Quota, m.QuotaAllows, m.QuotaWants = fmt.Sprintf("ResourceQuota %s (%s)", q.Name, q.Origin), q.Allows, q.Wants
	}
	if b := around.Budget; b.Origin.Line > 0 {
		m.Budget, m.BudgetReplicas = fmt.Sprintf("PodDisruptionBudget %s (%s)", b.Name, b.Origin), b.Replicas
	}
	if b := around.Blocks; b.Origin.Line > 0 {
		m.Blocks, m.BlocksReplicas = fmt.Sprintf("PodDisruptionBudget %s (%s)", b.Name, b.Origin), b.Replicas
	}
	if len(o.Served) == 0 {
		return
	}
	pods := w.Replicas / max(o.Copies, 1)
	m.Surge, m.SurgeSaid, m.PerReplica = int(o.Surge.Value), o.Surge.Given, w.GPUsPerReplica*max(o.Copies, 1)
	if o.Together && pods > 1 {
		m.Together = pods
	}
}
