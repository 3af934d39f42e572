package prom

import (
	"context"
	"fmt"
	"math"
	"time"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// A service that began less than an hour ago is read in steps of a scrape, up to the last of them: steps of
// five minutes would hold little of it, and the last one nothing.
const (
	quick     = 15 * time.Second
	quickFrom = 2 * time.Hour
)

// observed asks all, and, where less than an hour is known, again in short steps. The first answer stands where
// those find no more.
func observed(ctx context.Context, from asker, profiles []*Profile, opts Options) (*observer, error) {
	o := newObserver(from, opts)
	err := o.ask(ctx, profiles)
	if err == nil || !o.few {
		return o, err
	}
	short := newObserver(from, opts)
	short.pace, short.span = quick, aligned(opts.Now, min(quickFrom, short.History), quick)
	short.out.Span = short.span
	if fault := short.ask(ctx, profiles); fault != nil {
		return o, err
	}
	return short, nil
}

// none is the error that nothing, or too little, was found of what was sought.
func (o *observer) none(text string) error {
	o.few = true
	return &NoData{text}
}

// young reports whether less than an hour is known.
func (o *observer) young() bool { return o.pace < fine }

// fewest is how many values say anything at all: an hour of them, or one where there is no hour.
func (o *observer) fewest() int {
	if o.young() {
		return 1
	}
	return least
}

// born asks when the first of the counters began, for windows to reach back no further.
func (o *observer) born(ctx context.Context) error {
	r := o.read["requests"]
	if !o.young() || r.native {
		return nil
	}
	expr := fmt.Sprintf("min(min_over_time(timestamp(%s)[%s:%s]))", r.of(r.seriesName()), promDuration(quickFrom), promDuration(quick))
	return o.round(ctx, []*question{{purpose: "since when it counts", expr: expr, span: Span{To: o.span.To},
		samples: one(func(at float64) {
			if life := time.Duration(float64(o.span.To.Unix())-at) * time.Second; life > 0 {
				o.life = life
			}
		})}})
}

// tellYoung says of what little the rate is known, and from when on more is, and gives its range: a count
// scatters by its own root.
func (o *observer) tellYoung(mean float64, query, seen string) {
	began := o.span.To.Add(-o.life)
	if first, _ := o.out.Demand.ends(); o.life == 0 {
		began = o.out.Demand.At(first).Add(-o.window())
	}
	known := o.span.To.Sub(began)
	count := mean * known.Seconds()
	const z90 = 1.645
	reach := math.Min(z90/math.Sqrt(math.Max(count, 1)), 1)
	around := unit.Interval{Mid: mean, Low: mean * (1 - reach), High: mean * (1 + reach)}
	v := workload.Value{Interval: unit.Exact(mean), Text: digits(mean)}
	if low, high := digits(around.Low), digits(around.High); low != high {
		v = workload.Value{Interval: around, Text: low + ".." + high}
	}
	o.value("qps", v, query, "mean over "+seen+", as far as counting tells it")
	o.warn("only %s of history, since %s UTC: the rate is that of these minutes, and may be far from a day's; an hour is known from %s UTC on, and a day from the same time tomorrow: observe again then, or give --qps and --peak-to-mean",
		minutesWords(known), began.UTC().Format("15:04"), began.Add(time.Hour).UTC().Format("15:04"))
}

// minutesWords is a time of less than an hour in whole minutes, or in seconds where it is short.
func minutesWords(d time.Duration) string {
	if d >= 2*time.Minute {
		d = d.Round(time.Minute)
	}
	return unit.Format(unit.Duration, d.Seconds())
}

// spanWords says how long a series is, and when it ends.
func spanWords(s Series) string {
	length := time.Duration(len(s.Values)-1) * s.Step
	long := digits(math.Round(length.Hours()/2.4)/10) + " days to "
	switch {
	case length < time.Hour:
		long = minutesWords(length+s.Step) + " to "
	case length < day:
		long = digits(math.Round(length.Hours()*10)/10) + " h to "
	}
	return long + s.At(len(s.Values)-1).UTC().Format("2006-01-02 15:04")
}
