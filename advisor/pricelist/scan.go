package pricelist

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner reads a JSON document of any length in little memory: members of objects and elements of
// arrays one after another, with what is of no interest passed by.
type scanner struct {
	r        io.Reader
	buf      []byte
	pos, end int
	before   int64             // bytes before buf
	scratch  []byte            // the string that was read last
	known    map[string]string // short strings that came before
}

// longestText bounds a string, in bytes.
const longestText = 1 << 20

// mostKnown bounds the strings that are kept: the names of members are among the first.
const mostKnown = 4096

func newScanner(r io.Reader) *scanner {
	return &scanner{r: r, buf: make([]byte, 256<<10), known: map[string]string{}}
}

// errEnd is the end of a stream within a value.
var errEnd = errors.New("ends in the middle of a value: it is not whole; fetch it again")

// errWord is a word that no JSON has, such as NaN.
var errWord = errors.New("a word that is neither a number nor true, false or null")

// fill reads more; false at the end.
func (s *scanner) fill() (bool, error) {
	s.before += int64(s.end)
	n, err := s.r.Read(s.buf)
	for n == 0 && err == nil {
		n, err = s.r.Read(s.buf)
	}
	s.pos, s.end = 0, n
	if n > 0 || errors.Is(err, io.EOF) {
		return n > 0, nil
	}
	return false, err
}

// at gives an error its place.
func (s *scanner) at(err error) error {
	return fmt.Errorf("byte %d: %w", s.before+int64(s.pos), err)
}

// peek returns the next byte that is no white space; 0 at the end.
func (s *scanner) peek() (byte, error) {
	for {
		for ; s.pos < s.end; s.pos++ {
			if b := s.buf[s.pos]; b > ' ' {
				return b, nil
			}
		}
		if more, err := s.fill(); !more {
			return 0, err
		}
	}
}

// take consumes the next byte, which must be one of those wanted.
func (s *scanner) take(wanted string) (byte, error) {
	b, err := s.peek()
	switch {
	case err != nil:
		return 0, err
	case b == 0:
		return 0, s.at(errEnd)
	case strings.IndexByte(wanted, b) < 0:
		return 0, s.at(fmt.Errorf("%q where one of %s belongs; the file is not JSON", b, wanted))
	}
	s.pos++
	return b, nil
}

// object reads an object; member is called with each key, which lasts until more is read, and must
// read its value.
func (s *scanner) object(member func(key string) error) error {
	if _, err := s.take("{"); err != nil {
		return err
	}
	for first := true; ; first = false {
		if b, err := s.peek(); err == nil && b == '}' && first {
			s.pos++
			return nil
		}
		key, err := s.text()
		if err != nil {
			return err
		}
		if _, err := s.take(":"); err != nil {
			return err
		}
		if err := member(key); err != nil {
			return err
		}
		if b, err := s.take(",}"); err != nil || b == '}' {
			return err
		}
	}
}

// array reads an array; element must read one of its values.
func (s *scanner) array(element func() error) error {
	if _, err := s.take("["); err != nil {
		return err
	}
	for first := true; ; first = false {
		if b, err := s.peek(); err == nil && b == ']' && first {
			s.pos++
			return nil
		}
		if err := element(); err != nil {
			return err
		}
		if b, err := s.take(",]"); err != nil || b == ']' {
			return err
		}
	}
}

// text reads a string.
func (s *scanner) text() (string, error) {
	if _, err := s.take(`"`); err != nil {
		return "", err
	}
	if text := s.buf[s.pos:s.end]; len(text) > 0 { // most strings lie within the buffer, without escapes
		if i := bytes.IndexByte(text, '"'); i >= 0 && bytes.IndexByte(text[:i], '\\') < 0 {
			s.scratch = append(s.scratch[:0], text[:i]...)
			s.pos += i + 1
			return s.unescaped(false)
		}
	}
	s.scratch = s.scratch[:0]
	escaped, after := false, false
	for {
		for ; s.pos < s.end; s.pos++ {
			switch b := s.buf[s.pos]; {
			case after:
				after = false
			case b == '\\':
				after, escaped = true, true
			case b == '"':
				s.pos++
				return s.unescaped(escaped)
			}
			s.scratch = append(s.scratch, s.buf[s.pos])
		}
		if len(s.scratch) > longestText {
			return "", s.at(fmt.Errorf("a string of more than %d bytes", longestText))
		}
		if more, err := s.fill(); err != nil || !more {
			return "", errors.Join(err, s.at(errEnd))
		}
	}
}

// unescaped is the string that was read, without its escapes.
func (s *scanner) unescaped(escaped bool) (string, error) {
	if !escaped {
		if text, ok := s.known[string(s.scratch)]; ok {
			return text, nil
		}
		if !utf8.Valid(s.scratch) {
			return "", s.at(errors.New("a string that is not UTF-8"))
		}
		text := string(s.scratch)
		if len(s.known) < mostKnown && len(text) < 64 {
			s.known[text] = text
		}
		return text, nil
	}
	var text string
	if err := json.Unmarshal([]byte(`"`+string(s.scratch)+`"`), &text); err != nil {
		return "", s.at(errors.New("a string with a broken escape"))
	}
	return text, nil
}

// optional reads a string, or something else, which is none.
func (s *scanner) optional() (string, error) {
	b, err := s.peek()
	if err != nil || b == '"' {
		return s.text()
	}
	return "", s.skip()
}

// number reads a number, also one in quotes; ok is false for anything else.
func (s *scanner) number() (v float64, ok bool, err error) {
	b, err := s.peek()
	if err != nil {
		return 0, false, err
	}
	if b == '"' {
		text, err := s.text()
		v, ok := finite(text)
		return v, ok, err
	}
	switch {
	case b == 0 || strings.IndexByte("{[ntf,:}]", b) >= 0:
		return 0, false, s.skip()
	case b != '-' && (b < '0' || b > '9'):
		return 0, false, s.at(errWord)
	}
	word, err := s.word()
	v, ok = finite(word)
	return v, ok, err
}

// finite is a text as a number.
func finite(text string) (float64, bool) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	return v, true
}

// word reads a number, true, false or null.
func (s *scanner) word() (string, error) {
	s.scratch = s.scratch[:0]
	for {
		for ; s.pos < s.end; s.pos++ {
			b := s.buf[s.pos]
			if b <= ' ' || b == ',' || b == '}' || b == ']' || b == ':' || b == '"' {
				return string(s.scratch), nil
			}
			if s.scratch = append(s.scratch, b); len(s.scratch) > 64 {
				return "", s.at(errWord)
			}
		}
		if more, err := s.fill(); err != nil || !more {
			return string(s.scratch), err
		}
	}
}

// skip passes a value by.
func (s *scanner) skip() error {
	b, err := s.peek()
	switch {
	case err != nil:
		return err
	case b == 0:
		return s.at(errEnd)
	case b == '{' || b == '[' || b == '"':
		return s.skipNested()
	case strings.IndexByte(",:}]", b) >= 0:
		return s.at(fmt.Errorf("%q where a value belongs; the file is not JSON", b))
	}
	_, err = s.word()
	return err
}

// skipNested passes an object, an array or a string by.
func (s *scanner) skipNested() error {
	depth, quoted, after := 0, false, false
	for {
		for ; s.pos < s.end; s.pos++ {
			b := s.buf[s.pos]
			switch {
			case quoted:
				switch {
				case after:
					after = false
				case b == '\\':
					after = true
				case b == '"':
					if quoted = false; depth == 0 {
						s.pos++
						return nil
					}
				}
			case b == '"':
				quoted = true
			case b == '{' || b == '[':
				depth++
			case b == '}' || b == ']':
				if depth--; depth == 0 {
					s.pos++
					return nil
				}
			}
		}
		if more, err := s.fill(); err != nil || !more {
			return errors.Join(err, s.at(errEnd))
		}
	}
}
