package capacity

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/unit"
)

// Variant is a form in which the model may be served.
type Variant struct {
	Precision     string   // "" when the service was given without one
	Optimizations []string // ids, sorted; empty for the baseline
	gain          unit.Interval
	demand        float64 // what is left of the demand, 1 = all
	accepted      float64 // tokens of a decode step with speculative decoding, 0 without
}

func (v Variant) key() string { return v.Precision + "+" + strings.Join(v.Optimizations, "+") }

// Optimized reports whether the variant counts as a model optimization.
func (v Variant) Optimized() bool { return len(v.Optimizations) > 0 }

// ranks orders precisions by bits; equal bits are one class, since a benchmark's rows
// say "int8 or fp8" and which one a machine runs is the machine's matter.
var ranks = map[string]int{"fp32": 4, "bf16": 3, "fp16": 3, "fp8": 2, "int8": 2, "fp4": 1, "int4": 1}

// baselineRank is the precision class that counts as not optimized: today's, else the
// most precise measured class for the model (DESIGN §2). 0 where precision plays no part.
func (s *Space) baselineRank() int {
	if p := s.Workload.Precision; p != "" {
		return ranks[p]
	}
	if s.generates() {
		return ranks[s.baselinePrecision()]
	}
	if s.measuredByUser() || s.Model.ID == "" {
		return 0
	}
	best := 0
	for _, p := range s.precisions() {
		best = max(best, ranks[p])
	}
	return best
}

// precisions lists the measured classes of the model, most precise first.
func (s *Space) precisions() []string {
	if s.measured == nil {
		s.measured = service.Precisions(s.Catalog, s.Model.ID)
	}
	if len(s.measured) == 0 { // never measured: what is carried over to it is half precision
		s.measured = []string{"fp16"}
	}
	return s.measured
}

// BaselinePrecision names the baseline class for a person, as the base hardware runs it.
func (s *Space) BaselinePrecision() string {
	if plain := s.variants(s.Base.Accelerator, false); len(plain) > 0 {
		return plain[0].Precision
	}
	return s.Workload.Precision
}

// resolveOptimizations checks --allow-optimization and keeps the admitted rows that
// are not precisions: those are variants of their own.
func (s *Space) resolveOptimizations() error {
	known := map[string]catalog.Optimization{}
	var ids []string
	for _, o := range s.Catalog.Optimizations() {
		known[o.ID] = o
		ids = append(ids, o.ID)
	}
	for _, id := range s.Workload.AllowOptimization {
		o, ok := known[id]
		if !ok {
			return s.Workload.Fault("allow_optimization", unknownWord(id, ids))
		}
		if err := s.applicable(o); err != nil {
			return s.Workload.Fault("allow_optimization", err)
		}
		s.optimizer = append(s.optimizer, o)
	}
	return nil
}

// unknownWord is the error for a word outside a closed list.
func unknownWord(word string, known []string) error {
	sort.Strings(known)
	hint := "one of " + strings.Join(known, ", ")
	if near := unit.Near(word, known); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "? It takes " + hint
	}
	return fmt.Errorf("%q is not known; %s", word, hint)
}

// applicable refuses an optimization that is admitted but has no known effect, or
// none on this kind of model: silently ignoring it would look like "it does not help".
func (s *Space) applicable(o catalog.Optimization) error {
	if s.generates() && (o.Kind == "precision" || o.Kind == "cache-precision") {
		return nil // computed from bytes and operations
	}
	if s.generates() && o.TokensPerStep.Mid > 0 {
		return nil
	}
	if s.generates() && o.ID == prefixCaching {
		return errors.New("prefix-caching: its effect is that of your own hit rate; give --prefix-hit 30% instead")
	}
	if o.Throughput.Mid <= 0 && o.DemandFactor.Mid <= 0 {
		return fmt.Errorf("%s: no sourced effect on throughput is known; measure it and give --replica-qps instead", o.ID)
	}
	if s.Model.Kind != "" && len(o.Models) > 0 && !slices.Contains(o.Models, s.Model.Kind) {
		return fmt.Errorf("%s: applies to %s models, not to %s (%s)", o.ID, strings.Join(o.Models, ", "), s.Model.Name, s.Model.Kind)
	}
	return nil
}

// variants lists the forms in which the model may be served on an accelerator: plain
// ones in the baseline class, or optimized ones: lower measured precisions, and
// whatever --allow-optimization admits on top of each.
func (s *Space) variants(a catalog.Accelerator, optimized bool) []Variant {
	key := variantKey{a.ID, optimized}
	if known, ok := s.forms[key]; ok {
		return known
	}
	var list []Variant
	switch {
	case s.generates():
		list = s.languageVariants(a, optimized)
	case s.Baseline == 0 || s.measuredByUser():
		list = s.givenVariants(optimized)
	default:
		list = s.measuredOn(a, s.classVariants(optimized))
	}
	s.forms[key] = list
	return list
}

// measuredOn drops the forms never measured on an accelerator where another of the same
// class was: "int8 or fp8" is one class, and hardware usually runs one of the two. Where
// none was, the first that the hardware computes in stands for the class.
func (s *Space) measuredOn(a catalog.Accelerator, all []Variant) []Variant {
	seen := map[int]bool{}
	var kept []Variant
	for _, known := range []func(Variant) bool{
		func(v Variant) bool {
			m, ok := s.Catalog.Measured(s.Model.ID, a.ID, v.Precision)
			return ok && m.QPS > 0
		},
		func(v Variant) bool { return computes(a, v.Precision) },
		func(Variant) bool { return true },
	} {
		for _, v := range all {
			key := ranks[v.Precision]*2 + min(len(v.Optimizations), 1)
			if !seen[key] && known(v) {
				kept, seen[key] = append(kept, v), true
			}
		}
	}
	return kept
}

// computes reports whether the accelerator has a rate for the precision.
func computes(a catalog.Accelerator, precision string) bool {
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

// classVariants are those of the measured precision classes.
func (s *Space) classVariants(optimized bool) []Variant {
	var out []Variant
	for _, p := range s.precisions() {
		lower := ranks[p] < s.Baseline
		if ranks[p] > s.Baseline {
			continue
		}
		v := Variant{Precision: p, gain: unit.Exact(1), demand: 1}
		if lower {
			v.Optimizations = []string{p}
		}
		if lower == optimized {
			out = append(out, v)
		}
		if admitted := s.admitted(v); optimized && len(admitted.Optimizations) > len(v.Optimizations) {
			out = append(out, admitted)
		}
	}
	return out
}

// givenVariants are those of a service the user measured: as measured, or with what
// --allow-optimization admits.
func (s *Space) givenVariants(optimized bool) []Variant {
	plain := Variant{Precision: s.Workload.Precision, gain: unit.Exact(1), demand: 1}
	if !optimized {
		return []Variant{plain}
	}
	if v := s.admitted(plain); v.Optimized() {
		return []Variant{v}
	}
	return nil
}

// admitted applies every optimization of --allow-optimization that does not contradict
// the variant's own precision. Gains multiply; their ranges multiply end to end, which
// is wide on purpose: published gains are not independent.
func (s *Space) admitted(v Variant) Variant {
	out := Variant{Precision: v.Precision, Optimizations: append([]string(nil), v.Optimizations...), gain: v.gain, demand: v.demand}
	for _, o := range s.optimizer {
		if o.Kind == "precision" && (v.Optimized() || ranks[o.ID] >= ranks[v.Precision] && v.Precision != "") {
			continue
		}
		if out = out.with(o); o.Kind == "precision" {
			out.Precision = o.ID
		}
	}
	sort.Strings(out.Optimizations)
	return out
}

// NotAdmitted lists the optimizations the catalogue knows for this kind of model that
// neither a measurement nor --allow-optimization admits.
func (s *Space) NotAdmitted() []string {
	var out []string
	for _, o := range s.Catalog.Optimizations() {
		if !o.Applies(s.Model.Kind) || s.admits(o) {
			continue
		}
		if r, ok := ranks[o.ID]; ok && r >= s.Baseline || s.alreadyThere(o) {
			continue
		}
		out = append(out, o.ID)
	}
	sort.Strings(out)
	return out
}

// alreadyThere reports whether the base has the optimization already, or cannot have it:
// a service that forms batches, an accelerator that cannot be partitioned.
func (s *Space) alreadyThere(o catalog.Optimization) bool {
	switch o.Kind {
	case "batching":
		one, _ := s.BaseServer(false)
		return one.MaxBatch > 1
	case "sharing":
		return s.Base.Accelerator.MIGMax <= 1
	case "caching":
		return o.ID == prefixCaching && s.Workload.LLM.PrefixHit > 0
	}
	return false
}
