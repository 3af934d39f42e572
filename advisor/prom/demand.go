package prom

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"scaleadvise/advisor/forecast"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// demand is what a history of rates says.
type demand struct {
	Now, Mean, Peak float64 // 1/s: of the last hour, of the last week, and the peak of a week at today's level
	Usual           float64 // the peak without the last day
	Growth          forecast.Growth
	GrowthKnown     bool // three weeks or more were observed
	Weeks           []weekPeak
	Days            float64 // days of the history that are known
	Zero            bool
	Shift           forecast.Shift
	Shifted         bool
	Passed          forecast.Passed // a level that was left again, in hours; zero without
	Rise            forecast.Rise   // zero without
}

// weekPeak is the highest rate of a week that was held.
type weekPeak struct {
	At   time.Time
	Rate float64
}

// least is how much history says anything at all.
const least = 12 // windows: an hour

// analyse sums up a history; ok is false where nothing of it is known.
func analyse(rates Series) (d demand, ok bool) {
	steady := held(rates)
	switch {
	case rates.Known() == 0:
		return d, false
	case steady.Known() == 0: // fewer than three in a row
		steady = rates
	}
	d.Days = knownDays(rates)
	d.Now = meanOf(tail(rates, current))
	hours := forecast.History{Step: rates.Step.Seconds(), Values: rates.Values}.Hourly()
	if d.Shift, d.Shifted = hours.FindShift(); d.Shifted { // what counts is the level as of now
		since := int(float64(d.Shift.Steps) * hours.Step / rates.Step.Seconds())
		rates.Values = d.Shift.Leveled(rates.Values, since)
		steady.Values = d.Shift.Leveled(steady.Values, since)
	}
	d.Passed, _ = hours.FindPassed()
	if !d.Shifted {
		d.Rise, _ = hours.FindRise()
	}
	d.Mean = meanOf(tail(rates, week))
	d.Growth, d.GrowthKnown = forecast.FitGrowth(daily(rates))
	d.Weeks = weekly(steady)
	ordinary := steady.without(hours.Odd(), hours.Step)
	d.Usual = math.Max(asOfNow(weekly(ordinary), rates.At(len(rates.Values)-1), d.Growth), d.Mean)
	d.Peak = math.Max(d.Usual, hours.LastDay())
	d.Zero = !(highest(rates.Values) > 0)
	return d, true
}

// A window up to shortest long shows jitter of the scrape and bursts too short to plan servers
// for. Of a longer one, a rate of more than outlier times that of its neighbours is a fault.
const (
	shortest = 10 * time.Minute
	outlier  = 2.0
)

// held is the median of each three short windows in a row; of long ones the rate itself,
// without faults.
func held(s Series) Series {
	out := unknown(len(s.Values))
	for i := range s.Values {
		var three []float64
		for j := max(i-1, 0); j <= min(i+1, len(s.Values)-1); j++ {
			if !math.IsNaN(s.Values[j]) {
				three = append(three, s.Values[j])
			}
		}
		if len(three) == 3 {
			slices.Sort(three)
			out[i] = three[1]
			if v := s.Values[i]; s.Step > shortest {
				out[i] = math.Min(v, outlier*three[1])
			}
		}
	}
	s.Values = out
	return s
}

// absurd is by how many times one value must overtop its neighbours, and nearly all others, to
// be a fault of the counting and no load; beyond mostRate, in requests a second, there is none.
const (
	absurd   = 10.0
	mostRate = 1e12
)

// withoutFaults is a history without single values that no load explains, and how many there
// were. They are as unknown as a gap.
func withoutFaults(s Series) (Series, int) {
	var known []float64
	for _, v := range s.Values {
		if !math.IsNaN(v) {
			known = append(known, v)
		}
	}
	slices.Sort(known)
	usual, out, faults := stat.Quantile(known, 0.95), slices.Clone(s.Values), 0
	for i, v := range s.Values {
		around := usual
		for _, j := range []int{i - 1, i + 1} {
			if j >= 0 && j < len(s.Values) && s.Values[j] > around {
				around = s.Values[j]
			}
		}
		if usual > 0 && v > absurd*around || v < 0 || v > mostRate {
			out[i], faults = math.NaN(), faults+1
		}
	}
	s.Values = out
	return s, faults
}

// seen takes a history of rates over, without faults.
func (o *observer) seen(s Series) {
	o.partial = s.Values
	if whole := s.overWhole(o.partly(s)); whole.Known() >= max(o.fewest(), s.Known()/2) { // else all there is must do
		s = whole
	}
	cleaned, faults := withoutFaults(s)
	if faults > 0 {
		o.warn("left out of the rate: %s, below zero or above %g times the values around and nearly all others", times(faults, "value"), absurd)
	}
	o.out.Demand = cleaned
}

// toEnds cuts the demand to what is known of it: what was before the first value is no gap, and
// what came after the last is no lack of load.
func (o *observer) toEnds() {
	s := o.out.Demand
	first, last := s.ends()
	if first < 0 {
		return
	}
	if silent := time.Duration(len(s.Values)-1-last) * s.Step; silent > current {
		s.Values, o.ended, o.silent = s.Values[:last+1], s.At(last), o.silent+silent
	}
	s.Start, s.Values = s.At(first), s.Values[first:]
	o.out.Demand = s
}

// heldFor is how long a rate must last to be a peak.
func heldFor(step time.Duration) time.Duration {
	if step > shortest {
		return step
	}
	return 3 * step
}

// tail are the values of the last stretch of a series.
func tail(s Series, length time.Duration) []float64 {
	if len(s.Values) == 0 {
		return nil
	}
	n := min(int(length/s.Step), len(s.Values))
	return s.Values[len(s.Values)-n:]
}

// meanOf is the mean of the known values; 0 where none is.
func meanOf(values []float64) float64 {
	sum, n := 0.0, 0.0
	for _, v := range values {
		if !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	return sum / math.Max(n, 1)
}

func highest(values []float64) float64 {
	top := 0.0
	for _, v := range values {
		if v > top {
			top = v
		}
	}
	return top
}

// weekly are the peaks of whole weeks back from the end, the oldest first. What is left at the
// start counts where it is most of a week, or all there is.
func weekly(steady Series) []weekPeak {
	per := int(week / steady.Step)
	var weeks []weekPeak
	for end := len(steady.Values); end > 0; end -= per {
		start := max(end-per, 0)
		if len(weeks) > 0 && 2*(end-start) < per {
			break
		}
		top := weekPeak{Rate: math.NaN()}
		for i := start; i < end; i++ {
			if v := steady.Values[i]; v > top.Rate || math.IsNaN(top.Rate) && !math.IsNaN(v) {
				top = weekPeak{steady.At(i), v}
			}
		}
		if !math.IsNaN(top.Rate) {
			weeks = append(weeks, top)
		}
	}
	slices.Reverse(weeks)
	return weeks
}

// asOfNow is the upper median of the weekly peaks, each carried to now by the growth where
// there is some: one festive week moves it little.
func asOfNow(weeks []weekPeak, now time.Time, g forecast.Growth) float64 {
	if !g.Told() {
		g = forecast.Growth{}
	}
	var peaks []float64
	for _, w := range weeks {
		peaks = append(peaks, w.Rate/g.Factor(-now.Sub(w.At).Hours()/24))
	}
	if len(peaks) == 0 {
		return 0
	}
	slices.Sort(peaks)
	return peaks[len(peaks)/2]
}

// standing is how far above the planned peak a week must lie to be told of.
const standing = 1.3

// exceptional is the highest week that the planned peak leaves behind.
func (d demand) exceptional() (weekPeak, bool) {
	if len(d.Weeks) == 0 {
		return weekPeak{}, false
	}
	top := slices.MaxFunc(d.Weeks, func(a, b weekPeak) int { return cmp.Compare(a.Rate, b.Rate) })
	return top, top.Rate > standing*d.Peak
}

// tellDemand turns the history into traits.
func (o *observer) tellDemand() {
	query := o.query
	if query == "" {
		query = o.read["requests"].rate(o.window())
	}
	d, ok := analyse(o.out.Demand)
	switch {
	case !ok:
		return
	case d.Zero && o.brief > 0:
		o.number("qps", o.brief, digits(o.brief), query, "mean of the last day, what its servers had counted at their end")
		o.word("peak_to_mean", assumedPeak, o.query, "ASSUMED: no counter is seen rising; give yours")
		o.warn("servers live too briefly for their counters to be seen rising: the mean of the last day is what they had counted, and the peak is assumed to be %s times as high; read the metrics of the proxy in front of them, or give --peak-to-mean", assumedPeak)
		return
	case d.Zero:
		o.out.NoLoad = true
		o.warn("no load: the counters are there, and not one request came in %s", spanWords(o.out.Demand))
		return
	}
	o.demand = d
	seen, over := spanWords(o.out.Demand), "mean over "
	if d.Days > week.Hours()/24 {
		over += "the last week of "
	}
	if o.young() {
		o.tellYoung(d.Mean, query, seen)
	} else {
		o.number("qps", d.Mean, digits(d.Mean), query, over+seen)
	}
	o.tellPeak(query, seen)
	if !o.young() {
		o.fact(Fact{Name: "qps_now", Title: "rate in the last hour", Value: d.Now, Kind: unit.Rate, Query: query})
	}
	o.tellGrowth(query)
	if d.Shifted {
		o.warn("%s", d.Shift.Words())
	}
	o.tellPassed()
	if top, ok := d.exceptional(); ok && d.Passed.Times <= 1 {
		o.warn("%s on %s is far above the other weeks and was left out of the peak; if it can happen again, give --qps %s",
			unit.Format(unit.Rate, top.Rate), top.At.UTC().Format("2006-01-02 15:04"), digits(top.Rate))
	}
	if d.Peak > standing*d.Usual && d.Rise.Times == 0 {
		o.warn("the peak is that of the last day, %.1f times as high as the %s of other weeks; if it does not come again, give --qps %s", d.Peak/d.Usual, unit.Format(unit.Rate, d.Usual), digits(d.Usual))
	}
	o.tellResets()
	if d.Days < 7 {
		o.warn("need 7 days to see a week; have %s", daysWords(d.Days))
	}
}

func (o *observer) tellGrowth(query string) {
	g := o.demand.Growth
	month := g.PerMonth()
	above, events := forecast.History{Step: o.out.Demand.Step.Seconds(), Values: o.out.Demand.Values}.Hourly().Events()
	switch {
	case events:
		o.unknown("growth", fmt.Sprintf("one day in ten peaks %.1f times as high as an ordinary day: such traffic follows events, and grows by no trend", above), "--growth, and --qps of the expected peak")
		o.warn("traffic is driven by events: one day in ten peaks %.1f times as high as an ordinary day; the peak is that of past events, so give --qps of the expected peak", above)
	case !o.demand.GrowthKnown:
		o.unknown("growth", fmt.Sprintf("need 21 days to distinguish growth from one good week; have %s", daysWords(o.demand.Days)), "a longer history (--history), or --growth 8%/month")
	case !g.Told():
		o.fact(Fact{Name: "growth", Title: "growth a month, not significant: " + growthText(month), Value: month.Mid, Kind: unit.Growth, Query: query})
	default:
		how := "days a week apart, 90 % range"
		if g.Linear {
			how += "; by the same amount each month, which is this share of today's"
			o.out.Linear = true
		}
		o.value("growth", workload.Value{Interval: around(month), Text: growthText(month)}, query, how)
	}
}

// around is growth as a range around its estimate; more than all cannot go.
func around(month unit.Interval) unit.Interval {
	half := (month.High - month.Low) / 2
	low, high := math.Max(month.Mid-half, -0.99), math.Max(month.Mid+half, -0.99)
	return unit.Interval{Mid: (low + high) / 2, Low: low, High: high}
}

func growthText(month unit.Interval) string {
	percent := func(v float64) string {
		return strconv.FormatFloat(math.Round(1000*v)/10+0, 'f', 1, 64) // + 0 takes the sign off a zero
	}
	i := around(month)
	return percent(i.Low) + ".." + percent(i.High) + "%/month"
}

// digits writes a number with four digits that mean something, as a plan has it.
func digits(v float64) string {
	if v >= 1000 {
		return strconv.FormatFloat(math.Round(v), 'f', -1, 64)
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	if err != nil {
		return "0"
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// word puts a name into the layer of traits. One that the trait does not take is a fault of
// the metrics, and told as one.
func (o *observer) word(name, text, query, how string) {
	from := origin.Origin{Kind: origin.Prometheus, Name: query, Reason: how}
	o.refused(name, text, query, workload.ParseSet(name, text, from, o.out.Traits))
}

// number puts a number into the layer of traits as it is; text is how a plan writes it.
func (o *observer) number(name string, v float64, text, query, how string) {
	o.value(name, workload.Value{Interval: unit.Exact(v), Text: text}, query, how)
}

// value puts a value into the layer of traits.
func (o *observer) value(name string, v workload.Value, query, how string) {
	v.Origin = origin.Origin{Kind: origin.Prometheus, Name: query, Reason: how}
	o.refused(name, v.Text, query, workload.Put(name, v, o.out.Traits))
}

func (o *observer) refused(name, text, query string, err error) {
	if err != nil {
		o.unknown(name, fmt.Sprintf("the metrics say %s, which is not valid: %v", text, err), "check "+query)
	}
}

func (o *observer) fact(f Fact) { o.out.Facts = append(o.out.Facts, f) }

func (o *observer) unknown(trait, why, remedy string) {
	o.out.Unknown = append(o.out.Unknown, Unknown{trait, why, remedy})
}

func (o *observer) warn(format string, args ...any) {
	o.out.Warnings = append(o.out.Warnings, fmt.Sprintf(format, args...))
}
