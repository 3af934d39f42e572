package service

import (
	"math"
	"testing"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/queue"
)

func embedded(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPrecisionsMostPreciseFirst(t *testing.T) {
	got := Precisions(embedded(t), "bert-large")
	if len(got) < 2 || got[0] != "fp16" {
		t.Errorf("precisions of bert-large: %v", got)
	}
	if got := Precisions(embedded(t), "no-such-model"); len(got) != 0 {
		t.Errorf("precisions of nothing: %v", got)
	}
}

// TestMeasuredMeetsItsMeasurements: the model saturates where the rows do, answers one
// request as fast as they do, and its interval holds its middle.
func TestMeasuredMeetsItsMeasurements(t *testing.T) {
	c := embedded(t)
	tried := 0
	for _, id := range c.MeasuredModels() {
		for _, p := range c.MeasuredPairs(id) {
			a, ok := c.Measured(id, p.Accelerator, p.Precision)
			if !ok || a.QPS == 0 || !p.Listed || p.Rows < 3 {
				continue
			}
			m, ok := FromMeasured(c, p.Accelerator, id, p.Precision, 1)
			if !ok {
				t.Errorf("%s on %s: no model", id, p.Accelerator)
				continue
			}
			tried++
			if math.Abs(m.Saturation()/a.QPS-1) > 1e-9 {
				t.Errorf("%s on %s: saturates at %v, measured %v", id, p.Accelerator, m.Saturation(), a.QPS)
			}
			if m.MaxBatch > 1 && a.AloneS > 1/a.QPS && math.Abs(m.Alone()/a.AloneS-1) > 1e-9 {
				t.Errorf("%s on %s: alone %v, measured %v", id, p.Accelerator, m.Alone(), a.AloneS)
			}
			if !(m.SpreadLow > 0 && m.SpreadLow <= 1 && m.SpreadHigh >= 1 && m.SpreadHigh < 3) || m.Basis != Measured || len(m.Sources) == 0 {
				t.Errorf("%s on %s: %+v", id, p.Accelerator, m)
			}
		}
	}
	if tried < 50 {
		t.Fatalf("only %d pairs tried", tried)
	}
}

func TestMeasuredOnSeveralAccelerators(t *testing.T) {
	c := embedded(t)
	one, ok := FromMeasured(c, "nvidia-a10", "bert-large", "fp16", 1)
	if !ok {
		t.Fatal("a10 not found")
	}
	eight, _ := FromMeasured(c, "nvidia-a10", "bert-large", "fp16", 8)
	if r := eight.Saturation() / one.Saturation() / 8; math.Abs(r-acrossReplica) > 1e-9 {
		t.Errorf("eight accelerators reach %v of eight times one", r)
	}
}

func TestNothingMeasured(t *testing.T) {
	c := embedded(t)
	if _, ok := FromMeasured(c, "nvidia-a10", "bert-large", "fp32", 1); ok {
		t.Error("a precision nobody measured")
	}
	if _, ok := FromMeasured(c, "no-such-part", "bert-large", "", 1); ok {
		t.Error("a part nobody measured")
	}
}

// TestCurvesPassTheServerPoints: the queue sustains what was measured under the
// benchmark's bound, or less where one accelerator waits longer than the many that share
// a queue in the measured systems; never more.
func TestCurvesPassTheServerPoints(t *testing.T) {
	c := embedded(t)
	met := 0
	for _, id := range []string{"resnet-50", "bert-large", "ssd-resnet34"} {
		for _, p := range c.MeasuredPairs(id) {
			a, _ := c.Measured(id, p.Accelerator, p.Precision)
			m, ok := FromMeasured(c, p.Accelerator, id, p.Precision, 1)
			if !ok || a.ServerShare == 0 || !p.Listed {
				continue
			}
			got := queue.Sustainable(m.Server(), 1, 0, a.BoundS, a.Percentile) / m.Saturation()
			if got > a.ServerShare*1.005 || m.Derate < 1 && got < a.ServerShare*0.995 {
				t.Errorf("%s on %s: the curve sustains %.3f of saturation, measured %.3f", id, p.Accelerator, got, a.ServerShare)
			}
			if m.Derate < 1 {
				met++
			}
		}
	}
	if met < 15 {
		t.Errorf("only %d curves pass a measured point", met)
	}
}
