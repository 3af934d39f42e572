package forecast

import (
	"math"
	"slices"
)

// A member is one simple forecast of the next n steps. None is right; the median of several
// that err in different ways beats each on nearly every trace (Makridakis et al., the M4
// competition, Int. J. Forecasting 36 (2020), for combinations in general).
type member func(h *past, n int) []float64

// alone is the forecast of a single member.
func (m member) alone(y []float64, per, n int) []float64 { return m(&past{y: y, per: per}, n) }

// past is a history with per steps a day, and what several members need of it.
type past struct {
	y      []float64
	per    int
	shapes map[shapeKey][]float64
}

type shapeKey struct {
	period   int
	halfDays float64
}

// shape is the shape of a period, worked out once.
func (h *past) shape(period int, halfDays float64) []float64 {
	key := shapeKey{period, halfDays}
	if known, ok := h.shapes[key]; ok {
		return known
	}
	if h.shapes == nil {
		h.shapes = map[shapeKey][]float64{}
	}
	h.shapes[key] = shapeOf(h.y, h.per, period, halfDays, small(h.y))
	return h.shapes[key]
}

// The members where days are alike, where weeks are, and where neither is. A number of days
// says how fast the level fades.
var (
	seasonal = []member{
		shaped(1, 2), shaped(1, 0.5), shaped(7, 2), weekdays(3), flat(3), repeating(1), repeating(7),
	}
	weekly = []member{
		weekdays(1.5), weekdays(3), weekdays(6), shaped(7, 3), repeating(7),
	}
	level = []member{flat(0.5), flat(1), flat(3)}
)

// combined is the median of the members at each step.
func combined(members []member, y []float64, per, n int) []float64 {
	all, h := make([][]float64, len(members)), past{y: y, per: per}
	for i, m := range members {
		all[i] = m(&h, n)
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

// periodOf is a number of days in steps, or one where fewer than two such periods were seen.
func periodOf(y []float64, per, days int) int {
	if len(y) >= 2*days*per {
		return days * per
	}
	return per
}

// repeating repeats the last period of a given number of days.
func repeating(days int) member {
	return func(h *past, n int) []float64 { return naive(h.y, periodOf(h.y, h.per, days), n) }
}

// naive repeats the last period.
func naive(y []float64, period, n int) []float64 {
	out := make([]float64, n)
	for k := range out {
		out[k] = y[len(y)-period+k%period]
	}
	return out
}

// flat is the mean with weights that halve with each given number of days back.
func flat(halfDays float64) member {
	return func(h *past, n int) []float64 {
		v := faded(h.y, halfDays*float64(h.per))
		out := make([]float64, n)
		for k := range out {
			out[k] = v
		}
		return out
	}
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

// shaped is a level times the shape of a period of a given number of days: each step of the period is
// told by the weighted median of its ratios to the mean of the period around it, with weights
// that halve every week, so that one bad day bends nothing. The level fades with halfDays.
func shaped(days int, halfDays float64) member {
	return func(h *past, n int) []float64 {
		y, per := h.y, h.per
		e, period := small(y), periodOf(y, per, days)
		shape := h.shape(period, 7)
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
}

// shapeOf is the shape of a period over its mean, one factor per step.
func shapeOf(y []float64, per, period int, halfDays, e float64) []float64 {
	around := meanAround(y, period)
	ratio := make([]weighted, len(y))
	decay := math.Exp2(-1 / (halfDays * float64(per)))
	for i, w := len(y)-1, 1.0; i >= 0; i, w = i-1, w*decay {
		ratio[i] = weighted{(y[i] + e) / (around[i] + e), w}
	}
	shape := make([]float64, period)
	same := make([]weighted, 0, len(y)/period+1)
	for p := range shape {
		same = same[:0]
		for i := p; i < len(y); i += period {
			same = append(same, ratio[i])
		}
		shape[p] = weightedMedian(same)
	}
	return shape
}

// meanAround is the mean of the period around each step; near the ends that of the first and
// the last period.
func meanAround(y []float64, period int) []float64 {
	sums := make([]float64, len(y)+1)
	for i, v := range y {
		sums[i+1] = sums[i] + v
	}
	out := make([]float64, len(y))
	for i := range out {
		from := min(max(i-period/2, 0), len(y)-period)
		out[i] = (sums[from+period] - sums[from]) / float64(period)
	}
	return out
}

// weighted is a value with its weight.
type weighted struct{ value, weight float64 }

// weightedMedian is the value below and above which half of the weight lies; 1 of nothing. It sorts the values.
func weightedMedian(values []weighted) float64 {
	total := 0.0
	for _, v := range values {
		total += v.weight
	}
	slices.SortFunc(values, func(a, b weighted) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	sum := 0.0
	for _, v := range values {
		if sum += v.weight; sum >= total/2 {
			return v.value
		}
	}
	return 1
}

// weekdays is the shape of a day times a factor of the day of the week, which counts the more
// the more weeks it was seen in, times the level of days, which fades with halfDays.
func weekdays(halfDays float64) member {
	return func(h *past, n int) []float64 {
		y, per := h.y, h.per
		days := len(y) / per
		if days < twoWeeks {
			return shaped(1, halfDays)(h, n)
		}
		shape := h.shape(per, 10)
		daily := wholeDays(y, per)
		factor := dayFactors(daily)
		for d := range daily {
			daily[d] /= factor[d%7]
		}
		l := faded(daily, halfDays)
		out := make([]float64, n)
		for k := range out {
			out[k] = l * factor[(days+k/per)%7] * shape[(len(y)+k)%per]
		}
		return out
	}
}

// wholeDays are the means of whole days back from the end.
func wholeDays(y []float64, per int) []float64 {
	daily := make([]float64, len(y)/per)
	for d := range daily {
		from := len(y) - (len(daily)-d)*per
		for _, v := range y[from : from+per] {
			daily[d] += v / float64(per)
		}
	}
	return daily
}

// dayFactors are the factors of the days of a week over the median of the week around them,
// drawn towards 1 by as many weeks of no difference as the noise of a day is of what the days
// of the week explain (the empirical Bayes estimate for a normal mean), and half a week more,
// since a holiday is no noise of a day.
func dayFactors(daily []float64) [7]float64 {
	told := math.Max(weekShape(daily), 0.05)
	prior := 0.5 + (1-told)/told
	around := medianAround(daily)
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
