package report

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCodeSpans(t *testing.T) {
	for text, want := range map[string]string{
		"a-rule": "`a-rule`", "a`b": "`` a`b ``", "``": "``` `` ```", "two\nlines": "`two lines`", "a|b": "`a|b`",
	} {
		if got := code(text); got != want {
			t.Errorf("code(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"a|b": `a\|b`, "<script>": `\<script\>`, "`x`": "\\`x\\`", "one\ntwo": "one two", "![x](y)": `\!\[x\](y)`, `\|`: `\\\|`,
	} {
		if got := escape(text); got != want {
			t.Errorf("escape(%q) = %q, want %q", text, got, want)
		}
	}
}

// unescaped counts the r in s that no backslash disarms.
func unescaped(s string, r byte) int {
	n := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case r:
			n++
		}
	}
	return n
}

func TestEscapeDisarmsEverything(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		got := escape(rapid.StringOf(rapid.SampledFrom([]rune("a1\\`*_[]<>|~#&$!@:/. \n\r"))).Draw(r, "text"))
		got = strings.ReplaceAll(got, "<!-- -->", "") // what parts a link; one of the text would be disarmed
		for _, c := range []byte("`*_[]<>|~#&$!\n\r") {
			if unescaped(got, c) > 0 {
				r.Errorf("%q leaves %q alive", got, c)
			}
		}
	})
}

func TestMarkdownTablesKeepTheirShape(t *testing.T) {
	for _, s := range samples() {
		cells := 0
		for _, l := range strings.Split(render(t, "markdown", s, Options{}), "\n") {
			if !strings.HasPrefix(l, "|") {
				cells = 0
				continue
			}
			n := unescaped(l, '|')
			if cells != 0 && n != cells {
				t.Errorf("%s: a row has %d bars, the head has %d: %q", s.name, n, cells, l)
			}
			cells = n
		}
	}
}

// What GitHub links by itself is parted, whatever it stands behind.
func TestEscapePartsLinks(t *testing.T) {
	for text, want := range map[string]string{
		"@team, look":         "@<!-- -->team, look",
		"(@a-b/c)":            "(@<!-- -->a-b/c)",
		"fixes #12":           `fixes \#<!-- -->12`,
		"see https://x.io/a":  "see https:<!-- -->//x.io/a",
		"www.x.io":            "www<!-- -->.x.io",
		"a@b.c":               "a@<!-- -->b.c",
		"@ 5, 7 #, a:b, www ": `@ 5, 7 \#, a:b, www`,
	} {
		if got := escape(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
