package workload

import (
	"slices"
	"strings"
	"sync"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

// shapeTraits say what a request of a classic model is and what executes it; a measurement of the
// service has both in it.
var shapeTraits = []string{"runtime", "server", "image_size", "audio_length_s", "steps", "items"}

// WritesText is the kind, for NoteClassic, of an encoder-decoder model, which reads a text and writes
// another.
const WritesText = "seq2seq"

// NoteClassic warns about traits that have no effect on a model that generates no tokens. The caller must
// know the kind of the model.
func (w *Workload) NoteClassic(kind string) {
	if w.Measured() {
		w.idle("the service was measured as a whole", slices.Concat(shapeTraits, tokenTraits))
		return
	}
	switch kind {
	case "encoder":
		w.idle(w.Model+" writes no tokens", tokenTraits[1:])
		return
	case WritesText:
		w.idle(w.Model+" runs as passes of its encoder and its decoder, without an engine", tokenTraits[2:])
		return
	}
	w.idle(w.Model+" is not a language model and has no tokens", tokenTraits)
}

// NoteMeasured settles the traits of a language model whose service was measured as a whole:
// it has one latency, the bound on it that is assumed of classic models falls away, and traits
// of tokens have no effect.
func (w *Workload) NoteMeasured() {
	w.unassumeLatency()
	w.idle("the service was measured as a whole; bound its latency with --p99", tokenTraits)
}

// idle warns once of traits that were given to no effect.
func (w *Workload) idle(why string, traits []string) {
	var idle []string
	for _, t := range w.Traits {
		if slices.Contains(traits, t.Spec.Name) && !t.Assumed() {
			idle = append(idle, mention(t.Spec.Name, t.Value))
		}
	}
	if text := Ineffective(idle, ": "+why); text != "" && !slices.Contains(w.Warnings, text) {
		w.Warnings = append(w.Warnings, text)
	}
}

// Ineffective says that the named traits have no effect; "" without any.
func Ineffective(names []string, why string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0] + " has no effect" + why
	}
	return strings.Join(names, ", ") + " have no effect" + why
}

// unassumeLatency takes the bound on latency away that is assumed of classic models.
func (w *Workload) unassumeLatency() {
	if w.Assumed("p99") {
		w.drop("p99")
		w.Latency = 0
	}
}

// Generates settles the traits of a model that generates tokens, once its kind is known: the
// assumed bound on latency is that of classic models and falls away, and the defaults of
// tokens apply. It may be called again.
func (w *Workload) Generates() {
	w.unassumeLatency()
	w.idle(w.Model+" is a language model: its requests are measured in tokens, and an engine runs it", []string{"runtime", "audio_length_s", "steps", "items"})
	for _, d := range fallbacks {
		if slices.Contains(tokenTraits, d.name) && !w.has(d.name) {
			w.assume(d)
		}
	}
	w.LLM.KVPrecision, w.LLM.Engine = w.text("kv_precision"), w.text("engine")
}

// Adopt sets a trait of the model that was not given from another source: precision from the model's
// published name, or lengths from a load test. A text that cannot be read leaves it open.
func (w *Workload) Adopt(trait, text, reason string) {
	if text == "" || w.has(trait) {
		return
	}
	w.assume(fallback{name: trait, text: text, reason: reason})
	w.Precision = w.text("precision")
	for _, t := range w.Traits {
		if t.Spec.Name == trait {
			w.tokens(trait, t.Value.Interval)
		}
	}
}

// tokens sets the mean length that a trait states.
func (w *Workload) tokens(trait string, mean unit.Interval) {
	switch trait {
	case "input_tokens":
		w.LLM.Input = mean
	case "output_tokens":
		w.LLM.Output = mean
	}
}

// assume adds a default to the traits, in their order. Defaults that are written here are
// read by the same code as what users give; their own tests show that they are valid.
func (w *Workload) assume(d fallback) {
	spec, _ := Lookup(d.name)
	added := Set{}
	o := origin.Origin{Kind: origin.Default, Name: "--" + spec.Flag, Reason: d.reason}
	if ParseSet(d.name, d.text, o, added) != nil {
		return
	}
	w.Traits = append(slices.Clone(w.Traits), Resolved{Spec: spec, Value: added[d.name]})
	place := places()
	slices.SortStableFunc(w.Traits, func(a, b Resolved) int { return place[a.Spec.Name] - place[b.Spec.Name] })
}

// places are where the traits stand in their order.
var places = sync.OnceValue(func() map[string]int {
	place := make(map[string]int, len(specs))
	for i := range specs {
		place[specs[i].Name] = i
	}
	return place
})

func (w *Workload) drop(trait string) {
	w.Traits = slices.DeleteFunc(slices.Clone(w.Traits), func(t Resolved) bool { return t.Spec.Name == trait })
}

func (w *Workload) has(trait string) bool {
	return slices.ContainsFunc(w.Traits, func(t Resolved) bool { return t.Spec.Name == trait })
}

// text is a trait's text, "" where it is not known.
func (w *Workload) text(trait string) string {
	for _, t := range w.Traits {
		if t.Spec.Name == trait {
			return t.Value.Text
		}
	}
	return ""
}
