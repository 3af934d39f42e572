package trace

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"scaleadvise/advisor/bounded"
)

// Summary is the demand in a record.
type Summary struct {
	Requests   int
	Length     float64 // s, from the first request to the last
	Peak       float64 // 1/s, mean of the busiest hour, or of the whole record where it is shorter
	Mean       float64 // 1/s
	Dispersion float64 // variance over mean of the requests per second within that hour
	Reused     float64 // share of prompt tokens that earlier requests contained; 0 where blocks have no names

	// Day is the rate in each hour of a day, 1/s, mean over the days that a record of a day or more covers; nil for
	// shorter ones. It begins at midnight where times are dates or count from one, else with the record.
	Day []float64
}

// Course returns the rates of Day with commas between them, as a shape of a day is written.
func (s Summary) Course() string {
	texts := make([]string, len(s.Day))
	for i, r := range s.Day {
		texts[i] = strconv.FormatFloat(r, 'g', 4, 64)
	}
	return strings.Join(texts, ",")
}

// Bounds of a record.
const (
	Bytes      = 1 << 30
	LongestRow = 64 << 20
	mostRows   = 20_000_000
	hour       = 3600.0
)

// Century is how long a record may last, s. What is longer counts something else.
const Century = 100 * 365.25 * 24 * hour

// Limits returns those within which a record is read.
func Limits() bounded.Limits {
	return bounded.Limits{What: "trace", Remedy: "cut it into shorter traces", Bytes: Bytes, Packed: Bytes, Line: LongestRow, Record: LongestRow}
}

// Summarize reads a record of requests, plain or compressed by gzip. The error names the line.
func Summarize(ctx context.Context, r io.Reader) (Summary, error) {
	rows := csv.NewReader(Plain(ctx, bounded.NewReader(ctx, r, Limits())))
	rows.ReuseRecord, rows.TrimLeadingSpace, rows.FieldsPerRecord = true, true, -1
	head, err := rows.Read()
	if err != nil {
		return Summary{}, unread(err)
	}
	t := counted{rows: rows, at: map[string]int{}}
	for i, name := range head {
		t.at[name] = i
	}
	if _, ok := t.at["arrival_s"]; !ok {
		return Summary{}, errors.New("its columns say no requests; needed are arrival_s,input_tokens,output_tokens, or those of a published trace (scaleadvise help language-models)")
	}
	if err := t.read(); err != nil {
		return Summary{}, err
	}
	return t.summary()
}

func unread(err error) error {
	var row *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("it is empty")
	case errors.As(err, &row):
		return fmt.Errorf("line %d: %s", row.Line, bounded.CSV(row))
	}
	return err
}

// counted is a record being read.
type counted struct {
	rows           *csv.Reader
	at             map[string]int
	times          []float64
	tokens, reused float64
}

func (t *counted) read() error {
	for {
		row, err := t.rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unread(err)
		}
		at, err := t.number(row, "arrival_s")
		if err != nil {
			return err
		}
		line, _ := t.rows.FieldPos(0)
		switch n := len(t.times); {
		case n == mostRows:
			return fmt.Errorf("more than %d rows; cut it into shorter traces", mostRows)
		case n > 0 && at < t.times[n-1]:
			return fmt.Errorf("line %d: arrival_s %g is before that of the row above, %g; sort the rows by it", line, at, t.times[n-1])
		}
		t.times = append(t.times, at)
		var tokens, reused float64
		for name, into := range map[string]*float64{"input_tokens": &tokens, "reused_tokens": &reused} {
			if _, ok := t.at[name]; ok {
				if *into, err = t.number(row, name); err != nil {
					return err
				}
			}
		}
		t.tokens, t.reused = t.tokens+tokens, t.reused+min(reused, tokens)
	}
}

// number is a value of a row, at least 0.
func (t *counted) number(row []string, name string) (float64, error) {
	line, _ := t.rows.FieldPos(0)
	i := t.at[name]
	if i >= len(row) {
		return 0, fmt.Errorf("line %d: no %s: the row ends before it", line, name)
	}
	v, err := strconv.ParseFloat(row[i], 64)
	if err != nil || !(v >= 0) || math.IsInf(v, 1) {
		return 0, fmt.Errorf("line %d: %s %q is not a number of at least 0", line, name, bounded.Excerpt(row[i]))
	}
	return v, nil
}

// summary is what was read.
func (t *counted) summary() (Summary, error) {
	n := len(t.times)
	if n < 2 || t.times[n-1] == t.times[0] {
		return Summary{}, errors.New("it holds fewer than two moments; a trace needs requests over some time")
	}
	s := Summary{Requests: n, Length: t.times[n-1] - t.times[0]}
	if s.Length > Century {
		return Summary{}, fmt.Errorf("its requests span %.3g s, more than a century; arrival_s counts seconds", s.Length)
	}
	s.Mean = float64(n) / s.Length
	from, to := t.busiest()
	s.Peak = float64(to-from) / min(hour, s.Length)
	s.Dispersion = dispersion(t.times[from:to])
	s.Day = day(t.times)
	if t.tokens > 0 {
		s.Reused = min(t.reused/t.tokens, 1)
	}
	return s, nil
}

// nearlyDay is how much of a day a record must cover for its course over the day to be known, s.
const nearlyDay = 23.5 * hour

// day is the rate in each hour of a day, 1/s.
func day(times []float64) []float64 {
	first, last := times[0], times[len(times)-1]
	if last-first < nearlyDay {
		return nil
	}
	const hours = 24
	rates, covered := make([]float64, hours), make([]float64, hours)
	of := func(at float64) int { return int(math.Mod(math.Floor(at/hour), hours)) }
	for _, at := range times {
		rates[of(at)]++
	}
	for begin := math.Floor(first/hour) * hour; begin < last; begin += hour {
		covered[of(begin)] += min(begin+hour, last) - max(begin, first)
	}
	for i := range rates {
		rates[i] /= max(covered[i], 1)
	}
	return rates
}

// busiest are the requests of the hour with the most of them.
func (t *counted) busiest() (from, to int) {
	left := 0
	for right := range t.times {
		for t.times[right]-t.times[left] > hour {
			left++
		}
		if right+1-left > to-from {
			from, to = left, right+1
		}
	}
	return from, to
}

// dispersion is the index of dispersion of the counts in seconds: 1 for Poisson arrivals (Cox and
// Lewis 1966).
func dispersion(times []float64) float64 {
	seconds := int(times[len(times)-1]-times[0]) + 1
	counts := make([]float64, seconds)
	for _, at := range times {
		counts[min(int(at-times[0]), seconds-1)]++
	}
	mean, squares := float64(len(times))/float64(seconds), 0.0
	for _, c := range counts {
		squares += (c - mean) * (c - mean)
	}
	if seconds < 2 {
		return 1
	}
	return squares / float64(seconds) / mean
}
