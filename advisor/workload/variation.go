package workload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/unit"
)

// Variation is the distribution of a step's time about a mean of 1. Formulas use only its coefficient of
// variation, simulations draw from it.
type Variation struct {
	Law   string    // "gamma", "lognormal", "pareto", "observed"; "" where only a coefficient was given, which is also gamma
	CV    float64   // coefficient of variation
	Shape float64   // of the Pareto distribution
	Seen  []float64 // times that were observed, of mean 1
}

// The distributions of times.
const (
	Gamma     = "gamma"
	Lognormal = "lognormal"
	Pareto    = "pareto"
	Observed  = "observed"
)

// leastShape is the shape at and below which Pareto's law has no variance.
const leastShape = 2

// mostVariation bounds the coefficient of variation, far above that of any service.
const mostVariation = 100

// variationForms is what a variation may be written as.
const variationForms = "expected a coefficient of variation such as 0.3, gamma:0.8, lognormal:1.5, pareto:2.5 or a file of times (times.csv)"

// parseVariation reads LAW:NUMBER, or a coefficient of variation.
func parseVariation(raw string) (Variation, error) {
	law, number, named := strings.Cut(raw, ":")
	if !named {
		law, number = "", raw
	}
	v, err := unit.Parse(unit.Number, strings.TrimSpace(number))
	switch {
	case named && err != nil:
		return Variation{}, fmt.Errorf("%q: %q is not a number; %s", raw, number, variationForms)
	case err != nil && !strings.ContainsAny(raw, "0123456789"):
		return Variation{}, fmt.Errorf("%q is not a number; %s", raw, variationForms)
	}
	if err != nil {
		return Variation{}, err
	}
	switch law = strings.ToLower(strings.TrimSpace(law)); {
	case named && !v.IsExact():
		return Variation{}, fmt.Errorf("%q: a range is not understood here; %s", raw, variationForms)
	case law == Pareto && v.Mid <= leastShape:
		return Variation{}, fmt.Errorf("%q has infinite variance, so the mean wait is infinite: its shape must be above %d", raw, leastShape)
	case law == Pareto:
		return Variation{Law: law, Shape: v.Mid, CV: 1 / math.Sqrt(v.Mid*(v.Mid-2))}, nil
	case law != "" && law != Gamma && law != Lognormal:
		msg := fmt.Sprintf("unknown law %q; %s", law, variationForms)
		if near := unit.Near(law, []string{Gamma, Lognormal, Pareto}); len(near) > 0 {
			msg += "; " + unit.DidYouMean(near...)
		}
		return Variation{}, errors.New(msg)
	case named && !(v.Mid > 0):
		return Variation{}, fmt.Errorf("%q: the coefficient of variation must be above 0; 0 alone is constant", raw)
	}
	return Variation{Law: law, CV: v.Mid}, nil
}

// Words describes the distribution, "" where only a coefficient was given.
func (v Variation) Words() string {
	switch v.Law {
	case Pareto:
		return fmt.Sprintf("Pareto's law of shape %g, coefficient of variation %.3g", v.Shape, v.CV)
	case Observed:
		return fmt.Sprintf("the %s times observed, coefficient of variation %.3g", unit.Format(unit.Count, float64(len(v.Seen))), v.CV)
	case "":
		return ""
	}
	return fmt.Sprintf("a %s law, coefficient of variation %.3g", v.Law, v.CV)
}

// TimesFile returns the file of service times that service_cv names, as written; "" for none.
func (w *Workload) TimesFile() string {
	for _, t := range w.Traits {
		if t.Spec.Name == "service_cv" {
			return t.Value.File
		}
	}
	return ""
}

// sameMean is by how much the mean of observed times may differ from the service time given.
const sameMean = 0.1

// ObserveTimes takes observed service times, in seconds, into the workload: how they vary, and their
// mean where no service time was given. A mean that contradicts the service time is an error.
func (w *Workload) ObserveTimes(times []float64) error {
	mean, square := 0.0, 0.0
	for _, t := range times {
		mean += t / float64(len(times))
	}
	seen := make([]float64, len(times))
	for i, t := range times {
		seen[i] = t / mean
		square += (seen[i] - 1) * (seen[i] - 1)
	}
	v := Variation{Law: Observed, CV: math.Sqrt(square / float64(len(times))), Seen: seen}
	switch given := w.Service.Time.Mid; {
	case v.CV > mostVariation:
		return w.Fault("service_cv", fmt.Errorf("the times vary by %.3g times their mean; that is no service", v.CV))
	case given == 0 && w.Service.QPS.Mid == 0 && len(w.Service.Batch) == 0:
		w.Adopt("service_time", fmt.Sprintf("%gs", mean), "the mean of the observed times")
		w.Service.Time = unit.Exact(mean)
	case given > 0 && math.Abs(mean-given) > sameMean*given:
		return w.Fault("service_cv", fmt.Errorf("the observed times take %s on average, and --service-time says %s; leave --service-time out, or give times of that service",
			unit.Format(unit.Duration, mean), unit.Format(unit.Duration, given)))
	}
	w.Service.CV, w.Service.Variation = v.CV, v
	for i := range w.Traits {
		if w.Traits[i].Spec.Name == "service_cv" {
			w.Traits[i].Value.Interval = unit.Exact(v.CV)
		}
	}
	return nil
}

// Bounds of a file of times, so that a wrong file is refused early.
const (
	timesBytes = 64 << 20
	timesRows  = 1_000_000
	leastTimes = 100
	longestRun = 3600 // s
)

// ParseTimes reads a file of service times: one a line, or the first column of a CSV, with or without a
// header. A number without a unit is in seconds. name is the file's, for messages.
func ParseTimes(ctx context.Context, r io.Reader, name string) ([]float64, error) {
	s := newSheet(ctx, r, name, bounded.Limits{What: "file of service times", Remedy: "is this the file of times?", Bytes: timesBytes, Packed: timesBytes})
	s.rows.FieldsPerRecord = -1
	var times []float64
	for {
		row, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := s.rows.FieldPos(0)
		t, err := unit.ParseBare(unit.Duration, strings.TrimSpace(row[0]))
		switch {
		case err != nil && line == 1 && len(times) == 0: // a header
			continue
		case err != nil:
			return nil, fmt.Errorf("%s:%d: %w", name, line, err)
		case !(t.Mid > 0) || t.Mid > longestRun || !t.IsExact():
			return nil, fmt.Errorf("%s:%d: a service time is one value above zero and at most an hour, in seconds or with its unit, such as 9ms", name, line)
		case len(times) == timesRows:
			return nil, fmt.Errorf("%s: more than %d times; give a sample of them", name, timesRows)
		}
		times = append(times, t.Mid)
	}
	if len(times) < leastTimes {
		return nil, fmt.Errorf("%s: %d service times; it takes %d to know how they vary", name, len(times), leastTimes)
	}
	return times, nil
}
