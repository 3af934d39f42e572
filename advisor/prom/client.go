package prom

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"
	"sync"
	"time"
)

// Limits of what one run takes from a server.
const (
	tries          = 3
	firstPause     = 500 * time.Millisecond
	longestPause   = 10 * time.Second
	atOnce         = 4        // calls under way
	mostBytes      = 64 << 20 // B of one answer, unpacked
	mostErrorBytes = 1 << 20  // B of an answer that tells of a fault
)

// Client asks a server that speaks the HTTP API of Prometheus: Prometheus itself,
// VictoriaMetrics, Thanos, Mimir.
type Client struct {
	caller Caller
	sleep  func(context.Context, time.Duration) error
	places chan struct{}

	lock     sync.Mutex
	warnings []string
}

// NewClient makes a client. sleep waits between two tries, or ends with the context's error.
func NewClient(caller Caller, sleep func(context.Context, time.Duration) error) *Client {
	return &Client{caller: caller, sleep: sleep, places: make(chan struct{}, atOnce)}
}

// Warnings are what the server warned of, each once.
func (c *Client) Warnings() []string {
	c.lock.Lock()
	defer c.lock.Unlock()
	return append([]string(nil), c.warnings...)
}

func (c *Client) warn(h head) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if h.partial {
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
		if err == nil || try == tries || !passing(err) || ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		if err := c.sleep(ctx, min(max(pause, wait), longestPause)); err != nil {
			return err
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
		return response.RetryAfter, refused(response)
	}
	if kind, _, err := mime.ParseMediaType(response.Type); err != nil || kind != "application/json" {
		return 0, fmt.Errorf("the server answers %.40q, not JSON; --prometheus takes the address below which /api/v1/query lies", response.Type)
	}
	body := &limited{r: response.Body, left: mostBytes}
	h, err := decode(body, series, words)
	switch {
	case body.broken != nil:
		return 0, body.broken
	case err != nil:
		return 0, err
	case h.status != "success":
		return 0, &ServerError{Status: response.Status, Kind: oneLine(h.errorType), Message: oneLine(h.error)}
	}
	c.warn(h)
	return 0, nil
}

// refused reads what a server says of its refusal.
func refused(r Response) error {
	fault := &ServerError{Status: r.Status}
	if kind, _, _ := mime.ParseMediaType(r.Type); kind == "application/json" {
		h, _ := decode(io.LimitReader(r.Body, mostErrorBytes), nil, nil)
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

var errTooLarge = fmt.Errorf("the answer is larger than %d MiB; narrow it with --selector, or shorten --history", mostBytes>>20)

// limited ends an answer that is too large, and remembers what the connection said.
type limited struct {
	r      io.Reader
	left   int64
	broken error
}

func (l *limited) Read(b []byte) (int, error) {
	if l.left <= 0 {
		l.broken = errTooLarge
		return 0, errTooLarge
	}
	if int64(len(b)) > l.left {
		b = b[:l.left]
	}
	n, err := l.r.Read(b)
	l.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		l.broken = &transportError{err}
	}
	return n, err
}
