package prom

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"scaleadvise/advisor/autoscale"
	"scaleadvise/advisor/forecast"
	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// What a day's shape must show before it is a trait.
const (
	leastDays  = 7
	leastShape = 0.5 // share of the variation within days that it explains
	someHours  = 20  // of a day, for its mean to be known
)

// tellDay tells how the rate goes over a day, by the hour from midnight UTC on, where days are alike.
func (o *observer) tellDay() {
	hours := byHour(o.out.Demand)
	query := o.query
	if query == "" {
		query = o.read["requests"].rate(o.window())
	}
	share := forecast.History{Step: hours.Step.Seconds(), Values: hours.Values}.DayShape()
	switch rates := dayOf(hours); {
	case o.demand.Days < leastDays || rates == nil:
		o.unknown("day_shape", fmt.Sprintf("need %d days to see them repeat; have %s", leastDays, daysWords(o.demand.Days)), "a longer history, or --day-shape office")
	case share < leastShape:
		o.unknown("day_shape", "days are not alike", "--day-shape, such as flat or office")
	case !reaches(rates, o.demand.Peak/o.demand.Mean):
		o.unknown("day_shape", fmt.Sprintf("the peak of %s times the mean is not among the hours of a day, which reach %s times", digits(o.demand.Peak/o.demand.Mean), digits(slices.Max(rates))),
			"--day-shape, such as flat or office")
	default:
		cells := make([]string, len(rates))
		for i, v := range rates {
			cells[i] = strconv.FormatFloat(v, 'f', 2, 64)
		}
		o.word("day_shape", strings.Join(cells, ","), query, fmt.Sprintf("the hours of a day from midnight UTC on, over its mean; they explain %.0f %% of what varies within days", 100*share))
	}
}

// reaches reports whether a day of this shape can have a peak of some times its mean.
func reaches(rates []float64, ratio float64) bool {
	shape, err := autoscale.New(rates)
	if err == nil {
		_, err = shape.WithPeak(math.Max(ratio, 1))
	}
	return err == nil
}

// dayOf are the hours of a day over its mean: medians over the days that are known. Nil where an hour
// is not.
func dayOf(hours Series) []float64 {
	var all [24][]float64
	for first := 0; first+24 <= len(hours.Values); {
		began := hours.At(first).Add(-time.Hour).UTC() // a value is that of the hour before it
		if began.Hour() != 0 {
			first++
			continue
		}
		day := hours.Values[first : first+24]
		if mean := meanOf(day); mean > 0 && (Series{Values: day}).Known() >= someHours {
			for h, v := range day {
				if !math.IsNaN(v) {
					all[h] = append(all[h], v/mean)
				}
			}
		}
		first += 24
	}
	out := make([]float64, 24)
	for h := range out {
		if len(all[h]) == 0 {
			return nil
		}
		out[h] = math.Round(100*stat.Median(all[h])) / 100 // as it is written
	}
	return out
}

// longestStart is the longest time to readiness that is believed, s: beyond it a pod became ready
// again, and was not starting.
const longestStart = 6 * 3600.0

// tellColdStart tells how long a pod takes from its creation to readiness.
func (o *observer) tellColdStart() {
	v, ok := o.means["cold_start"]
	if !ok || !(v > 0) || v > longestStart {
		o.missing("cold_start", "--cold-start 3min")
		return
	}
	v = math.Round(v)
	o.number("cold_start", v, digits(v)+"s", o.read["cold_start"].mean(o.lately), "median of the pods, from creation to readiness")
}

// tellCost tells what the service costs where a metric allocates it.
func (o *observer) tellCost() {
	perHour, ok := o.means["cost"]
	if !ok || !(perHour > 0) || !(o.demand.Mean > 0) {
		return
	}
	query := o.read["cost"].mean(presently)
	o.fact(Fact{Name: "cost", Title: "allocated cost of what serves now", Value: perHour * unit.Month / 3600, Kind: unit.Money, Query: query})
	o.fact(Fact{Name: "cost_per_million", Title: "allocated cost of a million requests, at the mean rate",
		Text: digits(perHour/3600/o.demand.Mean*1e6) + " USD", Query: query})
}

// mostOfADay is how much of a day shows how high its load goes.
const mostOfADay = 0.9

// tellPeak tells how high the load goes. Hours of less than a day do not show it: the usual peak is assumed, where
// theirs is not higher.
func (o *observer) tellPeak(query, seen string) {
	d := o.demand
	ratio, title := d.Peak/d.Mean, "peak rate of a week, "+o.asOf()
	if d.Days < mostOfADay && ratio < workload.UsualPeakToMean {
		o.word("peak_to_mean", assumedPeak, query, "ASSUMED: less than a day of history shows no daily peak; give yours")
		o.warn("less than a day of history (%s) shows no daily peak: it is assumed to be %s times the mean; give --peak-to-mean", daysWords(d.Days), assumedPeak)
		title = "highest rate so far"
	} else {
		o.number("peak_to_mean", ratio, digits(ratio), query, fmt.Sprintf("%s at the peak of a week, held for %s; %s", unit.Format(unit.Rate, d.Peak), promDuration(heldFor(o.out.Demand.Step)), seen))
	}
	o.fact(Fact{Name: "qps_peak", Title: title, Value: d.Peak, Kind: unit.Rate, Query: query})
}

// daysWords is a number of days, or of hours or minutes where it is less than one.
func daysWords(days float64) string {
	switch {
	case days < 1.0/24:
		return minutesWords(time.Duration(days * float64(day)))
	case days < 1:
		return digits(math.Round(240*days)/10) + " h"
	}
	return digits(days)
}
