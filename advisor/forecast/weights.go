package forecast

import (
	"math"
	"slices"
)

// stretches are the days ahead that one method is chosen for: the first, to the seventh, and what
// lies beyond, which no forecast of the past has tried.
var stretches = []int{1, trialDays, math.MaxInt}

// stretchOf is the stretch in which a day ahead lies, the first being 0.
func stretchOf(day int) int {
	for i, end := range stretches {
		if day < end {
			return i
		}
	}
	return len(stretches) - 1
}

// choose weighs the methods for each stretch by what they are expected to err there, by their forecasts of the
// past, each made from what was known then: none that erred more than repeating the last week or the last
// day, unless no forecast that knew a week can tell. A mean errs no more than what it is a mean of, and less
// where those err in different ways (Bates and Granger, Operational Research Quarterly 20 (1969)). What lies
// beyond is left to those that carry the growth on, where there is some.
func (m *Model) choose(trials []trial) {
	last := len(stretches) - 1
	told := m.telling(trials)
	var ranks []float64
	for s := range last {
		ranks = m.ranked(m.errors(told, s), s, m.daysOf(told))
		judged := m.judging(trials)
		if days := len(m.y) / m.per; s > 0 && days >= 7 && days < twoWeeks {
			judged = nil // not one that knew a week saw one come
		}
		m.weights[s] = m.weighed(m.barred(ranks, m.errors(judged, s)))
	}
	m.weights[last] = m.weights[last-1]
	if m.Grows {
		for j, w := range m.methods {
			if !w.grows {
				ranks[j] = math.Inf(1)
			}
		}
		m.weights[last] = m.weighed(ranks)
	}
}

// How the weight of a method falls with its expected error, as a power of it: steeply where there is less
// than two weeks, which orders methods by what is usual and not by what was seen.
const (
	fallsShort = 64.0
	falls      = 4.0
)

// weighed are the weights of methods by the errors that they are expected to make.
func (m *Model) weighed(ranks []float64) []float64 {
	power := falls
	if len(m.y)/m.per < twoWeeks {
		power = fallsShort
	}
	best, sum := slices.Min(ranks), 0.0
	out := make([]float64, len(ranks))
	for j, rank := range ranks {
		out[j] = math.Pow(math.Max(best, 1e-9)/math.Max(rank, 1e-9), power)
		sum += out[j]
	}
	for j := range out {
		out[j] /= sum
	}
	return out
}

// usualDays is how many days of forecasts weigh as much as what is usual of a method: fewer than
// that say as much of the days as of the methods.
const usualDays = 20.0

// ranked are the errors that methods are expected to make, over that of the better repetition: those
// seen over a number of days, drawn towards the usual ones. Where nothing was seen, errs is nil.
func (m *Model) ranked(errs []float64, stretch int, days float64) []float64 {
	best := m.better(errs)
	out := make([]float64, len(m.methods))
	for j := range out {
		out[j] = m.usualOf(m.methods[j].usual)[stretch]
		if errs != nil {
			out[j] = (days*errs[j]/math.Max(best, 1e-300) + usualDays*out[j]) / (days + usualDays)
		}
	}
	return out
}

// better is the error of the better repetition.
func (m *Model) better(errs []float64) float64 {
	best := math.Inf(1)
	for j, w := range m.methods {
		if errs != nil && (w.name == lastWeek || w.name == lastDay) && !w.grows {
			best = math.Min(best, errs[j])
		}
	}
	return best
}

// barred are ranks in which a method that erred more than the better repetition is infinite.
func (m *Model) barred(ranks, errs []float64) []float64 {
	if best := m.better(errs); errs != nil {
		ranks = slices.Clone(ranks)
		for j := range ranks {
			if errs[j] > best*(1+1e-9) {
				ranks[j] = math.Inf(1)
			}
		}
	}
	return ranks
}

// errors are what each method erred by in a stretch over what came, a mean over forecasts, so that no day off
// and no busy week outweighs the others; nil where nothing came after the forecasts.
func (m *Model) errors(trials []trial, stretch int) []float64 {
	errs, tried := make([]float64, len(m.methods)), 0.0
	for _, t := range trials {
		if len(t.ratio) < m.per {
			continue
		}
		from := stretch * m.per // of two: the first day, and what follows it
		to := min(len(t.ratio), max(trialDays*from, m.per))
		came := m.came(t, from, to)
		if came == 0 {
			continue
		}
		tried++
		for j, path := range t.paths {
			errs[j] += m.missed(t, path, from, to) / came
		}
	}
	if tried == 0 {
		return nil
	}
	for j := range errs {
		errs[j] /= tried
	}
	return errs
}

// came is the demand of some steps after a forecast, without outages; 0 where next to nothing came.
func (m *Model) came(t trial, from, to int) float64 {
	sum, steps := 0.0, 0.0
	for k := from; k < to; k++ {
		if !m.outage[t.at+k] {
			sum, steps = sum+m.y[t.at+k], steps+1
		}
	}
	if sum <= small(m.y)*steps {
		return 0
	}
	return sum
}

// missed is what a path erred by in some steps after a forecast.
func (m *Model) missed(t trial, path []float64, from, to int) (sum float64) {
	for k := from; k < to; k++ {
		if !m.outage[t.at+k] {
			sum += math.Abs(m.y[t.at+k] - path[k])
		}
	}
	return sum
}

// leastTried is how many days of forecasts that knew a week judge without those that did not.
const leastTried = 3

// judging are the trials that methods are judged by: those that knew a week, where there are enough.
func (m *Model) judging(trials []trial) []trial {
	if told := m.telling(trials); len(told) > leastTried*trialsADay {
		return told
	}
	return trials
}

// telling are the trials that say how methods will fare: where a week is known now, those that knew one.
func (m *Model) telling(trials []trial) []trial {
	if len(m.y) < 7*m.per {
		return trials
	}
	from := slices.IndexFunc(trials, func(t trial) bool { return t.at >= 7*m.per })
	if from < 0 {
		return nil
	}
	return trials[from:]
}

// daysOf is how many days trials were made over.
func (m *Model) daysOf(trials []trial) float64 {
	if len(trials) == 0 {
		return 0
	}
	return float64(len(m.y)-trials[0].at) / float64(m.per)
}
