package unit

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Readable returns the arguments of a message, with strings that are not a line of readable text in
// quotation marks.
func Readable(args []any) []any {
	args = slices.Clone(args)
	for i, a := range args {
		if text, ok := a.(string); ok {
			args[i] = Word(text)
		}
	}
	return args
}

// Word is printed as it is, or in quotation marks where it is not a line of readable text.
type Word string

// Format writes the word for a verb; %s quotes what cannot be shown.
func (w Word) Format(s fmt.State, verb rune) {
	text := string(w)
	if verb == 's' && (!utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })) {
		verb = 'q'
	}
	fmt.Fprintf(s, fmt.FormatString(s, verb), text)
}
