package simulate

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
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/trace"
)

// Trace is a record of requests in order of arrival.
type Trace struct {
	at            []float64 // s from the beginning
	input, output []float64 // tokens; nil where the record has none
	reused        []float64 // tokens of the input that earlier requests contained; nil where blocks have no names
	length        float64   // s
}

// Requests returns the number of requests.
func (t *Trace) Requests() int { return len(t.at) }

// Length returns the time from the first request to where the next would be expected, s.
func (t *Trace) Length() float64 { return t.length }

// Rate returns the mean rate, 1/s.
func (t *Trace) Rate() float64 { return float64(len(t.at)) / t.length }

// Tokens reports whether the record has the lengths of requests and answers.
func (t *Trace) Tokens() bool { return t.input != nil }

// Reused returns the share of the prompts' tokens that earlier requests contained; 0 where the record names no blocks.
func (t *Trace) Reused() float64 {
	if t.input == nil || t.reused == nil {
		return 0
	}
	reused, tokens := 0.0, 0.0
	for i, n := range t.input {
		reused, tokens = reused+t.reused[i], tokens+n
	}
	return reused / tokens
}

// Lengths returns the tokens of requests and answers; zero where the record does not have them.
func (t *Trace) Lengths() llm.Lengths {
	return llm.Lengths{Input: llm.Observed(t.input), Output: llm.Observed(t.output)}
}

// Bounds of a trace, and of the memory that it takes.
const (
	mostRows = 20_000_000
)

// Recording is the traffic in a file: requests one by one, or a rate over time.
type Recording struct {
	Trace   *Trace
	Profile *Profile
	Rate    float64 // mean, 1/s
}

// ReadTrace reads a CSV, plain or compressed by gzip, or a record as package trace understands it. With a column arrival_s (and input_tokens,
// output_tokens where they are known) each row is a request. Otherwise a row is a stretch of
// time: window_start_s, minute_index, hour_index, second_index or interval_index say which, and
// requests_per_s, or requests, count or value in it, how much. The length of an interval_index
// is interval seconds, 0 where it was not given. Errors name the line.
func ReadTrace(ctx context.Context, r io.Reader, interval float64) (Recording, error) {
	rows := csv.NewReader(trace.Plain(ctx, bounded.NewReader(ctx, r, trace.Limits())))
	rows.ReuseRecord, rows.TrimLeadingSpace, rows.FieldsPerRecord = true, true, -1
	head, err := rows.Read()
	if err != nil {
		return Recording{}, unread(err)
	}
	columns := map[string]int{}
	for i, name := range head {
		columns[strings.ToLower(strings.TrimSpace(name))] = i
	}
	if _, ok := columns["arrival_s"]; ok {
		return requests(rows, columns)
	}
	return rates(rows, columns, interval)
}

func unread(err error) error {
	var row *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("it is empty; the first line must name its columns, for example arrival_s,input_tokens,output_tokens")
	case errors.As(err, &row):
		return fmt.Errorf("line %d: %s", row.Line, bounded.CSV(row))
	}
	return err
}

// table reads numbers by column.
type table struct {
	*csv.Reader
	columns map[string]int
	row     []string
	rows    int
}

// advance goes to the next row; false at the end.
func (t *table) advance() (ok bool, err error) {
	t.row, err = t.Read()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	err = unread(err)
	if t.rows++; err == nil && t.rows > mostRows {
		err = fmt.Errorf("more than %d rows; cut it into shorter traces", mostRows)
	}
	return err == nil, err
}

// number is a value of the row, which must be at least 0.
func (t *table) number(name string) (float64, error) {
	line, _ := t.FieldPos(0)
	i := t.columns[name]
	if i >= len(t.row) {
		return 0, fmt.Errorf("line %d: no %s: the row ends before it", line, name)
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(t.row[i]), 64)
	if err != nil || !(v >= 0) || math.IsInf(v, 1) {
		return 0, fmt.Errorf("line %d: %s %q is not a number of at least 0", line, name, bounded.Excerpt(t.row[i]))
	}
	return v, nil
}

// requests reads a record of requests.
func requests(rows *csv.Reader, columns map[string]int) (Recording, error) {
	t := &table{Reader: rows, columns: columns}
	record := &Trace{}
	for {
		ok, err := t.advance()
		if err != nil {
			return Recording{}, err
		}
		if !ok {
			break
		}
		if err := record.take(t); err != nil {
			return Recording{}, err
		}
	}
	if len(record.at) < 2 || record.at[len(record.at)-1] == record.at[0] {
		return Recording{}, errors.New("it holds fewer than two moments; a trace needs requests over some time")
	}
	record.settle()
	if record.length > trace.Century {
		return Recording{}, fmt.Errorf("its requests span %.3g s, more than a century; arrival_s counts seconds", record.length)
	}
	return Recording{Trace: record, Rate: record.Rate()}, nil
}

// take adds the request of a row.
func (t *Trace) take(rows *table) error {
	at, err := rows.number("arrival_s")
	if err != nil {
		return err
	}
	if n := len(t.at); n > 0 && at < t.at[n-1] {
		line, _ := rows.FieldPos(0)
		return fmt.Errorf("line %d: arrival_s %g is before that of the row above, %g; sort the rows by it", line, at, t.at[n-1])
	}
	t.at = append(t.at, at)
	for _, c := range []struct {
		name  string
		into  *[]float64
		least float64
	}{{"input_tokens", &t.input, 1}, {"output_tokens", &t.output, 1}, {"reused_tokens", &t.reused, 0}} {
		if _, ok := rows.columns[c.name]; !ok {
			continue
		}
		tokens, err := rows.number(c.name)
		if err != nil {
			return err
		}
		*c.into = append(*c.into, math.Max(tokens, c.least))
	}
	return nil
}

// settle makes the first request that of time 0. The record ends one mean gap after the last.
func (t *Trace) settle() {
	first := t.at[0]
	for i := range t.at {
		t.at[i] -= first
	}
	n := float64(len(t.at))
	t.length = t.at[len(t.at)-1] * n / (n - 1)
	if t.input == nil || t.output == nil {
		t.input, t.output = nil, nil
	}
	if t.input == nil {
		t.reused = nil
	}
	for i := range t.reused {
		t.reused[i] = math.Min(t.reused[i], t.input[i])
	}
}

// stretches are the columns that number stretches of time, with their length in seconds; 0 is
// found from the rows or asked for.
var stretches = []struct {
	name   string
	length float64
}{{"window_start_s", 0}, {"second_index", 1}, {"minute_index", 60}, {"hour_index", 3600}, {"interval_index", 0}}

// amounts are the columns that say how much came; per second or in all.
var amounts = []struct {
	name      string
	perSecond bool
}{{"requests_per_s", true}, {"rate", true}, {"requests", false}, {"count", false}, {"value", false}}

// rates reads a record of stretches of time.
func rates(rows *csv.Reader, columns map[string]int, interval float64) (Recording, error) {
	t := &table{Reader: rows, columns: columns}
	stretch, amount := -1, -1
	for i := range stretches {
		if _, ok := columns[stretches[i].name]; ok && stretch < 0 {
			stretch = i
		}
	}
	for i := range amounts {
		if _, ok := columns[amounts[i].name]; ok && amount < 0 {
			amount = i
		}
	}
	if stretch < 0 || amount < 0 {
		return Recording{}, errors.New("its columns say neither requests (arrival_s) nor rates (window_start_s,requests_per_s or minute_index,requests)")
	}
	p := &Profile{Slice: stretches[stretch].length}
	if stretches[stretch].name == "interval_index" {
		p.Slice = interval
	}
	if err := p.fill(t, stretches[stretch].name, amounts[amount].name); err != nil {
		return Recording{}, err
	}
	return p.recording(amounts[amount].perSecond)
}

// fill reads the rows, which must be evenly spaced.
func (p *Profile) fill(t *table, stretch, amount string) error {
	var starts [2]float64
	for n := 0; ; n++ {
		ok, err := t.advance()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		start, errStart := t.number(stretch)
		rate, errRate := t.number(amount)
		if err := errors.Join(errStart, errRate); err != nil {
			return err
		}
		if n < 2 {
			starts[n] = start
		}
		if want := starts[0] + float64(n)*(starts[1]-starts[0]); n > 1 && math.Abs(start-want) > 1e-6*math.Abs(want) {
			line, _ := t.FieldPos(0)
			return fmt.Errorf("line %d: %s %g, expected %g: rows must follow each other evenly, those without requests with 0", line, stretch, start, want)
		}
		p.Rates = append(p.Rates, rate)
	}
	if stretch == "window_start_s" {
		p.Slice = starts[1] - starts[0]
	}
	return nil
}

// recording turns amounts into a rate.
func (p *Profile) recording(perSecond bool) (Recording, error) {
	switch {
	case len(p.Rates) < 2 || !(p.mean() > 0) || math.IsInf(p.mean(), 1):
		return Recording{}, errors.New("it covers fewer than two intervals, or has no requests at all")
	case !(p.Slice > 0):
		return Recording{}, errors.New("nothing says how long an interval is; add --trace-interval, for example --trace-interval 5min")
	}
	if p.Length() > trace.Century {
		return Recording{}, fmt.Errorf("it spans %.3g s, more than a century; is its time in seconds, and the length of its intervals right?", p.Length())
	}
	rate := p.mean()
	if !perSecond {
		rate /= p.Slice
	}
	return Recording{Profile: p, Rate: rate}, nil
}
