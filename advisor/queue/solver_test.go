package queue

import (
	"fmt"
	"math"
	"testing"
)

// TestLengths holds the stationary lengths on a mesh against power iteration over all.
func TestLengths(t *testing.T) {
	for _, st := range []steps{
		{alpha: 0.4, beta: 0.6 / 5, full: 5},
		{alpha: 0, beta: 1. / 40, full: 40},
		{alpha: 0.3, beta: 0.7 / 60, full: 60},
		{alpha: 0.9, beta: 0.1 / 90, full: 90},
		{alpha: 0.5, beta: 0.5 / 50, full: 50, cv2: 0.04},
	} {
		for _, u := range []float64{0.3, 0.85} {
			for _, d := range []float64{1, 2.5} {
				var s solver
				var l lengths
				s.set(st, false)
				s.solve(u*float64(st.full), d, &l)
				pi := iterate(st, u*float64(st.full), d, 4*st.full+150)
				name := fmt.Sprintf("%+v at %g, dispersion %g: ", st, u, d)
				compareLengths(t, name, &l, pi)
			}
		}
	}
}

func compareLengths(t *testing.T, name string, l *lengths, pi []float64) {
	t.Helper()
	mean, crowded, spill := 0.0, 0.0, 0.0
	for q, p := range pi {
		mean += p * float64(q)
		if q >= l.full {
			crowded += p
			spill += p * float64(q-l.full)
		}
	}
	got := l.spill() + l.crowded()*float64(l.full)
	for _, p := range l.low {
		got += p.mass * float64(p.length)
	}
	near(t, name+"mean", got, mean, 1e-4)
	if crowded > 1e-4 {
		near(t, name+"P(full)", l.crowded(), crowded, 1e-3)
		near(t, name+"spill", l.spill(), spill, 1e-3)
	}
	if pi[0] > 1e-4 {
		near(t, name+"idle", l.idle, pi[0], 1e-3)
	}
}

// iterate is the stationary distribution by power iteration.
func iterate(st steps, rate, d float64, states int) []float64 {
	rows := make([][]float64, states)
	for q := 1; q < states; q++ {
		law := st.arrivals(rate, d, st.time(q))
		left := max(0, q-st.full)
		rows[q] = make([]float64, states)
		for j := left; j < states; j++ {
			if law.dispersion == 1 {
				rows[q][j] = poisson(j-left, law.mean)
			} else {
				rows[q][j] = negativeBinomial(j-left, law.mean, law.dispersion)
			}
		}
	}
	rows[0] = make([]float64, states)
	rows[0][1] = 1
	if d > 1 {
		for x := 1; x < states; x++ {
			rows[0][x] = math.Pow(1-1/d, float64(x)) / float64(x) / math.Log(d)
		}
	}
	pi := make([]float64, states)
	pi[1] = 1
	for range 3000 {
		p := make([]float64, states)
		sum, change := 0.0, 0.0
		for q, row := range rows {
			if pi[q] > 1e-18 {
				for j, v := range row {
					p[j] += pi[q] * v
				}
			}
		}
		for _, v := range p {
			sum += v
		}
		for j := range p {
			p[j] = (p[j]/sum + pi[j]) / 2
			change += math.Abs(p[j] - pi[j])
		}
		pi = p
		if change < 1e-12 {
			break
		}
	}
	return pi
}
