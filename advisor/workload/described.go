package workload

import (
	"cmp"
	"slices"
	"strings"

	"scaleadvise/advisor/origin"
)

// descriptions are the traits that describe a model, of which one is enough: two files, and
// figures.
var descriptions = []string{"model_config", "model_file", "params", "gmacs"}

// described settles what describes the model. A description goes before a model, or the facts
// of one, that a lower layer names, and yields to one that a higher layer names; a model of
// the same layer is what it is called.
func (r *resolver) described(facts *ModelFacts) *ModelFacts {
	by := r.description()
	if by == "" {
		return facts
	}
	named, other := r.set["model"]
	of := r.set[by]
	switch {
	case other && named.Origin.Kind > of.Origin.Kind:
		r.warn("%s replaces %s", r.mention("model"), r.mention(by))
		for _, name := range descriptions {
			delete(r.set, name)
		}
		return facts
	case facts != nil && facts.Origin.Kind == of.Origin.Kind:
		r.fail(by, "contradicts the facts of a model (%s); give one of them", facts.Origin)
		return nil
	case facts != nil || other && named.Origin.Kind < of.Origin.Kind:
		r.warn("%s replaces the model that the plan names", r.mention(by))
		delete(r.set, "model")
	}
	if by == "params" || by == "gmacs" {
		return r.figures(of.Origin)
	}
	if _, ok := r.set["model"]; !ok {
		name := cmp.Or(strings.TrimSpace(configName(of.Text)), "config")
		r.set["model"] = Value{Text: name, Origin: of.Origin}
	}
	return nil
}

// description is the trait that describes the model, "" where none does. Of two kinds the
// higher layer's counts; within one layer they contradict each other.
func (r *resolver) description() string {
	best := ""
	for _, name := range descriptions {
		v, ok := r.set[name]
		switch {
		case !ok:
		case best == "" || v.Origin.Kind > r.set[best].Origin.Kind:
			best = name
		case v.Origin.Kind == r.set[best].Origin.Kind && !(best == "params" && name == "gmacs"):
			r.fail(name, "contradicts %s, which also describes the model; give one of them", r.mention(best))
		}
	}
	for _, name := range descriptions {
		figures := best == "params" || best == "gmacs"
		if name != best && !(figures && slices.Contains(descriptions[2:], name)) {
			delete(r.set, name)
		}
	}
	return best
}

// figures are the facts of a model of which sizes alone are known. Its kind follows from what
// a request is said to be.
func (r *resolver) figures(o origin.Origin) *ModelFacts {
	kind := "encoder"
	for _, of := range []struct{ trait, kind string }{{"image_size", "vision"}, {"audio_length_s", "speech"}, {"steps", "diffusion"}} {
		if r.given(of.trait) {
			kind = of.kind
		}
	}
	if kind == "encoder" && !r.given("input_tokens") {
		r.warn("the input of the model of --params and --gmacs was not given: it is assumed to be an encoder of text; give --input-tokens, --image-size, --audio-length or --steps")
	}
	name := r.text("model")
	if name == "" {
		name = "your model"
		r.set["model"] = Value{Text: name, Origin: o}
	}
	return &ModelFacts{Name: name, Kind: kind, Params: r.number("params"), GFLOPs: 2 * r.number("gmacs"), Origin: o}
}

// configName is what a model is called that a file describes: the name of the file, or of the
// folder where the file is only "config.json", "model.onnx" or the like. The cache of Hugging
// Face has folders "models--publisher--name".
func configName(file string) string {
	parts := strings.Split(strings.ReplaceAll(file, "\\", "/"), "/")
	for _, p := range parts {
		if name, ok := strings.CutPrefix(p, "models--"); ok {
			words := strings.Split(name, "--")
			return cmp.Or(words[len(words)-1], "config")
		}
	}
	base := parts[len(parts)-1]
	for _, ending := range []string{".json", ".onnx", ".txt", ".gz"} {
		base = strings.TrimSuffix(base, ending)
	}
	if (base == "config" || base == "model" || base == "model_index") && len(parts) > 1 && strings.Trim(parts[len(parts)-2], ".") != "" {
		return parts[len(parts)-2]
	}
	return cmp.Or(base, "config")
}
