package bounded

import (
	"compress/flate"
	"errors"
	"fmt"
	"strings"
)

// Kind says which limit was broken, or how a stream is damaged.
type Kind int

const (
	Bytes    Kind = iota + 1 // more bytes than allowed
	Packed                   // more bytes before decompression
	Line                     // a line without an end
	Record                   // a quote without an end
	Value                    // a value of JSON that is too long
	NUL                      // a binary file where text belongs
	CutShort                 // compressed, and the end is missing
	Corrupt                  // compressed, and damaged
)

// Fault is the error about a stream that could not be read to its end. Its text says what is wrong and what
// to do; the caller puts the name of the file before it.
type Fault struct {
	Limits Limits
	Kind   Kind
	Limit  int64 // bytes
	Line   int64 // line, from 1, where a limit within a line was broken; else 0
}

func (f *Fault) Error() string {
	switch text := f.words(); {
	case f.Kind != Bytes && f.Kind != Packed && f.Kind != Value:
		return text
	case f.Limits.Remedy != "":
		return text + "; " + f.Limits.Remedy
	case f.Kind == Value:
		return text
	default:
		return text + ", the most that " + article(f.what()) + " may hold"
	}
}

// article puts the indefinite article before a noun.
func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiouAEIOU") {
		return "an " + noun
	}
	return "a " + noun
}

func (f *Fault) what() string {
	if f.Limits.What == "" {
		return "file"
	}
	return f.Limits.What
}

func (f *Fault) words() string {
	what := f.what()
	switch f.Kind {
	case Bytes:
		return "larger than " + size(f.Limit)
	case Packed:
		return fmt.Sprintf("larger than %s before decompression", size(f.Limit))
	case Line:
		return fmt.Sprintf("line %d is longer than %s; this is not %s", f.Line, size(f.Limit), article(what))
	case Record:
		return fmt.Sprintf("line %d: a quoted value runs on for more than %s; is a closing quote missing?", f.Line, size(f.Limit))
	case Value:
		return fmt.Sprintf("one value is longer than %s", size(f.Limit))
	case NUL:
		return fmt.Sprintf("line %d holds a NUL byte; this is a binary file, not %s", f.Line, article(what))
	case CutShort:
		return "the compressed file ends too early; copy it again, whole"
	}
	return "the compressed file is damaged; compress it again with gzip"
}

// size is a limit in the unit in which it is a round number.
func size(n int64) string {
	for i, unit := range []string{"B", "KiB", "MiB", "GiB"} {
		if n < 1<<10 || n%(1<<10) != 0 || i == 3 {
			return fmt.Sprintf("%d %s", n, unit)
		}
		n >>= 10
	}
	return ""
}

func isCorrupt(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.As(err, &corrupt) || strings.HasPrefix(err.Error(), "flate: ")
}
