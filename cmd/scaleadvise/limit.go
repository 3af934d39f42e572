package main

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"scaleadvise/advisor/unit"
)

// usualTimeLimit is how long a run may take unless --time-limit says otherwise, s.
const usualTimeLimit = 60

// A run of which someone at a terminal will wait for longer than announced is said to be long; any
// other one, where its time will not suffice.
const (
	announced = 10 * time.Second
	sounded   = time.Second // of the run, before its end is estimated
)

func timeLimitOption(group string) option {
	return option{name: "time-limit", group: group, doc: "how long computing may take before it stops with what is known, 60s unless given", value: "TIME", example: "5min"}
}

// timeLimit is how long the run may take, s.
func timeLimit(c *call) (float64, error) {
	s := &inputs{call: c}
	limit := s.quantity("time-limit", unit.Duration, usualTimeLimit)
	if err := errors.Join(s.errs...); err != nil {
		return 0, err
	}
	if !(limit > 0) {
		return 0, usagef("--time-limit %s: must be more than 0; or leave it out", c.text("time-limit"))
	}
	return min(limit, unit.Month), nil
}

// pace watches the time of a run of many like parts. Several goroutines may use it.
type pace struct {
	c     *call
	parts string // what there are many of: "plans"
	began time.Time
	limit time.Duration

	mu       sync.Mutex
	done, of int // parts; of is 0 where their number is not known
	told     bool
}

func newPace(c *call, parts string) (*pace, error) {
	limit, err := timeLimit(c)
	return &pace{c: c, parts: parts, began: c.Now(), limit: time.Duration(limit * float64(time.Second))}, err
}

// reached notes how many parts are done, and announces a run that will be long.
func (p *pace) reached(done, of int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.of = done, of
	past := p.c.Now().Sub(p.began)
	if few := done*10 < of && past*2 < p.limit; p.told || done == 0 || past < sounded || few {
		return
	}
	long := fmt.Sprintf("%d %s in %s", done, p.parts, unit.Format(unit.Duration, past.Seconds()))
	if of > 0 {
		past = time.Duration(float64(past) / float64(done) * float64(of))
		long = fmt.Sprintf("%d %s take about %s", of, p.parts, unit.Format(unit.Duration, past.Seconds()))
	}
	if past >= p.limit || past >= announced && p.c.ErrIsTTY {
		p.told = true
		p.c.note("%s; it stops after %s with what is known by then (--time-limit)", long, unit.Format(unit.Duration, p.limit.Seconds()))
	}
}

// enough reports whether the time is up.
func (p *pace) enough() bool { return p.c.Now().Sub(p.began) > p.limit }

// line says how far the run is.
func (p *pace) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.done == 0:
		return ""
	case p.of == 0:
		return fmt.Sprintf("%d %s", p.done, p.parts)
	}
	return fmt.Sprintf("%d of %d %s", p.done, p.of, p.parts)
}

// partial is the end of a run whose time was up: what was known has been printed.
func (p *pace) partial(what string) error {
	return unknownf("stopped after %s (--time-limit): %s", unit.Format(unit.Duration, p.limit.Seconds()), what)
}
