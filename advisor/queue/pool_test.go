package queue

import (
	"fmt"
	"math"
	"testing"
)

// md1 is P(wait > x) of M/D/1 with service 1 from Erlang's alternating sum, evaluated
// with 120 digits.
var md1 = []struct{ rho, x, tail float64 }{
	{0.3, 0, 0.3}, {0.3, 0.25, 2.454810943808e-01}, {0.3, 1, 5.509883469680e-02},
	{0.3, 2.5, 2.968882139046e-03}, {0.3, 6, 2.139493705705e-06},
	{0.5, 0.25, 4.334257734666e-01}, {0.5, 1, 1.756393646499e-01},
	{0.5, 2.5, 2.864063036309e-02}, {0.5, 6, 3.517472099974e-04}, {0.5, 15.5, 2.303843018774e-09},
	{0.8, 0.25, 7.557194483680e-01}, {0.8, 1, 5.548918143015e-01}, {0.8, 2.5, 2.951476465084e-01},
	{0.8, 6, 6.531910840954e-02}, {0.8, 15.5, 1.090115867752e-03}, {0.8, 40, 2.839350465082e-08},
	{0.95, 0, 0.95}, {0.95, 0.25, 9.365962501605e-01}, {0.95, 1, 8.707145170342e-01},
	{0.95, 2.5, 7.496265069099e-01}, {0.95, 6, 5.250553431219e-01},
	{0.95, 15.5, 1.997611589253e-01}, {0.95, 40, 1.652502741973e-02},
}

func TestMD1(t *testing.T) {
	for _, c := range md1 {
		r := Pool{Servers: 1, ServiceTime: 1}.At(Load{Rate: c.rho})
		near(t, fmt.Sprintf("rho %g, P(wait > %g)", c.rho, c.x), r.WaitExceeds(c.x), c.tail, 1e-7)
		near(t, "Pollaczek–Khinchine", r.MeanWait, c.rho/(2*(1-c.rho)), 1e-10)
	}
}

// mdc is M/D/c with service 1: mean wait and P(wait > x) at x = 0, 0.3, 0.9, 1.5, 3.2 by
// Crommelin's chain solved densely (LU) and Franx's sum.
var mdc = []struct {
	servers   int
	rho, wait float64
	tail      [5]float64
}{
	{2, 0.5, 0.1767410571, [5]float64{3.232589429e-01, 2.174013030e-01, 5.106542195e-02, 1.180985026e-02, 1.635452208e-04}},
	{2, 0.9, 2.146923215, [5]float64{8.471076427e-01, 7.812876663e-01, 6.130445704e-01, 4.793409238e-01, 2.369664389e-01}},
	{5, 0.8, 0.2890600073, [5]float64{5.336150630e-01, 3.373414443e-01, 9.326534862e-02, 2.565558023e-02, 6.588732872e-04}},
	{10, 0.9, 0.3445820504, [5]float64{6.468612839e-01, 3.923253743e-01, 1.128780776e-01, 3.256449364e-02, 9.624527607e-04}},
	{25, 0.9, 0.107193265, [5]float64{4.793382174e-01, 1.247501675e-01, 5.544039499e-03, 2.479670993e-04, 3.723781990e-08}},
	{50, 0.95, 0.1304099909, [5]float64{6.012333887e-01, 1.479356949e-01, 6.993814914e-03, 3.306469612e-04, 5.810410027e-08}},
	{100, 0.97, 0.1161976235, [5]float64{6.497709749e-01, 1.163528785e-01, 3.064754029e-03, 8.071999945e-05, 2.703756603e-09}},
}

func TestMDc(t *testing.T) {
	for _, c := range mdc {
		r := Pool{Servers: c.servers, ServiceTime: 1}.At(Load{Rate: c.rho * float64(c.servers)})
		share := 1e-6
		if c.servers > 15 {
			share = 5e-4 // the mesh is coarser than the lengths
		}
		near(t, fmt.Sprintf("c %d, mean wait", c.servers), r.MeanWait, c.wait, share)
		for i, x := range []float64{0, 0.3, 0.9, 1.5, 3.2} {
			near(t, fmt.Sprintf("c %d, P(wait > %g)", c.servers, x), r.WaitExceeds(x), c.tail[i], share)
		}
	}
}

func TestMMc(t *testing.T) {
	r := Pool{Servers: 1, ServiceTime: 0.1, CV: 1}.At(Load{Rate: 8})
	near(t, "p99 of the wait", r.WaitQuantile(0.99), 2.191013317336941, 1e-9) // ln(80)/2
	near(t, "p99 of the sojourn", r.Quantile(0.99), math.Log(100)/2, 1e-9)
	near(t, "mean sojourn", r.MeanSojourn, 0.5, 1e-12)

	// Where the wait falls as fast as the service, (cμ−λ) = μ, the sojourn of those that
	// wait is Erlang of two phases.
	two := Pool{Servers: 2, ServiceTime: 1, CV: 1}.At(Load{Rate: 1})
	near(t, "equal rates", two.Exceeds(3), math.Exp(-3)*(1+3*ErlangC(2, 1)), 1e-12)
}

func TestErlangC(t *testing.T) {
	for _, c := range []struct {
		most    float64
		servers int
	}{{0.01, 19}, {0.05, 17}, {0.2, 14}} {
		n := 11
		for ErlangC(n, 10) > c.most {
			n++
		}
		if n != c.servers {
			t.Errorf("fewest servers for 10 erlangs with P(wait) ≤ %g: %d, want %d", c.most, n, c.servers)
		}
	}
	for _, c := range []struct {
		servers int
		idle    float64
	}{{4, 0.3900}, {8, 0.2820}, {16, 0.2022}, {64, 0.1025}} {
		n := float64(c.servers)
		rho, _ := crossing(0, 1, 1, -1, search{absolute: 1e-12}, func(u float64) float64 {
			return 0.30 - ErlangC(c.servers, u*n)
		})
		if math.Abs(1-rho-c.idle) > 5e-5 {
			t.Errorf("%d servers wait with 0.30 at 1−ρ = %.4f, want %.4f", c.servers, 1-rho, c.idle)
		}
	}
}

func TestErlangManyServers(t *testing.T) {
	// The square-root rule of Halfin and Whitt: with β√c spare, P(wait) tends to
	// 1/(1+√(2π)·β·Φ(β)·exp(β²/2)).
	const c, beta = 10000, 1.0
	want := 1 / (1 + math.Sqrt(2*math.Pi)*beta*(1-math.Erfc(beta/math.Sqrt2)/2)*math.Exp(beta*beta/2))
	near(t, "P(wait) of 10,000 servers", ErlangC(c, c-beta*math.Sqrt(c)), want, 0.01)
	for _, offered := range []float64{0, 1e-9, 5000, 9999.9, 1e4, 1e9, math.Inf(1)} {
		b, w := ErlangB(c, offered), ErlangC(c, offered)
		if !(b >= 0 && b <= w && w <= 1) {
			t.Errorf("10,000 servers at %v erlangs: B %v, C %v", offered, b, w)
		}
	}
	if ErlangB(0, 3) != 1 || ErlangB(3, -1) != 0 || ErlangC(2, 2) != 1 {
		t.Error("edges of Erlang's formulas")
	}
}

func TestPoolAgainstSimulation(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	cases := []struct {
		p                              Pool
		utilization, dispersion, share float64
	}{
		{Pool{1, 1, 0.5}, 0.6, 1, 0.03},
		{Pool{4, 1, 0.3}, 0.6, 1, 0.03},
		{Pool{16, 1, 0.7}, 0.8, 1, 0.03},
		{Pool{4, 1, 0}, 0.5, 3, 0.03},
		{Pool{16, 1, 0.3}, 0.7, 2, 0.03},
		{Pool{4, 1, 1}, 0.6, 3, 0.12},
		{Pool{4, 1, 2}, 0.5, 1, 0.10},
	}
	for _, c := range cases {
		rate := c.utilization * c.p.Saturation()
		server := Batch{Alpha: 1, MaxBatch: 1, CV: c.p.CV}
		m := workload{server, c.p.Servers, rate, c.dispersion, 300000}.oneQueue()
		r := c.p.At(Load{Rate: rate, Dispersion: c.dispersion})
		name := fmt.Sprintf("%+v at %g, dispersion %g: ", c.p, c.utilization, c.dispersion)
		for _, p := range []float64{0.5, 0.95, 0.99} {
			near(t, name+fmt.Sprintf("p%g", 100*p), r.Quantile(p), quantileOf(m.sojourn, p), c.share)
		}
		near(t, name+"mean", r.MeanSojourn, meanOf(m.sojourn), c.share)
		near(t, name+"busy", r.Busy, m.busy, 0.02)
	}
}

func TestPoolTails(t *testing.T) {
	// Far out the tail keeps its exponential, where one minus a distribution is zero.
	r := Pool{Servers: 1, ServiceTime: 1, CV: 1}.At(Load{Rate: 0.5})
	near(t, "P(sojourn > 200)", r.Exceeds(200), math.Exp(-100), 1e-9)
	d := Pool{Servers: 1, ServiceTime: 1}.At(Load{Rate: 0.5})
	near(t, "M/D/1, P(wait > 40)", d.WaitExceeds(40), 9.857230993624e-23, 1e-6)
}
