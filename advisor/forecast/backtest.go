package forecast

import (
	"math"
	"slices"
)

// Backtest is how forecasts made in the past fared, each a day ahead and from what was known at its time.
type Backtest struct {
	Origins    int     // forecasts made
	WAPE       float64 // sum of absolute errors over sum of demand, averaged over the forecasts
	MASE       float64 // mean absolute error over that of repeating the day before, within the history
	Coverage90 float64 // share of demand inside the 90 % range that was set before it was known
	Judged     int     // steps that Coverage90 counts
	Naive      float64 // WAPE of repeating the last week, or the last day where that was better
	Winters    float64 // WAPE of the additive Holt-Winters method
}

// band is the central 90 % of the logarithm of demand over forecast.
type band struct{ low, high float64 }

// trial is a forecast made at one moment of the past and the logarithm of what came over it.
type trial struct {
	at       int
	paths    [][]float64 // of all methods
	forecast []float64   // the mean of them
	ratio    []float64   // NaN where nothing can be learned
}

// How forecasts are tried in the past.
const (
	trialsADay = 4
	mostTrials = 60
	trialDays  = 7  // ahead, at most
	leastTrial = 72 // errors that a band takes
)

// calibrate makes forecasts of the past, sets the bands by their errors, and counts how the
// bands would have fared that each moment had from the moments before it.
func (m *Model) calibrate() {
	trials := m.trials()
	m.choose(trials)
	for i := range trials {
		m.judge(&trials[i])
	}
	judging := m.judging(trials)
	m.spread = m.unlearned(bands(judging, len(m.y), m.per, trialDays), trials)
	m.level = m.levels(judging, len(m.spread))
	m.peaks = m.peakSpread(trials)
	m.score(trials)
}

// trials are forecasts made at even moments of the past.
func (m *Model) trials() (trials []trial) {
	stride := max(m.per/trialsADay, 1)
	first := leastSeen * m.per
	if first+stride >= len(m.y) {
		first = len(m.y) / 2
	}
	ahead := trialDays * m.per
	m.outage = make([]bool, len(m.y))
	for at := first; at < len(m.y)-1; at += stride {
		trials = append(trials, m.try(at, min(ahead, len(m.y)-at)))
	}
	return trials
}

// A step is an outage where next to nothing came although a good part of the usual demand was
// expected: it says nothing of how well demand is forecast.
const (
	outage     = 0.05 // of what was expected
	worthwhile = 0.25 // of the median demand
)

// try makes the forecasts of all methods at one moment of the past.
func (m *Model) try(at, n int) trial {
	t := trial{at: at, paths: m.paths(m.past[:at], n), ratio: make([]float64, n)}
	usual := middleOf(m.y[:at])
	for k, f := range t.paths[0] {
		if m.y[at+k] < outage*f && f > worthwhile*usual {
			m.outage[at+k] = true // of the service, which is no demand
		}
	}
	return t
}

// judge compares what was forecast with what came.
func (m *Model) judge(t *trial) {
	t.forecast = m.joined(t.paths)
	e := small(m.y)
	for k, f := range t.forecast {
		t.ratio[k] = math.Log((m.y[t.at+k] + e) / (f + e))
		if m.outage[t.at+k] {
			t.ratio[k] = math.NaN()
		}
	}
}

// learned is how far forecasts that know a week err, of those of the same history that did not: a median
// over traces.
const learned = 0.85

// unlearned are bands of a history of less than two weeks, whose forecasts of the past knew no week, as
// they are now that one is known.
func (m *Model) unlearned(all []band, trials []trial) []band {
	if days := len(m.y) / m.per; days < 7 || len(m.telling(trials)) > leastTried*trialsADay {
		return all
	}
	for i, b := range all {
		all[i] = band{learned * b.low, learned * b.high}
	}
	return all
}

func middleOf(values []float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return middle(sorted)
}

// flattered is how much farther forecasts err than those of the past that their methods were weighed by.
const flattered = 1.05

// bands are the central 90 % of errors by days ahead, up to a number of days, of what was known at a moment. A band is
// widened where few days stand behind it, by one over their number, and for the choice of the method by the
// same errors; it is never narrower than that of the day before.
func bands(trials []trial, known, per, ahead int) []band {
	trials = trials[max(0, len(trials)-mostTrials):]
	var out []band
	last := band{}
	for d := range ahead {
		var pool []float64
		for _, t := range trials {
			for k := d * per; k < min((d+1)*per, len(t.ratio), known-t.at); k++ {
				if !math.IsNaN(t.ratio[k]) {
					pool = append(pool, t.ratio[k])
				}
			}
		}
		if len(pool) < leastTrial*per/24 && d > 0 {
			break
		}
		if len(pool) > 0 {
			slices.Sort(pool)
			days := math.Max(float64(len(pool))/float64(per*trialsADay), 1)
			wider := flattered + 1/days
			low, high := twoSided(pool)
			last.low = math.Min(last.low, wider*low)
			last.high = math.Max(last.high, wider*high)
		}
		out = append(out, last)
	}
	return out
}

// leastSide is how far the shorter side of a band reaches at least, of the longer: past errors
// that all lay on one side say that the method lagged then, not that it will again.
const leastSide = 1.0 / 3

// twoSided are the ends of the central 90 % of sorted errors, on both sides of none.
func twoSided(sorted []float64) (low, high float64) {
	low, high = math.Min(quantile(sorted, 0.05), 0), math.Max(quantile(sorted, 0.95), 0)
	return math.Min(low, -leastSide*high), math.Max(high, -leastSide*low)
}

// levels is the central 90 % of the errors of whole days, or most of one, up to some days ahead.
func (m *Model) levels(trials []trial, days int) band {
	var pool []float64
	for _, t := range trials[max(0, len(trials)-mostTrials):] {
		for k := 0; k+m.per/2 < len(t.forecast) && k < days*m.per; k += m.per {
			came, said := small(m.y), small(m.y)
			for i := k; i < min(k+m.per, len(t.forecast)); i++ {
				if !m.outage[t.at+i] {
					came, said = came+m.y[t.at+i], said+t.forecast[i]
				}
			}
			pool = append(pool, math.Log(came/said))
		}
	}
	if len(pool) == 0 {
		return m.spread[len(m.spread)-1]
	}
	slices.Sort(pool)
	low, high := twoSided(pool)
	return band{low, high}
}

// bandAt is the band a number of days ahead. Beyond the last that was tried the level wanders on, its
// variance in proportion to the time; how hours lie about their day does not.
func (m *Model) bandAt(days int) band {
	n := len(m.spread)
	b := m.spread[min(days, n-1)]
	if days >= n {
		more := math.Sqrt(float64(days+1)/float64(n) - 1)
		b = band{-math.Hypot(b.low, more*m.level.low), math.Hypot(b.high, more*m.level.high)}
	}
	u := m.unseen() * math.Pow(math.Min(float64(days+1)/trialDays, 1), unseenGrows)
	return band{-math.Hypot(b.low, u), math.Hypot(b.high, u)}
}

// unseenWeeks is what two weeks would show, and less do not, nor a level that is younger: days of the week
// that differ, and levels that shift. It is how far the days of public services lie off those of the week
// before at the ends of the central 90 %: the median of eight traces, between 0.37 and 0.42 without one of them.
const unseenWeeks = 0.4

// unseenGrows is the power of the time, of a week, with which that grows: most of it differs on the next
// day already, of public services, counts of people and made traces alike.
const unseenGrows = 0.25

func (m *Model) unseen() float64 {
	days := float64(len(m.y)) / float64(m.per)
	if m.Shifted {
		days = math.Min(days, m.Shift.Days)
	}
	if missing := math.Min(twoWeeks-days, 7) / 7; missing > 0 {
		return math.Max(unseenWeeks*math.Sqrt(missing), leastNoise)
	}
	return leastNoise // no service repeats to the last request
}

// score sums up the trials a day ahead, each judged by bands that knew only what was before.
func (m *Model) score(trials []trial) {
	var err, winters, smoothed, tried, missed, steps, inside, judged float64
	e := small(m.y)
	judging := m.judging(trials)
	skipped := len(trials) - len(judging)
	for i, t := range trials {
		if i < skipped || len(t.forecast) < m.per {
			continue
		}
		m.Backtest.Origins++
		missed += m.missed(t, t.forecast, 0, m.per)
		if came := m.came(t, 0, m.per); came > 0 {
			tried++
			err += m.missed(t, t.forecast, 0, m.per) / came
			if i%trialsADay == 0 { // once a day, since it takes long
				smoothed++
				winters += m.missed(t, holtWinters(m.y[:t.at], m.per, m.per), 0, m.per) / came
			}
		}
		known := bands(trials[:i], t.at, m.per, 1)
		for k := range m.per {
			if m.outage[t.at+k] {
				continue
			}
			steps++
			if i >= 2*trialsADay {
				r := math.Log((m.y[t.at+k] + e) / (t.forecast[k] + e))
				judged++
				if r >= known[0].low && r <= known[0].high {
					inside++
				}
			}
		}
	}
	b := &m.Backtest
	if tried > 0 {
		b.WAPE, b.Naive = err/tried, m.better(m.errors(judging, 0))
	}
	if smoothed > 0 {
		b.Winters = winters / smoothed
	}
	if scale := m.dayBefore(); scale > 0 && steps > 0 {
		b.MASE = missed / steps / scale
	}
	if b.Judged = int(judged); judged > 0 {
		b.Coverage90 = inside / judged
	}
}

// dayBefore is the mean error of repeating the day before, over the history (the scale of
// MASE: Hyndman and Koehler, Int. J. Forecasting 22 (2006)).
func (m *Model) dayBefore() float64 {
	sum := 0.0
	for i := m.per; i < len(m.y); i++ {
		sum += math.Abs(m.y[i] - m.y[i-m.per])
	}
	return sum / float64(len(m.y)-m.per)
}
