package prom

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"scaleadvise/advisor/bounded"
)

// mostPoints is how many points a server gives of one series in one answer.
const mostPoints = 11_000

// Span is a range of time, both ends included, with the step between its points.
type Span struct {
	From, To time.Time
	Step     time.Duration
	Coarser  bool // data stored in steps of five minutes suffice (Thanos)
}

// aligned is the span whose points lie on whole multiples of the step since 1970, as dashboards
// ask for them and caches keep them; VictoriaMetrics moves the points of other spans.
func aligned(to time.Time, history, step time.Duration) Span {
	whole := func(t time.Time) time.Time {
		seconds := int64(step / time.Second)
		return time.Unix(t.Unix()/seconds*seconds, 0).In(t.Location())
	}
	to = whole(to)
	return Span{From: whole(to.Add(-history)), To: to, Step: step}
}

// points is how many points the span has.
func (s Span) points() int { return int(s.To.Sub(s.From)/s.Step) + 1 }

// A span is asked for in parts of two days, or in fourteen. A server looks at every series of a
// stretch at every step of it, those that ended long ago among them: four weeks of servers that
// come and go cost many times as much at once as in parts.
const (
	shortPart = 2 * 24 * time.Hour
	usedParts = 14
)

// long is the time that the span covers, a step before its first point included.
func (s Span) long() time.Duration { return s.To.Sub(s.From) + s.Step }

// parts splits a span so that none is too long, or has too many points.
func (s Span) parts() []Span {
	var all []Span
	for from := s.From; !from.After(s.To); {
		long := max(shortPart, s.To.Sub(s.From)/usedParts)
		steps := min(mostPoints, max(int(long/s.Step), 1))
		to := from.Add(time.Duration(steps-1) * s.Step)
		if to.After(s.To) {
			to = s.To
		}
		part := s
		part.From, part.To = from, to
		all = append(all, part)
		from = to.Add(s.Step)
	}
	return all
}

// ofStretches is where stretches are asked for. One that took too long is not tried again, but its halves are.
const ofStretches = "/api/v1/query_range"

// part asks for one part of a span and fills its place.
func (c *Client) part(ctx context.Context, expr string, part Span, into []float64) error {
	form := url.Values{
		"query": {expr}, "start": {stamp(part.From)}, "end": {stamp(part.To)},
		"step": {strconv.FormatFloat(part.Step.Seconds(), 'f', -1, 64)},
	}
	if part.Coarser {
		form.Set("max_source_resolution", "5m")
	}
	return c.ask(ctx, Request{Path: ofStretches, Form: form}, func() (sink, func(string)) {
		for i := range into {
			into[i] = math.NaN()
		}
		return &grid{into: Series{Start: part.From, Step: part.Step, Values: into}}, nil
	})
}

func unknown(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = math.NaN()
	}
	return values
}

// Instant evaluates an expression at one moment.
func (c *Client) Instant(ctx context.Context, expr string, at time.Time) ([]Sample, error) {
	var got *vector
	form := url.Values{"query": {expr}, "time": {stamp(at)}}
	err := c.ask(ctx, Request{Path: "/api/v1/query", Form: form}, func() (sink, func(string)) {
		got = &vector{}
		return got, nil
	})
	if err != nil {
		return nil, err
	}
	return got.samples, nil
}

// mostWords bounds a list of label values.
const mostWords = 100_000

// Values lists the values that a label has among the series that match one of the selectors.
// Where the service lacks this part of the API a query is used,
// which sees only current series.
func (c *Client) Values(ctx context.Context, label string, span Span, selectors ...string) ([]string, error) {
	var words []string
	form := url.Values{"match[]": selectors, "start": {stamp(span.From)}, "end": {stamp(span.To)}}
	path := "/api/v1/label/" + url.PathEscape(label) + "/values"
	err := c.ask(ctx, Request{Path: path, Form: form}, func() (sink, func(string)) {
		words = nil
		return nil, func(w string) {
			if len(words) < mostWords {
				words = append(words, w)
			}
		}
	})
	var server *ServerError
	if errors.As(err, &server) && slices.Contains([]int{404, 405, 501}, server.Status) {
		return c.valuesNow(ctx, label, span.To, selectors)
	}
	return words, err
}

// mostListed bounds a list of series. It costs a server the reading of its index.
const mostListed = 200_000

// Count returns how many series match a selector within a span, those that ended among them; mostListed + 1
// where there are more. Where the service lacks this part of the API a query is used, which sees only
// current series.
func (c *Client) Count(ctx context.Context, selector string, span Span) (int, error) {
	form := url.Values{"match[]": {selector}, "start": {stamp(span.From)}, "end": {stamp(span.To)}, "limit": {strconv.Itoa(mostListed + 1)}}
	n := 0
	err := c.ask(ctx, Request{Path: "/api/v1/series", Form: form}, func() (sink, func(string)) {
		n = 0
		return nil, func(string) { n++ }
	})
	var server *ServerError
	var over *bounded.Fault
	switch {
	case errors.As(err, &over) && n > 0:
		return mostListed + 1, nil
	case !errors.As(err, &server):
		return n, err
	case server.tooMuch() && !server.tooLong() && !server.timedOut():
		return mostListed + 1, nil
	}
	found, err := c.Instant(ctx, "count("+selector+")", span.To)
	if errors.As(err, &server) {
		return 0, nil // what reads it will tell
	}
	one(func(v float64) { n = int(math.Min(v, mostListed+1)) })(found)
	return n, err
}

// valuesNow counts the series of each value at one moment.
func (c *Client) valuesNow(ctx context.Context, label string, at time.Time, selectors []string) ([]string, error) {
	var words []string
	for _, s := range selectors {
		found, err := c.Instant(ctx, "count by ("+label+") ("+s+")", at)
		if err != nil {
			return nil, err
		}
		for _, x := range found {
			words = append(words, x.Labels[label])
		}
	}
	return words, nil
}

// stamp is a time as the API takes it.
func stamp(t time.Time) string {
	if ms := t.UnixMilli(); ms%1000 != 0 {
		return strconv.FormatFloat(float64(ms)/1e3, 'f', 3, 64)
	}
	return strconv.FormatInt(t.Unix(), 10)
}

// promDuration writes a duration as PromQL does.
func promDuration(d time.Duration) string {
	seconds := int64(d / time.Second)
	switch {
	case seconds%86400 == 0:
		return fmt.Sprintf("%dd", seconds/86400)
	case seconds%3600 == 0:
		return fmt.Sprintf("%dh", seconds/3600)
	case seconds%60 == 0:
		return fmt.Sprintf("%dm", seconds/60)
	}
	return fmt.Sprintf("%ds", seconds)
}
