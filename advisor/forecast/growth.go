package forecast

import (
	"math"
	"slices"

	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/unit"
)

// Growth is a steady relative growth found in a daily series.
type Growth struct {
	PerDay, Low, High float64 // of the logarithm, at the end of the series, with its central 90 %
	Linear            bool    // by the same amount each day, not by the same share
}

// dwindled is the share of its level that demand which shrinks by the same amount each day ends at.
const dwindled = 0.02

// Factor returns the level a number of days after the end over that at the end; before it where the
// number is below zero.
func (g Growth) Factor(days float64) float64 {
	if g.Linear {
		return math.Max(1+g.PerDay*days, dwindled)
	}
	return math.Exp(math.Min(g.PerDay*days, 50))
}

// How long a series must be: two weeks to see a week repeat, three to tell growth from one
// week that was better than the other.
const (
	twoWeeks   = 14
	threeWeeks = 21
)

// widest is how wide the 90 % range of a month's growth may be, as a factor, for the growth to
// count as steady: a factor of two.
const widest = 2.0

// FitGrowth finds the growth of daily means: the median of the slopes between all pairs of
// days that are whole weeks apart, of the logarithm. A weekend is only compared with
// weekends, and a day far off moves a median little. ok is false below three weeks of known
// days that are above zero; NaN is a day that is not known.
//
// Source: Sen, J. Amer. Statist. Assoc. 63 (1968), with the seasonal form and the variance of
// Hirsch, Slack and Smith, Water Resour. Res. 18 (1982); the variance is widened for days
// that resemble their neighbours by (1+r)/(1−r) of the lag-1 correlation of what is left.
func FitGrowth(daily []float64) (Growth, bool) {
	slopes, variance := seasonalSlopes(daily)
	if len(slopes) == 0 || knownDays(daily) < threeWeeks {
		return Growth{}, false
	}
	slices.Sort(slopes)
	g := Growth{PerDay: middle(slopes)}
	r := resemblance(daily, g.PerDay)
	const z90 = 1.6449
	reach := z90 * math.Sqrt(variance*(1+r)/(1-r))
	n := float64(len(slopes))
	g.Low = slopes[clampIndex((n-reach)/2-1, len(slopes))]
	g.High = slopes[clampIndex((n+reach)/2, len(slopes))]
	return g.straightened(daily), true
}

// clearlyLinear is how much less a straight line must miss than a curve of steady shares for
// growth to be called linear: short of a doubling the two hardly differ.
const clearlyLinear = 0.85

// straightened is the growth as the slope of a straight line, where one fits better.
func (g Growth) straightened(daily []float64) Growth {
	if !g.Told() {
		return g
	}
	var days, levels []float64
	factor := weekdayFactors(daily, g)
	for d, v := range daily {
		if v > 0 {
			days, levels = append(days, float64(d-len(daily)+1)), append(levels, v/factor[d%7])
		}
	}
	slope, end := straight(days, levels)
	curve := make([]float64, len(days))
	for i, d := range days {
		curve[i] = levels[i] / math.Exp(g.PerDay*d)
	}
	top := stat.Median(curve)
	var missedLine, missedCurve float64
	for i, d := range days {
		missedLine += math.Abs(levels[i] - end - slope*d)
		missedCurve += math.Abs(levels[i] - top*math.Exp(g.PerDay*d))
	}
	if !(end > 0) || missedLine >= clearlyLinear*missedCurve || slope*g.PerDay <= 0 {
		return g
	}
	k := slope / end / g.PerDay
	return Growth{PerDay: k * g.PerDay, Low: k * g.Low, High: k * g.High, Linear: true}
}

// weekdayFactors are the levels of the days of the week over the curve, one by seven.
func weekdayFactors(daily []float64, g Growth) [7]float64 {
	var out [7]float64
	for first := range out {
		var ratios []float64
		for d := first; d < len(daily); d += 7 {
			if daily[d] > 0 {
				ratios = append(ratios, daily[d]/math.Exp(g.PerDay*float64(d-len(daily)+1)))
			}
		}
		if out[first] = 1; len(ratios) > 0 {
			out[first] = stat.Median(ratios)
		}
	}
	return out
}

// straight is a line through levels by the median of its slopes (Theil and Sen), and its value
// at the last day.
func straight(days, levels []float64) (slope, end float64) {
	var slopes []float64
	for i := range days {
		for j := i + 1; j < len(days); j++ {
			slopes = append(slopes, (levels[j]-levels[i])/(days[j]-days[i]))
		}
	}
	slope = stat.Median(slopes)
	rest := make([]float64, len(days))
	for i, d := range days {
		rest[i] = levels[i] - slope*d
	}
	return slope, stat.Median(rest)
}

// seasonalSlopes are the slopes between days whole weeks apart, and the variance of how many
// of them rise where nothing grows.
func seasonalSlopes(daily []float64) (slopes []float64, variance float64) {
	for first := 0; first < min(7, len(daily)); first++ {
		n := 0.0
		for i := first; i < len(daily); i += 7 {
			if !(daily[i] > 0) {
				continue
			}
			n++
			for j := i + 7; j < len(daily); j += 7 {
				if daily[j] > 0 {
					slopes = append(slopes, math.Log(daily[j]/daily[i])/float64(j-i))
				}
			}
		}
		variance += n * (n - 1) * (2*n + 5) / 18
	}
	return slopes, variance
}

func knownDays(daily []float64) int {
	n := 0
	for _, v := range daily {
		if v > 0 {
			n++
		}
	}
	return n
}

// resemblance is the correlation of neighbouring days once growth and the day of the week are
// taken out, between 0 and 0.9.
func resemblance(daily []float64, slope float64) float64 {
	left := make([]float64, len(daily))
	for i, v := range daily {
		left[i] = math.Log(v) - slope*float64(i)
	}
	for first := 0; first < min(7, len(left)); first++ {
		var same []float64
		for i := first; i < len(left); i += 7 {
			if daily[i] > 0 {
				same = append(same, left[i])
			}
		}
		slices.Sort(same)
		for i := first; i < len(left) && len(same) > 0; i += 7 {
			left[i] -= middle(same)
		}
	}
	var square, product float64
	for i := range left {
		if !(daily[i] > 0) {
			continue
		}
		square += left[i] * left[i]
		if i > 0 && daily[i-1] > 0 {
			product += left[i] * left[i-1]
		}
	}
	if square == 0 {
		return 0
	}
	return math.Min(math.Max(product/square, 0), 0.9)
}

// middle is the median of sorted values.
func middle(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func clampIndex(at float64, n int) int {
	return int(math.Min(math.Max(math.Round(at), 0), float64(n-1)))
}

// Told reports whether growth is significant, and steady enough to extrapolate.
func (g Growth) Told() bool {
	const days = unit.Month / 86400
	return (g.Low > 0 || g.High < 0) && (g.High-g.Low)*days <= math.Log(widest)
}

// PerMonth returns the growth as a fraction a month, with its range.
func (g Growth) PerMonth() unit.Interval {
	month := func(perDay float64) float64 {
		const days = unit.Month / 86400
		if g.Linear {
			return math.Max(perDay*days, -0.99)
		}
		return math.Expm1(math.Max(math.Min(perDay*days, 20), -9))
	}
	return unit.Interval{Mid: month(g.PerDay), Low: month(g.Low), High: month(g.High)}
}
