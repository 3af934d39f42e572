package forecast

import (
	"math"

	"scaleadvise/advisor/unit"
)

// Compound is demand that grows by the same fraction every month or, where Linear is set, by the same
// amount.
type Compound struct {
	Peak     unit.Interval // requests per second today
	PerMonth unit.Interval // fraction per month, above −1; of today's peak where Linear is set
	Linear   bool
}

// Method words how demand grows.
func (c Compound) Method() string {
	if c.Linear {
		return "growth by the same amount every month, a month of 730 h"
	}
	return "compound growth at a constant rate, a month of 730 h"
}

// At returns the demand after the given seconds. The range takes the low peak with the
// low growth and the high peak with the high growth: both ends of what was stated.
func (c Compound) At(seconds float64) unit.Interval {
	return unit.Interval{
		Mid:  c.Peak.Mid * c.Factor(c.PerMonth.Mid, seconds),
		Low:  c.Peak.Low * c.Factor(c.PerMonth.Low, seconds),
		High: c.Peak.High * c.Factor(c.PerMonth.High, seconds),
	}
}

// Factor is (1+g)^t, or 1+g·t, finite for every growth above −1; the exponent is capped so
// that absurd horizons give an absurd but finite demand instead of +Inf.
func (c Compound) Factor(g, seconds float64) float64 {
	if c.Linear {
		return math.Max(1+g*seconds/unit.Month, dwindled)
	}
	return math.Exp(math.Min(math.Log1p(g)*seconds/unit.Month, 500))
}

// Worst returns the largest expected demand within the horizon: at its end when demand
// grows, now when it shrinks.
func (c Compound) Worst(horizon float64) unit.Interval {
	now, then := c.At(0), c.At(horizon)
	if then.Mid < now.Mid {
		return now
	}
	return then
}

// Until returns the time in seconds until expected demand, multiplied by margin, exceeds
// the capacity (requests per second). ok is false where it never does. A capacity
// already exceeded gives 0.
func (c Compound) Until(capacity, margin float64) (seconds float64, ok bool) {
	need := c.Peak.Mid * margin
	if capacity < need {
		return 0, true
	}
	if c.PerMonth.Mid <= 0 || need <= 0 {
		return 0, false
	}
	if c.Linear {
		return unit.Month * (capacity/need - 1) / c.PerMonth.Mid, true
	}
	return unit.Month * math.Log(capacity/need) / math.Log1p(c.PerMonth.Mid), true
}
