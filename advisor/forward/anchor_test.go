package forward

import (
	"fmt"
	"math"
	"testing"
)

// TestNoCliff: an input a percent larger than one that was measured takes as much longer as it is more
// work, in an interval as wide; of a hundred, one may differ where runs of several harnesses contradict
// each other.
func TestNoCliff(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	const every, most = 28, 0.04
	e := shipped(t)
	asked, off := 0, 0
	for i := 0; i < len(e.cells); i += every {
		c := &e.cells[i]
		m := e.models[c.origin.Model]
		q := Question{Model: m.Model, Hardware: e.devices[c.origin.Device], Runtime: e.names[byRuntime].list[c.runtime], Precision: e.names[byPrecision].list[c.precision],
			Mode: e.names[byMode].list[c.mode], Batch: math.Round(math.Exp(c.batch))}
		if c.tuned || !c.counted || extent(m.Input) == 0 || q.Mode == modeServer {
			continue
		}
		there, err := e.Predict(q)
		if err != nil || !there.own {
			continue
		}
		more := q
		more.Model = q.Model.At(larger(m))
		beside, err := e.Predict(more)
		if err != nil {
			t.Fatal(err)
		}
		asked++
		work := math.Log(more.Model.GMACs / q.Model.GMACs)
		took, width := math.Log(beside.Seconds/there.Seconds), math.Log(beside.High/beside.Low)-math.Log(there.High/there.Low)
		if took < -most || took > work+most || math.Abs(width) > most {
			off++
			t.Logf("%s %s %s %s × %g on %s: %g s in %g to %g, %g s in %g to %g with %s", m.Name, m.Input, q.Runtime, q.Precision, q.Batch, q.Hardware.Name,
				there.Seconds, there.Low, there.High, beside.Seconds, beside.Low, beside.High, more.Model.Input)
		}
	}
	if asked < 250 || off > asked/100 {
		t.Errorf("%d of %d jump", off, asked)
	}
}

// larger is an input a percent larger.
func larger(m described) string {
	const by = 1.01
	x := extent(m.Input)
	if m.class == classAttention && m.Kind != "vision-transformer" {
		return fmt.Sprintf("%.0f tokens", math.Ceil(x*by))
	}
	side := math.Ceil(math.Sqrt(x) * by)
	return fmt.Sprintf("%.0fx%.0f", side, side)
}
