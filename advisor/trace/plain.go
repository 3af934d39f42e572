package trace

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"scaleadvise/advisor/bounded"
)

// Header is the first line of the output of Plain for a record that it understands.
const Header = "arrival_s,input_tokens,output_tokens"

// record yields the rows of a record, one at a time; io.EOF ends them. A row is complete CSV with
// its line break, the first of all the header.
type record interface {
	next() ([]byte, error)
}

// longestRow bounds a row of a table, B; only a report of a load tool is one long line.
const longestRow = 1 << 20

// Plain returns a record of requests as CSV. The error of its reader names the line of the record.
func Plain(ctx context.Context, r io.Reader) io.Reader {
	in := bufio.NewReaderSize(r, peeked)
	begin, _ := in.Peek(peeked)
	switch text := bytes.TrimLeft(begin, " \t\r\n\ufeff"); {
	case len(text) == 0:
		return in
	case text[0] == '{' && isDocument(text):
		return &reader{from: &document{in: in}}
	case text[0] == '{':
		return &reader{from: newLines(in, text)}
	}
	limits := Limits()
	limits.Line, limits.Record = longestRow, longestRow
	table := bounded.NewReader(ctx, in, limits)
	header, _, _ := bytes.Cut(begin, []byte("\n"))
	if c, ok := tableOf(string(header)); ok {
		c.rows = csv.NewReader(table)
		c.rows.ReuseRecord, c.rows.FieldsPerRecord = true, -1
		return &reader{from: c}
	}
	return table
}

// peeked is how much of a record decides what it is, B.
const peeked = 64 << 10

// reader gives the rows of a record as a stream.
type reader struct {
	from record
	row  []byte
	err  error
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	for len(r.row) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.row, r.err = r.from.next()
	}
	n := copy(p, r.row)
	r.row = r.row[n:]
	return n, nil
}

// foreign are tables of requests by the columns that tell them apart, in lower case: the time, the
// prompt and the answer.
var foreign = [][3]string{
	{"timestamp", "contexttokens", "generatedtokens"},         // Azure LLM inference traces
	{"timestamp", "request tokens", "response tokens"},        // BurstGPT
	{"timestamp", "input_length", "output_length"},            // Mooncake and ServeGen as CSV
	{"timestamp", "input_tokens", "output_tokens"},            // logs of gateways
	{"arrived_at", "num_prefill_tokens", "num_decode_tokens"}, // Vidur
}

// columns reads a table of others.
type columns struct {
	rows  *csv.Reader
	at    [3]int
	names [3]string
	begun bool
	first time.Time
	order order
}

// tableOf finds which table a first line begins.
func tableOf(header string) (*columns, bool) {
	names, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(header, "\ufeff"))).Read()
	if err != nil {
		return nil, false
	}
	place := map[string]int{}
	for i, n := range names {
		place[strings.ToLower(strings.TrimSpace(n))] = i
	}
	for _, f := range foreign {
		c := &columns{names: f}
		known := true
		for i, name := range f {
			at, ok := place[name]
			c.at[i], known = at, known && ok
			if ok {
				c.names[i] = strings.TrimSpace(names[at])
			}
		}
		if known {
			return c, true
		}
	}
	return nil, false
}

func (c *columns) next() ([]byte, error) {
	row, err := c.rows.Read()
	if err != nil {
		return nil, err
	}
	if !c.begun {
		c.begun = true
		return []byte(Header + "\n"), nil
	}
	line, _ := c.rows.FieldPos(0)
	var cells [3]string
	for i, at := range c.at {
		if at >= len(row) {
			return nil, fmt.Errorf("line %d: no %s: the row ends before it", line, c.names[i])
		}
		cells[i] = strings.TrimSpace(row[at])
	}
	at := moment{name: c.names[0], text: cells[0]}
	if cells[0], err = c.seconds(cells[0]); err != nil {
		return nil, fmt.Errorf("line %d: %s %w", line, c.names[0], err)
	}
	for i, cell := range cells {
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil || !(v >= 0) || math.IsInf(v, 1) {
			return nil, fmt.Errorf("line %d: %s %q is not a number of at least 0", line, c.names[i], short(cell))
		}
		if i == 0 {
			at.seconds = v
		}
	}
	if err := c.order.follows(at); err != nil {
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	return []byte(strings.Join(cells[:], ",") + "\n"), nil
}

// moments are the forms of a time of day with its date.
var moments = []string{"2006-01-02 15:04:05.9999999", "2006-01-02T15:04:05.9999999", time.RFC3339Nano, "2006-01-02 15:04:05.9999999-07:00"}

// seconds is a time as seconds: a number as it stands, a date since the midnight before the first row.
func (c *columns) seconds(text string) (string, error) {
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text, nil
	}
	for _, form := range moments {
		at, err := time.Parse(form, text)
		if err != nil {
			continue
		}
		if c.first.IsZero() {
			c.first = time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
		}
		return strconv.FormatFloat(at.Sub(c.first).Seconds(), 'f', -1, 64), nil
	}
	return "", errors.New(strconv.Quote(short(text)) + " is neither a number of seconds nor a date with a time, such as 2024-05-10 00:00:00.009930")
}

// moment is when a request came, as the record writes it.
type moment struct {
	name, text string
	seconds    float64
}

// order is the last request of a record.
type order struct {
	last  moment
	begun bool
}

// follows takes the next request, which may not come before the last.
func (o *order) follows(next moment) error {
	if o.begun && next.seconds < o.last.seconds {
		return fmt.Errorf("%s %s is before that of the row above, %s; sort the rows by it", next.name, short(next.text), short(o.last.text))
	}
	o.last, o.begun = next, true
	return nil
}

// plain is a number without an exponent.
func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// short is the beginning of a text, for messages.
func short(text string) string {
	const most = 40
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}
