package prom

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
)

// onlyMachines reports whether the profiles that are named are of machines alone, and some of their metrics are
// there.
func onlyMachines(named []*Profile, known Known) bool {
	return len(named) > 0 && slices.ContainsFunc(named, func(p *Profile) bool {
		return slices.ContainsFunc(p.probes, func(name string) bool { return known[name] })
	})
}

// askMachines asks what machines tell where nothing counts the requests.
func (o *observer) askMachines(ctx context.Context) error {
	found, err := o.found(ctx)
	if err != nil {
		return err
	}
	o.read = map[string]reading{}
	o.out.Demand = Series{Start: o.span.From, Step: fine, Values: unknown(o.span.points())}
	for i, p := range o.profiles {
		o.readFirst(p, found[i], nil)
	}
	all := o.recently()
	if r, ok := o.read["replicas"]; ok {
		all = append(all, &question{
			purpose: r.quantity.Doc + ", now", expr: r.mean(presently), span: Span{To: o.span.To},
			samples: one(func(v float64) { o.servers = int(math.Round(v * r.scale())) }),
		}, &question{
			purpose: r.quantity.Doc + ", by the hour", expr: r.perHour(), span: aligned(o.span.To, o.History, coarse),
			series: func(s Series) { o.hourly["replicas"] = s.scaled(r.scale()) },
		})
	}
	askAll(ctx, o.from, all)
	for _, q := range all {
		var server *ServerError
		switch {
		case q.failed != nil && !errors.As(q.failed, &server):
			return q.failed
		case q.failed != nil:
			o.warn("%s could not be read: %v", q.purpose, q.failed)
		}
	}
	return nil
}

// tellMachines tells what machines alone do.
func (o *observer) tellMachines() {
	o.unknown("qps", "nothing that was read counts requests", "--qps, or --prometheus with the metrics of what serves or stands before it")
	o.tellHardware()
	o.tellColdStart()
	o.tellMissing()
	o.out.Demand = Series{}
}

// machinesOf names what is there of machines, which count no requests.
func machinesOf(all []*Profile, known Known) string {
	var there []string
	for _, p := range all {
		if !p.serves() && slices.ContainsFunc(p.probes, func(name string) bool { return known[name] }) {
			there = append(there, p.ID)
		}
	}
	if len(there) == 0 {
		return ""
	}
	return "; those of " + strings.Join(there, ", ") + " exist but count no requests: scrape the serving process, or the server in front of it, or name a recorded rate with --recording, or read the machines alone with --profile " + strings.Join(there, ",") + " and give --qps"
}
