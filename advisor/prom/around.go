package prom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"scaleadvise/advisor/unit"
)

// lookAround asks who counts the requests, and settles what is read of whom.
func (o *observer) lookAround(ctx context.Context) error {
	if err := o.affordable(ctx); err != nil {
		return err
	}
	if err := o.alone(ctx); err != nil {
		return err
	}
	if err := o.round(ctx, append(o.scrapes(), o.lifetimes())); err != nil {
		return err
	}
	if err := o.asOfTheEnd(ctx); err != nil {
		return err
	}
	if err := o.lookElsewhere(ctx); err != nil {
		return err
	}
	if err := o.settleServers(ctx, o.who); err != nil {
		return err
	}
	if err := o.lookForTurnover(ctx); err != nil {
		return err
	}
	if err := o.born(ctx); err != nil {
		return err
	}
	o.freshen()
	return nil
}

// Of servers that are there the last value is younger than this many scrapes; of those that miss
// some, than this many.
const (
	freshScrapes  = 1.25
	missedScrapes = 2.5
)

// freshen lets servers be counted by values that are no older than their scrapes, where they are
// counted by the metric whose scrapes are known.
func (o *observer) freshen() {
	r, requests := o.read["replicas"], o.read["requests"]
	if r.metric.Targets == "" || r.metric.Targets != requests.seriesName() {
		return
	}
	scrapes, grain := freshScrapes, 5*time.Second
	if (o.uneven || o.flaps || o.missed) && !o.changing() {
		scrapes = missedScrapes
	}
	r.fresh = (time.Duration(scrapes*float64(o.interval)) + grain - 1).Truncate(grain)
	if o.all { // no server ended: whichever shows no value fails to be scraped
		r.fresh = older
	}
	o.read["replicas"] = r
}

// settleServers settles which servers are read, which model of theirs, and which machines.
func (o *observer) settleServers(ctx context.Context, found []Sample) error {
	o.who = found
	twins, err := o.twins(ctx, found)
	if err != nil {
		return err
	}
	all := o.apart(found, twins)
	if err := o.settleModel(ctx, all); err != nil {
		return err
	}
	if err := o.withoutRouters(ctx); err != nil {
		return err
	}
	if err := o.behind(ctx); err != nil {
		return err
	}
	return o.ofPods(ctx)
}

// ofPods narrows what machines tell to those of the pods that serve, where their exporter names
// the pod that it measures. What neither that nor the selector narrows is left out: all the
// accelerators of a cluster are not those of one service.
func (o *observer) ofPods(ctx context.Context) error {
	fits, lost := map[string]Selector{}, map[string]reading{}
	for _, q := range quantities {
		r, ok := o.read[q.Name]
		if !ok || r.serves {
			continue
		}
		found := false
		for i, r := range append([]reading{r}, o.spare[q.Name]...) {
			own, err := o.fitting(ctx, r, fits)
			if err != nil {
				return err
			}
			if found = len(own) > 0 || o.shared == "" && (len(o.Selector) == 0 || len(r.selector) > 0); found {
				r.own = slices.Concat(r.own, own)
				o.read[q.Name] = r
				break
			}
			if i == 0 {
				lost[q.Name] = r
			}
		}
		if !found {
			delete(o.read, q.Name)
		}
	}
	o.likeAccelerators(fits)
	return o.ofNodes(ctx, lost)
}

// fitting is the selector of the pods that serve among the series of a machine's metric, each asked for once.
func (o *observer) fitting(ctx context.Context, r reading, fits map[string]Selector) (Selector, error) {
	of := cmp.Or(r.metric.Gauge, r.metric.Needs)
	own, asked := fits[r.metric.whereof(of)]
	if asked {
		return own, nil
	}
	own, err := o.byPod(ctx, r, of)
	fits[r.metric.whereof(of)] = own
	return own, err
}

// likeAccelerators leaves out what is told of more accelerators than those of the pods that serve: an
// exporter may name the pod in some of its metrics, and another give the rest.
func (o *observer) likeAccelerators(fits map[string]Selector) {
	of := func(name string) Selector {
		m := o.read[name].metric
		return fits[m.whereof(cmp.Or(m.Gauge, m.Needs))]
	}
	if len(of("accelerators")) == 0 {
		return
	}
	for _, name := range []string{"utilization", "memory_used", "memory_free"} {
		if _, ok := o.read[name]; ok && len(of(name)) == 0 {
			delete(o.read, name)
		}
	}
}

// byPod is the selector of the pods that serve among the series of a machine's metric; nil where it
// names none of them.
func (o *observer) byPod(ctx context.Context, r reading, metric string) (Selector, error) {
	if len(o.pods) == 0 || metric == "" {
		return nil, nil
	}
	within := o.inCluster()
	for _, m := range o.placed(anyOf(o.pods)) {
		known, err := o.existing(ctx, []string{slices.Concat(r.selector, r.own, m).among([]string{metric})})
		var server *ServerError
		if err != nil && !errors.As(err, &server) {
			return nil, err
		}
		if !known[metric] {
			continue
		}
		if narrow := slices.Concat(m, within); len(within) > 0 && !slices.Contains(r.selector, within[0]) {
			if found, err := o.tally(ctx, metric, slices.Concat(r.selector, r.own, narrow), "cluster"); err != nil || len(found) > 0 {
				return narrow, err
			}
		}
		own, apart, err := o.onOneNode(ctx, metric, slices.Concat(r.selector, r.own, m))
		if err != nil || !apart {
			return nil, err
		}
		return own[len(r.selector)+len(r.own):], nil
	}
	return nil, nil
}

// apart settles which servers are read, and gives the counters of those.
func (o *observer) apart(found []Sample, twins bool) []Sample {
	label := o.modelLabel()
	all := projected(found, identity(label))
	if len(all) == 0 {
		return nil
	}
	l := layoutOf(all, twins, o.Selector)
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

// spentIn is the counter of the time that requests took; "" where there is none.
func (r reading) spentIn() string {
	if r.metric.Histogram != "" && !r.native {
		return r.metric.Histogram + "_sum"
	}
	return r.metric.Counter
}

// joinOthers reads what came before the requests' metric began, and after it ended, from others that
// count the same: a metric that was renamed, or is stored in another form now.
func (o *observer) joinOthers(ctx context.Context) error {
	if err := o.joinCoarser(ctx); err != nil {
		return err
	}
	if err := o.addElsewhere(ctx); err != nil {
		return err
	}
	for _, r := range o.before {
		gap := int(coarse / o.out.Demand.Step)
		first, last := o.out.Demand.ends()
		if first < 0 || first < gap && last >= len(o.out.Demand.Values)-gap {
			return nil
		}
		r.without = o.read["requests"].without
		other, err := o.from.Range(ctx, r.rate(o.window()), o.span)
		var server *ServerError
		if errors.As(err, &server) {
			o.warn("%s, which may hold what %s lacks, could not be read: %v", r.seriesName(), o.read["requests"].seriesName(), err)
			continue
		}
		if err != nil {
			return err
		}
		other = other.overWhole(o.partly(other))
		n := min(len(other.Values), len(o.out.Demand.Values))
		before := o.out.Demand.fill(other, 0, min(first, n))
		after := o.out.Demand.fill(other, last+1, n)
		if before+after == 0 {
			continue
		}
		own := o.read["requests"]
		o.query = own.rate(o.window()) + " or " + r.rate(o.window())
		if before > 0 {
			o.warn("%s has values since %s; what was before is read from %s", own.seriesName(), o.out.Demand.when(first), r.seriesName())
		}
		if after > 0 {
			o.warn("%s has values until %s; what came after is read from %s", own.seriesName(), o.out.Demand.when(last), r.seriesName())
		}
	}
	return nil
}

// joinCoarser reads what came before the first value where only coarser values are kept of it, which
// rates over minutes do not see (Thanos keeps steps of five minutes of what is old).
func (o *observer) joinCoarser(ctx context.Context) error {
	own := o.read["requests"]
	first, _ := o.out.Demand.ends()
	if o.window() >= coarse || !counted(own.quantity) || own.metric.Gauge != "" || first < int(day/o.out.Demand.Step) {
		return nil
	}
	span := o.span
	span.To, span.Coarser = o.out.Demand.At(first-1), true
	older, err := o.from.Range(ctx, own.rate(coarse), span)
	var server *ServerError
	if err != nil && !errors.As(err, &server) {
		return err
	}
	if err == nil && o.out.Demand.fill(older.overWhole(int(coarse/older.Step)), 0, min(first, len(older.Values))) > int(day/o.out.Demand.Step) {
		o.warn("%s is kept in full since %s, and coarser before: rates from then are averaged over an hour, which flattens peaks", own.seriesName(), o.out.Demand.when(first))
	}
	return nil
}

// ends are the places of the first and the last known value; below zero without any.
func (s Series) ends() (first, last int) {
	known := func(v float64) bool { return !math.IsNaN(v) }
	first, last = slices.IndexFunc(s.Values, known), len(s.Values)-1
	for last >= 0 && !known(s.Values[last]) {
		last--
	}
	return first, last
}

// fill takes the values of a stretch over from another series of the same times.
func (s Series) fill(other Series, from, to int) (filled int) {
	for i := from; i < to; i++ {
		if v := other.Values[i]; !math.IsNaN(v) {
			s.Values[i], filled = v, filled+1
		}
	}
	return filled
}

// when is the time of a value in words.
func (s Series) when(i int) string { return s.At(i).UTC().Format("2006-01-02 15:04") }

// affordable refuses to read more series than was agreed on, those that ended within the history among
// them: a server looks at each at every step.
func (o *observer) affordable(ctx context.Context) error {
	r := o.read["requests"]
	series, err := o.from.Count(ctx, r.of(r.seriesName()), o.span)
	if err != nil || series <= o.MaxSeries {
		return err
	}
	many := strconv.Itoa(series)
	if series > mostListed {
		many = fmt.Sprintf("more than %d", mostListed)
	}
	return &NoData{fmt.Sprintf("%s has %s series, those that ended in %s included; in steps of %s that would let the server look at %s values: narrow it with --selector, read a recording rule with --recording, or allow it with --max-series %d",
		r.seriesName(), many, promDuration(o.History), promDuration(fine), unit.Format(unit.Number, float64(series)*float64(o.span.points())), series)}
}
