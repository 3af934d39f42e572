package rule

import (
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// place is a 1-based position in a file; columns count characters.
type place struct{ line, column int }

// locate finds the character of a scalar's value in the file's text. The value differs from
// the text in white space only (folding, indentation) and in the escapes of quotes, so
// counting the other characters finds the place in every style.
//
// offset counts characters of the value; its end is the place behind its last character.
// Where the place cannot be found, the scalar's own is given.
func locate(lines []string, n *yaml.Node, offset int) place {
	ahead, behind := 0, 0
	for i, r := range []rune(n.Value) {
		switch {
		case unicode.IsSpace(r):
		case i < offset:
			ahead++
		default:
			behind++
		}
	}
	if behind == 0 && ahead > 0 {
		last := nthCharacter(lines, n, ahead-1)
		return place{last.line, last.column + 1}
	}
	return nthCharacter(lines, n, ahead)
}

// nthCharacter is the place of the nth character of a scalar, white space not counted.
func nthCharacter(lines []string, n *yaml.Node, nth int) place {
	at, skip := scalarStart(n)
	for ; at.line <= len(lines); at = (place{at.line + 1, 1}) {
		runes := []rune(lines[at.line-1])
		for i := at.column - 1; i < len(runes); i++ {
			if unicode.IsSpace(runes[i]) || skip(runes, i) {
				continue
			}
			if nth == 0 {
				return place{at.line, i + 1}
			}
			nth--
		}
	}
	return place{n.Line, n.Column}
}

// scalarStart is where the first character of a scalar can stand, and which characters of its
// text are escapes that are not part of its value.
func scalarStart(n *yaml.Node) (place, func(runes []rune, i int) bool) {
	none := func([]rune, int) bool { return false }
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return place{n.Line + 1, 1}, none
	case n.Style&yaml.SingleQuotedStyle != 0:
		// '' stands for one quote: its first half is skipped.
		return place{n.Line, n.Column + 1}, func(runes []rune, i int) bool {
			return runes[i] == '\'' && i+1 < len(runes) && runes[i+1] == '\''
		}
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return place{n.Line, n.Column + 1}, func(runes []rune, i int) bool { return runes[i] == '\\' }
	}
	return place{n.Line, n.Column}, none
}

// splitLines cuts a text at its line ends.
func splitLines(text []byte) []string {
	return strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
}
