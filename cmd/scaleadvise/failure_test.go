package main

import "testing"

// TestOddWordsAreQuoted: an error is one line, whatever was typed.
func TestOddWordsAreQuoted(t *testing.T) {
	for typed, want := range map[string]string{
		"tabel":  `--output tabel: unknown "tabel"`,
		"a\nb":   `--output "a\nb": unknown "a\nb"`,
		"\x1b[m": `--output "\x1b[m": unknown "\x1b[m"`,
		"\u202e": `--output "\u202e": unknown "\u202e"`,
	} {
		if got := usagef("--output %s: unknown %q", typed, typed).Error(); got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
	}
}
