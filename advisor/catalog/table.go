package catalog

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/unit"
)

// column is one column of a table: how its cell is put into a row.
type column[T any] struct {
	name     string
	key      bool // part of the row's key
	optional bool // of a key: may be blank or left out
	set      func(*T, string) error
	get      func(*T) string // the cell that set reads back
}

// schema is what a table file may hold and when two rows are the same one.
type schema[T any] struct {
	file    string
	columns []column[T]
	key     func(*T) string
	adopt   func(*table[T], *T) // completes the key of a row whose optional parts are blank; may be nil
	check   func(*T) error      // of the finished row
	source  func(*T) *string    // where the row came from
	date    func(*T) *string    // of the source
}

// place is the line of a file that a row stands on.
type place struct {
	file string
	line int
}

func (p place) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

// names lists the columns in their order.
func (s *schema[T]) names() []string {
	names := make([]string, len(s.columns))
	for i, c := range s.columns {
		names[i] = c.name
	}
	return names
}

// table is a parsed file: the rows in their order and where each key stands.
type table[T any] struct {
	rows  []T
	index map[string]int
	err   error
}

// get returns the row of that key.
func (t *table[T]) get(key string) (T, bool) {
	i, ok := t.index[key]
	if !ok {
		var zero T
		return zero, false
	}
	return t.rows[i], true
}

// put adds a row, or replaces the one with its key.
func (t *table[T]) put(key string, row T) {
	if i, ok := t.index[key]; ok {
		t.rows[i] = row
		return
	}
	t.index[key] = len(t.rows)
	t.rows = append(t.rows, row)
}

// clone is a copy that can be added to without touching t.
func (t *table[T]) clone() *table[T] {
	c := &table[T]{rows: slices.Clone(t.rows), index: make(map[string]int, len(t.rows)), err: t.err}
	for key, i := range t.index {
		c.index[key] = i
	}
	return c
}

// parse reads a whole table from text that ships with the program.
func (s *schema[T]) parse(text string) *table[T] {
	lines := strings.Count(text, "\n") // one too many, for the header
	t := &table[T]{rows: make([]T, 0, lines), index: make(map[string]int, lines)}
	t.err = s.into(t, strings.NewReader(text), s.file, nil)
	return t
}

// into reads rows from r into t. A row whose key t has already starts from that row, so
// that a file with few columns changes those alone. finish, where not nil, completes a row.
func (s *schema[T]) into(t *table[T], r io.Reader, file string, finish func(*T, place) error) error {
	in := csv.NewReader(r)
	in.ReuseRecord, in.FieldsPerRecord = true, -1
	bound, err := s.header(in, file)
	if err != nil {
		return err
	}
	row := new(T) // one after another: it is copied into the table
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return syntaxError(file, err)
		}
		if err := s.row(t, row, in, record, bound, file, finish); err != nil {
			return err
		}
	}
}

// row reads one record into row, and that into t.
func (s *schema[T]) row(t *table[T], row *T, in *csv.Reader, record []string, bound []*column[T], file string, finish func(*T, place) error) error {
	line, _ := in.FieldPos(0)
	at := place{file, line}
	if len(record) != len(bound) {
		return fmt.Errorf("%s: %d cells under %d columns; give every row as many cells as the first line has columns", at, len(record), len(bound))
	}
	var blank T
	*row = blank
	if err := fill(row, in, record, bound, file, true); err != nil {
		return err
	}
	if s.adopt != nil {
		s.adopt(t, row)
	}
	if old, ok := t.get(s.key(row)); ok {
		*row = old
		*s.source(row), *s.date(row) = "", "" // they spoke of the old values
	}
	if err := fill(row, in, record, bound, file, false); err != nil {
		return err
	}
	if finish != nil {
		if err := finish(row, at); err != nil {
			return err
		}
	}
	if err := s.check(row); err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	t.put(s.key(row), *row)
	return nil
}

// fill sets the key cells, or the others, of a row.
func fill[T any](row *T, in *csv.Reader, record []string, bound []*column[T], file string, keys bool) error {
	for i, c := range bound {
		if c.key != keys {
			continue
		}
		cell := strings.TrimSpace(record[i])
		err := c.set(row, cell)
		if !utf8.ValidString(cell) {
			err = errors.New("is not UTF-8; save the file as UTF-8")
		}
		if err == nil && keys && cell == "" && !c.optional {
			err = errors.New("is blank; it names the row, so give it a value")
		}
		if err != nil {
			line, col := in.FieldPos(i)
			return fmt.Errorf("%s:%d:%d: column %s %w", file, line, col, c.name, err)
		}
	}
	return nil
}

// header binds the first line to the columns.
func (s *schema[T]) header(in *csv.Reader, file string) ([]*column[T], error) {
	record, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: empty; its first line must name columns out of %s", file, strings.Join(s.names(), ", "))
	}
	if err != nil {
		return nil, syntaxError(file, err)
	}
	bound := make([]*column[T], len(record))
	for i, name := range record {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		at := slices.IndexFunc(s.columns, func(c column[T]) bool { return c.name == name })
		if at < 0 {
			return nil, fmt.Errorf("%s:1: unknown column %s%s; columns are %s", file, quote(name), didYouMean(name, s.names()), strings.Join(s.names(), ", "))
		}
		if slices.Contains(bound[:i], &s.columns[at]) {
			return nil, fmt.Errorf("%s:1: column %s appears twice; keep one", file, name)
		}
		bound[i] = &s.columns[at]
	}
	for i := range s.columns {
		if s.columns[i].key && !s.columns[i].optional && !slices.Contains(bound, &s.columns[i]) {
			return nil, fmt.Errorf("%s:1: column %s is missing; it names the row", file, s.columns[i].name)
		}
	}
	return bound, nil
}

// syntaxError says in our words what encoding/csv found.
func syntaxError(file string, err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return fmt.Errorf("%s:%d:%d: %s", file, p.Line, p.Column, bounded.CSV(p))
	}
	return fmt.Errorf("%s: %w", file, err)
}

// quote shows a cell in an error, at most 40 bytes of it.
func quote(s string) string {
	if len(s) > 40 {
		return strconv.Quote(s[:40]) + "…"
	}
	return strconv.Quote(s)
}

// didYouMean is " (did you mean x or y?)" for the nearest known words, or nothing.
func didYouMean(word string, known []string) string {
	near := unit.Near(word, known)
	if len(near) == 0 {
		return ""
	}
	return " (" + unit.DidYouMean(near...) + ")"
}

// text is a column of words.
func text[T any](name string, field func(*T) *string) column[T] {
	return column[T]{name: name, get: func(row *T) string { return *field(row) }, set: func(row *T, cell string) error { *field(row) = cell; return nil }}
}

// keyText is a column of words that is part of the row's key.
func keyText[T any](name string, field func(*T) *string) column[T] {
	c := text(name, field)
	c.key = true
	return c
}

// keyID is a column of ids, which are lower case.
func keyID[T any](name string, field func(*T) *string) column[T] {
	return column[T]{name: name, key: true, get: func(row *T) string { return *field(row) }, set: func(row *T, cell string) error {
		*field(row) = strings.ToLower(cell)
		return nil
	}}
}

// optional is the same column, part of the key but not needed.
func optional[T any](c column[T]) column[T] {
	c.key, c.optional = true, true
	return c
}

// words is a column of words separated by semicolons.
func words[T any](name string, field func(*T) *[]string) column[T] {
	get := func(row *T) string { return strings.Join(*field(row), ";") }
	return column[T]{name: name, get: get, set: func(row *T, cell string) error {
		*field(row) = nil
		if cell != "" {
			*field(row) = strings.Split(cell, ";")
		}
		return nil
	}}
}

// number is a column of numbers of 0 or more; blank is 0 and means unknown.
func number[T any](name string, field func(*T) *float64) column[T] {
	return column[T]{name: name, get: func(row *T) string { return cellOf(*field(row)) }, set: func(row *T, cell string) (err error) {
		*field(row), err = parseNumber(cell)
		return err
	}}
}

// whole is a column of whole numbers of 0 or more; blank is 0 and means unknown.
func whole[T any](name string, field func(*T) *int) column[T] {
	return column[T]{name: name, get: func(row *T) string { return cellOf(float64(*field(row))) }, set: func(row *T, cell string) error {
		v, err := parseNumber(cell)
		if err == nil && (v != math.Trunc(v) || v > math.MaxInt32) {
			err = fmt.Errorf("is %s, not a whole number below 2^31", quote(cell))
		}
		*field(row) = int(v)
		return err
	}}
}

// yes is a column of "yes" or blank.
func yes[T any](name string, field func(*T) *bool) column[T] {
	get := func(row *T) string {
		if *field(row) {
			return "yes"
		}
		return ""
	}
	return column[T]{name: name, get: get, set: func(row *T, cell string) error {
		switch strings.ToLower(cell) {
		case "yes", "true", "1":
			*field(row) = true
		case "", "no", "false", "0":
			*field(row) = false
		default:
			return fmt.Errorf("is %s; write yes, or leave it blank", quote(cell))
		}
		return nil
	}}
}

// interval is a column of `x`, `low..high` or `low..mid..high`; blank is unknown.
func interval[T any](name string, field func(*T) *unit.Interval) column[T] {
	get := func(row *T) string {
		switch v := *field(row); {
		case v == (unit.Interval{}):
			return ""
		case v.IsExact():
			return strconv.FormatFloat(v.Mid, 'f', -1, 64)
		default:
			return fmt.Sprintf("%v..%v..%v", v.Low, v.Mid, v.High)
		}
	}
	return column[T]{name: name, get: get, set: func(row *T, cell string) error {
		v, err := parseInterval(cell)
		*field(row) = v
		return err
	}}
}

// parseInterval reads the three forms of an interval. The middle of `low..high` is their mean.
func parseInterval(cell string) (unit.Interval, error) {
	if cell == "" {
		return unit.Interval{}, nil
	}
	var v []float64
	for part := range strings.SplitSeq(cell, "..") {
		x, err := parseNumber(strings.TrimSpace(part))
		if err != nil {
			return unit.Interval{}, err
		}
		v = append(v, x)
	}
	if len(v) > 3 || !slices.IsSorted(v) {
		return unit.Interval{}, fmt.Errorf("is %s; write one number, low..high or low..mid..high", quote(cell))
	}
	i := unit.Interval{Low: v[0], Mid: v[len(v)/2], High: v[len(v)-1]}
	if len(v) == 2 {
		i.Mid = (v[0] + v[1]) / 2
	}
	return i, nil
}

// cellOf writes a number as parseNumber reads it: nothing where it is unknown.
func cellOf(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// parseNumber reads a number of 0 or more; blank is 0.
func parseNumber(cell string) (float64, error) {
	if cell == "" {
		return 0, nil
	}
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		return 0, fmt.Errorf("is %s, not a number of 0 or more; leave it blank when unknown", quote(cell))
	}
	return v, nil
}
