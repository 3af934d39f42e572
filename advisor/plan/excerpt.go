package plan

import (
	"strings"
	"unicode/utf8"
)

// longestLine is how much of a line is worth showing, in bytes.
const longestLine = 2000

// Line returns a line of a file in a form that can be shown: without its ending, of limited length, and
// valid UTF-8 whatever the file has.
func Line(raw []byte) string {
	text := strings.TrimRight(string(raw[:min(len(raw), longestLine)]), "\r\n")
	text = strings.TrimPrefix(text, "\ufeff")
	return strings.ToValidUTF8(text, "\ufffd")
}

// TokenLength returns how many characters the value has that starts at a column (from 1) of a
// line: to the closing quote, else to a comma, a bracket, a comment or white space. It is 0
// where the column lies beyond the line.
func TokenLength(line string, column int) int {
	rest := line
	for i := 1; i < column && rest != ""; i++ {
		_, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
	}
	if rest == "" || column < 1 {
		return 0
	}
	if quote := rest[0]; quote == '"' || quote == '\'' {
		if end := strings.IndexByte(rest[1:], quote); end >= 0 {
			return utf8.RuneCountInString(rest[:end+2])
		}
	}
	if end := strings.IndexAny(rest, " \t,]}"); end > 0 {
		rest = rest[:end]
	}
	return utf8.RuneCountInString(strings.TrimSuffix(rest, ":"))
}
