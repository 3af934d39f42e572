package prom

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// observer carries one run through its stages: which profiles, which metrics, what they say.
type observer struct {
	Options
	from      asker
	span      Span          // of the history, in steps of the pace
	pace      time.Duration // of the steps: fine, or less where less than an hour is known
	escapes   bool          // the server takes dots in names of labels behind a backslash, and not in quotes
	few       bool          // of what was sought, for all that were asked of it
	life      time.Duration // since the first counter began, where less than an hour is known
	profiles  []*Profile
	machines  bool                 // alone: nothing counts requests
	read      map[string]reading   // by quantity
	spare     map[string][]reading // of machines, by quantity: other exporters of it
	before    []reading            // other metrics of requests, which may hold their past
	also      []reading            // those of them by which alone some servers count now
	living    Known                // metrics with values now
	who       []Sample             // what counts requests now, by identity
	kept      []Sample             // those of them that serve the model that is read; nil for all
	pods      []string             // of them
	asked     bool                 // for the nodes
	on        []string             // nodes of the pods, once asked
	shared    string               // why accelerators are not told apart from those of others; "" where they are
	servers   int                  // that serve now, 0 where not told
	idle      int                  // that stand by beside them
	interval  time.Duration        // between two scrapes
	flaps     bool                 // many scrapes fail
	uneven    bool                 // some do
	missed    bool                 // some are missing all the time
	all       bool                 // and yet every server of the last day is still there
	whole     bool                 // none do, as the scrapes of all servers together say
	perServer float64              // scrapes of half an hour, of all over those that are there
	day       turnover             // of servers, in the last day
	lately    time.Duration        // over how long means are read
	brief     float64              // 1/s, of servers that live too short for their counters to be seen rising
	out       *Observation

	demand    demand
	hourly    map[string]Series // by quantity, in coarse steps
	means     map[string]float64
	names     map[string][]string // what labels say, by quantity
	spread    map[string]Histogram
	quiet     map[string]Histogram
	quantiles map[string]map[float64]between // of summaries
	tokens    map[string]Histogram
	bursts    Series
	shares    []Sample      // requests of late, by server
	ended     time.Time     // when the requests' metric stopped; zero while it goes on
	silent    time.Duration // since then
	adapters  []string      // names by which servers that hold one model are asked, that of the model first
	partial   []float64     // rates of which some were taken over windows that began within a gap
	nap       time.Duration // the longest that no server of a service was there that scales to zero

	file, query string // where values were read, when from a file
}

func newObserver(from asker, o Options) *observer {
	if o.History == 0 {
		o.History = DefaultHistory
	}
	if o.MaxSeries == 0 {
		o.MaxSeries = DefaultMaxSeries
	}
	span := aligned(o.Now, o.History, fine)
	return &observer{
		Options: o, from: from, span: span, pace: fine, interval: time.Minute, lately: recent,
		out:    &Observation{Selector: o.Selector, Span: span, Traits: workload.Set{}},
		hourly: map[string]Series{}, means: map[string]float64{}, names: map[string][]string{},
		spread: map[string]Histogram{}, quiet: map[string]Histogram{}, tokens: map[string]Histogram{}, quantiles: map[string]map[float64]between{},
	}
}

// Observe reads the traits of a running service from a server. An error means that nothing could be read; a
// *NoData means that the server answers but lacks the metrics. Quantities that could not be read leave their
// traits unknown, with the reason.
func Observe(ctx context.Context, c *Client, profiles []*Profile, opts Options) (*Observation, error) {
	o, err := observed(ctx, c, profiles, opts)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &SlowError{c.taken(), err}
	case err != nil:
		return nil, err
	}
	o.tell()
	o.out.Warnings = append(o.out.Warnings, c.Warnings()...)
	return o.out, nil
}

// ask asks all there is to ask, in three rounds: what exists and how often it is scraped, the
// histories, and what happened in the busiest hour.
func (o *observer) ask(ctx context.Context, profiles []*Profile) error {
	if err := o.settle(ctx, profiles); err != nil {
		return err
	}
	if o.machines {
		return o.askMachines(ctx)
	}
	if err := o.choose(ctx); err != nil {
		return err
	}
	if err := o.lookAround(ctx); err != nil {
		return err
	}
	if err := o.round(ctx, o.histories()); err != nil {
		return err
	}
	o.calibrate()
	if err := o.joinOthers(ctx); err != nil {
		return err
	}
	o.sleeps()
	o.toEnds()
	o.tellEnd()
	if o.out.Demand.Known() < o.fewest() {
		return o.none(o.tooFew())
	}
	return o.round(ctx, o.atTheEnds())
}

// tooFew words that there are fewer values than an hour has.
func (o *observer) tooFew() string {
	name, known := o.read["requests"].metric.name(), o.out.Demand.Known()
	if known == 0 {
		return o.nothing(name + " has no values")
	}
	first, _ := o.out.Demand.ends()
	many := unit.Format(unit.Duration, (time.Duration(known) * o.out.Demand.Step).Seconds())
	return fmt.Sprintf("%s has %s of values, since %s UTC, and an hour is needed: ask again later, or give what a server shows at /metrics as --metrics-file",
		name, many, o.out.Demand.when(first))
}

// round asks questions of which each may fail, but the first, without which nothing is known.
func (o *observer) round(ctx context.Context, all []*question) error {
	askAll(ctx, o.from, all)
	for i, q := range all {
		var server *ServerError
		switch {
		case q.failed == nil:
		case ctx.Err() != nil:
			return cut(ctx, q.failed)
		case q.parts != nil && errors.As(q.failed, &server) && server.tooMuch():
			if err := q.parts(ctx, q.failed); err != nil {
				return err
			}
		case i == 0 && q.series != nil && q.span.Step == o.pace, !errors.As(q.failed, &server):
			return q.failed
		default:
			o.warn("%s could not be read: %v", q.purpose, q.failed)
		}
	}
	return nil
}

// cut is why a run was cut short: what a slow server could not answer says more than that the time is up.
func cut(ctx context.Context, fault error) error {
	var none *NoData
	if errors.As(fault, &none) {
		return fault
	}
	return ctx.Err()
}

// byTheHour are the quantities whose histories are read beside the demand.
var byTheHour = []string{"latency", "execution", "batch", "queue_time", "running", "waiting", "saturation", "cache_usage", "replicas"}

// byTheWeek are the quantities of which the mean over the last week is read.
var byTheWeek = []string{"input_tokens", "output_tokens", "prefix_hit", "utilization", "memory_used", "memory_free", "cold_start"}

// histories are the questions of the second round; the first is the demand.
func (o *observer) histories() []*question {
	requests := o.read["requests"]
	all := []*question{{
		purpose: "requests per second", expr: requests.rate(o.window()), span: o.span,
		series: o.seen, parts: o.inParts,
	}}
	w := o.burstWindow()
	all = append(all, &question{
		purpose: "dispersion of arrivals", expr: requests.timed().rate(w), span: aligned(o.span.To, min(recent, o.History), w),
		series: func(s Series) { o.bursts = s },
	})
	hours := aligned(o.span.To, o.History, coarse)
	for _, name := range byTheHour {
		if r, ok := o.read[name]; ok {
			all = append(all, &question{
				purpose: r.quantity.Doc + ", by the hour", expr: r.perHour(), span: hours,
				series: func(s Series) { o.hourly[name] = s.scaled(r.scale()) },
			})
		}
	}
	return append(all, o.recently()...)
}

// perHour is the expression of a quantity's history.
func (r reading) perHour() string {
	if counted(r.quantity) {
		return r.rate(coarse)
	}
	return r.mean(coarse)
}

func (o *observer) recently() []*question {
	at := Span{To: o.span.To}
	all := o.meansOf(at)
	for _, name := range []string{"accelerators", "cost"} {
		if r, ok := o.read[name]; ok {
			all = append(all, &question{purpose: r.quantity.Doc, expr: r.mean(presently), span: at,
				samples: one(func(v float64) { o.means[name] = v })})
		}
	}
	if r, ok := o.read["replicas"]; ok && r.metric.Query == "" {
		all = append(all, &question{purpose: r.quantity.Doc + ", now", expr: r.mean(presently), span: at,
			samples: one(func(v float64) { o.servers = int(math.Round(v * r.scale())) })})
	}
	if q := o.served(); q != nil {
		all = append(all, q)
	}
	for _, name := range []string{"model", behindName, "gpu"} {
		if r, ok := o.read[name]; ok {
			all = append(all, o.wordsOf(name, r, at))
		}
	}
	return all
}

// meansOf are the questions of the means of late.
func (o *observer) meansOf(at Span) (all []*question) {
	names, parts := byTheWeek, []string(nil)
	if _, whole := o.read["latency"]; !whole { // a request takes as long as its parts
		parts = []string{"ttft", "tpot"}
		names = slices.Concat(names, parts)
	}
	for _, name := range names {
		r, ok := o.read[name]
		if !ok {
			continue
		}
		if r.metric.Histogram != "" && !slices.Contains(parts, name) {
			all = append(all, &question{purpose: r.quantity.Doc + ", distribution", expr: r.spread(o.lately), span: at,
				samples: o.distribution(name, o.tokens), parts: o.overADay(at)})
		}
		all = append(all, &question{purpose: r.quantity.Doc, expr: r.mean(o.lately), span: at,
			samples: one(func(v float64) { o.means[name] = v * r.scale() }), parts: o.overADay(at)})
	}
	return all
}

// wordsOf asks for the words of a label.
func (o *observer) wordsOf(name string, r reading, at Span) *question {
	return &question{purpose: r.quantity.Doc, expr: r.words(current), span: at, samples: func(found []Sample) {
		for _, s := range found {
			if word := s.Labels[r.metric.Label]; word != "" { // a router's series name no model
				o.names[name] = append(o.names[name], word)
			}
		}
	}}
}

// distribution keeps a histogram, classic or native.
func (o *observer) distribution(name string, into map[string]Histogram) func([]Sample) {
	scale := o.read[name].scale()
	return func(all []Sample) {
		cumulative := map[float64]float64{}
		for _, s := range all {
			if s.Histogram != nil {
				into[name] = s.Histogram.scaled(scale)
				return
			}
			if le, ok := bound(s.Labels["le"]); ok {
				cumulative[le*scale] += s.Value
			}
		}
		if h := classic(cumulative); h.Count > 0 {
			into[name] = h
		}
	}
}

// centre lets a distribution that was read have the mean that is known of it.
func (o *observer) centre(name string, mean float64) {
	if h, ok := o.spread[name]; ok {
		o.spread[name] = h.withMean(mean)
	}
}

func (h Histogram) scaled(factor float64) Histogram {
	out := h
	out.Sum *= factor
	out.Buckets = nil
	for _, b := range h.Buckets {
		out.Buckets = append(out.Buckets, Bucket{b.Low * factor, b.High * factor, b.Count})
	}
	return out
}

// slow are the quantities whose distribution in the busiest hour is told.
var slow = []string{"latency", "ttft", "tpot"}

// atTheEnds asks for latencies in the busiest hour of the last week, and of a classic service in
// the quietest; and what a service that stopped was called when it did.
func (o *observer) atTheEnds() []*question {
	quietest, busiest := o.ends()
	at := Span{To: busiest}
	var all []*question
	if r, ok := o.read["model"]; ok && !o.ended.IsZero() && len(o.names["model"]) == 0 {
		all = append(all, o.wordsOf("model", r, Span{To: o.ended}))
	}
	for _, name := range slow {
		r, ok := o.read[name]
		if r.summary {
			all = append(all, o.quantilesOf(name, at)...)
			continue
		}
		if ok && r.metric.Histogram != "" {
			all = append(all, &question{purpose: r.quantity.Doc + ", in the busiest hour", expr: r.spread(coarse), span: at,
				samples: o.distribution(name, o.spread)})
			if !r.native {
				all = append(all, &question{purpose: r.quantity.Doc + ", mean of the busiest hour", expr: r.mean(coarse), span: at,
					samples: one(func(v float64) { o.centre(name, v*r.scale()) })})
			}
		}
	}
	if r, ok := o.read["latency"]; ok && r.metric.Histogram != "" && !r.summary && !o.profiles[0].language() {
		all = append(all, &question{purpose: r.quantity.Doc + ", in the quietest hour", expr: r.spread(coarse), span: Span{To: quietest},
			samples: o.distribution("latency", o.quiet)})
	}
	return all
}

// ends are when the quietest hour with load and the busiest hour of the last week ended.
func (o *observer) ends() (quietest, busiest time.Time) {
	hours := byHour(o.out.Demand)
	quietest, busiest = o.span.To, o.span.To
	least, most := math.Inf(1), 0.0
	for i := max(len(hours.Values)-int(recent/coarse), 0); i < len(hours.Values); i++ {
		v := hours.Values[i]
		if v > most {
			most, busiest = v, hours.At(i)
		}
		if v > 0 && v < least {
			least, quietest = v, hours.At(i)
		}
	}
	return quietest, busiest
}

// late says over what means were taken, and busyHour over what percentiles.
func (o *observer) late() string {
	if o.lately < recent {
		return "the last day"
	}
	return o.unlessFile("the last week")
}
func (o *observer) busyHour() string { return o.unlessFile("the busiest hour") }

func (o *observer) unlessFile(when string) string {
	if o.file != "" {
		return "the time since the server started"
	}
	return when
}

// tell turns what was read into traits and facts.
func (o *observer) tell() {
	if o.machines {
		o.tellMachines()
		return
	}
	o.tellDemand()
	o.tellIdle()
	o.checkUnits()
	if !o.out.NoLoad {
		o.tellDay()
	}
	o.tellBursts()
	o.tellModel()
	o.tellHardware()
	o.tellColdStart()
	o.tellCost()
	o.tellTokens()
	o.tellLatency()
	o.tellService()
	o.tellMeasuredOn()
	o.tellOverload()
	o.tellMissing()
}
