package loadtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"scaleadvise/advisor/bounded"
)

// stream reads JSON value by value. Lists of single requests, which may be long, are not held.
type stream struct {
	*json.Decoder
	depth int
	next  func() // before a value, which has a limit of its own
}

// The limits of what is held of a document.
const (
	keptElements = 1_000  // of a list
	keptKeys     = 50_000 // of an object
	deepest      = 64
)

var errDeep = errors.New("nests deeper than any load tool writes")

// document reads the next document; the error is io.EOF where there is none.
func (s *stream) document() (any, error) {
	s.next()
	token, err := s.Token()
	switch {
	case errors.Is(err, io.EOF) && s.depth > 0:
		return nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, err
	}
	return s.value(token)
}

// value reads what begins with a token.
func (s *stream) value(token json.Token) (any, error) {
	s.depth++
	defer func() { s.depth-- }()
	switch {
	case s.depth > deepest:
		return nil, errDeep
	case token == json.Delim('{'):
		return s.object()
	case token == json.Delim('['):
		return s.elements()
	}
	return token, nil
}

func (s *stream) object() (any, error) {
	all := map[string]any{}
	for s.More() {
		key, err := s.document()
		if err != nil {
			return nil, err
		}
		v, err := s.document()
		if err != nil {
			return nil, err
		}
		if len(all) < keptKeys {
			all[fmt.Sprint(key)] = v
		}
	}
	_, err := s.document()
	return all, err
}

// elements keeps the first elements of a list; of the requests of a profile it keeps the times
// of all.
func (s *stream) elements() (any, error) {
	var all []any
	var times []span
	for s.More() {
		v, err := s.document()
		if err != nil {
			return nil, err
		}
		if t, ok := spanOf(v); ok {
			times = append(times, t)
		} else if len(all) < keptElements {
			all = append(all, v)
		}
	}
	_, err := s.document()
	if len(times) > 0 {
		return times, err
	}
	return all, err
}

// span is the times of a request in a profile, ns: sent, first and last answer, how many.
type span struct {
	sent, first, last float64
	answers           int
}

func spanOf(v any) (span, bool) {
	m, _ := v.(map[string]any)
	sent, ok := m["timestamp"].(float64)
	answers, listed := m["response_timestamps"].([]any)
	if !ok || !listed {
		return span{}, false
	}
	s := span{sent: sent, answers: len(answers)}
	for _, a := range answers {
		if at, ok := a.(float64); ok {
			if s.last = math.Max(s.last, at); s.first == 0 || at < s.first {
				s.first = at
			}
		}
	}
	return s, true
}

// sorted is the keys of an object.
func sorted(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// wordJSON says what is wrong with a document.
func wordJSON(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("ends in the middle of the JSON; write the report again")
	case errors.As(err, &syntax):
		return fmt.Errorf("is not valid JSON at byte %d; give the file as the load tool wrote it", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("holds the JSON %s, which is out of range; give the file as the load tool wrote it", bounded.JSONKind(kind))
	}
	return err
}
