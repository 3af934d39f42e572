package offer

import (
	"slices"
	"sort"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/unit"
)

// Variant is a form in which the model may be served.
type Variant struct {
	Precision     string        // "" when the service was given without one
	Runtime       string        // what executes an ordinary model; "" for others and for a given service
	Optimizations []string      // ids, sorted; empty for the baseline
	Gain          unit.Interval // factor on throughput
	Demand        float64       // factor on the demand, 1 = all of it
	Accepted      float64       // tokens per decode step with speculative decoding, 0 without
}

// Key returns a text that identifies the variant.
func (v Variant) Key() string { return v.Precision + "+" + strings.Join(v.Optimizations, "+") }

// Optimized reports whether the variant counts as a model optimization.
func (v Variant) Optimized() bool { return len(v.Optimizations) > 0 }

// applies reports whether the variant makes use of an optimization.
func (v Variant) applies(id string) bool { return slices.Contains(v.Optimizations, id) }

// with returns the variant under an optimization whose factors are known.
func (v Variant) with(o catalog.Optimization) Variant {
	if o.Throughput.Mid > 0 {
		v.Gain.Mid *= o.Throughput.Mid
		v.Gain.Low *= o.Throughput.Low
		v.Gain.High *= o.Throughput.High
	}
	if o.DemandFactor.Mid > 0 {
		v.Demand *= o.DemandFactor.Mid
	}
	if o.TokensPerStep.Mid > 0 {
		v.Accepted = o.TokensPerStep.Mid
	}
	v.Optimizations = append(slices.Clone(v.Optimizations), o.ID)
	return v
}

func plain(precision string) Variant {
	return Variant{Precision: precision, Gain: unit.Exact(1), Demand: 1}
}

// ranks orders precisions by bits; equal bits are one class, since a benchmark's rows say
// "int8 or fp8" and which of them runs depends on the machine.
var ranks = map[string]int{"fp32": 4, "bf16": 3, "fp16": 3, "fp8": 2, "int8": 2, "fp4": 1, "int4": 1}

// baselineRank returns the precision class that counts as not optimized: today's, else the most
// precise measured class for the model. 0 where precision plays no part.
func baselineRank(o *Offers) int {
	if p := o.Workload.Precision; p != "" {
		return ranks[p]
	}
	if o.Pass != nil {
		return ranks["fp16"]
	}
	if o.Generates() {
		return ranks[releasedPrecision(o)]
	}
	if o.UserMeasured() || o.Model.ID == "" {
		return 0
	}
	best := 0
	for _, p := range o.measured {
		best = max(best, ranks[p])
	}
	return best
}

// measuredPrecisions lists the measured classes of the model, most precise first.
func measuredPrecisions(c *catalog.Catalog, m catalog.Model) []string {
	if found := service.Precisions(c, m.ID); len(found) > 0 {
		return found
	}
	return []string{"fp16"} // never measured: what is carried over to it is half precision
}

// BaselinePrecision names the baseline class for a person, as an accelerator runs it.
func (o *Offers) BaselinePrecision(a catalog.Accelerator) string {
	if plain := o.Variants(a, false); len(plain) > 0 {
		return plain[0].Precision
	}
	return o.Workload.Precision
}

type variantKey struct {
	accelerator string
	optimized   bool
}

// Variants lists the forms in which the model may be served on an accelerator: plain ones in
// the baseline class, or optimized ones: lower measured precisions, and whatever
// --allow-optimization admits on top of each.
func (o *Offers) Variants(a catalog.Accelerator, optimized bool) []Variant {
	return o.variants.Get(variantKey{a.ID, optimized}, func() []Variant {
		if optimized {
			return kept(o, variantsOf(o, a, true))
		}
		return variantsOf(o, a, false)
	})
}

// variantsOf lists them by what is known of the model.
func variantsOf(o *Offers, a catalog.Accelerator, optimized bool) []Variant {
	switch {
	case o.Generates():
		return languageVariants(o, a, optimized)
	case o.Pass != nil:
		return passVariants(o, a, optimized)
	case o.Baseline == 0 || o.UserMeasured():
		return givenVariants(o, optimized)
	}
	return measuredOn(o, a, classVariants(o, optimized))
}

// Variant finds a variant of an accelerator by its key.
func (o *Offers) Variant(a catalog.Accelerator, key string) (Variant, bool) {
	for _, optimized := range []bool{false, true} {
		for _, v := range o.Variants(a, optimized) {
			if v.Key() == key {
				return v, true
			}
		}
	}
	return Variant{}, false
}

// measuredOn drops the variants never measured on an accelerator where another of the same
// class was: "int8 or fp8" is one class, and hardware usually runs one of the two. Where
// none was, the first that the hardware computes in stands for the class.
func measuredOn(o *Offers, a catalog.Accelerator, all []Variant) []Variant {
	seen := map[int]bool{}
	var kept []Variant
	for _, known := range []func(Variant) bool{
		func(v Variant) bool {
			m, ok := o.Catalog.Measured(o.Model.ID, a.ID, v.Precision)
			return ok && m.QPS > 0
		},
		func(v Variant) bool { return Computes(a, v.Precision) },
		func(Variant) bool { return true },
	} {
		for _, v := range all {
			class := ranks[v.Precision]*2 + min(len(v.Optimizations), 1)
			if !seen[class] && known(v) {
				kept, seen[class] = append(kept, v), true
			}
		}
	}
	return kept
}

// Computes reports whether the accelerator has a rate for the precision.
func Computes(a catalog.Accelerator, precision string) bool {
	switch precision {
	case "fp8":
		return a.FP8TFLOPS > 0
	case "int8":
		return a.INT8TOPS > 0
	case "fp4":
		return a.FP4TFLOPS > 0
	}
	return true
}

// classVariants returns those of the measured precision classes.
func classVariants(o *Offers, optimized bool) []Variant {
	var out []Variant
	for _, p := range o.measured {
		lower := ranks[p] < o.Baseline
		if ranks[p] > o.Baseline {
			continue
		}
		v := plain(p)
		if lower {
			v.Optimizations = []string{p}
		}
		if lower == optimized {
			out = append(out, v)
		}
		if admitted := withAdmitted(o, v); optimized && len(admitted.Optimizations) > len(v.Optimizations) {
			out = append(out, admitted)
		}
	}
	return out
}

// givenVariants returns those of a service the user measured: as measured, or with what
// --allow-optimization admits.
func givenVariants(o *Offers, optimized bool) []Variant {
	given := plain(o.Workload.Precision)
	if !optimized {
		return []Variant{given}
	}
	if v := withAdmitted(o, given); v.Optimized() {
		return []Variant{v}
	}
	return nil
}

// withAdmitted applies every optimization of --allow-optimization that does not contradict
// the variant's own precision. Gains multiply; their ranges multiply end to end, which is
// wide on purpose: published gains are not independent.
func withAdmitted(o *Offers, v Variant) Variant {
	out := v
	out.Optimizations = slices.Clone(v.Optimizations)
	for _, one := range o.admitted {
		if one.Kind == "precision" && (v.Optimized() || ranks[one.ID] >= ranks[v.Precision] && v.Precision != "") {
			continue
		}
		if out = out.with(one); one.Kind == "precision" {
			out.Precision = one.ID
		}
	}
	sort.Strings(out.Optimizations)
	return out
}
