package simulate

import (
	"errors"
	"math"
	"strings"

	"scaleadvise/advisor/unit"
)

var errEvent = errors.New("write it as KIND[:REPLICAS]@START[/TIME], for example replica-loss:2@10min/5min")

// ParseEvent reads KIND[:REPLICAS]@START[/TIME].
func ParseEvent(text string) (v Event, err error) {
	what, when, ok := strings.Cut(text, "@")
	if !ok {
		return v, errEvent
	}
	kind, number, counted := strings.Cut(what, ":")
	var known []string
	for _, k := range EventKinds() {
		known = append(known, string(k))
		if string(k) == kind {
			v.Kind = k
		}
	}
	if v.Kind == "" {
		return v, errors.New("unknown kind " + kind + "; " + unit.SuggestFew(kind, known))
	}
	if counted {
		n, err := unit.Parse(unit.Count, number)
		if err != nil {
			return v, err
		}
		if n.Mid < 1 {
			return v, errors.New("it needs at least 1 replica")
		}
		v.Count = int(math.Min(n.Mid, 1e9))
	}
	start, length, lasts := strings.Cut(when, "/")
	switch {
	case counted && v.Kind == ZoneLoss:
		return v, errors.New("a zone is lost as a whole; leave out the number of replicas")
	case lasts && v.Kind == RollingUpdate:
		return v, errors.New("an update takes what --cold-start says for each replica; leave out the time after /")
	}
	if v.At, err = instant(start); err == nil && lasts {
		v.For, err = instant(length)
	}
	return v, err
}

// instant is a time in seconds; 0 needs no unit.
func instant(text string) (float64, error) {
	if text == "0" {
		return 0, nil
	}
	t, err := unit.Parse(unit.Duration, text)
	return t.Mid, err
}

var errPolicy = errors.New("write by how much within which time, for example 100%,4/15s")

// ParsePolicy reads SHARE or PODS or both within a time: 100%,4/15s.
func ParsePolicy(text string) (p Policy, err error) {
	amounts, period, ok := strings.Cut(text, "/")
	if p.Period, err = instant(period); !ok || err != nil || p.Period <= 0 {
		return p, errPolicy
	}
	for _, amount := range strings.Split(amounts, ",") {
		share, percent := strings.CutSuffix(amount, "%")
		if percent {
			v, err := unit.Parse(unit.Number, share)
			if err != nil {
				return p, err
			}
			p.Percent = v.Mid / 100
			continue
		}
		v, err := unit.Parse(unit.Count, amount)
		if err != nil {
			return p, err
		}
		p.Pods = int(math.Min(v.Mid, 1e6))
	}
	return p, nil
}
