package offer

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/unit"
)

// Words of --allow-optimization that stand for no optimization of the catalog.
const (
	noOptimization = "none"     // the model stays as it is served
	lossless       = "lossless" // what leaves its answers as they are, and what else is named
)

// admittedOptimizations checks --allow-optimization and returns the rows of the catalog that
// it names.
func admittedOptimizations(o *Offers) ([]catalog.Optimization, error) {
	known := map[string]catalog.Optimization{}
	ids := []string{noOptimization, lossless}
	for _, one := range o.Catalog.Optimizations() {
		known[one.ID] = one
		ids = append(ids, one.ID)
	}
	var admitted []catalog.Optimization
	for _, id := range o.Workload.AllowOptimization {
		switch {
		case id == lossless:
			continue
		case id == noOptimization && len(o.Workload.AllowOptimization) > 1:
			return nil, o.Workload.Fault("allow_optimization", errors.New("none admits no optimization, and others are named; leave out one or the other"))
		case id == noOptimization:
			continue
		}
		one, ok := known[id]
		if !ok {
			return nil, o.Workload.Fault("allow_optimization", unknownWord(id, ids))
		}
		if err := applicable(o, one); err != nil {
			return nil, o.Workload.Fault("allow_optimization", err)
		}
		admitted = append(admitted, one)
	}
	return admitted, nil
}

// unknownWord returns the error for a word outside a closed list.
func unknownWord(word string, known []string) error {
	sort.Strings(known)
	hint := "one of " + strings.Join(known, ", ")
	if near := unit.Near(word, known); len(near) > 0 {
		hint = unit.DidYouMean(near...) + " It takes " + hint
	}
	return fmt.Errorf("%q is not known; %s", word, hint)
}

// applicable refuses an optimization that is admitted but has no known effect, or none on
// this kind of model: silently ignoring it would look like "it does not help".
func applicable(o *Offers, one catalog.Optimization) error {
	if o.Generates() && (one.Kind == "precision" || one.Kind == "cache-precision") || o.Pass != nil && one.Kind == "precision" {
		return nil // computed from bytes and operations
	}
	if o.Generates() && one.TokensPerStep.Mid > 0 {
		return nil
	}
	if o.Generates() && one.ID == prefixCaching && cachesPrefixes(o) {
		return nil // it is on in every optimized variant
	}
	if o.Generates() && one.ID == prefixCaching {
		return errors.New("prefix-caching: its effect is that of your own hit rate; give --prefix-hit 30%, or --turns, instead")
	}
	if one.Throughput.Mid <= 0 && one.DemandFactor.Mid <= 0 {
		return fmt.Errorf("%s: no sourced effect on throughput is known; measure it and give --replica-qps instead", one.ID)
	}
	if o.Model.Kind != "" && len(one.Models) > 0 && !slices.Contains(one.Models, o.Model.Kind) {
		return fmt.Errorf("%s: applies to %s models, not to %s (%s)", one.ID, strings.Join(one.Models, ", "), o.Model.Name, o.Model.Kind)
	}
	return nil
}

// kept drops the variants that --allow-optimization excludes: all with none, and with lossless those that round
// numbers more coarsely, or change the model, by what is not named.
func kept(o *Offers, all []Variant) []Variant {
	words := o.Workload.AllowOptimization
	switch {
	case slices.Contains(words, noOptimization):
		return nil
	case !slices.Contains(words, lossless):
		return all
	}
	excluded := map[string]bool{}
	for _, one := range o.Catalog.Optimizations() {
		excluded[one.ID] = slices.Contains([]string{"precision", "cache-precision", "distillation", "pruning"}, one.Kind) && !slices.Contains(words, one.ID)
	}
	return slices.DeleteFunc(slices.Clone(all), func(v Variant) bool {
		return slices.ContainsFunc(v.Optimizations, func(id string) bool { return excluded[id] })
	})
}

// admits reports whether an optimization enters the choice: unasked, or because the user
// said so.
func admits(o *Offers, one catalog.Optimization) bool {
	if o.Pass != nil && one.Kind == "precision" {
		return slices.Contains(o.Workload.AllowOptimization, one.ID) // nothing shows that this model bears it
	}
	return one.Applies(o.Model.Kind) && (one.AdmittedFor(o.Model.Kind) || slices.Contains(o.Workload.AllowOptimization, one.ID))
}

// NotAdmitted lists the optimizations the catalog knows for this kind of model that neither
// a measurement nor --allow-optimization admits, and that a deployment lacks on an
// accelerator with batches of the given size.
func (o *Offers) NotAdmitted(a catalog.Accelerator, maxBatch int) []string {
	var out []string
	if words := o.Workload.AllowOptimization; slices.Contains(words, noOptimization) || slices.Contains(words, lossless) {
		return nil
	}
	for _, one := range o.Catalog.Optimizations() {
		if !one.Applies(o.Model.Kind) || admits(o, one) || present(o, one, a, maxBatch) {
			continue
		}
		if r, ok := ranks[one.ID]; !ok || r < o.Baseline {
			out = append(out, one.ID)
		}
	}
	sort.Strings(out)
	return out
}

// present reports whether a deployment has the optimization already, or cannot have it: a
// service that forms batches, an accelerator that cannot be partitioned.
func present(o *Offers, one catalog.Optimization, a catalog.Accelerator, maxBatch int) bool {
	switch one.Kind {
	case "compilation":
		return o.Pass != nil // runtimes are compared by their own times
	case "batching":
		return maxBatch > 1
	case "sharing":
		return a.MIGMax <= 1
	case "caching":
		return one.ID == prefixCaching && o.Generates() && SharedPrefix(o) > 0
	}
	return false
}
