package main

import (
	"errors"
	"strings"

	"scaleadvise/advisor"
	"scaleadvise/advisor/simulate"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// inputs reads flags of one command and collects what is wrong with them.
type inputs struct {
	*call
	errs []error
}

// quantity is a flag's value in base units, or otherwise where it was not given.
func (s *inputs) quantity(name string, kind unit.Kind, otherwise float64) float64 {
	text := s.text(name)
	if text == "" {
		return otherwise
	}
	v, err := unit.Parse(kind, text)
	switch {
	case err != nil:
		s.errs = append(s.errs, at("--"+name, err))
	case !v.IsExact():
		s.errs = append(s.errs, usagef("--%s %s: must be one value, not a range", name, text))
	}
	return v.Mid
}

// whole is a flag's value as a whole number, at most the largest that makes sense.
func (s *inputs) whole(name string, most float64) int {
	v := s.quantity(name, unit.Count, 0)
	if v > most {
		s.errs = append(s.errs, usagef("--%s %s: is more than %s", name, s.text(name), unit.Format(unit.Count, most)))
		return 0
	}
	return int(v)
}

// word is a flag's value, one of those that its option allows.
func (s *inputs) word(name string) string {
	text := s.text(name)
	for _, o := range s.command.options() {
		if o.name != name || text == "" {
			continue
		}
		for _, w := range o.words {
			if w == text {
				return text
			}
		}
		s.errs = append(s.errs, usagef("--%s %s: unknown word; %s", name, text, unit.SuggestFew(text, o.words)))
	}
	return text
}

// The most that makes sense of what is counted.
const (
	mostReplications = 1000
	mostRequests     = 1e12
)

// simulated is what to simulate, from the flags.
func simulated(c *call, w *workload.Workload) (advisor.Simulated, error) {
	s := &inputs{call: c}
	what := advisor.Simulated{
		Deployment: s.word("deployment"), Diurnal: s.word("pattern") == "diurnal", Day: s.quantity("day", unit.Duration, 24*3600),
		Length: s.quantity("duration", unit.Duration, 0), Requests: s.quantity("requests", unit.Number, 0),
		Replications: s.whole("replications", mostReplications), MaxWait: s.quantity("max-wait", unit.Duration, 0),
		Clients: simulate.Clients{
			QueueLimit: s.whole("queue-limit", 1e9), Timeout: s.quantity("timeout", unit.Duration, 0),
			Retries: s.whole("retries", 100), Backoff: s.quantity("backoff", unit.Duration, 0.1),
		},
		Events: s.events(), Autoscale: s.autoscale(w), Meter: &simulate.Meter{},
	}
	if c.text("backoff") == "" && what.Clients.Retries == 0 {
		what.Clients.Backoff = 0
	}
	s.zeros(what)
	s.contradictions(what)
	if name := c.text("trace"); name != "" && len(s.errs) == 0 {
		what.Recording = s.trace(name)
	}
	return what, errors.Join(s.errs...)
}

// zeros refuses a 0 that would be read as if the flag had not been given.
func (s *inputs) zeros(what advisor.Simulated) {
	if len(s.errs) > 0 {
		return
	}
	for name, v := range map[string]float64{
		"requests": what.Requests, "replications": float64(what.Replications), "duration": what.Length, "day": what.Day,
		"timeout": what.Clients.Timeout, "queue-limit": float64(what.Clients.QueueLimit),
	} {
		if v == 0 && s.text(name) != "" {
			s.errs = append(s.errs, usagef("--%s %s: must be more than 0; or leave it out", name, s.text(name)))
		}
	}
}

// contradictions holds the flags against each other.
func (s *inputs) contradictions(what advisor.Simulated) {
	refuse := func(wrong bool, format string, args ...any) {
		if wrong {
			s.errs = append(s.errs, usagef(format, args...))
		}
	}
	refuse(what.Length > 0 && what.Requests > 0, "--requests contradicts --duration, which also says how long to run; give one of them")
	refuse(what.Requests > mostRequests, "--requests %s: is more than %s", s.text("requests"), unit.Format(unit.Number, mostRequests))
	refuse(what.Diurnal && s.text("trace") != "", "--pattern diurnal contradicts --trace, which has a pattern of its own; give one of them")
	refuse(s.text("day") != "" && !what.Diurnal, "--day needs --pattern diurnal")
	refuse(s.text("trace-interval") != "" && s.text("trace") == "", "--trace-interval needs --trace")
	refuse(s.text("trace") == "-" && s.text("plan") == "-", "--trace and --plan cannot come both from stdin; name a file for one of them")
	refuse(s.text("backoff") != "" && what.Clients.Retries == 0, "--backoff needs --retries, for example --retries 2")
	for _, name := range []string{"autoscale-target", "autoscale-calm", "autoscale-up", "autoscale-down"} {
		refuse(s.text(name) != "" && what.Autoscale == nil && s.text("autoscale") == "", "--%s needs --autoscale, for example --autoscale 2..12", name)
	}
}

// trace reads a recording of traffic.
func (s *inputs) trace(name string) *simulate.Recording {
	source, err := s.open(name)
	if err != nil {
		s.errs = append(s.errs, at("--trace", err))
		return nil
	}
	defer source.Close()
	r, err := simulate.ReadTrace(s.ctx, source, s.quantity("trace-interval", unit.Duration, 0))
	if s.ctx.Err() != nil {
		s.errs = append(s.errs, s.ctx.Err())
	} else if err != nil {
		s.errs = append(s.errs, at("--trace "+name, err))
	}
	return &r
}

// events are what happens to the fleet.
func (s *inputs) events() []simulate.Event {
	var all []simulate.Event
	for _, text := range s.several("event") {
		v, err := simulate.ParseEvent(text)
		if err != nil {
			s.errs = append(s.errs, usagef("--event %s: %w", text, err))
		}
		all = append(all, v)
	}
	return all
}

// several are the values of a flag that may be repeated, or what its variable says.
func (s *inputs) several(name string) []string {
	if s.set.IsSet(name) {
		return s.set.StringSlice(name)
	}
	if text := s.env(option{name: name}.variable()); text != "" {
		return strings.Split(text, ",")
	}
	return nil
}

// autoscale is the autoscaler, nil without one.
func (s *inputs) autoscale(w *workload.Workload) *advisor.Autoscale {
	if w == nil || w.Autoscale.Max == 0 {
		return nil
	}
	a := &advisor.Autoscale{Scaler: simulate.Kubernetes(w.Autoscale.Min, w.Autoscale.Max, 1), Share: s.quantity("autoscale-target", unit.Fraction, 0.7)}
	if a.Share <= 0 || a.Share > 1 {
		s.errs = append(s.errs, usagef("--autoscale-target %s: must lie above 0 and at most at 100%%", s.text("autoscale-target")))
	}
	a.CalmDown = s.quantity("autoscale-calm", unit.Duration, a.CalmDown)
	a.Up, a.Down = s.policy("autoscale-up", a.Up), s.policy("autoscale-down", a.Down)
	return a
}

// policy is how fast an autoscaler may change the number of replicas.
func (s *inputs) policy(name string, otherwise simulate.Policy) simulate.Policy {
	text := s.text(name)
	if text == "" {
		return otherwise
	}
	p, err := simulate.ParsePolicy(text)
	if err != nil {
		s.errs = append(s.errs, usagef("--%s %s: %w", name, text, err))
		return otherwise
	}
	return p
}
