package validation

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"scaleadvise/advisor/bounded"
)

// longestRecord bounds how many lines a quoted field may run over.
const longestRecord = 32

// record is one row of the table.
type record struct {
	line  int // where it begins, from 1
	cells []string
	fault string // why it cannot be read; "" when it can
}

// table reads records one at a time. It does not use encoding/csv, whose records have no
// greatest length and whose open quote swallows all rows that follow.
type table struct {
	in        *bounded.Reader
	separator byte
	line      int      // of the last line taken
	pending   []string // lines read ahead and put back
	failed    error    // what ended the stream
}

// errTooLong ends a table: a line of such a length shows that it is none.
var errTooLong = fmt.Errorf("a line is longer than %d KiB; this is not a table of measurements", longestLine>>10)

// next is the next row that is not blank; io.EOF at the end.
func (t *table) next() (record, error) {
	for {
		text, err := t.take()
		if err != nil {
			return record{}, err
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		return t.whole(record{line: t.line}, text), nil
	}
}

// whole splits the text of a row, with the lines that belong to it where a quoted field holds
// line ends. A quote that never closes spoils its own line only.
func (t *table) whole(r record, text string) record {
	switch {
	case strings.IndexByte(text, 0) >= 0:
		r.fault = "holds a zero byte: it is not text"
		return r
	case !utf8.ValidString(text):
		r.fault = "is not UTF-8; save the file as UTF-8"
		return r
	}
	var open bool
	if r.cells, open = split(text, t.separator); !open {
		return r
	}
	var further []string
	for len(further) < longestRecord && len(text) < longestLine {
		more, err := t.take()
		if err != nil {
			break
		}
		further = append(further, more)
		text += "\n" + more
		if r.cells, open = split(text, t.separator); !open {
			return r
		}
	}
	t.pending = append(further, t.pending...)
	t.line -= len(further)
	r.cells, r.fault = nil, `a quote (") opens a field and never closes it`
	return r
}

// take is the next line without its end.
func (t *table) take() (string, error) {
	if len(t.pending) > 0 {
		text := t.pending[0]
		t.pending = t.pending[1:]
		t.line++
		return text, nil
	}
	if t.failed != nil {
		return "", t.failed
	}
	text, err := t.in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		t.failed = errTooLong
		return "", t.failed
	case err != nil:
		t.failed = err
		if len(text) == 0 {
			return "", err
		}
	}
	t.line++
	return string(bytes.TrimRight(text, "\r\n")), nil
}

// split takes a row apart at the separators outside quotes (RFC 4180), and reports whether a
// quote is still open at its end. A quote inside an unquoted field is itself.
func split(text string, separator byte) (cells []string, open bool) {
	var cell strings.Builder
	fresh := true // at the start of a field
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case open && c == '"' && i+1 < len(text) && text[i+1] == '"':
			cell.WriteByte('"')
			i++
		case open && c == '"':
			open = false
		case open:
			cell.WriteByte(c)
		case c == separator:
			cells = append(cells, strings.TrimSpace(cell.String()))
			cell.Reset()
			fresh = true
			continue
		case c == '"' && fresh:
			open = true
		default:
			cell.WriteByte(c)
		}
		fresh = fresh && c == ' '
	}
	return append(cells, strings.TrimSpace(cell.String())), open
}

// separatorOf is the separator that a header uses: a comma, or what spreadsheets of other
// languages write.
func separatorOf(header string) byte {
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if strings.Count(header, string(c)) > strings.Count(header, string(best)) {
			best = c
		}
	}
	return best
}

// header is the first row. It says how fields are separated.
func (t *table) header() ([]string, error) {
	text, err := t.take()
	for err == nil && strings.TrimSpace(text) == "" {
		text, err = t.take()
	}
	if err != nil {
		return nil, err
	}
	t.separator = separatorOf(text)
	r := t.whole(record{line: t.line}, text)
	if r.fault != "" {
		return nil, fmt.Errorf("the first line %s; %s", r.fault, expected)
	}
	return r.cells, nil
}
