package forecast

import (
	"math"
	"slices"
)

// A member is one simple forecast of the next n steps. None is right; the median of several
// that err in different ways beats each on nearly every trace (Makridakis et al., the M4
// competition, Int. J. Forecasting 36 (2020), for combinations in general).
type member func(y []float64, per, n int) []float64

// seasonal are the members where days repeat; level those where they do not.
var (
	seasonal = []member{
		func(y []float64, per, n int) []float64 { return shaped(y, per, per, n, 2) },
		func(y []float64, per, n int) []float64 { return shaped(y, per, per, n, 0.5) },
		func(y []float64, per, n int) []float64 { return shaped(y, per, weekOf(y, per), n, 2) },
		weekdays,
		func(y []float64, per, n int) []float64 { return flat(y, per, n, 3) },
		func(y []float64, per, n int) []float64 { return naive(y, per, n) },
		func(y []float64, per, n int) []float64 { return naive(y, weekOf(y, per), n) },
	}
	level = []member{
		func(y []float64, per, n int) []float64 { return flat(y, per, n, 0.5) },
		func(y []float64, per, n int) []float64 { return flat(y, per, n, 1) },
		func(y []float64, per, n int) []float64 { return flat(y, per, n, 3) },
	}
)

// combined is the median of the members at each step.
func combined(members []member, y []float64, per, n int) []float64 {
	all := make([][]float64, len(members))
	for i, m := range members {
		all[i] = m(y, per, n)
	}
	out, values := make([]float64, n), make([]float64, len(all))
	for k := range out {
		for i := range all {
			values[i] = all[i][k]
		}
		slices.Sort(values)
		out[k] = math.Max(middle(values), 0)
	}
	return out
}

// weekOf is the length of a week in steps where two were seen, else that of a day.
func weekOf(y []float64, per int) int {
	if len(y) >= 14*per {
		return 7 * per
	}
	return per
}

// naive repeats the last period.
func naive(y []float64, period, n int) []float64 {
	out := make([]float64, n)
	for k := range out {
		out[k] = y[len(y)-period+k%period]
	}
	return out
}

// flat is the mean with weights that halve with every so many days back.
func flat(y []float64, per, n int, halfDays float64) []float64 {
	v := faded(y, halfDays*float64(per))
	out := make([]float64, n)
	for k := range out {
		out[k] = v
	}
	return out
}

// faded is the mean of values whose weight halves with every half steps back.
func faded(y []float64, half float64) float64 {
	decay := math.Exp2(-1 / half)
	sum, weights := 0.0, 0.0
	for _, v := range y {
		sum, weights = sum*decay+v, weights*decay+1
	}
	return sum / math.Max(weights, 1e-300)
}

// small keeps ratios finite where nothing came: a fiftieth of the mean.
func small(y []float64) float64 {
	sum := 0.0
	for _, v := range y {
		sum += v
	}
	return math.Max(0.02*sum/float64(len(y)), 1e-9)
}

// shaped is a level times the shape of a period: each step of the period is told by the
// weighted median of its ratios to the mean of the day around it, with weights that halve
// every week, so that one bad day bends nothing. The level fades with halfDays.
func shaped(y []float64, per, period, n int, halfDays float64) []float64 {
	e := small(y)
	shape := shapeOf(y, per, period, 7, e)
	plain := make([]float64, len(y))
	for i, v := range y {
		plain[i] = (v + e) / math.Max(shape[i%period], 0.05)
	}
	l := faded(plain[max(0, len(plain)-28*per):], halfDays*float64(per))
	out := make([]float64, n)
	for k := range out {
		out[k] = math.Max(l*shape[(len(y)+k)%period]-e, 0)
	}
	return out
}

// shapeOf is the shape of a period over the mean of a day, one factor per step.
func shapeOf(y []float64, per, period int, halfDays, e float64) []float64 {
	around := dayAround(y, per)
	ratio := make([]float64, len(y))
	for i, v := range y {
		ratio[i] = (v + e) / (around[i] + e)
	}
	shape := make([]float64, period)
	var values, weights []float64
	for p := range shape {
		values, weights = values[:0], weights[:0]
		for i := p; i < len(y); i += period {
			values = append(values, ratio[i])
			weights = append(weights, math.Exp2(-float64(len(y)-i)/float64(per)/halfDays))
		}
		shape[p] = weightedMedian(values, weights)
	}
	return shape
}

// dayAround is the mean of the day around each step; near the ends that of the first and the
// last day.
func dayAround(y []float64, per int) []float64 {
	sums := make([]float64, len(y)+1)
	for i, v := range y {
		sums[i+1] = sums[i] + v
	}
	out := make([]float64, len(y))
	for i := range out {
		from := min(max(i-per/2, 0), len(y)-per)
		out[i] = (sums[from+per] - sums[from]) / float64(per)
	}
	return out
}

// weightedMedian is the value below and above which half of the weight lies; 1 of nothing.
func weightedMedian(values, weights []float64) float64 {
	order := make([]int, len(values))
	total := 0.0
	for i := range order {
		order[i] = i
		total += weights[i]
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		}
		return 0
	})
	sum := 0.0
	for _, i := range order {
		if sum += weights[i]; sum >= total/2 {
			return values[i]
		}
	}
	return 1
}

// weekdays is the shape of a day times a factor of the day of the week, which counts the more
// the more weeks it was seen in, times the level of days.
func weekdays(y []float64, per, n int) []float64 {
	days := len(y) / per
	if days < 14 {
		return shaped(y, per, per, n, 3)
	}
	e := small(y)
	shape := shapeOf(y, per, per, 10, e)
	daily := make([]float64, days)
	for d := range daily {
		from := len(y) - (days-d)*per
		for _, v := range y[from : from+per] {
			daily[d] += v / float64(per)
		}
	}
	factor := dayFactors(daily)
	plain := make([]float64, days)
	for d, v := range daily {
		plain[d] = v / factor[d%7]
	}
	l := faded(plain, 3)
	out := make([]float64, n)
	for k := range out {
		out[k] = l * factor[(days+k/per)%7] * shape[(len(y)+k)%per]
	}
	return out
}

// dayFactors are the factors of the days of a week over the mean of the week around them,
// drawn towards 1 as much as one and a half weeks of no difference would.
func dayFactors(daily []float64) [7]float64 {
	const prior = 1.5
	around := dayAround(daily, 7)
	var factor [7]float64
	for p := range factor {
		var ratios []float64
		for d := p; d < len(daily); d += 7 {
			ratios = append(ratios, daily[d]/math.Max(around[d], 1e-9))
		}
		slices.Sort(ratios)
		k := float64(len(ratios))
		factor[p] = math.Max(1+(middle(ratios)-1)*k/(k+prior), 0.05)
	}
	return factor
}
