package queue

import (
	"math"
	"sort"
)

// blendedWait is the wait for service times that are neither constant nor exponential,
// or exponential under burstier arrivals than Poisson. Given that there is a wait, it
// adds to each quantile under constant service and the arrivals at hand CV² times what
// exponential service adds under Poisson arrivals. For Poisson arrivals that is the
// interpolation of Tijms (A First Course in Stochastic Models, 2003, 9.6.2); its mean is
// that of Pollaczek and Khinchine for one server, and in heavy traffic that of Allen and
// Cunneen (Allen, Probability, Statistics and Queueing Theory, 1990, 5.3).
type blendedWait struct {
	p, average float64
	points     quantiles
}

// quantiles are points of a distribution: exp(−z) exceed x. Between them, and beyond the
// last with the slope of x over z, the tail is exponential.
type quantiles struct {
	z, x  []float64
	slope float64
}

// blend adds the effect of variable service to the wait under bursts: cv2, the squared coefficient of
// variation of service, times the excess of the wait under exponential service over the wait under constant
// service.
func blend(burst, calm *clockedWait, m exponentialWait, cv2 float64) *blendedWait {
	b, c := burst.conditional(), calm.conditional()
	w := &blendedWait{
		p:       burst.exceeds(0) + math.Min(1, cv2)*(m.p-calm.exceeds(0)),
		average: burst.mean() + cv2*math.Max(0, m.mean()-calm.mean()),
	}
	w.p = math.Max(0, math.Min(1, w.p))
	w.points.slope = b.slope + cv2*math.Max(0, m.scale-c.slope)
	const seen = 1e-10
	if calm.exceeds(0) < seen { // only clusters wait
		cv2 = 0
	}
	last := 0.0
	for i, z := range b.z {
		last = math.Max(last, b.x[i]+cv2*math.Max(0, m.scale*z-c.at(z)))
		w.points.z, w.points.x = append(w.points.z, z), append(w.points.x, last)
	}
	return w
}

// conditional tabulates the wait given that there is one. With little load it comes in
// whole service times, so that both sides of each have a point.
func (w *clockedWait) conditional() quantiles {
	const edge = 1e-9
	some, last := w.exceeds(0), w.horizon()
	per := math.Max(8, math.Ceil(96/last))
	q := quantiles{z: []float64{0}, x: []float64{0}, slope: w.strain / w.lengths.slope()}
	for step := 0.0; step < last; step++ {
		for i := 1.0; i <= per; i++ {
			q.add(w.strain*(step+math.Min(i/per, 1-edge)), w, some)
		}
		q.add(w.strain*(step+1), w, some)
	}
	return q
}

// add appends the tail at x if it has fallen since the last point.
func (q *quantiles) add(x float64, w *clockedWait, some float64) {
	p := w.exceeds(x)
	if !(p > 0 && some > 0) {
		return
	}
	if z := -math.Log(p / some); z > q.z[len(q.z)-1] {
		q.z, q.x = append(q.z, z), append(q.x, x)
	}
}

// at returns the x that exp(−z) exceed.
func (q quantiles) at(z float64) float64 { return interpolated(q.z, q.x, z, q.slope) }

// tail returns the logarithm, negative, of the share that exceeds x.
func (q quantiles) tail(x float64) float64 { return interpolated(q.x, q.z, x, 1/q.slope) }

// interpolated is linear between points and beyond the last.
func interpolated(x, y []float64, at, slope float64) float64 {
	n := len(x)
	i := sort.SearchFloat64s(x, at)
	switch {
	case i == 0:
		return y[0]
	case i == n:
		return y[n-1] + (at-x[n-1])*slope
	}
	return y[i-1] + (at-x[i-1])/(x[i]-x[i-1])*(y[i]-y[i-1])
}

func (w *blendedWait) mean() float64 { return w.average }

func (w *blendedWait) exceeds(t float64) float64 { return w.p * math.Exp(-w.points.tail(t)) }

func (w *blendedWait) quantile(z float64) float64 { return w.points.at(z) }
