package prom

import (
	"context"
	"time"
)

// DryRun lists the queries that Observe would send, without sending them: those of the first metric of each
// quantity. Observe uses the profile's next metric where one does not exist. Without a named profile it
// lists those of the first.
func DryRun(profiles []*Profile, opts Options) ([]Query, error) {
	o := newObserver(nil, opts)
	all := order(profiles)
	known := Known{}
	for _, p := range all {
		for _, name := range p.metrics() {
			known[name] = true
		}
	}
	o.from = fixed(known)
	picked, err := pick(all, o.Options.Profiles)
	if err != nil {
		return nil, err
	}
	var queries []Query
	if len(picked) == 0 {
		for _, p := range all {
			queries = append(queries, o.presence("which serving system it is: "+p.ID, p, p.probes))
		}
	}
	if err := o.settle(context.Background(), all); err != nil {
		return nil, err
	}
	o.out.Warnings = nil
	for _, p := range o.profiles {
		queries = append(queries, o.presence("which metrics of "+p.ID+" exist", p, p.metrics()))
		if len(p.Quantities["requests"]) > 0 {
			queries = append(queries, Query{Purpose: "which metrics of " + p.ID + " have values now", Expr: p.living(o.Selector.kept(p.Labels)), Span: Span{To: o.span.To}, Calls: 1})
		}
	}
	if err := o.choose(context.Background()); err != nil {
		return nil, err
	}
	queries = append(queries, o.read["requests"].listed(o.span))
	o.freshen()
	rounds := [][]*question{append(o.scrapes(), o.lifetimes()), o.histories(), o.atTheEnds()}
	if r := o.read["requests"]; r.counts() {
		by := r.apart()
		queries = append(queries, Query{Purpose: "which servers a day brings, by the label " + by[len(by)-1], Expr: r.of(r.seriesName()),
			Span: Span{From: o.span.To.Add(-day), To: o.span.To}, Calls: 1, Names: true})
		rounds = append(rounds, append(o.acrossGaps(r), o.setBack(r)))
	}
	for _, round := range rounds {
		for _, q := range round {
			queries = append(queries, q.query())
		}
	}
	return queries, nil
}

func (o *observer) presence(purpose string, p *Profile, names []string) Query {
	return Query{Purpose: purpose, Expr: o.Selector.kept(p.Labels).among(names), Span: o.span, Calls: 1, Names: true}
}

// fixed takes the place of a server of which only the metrics' names are known.
type fixed Known

// Values returns the names.
func (f fixed) Values(context.Context, string, Span, ...string) ([]string, error) {
	var names []string
	for name := range f {
		names = append(names, name)
	}
	return names, nil
}

// Count knows no series.
func (fixed) Count(context.Context, string, Span) (int, error) { return 0, nil }

// Range knows no values.
func (fixed) Range(_ context.Context, _ string, span Span) (Series, error) {
	return Series{Start: span.From, Step: span.Step, Values: unknown(span.points())}, nil
}

// Instant knows no values.
func (fixed) Instant(context.Context, string, time.Time) ([]Sample, error) { return nil, nil }
