package prom

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"
	"sync"
	"time"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/pattern"
)

// Limits of what one run takes from a server.
const (
	tries          = 3
	firstPause     = 500 * time.Millisecond
	longestPause   = 10 * time.Second
	atOnce         = 4        // calls under way
	mostBytes      = 64 << 20 // B of one answer, unpacked
	mostValue      = 16 << 20 // B of one series of it
	mostErrorBytes = 1 << 20  // B of an answer that tells of a fault
)

// Client queries a server with the HTTP API of Prometheus: Prometheus itself, VictoriaMetrics, Thanos,
// Mimir.
type Client struct {
	caller Caller
	sleep  func(context.Context, time.Duration) error
	places chan struct{}
	slow   stretch // which the server takes too long for

	lock     sync.Mutex
	warnings []string
	answered int // queries
}

// NewClient makes a client. sleep waits between two attempts, or returns the context's error.
func NewClient(caller Caller, sleep func(context.Context, time.Duration) error) *Client {
	return &Client{caller: caller, sleep: sleep, places: make(chan struct{}, atOnce)}
}

// Warnings returns the server's warnings, each once.
func (c *Client) Warnings() []string {
	c.lock.Lock()
	defer c.lock.Unlock()
	return append([]string(nil), c.warnings...)
}

// taken is how many queries were answered.
func (c *Client) taken() int {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.answered
}

// ofAPart are words with which Thanos warns of a store that did not answer.
var ofAPart = pattern.Of(`(?i)partial (response|result)|(receive|fetch|fetching) series|storeapi|rpc error`)

func (c *Client) warn(h head) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.answered++
	if h.partial || slices.ContainsFunc(h.warnings, ofAPart.MatchString) {
		h.warnings = append(h.warnings, "a part of the storage did not answer, so that values may be too low")
	}
	for _, w := range h.warnings {
		known := false
		for _, k := range c.warnings {
			known = known || k == w
		}
		if !known && len(c.warnings) < 2*mostWarnings {
			c.warnings = append(c.warnings, w)
		}
	}
}

// ask sends a request until it is answered, waiting longer each time. fresh makes the sink of
// each try, so that half an answer leaves nothing behind.
func (c *Client) ask(ctx context.Context, r Request, fresh func() (sink, func(string))) error {
	select {
	case c.places <- struct{}{}:
		defer func() { <-c.places }()
	case <-ctx.Done():
		return ctx.Err()
	}
	pause := firstPause
	for try := 1; ; try++ {
		series, words := fresh()
		wait, err := c.once(ctx, r, series, words)
		var server *ServerError
		halved := r.Path == ofStretches && errors.As(err, &server) && server.timedOut()
		if err == nil || try == tries || halved || !passing(err) || ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		switch late := c.sleep(ctx, min(max(pause, wait), longestPause)); {
		case errors.Is(late, context.DeadlineExceeded):
			return err // which says more than that the time is up
		case late != nil:
			return late
		}
		pause *= 2
	}
}

// once sends a request once.
func (c *Client) once(ctx context.Context, r Request, series sink, words func(string)) (wait time.Duration, err error) {
	response, err := c.caller.Call(ctx, r)
	if err != nil {
		return 0, &transportError{err}
	}
	defer response.Body.Close()
	if response.Status != 200 {
		return response.RetryAfter, refused(ctx, response)
	}
	if kind, _, err := mime.ParseMediaType(response.Type); err != nil || kind != "application/json" {
		return 0, fmt.Errorf("the server answers %.40q, not JSON; --prometheus takes the address that /api/v1/query is appended to", response.Type)
	}
	body := bounded.NewReader(ctx, response.Body, answerLimits)
	h, err := decode(body, series, words)
	switch {
	case err != nil:
		return 0, told(ctx, body, err)
	case h.status != "success":
		return 0, &ServerError{Status: response.Status, Kind: oneLine(h.errorType), Message: oneLine(h.error)}
	}
	c.warn(h)
	return 0, nil
}

// told is why an answer was not read: that the connection broke, or that it is too large, goes
// before what the JSON then lacks.
func told(ctx context.Context, body *bounded.Reader, err error) error {
	var over *bounded.Fault
	switch fault := body.Fault(); {
	case fault == nil:
		return err
	case errors.As(fault, &over):
		if over.Kind == bounded.Value {
			return fmt.Errorf("the answer: %w", over)
		}
		return fmt.Errorf("the answer is %w", over)
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return &transportError{fault}
	}
}

// refused reads what a server says of its refusal.
func refused(ctx context.Context, r Response) error {
	fault := &ServerError{Status: r.Status, RetryAfter: r.RetryAfter}
	if kind, _, _ := mime.ParseMediaType(r.Type); kind == "application/json" {
		h, _ := decode(bounded.NewReader(ctx, r.Body, bounded.Limits{Bytes: mostErrorBytes, Packed: mostErrorBytes}), nil, nil)
		fault.Kind, fault.Message = oneLine(h.errorType), oneLine(h.error)
	}
	return fault
}

// longestMessage is the most of a server's message that is shown.
const longestMessage = 300

// oneLine makes a server's text fit for a message.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > longestMessage {
		s = string(r[:longestMessage]) + "…"
	}
	return s
}

// answerLimits are those of an answer.
var answerLimits = bounded.Limits{
	What: "answer", Remedy: "narrow it with --selector, or shorten --history", Bytes: mostBytes, Packed: mostBytes, Value: mostValue, Binary: true,
}
