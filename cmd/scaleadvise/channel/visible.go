package channel

import (
	"strconv"
	"strings"
	"unicode"
)

// Visible spells out control characters: an error may quote a file, and a file must not control the
// terminal.
func Visible(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r == '\n' || !unicode.IsControl(r) && !unicode.Is(unicode.Bidi_Control, r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}
