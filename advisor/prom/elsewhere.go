package prom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// lookElsewhere looks for servers of the same service that count their requests by another metric alone, as in
// the midst of a rollout that renames it or stores it in another form; they count as servers too.
func (o *observer) lookElsewhere(ctx context.Context) error {
	if len(o.who) == 0 {
		return nil
	}
	for _, r := range o.before {
		if !o.living[r.seriesName()] || !o.likewise(r) {
			continue
		}
		found, err := o.from.Instant(ctx, r.counters(identity(o.modelLabel())), o.span.To)
		var server *ServerError
		if err != nil && !errors.As(err, &server) {
			return err
		}
		others := elsewhere(found, o.who)
		if len(others) == 0 {
			continue
		}
		o.warn("%s counts the requests of %s alone, and %s those of the others: both are added up, as in the midst of a rollout",
			r.seriesName(), times(len(projected(others, places)), "server"), o.read["requests"].seriesName())
		o.also, o.who = append(o.also, r), append(o.who, others...)
		if n := o.read["replicas"]; n.metric.Targets == o.read["requests"].seriesName() {
			n.also = append(n.also, r.of(r.seriesName()))
			o.read["replicas"] = n
		}
	}
	return nil
}

// likewise reports whether a metric counts what the requests' metric does at the same place of a service: the
// same histogram in another form, or the instrumentation of any HTTP service under another name. What stands
// before servers, and steps within them, count the same requests again.
func (o *observer) likewise(r reading) bool {
	own := o.read["requests"]
	return r.metric.Histogram != "" && r.metric.Histogram == own.metric.Histogram && r.native != own.native ||
		o.profiles[0].Kind == "general" && r.seriesName() != own.seriesName()
}

// elsewhere are the series of servers that are not among others, of the same job in the same place.
func elsewhere(found, known []Sample) (out []Sample) {
	at, jobs := map[string]bool{}, map[string]bool{}
	job := func(l Labels) string {
		return strings.Join([]string{l["cluster"], l["namespace"], l["exported_namespace"], l["job"]}, "\x00")
	}
	for _, s := range known {
		at[serverOf(s.Labels)], jobs[job(s.Labels)] = true, true
	}
	for _, s := range found {
		if name := serverOf(s.Labels); name != "" && !at[name] && jobs[job(s.Labels)] {
			out = append(out, Sample{Labels: maps.Clone(s.Labels), Value: known[0].Value})
		}
	}
	return out
}

// serverOf is the name of the server that labels tell of; "" for none.
func serverOf(l Labels) string {
	return cmp.Or(l[podOfOtel], l[idOfOtel], l["exported_pod"], l["pod"], l["exported_instance"], l["instance"])
}

// besides is the rate of the servers that do not count by another metric.
func (r reading) besides(other reading, window string) string {
	name := r.seriesName()
	rate := fmt.Sprintf("rate(%s[%s]) unless on (%s) %s", r.of(name), window, strings.Join(other.apart(), ", "), other.of(other.seriesName()))
	if r.native {
		return "histogram_count(sum(" + rate + "))"
	}
	return "sum(" + rate + ")"
}

// addElsewhere adds the requests of servers that count by another metric alone.
func (o *observer) addElsewhere(ctx context.Context) error {
	own := o.read["requests"]
	own.by = o.read["replicas"].by
	for _, r := range o.also {
		expr := r.besides(own, promDuration(o.window()))
		more, err := o.from.Range(ctx, expr, o.span)
		var server *ServerError
		switch {
		case errors.As(err, &server):
			o.warn("%s could not be read: %v", r.seriesName(), err)
			continue
		case err != nil:
			return err
		}
		o.query = cmp.Or(o.query, own.rate(o.window())) + " + " + expr
		values := slices.Clone(o.out.Demand.Values)
		for i, v := range more.Values[:min(len(values), len(more.Values))] {
			if !math.IsNaN(v) && !math.IsNaN(values[i]) {
				values[i] += v
			}
		}
		o.out.Demand.Values = values
	}
	return nil
}
