package report

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"strings"

	"scaleadvise/advisor/advice"
)

// field is one column of the CSV: its name and how an alternative fills it.
type field struct {
	name string
	of   func(alternativeDoc, planDoc) string
}

// fields are the columns, named as the document names them.
var fields = []field{
	{"strategy", func(a alternativeDoc, _ planDoc) string { return a.Strategy }},
	{"optimized", func(a alternativeDoc, _ planDoc) string { return strconv.FormatBool(a.Optimized) }},
	{"chosen", func(a alternativeDoc, _ planDoc) string { return strconv.FormatBool(a.Chosen) }},
	{"feasible", func(a alternativeDoc, _ planDoc) string { return strconv.FormatBool(a.Feasible) }},
	{"direction", func(a alternativeDoc, _ planDoc) string { return a.Direction }},
	{"accelerator", func(_ alternativeDoc, p planDoc) string { return p.Accelerator }},
	{"accelerators_per_replica", func(_ alternativeDoc, p planDoc) string { return whole(p.AcceleratorsPerReplica) }},
	{"replicas", func(_ alternativeDoc, p planDoc) string { return whole(p.Replicas) }},
	{"precision", func(_ alternativeDoc, p planDoc) string { return p.Precision }},
	{"optimizations", func(_ alternativeDoc, p planDoc) string { return strings.Join(p.Optimizations, " ") }},
	{"cloud", func(_ alternativeDoc, p planDoc) string { return p.Cloud }},
	{"region", func(_ alternativeDoc, p planDoc) string { return p.Region }},
	{"instance_type", func(_ alternativeDoc, p planDoc) string { return p.InstanceType }},
	{"instances", func(_ alternativeDoc, p planDoc) string { return whole(p.Instances) }},
	{"pricing", func(_ alternativeDoc, p planDoc) string { return p.Pricing }},
	{"price_as_of", func(_ alternativeDoc, p planDoc) string { return given(p.PriceAsOf) }},
	{"basis", func(_ alternativeDoc, p planDoc) string { return p.Basis }},
	{"demand_qps", func(_ alternativeDoc, p planDoc) string { return raw(p.DemandQPS) }},
	{"capacity_qps", func(_ alternativeDoc, p planDoc) string { return raw(p.CapacityQPS) }},
	{"low_qps", func(_ alternativeDoc, p planDoc) string { return raw(p.LowQPS) }},
	{"high_qps", func(_ alternativeDoc, p planDoc) string { return raw(p.HighQPS) }},
	{"capacity_qps_after_losses", func(_ alternativeDoc, p planDoc) string { return raw(p.CapacityAfterLossesQPS) }},
	{"saturation_qps", func(_ alternativeDoc, p planDoc) string { return raw(p.SaturationQPS) }},
	{"utilization", func(_ alternativeDoc, p planDoc) string { return raw(p.Utilization) }},
	{"p50_ms", func(_ alternativeDoc, p planDoc) string { return raw(p.P50MS) }},
	{"p99_ms", func(_ alternativeDoc, p planDoc) string { return raw(p.P99MS) }},
	{"ttft_ms", func(_ alternativeDoc, p planDoc) string { return raw(p.TTFTMS) }},
	{"tpot_ms", func(_ alternativeDoc, p planDoc) string { return raw(p.TPOTMS) }},
	{"survives_replica_losses", func(_ alternativeDoc, p planDoc) string { return survives(p) }},
	{"holds_until", func(_ alternativeDoc, p planDoc) string { return given(p.HoldsUntil) }},
	{"cost_usd_per_month", func(_ alternativeDoc, p planDoc) string { return raw(p.CostPerMonth) }},
	{"cost_usd_per_million_requests", func(_ alternativeDoc, p planDoc) string { return raw(p.CostPerMillionRequests) }},
	{"cost_usd_per_million_tokens", func(_ alternativeDoc, p planDoc) string { return raw(p.CostPerMillionTokens) }},
	{"cost_ratio", func(a alternativeDoc, _ planDoc) string { return raw(a.CostRatio) }},
	{"decided_by", func(a alternativeDoc, _ planDoc) string { return a.DecidedBy }},
	{"excuse_code", func(a alternativeDoc, _ planDoc) string { return given(a.Code) }},
	{"excuse", func(a alternativeDoc, _ planDoc) string { return given(a.Excuse) }},
	{"near_miss_trait", func(a alternativeDoc, _ planDoc) string { return a.miss().Trait }},
	{"near_miss_value", func(a alternativeDoc, _ planDoc) string { return raw(a.miss().Value) }},
	{"near_miss_needed", func(a alternativeDoc, _ planDoc) string { return raw(a.miss().Needed) }},
	{"near_miss_unit", func(a alternativeDoc, _ planDoc) string { return a.miss().Unit }},
	{"not_included", func(alternativeDoc, planDoc) string { return withoutCell }},
}

// writeCSV writes the alternatives, one a row. An unknown value is empty.
func writeCSV(out *bytes.Buffer, a *advice.Advice, _ Options) error {
	w := csv.NewWriter(out)
	row := make([]string, len(fields))
	for i, f := range fields {
		row[i] = f.name
	}
	if err := w.Write(row); err != nil {
		return err
	}
	for _, alt := range each(a.Alternatives, newAlternative) {
		p := planDoc{}
		if alt.Plan != nil {
			p = *alt.Plan
		}
		for i, f := range fields {
			row[i] = cell(f.of(alt, p))
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// cell is text that a spreadsheet takes for text: one line, and a quote before
// what would start a formula. Our numbers pass, a negative one too.
func cell(s string) string {
	s = line(s)
	if s == "" || !strings.ContainsRune("=+-@", rune(s[0])) {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil && strings.Trim(s, "0123456789.e+-") == "" {
		return s
	}
	return "'" + s
}

// survives is how many replicas may fail; 0 means something only where there is a plan.
func survives(p planDoc) string {
	if p.Replicas == 0 {
		return ""
	}
	return strconv.Itoa(p.SurvivesReplicaLosses)
}

// miss is the near miss, empty when there is none.
func (a alternativeDoc) miss() nearMissDoc {
	if a.NearMiss == nil {
		return nearMissDoc{}
	}
	return *a.NearMiss
}

// whole is a count; 0 means there is no plan.
func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// raw is a number as a spreadsheet reads it: to four digits, and whole where it has more before the
// point. JSON has all of them.
func raw(v *float64) string {
	if v == nil {
		return ""
	}
	decimals := 0
	if size := math.Abs(*v); size > 0 && size < 1000 {
		decimals = 3 - int(math.Floor(math.Log10(size)))
	}
	text := strconv.FormatFloat(*v, 'f', decimals, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

func given(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
