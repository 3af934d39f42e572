package plan

import (
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Attach gives the objects of the file the autoscalers that scale them: those of the file
// itself, and then those of others.
func (r *Reading) Attach(others []Scaler) {
	if len(r.Scalers)+len(others) == 0 {
		return
	}
	for i := range r.Documents {
		d := &r.Documents[i]
		if d.Object == nil || d.Scaler != nil {
			continue
		}
		s, ok := scalerOf(d.Object.reference(), r.Scalers)
		if !ok {
			s, ok = scalerOf(d.Object.reference(), others)
		}
		d.Object.Scalers = several(d.Object.reference(), r.Scalers, others)
		if ok {
			r.Faults = append(r.Faults, d.scaledBy(s)...)
		}
	}
}

// scalerOf is the first autoscaler that scales an object.
func scalerOf(o Reference, all []Scaler) (Scaler, bool) {
	i := slices.IndexFunc(all, func(s Scaler) bool { return s.scales(o) })
	if i < 0 {
		return Scaler{}, false
	}
	return all[i], true
}

// several names the autoscalers of an object where there is more than one.
func several(o Reference, lists ...[]Scaler) []string {
	var names []string
	for _, list := range lists {
		for _, s := range list {
			if name := s.Kind + " " + s.object.Name; s.scales(o) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) < 2 {
		return nil
	}
	return names
}

func (o Object) reference() Reference { return Reference{o.Kind, o.Namespace, o.Name} }

// scales reports whether an autoscaler is for an object. A namespace that one of them leaves
// out is that of the context.
func (s Scaler) scales(o Reference) bool {
	sameSpace := s.Namespace == o.Namespace || s.Namespace == "" || o.Namespace == ""
	predicts := o.Kind == "InferenceService" && s.TargetKind == "Deployment" && s.TargetName == o.Name+predictor
	return (s.TargetName == o.Name && s.TargetKind == o.Kind || predicts) && sameSpace
}

// predictor is what KServe puts behind the name of the Deployment that it makes of an InferenceService.
const predictor = "-predictor"

// scaledBy makes the most replicas of an autoscaler those that serve the peak.
func (d *Document) scaledBy(s Scaler) Errors {
	a := s.Autoscaler
	if !a.Ramp.Given {
		a.Ramp = d.ramp
	}
	d.Scaler = &a
	d.Ignores = append(d.Ignores, s.ignores...)
	d.Notes = append(d.Notes, s.Notes...)
	if _, said := d.Traits["output_tokens"]; a.Signal == Tokens && !said {
		d.Notes = append(d.Notes, s.Kind+" "+s.object.Name+" scales on tokens per second, and the tokens of a request are not stated; it was not compared with the load")
	}
	if n := d.Object.Copies; n > 1 && d.Object.Unjudged == "" {
		d.Object.Unjudged = sharing(n) // its bounds and its target are those of pods
	}
	if s.unread != "" && d.Object.Unjudged == "" {
		d.Object.Unjudged = s.unread
	}
	if s.most == nil {
		return nil
	}
	if d.Object.Unjudged == declaresNone {
		d.Object.Unjudged = ""
	}
	m := manifest{walker: walker{file: s.file, doc: Document{Traits: workload.Set{}}}}
	m.take("replicas", s.most, strconv.Itoa(int(s.Max.Value)))
	if v, ok := d.Traits["replicas"]; ok && d.Object.Kind != "InferenceService" && v.Origin.Line > 0 && !strings.HasPrefix(v.Origin.Name, AnnotationPrefix) {
		if n, err := strconv.Atoi(v.Text); err == nil {
			d.Object.Fixed = Bound{Value: float64(n), Given: true, Origin: v.Origin}
		}
	}
	if v, ok := m.doc.Traits["replicas"]; ok {
		d.Traits["replicas"] = v
	}
	return m.faults
}

// groupOfMachines is the kind whose replicas stand on several machines.
const groupOfMachines = "LeaderWorkerSet"

// Index finds the objects that were read by name.
type Index map[string][]Reference

// NewIndex returns the index of all objects that were read.
func NewIndex(seen []Reference) Index {
	index := Index{}
	for _, o := range seen {
		index[o.Name] = append(index[o.Name], o)
	}
	return index
}

// Aimless is the missing target of an autoscaler: no object that was read matches it. The zero value is for
// objects that have a target.
type Aimless struct {
	Target string // kind and name
	Meant  string // the object that is probably meant, as a clause; "" where none is similar
	Beside int    // objects that were read and could have been the target; 0 where the autoscaler was read alone
}

// Aimless returns the autoscalers whose target is not among the objects that were read.
func (x Index) Aimless(scalers []Scaler) []Document {
	var out []Document
	beside := 0
	for _, all := range x {
		for _, o := range all {
			if kind := kinds[o.Kind]; kind.read != nil {
				beside++
			}
		}
	}
	for _, s := range scalers {
		if slices.ContainsFunc(x[s.TargetName], s.scales) || slices.ContainsFunc(x[strings.TrimSuffix(s.TargetName, predictor)], s.scales) {
			continue
		}
		o, target := s.object, strings.TrimSpace(s.TargetKind+" "+s.TargetName)
		o.Aimless = Aimless{target, x.meant(s), beside}
		o.Unjudged = "it scales " + target + ", which is not among what was read" + o.Aimless.Meant
		out = append(out, Document{Name: o.title(), Line: s.line, Object: &o})
	}
	return out
}

// meant names the objects of an autoscaler's kind that are called much like its target, or one of another
// kind that is called so.
func (x Index) meant(s Scaler) string {
	for _, o := range x[s.TargetName] {
		if slices.Contains([]string{"Deployment", "StatefulSet", "Rollout", groupOfMachines}, o.Kind) && (o.Namespace == s.Namespace || o.Namespace == "" || s.Namespace == "") {
			return "; a " + o.Kind + " of that name is"
		}
	}
	var names []string
	for name, all := range x {
		if slices.ContainsFunc(all, func(o Reference) bool { return o.Kind == s.TargetKind }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return didYouMean(unit.Near(s.TargetName, names))
}
