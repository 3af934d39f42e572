package simulate

import (
	"errors"
	"fmt"
	"math"
)

// Traffic is the arriving load. Rate, 1/s, is its mean over time; a trace is scaled to it, and 0 takes the
// trace as it is.
type Traffic struct {
	Rate float64

	// Dispersion is the variance over the mean of the number of requests in windows of Window seconds; 1 or
	// less is Poisson. Window 0 makes clusters of simultaneous requests.
	Dispersion, Window float64

	Profile *Profile // shape of the rate over time; nil is steady
	Trace   *Trace   // requests one by one, in place of all the above
}

// Profile is a rate over time in pieces of equal length. Only the ratio of the rates counts.
type Profile struct {
	Slice float64   // s, length of a piece
	Rates []float64 // ≥ 0, not all 0
	Cycle bool      // starts again at its end
}

// Length returns the time from the beginning to the end of a profile, s.
func (p Profile) Length() float64 { return p.Slice * float64(len(p.Rates)) }

// mean is that of the rates.
func (p Profile) mean() float64 {
	sum := 0.0
	for _, r := range p.Rates {
		sum += r
	}
	return sum / float64(len(p.Rates))
}

// PeakToMean returns the largest rate over the mean.
func (p Profile) PeakToMean() float64 {
	most := 0.0
	for _, r := range p.Rates {
		most = math.Max(most, r)
	}
	return most / p.mean()
}

// Diurnal returns the profile of a day whose peak is a multiple of its mean, with the peak in the
// middle: exp(κ·cos), the von Mises density, which has that shape for any ratio above 1.
func Diurnal(peakToMean, day float64) *Profile {
	const slices = 288
	k := concentration(peakToMean)
	p := &Profile{Slice: day / slices, Rates: make([]float64, slices), Cycle: true}
	for i := range p.Rates {
		phase := 2 * math.Pi * ((float64(i)+0.5)/slices - 0.5)
		p.Rates[i] = math.Exp(k * (math.Cos(phase) - 1))
	}
	return p
}

// concentration is the κ with exp(κ) = ratio·I0(κ), where I0 is the mean of exp(κ·cos).
func concentration(ratio float64) float64 {
	low, high := 0.0, 1.0
	over := func(k float64) bool { return besselRatio(k) > ratio }
	for !over(high) && high < 1e6 {
		low, high = high, 2*high
	}
	for range 60 {
		mid := (low + high) / 2
		if over(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return (low + high) / 2
}

// besselRatio is exp(κ)/I0(κ), by the mean over the circle.
func besselRatio(k float64) float64 {
	const n = 2048
	sum := 0.0
	for i := range n {
		sum += math.Exp(k * (math.Cos(2*math.Pi*float64(i)/n) - 1))
	}
	return n / sum
}

func (t Traffic) varies() bool { return t.Profile != nil || t.Trace != nil }

// Mean returns the rate over the whole, 1/s.
func (t Traffic) Mean() float64 {
	if t.Rate == 0 && t.Trace != nil {
		return t.Trace.Rate()
	}
	return t.Rate
}

func (t Traffic) check() error {
	switch {
	case t.Trace != nil && t.Trace.Requests() == 0:
		return errors.New("the trace holds no requests")
	case t.Trace == nil && !(t.Rate > 0) || math.IsInf(t.Rate, 1) || t.Rate < 0:
		return fmt.Errorf("a rate of %g requests a second is not a load; it must be above 0", t.Rate)
	case math.IsNaN(t.Dispersion) || math.IsInf(t.Dispersion, 1) || !(t.Window >= 0):
		return errors.New("the index of dispersion and its window must be numbers of at least 0")
	case t.Profile != nil && !(t.Profile.Slice > 0 && t.Profile.mean() > 0):
		return errors.New("the rates over time are all 0")
	}
	return nil
}

// length is how long the traffic lasts by itself, s; 0 where it does not end.
func (t Traffic) length() float64 {
	switch {
	case t.Trace != nil:
		return t.Trace.Length() / t.speed()
	case t.Profile != nil:
		return t.Profile.Length()
	}
	return 0
}

// speed is how much faster than recorded a trace is replayed.
func (t Traffic) speed() float64 {
	if t.Trace == nil || t.Rate == 0 {
		return 1
	}
	return t.Rate / t.Trace.Rate()
}
