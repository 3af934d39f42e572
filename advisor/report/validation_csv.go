package report

import (
	"bytes"
	"encoding/csv"
	"strconv"

	"scaleadvise/advisor/advice"
)

// validationCSV writes the scores, one group a row, all rows together first. An unknown value
// is empty.
func validationCSV(out *bytes.Buffer, v *advice.Validation, _ Options) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"grouped_by", "group", "n", "mdape", "p90_ape", "bias", "coverage90", "median_interval_ratio"}}
	for i, g := range append([]advice.GroupScore{{Score: v.Score}}, v.By...) {
		by := cell(v.GroupedBy)
		if i == 0 {
			by = ""
		}
		d := newGroup(g)
		rows = append(rows, []string{
			by, cell(d.Group), strconv.Itoa(d.N), raw(d.MdAPE), raw(d.P90APE), raw(d.Bias),
			raw(d.Coverage90), raw(d.MedianIntervalRatio),
		})
	}
	return w.WriteAll(rows)
}
