package forward

import (
	"fmt"
	"math"
	"testing"

	"scaleadvise/advisor/catalog"
)

// TestTablesAreLookedUp: encoders of the same layers take the same time, whether their table of tokens is
// that of one language or of a hundred, and whether their layers share their weights; a pass of a
// recommender reads a few rows of its tables.
func TestTablesAreLookedUp(t *testing.T) {
	e := shipped(t)
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	parts, q := several(t)[:4], Question{Runtime: "pytorch", Precision: "fp16"}
	first, pairs := map[string]catalog.Model{}, 0
	for _, m := range c.Models() {
		if m.Kind == "recommender" && m.GFLOPs > 0 && m.Layers == 0 {
			q.Model = e.Of(m)
			if q.Model.ReadM > m.ParamsB*1e3 || q.Model.ReadM <= 0 {
				t.Errorf("%s reads %g of %g million parameters", m.ID, q.Model.ReadM, m.ParamsB*1e3)
			}
		}
		if m.Kind != "encoder" || m.Layers == 0 || m.Hidden == 0 || m.Subkind == "seq2seq" {
			continue
		}
		key := fmt.Sprint(m.Layers, m.Hidden, m.FFN, m.GFLOPs, extent(m.Input))
		like, ok := first[key]
		if !ok {
			first[key] = m
			continue
		}
		pairs++
		times := make([][]Prediction, 2)
		for i, m := range []catalog.Model{like, m} {
			q.Model = e.Of(m)
			if times[i], err = e.PredictAll(q, parts); err != nil {
				t.Fatal(err)
			}
		}
		for i, h := range parts {
			if ratio := times[0][i].Seconds / times[1][i].Seconds; math.Abs(math.Log(ratio)) > math.Log(1.4) {
				t.Errorf("%s takes %.2f times as long as %s on %s", like.ID, ratio, m.ID, h.ID)
			}
		}
	}
	if pairs < 40 {
		t.Errorf("%d pairs only", pairs)
	}
}
