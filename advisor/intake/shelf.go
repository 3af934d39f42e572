package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"scaleadvise/advisor/autoscale"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// shelf keeps the files of a case, each of which is read once: it may be a stream, and a
// question about a changed case needs it again.
type shelf struct {
	ctx  context.Context // in which files are read
	open Opener
	mu   sync.Mutex
	kept map[string]any

	traces map[string]map[string]workload.Lengths // by file and column
}

func newShelf(ctx context.Context, open Opener) *shelf {
	return &shelf{ctx: ctx, open: open, kept: map[string]any{}, traces: map[string]map[string]workload.Lengths{}}
}

// take returns what parse makes of a file, which is opened the first time only.
func take[T any](s *shelf, what, name string, parse func(io.Reader) (T, error)) (T, error) {
	return keep(s, what+" "+name, func() (T, error) { return parsed(s.open, name, parse) })
}

// keep returns what make returned the first time without an error.
func keep[T any](s *shelf, key string, make func() (T, error)) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept, ok := s.kept[key]; ok {
		return kept.(T), nil
	}
	read, err := make()
	if err == nil {
		s.kept[key] = read
	}
	return read, err
}

func parsed[T any](open Opener, name string, parse func(io.Reader) (T, error)) (read T, err error) {
	source, err := open(name)
	if err != nil {
		return read, err
	}
	defer source.Close()
	return parse(source)
}

// scale adds the measurements of the file that scaling_data names; they go before those that
// were observed.
func (s *shelf) scale(w *workload.Workload) error {
	if w.Service.ScalingFile == "" {
		return nil
	}
	name := beside(w, "scaling_data", w.Service.ScalingFile)
	points, err := take(s, "scaling", name, func(r io.Reader) ([]workload.ScalePoint, error) { return workload.ParseScaling(s.ctx, r, name) })
	w.Service.Scaling = points
	return w.Fault("scaling_data", err)
}

// day returns how the demand goes over the day that day_shape names, and the traits with the peak
// over the mean where it follows from that day: of users, whose mean is known. Without a day_shape
// there is none.
func (s *shelf) day(traits workload.Set) (autoscale.Shape, workload.Set, error) {
	v, ok := traits["day_shape"]
	if !ok {
		return nil, traits, nil
	}
	day, err := s.shape(v)
	_, users := traits["users"]
	if _, ratio := traits["peak_to_mean"]; err != nil || !users || ratio {
		return day, traits, err
	}
	peak := day.PeakToMean()
	return day, workload.Override(traits, workload.Set{"peak_to_mean": {
		Interval: unit.Exact(peak), Text: unit.Format(unit.Number, peak),
		Origin: origin.Origin{Kind: origin.Default, Name: "--peak-to-mean", Reason: "the highest of the day that --day-shape names over its mean"},
	}}), nil
}

// shape is a day by its name, by its rates, or from a file.
func (s *shelf) shape(v workload.Value) (autoscale.Shape, error) {
	if day, ok := autoscale.Named(strings.ToLower(v.Text)); ok {
		return day, nil
	}
	spec, _ := workload.Lookup("day_shape")
	if day, listed, err := workload.DayRates(v.Text); listed {
		if err != nil {
			return nil, &workload.TraitError{Spec: spec, Origin: v.Origin, Err: err}
		}
		return day, nil
	}
	name := besideOf(v.Origin, v.Text)
	day, err := take(s, "day", name, func(r io.Reader) (autoscale.Shape, error) { return workload.ParseDay(s.ctx, r, name) })
	if err != nil {
		return nil, &workload.TraitError{Spec: spec, Origin: v.Origin, Err: noDay(v.Text, err)}
	}
	return day, nil
}

// noDay adds the days that have names to the error about a file that does not exist.
func noDay(name string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	names := autoscale.Names()
	return fmt.Errorf("%w; %s", err, unit.Suggest(name, names, "the days that have names are "+strings.Join(names, ", ")))
}

// times adds the service times of the file that service_cv names.
func (s *shelf) times(w *workload.Workload) error {
	file := w.TimesFile()
	if file == "" {
		return nil
	}
	name := beside(w, "service_cv", file)
	seen, err := take(s, "times", name, func(r io.Reader) ([]float64, error) { return workload.ParseTimes(s.ctx, r, name) })
	if err != nil {
		return w.Fault("service_cv", err)
	}
	return w.ObserveTimes(seen)
}

// measureLengths adds the lengths of the traces that traits of tokens name.
func (s *shelf) measureLengths(w *workload.Workload) error {
	columns := traces(w)
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		kept, err := s.lengths(name, columns[name])
		if err != nil {
			return w.Fault(columns[name][0], err)
		}
		for _, trait := range columns[name] {
			w.Observe(trait, kept[trait])
		}
	}
	return nil
}

// traces are the traits by the file that they name.
func traces(w *workload.Workload) map[string][]string {
	columns := map[string][]string{}
	for _, f := range w.LengthsFiles() {
		name := beside(w, f.Trait, f.Name)
		columns[name] = append(columns[name], f.Trait)
	}
	return columns
}

// lengths returns columns of a trace. Those that were not read before are read at once.
func (s *shelf) lengths(name string, columns []string) (map[string]workload.Lengths, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, ok := s.traces[name]
	if !ok {
		kept = map[string]workload.Lengths{}
		s.traces[name] = kept
	}
	missing := slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return len(kept[c].All) > 0 })
	if len(missing) == 0 {
		return maps.Clone(kept), nil
	}
	all, err := parsed(s.open, name, func(r io.Reader) ([]workload.Lengths, error) { return workload.ParseLengths(s.ctx, r, name, missing) })
	for i, column := range missing {
		if err == nil {
			kept[column] = all[i]
		}
	}
	return maps.Clone(kept), err
}

// beside returns the path of a file that a trait names: one named by a plan lies beside that
// plan.
func beside(w *workload.Workload, trait, name string) string {
	for _, t := range w.Traits {
		if t.Spec.Name == trait {
			return besideOf(t.Value.Origin, name)
		}
	}
	return name
}

// besideOf returns the path of a file named in a place.
func besideOf(from origin.Origin, name string) string {
	if from.Kind == origin.Plan && !filepath.IsAbs(name) {
		return filepath.Join(filepath.Dir(from.File), name)
	}
	return name
}
