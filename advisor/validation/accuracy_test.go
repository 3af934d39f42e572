package validation

import (
	"math"
	"testing"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/service"
)

func embedded(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// asks turns the shipped measurements into questions, as a file of them would: those of
// saturated throughput, or of the rate under a bound where the run was at its limit or does not
// say how near it was.
func asks(c *catalog.Catalog, server bool) []Question {
	var all []Question
	for _, m := range c.Measurements() {
		atLimit := m.ServerQPS > 0 && (m.ServerP99MS == 0 || m.ServerP99MS >= 0.8*m.BoundMS)
		if m.MIG || m.Reference || m.OfflineQPS == 0 || server && !atLimit {
			continue
		}
		q := Question{
			Accelerator: m.Accelerator, Count: m.Count, Model: m.Model, KnownModel: true,
			Percentile: usualPercentile, MeasuredQPS: m.OfflineQPS,
		}
		if named, err := c.ResolveModel(m.Benchmark); err == nil && named.ID == m.Model {
			q.Benchmark = m.Benchmark // 3d-unet changed its data set, and with it the model
		}
		if server {
			q.KnownQPS, q.AloneS, q.BoundS, q.MeasuredQPS = m.OfflineQPS, m.SingleP50MS/1e3, m.BoundMS/1e3, m.ServerQPS
		}
		all = append(all, q)
	}
	return all
}

// scored is the score of the predictor on questions, rows without an answer left out.
func scored(p Predictor, questions []Question) advice.Score {
	var sum tally
	for _, q := range questions {
		if answer, err := predict(p, q); err == nil && answer.ok() {
			sum.add(judged(q, answer))
		}
	}
	return sum.score()
}

// TestTwoWaysToTheSameAccuracy: the table of accuracy is made inside package service, from its
// own rows. Asking the same by name, through everything a file goes through, must come out alike.
func TestTwoWaysToTheSameAccuracy(t *testing.T) {
	c := embedded(t)
	p := NewPredictor(c, true)
	compared := 0
	for _, line := range service.Learn(c).Accuracy() {
		// What one request alone takes is no column of a file, and only service leaves out a
		// whole accelerator.
		asked := line.Question == "server" || line.Question == "transfer"
		if line.Method != "this" || line.Group != "all" || !asked {
			continue
		}
		compared++
		got := scored(p, asks(c, line.Question == "server"))
		t.Logf("%s: here %+v, there %+v", line.Question, got, line.Score)
		if got.N < line.N*95/100 || got.N > line.N {
			t.Errorf("%s: %d rows answered of %d", line.Question, got.N, line.N)
		}
		for name, pair := range map[string][2]float64{
			"median error": {got.MdAPE, line.Median}, "p90 error": {got.P90APE, line.P90},
			"bias": {got.Bias, line.Bias}, "coverage": {got.Coverage90, line.Coverage90},
		} {
			if math.Abs(pair[0]-pair[1]) > 0.03 {
				t.Errorf("%s: %s is %.3f here, %.3f there", line.Question, name, pair[0], pair[1])
			}
		}
	}
	if compared != 2 {
		t.Errorf("%d questions were compared, 2 expected", compared)
	}
}
