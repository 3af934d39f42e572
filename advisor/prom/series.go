package prom

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Series is one quantity over time on an even grid; a value is NaN where it is not known: a gap, a stale
// series, a division by zero requests.
type Series struct {
	Start  time.Time
	Step   time.Duration
	Values []float64
}

// At returns the time of a value.
func (s Series) At(i int) time.Time { return s.Start.Add(time.Duration(i) * s.Step) }

// Known counts the values that are known.
func (s Series) Known() int {
	n := 0
	for _, v := range s.Values {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}

// scaled multiplies all values.
func (s Series) scaled(factor float64) Series {
	out := make([]float64, len(s.Values))
	for i, v := range s.Values {
		out[i] = v * factor
	}
	s.Values = out
	return s
}

// overWhole is a history without the first rates behind each gap, and those that it begins with: a server
// divides the little that it saw by the window, or adds what the gap held.
func (s Series) overWhole(partly int) Series {
	s.Values = slices.Clone(s.Values)
	behind := partly // of what was before the history nothing is missing
	for i, v := range s.Values {
		switch {
		case math.IsNaN(v):
			behind = 0
		case behind < partly:
			s.Values[i], behind = math.NaN(), behind+1
		}
	}
	return s
}

// Sample is one series of an instant query.
type Sample struct {
	Labels    Labels
	Value     float64
	Histogram *Histogram
}

// grid collects the one series of an aggregated range query into its place.
type grid struct {
	into  Series
	known Labels // of the series that filled it
	seen  int
}

func (g *grid) sample(t, v float64) error {
	at := (t - float64(g.into.Start.UnixMilli())/1e3) / g.into.Step.Seconds()
	i := int(math.Round(at))
	if i < 0 || i >= len(g.into.Values) || math.Abs(at-float64(i)) > 0.01 {
		return fmt.Errorf("a sample at %v, outside the times that were asked for", t)
	}
	if !math.IsInf(v, 0) { // 1/0 is as unknown as 0/0
		g.into.Values[i] = v
	}
	return nil
}

func (g *grid) histogram(float64, Histogram) error {
	return fmt.Errorf("the answer holds histograms, expected numbers")
}

func (g *grid) end(labels Labels) error {
	if g.seen++; g.seen > 1 {
		return fmt.Errorf("the answer to an aggregated query holds several series, %s and %s", g.known, labels)
	}
	g.known = labels
	return nil
}

// vector collects an instant query.
type vector struct {
	samples []Sample
	current Sample
	filled  bool
	known   map[string]bool
}

func (s *vector) sample(_, v float64) error {
	s.current.Value, s.filled = v, true
	return nil
}

func (s *vector) histogram(_ float64, h Histogram) error {
	h.Native = true
	s.current.Histogram, s.filled = &h, true
	return nil
}

func (s *vector) end(labels Labels) error {
	if s.known == nil {
		s.known = map[string]bool{}
	}
	name := labels.String()
	if s.known[name] {
		return fmt.Errorf("the answer holds the series %s twice", name)
	}
	s.known[name] = true
	if s.filled {
		s.current.Labels = labels
		s.samples = append(s.samples, s.current)
	}
	s.current, s.filled = Sample{}, false
	return nil
}

// knownDays is how many days of a history are known. A fault or a missed scrape shortens none; a gap
// of more than an hour does.
func knownDays(s Series) float64 {
	steps, gap := 0, 0
	for _, v := range s.Values {
		steps++
		if gap++; !math.IsNaN(v) {
			gap = 0
		}
		switch hour := int(current / s.Step); {
		case gap == hour+1:
			steps -= gap
		case gap > hour:
			steps--
		}
	}
	return float64(steps) * s.Step.Hours() / 24
}

// daily are the means of whole days back from the end; a day of which less than half is known
// is not known.
func daily(s Series) []float64 {
	per := int(day / s.Step)
	n := len(s.Values) / per
	out := unknown(n)
	for i := range out {
		end := len(s.Values) - (n-1-i)*per
		values := s.Values[end-per : end]
		known := 0
		for _, v := range values {
			if !math.IsNaN(v) {
				known++
			}
		}
		if 2*known >= per {
			out[i] = meanOf(values)
		}
	}
	return out
}

// byHour are the means of the hours that end at whole ones.
func byHour(s Series) Series {
	if len(s.Values) == 0 {
		return s
	}
	per := int(coarse / s.Step)
	first := s.Start.Truncate(coarse)
	if first.Before(s.Start) {
		first = first.Add(coarse)
	}
	out := Series{Start: first, Step: coarse}
	for i := int(first.Sub(s.Start) / s.Step); i < len(s.Values); i += per {
		values := s.Values[max(i-per+1, 0) : i+1]
		v := math.NaN()
		for _, x := range values {
			if !math.IsNaN(x) {
				v = meanOf(values)
				break
			}
		}
		out.Values = append(out.Values, v)
	}
	return out
}
