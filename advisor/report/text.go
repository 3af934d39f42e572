package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// clean makes s safe to print on any terminal: invalid UTF-8, control
// characters and direction overrides become U+FFFD. Newlines and tabs stay.
func clean(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r),
			r == '\u2028', r == '\u2029', r == '\ufeff':
			return utf8.RuneError
		}
		return r
	}, s)
}

// line is clean on one line: any run of white space becomes one space.
func line(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// sentence is line with a full stop at its end.
func sentence(s string) string {
	s = line(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:;") {
		return s
	}
	return s + "."
}

// width is the number of terminal columns s takes. Ambiguous characters count
// as one, whatever the locale, so that a report does not depend on it.
func width(s string) int { return displaywidth.String(s) }

// wrap breaks s at spaces into lines of at most n columns; a longer word is
// cut. A number stays with its unit. An empty s has one empty line.
func wrap(s string, n int) []string {
	var lines []string
	current := ""
	for _, word := range words(s) {
		for _, piece := range cut(word, n) {
			switch {
			case current == "":
				current = piece
			case width(current)+1+width(piece) <= n:
				current += " " + piece
			default:
				lines = append(lines, current)
				current = piece
			}
		}
	}
	return append(lines, current)
}

// words splits s at the spaces where a line may break.
func words(s string) []string {
	var out []string
	previous := ""
	for _, f := range strings.Fields(s) {
		if len(out) > 0 && sticks(previous, f) {
			out[len(out)-1] += " " + f
		} else {
			out = append(out, f)
		}
		previous = f
	}
	return out
}

// sticks reports whether no line may break between two words: after an operator,
// before one, and between a number and its unit or what it counts.
func sticks(a, b string) bool {
	if strings.Contains("× ≤ = +", a) || strings.Contains("× =", b) {
		return true
	}
	return isNumber(a) && utf8.RuneCountInString(strings.TrimRight(b, ".,;:)")) <= len("USD/month")
}

func isNumber(s string) bool {
	s = strings.TrimLeft(s, "(")
	return s != "" && strings.Trim(s, "0123456789.,–-") == ""
}

// cut splits one word into pieces of at most n columns.
func cut(word string, n int) []string {
	if width(word) <= n || n < 1 {
		return []string{word}
	}
	var out []string
	current := ""
	g := displaywidth.StringGraphemes(word)
	for g.Next() {
		if current != "" && width(current)+g.Width() > n {
			out = append(out, strings.TrimRight(current, " "))
			current = ""
		}
		current += g.Value()
	}
	return append(out, current)
}

// ascii replaces the signs that reports themselves use.
var ascii = strings.NewReplacer("×", "x", "–", "-", "·", "|", "≤", "<=", "…", "...", "≥", ">=", "−", "-", "∞", "inf")
