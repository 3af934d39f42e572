package workload

import (
	"errors"
	"fmt"
	"strings"

	"scaleadvise/advisor/unit"
)

// parseQuantity reads a trait of a numeric kind and holds it to what its row of
// the table allows.
func (s Spec) parseQuantity(raw string) (Value, error) {
	if s.Lift && strings.EqualFold(raw, None) {
		return Value{Text: None}, nil
	}
	v, err := s.readQuantity(raw)
	if err != nil {
		return Value{}, err
	}
	v.Text = raw
	if v.File != "" {
		return v, nil
	}
	return v, s.permits(raw, v.Interval)
}

// None is the value that lifts an assumed limit, for a trait that is not given.
const None = "none"

func (s Spec) readQuantity(raw string) (v Value, err error) {
	if file, ok := namesFile(raw); ok && (s.Kind == unit.Tokens || s.Name == "service_cv") {
		return Value{File: file}, nil
	}
	switch {
	case s.Name == "service_cv":
		v.Variation, err = parseVariation(raw)
		v.Interval = unit.Exact(v.Variation.CV)
		if v.Variation.Law == "" { // a coefficient alone
			v.Variation = Variation{}
		}
	case s.Kind == unit.Burstiness:
		v.Interval.Mid, v.Window, err = unit.ParseBurstiness(raw)
		v.Interval = unit.Exact(v.Interval.Mid)
	case s.Kind == unit.Tokens && strings.Contains(raw, "/"):
		v.Percentiles, err = unit.ParseTokens(raw)
		v.Interval = unit.Interval{Mid: v.Percentiles.P50, Low: v.Percentiles.P50, High: v.Percentiles.P99}
	case s.Bare:
		v.Interval, err = unit.ParseBare(s.Kind, raw)
	default:
		v.Interval, err = unit.Parse(s.Kind, raw)
	}
	return v, err
}

// permits holds a quantity to its row: zero, ranges, the largest sensible value.
func (s Spec) permits(raw string, i unit.Interval) error {
	switch {
	case !s.Zero && i.Low == 0:
		return errors.New(s.zeroFault())
	case !s.Range && !i.IsExact():
		return fmt.Errorf("%q is a range; give one value, such as %s", raw, s.Example)
	case s.Max > 0 && i.High > s.Max:
		return fmt.Errorf("%q is above %s, the largest value accepted; check the number and its unit", raw, unit.Format(s.Kind, s.Max))
	}
	return s.inside(raw, i)
}

// zeroFault is why zero is refused, and what to do instead.
func (s Spec) zeroFault() string {
	switch s.Name {
	case "qps", "users", "requests_per_user":
		return "zero is not a load; give the number that is expected, or leave it out"
	case "budget":
		return "a budget of zero buys nothing; give an amount, or leave it out for no limit"
	case "availability":
		return "zero asks for nothing; give a share such as 99.9%, or leave it out"
	}
	return "must be above zero, such as " + s.Example
}

// inside holds the traits that have bounds of their own to them.
func (s Spec) inside(raw string, i unit.Interval) error {
	switch s.Name {
	case "horizon", "lead_time":
		if number, ok := strings.CutSuffix(raw, "m"); ok && i.High < unit.Month {
			return fmt.Errorf("%q is minutes; %smo is months", raw, number)
		}
	case "availability", "replica_availability":
		if i.High >= 1 {
			return fmt.Errorf("%q is never reached, whatever the number of replicas; give less than 100%%, such as %s", raw, s.Example)
		}
	case "peak_to_mean":
		if i.Low < 1 {
			return fmt.Errorf("%q puts the peak below the mean; give 1 or more, such as %s", raw, s.Example)
		}
	case "latency_percentile":
		if i.Mid < minPercentile || i.Mid > maxPercentile {
			return fmt.Errorf("%q is outside %g to %g; write 95 for the 95th percentile", raw, minPercentile, maxPercentile)
		}
	}
	return nil
}

// Percentiles below the median say nothing of a bound; above 99.99 no model here
// is validated.
const (
	minPercentile = 50.0
	maxPercentile = 99.99
)
