package workload

import (
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/origin"
)

// FewAtOnce are requests at once that accelerators have room for many times.
const FewAtOnce = 8

// stated reports whether a person said a trait: it is neither observed nor read from a recording.
func (r *resolver) stated(trait string) bool {
	o := r.set[trait].Origin
	return o.Kind >= origin.Plan && (o.Kind != origin.Plan || o.Line > 0)
}

// Observed reports whether a trait was read from metrics of what runs.
func (w *Workload) Observed(trait string) bool {
	return slices.ContainsFunc(w.Traits, func(t Resolved) bool { return t.Spec.Name == trait && t.Value.Origin.Kind == origin.Prometheus })
}

// arguments reads what the engine is started with.
func (r *resolver) arguments() {
	if text := engine.Assumes(r.w.LLM.Engine); text != "" {
		r.warn("%s", text)
	}
	for _, text := range r.set["engine_arg"].Words {
		idle, err := r.w.LLM.Arguments.Set(r.w.LLM.Engine, text)
		switch {
		case err != nil:
			r.fail("engine_arg", "%v", err)
		case idle:
			r.warn("--engine-arg %s has no effect here: its effect on speed and memory is not modelled", text)
		}
	}
	if r.w.LLM.Arguments.Prefixes == engine.DropsPrefixes && r.w.LLM.PrefixHit > 0 && r.stated("prefix_hit") {
		r.fail("prefix_hit", "is the share of prompts found in a cache that %s turns off; leave one of them out", r.mention("engine_arg"))
	}
	if row, err := engine.Named(r.w.LLM.Engine); err == nil && r.w.LLM.Arguments.Requests == 0 {
		if n := row.Batching[len(row.Batching)-1].Requests; n <= FewAtOnce {
			r.warn("requests at once: %d, the default of %s; %s raises it (--engine-arg %s=16)", n, row.Name, row.Arguments.Requests, strings.TrimLeft(row.Arguments.Requests, "-"))
		}
	}
	if n := r.w.LLM.Arguments.Copies; n > 1 {
		r.warn("attention in %.0f data-parallel groups is computed, not measured: its memory is certain, its speed is not", n)
	}
}

// precisions takes what the engine's arguments say of the precision of weights and KV cache, as if the traits themselves
// had been given. That of the activations decides only where nothing says that the weights are packed: see settled.
func (r *resolver) precisions() {
	given := r.set["engine_arg"]
	for _, text := range given.Words {
		of, name, word := engine.StatesPrecision(text)
		switch of {
		case engine.OfWeights:
			r.precision("precision", name, word)
		case engine.OfCache:
			if bits := map[string]string{"8": "int8", "4": "int4", "0": asPublished}[word]; name == "quant-policy" && bits != "" {
				word = bits
			}
			r.precision("kv_precision", name, word)
		case engine.OfActivations:
			if class, ok := catalog.SpelledPrecision(word); !ok || class != "" && class != "fp16" && class != "bf16" && class != "fp32" {
				r.fail("engine_arg", "%s is %q; it is auto, half, float16, bfloat16, float or float32", name, word)
			} else {
				r.w.LLM.Activations = class
			}
		}
	}
}

// precision sets a trait that an argument of the engine states.
func (r *resolver) precision(trait, name, word string) {
	class, ok := catalog.SpelledPrecision(word)
	spec, _ := Lookup(trait)
	if trait == "kv_precision" && class == "fp4" {
		class = "int4" // whose scales take as much
	}
	before, again := r.set[trait]
	switch {
	case word == "" || !ok || class != "" && !slices.Contains(spec.Words, class):
		r.fail("engine_arg", "%s is %q, a word that is not understood; of --%s these are: %s", name, word, spec.Flag, strings.Join(spec.Words, ", "))
	case class == "":
		if trait == "precision" && word != asPublished && !again {
			r.warn("%s=%s does not say how many bits a weight has: those that the name of the model states are taken, else those of its release (--precision)", name, word)
		}
	case again && before.Text != asPublished && !sameBits(before.Text, class):
		r.fail("engine_arg", "%s=%s is %s, and --%s is %s; keep one", name, word, class, spec.Flag, before.Text)
	case !again || before.Text == asPublished:
		r.set[trait] = Value{Text: class, Words: []string{word}, Origin: r.set["engine_arg"].Origin}
	}
}

// sameBits reports whether two words for precisions are of one class.
func sameBits(a, b string) bool {
	half := func(p string) bool { return p == "fp16" || p == "bf16" }
	return a == b || half(a) && half(b)
}

// speculation settles speculative decoding, as a trait or the engine's arguments state it.
func (r *resolver) speculation() {
	a := &r.w.LLM.Arguments
	trait := "engine_arg"
	if text := r.text("speculation"); text != "" {
		trait = "speculation"
		s, _ := engine.ParseSpeculation(text) // it was read once before
		if told := a.Speculation; told.Method != "" && told.Method != s.Method || told.Tokens > 0 && s.Tokens > 0 && told.Tokens != s.Tokens {
			r.fail(trait, "--engine-arg states another speculative decoding (%s); keep one", told)
		}
		s.Model = a.Speculation.Model
		if s.Tokens == 0 {
			s.Tokens = a.Speculation.Tokens
		}
		a.Speculation = s
	}
	s := &a.Speculation
	method, ok := s.With()
	if !ok {
		if *s != (engine.Speculation{}) {
			r.fail(trait, "speculative decoding by which method? say it, such as eagle3 (--speculation eagle3:3); the methods are %s", engine.MethodNames())
		}
		return
	}
	if method.Heads != "" {
		r.warn("%s drafts with layers that only some models are released with: the model's config.json has to name %s", s.Method, method.Heads)
	}
	if s.Tokens == 0 {
		s.Tokens = method.Drafts
		r.warn("speculative decoding by %s: %.0f drafted tokens a step are assumed (--speculation %s:%.0f)", s.Method, s.Tokens, s.Method, s.Tokens)
	}
}

// packedBits are the bits of a weight that the word for a precision states beside its class, 0 where it does not.
func packedBits(words []string) float64 {
	for _, word := range words {
		if bits := catalog.PackedBits(word); bits > 0 {
			return bits
		}
	}
	return 0
}
