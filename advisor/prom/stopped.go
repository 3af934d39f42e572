package prom

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"scaleadvise/advisor/unit"
)

// asOfTheEnd reads what was there when the requests' metric had its last value, where none counts requests
// now: servers, machines and words of a service that stopped, or whose scraper did a while ago, are known as
// of then alone.
func (o *observer) asOfTheEnd(ctx context.Context) error {
	if len(o.who) > 0 {
		return nil
	}
	last, err := o.lastSeen(ctx)
	silent := o.span.To.Sub(last)
	if err != nil || last.IsZero() || silent < fine {
		return err
	}
	o.span = aligned(last, o.History, fine)
	if o.out.Span = o.span; silent > current {
		o.ended, o.silent = o.span.To, silent
	}
	return o.round(ctx, o.scrapes())
}

// longNap is how many times as long as ever before a service may be without servers and not have stopped.
const longNap = 1.25

// tellEnd tells first of all that nothing came after a time, which was some time before the end of what was
// asked for.
func (o *observer) tellEnd() {
	if o.ended.IsZero() {
		return
	}
	why := "the service stopped, or is no longer scraped"
	if float64(o.silent) <= longNap*float64(o.nap) {
		why = "no server has been there since"
	}
	o.out.Warnings = slices.Insert(o.out.Warnings, 0, fmt.Sprintf("the last value is of %s, %s before the end: %s; everything below is as of then",
		o.ended.UTC().Format("2006-01-02 15:04"), unit.Format(unit.Duration, o.silent.Seconds()), why))
}

// lastSeen is when the last metric of the requests had values; zero where it is not known. The last hour is
// asked first: most services are alive, and a whole history is dear to ask for.
func (o *observer) lastSeen(ctx context.Context) (time.Time, error) {
	metrics := append([]reading{o.read["requests"]}, o.before...)
	hour := Span{From: o.span.To.Add(-coarse), To: o.span.To, Step: fine}
	if last, err := latest(metrics, func(r reading) (time.Time, error) { return o.lastOf(ctx, r, fine, hour) }); err != nil || !last.IsZero() {
		return last, err
	}
	return latest(metrics, func(r reading) (time.Time, error) {
		at, err := o.lastOf(ctx, r, coarse, aligned(o.span.To, o.History, coarse))
		if err != nil || at.IsZero() {
			return at, err
		}
		exact, err := o.lastOf(ctx, r, fine, Span{From: at.Add(-coarse), To: at, Step: fine})
		if exact.IsZero() {
			return at, err
		}
		return exact, err
	})
}

// latest is the latest of what is found for each metric.
func latest(metrics []reading, find func(reading) (time.Time, error)) (time.Time, error) {
	var last time.Time
	for _, r := range metrics {
		at, err := find(r)
		if err != nil {
			return last, err
		}
		if at.After(last) {
			last = at
		}
	}
	return last, nil
}

// lastOf is the last time of a span before which a metric had a value within a window.
func (o *observer) lastOf(ctx context.Context, r reading, window time.Duration, span Span) (time.Time, error) {
	asked := r.scrapes(window)
	if r.native { // which every server takes that keeps them
		asked = r.rate(window)
	}
	found, err := o.from.Range(ctx, asked, span)
	var server *ServerError
	if errors.As(err, &server) { // a server that refuses leaves what is known now
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	if _, last := found.ends(); last >= 0 {
		return found.At(last), nil
	}
	return time.Time{}, nil
}

// asOf is the time that the servers are known of, in words.
func (o *observer) asOf() string {
	if o.ended.IsZero() {
		return "as of now"
	}
	return "as of " + o.ended.UTC().Format("2006-01-02 15:04")
}
