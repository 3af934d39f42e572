package plan

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// AnnotationPrefix starts the annotations with which a manifest states what its fields cannot. What follows
// is the name of a trait's flag, or one of ownAnnotations.
const AnnotationPrefix = "scaleadvise.dev/"

// ignoreAnnotation says why an object is not to be judged.
const ignoreAnnotation = AnnotationPrefix + "ignore"

// ownAnnotations are those that are no traits, sorted.
var ownAnnotations = []string{replicaCost, "ignore", "name", "ramp"}

// ReplicaCost is the annotation for what one replica costs a month, where it shares machines with other
// services or the machines are already paid for.
const ReplicaCost = AnnotationPrefix + replicaCost

const replicaCost = "cost-per-replica"

// annotations reads the annotations of the object and of its pods; the object's win. It
// reports whether there were any.
func (m *manifest) annotations() bool {
	found := m.annotated(field(m.root, "metadata", "annotations"))
	for _, path := range [][]string{{"spec", "template"}, {"spec", "leaderWorkerTemplate", "workerTemplate"}, {"spec", "leaderWorkerTemplate", "leaderTemplate"}} {
		pod := field(m.root, append(path, "metadata", "annotations")...)
		found = m.annotated(pod) || found
	}
	return found
}

func (m *manifest) annotated(list *yaml.Node) bool {
	found := false
	for _, e := range pairs(list) {
		if name, ours := strings.CutPrefix(e.key.Value, AnnotationPrefix); ours {
			found = true
			m.annotation(e.key, name, e.value)
		}
	}
	return found
}

// annotation reads one of ours. What an annotation says wins over the object: its
// author knew the object.
func (m *manifest) annotation(key *yaml.Node, name string, n *yaml.Node) {
	text, ok := m.scalar(key.Value, n, "a text")
	spec, known := traitOfFlag(name)
	switch {
	case !ok:
	case unfilledText(text):
		m.unjudged("its annotation " + clip(key.Value) + " is " + clip(text) + ", which is filled in later")
	case known:
		if old, said := m.doc.Traits[spec.Name]; !said || old.Origin.Name != key.Value {
			delete(m.doc.Traits, spec.Name)
			m.setAnnotation(spec, key.Value, n, text)
		}
	case name == "name":
		m.doc.Name = m.text(key.Value, n)
	case name == "ignore" && m.object.Ignored == "":
		m.fail(n, "%s: no reason for ignoring the object: expected one, so that others can judge it", key.Value)
	case name == "ignore": // read before everything else
	case name == "ramp":
		m.readRamp(key.Value, n, text)
	case name == replicaCost:
		m.readCost(key.Value, n, text)
	default:
		m.fail(key, "unknown annotation %s%s", clip(key.Value), didYouMean(prefixed(unit.Near(name, Annotations()))))
	}
}

// setAnnotation is set for a trait that an annotation says: repeated ones are not collected.
func (m *manifest) setAnnotation(spec workload.Spec, key string, n *yaml.Node, text string) {
	before := len(m.faults)
	m.set(spec, n, text)
	if v, ok := m.doc.Traits[spec.Name]; ok {
		v.Origin.Name = key
		m.doc.Traits[spec.Name] = v
	}
	for _, f := range m.faults[before:] {
		f.Message = strings.Replace(f.Message, spec.PlanKey+":", key+":", 1)
	}
}

// traitOfFlag finds a trait by the name of its flag, or by its own.
func traitOfFlag(name string) (workload.Spec, bool) {
	for _, s := range workload.Specs() {
		if s.Flag == name || s.Name == name {
			return s, true
		}
	}
	return workload.Spec{}, false
}

// Annotations returns the annotations that a manifest may have, sorted, without the prefix
// scaleadvise.dev/.
func Annotations() []string {
	names := slices.Clone(ownAnnotations)
	for _, s := range workload.Specs() {
		names = append(names, s.Flag)
	}
	slices.Sort(names)
	return names
}

// flagged is a flag in a text, with its value where one is joined to it.
var flagged = pattern.Of(`--([a-z][a-z0-9-]*)(=([^\s,;)]*[^\s,;).]))?`)

// Annotated returns a text that names flags, with the annotations of a manifest in their place.
func Annotated(text string) string {
	return flagged.Regexp().ReplaceAllStringFunc(text, func(flag string) string {
		name, value, joined := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
		if _, known := traitOfFlag(name); !known {
			return flag
		}
		if joined {
			return AnnotationPrefix + name + `: "` + value + `"`
		}
		return AnnotationPrefix + name
	})
}

func prefixed(names []string) []string {
	for i := range names {
		names[i] = AnnotationPrefix + names[i]
	}
	return names
}

// readRamp reads how fast the load grows, such as 30%/5min, as a fraction a second.
func (m *manifest) readRamp(key string, n *yaml.Node, text string) {
	share, within, ok := strings.Cut(text, "/")
	if within != "" && strings.IndexAny(within, "0123456789") != 0 {
		within = "1" + within
	}
	growth, errShare := unit.Parse(unit.Fraction, share)
	span, errSpan := unit.Parse(unit.Duration, within)
	if !ok || errShare != nil || errSpan != nil || growth.Mid <= 0 || span.Mid <= 0 {
		m.faults = append(m.faults, &Error{File: m.file, Line: n.Line, Column: n.Column,
			Message: fmt.Sprintf("%s: %q is not growth over a time: expected one, such as 30%%/5min", key, clip(text))})
		return
	}
	m.ramp = Bound{Value: growth.Mid / span.Mid, Given: true, Origin: m.at(n, key)}
}

// readCost reads what a replica costs, such as 430 USD/month.
func (m *manifest) readCost(key string, n *yaml.Node, text string) {
	cost, err := unit.Parse(unit.Money, text)
	if err == nil && (!cost.IsExact() || cost.Mid < 0) {
		err = fmt.Errorf("%q is no cost: expected one, such as 430 USD/month", clip(text))
	}
	if err != nil {
		m.faults = append(m.faults, &Error{File: m.file, Line: n.Line, Column: n.Column, Message: key + ": " + err.Error()})
		return
	}
	m.object.Cost = Bound{Value: cost.Mid, Given: true, Origin: m.at(n, key)}
}
