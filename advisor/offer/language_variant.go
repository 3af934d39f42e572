package offer

import (
	"sort"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
)

// Optimizations that only language models have, by their names in the catalog.
const (
	cacheInFP8    = "fp8-kv"         // halves the KV cache
	prefixCaching = "prefix-caching" // keeps the prefix that prompts share
)

// languageVariants returns the variants of a language model on an accelerator: the baseline, or
// every combination of a lower precision of the weights, a smaller KV cache and what the
// user admitted, as far as the hardware computes in it.
func languageVariants(o *Offers, a catalog.Accelerator, optimized bool) []Variant {
	if !optimized {
		return []Variant{plain(releasedPrecision(o))}
	}
	var out []Variant
	for _, weights := range append([]string{""}, lowerPrecisions(o, a)...) {
		for _, cache := range smallerCaches(o, a) {
			v := languageVariant(o, weights, cache)
			if cachesPrefixes(o) {
				v.Optimizations = append(v.Optimizations, prefixCaching)
				sort.Strings(v.Optimizations)
			}
			if v.Optimized() {
				out = append(out, v)
			}
		}
	}
	return out
}

// languageVariant returns the baseline with another precision of weights and KV cache, "" for
// none, and with all else that the user admitted.
func languageVariant(o *Offers, weights, cache string) Variant {
	v := plain(releasedPrecision(o))
	for _, id := range []string{weights, cache} {
		if id != "" {
			v.Optimizations = append(v.Optimizations, id)
		}
	}
	if weights != "" {
		v.Precision = weights
	}
	for _, one := range o.admitted {
		if one.Kind != "precision" && one.Kind != "cache-precision" && (one.Kind != "speculation" || o.Workload.LLM.Arguments.Speculation.Method == "") {
			v = v.with(one)
		}
	}
	sort.Strings(v.Optimizations)
	return v
}

// releasedPrecision returns the one that counts as not optimized: today's, else the one in which
// the weights are published.
func releasedPrecision(o *Offers) string {
	if p := o.Workload.Precision; p != "" {
		return p
	}
	switch p := o.Language.Shape.Released; p {
	case "mxfp4", "nvfp4":
		return "fp4"
	case "int4", "int8", "fp8", "fp4":
		return p
	}
	return "fp16"
}

// lowerPrecisions returns those below the baseline that are admitted and that the accelerator
// computes in, most precise first.
func lowerPrecisions(o *Offers, a catalog.Accelerator) []string {
	var out []string
	for _, one := range o.Catalog.Optimizations() {
		if one.Kind == "precision" && ranks[one.ID] < o.Baseline && admits(o, one) && llm.Runs(one.ID, a, o.Language.Shape) && !engine.Lacks(o.Workload.LLM.Engine, one.ID) {
			out = append(out, one.ID)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return ranks[out[i]] > ranks[out[j]] })
	return out
}

// smallerCaches returns the precisions of the KV cache worth trying, "" being today's.
func smallerCaches(o *Offers, a catalog.Accelerator) []string {
	one, known := o.Catalog.Optimization(cacheInFP8)
	if !known || !admits(o, one) || a.FP8TFLOPS == 0 || !engine.ShrinksCache(o.Workload.LLM.Engine, a.Vendor) || engine.Lacks(o.Workload.LLM.Engine, "fp8") || ranks[o.Workload.LLM.KVPrecision] <= ranks["fp8"] {
		return []string{""}
	}
	return []string{"", cacheInFP8}
}
