package plan

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// objects reads the Kubernetes objects of a file as plans; ok is false where it holds none. Each of
// those that are returned serves, or carries an annotation.
func (b Beside) objects(content []byte, file string) (docs []Document, faults Errors, ok bool) {
	if !bytes.Contains(content, []byte("kind:")) && !bytes.Contains(content, []byte(`"kind"`)) {
		return nil, nil, false
	}
	r := b.Scan(content, file)
	if len(r.Seen) == 0 {
		return nil, nil, false
	}
	r.Documents = sizable(r.Documents)
	if len(r.Documents)+len(r.Faults) == 0 {
		return nil, Errors{{File: file, Message: "no object in it asks for an accelerator or carries an annotation such as " + AnnotationPrefix + "qps, so there is nothing to size; add one to the object that serves"}}, true
	}
	for i := range r.Documents {
		r.Documents[i].Text = content
	}
	return r.Documents, r.Faults, true
}

// sizable leaves out objects that cannot be sized where another can; that one notes them.
func sizable(all []Document) []Document {
	var can, cannot []Document
	for _, d := range all {
		if d.Undecided() == "" {
			can = append(can, d)
		} else {
			cannot = append(cannot, d)
		}
	}
	if len(can) == 0 {
		return all
	}
	for _, d := range cannot {
		can[0].Notes = append(can[0].Notes, fmt.Sprintf("%s: %s %s was left aside: %s", d.Object.Origin, d.Object.Kind, clip(d.Object.Name), d.Object.Unjudged))
	}
	return can
}

// Lacking returns the annotations without which an object cannot be sized, given what other sources
// say of it; none for a plan.
func (d Document) Lacking(said func(trait string) bool) []string {
	if d.Object == nil {
		return nil
	}
	var names []string
	own := said("service_time") || said("batch_time") || said("replica_qps") || said("load_test")
	for _, name := range d.Object.Missing {
		flag := strings.TrimPrefix(name, AnnotationPrefix)
		spec, _ := traitOfFlag(flag)
		instead := map[string][]string{
			"qps": {"users"}, "model": {"model_config", "model_file", "params", "gmacs", "measured", "scaling_data"}, "gpu": {"machine"},
		}[spec.Name]
		if said(spec.Name) || slices.ContainsFunc(instead, said) || own && spec.Name != "qps" {
			continue
		}
		names = append(names, flag)
	}
	return names
}

// Undecided returns why today's deployment cannot be derived from an object; "" where it can.
func (d Document) Undecided() string {
	if d.Object == nil || d.Object.Unjudged == declaresNone {
		return ""
	}
	if all := d.Object.Alternatives; len(all) > 0 && d.Object.Unjudged == "" {
		return "its node may carry " + strings.Join(all, " or ") + "; say which with " + AnnotationPrefix + "gpu"
	}
	return d.Object.Unjudged
}

// On returns the document of an object with one of the accelerators that its node may carry.
func (d Document) On(accelerator string) Document {
	d.Traits = maps.Clone(d.Traits)
	v := d.Traits["gpu"]
	v.Text = accelerator
	d.Traits["gpu"] = v
	return d
}

// LackingError words annotations that an object lacks, all at once, with the flags that say the
// same for one run.
func (d Document) LackingError(names []string) error {
	var annotations, flags []string
	for _, name := range names {
		spec, _ := traitOfFlag(name)
		annotations = append(annotations, AnnotationPrefix+name+`: "`+spec.Example+`"`)
		flags = append(flags, "--"+name+" "+spec.Example)
	}
	o := d.Object
	what := fmt.Sprintf("%s %s does not say what it has to carry; add under metadata.annotations %s, or for this run %s",
		o.Kind, clip(o.Name), strings.Join(annotations, ", "), strings.Join(flags, " "))
	return &Error{File: o.Origin.File, Line: o.Origin.Line, Column: o.Origin.Column, Message: what}
}
