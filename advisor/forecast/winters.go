package forecast

import "math"

// The smoothing parameters that are tried: level, trend, season.
var (
	levelRates  = []float64{0.05, 0.2, 0.5}
	trendRates  = []float64{0, 0.01, 0.1}
	seasonRates = []float64{0.05, 0.2, 0.5}
)

// holtWinters is Holt and Winters' additive method, the yardstick that forecasts are held
// against: the parameters of those tried that erred least one step ahead within the history
// (Winters, Management Science 6 (1960)). It takes two periods; below, it repeats the last.
func holtWinters(y []float64, period, n int) []float64 {
	if len(y) < 2*period {
		return naive(y, min(period, len(y)), n)
	}
	best := smoother{sse: math.Inf(1)}
	for _, a := range levelRates {
		for _, b := range trendRates {
			for _, c := range seasonRates {
				s := smooth(y, period, a, b, c)
				if s.sse < best.sse {
					best = s
				}
			}
		}
	}
	out := make([]float64, n)
	for k := range out {
		out[k] = math.Max(best.level+best.trend*float64(k+1)+best.season[(len(y)+k)%period], 0)
	}
	return out
}

// smoother is the state of the method at the end of a history.
type smoother struct {
	level, trend float64
	season       []float64 // by step modulo the period
	sse          float64
}

func smooth(y []float64, period int, a, b, c float64) smoother {
	s := smoother{season: make([]float64, period)}
	second := 0.0
	for i := range period {
		s.level += y[i] / float64(period)
		second += y[i+period] / float64(period)
	}
	s.trend = (second - s.level) / float64(period)
	for i := range period {
		s.season[i] = y[i] - s.level
	}
	for t := period; t < len(y); t++ {
		p := t % period
		e := y[t] - (s.level + s.trend + s.season[p])
		s.sse += e * e
		s.level += s.trend + a*e
		s.trend += a * b * e
		s.season[p] += c * (1 - a) * e
	}
	return s
}
