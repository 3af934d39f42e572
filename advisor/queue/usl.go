package queue

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// USL is the Universal Scalability Law, throughput
// C(n) = Lambda·n / (1 + Sigma·(n−1) + Kappa·n·(n−1))
// (Gunther, Guerrilla Capacity Planning, 2007, 4.4).
type USL struct {
	Sigma  float64 // contention
	Kappa  float64 // coherency
	Lambda float64 // throughput of one server or replica, requests per second
	R2     float64 // share of the throughputs' variance that the law explains
}

// Capacity returns the throughput of n, requests per second.
func (u USL) Capacity(n float64) float64 { return u.Lambda * n * u.Relative(n) }

// Relative returns the throughput of n over n times that of one: the efficiency.
func (u USL) Relative(n float64) float64 {
	return 1 / (1 + u.Sigma*(n-1) + u.Kappa*n*(n-1))
}

// Peak returns where throughput stops growing, ⌊√((1−Sigma)/Kappa)⌋ but at least 1, and the
// throughput there; ok is false where it grows without bound (Gunther 2007, 4.4.2).
func (u USL) Peak() (n, qps float64, ok bool) {
	if !(u.Kappa > 0) {
		return 0, 0, false
	}
	n = math.Max(1, math.Floor(math.Sqrt(math.Max(0, 1-u.Sigma)/u.Kappa)))
	return n, u.Capacity(n), true
}

// FitUSL fits the law to throughputs measured at ns servers: contention, coherency and
// the throughput of one together, by unweighted least squares on throughput. The first
// two are shares of the work and stay within 0 and 1.
func FitUSL(ns, qps []float64) (USL, error) {
	points, err := uslPoints(ns, qps)
	if err != nil {
		return USL{}, err
	}
	top := 0.0
	for _, p := range points {
		top = math.Max(top, p.qps)
	}
	for i := range points {
		points[i].qps /= top
	}
	best := uslFit{sse: math.Inf(1)}
	for _, sigma := range holds {
		for _, kappa := range holds {
			f := uslFit{points: points, hold: [2]float64{sigma, kappa}}
			f.run()
			if f.sse < best.sse {
				best = f
			}
		}
	}
	return USL{best.sigma, best.kappa, best.lambda * top, best.r2()}, nil
}

type uslPoint struct{ n, qps float64 }

// uslPoints checks the measurements and puts them in order, so that the order in which
// they came does not matter.
func uslPoints(ns, qps []float64) ([]uslPoint, error) {
	if len(ns) != len(qps) {
		return nil, fmt.Errorf("%d server counts with %d throughputs: give one throughput for each", len(ns), len(qps))
	}
	var points []uslPoint
	for i, n := range ns {
		if !(n > 0) || math.IsInf(n, 1) {
			return nil, fmt.Errorf("point %d: %v servers: give a positive number", i+1, n)
		}
		if !(qps[i] > 0) || math.IsInf(qps[i], 1) {
			return nil, fmt.Errorf("point %d: throughput %v: give a positive number", i+1, qps[i])
		}
		points = append(points, uslPoint{n, qps[i]})
	}
	slices.SortFunc(points, func(a, b uslPoint) int {
		return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.qps, b.qps))
	})
	distinct := 0
	for i, p := range points {
		if i == 0 || p.n != points[i-1].n {
			distinct++
		}
	}
	if distinct < 3 {
		return nil, fmt.Errorf("scaling data at %d different server counts: %w", distinct, errFewPoints)
	}
	return points, nil
}

var errFewPoints = errors.New("the law has three unknowns, measure at three counts or more")

// free lets a parameter move; otherwise it is held at an end of its range.
const free = -1

var holds = []float64{free, 0, 1}

// uslFit is a fit with contention and coherency free or held. For given values of these
// the best throughput of one is linear least squares, so that the search is over the two
// alone (variable projection, Golub and Pereyra, SIAM J. Numer. Anal. 1973).
type uslFit struct {
	points               []uslPoint
	hold                 [2]float64
	sigma, kappa, lambda float64
	sse                  float64
}

// run performs the Levenberg–Marquardt iteration, with steps cut at the ends of the ranges.
func (f *uslFit) run() {
	f.start()
	damping := 1e-3
	for range 500 {
		ds, dk := f.step(damping)
		next := *f
		next.sigma, next.kappa = unit(f.sigma+ds), unit(f.kappa+dk)
		next.project()
		if !(next.sse < f.sse) {
			damping *= 4
			if damping > 1e20 {
				return
			}
			continue
		}
		*f = next
		damping = math.Max(damping/8, 1e-15)
	}
}

// start takes the best point of a coarse grid, around the values that bend the curve within the data.
func (f *uslFit) start() {
	n := math.Max(1, f.points[len(f.points)-1].n)
	f.sse = math.Inf(1)
	for _, s := range f.grid(0, n) {
		for _, k := range f.grid(1, n*n) {
			next := *f
			next.sigma, next.kappa = s, k
			if next.project(); next.sse < f.sse {
				*f = next
			}
		}
	}
}

func (f *uslFit) grid(parameter int, scale float64) []float64 {
	if h := f.hold[parameter]; h != free {
		return []float64{h}
	}
	return []float64{0, unit(0.1 / scale), unit(1 / scale), unit(10 / scale)}
}

// project finds the throughput of one and the sum of squares for the others given.
func (f *uslFit) project() {
	law := USL{Sigma: f.sigma, Kappa: f.kappa, Lambda: 1}
	var yg, gg float64
	for _, p := range f.points {
		g := law.Capacity(p.n)
		yg += p.qps * g
		gg += g * g
	}
	f.lambda = yg / gg
	f.sse = 0
	for _, p := range f.points {
		d := p.qps - f.lambda*law.Capacity(p.n)
		f.sse += d * d
	}
}

// step returns the damped Gauss–Newton step of contention and coherency: the columns of their
// derivatives, less what the throughput of one makes up for, against the residuals.
func (f *uslFit) step(damping float64) (sigma, kappa float64) {
	law := USL{Sigma: f.sigma, Kappa: f.kappa, Lambda: 1}
	var gg, gs, gk, gr, ss, sk, kk, sr, kr float64
	for _, p := range f.points {
		g := law.Capacity(p.n)
		s := -f.lambda * g * (p.n - 1) * law.Relative(p.n)
		k := s * p.n
		r := p.qps - f.lambda*g
		gg, gs, gk, gr = gg+g*g, gs+g*s, gk+g*k, gr+g*r
		ss, sk, kk = ss+s*s, sk+s*k, kk+k*k
		sr, kr = sr+s*r, kr+k*r
	}
	ss, sk, kk = ss-gs*gs/gg, sk-gs*gk/gg, kk-gk*gk/gg
	sr, kr = sr-gs*gr/gg, kr-gk*gr/gg
	ss, kk = ss*(1+damping), kk*(1+damping)
	switch {
	case f.hold[0] == free && f.hold[1] == free:
		if det := ss*kk - sk*sk; det > 0 {
			return (kk*sr - sk*kr) / det, (ss*kr - sk*sr) / det
		}
	case f.hold[0] == free && ss > 0:
		return sr / ss, 0
	case f.hold[1] == free && kk > 0:
		return 0, kr / kk
	}
	return 0, 0
}

// r2 returns one less the unexplained share of the variance.
func (f *uslFit) r2() float64 {
	mean := 0.0
	for _, p := range f.points {
		mean += p.qps / float64(len(f.points))
	}
	total := 0.0
	for _, p := range f.points {
		total += (p.qps - mean) * (p.qps - mean)
	}
	if total == 0 {
		return 1
	}
	return 1 - f.sse/total
}
