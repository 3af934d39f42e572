package prom

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
)

// lookAround asks who counts the requests, and settles what is read of whom.
func (o *observer) lookAround(ctx context.Context) error {
	if err := o.affordable(ctx); err != nil {
		return err
	}
	if err := o.round(ctx, o.scrapes()); err != nil {
		return err
	}
	return o.settleServers(ctx, o.who)
}

// settleServers settles which servers are read, which model of theirs, and which machines.
func (o *observer) settleServers(ctx context.Context, found []Sample) error {
	all := o.apart(found)
	if err := o.settleModel(ctx, all); err != nil {
		return err
	}
	return o.ofPods(ctx)
}

// ofPods narrows what machines tell to those of the pods that serve, where their exporter names
// the pod that it measures.
func (o *observer) ofPods(ctx context.Context) error {
	if len(o.pods) == 0 {
		return nil
	}
	quoted := make([]string, len(o.pods))
	for i, p := range o.pods {
		quoted[i] = regexp.QuoteMeta(p)
	}
	fits := map[string]Selector{}
	for _, name := range ofMachines {
		r, ok := o.read[name]
		if !ok || r.serves || r.metric.Gauge == "" {
			continue
		}
		own, asked := fits[r.metric.whereof(r.metric.Gauge)]
		for _, label := range []string{"exported_pod", "pod"} {
			if asked {
				break
			}
			m := Selector{{label, "=~", strings.Join(quoted, "|")}}
			known, err := o.existing(ctx, []string{slices.Concat(r.selector, r.own, m).among([]string{r.metric.Gauge})})
			var server *ServerError
			if err != nil && !errors.As(err, &server) {
				return err
			}
			if known[r.metric.Gauge] {
				own, asked = m, true
			}
		}
		fits[r.metric.whereof(r.metric.Gauge)] = own
		r.own = slices.Concat(r.own, own)
		o.read[name] = r
	}
	return nil
}

// apart settles which servers are read, and gives the counters of those.
func (o *observer) apart(found []Sample) []Sample {
	label := o.modelLabel()
	all := projected(found, identity(label))
	if len(all) == 0 {
		return nil
	}
	l := layoutOf(all)
	o.narrowed(l)
	if o.read["replicas"].metric.Targets != "" {
		o.servers = l.servers
	}
	o.pods = l.pods
	for _, w := range l.words {
		o.warn("%s", w)
	}
	return all
}

// settleModel settles which model is read where several are served.
func (o *observer) settleModel(ctx context.Context, all []Sample) error {
	label := o.modelLabel()
	counts := byLabel(all, label)
	if label == "" || len(counts) < 2 {
		return nil
	}
	spent := map[string]float64{}
	if name := o.read["latency"].spentIn(); name != "" {
		r := o.read["latency"]
		found, err := o.from.Instant(ctx, fmt.Sprintf("sum by (%s) (%s)", label, r.of(name)), o.span.To)
		var server *ServerError
		if err != nil && !errors.As(err, &server) {
			return err
		}
		spent = byLabel(found, label)
	}
	m, word := oneModel(label, counts, spent)
	o.narrowed(layout{by: o.read["replicas"].by, without: o.read["requests"].without, narrow: Selector{m}})
	o.warn("%s", word)
	return nil
}

// spentIn is the counter of the time that requests took; "" where there is none.
func (r reading) spentIn() string {
	if r.metric.Histogram != "" && !r.native {
		return r.metric.Histogram + "_sum"
	}
	return r.metric.Counter
}

// joinPast reads what came before the requests' metric began, from another that counts the same:
// a metric that was renamed, or is stored in another form now.
func (o *observer) joinPast(ctx context.Context) error {
	first := slices.IndexFunc(o.out.Demand.Values, func(v float64) bool { return !math.IsNaN(v) })
	if first < 0 || time.Duration(first)*o.out.Demand.Step < coarse {
		return nil
	}
	for _, r := range o.before {
		r.without = o.read["requests"].without
		past, err := o.from.Range(ctx, r.rate(o.window()), o.span)
		if err != nil {
			return err
		}
		joined := 0
		for i, v := range past.Values[:min(first, len(past.Values))] {
			if !math.IsNaN(v) {
				o.out.Demand.Values[i], joined = v, joined+1
			}
		}
		if joined > 0 {
			o.query = o.read["requests"].rate(o.window()) + " or " + r.rate(o.window())
			o.warn("%s has values since %s; what was before is read from %s", o.read["requests"].seriesName(),
				o.out.Demand.At(first).UTC().Format("2006-01-02 15:04"), r.seriesName())
			return nil
		}
	}
	return nil
}

// shortLived looks whether counters that never rise belong to servers that come and go: what such
// a server counted before its first scrape is all it counted.
func (o *observer) shortLived(ctx context.Context) error {
	r := o.read["requests"]
	if highest(o.out.Demand.Values) > 0 || r.native {
		return nil
	}
	last := r.once(fmt.Sprintf("last_over_time(%s[%s])", r.of(r.seriesName()), promDuration(day)))
	var lived, sum float64
	for _, q := range []struct {
		expr string
		into *float64
	}{{"count(" + last + ")", &lived}, {"sum(" + last + ")", &sum}} {
		found, err := o.from.Instant(ctx, q.expr, o.span.To)
		if err != nil {
			return err
		}
		one(func(v float64) { *q.into = v })(found)
	}
	if sum > 0 && lived > comesAndGoes*math.Max(float64(len(o.who)), 1) {
		o.brief, o.query = sum/day.Seconds(), "sum("+last+") / 86400"
	}
	return nil
}

// comesAndGoes is how many times as many servers live through a day as at once, where they come
// and go.
const comesAndGoes = 3

// affordable refuses to read more series than was agreed on.
func (o *observer) affordable(ctx context.Context) error {
	r := o.read["requests"]
	found, err := o.from.Instant(ctx, r.count(), o.span.To)
	var server *ServerError
	if err != nil && !errors.As(err, &server) {
		return err
	}
	series := 0.0
	one(func(v float64) { series = v })(found)
	if series <= float64(o.MaxSeries) {
		return nil
	}
	return &NoData{fmt.Sprintf("%s has %.0f series; %s of history in steps of %s would let the server look at %.0f million values: narrow it with --selector, read a recording rule with --recording, or allow it with --max-series %.0f",
		r.seriesName(), series, promDuration(o.History), promDuration(fine), series*float64(o.span.points())/1e6, series)}
}
