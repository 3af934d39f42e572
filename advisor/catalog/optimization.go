package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/unit"
)

// Optimization is one way to make a model cheaper to serve. A factor of 0 means unknown: no
// public source was found that bounds it, and nothing may be computed from it.
type Optimization struct {
	ID, Title     string
	Kind          string        // precision, cache-precision, batching, compilation, distillation, pruning, caching, sharing, speculation
	Models        []string      // kinds of model it applies to; none for all
	BytesFactor   unit.Interval // of the weights in memory
	ComputeFactor unit.Interval // of the operations of a request
	DemandFactor  unit.Interval // of the requests that reach the model
	Throughput    unit.Interval // of the saturated throughput, 2 = twice as many requests
	TokensPerStep unit.Interval // tokens that a decode step yields per request, net of the cost of drafting them
	Precondition  string
	Effort        string   // low, medium, high
	QualityRisk   string   // none, low, medium, high
	Admitted      bool     // considered unasked: the precondition is known to hold and the risk is low
	Unproven      []string // kinds of model for which it is not admitted nevertheless
	Source        string
	AsOf          string // year of the source
}

// Applies reports whether the optimization is meant for models of a kind.
func (o Optimization) Applies(kind string) bool {
	return len(o.Models) == 0 || slices.Contains(o.Models, kind)
}

// AdmittedFor reports whether it enters the choice of models of a kind unasked.
func (o Optimization) AdmittedFor(kind string) bool {
	return o.Admitted && !slices.Contains(o.Unproven, kind)
}

var (
	optimizationKinds = []string{"precision", "cache-precision", "batching", "compilation", "distillation", "pruning", "caching", "sharing", "speculation"}
	efforts           = []string{"low", "medium", "high"}
	risks             = []string{"none", "low", "medium", "high"}
)

// optimizationSchema is optimizations.csv.
var optimizationSchema = schema[Optimization]{
	file: "optimizations.csv",
	key:  func(o *Optimization) string { return o.ID },
	check: func(o *Optimization) error {
		o.Title = cmp.Or(o.Title, o.ID)
		if err := oneOf("kind", o.Kind, optimizationKinds); err != nil {
			return err
		}
		if err := oneOf("effort", o.Effort, efforts); err != nil {
			return err
		}
		return oneOf("quality_risk", o.QualityRisk, risks)
	},
	source: func(o *Optimization) *string { return &o.Source },
	date:   func(o *Optimization) *string { return &o.AsOf },
	columns: []column[Optimization]{
		keyID("id", func(o *Optimization) *string { return &o.ID }),
		text("title", func(o *Optimization) *string { return &o.Title }),
		text("kind", func(o *Optimization) *string { return &o.Kind }),
		words("models", func(o *Optimization) *[]string { return &o.Models }),
		interval("bytes_factor", func(o *Optimization) *unit.Interval { return &o.BytesFactor }),
		interval("compute_factor", func(o *Optimization) *unit.Interval { return &o.ComputeFactor }),
		interval("demand_factor", func(o *Optimization) *unit.Interval { return &o.DemandFactor }),
		interval("throughput", func(o *Optimization) *unit.Interval { return &o.Throughput }),
		interval("tokens_per_step", func(o *Optimization) *unit.Interval { return &o.TokensPerStep }),
		text("precondition", func(o *Optimization) *string { return &o.Precondition }),
		text("effort", func(o *Optimization) *string { return &o.Effort }),
		text("quality_risk", func(o *Optimization) *string { return &o.QualityRisk }),
		yes("admitted", func(o *Optimization) *bool { return &o.Admitted }),
		words("unproven_for", func(o *Optimization) *[]string { return &o.Unproven }),
		text("source", func(o *Optimization) *string { return &o.Source }),
		text("as_of", func(o *Optimization) *string { return &o.AsOf }),
	},
}

// oneOf checks a cell of few allowed words.
func oneOf(column, cell string, allowed []string) error {
	if slices.Contains(allowed, cell) {
		return nil
	}
	return fmt.Errorf("column %s is %s%s; it is one of %s", column, quote(cell), didYouMean(cell, allowed), strings.Join(allowed, ", "))
}
