package report

import (
	"bytes"
	"encoding/csv"
	"slices"

	"scaleadvise/advisor/advice"
)

// capacityField is a column of the CSV, named as the curve's key is.
type capacityField struct {
	name string
	of   func(pointDoc) *float64
}

var capacityFields = []capacityField{
	{"qps", func(p pointDoc) *float64 { return p.QPS }},
	{"p50_ms", func(p pointDoc) *float64 { return p.P50MS }},
	{"p95_ms", func(p pointDoc) *float64 { return p.P95MS }},
	{"p99_ms", func(p pointDoc) *float64 { return p.P99MS }},
	{"batch", func(p pointDoc) *float64 { return p.Batch }},
	{"utilization", func(p pointDoc) *float64 { return p.Utilization }},
	{"busy", func(p pointDoc) *float64 { return p.Busy }},
}

// tokenFields are the further columns of a language model.
var tokenFields = []capacityField{
	{"ttft_ms", func(p pointDoc) *float64 { return p.TTFTMS }},
	{"tpot_ms", func(p pointDoc) *float64 { return p.TPOTMS }},
}

// capacityCSV writes the curve, one rate a row; of a budget, one kind of hardware a row. An unknown value is empty.
func capacityCSV(out *bytes.Buffer, a *advice.Capacity, _ Options) error {
	if a.Budget > 0 {
		return affordCSV(out, a)
	}
	w := csv.NewWriter(out)
	fields := capacityFields
	if a.Tokens != nil {
		fields = slices.Concat(fields, tokenFields)
	}
	row := make([]string, len(fields))
	for i, f := range fields {
		row[i] = f.name
	}
	if err := w.Write(row); err != nil {
		return err
	}
	for _, p := range each(a.Curve, newPoint) {
		for i, f := range fields {
			row[i] = raw(f.of(p))
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
