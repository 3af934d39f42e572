package queue

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
)

// poisson is the Poisson law written out.
func poisson(n int, mean float64) float64 {
	if n < 0 {
		return 0
	}
	if mean == 0 {
		if n == 0 {
			return 1
		}
		return 0
	}
	l, _ := math.Lgamma(float64(n + 1))
	return math.Exp(float64(n)*math.Log(mean) - mean - l)
}

// bruteForce is the batch queue with Poisson arrivals solved the long way: a dense
// transition matrix, power iteration, and the tails by integrating over the moment of an
// arrival within a step, how many came before it, and how large its batch becomes.
type bruteForce struct {
	Batch
	rate float64
	pi   []float64
}

func newBruteForce(b Batch, rate float64, states int) bruteForce {
	next := make([][]float64, states)
	for q := range next {
		next[q] = make([]float64, states)
		if q == 0 {
			next[0][1] = 1
			continue
		}
		batch := min(q, b.MaxBatch)
		for j := range states {
			next[q][j] = poisson(j-(q-batch), rate*(b.Alpha+b.Beta*float64(batch)))
		}
	}
	pi := make([]float64, states)
	pi[0] = 1
	for range 20000 {
		p := make([]float64, states)
		for q, row := range next {
			if pi[q] < 1e-300 {
				continue
			}
			for j, v := range row {
				p[j] += pi[q] * v
			}
		}
		sum, change := 0.0, 0.0
		for _, v := range p {
			sum += v
		}
		for j := range p {
			p[j] = (p[j]/sum + pi[j]) / 2 // halved, as the chain may be periodic
			change += math.Abs(p[j] - pi[j])
		}
		pi = p
		if change < 1e-15 {
			break
		}
	}
	return bruteForce{b, rate, pi}
}

func (f bruteForce) step(batch int) float64 { return f.Alpha + f.Beta*float64(batch) }

// size is the probability that the batch of a request with place others before it, after
// a wait, is b.
func (f bruteForce) size(b, place int, wait float64) float64 {
	if b < f.MaxBatch {
		return poisson(b-place-1, f.rate*wait)
	}
	p := 1.0
	for n := 0; place+1+n < f.MaxBatch; n++ {
		p -= poisson(n, f.rate*wait)
	}
	return p
}

// tail is the probability that wait + own × the own step is longer than t.
func (f bruteForce) tail(t, own float64) float64 {
	sum, cycle := 0.0, f.pi[0]/f.rate
	if own*f.step(1) > t {
		sum = f.pi[0] / f.rate
	}
	full := f.step(f.MaxBatch)
	for q := 1; q < len(f.pi); q++ {
		if f.pi[q] < 1e-16 {
			continue
		}
		batch := min(q, f.MaxBatch)
		s := f.step(batch)
		cycle += f.pi[q] * s
		for k := range len(f.pi) {
			ahead := q - batch + k
			later, place := float64(ahead/f.MaxBatch)*full, ahead%f.MaxBatch
			for b := place + 1; b <= f.MaxBatch; b++ {
				to := math.Min(s, s+later-(t-own*f.step(b)))
				if to <= 0 {
					continue
				}
				sum += f.pi[q] * quad.Fixed(func(u float64) float64 {
					return poisson(k, f.rate*u) * f.size(b, place, s-u+later)
				}, 0, to, 16, nil, 0)
			}
		}
	}
	return sum / cycle
}

func TestBatchAgainstBruteForce(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	cases := []struct {
		b           Batch
		utilization float64
		states      int
		share       float64
	}{
		{Batch{Alpha: 0.7, Beta: 0.15, MaxBatch: 2}, 0.3, 24, 1e-6},
		{Batch{Alpha: 0.4, Beta: 0.2, MaxBatch: 3}, 0.8, 60, 1e-6},
		{Batch{Alpha: 0, Beta: 0.25, MaxBatch: 4}, 0.7, 44, 1e-6},
		{Batch{Alpha: 1, Beta: 0, MaxBatch: 3}, 0.6, 36, 1e-6},
		{Batch{Alpha: 0.3, Beta: 0.7 / 20, MaxBatch: 20}, 0.8, 64, 1e-3},
	}
	for _, c := range cases {
		rate := c.utilization * c.b.Saturation()
		f := newBruteForce(c.b, rate, c.states)
		r := c.b.At(Load{Rate: rate})
		for _, at := range []float64{0.2, 0.63, 0.97, 1.31, 1.78, 2.45, 3.9} {
			sojourn, wait := f.tail(at, 1), f.tail(at, 0)
			if sojourn > 1e-5 {
				near(t, fmt.Sprintf("%+v P(sojourn > %g)", c.b, at), r.Exceeds(at), sojourn, c.share)
			}
			if wait > 1e-5 {
				near(t, fmt.Sprintf("%+v P(wait > %g)", c.b, at), r.WaitExceeds(at), wait, c.share)
			}
		}
	}
}

func TestBatchAgainstSimulation(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	cases := []struct {
		b                       Batch
		utilization, dispersion float64
		share                   float64
	}{
		{Batch{Alpha: 0.3, Beta: 0.7 / 8, MaxBatch: 8}, 0.5, 1, 0.02},
		{Batch{Alpha: 0.3, Beta: 0.7 / 64, MaxBatch: 64}, 0.9, 1, 0.02},
		{Batch{Alpha: 0.9, Beta: 0.1 / 128, MaxBatch: 128}, 0.6, 1, 0.02},
		{Batch{Alpha: 0.3, Beta: 0.7 / 8, MaxBatch: 8}, 0.5, 3, 0.04},
		{Batch{Alpha: 0, Beta: 1. / 32, MaxBatch: 32}, 0.6, 2, 0.04},
		{Batch{Alpha: 0.6, Beta: 0.4 / 64, MaxBatch: 64}, 0.8, 4, 0.04},
		{Batch{Alpha: 0.3, Beta: 0.7 / 32, MaxBatch: 32, CV: 0.1}, 0.5, 1, 0.03},
		{Batch{Alpha: 0.3, Beta: 0.7 / 32, MaxBatch: 32, CV: 0.3}, 0.5, 1, 0.04},
		{Batch{Alpha: 0.3, Beta: 0.7 / 4, MaxBatch: 4, CV: 1}, 0.4, 1, 0.06},
	}
	for _, c := range cases {
		rate := c.utilization * c.b.Saturation()
		m := workload{c.b, 1, rate, c.dispersion, 300000}.oneQueue()
		r := c.b.At(Load{Rate: rate, Dispersion: c.dispersion})
		name := fmt.Sprintf("%+v at %g, dispersion %g: ", c.b, c.utilization, c.dispersion)
		for _, p := range []float64{0.5, 0.95, 0.99} {
			near(t, name+fmt.Sprintf("p%g", 100*p), r.Quantile(p), quantileOf(m.sojourn, p), c.share)
		}
		near(t, name+"mean", r.MeanSojourn, meanOf(m.sojourn), c.share)
		near(t, name+"mean wait", r.MeanWait, meanOf(m.wait), c.share)
		near(t, name+"busy", r.Busy, m.busy, 0.02)
	}
}

func TestBatchOfOneIsMD1(t *testing.T) {
	b := Batch{Alpha: 0.6, Beta: 0.4, MaxBatch: 1}
	for _, c := range md1 {
		got := b.At(Load{Rate: c.rho}).WaitExceeds(c.x)
		near(t, fmt.Sprintf("rho %g, P(wait > %g)", c.rho, c.x), got, c.tail, 1e-7)
	}
}

func TestBatchWithoutLoad(t *testing.T) {
	b := Batch{Alpha: 0.02, Beta: 0.001, MaxBatch: 16}
	r := b.At(Load{})
	if r.Quantile(0.99) != 0.021 && math.Abs(r.Quantile(0.99)-0.021) > 1e-9 {
		t.Errorf("p99 of an idle server: %v, want 21 ms", r.Quantile(0.99))
	}
	if r.PWait != 0 || r.WaitQuantile(0.999) != 0 || r.Busy != 0 || r.MeanBatch != 1 {
		t.Errorf("idle server waits: %+v", r)
	}
}

func TestBatchNearAndBeyondSaturation(t *testing.T) {
	b := Batch{Alpha: 0.02, Beta: 0.001, MaxBatch: 16}
	x := b.Saturation()
	if r := b.At(Load{Rate: x}); r.Stable || !math.IsInf(r.Quantile(0.5), 1) || r.Exceeds(1e9) != 1 {
		t.Errorf("at saturation: %+v", r)
	}
	r := b.At(Load{Rate: math.Nextafter(x, 0)})
	if p := r.Quantile(0.99); r.Stable && (math.IsInf(p, 0) || math.IsNaN(p)) {
		t.Errorf("just below saturation p99 is %v", p)
	}
	if p := b.At(Load{Rate: 0.9999 * x}).Quantile(0.99); !(p > 1 && p < 1e4) {
		t.Errorf("at 0.9999 of saturation p99 is %v", p)
	}
}

func TestServersThatMakeNoSense(t *testing.T) {
	nan := math.NaN()
	for _, s := range []Server{
		Batch{}, Batch{Alpha: -1, Beta: 1, MaxBatch: 4}, Batch{Alpha: nan, Beta: 1, MaxBatch: 4},
		Batch{Alpha: 1, Beta: 1}, Batch{Alpha: 1, Beta: 1, MaxBatch: 4, CV: -1}, Batch{Alpha: math.Inf(1), MaxBatch: 2},
		Pool{}, Pool{Servers: 1}, Pool{Servers: 1, ServiceTime: nan}, Pool{Servers: 1, ServiceTime: 1, CV: nan},
		Balanced{Server: Pool{Servers: 1, ServiceTime: 1}}, Balanced{Server: Batch{}, N: 3},
	} {
		if x := s.Saturation(); x != 0 {
			t.Errorf("%+v saturates at %v", s, x)
		}
		if r := s.At(Load{Rate: 1}); r.Stable {
			t.Errorf("%+v is stable: %+v", s, r)
		}
		if q := Sustainable(s, 1, 0, 1, 0.99); q != 0 {
			t.Errorf("%+v sustains %v", s, q)
		}
	}
	good := Pool{Servers: 1, ServiceTime: 1}
	for _, rate := range []float64{-1, nan, math.Inf(1)} {
		if r := good.At(Load{Rate: rate}); r.Stable {
			t.Errorf("rate %v is stable: %+v", rate, r)
		}
	}
	var none Result
	if !math.IsInf(none.Quantile(0.5), 1) || none.Exceeds(1) != 1 {
		t.Errorf("the zero result is not that of an unstable queue")
	}
}
