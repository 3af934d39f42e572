package simulate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestTree: the first of the times, as a walk over all finds it.
func TestTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		tr, all := newTree(n), slices.Repeat([]float64{math.Inf(1)}, n)
		for range rapid.IntRange(1, 60).Draw(t, "changes") {
			i := rapid.IntRange(0, n-1).Draw(t, "i")
			all[i] = rapid.SampledFrom([]float64{1, 2, 3, 4, 5, math.Inf(1)}).Draw(t, "at")
			tr.set(int32(i), all[i])
			at, who := tr.first()
			if want := slices.Index(all, slices.Min(all)); int(who) != want || at != all[want] {
				t.Fatalf("%d at %g, want %d of %v", who, at, want, all)
			}
		}
	})
}

// TestLeastLoaded: the fewest, as a walk over all finds them, each of them as likely.
func TestLeastLoaded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "n")
		c := newLeastLoaded(n)
		var live []int32
		for i := range n {
			live = append(live, int32(i))
		}
		c.enlist(live)
		for range rapid.IntRange(1, 80).Draw(t, "changes") {
			s := int32(rapid.IntRange(0, n-1).Draw(t, "s"))
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0, 1:
				c.more(s)
			case 2:
				c.fewer(s, int32(rapid.IntRange(0, int(c.holds[s])).Draw(t, "leave")))
			case 3:
				live = nil
				for i := range n {
					if i == 0 || rapid.Bool().Draw(t, "live") {
						live = append(live, int32(i))
					}
				}
				c.enlist(live)
			}
			least := int32(math.MaxInt32)
			for _, s := range live {
				least = min(least, c.holds[s])
			}
			found := map[int32]bool{}
			for pick := range uint64(n) {
				found[c.fewest(pick)] = true
			}
			for _, s := range live {
				if found[s] != (c.holds[s] == least) {
					t.Fatalf("station %d holds %d of at least %d, and is chosen: %v", s, c.holds[s], least, found[s])
				}
			}
		}
	})
}

// TestHistogram: quantiles to a fifth of a percent, at every scale.
func TestHistogram(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var h, none, back histogram
	var all []float64
	for range 50_000 {
		x := math.Exp(8*r.NormFloat64() - 4)
		x = math.Min(math.Max(x, 2e-6), 1e6)
		h.add(x)
		all = append(all, x)
	}
	slices.Sort(all)
	for _, p := range []float64{0.01, 0.5, 0.9, 0.99, 0.999} {
		want := all[int(p*float64(len(all)))]
		if got := h.quantile(p); math.Abs(got-want) > 0.01*want {
			t.Errorf("p%g: %g, exactly %g", 100*p, got, want)
		}
	}
	if got := none.quantile(0.5); !math.IsNaN(got) {
		t.Errorf("the median of nothing is %g", got)
	}
	for _, x := range []float64{0, 1e-9, 1e-6, 1, 1e6, 1e9, math.Inf(1)} {
		if i := bucketOf(x); i < 0 || i >= buckets {
			t.Errorf("%g falls into bucket %d of %d", x, i, buckets)
		}
	}
	back.merge(h.sparse())
	if !slices.Equal(back.sparse(), h.sparse()) || back.total() != h.total() {
		t.Error("a histogram is not what was kept of it")
	}
}

// moments are the mean and the coefficient of variation.
func moments(draw func() float64) (m, cv float64) {
	const n = 200_000
	sum, squares := 0.0, 0.0
	for range n {
		x := draw()
		sum, squares = sum+x, squares+x*x
	}
	m = sum / n
	return m, math.Sqrt(squares/n-m*m) / m
}

func TestVariates(t *testing.T) {
	r := streamOf(1, 0, 0)
	for _, cv := range []float64{0, 0.2, 1, 1.6} {
		g := newGamma(cv)
		m, got := moments(func() float64 { return g.draw(r) })
		if math.Abs(m-1) > 0.02 || math.Abs(got-cv) > 0.03*math.Max(cv, 0.1) {
			t.Errorf("gamma of variation %g has mean %g and variation %g", cv, m, got)
		}
	}
	for _, d := range []float64{1.2, 4, 50} {
		l := newLogarithmic(d)
		m, _ := moments(func() float64 { return float64(l.draw(r)) })
		if math.Abs(m-l.mean()) > 0.03*m || math.Abs(l.mean()-(d-1)/math.Log(d)) > 1e-9 {
			t.Errorf("clusters for a dispersion of %g hold %g, %g by formula", d, m, l.mean())
		}
	}
}

// dispersionOver is the index of dispersion of the counts in windows.
func dispersionOver(a arrivals, window float64, windows int) (rate, dispersion float64) {
	sum, squares := 0.0, 0.0
	at := a.next()
	for i := range windows {
		n := 0.0
		for end := window * float64(i+1); at < end; at = a.next() {
			n++
		}
		sum, squares = sum+n, squares+n*n
	}
	m := sum / float64(windows)
	return m / window, (squares/float64(windows) - m*m) / m
}

// TestDispersion: arrivals have the index of dispersion that was asked, over the window that
// was asked; over shorter ones less, where they have a window.
func TestDispersion(t *testing.T) {
	for _, c := range []struct{ dispersion, window, over, want float64 }{
		{1, 0, 1, 1}, {4, 0, 1, 4}, {4, 0, 0.2, 4}, {4, 1, 1, 4}, {16, 10, 10, 16}, {4, 1, 0.25, 1.75}, {1.4, 1, 1, 1.4},
	} {
		a := Traffic{Rate: 50, Dispersion: c.dispersion, Window: c.window}.arrivals(1, streamOf(5, 0, forArrivals))
		rate, got := dispersionOver(a, c.over, int(20_000/c.over)/int(math.Max(1, c.window)))
		if math.Abs(rate-50) > 2.5 || math.Abs(got-c.want) > 0.12*c.want {
			t.Errorf("dispersion %g over %g s: %.3g over %g s at %.3g/s, want %g", c.dispersion, c.window, got, c.over, rate, c.want)
		}
	}
}

// TestProfile: each stretch has its rate, and the whole the mean.
func TestProfile(t *testing.T) {
	p := &Profile{Slice: 10, Rates: []float64{1, 0, 5, 2}, Cycle: true}
	a := Traffic{Rate: 200, Profile: p}.arrivals(1, streamOf(2, 0, forArrivals))
	var counts [8]float64
	for at := a.next(); at < 80; at = a.next() {
		counts[int(at/10)]++
	}
	for i, n := range counts {
		if want := 200 * 10 * p.Rates[i%4] / 2; math.Abs(n-want) > 5*math.Sqrt(want) {
			t.Errorf("%g requests in stretch %d, want about %g", n, i, want)
		}
	}
}

func TestDiurnal(t *testing.T) {
	for _, ratio := range []float64{1.001, 1.5, 3, 12} {
		p := Diurnal(ratio, 86400)
		if got := p.PeakToMean(); math.Abs(got-ratio) > 0.005*ratio {
			t.Errorf("peak over mean %g, want %g", got, ratio)
		}
		if slices.Max(p.Rates) != p.Rates[len(p.Rates)/2] {
			t.Error("the peak is not at noon")
		}
	}
}

// TestSettled: the warm-up ends where the means stop to drift, and never where they do not.
func TestSettled(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	steady, drifting := make([]float64, cellCount), make([]float64, cellCount)
	for i := range steady {
		steady[i] = 1 + 0.01*r.NormFloat64() - math.Exp(-float64(i)/3)
		drifting[i] = float64(i)
	}
	if from, ok := settled(steady); !ok || from < 5 || from > 22 {
		t.Errorf("settled from %d on: %v", from, ok)
	}
	if _, ok := settled(drifting); ok {
		t.Error("a drift counts as settled")
	}
}
