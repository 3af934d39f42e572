package llm

import (
	"math"
	"testing"

	"scaleadvise/advisor/unit"
)

func TestSpreadHasTheMomentsOfItsPercentiles(t *testing.T) {
	// Percentiles of the log-normal law with μ = 6, σ = 0.8.
	q := func(z float64) float64 { return math.Exp(6 + 0.8*z) }
	got := Spread(unit.Percentiles{P50: q(0), P90: q(z90), P99: q(z99)})
	mean, cv := math.Exp(6+0.32), math.Sqrt(math.Expm1(0.64))
	if math.Abs(got.Mean/mean-1) > 1e-3 || math.Abs(got.CV/cv-1) > 0.01 {
		t.Errorf("mean %v, CV %v; want %v, %v", got.Mean, got.CV, mean, cv)
	}
	if one := Spread(unit.Percentiles{P50: 100, P90: 100, P99: 100}); one.Mean != 100 || one.CV != 0 {
		t.Errorf("one length: %+v", one)
	}
	for _, p := range []unit.Percentiles{{}, {P50: 3, P90: 2, P99: 4}, {P50: 1, P90: 2, P99: math.Inf(1)}} {
		if got := Spread(p); got != (Tokens{}) {
			t.Errorf("%+v: %+v, want none", p, got)
		}
	}
}

func TestFlatPercentilesKeepTheirTail(t *testing.T) {
	if got := Spread(unit.Percentiles{P50: 300, P90: 300, P99: 900}); !(got.Mean > 300) || !(got.CV > 0) || got.At(z99) < 899 {
		t.Errorf("300/300/900 tokens: %+v, %v at the 99th percentile", got, got.At(z99))
	}
}

// A mixture that is written down as a trait and read again has the mean and variation of its parts.
func TestMixtureSurvivesItsText(t *testing.T) {
	weights, of := []float64{0.6, 0.3, 0.1}, []Tokens{{Mean: 200}, {Mean: 1500, CV: 0.5, Max: 4000}, {Mean: 8000}}
	want := Mixed(weights, of)
	if math.Abs(want.Mean-1370) > 1e-9 {
		t.Errorf("mean %v, want 1370", want.Mean)
	}
	p, err := unit.ParseTokens(want.Text())
	if err != nil {
		t.Fatal(err)
	}
	if got := Spread(p); math.Abs(got.Mean/want.Mean-1) > 0.01 || math.Abs(got.CV/want.CV-1) > 0.3 || got.At(9) != 8000 {
		t.Errorf("%s is read as a mean of %v with a CV of %v, want %v and %v", want.Text(), got.Mean, got.CV, want.Mean, want.CV)
	}
	if got := Mixed([]float64{1, 1}, []Tokens{{Mean: 500}, {Mean: 500}}).Text(); got != "500" {
		t.Errorf("one length for all: %s", got)
	}
}

func TestCellsKeepTheMean(t *testing.T) {
	for _, l := range []Tokens{{Mean: 256}, {Mean: 256, CV: 1.2}, Spread(unit.Percentiles{P50: 300, P90: 900, P99: 2000}), Observed([]float64{1, 5, 90, 400})} {
		share, mean := 0.0, 0.0
		for _, c := range l.Cells() {
			share, mean = share+c.Share, mean+c.Share*c.Tokens
		}
		if math.Abs(share-1) > 1e-9 || math.Abs(mean/l.Mean-1) > 1e-9 {
			t.Errorf("%+v: shares %v, mean %v", l, share, mean)
		}
	}
}
