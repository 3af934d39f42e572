package capacity

import (
	"slices"
	"sort"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/unit"
)

// Optimizations that only language models have, by their names in the catalog.
const (
	cacheInFP8    = "fp8-kv"         // halves the KV cache
	prefixCaching = "prefix-caching" // keeps the start that prompts share
)

// languageVariants are the forms of a language model on an accelerator: the baseline, or
// every combination of a lower precision of the weights, a smaller KV cache and what the
// user admitted, as far as the hardware computes in it.
func (s *Space) languageVariants(a catalog.Accelerator, optimized bool) []Variant {
	plain := Variant{Precision: s.baselinePrecision(), gain: unit.Exact(1), demand: 1}
	if !optimized {
		return []Variant{plain}
	}
	var out []Variant
	for _, weights := range append([]string{""}, s.lowerPrecisions(a)...) {
		for _, cache := range s.smallerCaches(a) {
			if v := s.languageForm(plain, weights, cache); v.Optimized() {
				out = append(out, v)
			}
		}
	}
	return out
}

// languageForm is the baseline with another precision of weights and KV cache, "" for none,
// and with all else that the user admitted.
func (s *Space) languageForm(plain Variant, weights, cache string) Variant {
	v := plain
	for _, id := range []string{weights, cache} {
		if id != "" {
			v.Optimizations = append(v.Optimizations, id)
		}
	}
	if weights != "" {
		v.Precision = weights
	}
	for _, o := range s.optimizer {
		if o.Kind == "precision" || o.Kind == "cache-precision" {
			continue
		}
		v = v.with(o)
	}
	sort.Strings(v.Optimizations)
	return v
}

// with is the variant under an optimization whose factors are known.
func (v Variant) with(o catalog.Optimization) Variant {
	if o.Throughput.Mid > 0 {
		v.gain.Mid *= o.Throughput.Mid
		v.gain.Low *= o.Throughput.Low
		v.gain.High *= o.Throughput.High
	}
	if o.DemandFactor.Mid > 0 {
		v.demand *= o.DemandFactor.Mid
	}
	if o.TokensPerStep.Mid > 0 {
		v.accepted = o.TokensPerStep.Mid
	}
	v.Optimizations = append(slices.Clone(v.Optimizations), o.ID)
	return v
}

// applies reports whether the variant makes use of an optimization.
func (v Variant) applies(id string) bool { return slices.Contains(v.Optimizations, id) }

// baselinePrecision is the one that counts as not optimized: today's, else the one in which
// the weights are published.
func (s *Space) baselinePrecision() string {
	if p := s.Workload.Precision; p != "" {
		return p
	}
	if p := released(s.language.shape.Released); p != "" {
		return p
	}
	return "fp16"
}

// released is the class of the precision in which weights are published, "" for 16 bit.
func released(precision string) string {
	switch precision {
	case "mxfp4", "nvfp4":
		return "fp4"
	case "int4", "int8", "fp8", "fp4":
		return precision
	}
	return ""
}

// lowerPrecisions are those below the baseline that are admitted and that the accelerator
// computes in, most precise first.
func (s *Space) lowerPrecisions(a catalog.Accelerator) []string {
	var out []string
	for _, o := range s.Catalog.Optimizations() {
		if o.Kind == "precision" && ranks[o.ID] < s.Baseline && s.admits(o) && llm.Runs(o.ID, a, s.language.shape) {
			out = append(out, o.ID)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return ranks[out[i]] > ranks[out[j]] })
	return out
}

// smallerCaches are the precisions of the KV cache worth trying, "" being today's.
func (s *Space) smallerCaches(a catalog.Accelerator) []string {
	o, known := s.Catalog.Optimization(cacheInFP8)
	if !known || !s.admits(o) || a.FP8TFLOPS == 0 || ranks[s.Workload.LLM.KVPrecision] <= ranks["fp8"] {
		return []string{""}
	}
	return []string{"", cacheInFP8}
}

// admits reports whether an optimization enters the choice: unasked, or because the user
// said so.
func (s *Space) admits(o catalog.Optimization) bool {
	return o.Applies(s.Model.Kind) && (o.AdmittedFor(s.Model.Kind) || slices.Contains(s.Workload.AllowOptimization, o.ID))
}
