package prom

import (
	"context"
	"math"
	"time"

	"scaleadvise/advisor/fanout"
)

// question is one query of a run: what it is for, and what to do with its answer.
type question struct {
	purpose string // "requests per second"
	expr    string
	span    Span // Step is 0 where one moment is asked about, To
	series  func(Series)
	samples func([]Sample)
	parts   func(context.Context, error) error // asks otherwise where a server refuses the question as too much
	failed  error
}

// Query is a query as a dry run prints it.
type Query struct {
	Purpose string
	Expr    string
	Span    Span
	Calls   int  // number of calls of the API
	Names   bool // it returns only names, of metrics or servers
}

func (q *question) query() Query {
	calls := 1
	if q.span.Step > 0 {
		calls = len(q.span.parts())
	}
	return Query{Purpose: q.purpose, Expr: q.expr, Span: q.span, Calls: calls}
}

// asker answers queries: a server, or what a dry run takes for one.
type asker interface {
	Range(ctx context.Context, expr string, span Span) (Series, error)
	Instant(ctx context.Context, expr string, at time.Time) ([]Sample, error)
	Values(ctx context.Context, label string, span Span, selectors ...string) ([]string, error)
	Count(ctx context.Context, selector string, span Span) (int, error)
}

// askAll asks all questions, several at once, and then hands out the answers in order, so
// that the outcome does not depend on which came first. The first of the failures is
// returned; each question keeps its own.
func askAll(ctx context.Context, from asker, all []*question) error {
	answers := make([]func(), len(all))
	var done fanout.Group
	for i, q := range all {
		done.Go(func() { answers[i], q.failed = q.ask(ctx, from) })
	}
	done.Wait()
	var first error
	for i, q := range all {
		if q.failed != nil && first == nil {
			first = q.failed
		}
		if q.failed == nil {
			answers[i]()
		}
	}
	return first
}

func (q *question) ask(ctx context.Context, from asker) (func(), error) {
	if q.span.Step > 0 {
		s, err := from.Range(ctx, q.expr, q.span)
		return func() { q.series(s) }, err
	}
	s, err := from.Instant(ctx, q.expr, q.span.To)
	return func() { q.samples(s) }, err
}

// one hands on the value of an answer of one series; not a number and infinity tell nothing.
func one(take func(float64)) func([]Sample) {
	return func(all []Sample) {
		if len(all) == 1 && all[0].Histogram == nil && !math.IsNaN(all[0].Value) && !math.IsInf(all[0].Value, 0) {
			take(all[0].Value)
		}
	}
}
