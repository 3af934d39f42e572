package service

import (
	"math"
	"slices"
	"testing"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/stat"
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

// TestMeasuredIsAsGoodAsItsMedian: of a round that is left out, what the others of the same
// model, accelerator and precision say errs no more than their plain median, and its interval
// holds.
func TestMeasuredIsAsGoodAsItsMedian(t *testing.T) {
	c := embedded(t)
	e := Learn(c)
	var own, plain []float64
	held := 0
	for _, id := range c.MeasuredModels() {
		for _, p := range c.MeasuredPairs(id) {
			a, _ := c.Measured(id, p.Accelerator, p.Precision)
			for _, m := range a.Rows {
				rest := catalog.Aggregate{Model: id, Rows: slices.DeleteFunc(slices.Clone(a.Rows), func(o catalog.Measurement) bool { return o.Date == m.Date })}
				if len(rest.Rows) == 0 {
					continue
				}
				rates, dates := []float64{}, map[string]bool{}
				for _, o := range rest.Rows {
					rates = append(rates, o.PerAccelerator())
					dates[o.Date] = true
				}
				slices.Sort(rates)
				rest.QPSLow, rest.QPSHigh, rest.Rounds = stat.Quantile(rates, 0.05), stat.Quantile(rates, 0.95), len(dates)
				off := math.Abs(math.Log(m.PerAccelerator() / rest.Typical()))
				if off <= e.spreadOf(rest) {
					held++
				}
				own, plain = append(own, off), append(plain, math.Abs(math.Log(m.PerAccelerator()/stat.Median(rates))))
			}
		}
	}
	slices.Sort(own)
	slices.Sort(plain)
	t.Logf("%d rows: %.3f / %.3f, plain %.3f / %.3f, holds %.3f", len(own), stat.Quantile(own, 0.5), stat.Quantile(own, 0.9), stat.Quantile(plain, 0.5), stat.Quantile(plain, 0.9), float64(held)/float64(len(own)))
	for _, p := range []float64{0.5, 0.9} {
		if this, that := stat.Quantile(own, p), stat.Quantile(plain, p); this > that {
			t.Errorf("quantile %g of the error: %.4f, of the plain median %.4f", p, this, that)
		}
	}
	if share := float64(held) / float64(len(own)); len(own) < 2000 || share < 0.85 || share > 0.95 {
		t.Errorf("the interval holds %.3f of %d rows", share, len(own))
	}
}

// TestBenchmarkOfTwoPrecisions: what ran in half precision in one round and in eight bits in
// others is answered in that of the date, today in the newest.
func TestBenchmarkOfTwoPrecisions(t *testing.T) {
	e := Learn(embedded(t))
	rate := func(q Query) float64 {
		q.Accelerator, q.Count = "nvidia-h100-sxm", 1
		x, err := e.Saturated(q)
		if err != nil {
			t.Fatal(err)
		}
		return x.Value
	}
	now, then := rate(Query{Model: "dlrm-v2-99"}), rate(Query{Model: "dlrm-v2-99", Year: 2023.75})
	if half := rate(Query{Model: "dlrm-v2-99.9"}); now < 1.4*half || then > 1.1*half {
		t.Errorf("dlrm-v2-99 at %.0f/s now and %.0f/s in September 2023, dlrm-v2-99.9 at %.0f/s", now, then, half)
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
