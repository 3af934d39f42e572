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
	at, escapes := scalarStart(n)
	for ; at.line <= len(lines); at = (place{at.line + 1, 1}) {
		runes := []rune(lines[at.line-1])
		for i := at.column - 1; i < len(runes); i++ {
			if unicode.IsSpace(runes[i]) {
				continue
			}
			if escapes(runes[i:]) {
				i++ // what is escaped counts, and escapes nothing itself
			}
			if nth == 0 {
				return place{at.line, i + 1}
			}
			nth--
		}
	}
	return place{n.Line, n.Column}
}

// scalarStart is where the first character of a scalar can stand, and whether the first of
// some characters is there only for the second.
func scalarStart(n *yaml.Node) (place, func([]rune) bool) {
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return place{n.Line + 1, 1}, func([]rune) bool { return false }
	case n.Style&yaml.SingleQuotedStyle != 0:
		return place{n.Line, n.Column + 1}, func(r []rune) bool { return len(r) > 1 && r[0] == '\'' && r[1] == '\'' }
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return place{n.Line, n.Column + 1}, func(r []rune) bool { return len(r) > 1 && r[0] == '\\' }
	}
	return place{n.Line, n.Column}, func([]rune) bool { return false }
}

// splitLines cuts a text at what YAML 1.1 counts as line ends (section 4.2).
func splitLines(text []byte) []string {
	return strings.Split(lineEnds.Replace(string(text)), "\n")
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")
