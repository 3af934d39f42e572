package workload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/autoscale"
	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/unit"
)

// mostAutoscaled bounds what an autoscaler may be allowed.
const mostAutoscaled = 1e6

// parseAutoscale reads MIN..MAX, auto or off.
func parseAutoscale(s string) (Autoscale, error) {
	switch word := strings.ToLower(s); word {
	case AutoscaleAuto, AutoscaleOff:
		return Autoscale{Mode: word}, nil
	}
	n, err := unit.Parse(unit.Count, s)
	if err != nil || n.Low < 1 || n.High > mostAutoscaled || !strings.Contains(s, "..") {
		return Autoscale{}, fmt.Errorf("%q: write the fewest and the most replicas, for example 2..12; or auto, or off", s)
	}
	return Autoscale{Min: int(n.Low), Max: int(n.High)}, nil
}

// FollowDay settles the course of a workload's demand over a day; nil where nothing determines it. Where a
// ratio of peak to mean is given, the day is scaled to it; otherwise a mean that was not given follows from
// the peak and the day. Where no day is given but that ratio and a start-up time are, web traffic is
// assumed.
func FollowDay(w *Workload, day autoscale.Shape) error {
	ratio := Given(w, "peak_to_mean")
	switch {
	case day == nil && !(ratio && Given(w, "cold_start") && w.PeakToMean > 1):
		return nil
	case day == nil:
		day, _ = autoscale.Named(autoscale.Web)
	}
	if ratio {
		raised, err := day.WithPeak(w.PeakToMean)
		if err != nil {
			return w.Fault("day_shape", fmt.Errorf("%w; leave --peak-to-mean out, or give another day", err))
		}
		w.Day = raised
		return nil
	}
	w.Day, w.PeakToMean = day, day.PeakToMean()
	if w.Users == 0 && w.Peak.Mid > 0 {
		w.Mean = w.Peak.Mid / w.PeakToMean
		w.Log.Given(derivation.Value{Name: "day_peak", Title: "peak of the day over its mean", Number: w.PeakToMean, From: "--day-shape " + w.DayShape})
		w.Log.Step(derivation.Value{Name: "mean", Title: "mean demand", Number: w.Mean, Unit: "1/s"}, "peak / day_peak", offeredLoad)
	}
	return nil
}

// Given reports whether a trait was stated, not defaulted.
func Given(w *Workload, trait string) bool {
	return slices.ContainsFunc(w.Traits, func(t Resolved) bool { return t.Spec.Name == trait && !t.Assumed() })
}

// DayRates reads the rates of a day written in one line with commas; ok is false for anything but a list of
// numbers, such as the name of a day or of a file.
func DayRates(text string) (day autoscale.Shape, ok bool, err error) {
	var rates []float64
	for cell := range strings.SplitSeq(text, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
		if err != nil || math.IsNaN(v) || v < 0 || v > mostScaled {
			return nil, false, nil
		}
		rates = append(rates, v)
	}
	if len(rates) < 2 {
		return nil, false, nil
	}
	day, err = autoscale.New(rates)
	return day, true, err
}

// Bounds of a file of a day.
const (
	dayBytes = 1 << 20
	dayRows  = autoscale.MostPoints
)

// ParseDay reads the rates of a day from midnight on: a CSV with one row for each piece of the day, whose
// last column is the rate in any unit; a first row without a number is a header, and lines that
// start with # are left out. name is the file's, for messages.
func ParseDay(ctx context.Context, r io.Reader, name string) (autoscale.Shape, error) {
	rows := newSheet(ctx, r, name, bounded.Limits{What: "table of a day", Remedy: "is this the day's shape?", Bytes: dayBytes, Packed: dayBytes})
	var out []float64
	for first := true; ; first = false {
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		last := len(row) - 1
		cell := strings.TrimSpace(row[last])
		v, err := strconv.ParseFloat(cell, 64)
		switch {
		case err != nil && first:
			continue
		case err != nil || math.IsNaN(v) || v < 0 || v > mostScaled:
			return nil, fmt.Errorf("%s: %q is not a rate of at least 0", rows.place(last), bounded.Excerpt(cell))
		case len(out) == dayRows:
			return nil, fmt.Errorf("%s: more than %d rates; a day has at most one in 5 minutes", name, dayRows)
		}
		out = append(out, v)
	}
	day, err := autoscale.New(out)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return day, nil
}
