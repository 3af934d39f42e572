package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// walker turns the nodes of one document into a Document and collects the faults.
type walker struct {
	file    string
	doc     Document
	faults  Errors
	visited int // entries read so far
}

func (w *walker) fail(n *yaml.Node, format string, args ...any) {
	w.faults = append(w.faults, &Error{File: w.file, Line: n.Line, Column: n.Column, Message: fmt.Sprintf(format, args...)})
}

// document reads the root mapping.
func (w *walker) document(root *yaml.Node) Document {
	w.doc = Document{Traits: workload.Set{}, Line: root.Line}
	root = follow(root)
	if root.Kind != yaml.MappingNode {
		w.fail(root, `a plan is a mapping that starts with "version: 1", found %s`, shape(root))
		return w.doc
	}
	versioned := false
	w.section(root, layout(), func(key, value *yaml.Node) {
		switch key.Value {
		case "version":
			versioned = true
			w.version(value)
		case "name":
			w.doc.Name = w.text("name", value)
		case "ignore":
			w.ignores(value)
		case "rules":
			w.params(value)
		}
	})
	if !versioned {
		w.fail(root, `no version; write "version: 1" at the top`)
	}
	return w.doc
}

// section reads a mapping by its layout; own is called for the keys that are not traits.
func (w *walker) section(n *yaml.Node, s *section, own func(key, value *yaml.Node)) {
	for _, e := range w.entries(n, s.path) {
		key := e.key.Value
		if spec, ok := s.traits[key]; ok {
			w.trait(spec, e.value)
			continue
		}
		if sub, ok := s.sections[key]; ok {
			w.subsection(sub, e.value)
			continue
		}
		if slices.Contains(s.own, key) {
			own(e.key, e.value)
			continue
		}
		w.unknown(e.key, join(s.path, key), s.keys(), elsewhere(key))
	}
}

func (w *walker) subsection(s *section, n *yaml.Node) {
	n = follow(n)
	switch {
	case isNull(n): // all its keys are commented out
	case n.Kind != yaml.MappingNode:
		w.fail(n, "%s: expected a mapping with %s, found %s", s.path, strings.Join(s.keys(), ", "), shape(n))
	default:
		w.section(n, s, nil)
	}
}

// unknown reports a key, the keys that may stand there, and the nearest of them.
func (w *walker) unknown(n *yaml.Node, path string, keys, elsewhere []string) {
	message := fmt.Sprintf("unknown key %s: expected %s", clip(path), strings.Join(keys, ", "))
	near := elsewhere
	if len(near) == 0 {
		near = unit.Near(n.Value, keys)
	}
	w.fail(n, "%s%s", message, didYouMean(near))
}

func didYouMean(near []string) string {
	if len(near) == 0 {
		return ""
	}
	return "; " + unit.DidYouMean(near...)
}

// trait reads the value of one trait.
func (w *walker) trait(spec workload.Spec, n *yaml.Node) {
	n = follow(n)
	switch {
	case spec.Name == "model" && n.Kind == yaml.MappingNode:
		w.model(n)
	case n.Kind == yaml.SequenceNode && spec.Repeat:
		w.elements(spec, n)
	case n.Kind == yaml.MappingNode && keyed(spec):
		w.pairs(spec, n)
	default:
		if text, ok := w.scalar(spec.PlanKey, n, spec.Example); ok {
			w.set(spec, n, text)
		}
	}
}

// keyed reports whether the elements of a repeated trait are KEY:VALUE and may
// therefore be written as a mapping, such as batch_time: {1: 9ms, 16: 85ms}.
func keyed(spec workload.Spec) bool { return spec.Repeat && strings.Contains(spec.Example, ":") }

func (w *walker) elements(spec workload.Spec, n *yaml.Node) {
	if len(n.Content) == 0 {
		w.fail(n, "%s: the list is empty; give it an element, or remove the key", spec.PlanKey)
	}
	for _, c := range n.Content {
		if c = follow(c); !w.affords(c) {
			return
		}
		if text, ok := w.scalar(spec.PlanKey, c, spec.Example); ok {
			w.set(spec, c, text)
		}
	}
}

func (w *walker) pairs(spec workload.Spec, n *yaml.Node) {
	for _, e := range w.entries(n, spec.PlanKey) {
		if text, ok := w.scalar(spec.PlanKey, e.value, spec.Example); ok {
			w.set(spec, e.key, e.key.Value+":"+text)
		}
	}
}

// set reads one text into the traits, with the place of its node.
func (w *walker) set(spec workload.Spec, n *yaml.Node, text string) {
	if earlier, twice := w.doc.Traits[spec.Name]; twice && !spec.Repeat && spec.OldKey != "" {
		w.fail(n, "%s: appears twice in the plan, first on line %d; %s is another name of it: keep one", spec.PlanKey, earlier.Origin.Line, spec.OldKey)
		return
	}
	o := w.at(n, spec.PlanKey)
	err := workload.ParseSet(spec.Name, text, o, w.doc.Traits)
	if err == nil {
		return
	}
	var fault *workload.TraitError
	if errors.As(err, &fault) {
		err = fault.Err // the place is added here, with the others
	}
	w.faults = append(w.faults, &Error{File: w.file, Line: n.Line, Column: n.Column, Message: spec.PlanKey + ": " + err.Error(), Err: err})
}

func (w *walker) at(n *yaml.Node, key string) origin.Origin {
	return origin.Origin{Kind: origin.Plan, Name: key, File: w.file, Line: n.Line, Column: n.Column}
}

// version accepts the one version there is.
func (w *walker) version(n *yaml.Node) {
	if text, ok := w.scalar("version", follow(n), "1"); ok && text != "1" {
		w.fail(n, "version: %q is not understood: expected 1", clip(text))
	}
}

// text reads a value that is free text: one printable line.
func (w *walker) text(key string, n *yaml.Node) string {
	text, ok := w.scalar(key, follow(n), "checkout")
	switch {
	case !ok:
	case strings.TrimSpace(text) == "":
		w.fail(n, "%s: empty: expected a text, or no key", key)
	case len(text) > longestText:
		w.fail(n, "%s: %d bytes long: expected at most %d", key, len(text), longestText)
	case strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }):
		w.fail(n, "%s: has characters that cannot be printed, such as a line break: expected one line of text", key)
	}
	return strings.TrimSpace(text)
}

// longestText bounds a name or a reason.
const longestText = 1000
