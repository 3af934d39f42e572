package report

import (
	"bytes"
	"encoding/csv"

	"scaleadvise.dev/scaleadvise/advisor/advice"
)

// capacityFields are the columns of the CSV, named as the curve's keys are.
var capacityFields = []struct {
	name string
	of   func(pointDoc) *float64
}{
	{"qps", func(p pointDoc) *float64 { return p.QPS }},
	{"p50_ms", func(p pointDoc) *float64 { return p.P50MS }},
	{"p95_ms", func(p pointDoc) *float64 { return p.P95MS }},
	{"p99_ms", func(p pointDoc) *float64 { return p.P99MS }},
	{"batch", func(p pointDoc) *float64 { return p.Batch }},
	{"utilization", func(p pointDoc) *float64 { return p.Utilization }},
	{"busy", func(p pointDoc) *float64 { return p.Busy }},
}

// capacityCSV writes the curve, one rate a row. An unknown value is empty.
func capacityCSV(out *bytes.Buffer, a *advice.Capacity, _ Options) error {
	w := csv.NewWriter(out)
	row := make([]string, len(capacityFields))
	for i, f := range capacityFields {
		row[i] = f.name
	}
	if err := w.Write(row); err != nil {
		return err
	}
	for _, p := range each(a.Curve, newPoint) {
		for i, f := range capacityFields {
			row[i] = raw(f.of(p))
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
