package plan

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Loads give the loads of objects whose manifests do not state them, by "namespace/name" or by the name
// alone.
type Loads map[string]workload.Set

// LoadsFile bounds the size of a file of loads.
var LoadsFile = bounded.Limits{What: "file of loads", Remedy: "a load is a few lines an object", Bytes: maxBytes, Packed: maxBytes, Binary: true}

// ReadLoads reads a mapping of objects to traits, which are named as the flags are. A fault of the
// content is an Errors.
func ReadLoads(content []byte, file string) (Loads, error) {
	loads := Loads{}
	err := eachEntry(content, file, "objects with their loads, such as prod/chat: {qps: 12}", func(w *walker, e entry) {
		loads[e.key.Value] = w.load(e)
	})
	if err != nil {
		return nil, err
	}
	return loads, nil
}

// eachEntry reads the entries of the mappings that a file holds; expected says what they are. A fault of
// the content is an Errors.
func eachEntry(content []byte, file, expected string, read func(*walker, entry)) error {
	if fault := refuse(content, file); fault != nil {
		return Errors{fault}
	}
	w := walker{file: file}
	for root, misread := range planned.Roots(content) {
		if misread != nil {
			w.faults = append(w.faults, syntax(misread, file))
			continue
		}
		if root = follow(root); root.Kind != yaml.MappingNode {
			w.fail(root, "expected %s, found %s", expected, shape(root))
			continue
		}
		for _, e := range w.entries(root, "") {
			read(&w, e)
		}
	}
	if len(w.faults) > 0 {
		return w.faults.sorted()
	}
	return nil
}

// load reads the traits of one object.
func (w *walker) load(e entry) workload.Set {
	w.doc.Traits = workload.Set{}
	if e.value.Kind != yaml.MappingNode {
		w.fail(e.value, "%s: expected traits, such as {qps: 12, p99: 100ms}, found %s", clip(e.key.Value), shape(e.value))
		return nil
	}
	for _, t := range w.entries(e.value, e.key.Value) {
		spec, known := traitOfFlag(t.key.Value)
		text, ok := "", false
		if known {
			text, ok = w.scalar(t.key.Value, t.value, spec.Example)
		} else {
			w.fail(t.key, "unknown trait %s%s", clip(t.key.Value), didYouMean(unit.Near(t.key.Value, Annotations())))
		}
		if ok {
			w.set(spec, t.value, text)
		}
	}
	return w.doc.Traits
}

// of finds the load of an object: that of its namespace goes before that of its name alone.
func (l Loads) of(o Object) (key string, traits workload.Set) {
	for _, key := range []string{o.Namespace + "/" + o.Name, o.Name} {
		if traits, ok := l[key]; ok {
			return key, traits
		}
	}
	return "", nil
}

// Apply gives a document the load that is stated for its object, which overrides annotations. It returns the
// name by which the object was found, "" where no load is stated.
func (l Loads) Apply(d Document) (Document, string) {
	if d.Object == nil {
		return d, ""
	}
	key, traits := l.of(*d.Object)
	if key == "" {
		return d, ""
	}
	d.Traits = maps.Clone(d.Traits)
	maps.Copy(d.Traits, traits)
	return d.Known(nil), key
}

// Known returns the document of an object with traits of another source: what it lacks is what no source
// states.
func (d Document) Known(more workload.Set) Document {
	o := *d.Object
	said := func(trait string) bool {
		_, own := d.Traits[trait]
		_, other := more[trait]
		return own || other
	}
	o.Missing = nil
	for _, name := range d.Lacking(said) {
		o.Missing = append(o.Missing, AnnotationPrefix+name)
	}
	d.Object = &o
	return d
}

// Says reports whether the document states any of the traits.
func (d Document) Says(traits ...string) bool {
	return slices.ContainsFunc(traits, func(t string) bool { _, ok := d.Traits[t]; return ok })
}

// Untold returns the document of an object whose load no source states, with the reason.
func (d Document) Untold(reason string) Document {
	o := *d.Object
	if o.Unjudged != "" {
		reason = o.Unjudged + "; " + reason
	}
	o.Unjudged, o.Missing = reason, slices.DeleteFunc(slices.Clone(o.Missing), func(name string) bool {
		return slices.Contains([]string{"qps", "input-tokens", "output-tokens"}, strings.TrimPrefix(name, AnnotationPrefix))
	})
	d.Object = &o
	return d
}

// Unused returns the names that match no object.
func (l Loads) Unused(met map[string]bool) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(l)), func(key string) bool { return met[key] })
}
