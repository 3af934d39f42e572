package unit

import (
	"fmt"
	"testing"
)

// TestWordsAreReadable: what cannot be shown on one line stands in quotation marks.
func TestWordsAreReadable(t *testing.T) {
	for typed, want := range map[string]string{
		"plan.yaml": "plan.yaml: no", "a b": "a b: no", "é": "é: no", "a\nb": `"a\nb": no`, "\x1b[m": `"\x1b[m": no`, "\u202e": `"\u202e": no`, "\xff": `"\xff": no`,
	} {
		if got := fmt.Sprintf("%s: no", Word(typed)); got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
		if got, want := fmt.Sprintf("%q %.2q", Readable([]any{typed, typed})...), fmt.Sprintf("%q %.2q", typed, typed); got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
	}
}
