package bounded

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// JSON rewords an error of a JSON decoder for the author of the text: the library's message names Go's
// types. An error that is not about the text is returned as it is.
func JSON(err error, text []byte) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return errors.New("it is empty")
	case isDeep(err):
		return errors.New("not JSON that can be read: it nests too deep")
	case isEnd(err):
		return errors.New("it ends in the middle of the JSON")
	case errors.As(err, &syntax):
		line, column := Position(text, syntax.Offset)
		return fmt.Errorf("not JSON at line %d, column %d", line, column)
	case errors.As(err, &kind):
		line, column := Position(text, kind.Offset)
		return fmt.Errorf("line %d, column %d: %s", line, column, misplaced(kind))
	}
	return err
}

// ErrJSON is text that is no JSON where some belongs; JSONAt adds the place.
var ErrJSON = errors.New("invalid JSON")

// JSONAt does as JSON for a stream, where only the position at which reading stopped is known.
func JSONAt(err error, offset int64) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case isEnd(err):
		return errors.New("it ends in the middle of the JSON")
	case isDeep(err):
		return fmt.Errorf("nests too deep at byte %d", offset)
	case errors.As(err, &syntax):
		return fmt.Errorf("%w at byte %d", ErrJSON, offset)
	case errors.As(err, &kind):
		return fmt.Errorf("at byte %d: %s", offset, misplaced(kind))
	}
	return err
}

// isEnd knows the end of a text that is read at once by its words.
func isEnd(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || strings.HasPrefix(err.Error(), "unexpected end of JSON")
}

// isDeep knows by its text what encoding/json gives no name.
func isDeep(err error) bool { return strings.Contains(err.Error(), "exceeded max depth") }

func misplaced(kind *json.UnmarshalTypeError) string {
	if kind.Field == "" {
		return fmt.Sprintf("a JSON %s does not belong there", JSONKind(kind))
	}
	return fmt.Sprintf("%s is a JSON %s, which does not belong there", kind.Field, JSONKind(kind))
}

// JSONKind describes a value of the wrong kind: "array", "number 1.5".
func JSONKind(kind *json.UnmarshalTypeError) string { return Excerpt(kind.Value) }

// JSONValues returns an upper bound on the number of values in a JSON text, without parsing it. A parsed
// value may take a hundred times the bytes of a dense text.
func JSONValues(text []byte) int {
	n := 1
	for _, b := range text {
		switch b {
		case ',', ':', '[', '{':
			n++
		}
	}
	return n
}

// Position returns the line and the column, in bytes, of an offset in a text, both from 1.
func Position(text []byte, offset int64) (line, column int) {
	before := text[:min(max(offset, 0), int64(len(text)))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}

// CSV rewords an error of a CSV reader for the author of the file.
func CSV(fault *csv.ParseError) string {
	switch {
	case errors.Is(fault.Err, csv.ErrFieldCount):
		return "wrong number of fields"
	case errors.Is(fault.Err, csv.ErrBareQuote):
		return "a quote within a value that does not begin with one; quote the whole value, and double the quotes in it"
	}
	return "a quoted value that does not end; quote a value that holds a comma or a quote, and double the quotes in it"
}

// Excerpt returns the beginning of a text that may be as long as its file.
func Excerpt(text string) string {
	const most = 40
	n := 0
	for i := range text {
		if n++; n > most {
			return text[:i] + "…"
		}
	}
	return text
}
