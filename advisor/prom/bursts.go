package prom

import (
	"math"
	"slices"
	"strconv"
	"time"

	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// burstWindow is the window over which arrivals are counted for their dispersion: as short as
// the scrapes allow, since what varies slower belongs to the peak.
func (o *observer) burstWindow() time.Duration {
	const grain = 30 * time.Second
	return max(time.Minute, (6*o.interval + grain - 1).Truncate(grain))
}

// group is how many windows are compared with each other.
const group = 24

// dispersion is the index of dispersion of counts over a window, variance over mean, in the
// busier half of the groups. The variance is that of differences, so that a load that rises or
// falls does not count as bursty (von Neumann, Ann. Math. Statist. 12 (1941)). counted is how much of each window the counts cover: a rate
// is taken from the first to the last scrape within it, which is the window less none to one
// interval of the scrapes. ok is false with too few counts.
func dispersion(rates Series, counted time.Duration) (index float64, ok bool) {
	var indices, means []float64
	for start := 0; start+group <= len(rates.Values); start += group {
		if variance, mean, ok := jitter(rates.Values[start:start+group], rates.Step > shortest); ok {
			indices = append(indices, counted.Seconds()*variance/mean)
			means = append(means, mean)
		}
	}
	if len(indices) < 2 {
		return 0, false
	}
	ordinary := stat.Median(means)
	var busy []float64
	for i, m := range means {
		if m >= ordinary {
			busy = append(busy, indices[i])
		}
	}
	return stat.Median(busy), true
}

// A dip is a single window far below both its neighbours, by more than the others vary: a counter
// that was reset, or scrapes that are missing. Bursts stand above.
const dip = 7.0 // standard deviations

// withoutDips takes dips out of rates.
func withoutDips(rates []float64) []float64 {
	var squares []float64
	second := func(i int) float64 { return rates[i-1] - 2*rates[i] + rates[i+1] }
	for i := 1; i+1 < len(rates); i++ {
		if d := second(i); !math.IsNaN(d) {
			squares = append(squares, d*d)
		}
	}
	const medianOfSquares = 0.4549 // of a normal of variance 1
	usual := math.Sqrt(stat.Median(squares) / medianOfSquares)
	out := slices.Clone(rates)
	for i := 1; i+1 < len(rates); i++ {
		if usual > 0 && second(i) > dip*usual && rates[i] < math.Min(rates[i-1], rates[i+1]) {
			out[i] = math.NaN()
		}
	}
	return out
}

// jitter is the variance and the mean of rates once their straight trend is taken out, by second
// differences, whose variance is six times that of the rates; or, of long windows, over which a day bends,
// by third ones, whose variance is twenty times.
func jitter(rates []float64, long bool) (variance, mean float64, ok bool) {
	rates = withoutDips(rates)
	sum, n := 0.0, 0.0
	for i := 1; i+1 < len(rates); i++ {
		d, times := rates[i-1]-2*rates[i]+rates[i+1], 6.0
		if long {
			d, times = math.NaN(), 20
			if i+2 < len(rates) {
				d = rates[i-1] - 3*rates[i] + 3*rates[i+1] - rates[i+2]
			}
		}
		if !math.IsNaN(d) {
			sum, n = sum+d*d/times, n+1
		}
	}
	mean = meanOf(rates)
	return sum / n, mean, n >= group/2 && mean > 0
}

// disturbed is why counts of windows cannot be compared with each other, "" where they can.
func (o *observer) disturbed() string {
	resets := o.day.resets * o.burstWindow().Hours()
	begun := o.day.lived * o.burstWindow().Hours() / day.Hours() / math.Max(float64(o.servers), 1)
	switch {
	case o.changing() && begun > mostBegun:
		return "servers come and go all the time, and a counter that begins looks like a burst"
	case resets > mostResets:
		return "counters are reset all the time, and a reset looks like a burst"
	case o.uneven, o.missed:
		return "scrapes are missing, and where one is missing looks like a burst"
	}
	return ""
}

func (o *observer) tellBursts() {
	if o.out.NoLoad {
		return
	}
	if o.Recording != "" && o.file == "" {
		o.unknown("burstiness", "a recorded rate is smoothed by the window of its rule", "--burstiness, such as 1.4@1s, from a trace of arrivals")
		return
	}
	if o.flaps {
		o.warn("series of %s have gaps, or end early: rates are averaged over an hour, which flattens peaks", o.read["requests"].seriesName())
		o.unknown("burstiness", "the series have gaps, and a gap looks like a burst", "--burstiness, such as 1.4@1s, from a trace of arrivals")
		return
	}
	if why := o.disturbed(); why != "" {
		o.unknown("burstiness", why, "--burstiness, such as 1.4@1s, from a trace of arrivals")
		return
	}
	index, ok := dispersion(o.bursts, o.bursts.Step-o.interval/2)
	if !ok {
		o.unknown("burstiness", "too few windows of "+promDuration(o.burstWindow())+" are known", "--burstiness, such as 1.4@1s, from a trace of arrivals")
		return
	}
	window := promDuration(o.bursts.Step)
	index = math.Max(index, 0.01)
	counted := workload.Value{Interval: unit.Exact(index), Window: o.bursts.Step.Seconds(), Text: strconv.FormatFloat(index, 'f', 2, 64) + "@" + window}
	o.value("burstiness", counted, o.read["requests"].timed().rate(o.bursts.Step),
		"variance over mean of counts in "+window+", in the busier hours of the last week")
}
