package plan

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// modelKeys are the keys of workload.model where it is a mapping, sorted.
var modelKeys = []string{"file", "gflops", "gmacs", "id", "kind", "memory", "name", "params"}

const modelPath = "workload.model"

// model reads the facts of a model that the catalogue does not have. The trait
// model becomes its id, or its name where it has none.
func (w *walker) model(n *yaml.Node) {
	facts := &workload.ModelFacts{Origin: w.at(n, modelPath)}
	id, faults := "", len(w.faults)
	var file *yaml.Node
	for _, e := range w.entries(n, modelPath) {
		key := modelPath + "." + e.key.Value
		switch e.key.Value {
		case "id":
			id = w.text(key, e.value)
		case "name":
			facts.Name = w.text(key, e.value)
		case "kind":
			facts.Kind = w.kind(key, e.value)
		case "params":
			facts.Params = w.number(unit.Number, key, e.value, "7B")
		case "gflops":
			facts.GFLOPs = w.number(unit.Number, key, e.value, "8.2")
		case "gmacs":
			facts.GFLOPs = 2 * w.number(unit.Number, key, e.value, "4.1")
		case "file":
			file = e.value
		case "memory":
			facts.Memory = w.number(unit.Bytes, key, e.value, "40GiB")
		default:
			w.unknown(e.key, key, modelKeys, nil)
		}
	}
	if facts.Name == "" {
		facts.Name = id
	}
	switch {
	case len(w.faults) > faults:
		return
	case file != nil:
		w.modelFile(n, file, facts)
		return
	case facts.Name == "":
		w.fail(n, "%s: no name: expected name (or id, for a model of the catalog)", modelPath)
		return
	case id == "":
		id = facts.Name
	}
	w.doc.Facts = facts
	spec, _ := workload.Lookup("model")
	w.set(spec, n, id)
}

// modelFile reads a mapping that names a file, which says all else of the model but its name.
func (w *walker) modelFile(n, file *yaml.Node, facts *workload.ModelFacts) {
	if facts.Kind != "" || facts.Params > 0 || facts.GFLOPs > 0 || facts.Memory > 0 {
		w.fail(file, "%s.file: contradicts the figures next to it, which also describe the model; give one of them", modelPath)
		return
	}
	if facts.Name != "" {
		spec, _ := workload.Lookup("model")
		w.set(spec, n, facts.Name)
	}
	spec, _ := workload.Lookup("model_file")
	w.trait(spec, file)
}

func (w *walker) kind(key string, n *yaml.Node) string {
	word, ok := w.scalar(key, n, "encoder")
	kinds := workload.ModelKinds()
	if ok && !slices.Contains(kinds, word) {
		w.fail(n, "%s: unknown word %q: expected %s%s", key, clip(word), strings.Join(kinds, ", "), didYouMean(unit.Near(word, kinds)))
	}
	return word
}

// number reads one quantity above zero in base units.
func (w *walker) number(kind unit.Kind, key string, n *yaml.Node, example string) float64 {
	text, ok := w.scalar(key, n, example)
	if !ok {
		return 0
	}
	i, err := unit.Parse(kind, text)
	switch {
	case err != nil:
		w.faults = append(w.faults, &Error{File: w.file, Line: n.Line, Column: n.Column, Message: key + ": " + err.Error(), Err: err})
	case !i.IsExact() || i.Mid == 0:
		w.fail(n, "%s: %q is not one value above zero: expected one, such as %s", key, clip(text), example)
	}
	return i.Mid
}
