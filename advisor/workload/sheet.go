package workload

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor/bounded"
)

// sheet reads a CSV file that a trait names, within bounds. Lines that start with # are left out.
type sheet struct {
	name string // of the file, for messages
	rows *csv.Reader
}

func newSheet(ctx context.Context, r io.Reader, name string, limits bounded.Limits) *sheet {
	return sheetOf(bounded.NewReader(ctx, r, limits), name)
}

// sheetOf reads text that is within bounds already.
func sheetOf(text io.Reader, name string) *sheet {
	rows := csv.NewReader(text)
	rows.Comment, rows.TrimLeadingSpace, rows.ReuseRecord = '#', true, true
	return &sheet{name, rows}
}

// next returns a row, which the next call overwrites; io.EOF after the last.
func (s *sheet) next() ([]string, error) {
	row, err := s.rows.Read()
	var fault *csv.ParseError
	var over *bounded.Fault
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return row, err
	case errors.As(err, &fault):
		return nil, fmt.Errorf("%s:%d:%d: not a CSV row: %s", s.name, fault.Line, fault.Column, bounded.CSV(fault))
	case errors.As(err, &over):
		return nil, fmt.Errorf("%s: %w", s.name, over)
	}
	return nil, fmt.Errorf("%s: cannot be read: %w", s.name, err)
}

// place returns where a cell of the last row stands.
func (s *sheet) place(column int) string {
	line, at := s.rows.FieldPos(column)
	return fmt.Sprintf("%s:%d:%d", s.name, line, at)
}

// columnOf returns which column of the header has a name, -1 where none has.
func columnOf(header []string, name string) int {
	return slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
}
