package prom

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"
)

// turnover is how the servers that count requests came and went in the last day. Zero where
// nothing was asked.
type turnover struct {
	servers int     // that the index has for the day, which may hold some of the days around
	counted float64 // requests that they had counted by the end of it, or of them
	before  float64 // requests that those of them that are older had counted when it began
	earlier float64 // servers that were there when it began
	lived   float64 // servers of which the day holds values
	resets  float64 // of the counter of a server, an hour

	grew, rated float64 // what the counters grew by of late, a second, and the mean of their rates meanwhile

	setBack, grown float64 // resets within the day, and what the counters grew by across them
}

// total is how many requests the counters of the day saw: all of those of a server that began
// within it, those before its first scrape too. Where counters were set back, their ends do not hold it
// all; then it is what they grew by.
func (t turnover) total() float64 {
	if t.setBack > 0 {
		return t.grown
	}
	return t.counted - t.before
}

// Where a day of servers counts as coming and going, and counters as set back all the time.
const (
	comesAndGoes = 3.0              // times as many servers in a day as at once
	resetsOver   = 6 * time.Hour    // over how long resets are counted, and growth
	mostResets   = 0.1              // of a counter, in a window of bursts
	grownMore    = 1.1              // times what their rates tell
	someFalls    = 0.03             // of the scrapes, for what counts up to be looked at
	mostFalls    = 0.25             // of the scrapes, of what counts up
	mostRemains  = 0.25             // of what was counted, where it falls
	mostBegun    = 0.05             // of the servers, in a window of bursts
	older        = 30 * time.Minute // within which a counter that was there showed a value
	fewRollouts  = 10.0             // times as many servers in a day as at once, who were replaced a few times
)

// changing reports whether servers come and go.
func (o *observer) changing() bool {
	return float64(o.day.servers) > comesAndGoes*math.Max(float64(o.servers), 1)
}

// Of a series that grows by one a second and began within the last of these windows, a server tells a rate of
// one where it divides by the life of the series, and a fraction of it where it divides by the window.
// VictoriaMetrics answers as of half a minute ago what is asked of now: the life is long enough for that.
const (
	begun    = 4 * time.Minute
	begunFor = 10 * time.Minute
)

// lifetimes is the question of what a server divides rates by.
func (o *observer) lifetimes() *question {
	at := o.span.To
	return &question{
		purpose: "how a series that began a while ago is counted", span: Span{To: at},
		expr: fmt.Sprintf("rate((vector(time()) >= %d)[%s:1m])", at.Add(-begun).Unix(), promDuration(begunFor)),
		samples: one(func(v float64) {
			for name, r := range o.read {
				r.whole = math.Abs(v-1) < offBy
				o.read[name] = r
			}
			for i := range o.before {
				o.before[i].whole = o.read["requests"].whole
			}
		}),
	}
}

// lookForTurnover asks how many servers a day brings, of the index of the server alone; and only
// where they come and go, or scrapes fail, for what they had counted.
func (o *observer) lookForTurnover(ctx context.Context) error {
	r := o.read["requests"]
	if !r.counts() {
		return nil
	}
	if err := o.round(ctx, append(o.acrossGaps(r), o.setBack(r))); err != nil {
		return err
	}
	by := r.apart()
	names, err := o.from.Values(ctx, by[len(by)-1], Span{From: o.span.To.Add(-day), To: o.span.To}, r.of(r.seriesName()))
	if err != nil {
		return err
	}
	o.day.servers = len(names)
	if replaced := o.day.servers > o.servers; o.whole && replaced && float64(o.day.servers) <= fewRollouts*math.Max(float64(o.servers), 1) {
		o.flaps, o.uneven = false, false // series end where servers are replaced
	}
	if !o.changing() && o.day.grew > grownMore*o.day.rated && o.day.rated > 0 {
		o.flaps, o.uneven = true, true
	}
	if err := o.acrossMissed(ctx); err != nil {
		return err
	}
	if o.changing() || o.flaps {
		if err := o.round(ctx, o.countedInADay(r)); err != nil {
			return err
		}
	}
	if o.whole && o.changing() && o.day.lived > 0 && o.day.earlier == 0 {
		o.flaps, o.uneven = false, false // else an hour would be most of all that is known
	}
	return o.countsUp(ctx, r)
}

// acrossMissed asks, where scrapes fail, whether all servers of a day are still there; then each that fails to be scraped for a
// while counts, and rates are taken from scrape to scrape: what a window grew by holds, after a scrape that is
// missing, what came before it. A server that divides by the time between scrapes takes the first ones of a new
// counter for all of its window, so that it serves only there.
func (o *observer) acrossMissed(ctx context.Context) error {
	r, lately := o.read["requests"], 0.0
	if !o.missed && !o.flaps && !o.uneven || o.changing() {
		return nil
	}
	there := fmt.Sprintf("present_over_time(%s[%s])", r.of(r.seriesName()), promDuration(older))
	if err := o.round(ctx, []*question{{purpose: "servers of late", span: Span{To: o.span.To},
		expr: fmt.Sprintf("count(count by (%s) (%s))", strings.Join(r.apart(), ", "), there), samples: one(func(v float64) { lately = v })}}); err != nil {
		return err
	}
	o.all = o.day.servers <= int(lately)
	switch {
	case !o.missed || !r.whole:
	case o.all:
		o.read["requests"] = r.timed()
	default:
		o.warn("scrapes are missing all the time, and servers were replaced in the last day: what came while one was missing counts in the minutes after it, so the peak may be read a few percent too high")
	}
	return nil
}

// countsUp is an error where the counter is none: it falls again and again, and not to where one begins that
// was set back.
func (o *observer) countsUp(ctx context.Context, r reading) error {
	falls, remains := o.day.resets*o.interval.Hours(), 0.0
	if falls < someFalls {
		return nil
	}
	if err := o.round(ctx, []*question{{
		purpose: "how much is left of a counter that is reset", expr: r.remains(time.Hour), span: Span{To: o.span.To},
		samples: one(func(v float64) { remains = v }),
	}}); err != nil || falls < mostFalls && !(remains >= mostRemains && remains <= 1) {
		return err
	}
	return &NoData{fmt.Sprintf("%s falls at %.0f %% of its scrapes, and a counter does not: it may be a gauge, or a load balancer answers for several servers; scrape each server separately, or read a recorded rate with --recording",
		r.seriesName(), 100*falls)}
}

// remains is the lowest over the highest value in a window, of series that fall again and again.
func (r reading) remains(window time.Duration) string {
	series := fmt.Sprintf("%s[%s]", r.of(r.seriesName()), promDuration(window))
	return fmt.Sprintf("max(min_over_time(%s) / max_over_time(%s) and resets(%s) > 1)", series, series, series)
}

// counts reports whether the metric is a counter whose values can be added up.
func (r reading) counts() bool {
	return !r.native && (r.metric.Counter != "" || r.metric.Histogram != "")
}

// setBack is the question of how often the counters are set back.
func (o *observer) setBack(r reading) *question {
	return &question{
		purpose: "how often counters are reset", expr: r.resets(), span: Span{To: o.span.To},
		samples: one(func(v float64) { o.day.resets = v / resetsOver.Hours() }),
	}
}

// acrossGaps are the questions of what rates miss of what the counters grew by: where servers are scraped now
// and now not, each at its own times, what they count meanwhile shows in no rate over minutes.
func (o *observer) acrossGaps(r reading) []*question {
	w, at := promDuration(resetsOver), Span{To: o.span.To}
	grew := r.once(fmt.Sprintf("increase(%s[%s])", r.of(r.seriesName()), w))
	return []*question{
		{purpose: "growth of the counters of requests", span: at, samples: one(func(v float64) { o.day.grew = v }),
			expr: fmt.Sprintf("sum(%s) / %.0f", grew, resetsOver.Seconds())},
		{purpose: "mean rate of requests over the same time", span: at, samples: one(func(v float64) { o.day.rated = v }),
			expr: fmt.Sprintf("avg_over_time((%s)[%s:%s])", r.timed().rate(o.minutes()), w, promDuration(fine))},
	}
}

// countedInADay are the questions of what the servers of a day had counted.
func (o *observer) countedInADay(r reading) []*question {
	last, at := r.last(day, 0), Span{To: o.span.To}
	into := func(v *float64) func([]Sample) { return one(func(got float64) { *v = got }) }
	return []*question{
		{purpose: "servers of a day", expr: fmt.Sprintf("count(count by (%s) (%s))", strings.Join(r.apart(), ", "), last), span: at, samples: into(&o.day.lived)},
		{purpose: "what they had counted", expr: "sum(" + last + ")", span: at, samples: into(&o.day.counted)},
		{purpose: "how often they were reset", expr: fmt.Sprintf("sum(resets(%s[%s]))", r.of(r.seriesName()), promDuration(day)), span: at, samples: into(&o.day.setBack)},
		{purpose: "what they grew by", expr: "sum(" + r.once(fmt.Sprintf("increase(%s[%s])", r.of(r.seriesName()), promDuration(day))) + ")", span: at, samples: into(&o.day.grown)},
		{purpose: "servers of a day before", expr: "count(" + r.last(older, day) + ")", span: at, samples: into(&o.day.earlier)},
		{purpose: "what they had counted a day before", expr: "sum(" + r.last(older, day) + " and " + last + ")", span: at, samples: into(&o.day.before)},
	}
}

// last is what the counter's series showed last within a window that ended some time ago.
func (r reading) last(window, ago time.Duration) string {
	offset := ""
	if ago > 0 {
		offset = " offset " + promDuration(ago)
	}
	return r.once(fmt.Sprintf("last_over_time(%s[%s]%s)", r.of(r.seriesName()), promDuration(window), offset))
}

// resets is how often the counter of a server was set back.
func (r reading) resets() string {
	return fmt.Sprintf("avg(max by (%s) (resets(%s[%s])))", strings.Join(r.apart(), ", "), r.of(r.seriesName()), promDuration(resetsOver))
}

// How far a day's rates may lie off what the counters say, and how far they are believed.
const (
	offBy      = 0.02
	mostOff    = 20.0
	wholeDay   = 0.95 // share of a day's rates that are known
	worthWords = 0.05
)

// calibrate brings rates to what the counters of the last day say. Servers take rates of series
// that began or ended within a window by rules of their own, and not one sees what was counted
// before the first scrape; what a counter shows at its end holds it all.
func (o *observer) calibrate() {
	lately := tail(o.out.Demand, day)
	seen := meanOf(lately)
	known := Series{Values: lately}.Known()
	switch {
	case o.day.lived == 0, float64(known) < wholeDay*float64(day/o.out.Demand.Step):
		return
	case seen == 0 && o.changing() && o.day.total() > 0:
		o.brief = o.day.total() / day.Seconds()
		o.query = "sum(" + o.read["requests"].last(day, 0) + ") / 86400"
		return
	}
	factor := o.day.total() / day.Seconds() / seen
	if math.Abs(math.Log(factor)) < offBy || !(math.Abs(math.Log(factor)) < math.Log(mostOff)) {
		return
	}
	if o.flaps {
		o.out.Demand = o.out.Demand.evened(coarse)
	}
	o.out.Demand = o.out.Demand.scaled(factor)
	switch {
	case math.Abs(math.Log(factor)) < worthWords:
	case o.changing():
		o.warn("%.0f servers come and go in a day: rates are scaled to what the servers had counted at their end (× %s)", o.day.lived, digits(factor))
	default:
		o.warn("rates with gaps are scaled to what the counters of the last day show (× %s)", digits(factor))
	}
}

// partly is how many rates behind a gap are taken over windows that began within it.
func (o *observer) partly(s Series) int {
	if o.file != "" || !o.read["requests"].counts() {
		return 0
	}
	return int((o.window() + s.Step - 1) / s.Step)
}

// evened is a series of which each value is the mean of those around it. Rates over an hour with gaps miss more
// where a gap lies at an end of the hour than where none does, so that what they miss on average would
// be too much for some.
func (s Series) evened(over time.Duration) Series {
	out, half := unknown(len(s.Values)), int(over/s.Step/2)
	for i, v := range s.Values {
		if !math.IsNaN(v) {
			out[i] = meanOf(s.Values[max(i-half, 0):min(i+half+1, len(s.Values))])
		}
	}
	s.Values = out
	return s
}

// tellResets tells of counters that are set back so often that requests are lost.
func (o *observer) tellResets() {
	lost := o.day.resets * o.interval.Hours() // of the time, at the most
	if lost > offBy {
		o.warn("counters are reset %s times an hour (%s): requests between the last scrape and a restart are lost, so the rate may be up to %.0f %% too low",
			digits(math.Round(10*o.day.resets)/10), o.read["requests"].seriesName(), 100*lost)
	}
}
