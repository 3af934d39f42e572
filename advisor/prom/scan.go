package prom

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner takes JSON apart while it arrives, without holding more than a window of it: an
// answer of a million samples is never in memory as text. It reads strictly by RFC 8259.
type scanner struct {
	r       io.Reader
	buf     []byte
	at, end int
	fault   error // of the reader, once met
	read    int64 // bytes before buf
	word    []byte
}

// Bounds of one answer's shape, far above any server's.
const (
	windowBytes  = 64 << 10
	longestText  = 1 << 20 // B of one string
	deepestValue = 64
)

func newScanner(r io.Reader) *scanner { return &scanner{r: r, buf: make([]byte, windowBytes)} }

// peek gives the next byte without taking it.
func (s *scanner) peek() (byte, error) {
	if s.at == s.end {
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
	return s.buf[s.at], nil
}

func (s *scanner) fill() error {
	for empty := 0; s.fault == nil; empty++ {
		s.read += int64(s.end)
		var n int
		n, s.fault = s.r.Read(s.buf)
		s.at, s.end = 0, n
		if n > 0 {
			return nil
		}
		if empty == 100 {
			s.fault = io.ErrNoProgress
		}
	}
	if errors.Is(s.fault, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return s.fault
}

// next gives the next byte that is no white space, without taking it.
func (s *scanner) next() (byte, error) {
	for {
		c, err := s.peek()
		if err != nil || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c, err
		}
		s.at++
	}
}

// take takes the next byte that is no white space, which must be want.
func (s *scanner) take(want byte) error {
	c, err := s.next()
	if err != nil {
		return err
	}
	if c != want {
		return s.broken("found %q where %q belongs", c, want)
	}
	s.at++
	return nil
}

// taken takes the next byte if it is want.
func (s *scanner) taken(want byte) (bool, error) {
	c, err := s.next()
	if err != nil || c != want {
		return false, err
	}
	s.at++
	return true, nil
}

// broken is a fault of the JSON with its place.
func (s *scanner) broken(format string, args ...any) error {
	return fmt.Errorf("no valid JSON at byte %d: %s", s.read+int64(s.at), fmt.Sprintf(format, args...))
}

// object calls each for every key of an object; each must take the value.
func (s *scanner) object(each func(key string) error) error {
	if err := s.take('{'); err != nil {
		return err
	}
	if empty, err := s.taken('}'); err != nil || empty {
		return err
	}
	for {
		key, err := s.text()
		if err == nil {
			err = s.take(':')
		}
		if err == nil {
			err = each(key)
		}
		if err != nil {
			return err
		}
		if more, err := s.more('}'); err != nil || !more {
			return err
		}
	}
}

// array calls each for every element, which each must take.
func (s *scanner) array(each func() error) error {
	if err := s.take('['); err != nil {
		return err
	}
	if empty, err := s.taken(']'); err != nil || empty {
		return err
	}
	for {
		if err := each(); err != nil {
			return err
		}
		if more, err := s.more(']'); err != nil || !more {
			return err
		}
	}
}

// more takes the comma before another element, or the end.
func (s *scanner) more(end byte) (bool, error) {
	c, err := s.next()
	switch {
	case err != nil:
		return false, err
	case c == ',':
		s.at++
		return true, nil
	case c == end:
		s.at++
		return false, nil
	}
	return false, s.broken("found %q where a comma or %q belongs", c, end)
}

// text takes a string.
func (s *scanner) text() (string, error) {
	b, err := s.quoted()
	return string(b), err
}

// quoted takes a string; the bytes hold until the next call.
func (s *scanner) quoted() ([]byte, error) {
	if err := s.take('"'); err != nil {
		return nil, err
	}
	s.word = s.word[:0]
	half := rune(0) // of a surrogate pair, 0 when none waits
	for {
		c, err := s.peek()
		if err != nil {
			return nil, err
		}
		s.at++
		r := rune(noEscape)
		switch {
		case c == '\\':
			if r, err = s.escape(); err != nil {
				return nil, err
			}
		case c < ' ':
			return nil, s.broken("a control character in a string")
		}
		if half = s.join(half, r); half != 0 {
			continue
		}
		switch {
		case c == '"':
			return s.word, nil
		case c != '\\':
			s.word = append(s.word, c)
		}
		if len(s.word) > longestText {
			return nil, s.broken("a string of more than %d bytes", longestText)
		}
	}
}

// join appends the character of an escape, r, and gives back the first half of a surrogate
// pair, which waits for the second. A lone half becomes the replacement character, as in
// encoding/json.
func (s *scanner) join(half, r rune) (waiting rune) {
	if half != 0 {
		if joined := utf16.DecodeRune(half, r); joined != utf8.RuneError {
			s.word = utf8.AppendRune(s.word, joined)
			return 0
		}
		s.word = utf8.AppendRune(s.word, utf8.RuneError)
	}
	switch {
	case r == noEscape:
	case r >= 0xd800 && r < 0xdc00:
		return r
	default:
		s.word = utf8.AppendRune(s.word, r)
	}
	return 0
}

// noEscape stands where a byte of a string is no escape.
const noEscape = -1

var escapes = map[byte]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape takes what follows a backslash.
func (s *scanner) escape() (rune, error) {
	c, err := s.peek()
	if err != nil {
		return 0, err
	}
	s.at++
	if plain, ok := escapes[c]; ok {
		return plain, nil
	}
	if c != 'u' {
		return 0, s.broken("unknown escape \\%c", c)
	}
	var r rune
	for range 4 {
		c, err := s.peek()
		if err != nil {
			return 0, err
		}
		d, err := strconv.ParseUint(string(c), 16, 8)
		if err != nil {
			return 0, s.broken("%q is no hexadecimal digit", c)
		}
		s.at++
		r = r<<4 | rune(d)
	}
	return r, nil
}

// literal takes a number, true, false or null; the bytes hold until the next call.
func (s *scanner) literal() ([]byte, error) {
	if _, err := s.next(); err != nil {
		return nil, err
	}
	s.word = s.word[:0]
	for {
		c, err := s.peek()
		if err != nil {
			return nil, err
		}
		if !isLiteral(c) {
			break
		}
		s.at++
		if s.word = append(s.word, c); len(s.word) > longestLiteral {
			return nil, s.broken("a number of more than %d digits", longestLiteral)
		}
	}
	if len(s.word) == 0 {
		return nil, s.broken("found %q where a value belongs", s.buf[s.at])
	}
	return s.word, nil
}

const longestLiteral = 512

func isLiteral(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '+' || c == '.'
}

// number takes a number.
func (s *scanner) number() (float64, error) {
	b, err := s.literal()
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil || !isNumber(b) {
		return 0, s.broken("%q is no number", b)
	}
	return v, nil
}

// isNumber holds a literal to the grammar of JSON's numbers: -? (0|[1-9][0-9]*) (. [0-9]+)?
// ([eE] [+-]? [0-9]+)?
func isNumber(b []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(b) && b[n] >= '0' && b[n] <= '9' {
			n++
		}
		b = b[n:]
		return n > 0
	}
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	if len(b) > 1 && b[0] == '0' && b[1] >= '0' && b[1] <= '9' || !digits() {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		if b = b[1:]; !digits() {
			return false
		}
	}
	if len(b) > 0 && b[0]|0x20 == 'e' {
		if b = b[1:]; len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(b) == 0
}

// quotedNumber takes a number written as a string, as Prometheus does to have NaN and Inf.
func (s *scanner) quotedNumber() (float64, error) {
	b, err := s.quoted()
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return 0, s.broken("%.40q is no value of a sample", b)
	}
	return v, nil
}

// skip takes a value of any kind.
func (s *scanner) skip() error { return s.skipBelow(deepestValue) }

func (s *scanner) skipBelow(levels int) error {
	if levels == 0 {
		return s.broken("nested deeper than %d levels", deepestValue)
	}
	c, err := s.next()
	switch {
	case err != nil:
		return err
	case c == '{':
		return s.object(func(string) error { return s.skipBelow(levels - 1) })
	case c == '[':
		return s.array(func() error { return s.skipBelow(levels - 1) })
	case c == '"':
		_, err = s.quoted()
		return err
	}
	b, err := s.literal()
	if err != nil {
		return err
	}
	switch string(b) {
	case "true", "false", "null":
		return nil
	}
	if !isNumber(b) {
		return s.broken("%q is no value", b)
	}
	return nil
}

// close takes the white space behind the value; anything else is a fault.
func (s *scanner) close() error {
	c, err := s.next()
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) && errors.Is(s.fault, io.EOF):
		return nil
	case err != nil:
		return err
	}
	return s.broken("%q follows the value", c)
}
