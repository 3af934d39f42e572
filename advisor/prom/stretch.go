package prom

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"scaleadvise/advisor/fanout"
	"scaleadvise/advisor/unit"
)

// stretch is how long a time a server was seen to read at once: all that is asked for, until it refuses. What took
// it too long is not tried again at that length, since each try takes as long.
type stretch struct {
	lock    sync.Mutex
	longest time.Duration // 0 for any
	refusal error         // the last of those that were for the time it took
}

// fits reports whether a span is worth asking for.
func (s *stretch) fits(span Span) bool {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.longest == 0 || span.long() < s.longest
}

// refused takes in that a span was refused.
func (s *stretch) refused(span Span, refusal *ServerError) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if long := span.long(); s.longest == 0 || long < s.longest {
		s.longest = long
	}
	s.refusal = refusal
}

// late is the error that the time was up before a server that takes too long had answered shorter stretches; the
// fault itself where it is another.
func (s *stretch) late(fault error) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.refusal == nil || !errors.Is(fault, context.DeadlineExceeded) {
		return fault
	}
	return timeUp(fmt.Sprintf("the server takes too long for stretches of %s (%v), and the time was up before it had answered shorter ones", unit.Format(unit.Duration, s.longest.Seconds()), s.refusal))
}

// timeUp is the error that all the time there was went into a server that refuses.
func timeUp(why string) error {
	return &NoData{why + ": ask for less with --selector or --history, read a recording rule with --recording, or allow more time with --timeout"}
}

// Range evaluates an expression that gives at most one series over a span. Without a series
// all values are unknown.
func (c *Client) Range(ctx context.Context, expr string, span Span) (Series, error) {
	whole := Series{Start: span.From, Step: span.Step, Values: unknown(span.points())}
	parts := span.parts()
	here, first := &stretch{}, sync.Once{}
	var fault error
	asking, stop := context.WithCancel(ctx)
	defer stop()
	var all fanout.Group
	for _, part := range parts {
		all.Go(func() {
			at := int(part.From.Sub(span.From) / span.Step)
			if err := c.shorter(asking, expr, part, whole.Values[at:at+part.points()], here); err != nil {
				first.Do(func() { fault = err })
				stop() // the rest is of no use
			}
		})
	}
	all.Wait()
	if fault != nil {
		return Series{}, c.slow.late(fault)
	}
	return whole, nil
}

// fewestSteps is how short a stretch is asked for, in steps, before a server that refuses is believed.
const fewestSteps = 12

// shorter asks for a stretch, and for its halves where the server says that it is too much, or has said so of one
// that was no longer: here of the same expression, and of any where it took too long.
func (c *Client) shorter(ctx context.Context, expr string, part Span, into []float64, here *stretch) error {
	half := part.points() / 2
	if half < fewestSteps || here.fits(part) && c.slow.fits(part) {
		err := c.part(ctx, expr, part, into)
		var server *ServerError
		if !errors.As(err, &server) || !server.tooMuch() {
			return err
		}
		here.refused(part, server)
		if server.timedOut() {
			c.slow.refused(part, server)
		}
		if half < fewestSteps {
			return err
		}
	}
	middle := part.From.Add(time.Duration(half) * part.Step)
	early, late := part, part
	early.To, late.From = middle.Add(-part.Step), middle
	if err := c.shorter(ctx, expr, early, into[:half], here); err != nil {
		return err
	}
	return c.shorter(ctx, expr, late, into[half:], here)
}
