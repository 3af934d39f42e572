package prom

import (
	"fmt"
	"strings"
	"time"
)

// reading is a metric chosen from a profile, with all it takes to write its queries.
type reading struct {
	quantity Quantity
	metric   Metric
	selector Selector      // of the run, as far as the profile's series have the labels
	own      Selector      // of the metric
	native   bool          // a native histogram
	summary  bool          // no histogram but quantiles, with a sum and a count
	told     bool          // read from a file, which no query was asked of
	serves   bool          // of the service, not of its machines
	by       []string      // labels that tell one server from another
	fresh    time.Duration // how old the last value of a server that is there may be; 0 for the server's own bound
	without  []string      // labels that count one server twice
	also     []string      // series of servers that count by them alone
	whole    bool          // what grew is divided by the window, since the server divides it by the life of a series
}

// scale turns the metric's unit into the quantity's base unit.
func (r reading) scale() float64 {
	if factor, ok := r.quantity.Units[r.metric.Unit]; ok {
		return factor
	}
	return 1
}

func (r reading) of(metric string) string { return r.selector.over(metric, r.own) }

func (r reading) rateOf(metric string, window time.Duration) string {
	return "sum(" + r.once(fmt.Sprintf("rate(%s[%s])", r.of(metric), promDuration(window))) + ")"
}

// countOf is how often what a counter counts happens, per second. A rate is what grew over its window, but
// for a server that divides what a series counted by how long it was there: within the window of a rollout
// the old servers and the new ones would both count in full.
func (r reading) countOf(metric string, window time.Duration) string {
	if !r.whole {
		return r.rateOf(metric, window)
	}
	return fmt.Sprintf("sum(%s) / %.0f", r.once(fmt.Sprintf("increase(%s[%s])", r.of(metric), promDuration(window))), window.Seconds())
}

// timed is the reading by rates over the time from scrape to scrape: what grew within short windows varies with
// the scrapes that they hold.
func (r reading) timed() reading {
	r.whole = false
	return r
}

// once counts a server once that is scraped twice.
func (r reading) once(expr string) string {
	if len(r.without) == 0 {
		return expr
	}
	return "avg without (" + strings.Join(r.without, ", ") + ") (" + expr + ")"
}

// glimpse is how far apart the moments lie at which gauges are looked at within a window. Over a
// window servers come and go, and each of them would count.
const glimpse = 5 * time.Minute

// moments is a function over the values that an expression has at moments of a window.
func moments(function, expr string, window time.Duration) string {
	apart := glimpse
	if window < time.Hour {
		apart = time.Minute
	}
	return fmt.Sprintf("%s%s[%s:%s])", function, expr, promDuration(window), promDuration(apart))
}

// rate is how often what the metric counts happens, per second.
func (r reading) rate(window time.Duration) string {
	m := r.metric
	switch {
	case r.told:
		return r.inFile()
	case m.Histogram != "" && r.native:
		return "histogram_count(" + r.rateOf(m.Histogram, window) + ")"
	case m.Histogram != "":
		return r.countOf(m.Histogram+"_count", window)
	case m.Counter != "":
		return r.countOf(m.Counter, window)
	}
	return r.mean(window)
}

// mean is the mean of the quantity over a window.
func (r reading) mean(window time.Duration) string {
	m, w := r.metric, promDuration(window)
	switch {
	case r.told:
		return r.inFile()
	case m.Query != "":
		return strings.NewReplacer("$selector", r.selector.with(r.own).String(), "$window", w).Replace(m.Query)
	case m.Histogram != "" && r.native:
		all := r.rateOf(m.Histogram, window)
		return "histogram_sum(" + all + ") / histogram_count(" + all + ")"
	case m.Histogram != "":
		return r.rateOf(m.Histogram+"_sum", window) + " / " + r.rateOf(m.Histogram+"_count", window)
	case m.Per != "":
		return r.rateOf(m.Counter, window) + " / " + r.rateOf(m.Per, window)
	case m.Counter != "":
		return r.rateOf(m.Counter, window)
	case m.Targets != "":
		return moments("quantile_over_time(0.5, ", r.targets(), window)
	case m.Across == "count":
		return moments("quantile_over_time(0.5, ", "count("+r.once(r.of(m.Gauge))+")", window)
	}
	return moments("avg_over_time(", r.across()+"("+r.once(r.of(m.Gauge))+")", window)
}

// targets counts the servers that are there.
func (r reading) targets() string {
	by := strings.Join(r.apart(), ", ")
	all := fmt.Sprintf("count by (%s) (%s)", by, r.there(r.of(r.metric.Targets)))
	for _, series := range r.also {
		all += fmt.Sprintf(" or count by (%s) (%s)", by, r.there(series))
	}
	return "count(" + all + ")"
}

// there selects the series that are there: a server shows a series for minutes after its last value,
// and of servers that come and go those that went would count too.
func (r reading) there(series string) string {
	if r.fresh == 0 {
		return series
	}
	return fmt.Sprintf("present_over_time(%s[%s])", series, promDuration(r.fresh))
}

// apart are the labels that tell one server from another.
func (r reading) apart() []string {
	if len(r.by) == 0 {
		return []string{"instance", "pod"}
	}
	return r.by
}

func (r reading) across() string {
	if r.metric.Across == "" {
		return "sum"
	}
	return r.metric.Across
}

// spread is the distribution of a histogram over a window.
func (r reading) spread(window time.Duration) string {
	if r.told {
		return r.inFile()
	}
	if r.native {
		return r.rateOf(r.metric.Histogram, window)
	}
	return "sum by (le) (" + r.once(fmt.Sprintf("rate(%s[%s])", r.of(r.metric.Histogram+"_bucket"), promDuration(window))) + ")"
}

// words are what a label says, with the number of series that say it.
func (r reading) words(window time.Duration) string {
	if r.told {
		return "label " + r.metric.Label + " of " + r.inFile()
	}
	if r.metric.Query != "" {
		return fmt.Sprintf("count by (%s) (%s)", labelWord(r.metric.Label), r.mean(window))
	}
	name := r.seriesName()
	return fmt.Sprintf("count by (%s) (present_over_time(%s[%s]))", labelWord(r.metric.Label), r.of(name), promDuration(window))
}

// inFile names what was read in a file.
func (r reading) inFile() string {
	if r.metric.Per != "" {
		return r.of(r.metric.Counter) + " / " + r.of(r.metric.Per)
	}
	return r.of(r.metric.name())
}

// counters are the counts of requests by the labels given.
func (r reading) counters(labels []string) string {
	if r.native {
		return fmt.Sprintf("count by (%s) (%s)", labelWords(labels), r.of(r.seriesName()))
	}
	return fmt.Sprintf("sum by (%s) (%s)", labelWords(labels), r.of(r.seriesName()))
}

// listed is the question of how many series the metric has within a span.
func (r reading) listed(span Span) Query {
	return Query{Purpose: "how many series that reads", Expr: r.of(r.seriesName()), Span: span, Calls: 1, Names: true}
}

// scrapes is how many samples the most scraped of the metric's series has in a window.
func (r reading) scrapes(window time.Duration) string {
	return fmt.Sprintf("max(count_over_time(%s[%s]))", r.of(r.seriesName()), promDuration(window))
}

// scrapedAllWhile is the same of the series that were there before the window too.
func (r reading) scrapedAllWhile(window time.Duration) string {
	series := fmt.Sprintf("count_over_time(%s[%s]", r.of(r.seriesName()), promDuration(window))
	return fmt.Sprintf("max(%s) and %s offset %s))", series, series, promDuration(window))
}

// scrapesOfAll is how many samples all series of the metric had in a window, over how many are there now.
func (r reading) scrapesOfAll(window time.Duration) string {
	return fmt.Sprintf("sum(count_over_time(%s[%s])) / count(%s)", r.of(r.seriesName()), promDuration(window), r.of(r.seriesName()))
}

// densest is how many samples a series has at the most in a window, anywhere in a stretch.
func (r reading) densest(window, stretch time.Duration) string {
	w := promDuration(window)
	return fmt.Sprintf("max(max_over_time(count_over_time(%s[%s])[%s:%s]))", r.of(r.seriesName()), w, promDuration(stretch), w)
}

// scattered is how far the middle half of the counts of scrapes in windows of a stretch lies apart, of the
// server of which they do so most; of those that were there all the while.
func (r reading) scattered(window, stretch time.Duration) string {
	w := promDuration(window)
	series := r.of(r.seriesName())
	counts := fmt.Sprintf("count_over_time(%s[%s])[%s:%s]", series, w, promDuration(stretch), w)
	return fmt.Sprintf("max(quantile_over_time(0.75, %s) - quantile_over_time(0.25, %s) and %s offset %s)", counts, counts, series, promDuration(stretch+window))
}

// slowest is how many samples the least scraped has of the series that were there all through a window.
func (r reading) slowest(window time.Duration) string {
	w, series := promDuration(window), r.of(r.seriesName())
	return fmt.Sprintf("min(count_over_time(%s[%s]) and %s and %s offset %s)", series, w, series, series, w)
}

// seriesName is the name of a series that stands for the metric.
func (r reading) seriesName() string {
	if r.metric.Histogram != "" && !r.native {
		return r.metric.Histogram + "_count"
	}
	return r.metric.name()
}
