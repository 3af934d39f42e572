package channel

import (
	"strconv"
	"strings"
	"unicode"
)

// Visible spells out control characters, and separators that some terminals break lines at: an error may quote a file, and a file must not control the
// terminal.
func Visible(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r == '\n' || !unicode.IsControl(r) && !unicode.Is(unicode.Bidi_Control, r) && r != '\u2028' && r != '\u2029' {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}
