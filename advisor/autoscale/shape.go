package autoscale

import (
	"fmt"
	"math"
	"slices"
)

// Shape is the rate of requests over a day relative to its mean, in pieces of equal length from
// midnight on.
type Shape []float64

// Number of pieces that a day may have: hours to five minutes.
const (
	LeastPoints = 24
	MostPoints  = 288
)

// Day is the length of a day, s.
const Day = 24 * 3600.0

// The days that have names.
const (
	Flat   = "flat"
	Office = "office"
	Web    = "web"
)

// Names lists the days that have names, sorted.
func Names() []string { return []string{Flat, Office, Web} }

// Of the mean of its days by the hour, each over its own mean. office: the 18 full working days of
// 3 to 27 July 1995 of the NASA-HTTP log, in local time. web: the 87 full days of the WorldCup98
// log, in GMT. Both are logs of the Internet Traffic Archive (ita.ee.lbl.gov).
var named = map[string]Shape{
	Flat:   slices.Repeat(Shape{1}, LeastPoints),
	Office: {0.673, 0.553, 0.498, 0.417, 0.363, 0.366, 0.414, 0.703, 1.107, 1.331, 1.384, 1.54, 1.662, 1.668, 1.686, 1.669, 1.6, 1.259, 0.978, 0.877, 0.824, 0.842, 0.806, 0.779},
	Web:    {1.051, 0.822, 0.774, 0.76, 0.733, 0.718, 0.685, 0.627, 0.642, 0.733, 0.767, 0.816, 0.82, 0.857, 0.958, 1.12, 1.249, 1.443, 1.602, 1.487, 1.284, 1.237, 1.418, 1.398},
}

// Named returns a day that has a name.
func Named(name string) (Shape, bool) {
	s, ok := named[name]
	return s, ok
}

// New returns the shape of a day from its rates, in any unit. The error says why the rates are not a day.
func New(rates []float64) (Shape, error) {
	if n := len(rates); n < LeastPoints || n > MostPoints {
		return nil, fmt.Errorf("%d rates: a day has %d (one an hour) to %d (one in 5 minutes)", n, LeastPoints, MostPoints)
	}
	most := slices.Max(rates)
	if !(most > 0) || math.IsInf(most, 1) || !(slices.Min(rates) >= 0) {
		return nil, fmt.Errorf("the rates of a day must be at least 0, and not all 0")
	}
	s := make(Shape, len(rates))
	for i, r := range rates {
		s[i] = r / most // first, so that the sum cannot overflow
	}
	return s.scaled(1), nil
}

// scaled raises every rate to a power and makes the mean 1 again.
func (s Shape) scaled(power float64) Shape {
	out, sum := make(Shape, len(s)), 0.0
	for i, v := range s {
		out[i] = math.Pow(v, power)
		sum += out[i]
	}
	for i := range out {
		out[i] *= float64(len(s)) / sum
	}
	return out
}

// PeakToMean returns the highest rate over the mean.
func (s Shape) PeakToMean() float64 { return slices.Max(s) }

// WithPeak returns the day with another peak over its mean: every rate to a power, which keeps the
// order of hours and no rate below 0. A day whose rates are all alike, or a ratio that no power
// reaches, is an error.
func (s Shape) WithPeak(ratio float64) (Shape, error) {
	at := func(power float64) float64 { return s.scaled(power).PeakToMean() }
	low, high := 0.0, 1.0
	for at(high) < ratio && high < 1e3 {
		low, high = high, 2*high
	}
	if !(ratio >= 1) || at(high) < ratio*(1-1e-9) {
		return nil, fmt.Errorf("no day of this shape has a peak of %.3g times its mean; %.3g is its own", ratio, s.PeakToMean())
	}
	for range 60 {
		if mid := (low + high) / 2; at(mid) < ratio {
			low = mid
		} else {
			high = mid
		}
	}
	return s.scaled((low + high) / 2), nil
}

// At returns the rate relative to the mean at a time of the day, s, interpolated linearly between the
// middles of pieces; days repeat.
func (s Shape) At(t float64) float64 {
	piece := Day / float64(len(s))
	x := math.Mod(t/piece-0.5, float64(len(s)))
	if x < 0 {
		x += float64(len(s))
	}
	i := int(x) % len(s)
	part := x - math.Floor(x)
	return s[i]*(1-part) + s[(i+1)%len(s)]*part
}
