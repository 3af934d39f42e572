package queue

import (
	"fmt"
	"math"
	"testing"
)

// negativeBinomial is the law written out.
func negativeBinomial(n int, mean, dispersion float64) float64 {
	r, q := mean/(dispersion-1), 1-1/dispersion
	a, _ := math.Lgamma(r + float64(n))
	b, _ := math.Lgamma(r)
	c, _ := math.Lgamma(float64(n + 1))
	return math.Exp(a - b - c + float64(n)*math.Log(q) - r*math.Log(dispersion))
}

func TestCounts(t *testing.T) {
	var recip reciprocals
	for _, mean := range []float64{1e-3, 0.3, 4, 90, 3000} {
		for _, d := range []float64{1, 1.5, 4, 60} {
			law := counts{mean, d}
			tab := law.tabulate(nil, tiny, &recip)
			sum, first, second := 0.0, 0.0, 0.0
			for i, p := range tab.p {
				n := float64(tab.first + i)
				sum, first, second = sum+p, first+n*p, second+n*n*p
				want := poisson(tab.first+i, mean)
				if d > 1 {
					want = negativeBinomial(tab.first+i, mean, d)
				}
				if math.Abs(p-want) > 1e-9*want+1e-13 {
					t.Fatalf("mean %g, dispersion %g: P(%g) = %g, want %g", mean, d, n, p, want)
				}
			}
			name := fmt.Sprintf("mean %g, dispersion %g: ", mean, d)
			near(t, name+"sum", sum, 1, 1e-12)
			near(t, name+"mean", first, mean, 1e-6)
			near(t, name+"variance", second-first*first, mean*d, 1e-5)
		}
	}
}

func TestCountsWithoutArrivals(t *testing.T) {
	var recip reciprocals
	tab := counts{0, 1}.tabulate(nil, tiny, &recip)
	if tab.at(0) != 1 || tab.at(1) != 0 || tab.at(-1) != 0 {
		t.Errorf("no arrivals: %+v", tab)
	}
}

func TestExcess(t *testing.T) {
	var recip reciprocals
	var e excess
	e.sum(counts{7, 2}, tiny, &recip)
	for _, n := range []int{-3, 0, 1, 7, 20, 1000} {
		more, over, partial := 0.0, 0.0, 0.0
		for k := range 400 {
			p := negativeBinomial(k, 7, 2)
			if k >= n {
				more, partial = more+p, partial+float64(k)*p
			}
			over += p * math.Max(0, float64(k-n))
		}
		near(t, fmt.Sprintf("P(≥ %d)", n), e.orMore(n), more, 1e-9)
		near(t, fmt.Sprintf("E(N−%d)⁺", n), e.over(n), over, 1e-9)
		near(t, fmt.Sprintf("E N(≥ %d)", n), e.partial(n), partial, 1e-9)
	}
}

func TestDecayRoot(t *testing.T) {
	for _, full := range []int{1, 2, 30, 4096} {
		for _, u := range []float64{1e-6, 0.1, 0.5, 0.9, 0.999, 1 - 1e-9} {
			for _, d := range []float64{1, 1.0001, 3, 50} {
				law := counts{u * float64(full), d}
				e := law.root(full)
				if limit := 1 / (d - 1); e >= limit*(1-1e-9) {
					if u > 0.5 || e > limit {
						t.Errorf("full %d, utilization %g, dispersion %g: %g is at the limit", full, u, d, e)
					}
					continue
				}
				f := func(e float64) float64 { return float64(full)*math.Log1p(e) - law.growth(e) }
				if !(e > 0) || f(e*(1-1e-5)) < 0 || f(e*(1+1e-5)) > 0 {
					t.Errorf("full %d, utilization %g, dispersion %g: %g is no root", full, u, d, e)
				}
			}
		}
	}
}
