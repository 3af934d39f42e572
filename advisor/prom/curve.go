package prom

import (
	"math"
	"slices"

	"scaleadvise/advisor/stat"
)

// curve is latency over the load of one replica, as hours of history show it.
type curve struct {
	Hours     int
	Alone     float64 // s, at the lowest load; extrapolated to no load where Told
	Flat      bool    // waiting has almost no effect on Alone
	Told      bool    // the load came close enough to saturation to locate it
	Rate      float64 // 1/s at saturation
	Low, High float64 // its 90 % range
	Why       string  // why it could not be located
	alone     float64 // s, of the law that fits best
}

// How much the history must show before anything is read from it.
const (
	leastRange = 2.0  // highest over lowest load
	leastRise  = 1.15 // latency at the highest over that at the lowest
	widestRate = 2.0  // high over low end of the saturation's range
	farthest   = 2.0  // saturation over the highest load seen
	curveBins  = 12
)

// fitCurve reads the service curve from hours of (load of one replica, mean latency). The
// hours are put into bins of like load, each by its median, so that one bad hour moves
// nothing. The law is T = s·(1 + a·ρ^(√(2(c+1))−1)/(1−ρ)), ρ = load/saturation: Sakasegawa's
// approximation of the wait with c servers (Ann. Inst. Statist. Math. 29 (1977)), whose
// height a is free, since neither the variation of times nor of arrivals is known.
func fitCurve(load, times []float64) curve {
	c := curve{Hours: len(load)}
	if c.Hours < leastHours {
		return c
	}
	x, y := bins(load, times)
	low, high := x[0], x[len(x)-1]
	c.Alone = math.Min(y[0], y[1])
	rise := math.Max(y[len(y)-1], y[len(y)-2]) / c.Alone
	best := c.search(x, y)
	switch {
	case high < leastRange*low:
		c.Why = "the load of a replica never changed by more than " + digits(high/low) + " times; a curve takes " + digits(leastRange)
		c.Flat = rise < leastRise
	case rise < leastRise:
		c.Why = "latency rose by less than " + digits(100*(leastRise-1)) + " % up to the highest load, so saturation was not reached"
		c.Flat = true
	case !best || c.High > widestRate*c.Low || c.Rate > farthest*high:
		c.Why = "latency rises with the load, but not far enough to estimate saturation within a factor of " + digits(widestRate)
		c.Flat = low < high/leastRange
	default:
		c.Told, c.Alone = true, c.alone
	}
	return c
}

// bins sorts hours by load and gives the medians of even parts.
func bins(load, times []float64) (x, y []float64) {
	byLoad := make([]int, len(load))
	for i := range byLoad {
		byLoad[i] = i
	}
	slices.SortStableFunc(byLoad, func(a, b int) int {
		switch {
		case load[a] < load[b]:
			return -1
		case load[a] > load[b]:
			return 1
		}
		return 0
	})
	for b := range curveBins {
		var ls, ts []float64
		for _, i := range byLoad[b*len(byLoad)/curveBins : (b+1)*len(byLoad)/curveBins] {
			ls, ts = append(ls, load[i]), append(ts, times[i])
		}
		x, y = append(x, stat.Median(ls)), append(y, stat.Median(ts))
	}
	return x, y
}

// serverCounts are the numbers of servers in one replica that the law is tried with.
var serverCounts = []float64{1, 2, 4, 8, 16, 32}

// search finds the saturation that fits best, and all that fit nearly as well: those whose
// squared error is within F(0.90; 1, 9) of the best, twelve bins less three unknowns.
func (c *curve) search(x, y []float64) bool {
	const steps, reach, f90 = 240, 20.0, 3.36
	top := x[len(x)-1]
	type try struct{ rate, alone, sse float64 }
	var all []try
	best := try{sse: math.Inf(1)}
	for _, servers := range serverCounts {
		power := math.Sqrt(2*(servers+1)) - 1
		for i := range steps {
			rate := top * 1.01 * math.Pow(reach, float64(i)/(steps-1))
			alone, sse := misfit(x, y, rate, power)
			t := try{rate, alone, sse}
			all = append(all, t)
			if t.sse < best.sse {
				best = t
			}
		}
	}
	if math.IsInf(best.sse, 1) {
		return false
	}
	const noise = 1e-6 // of exact data, which no clock has
	limit := (best.sse + noise) * (1 + f90/float64(len(x)-3))
	c.Rate, c.Low, c.High, c.alone = best.rate, best.rate, best.rate, best.alone
	for _, t := range all {
		if t.sse <= limit {
			c.Low, c.High = math.Min(c.Low, t.rate), math.Max(c.High, t.rate)
		}
	}
	return true
}

// misfit is the least sum of squared relative errors of T = s + h·ρ^power/(1−ρ) with s and h
// at or above zero, and the s of it.
func misfit(x, y []float64, rate, power float64) (alone, sse float64) {
	var n, sz, szz, sy, szy float64 // weighted sums, weights 1/y²
	z := make([]float64, len(x))
	for i, v := range x {
		rho := v / rate
		z[i] = math.Pow(rho, power) / (1 - rho)
		w := 1 / (y[i] * y[i])
		n, sz, szz, sy, szy = n+w, sz+w*z[i], szz+w*z[i]*z[i], sy+w*y[i], szy+w*z[i]*y[i]
	}
	det := n*szz - sz*sz
	h := (n*szy - sz*sy) / det
	alone = (sy - h*sz) / n
	if !(det > 0) || h < 0 || alone <= 0 {
		return 0, math.Inf(1)
	}
	for i := range x {
		e := (alone + h*z[i] - y[i]) / y[i]
		sse += e * e
	}
	return alone, sse
}
