package service

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/catalog"
)

// TestTransfersKeepTheOrder: whatever was measured and wherever, of the user's model or of a benchmark, no
// accelerator of a vendor saturates earlier, takes longer for one request alone or sustains less under a
// bound than one that it exceeds in every figure, where neither was measured.
func TestTransfersKeepTheOrder(t *testing.T) {
	c := embedded(t)
	e := Learn(c)
	rented := slices.DeleteFunc(slices.Clone(c.Accelerators()), func(a catalog.Accelerator) bool { return !c.Rented(a.ID) || a.CPU })
	models := c.MeasuredModels()
	rapid.Check(t, func(t *rapid.T) {
		q := Query{Bound: rapid.Float64Range(0.1, 1).Draw(t, "bound, s"), Percentile: 0.99}
		if rapid.Bool().Draw(t, "the user's own") {
			own := Own{Accelerator: rapid.SampledFrom(rented).Draw(t, "measured on").ID, QPS: rapid.Float64Range(20, 5000).Draw(t, "rate, 1/s")}
			if rapid.Bool().Draw(t, "time alone known") {
				own.Alone = rapid.Float64Range(1, 20).Draw(t, "in service") / own.QPS
			}
			q.Own = []Own{own}
		} else {
			q.Model = rapid.SampledFrom(models).Draw(t, "model")
		}
		type result struct {
			rate, alone, sustained float64
			measured               bool
		}
		all := map[string]result{}
		for _, a := range rented {
			q.Accelerator = a.ID
			id, task, err := e.names(q)
			if err != nil {
				continue
			}
			x, err := e.saturatedOne(id, task, q)
			if err != nil || len(q.Own) > 0 && a.ID == q.Own[0].Accelerator {
				continue
			}
			all[a.ID] = result{x.Value, e.alonePredicted(id, task, q, x).Value, x.Value * e.orderedShare(id, task, x.Value, q).Value, x.Basis == Measured}
		}
		for _, a := range rented {
			for _, b := range rented {
				x, known := all[a.ID]
				y, ok := all[b.ID]
				if !known || !ok || !exceeds(a, b) || x.measured || y.measured {
					continue
				}
				const rounding = 1.0001
				if x.rate*rounding < y.rate || x.alone > y.alone*rounding || x.sustained > 0 && x.sustained*rounding < y.sustained {
					t.Fatalf("%s: %+v; %s, which it exceeds: %+v", a.ID, x, b.ID, y)
				}
			}
		}
	})
}
