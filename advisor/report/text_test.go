package report

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		n     int
		lines []string
	}{
		{"", 10, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one  two", 20, []string{"one two"}},
		{"at p99 61 ms", 9, []string{"at p99", "61 ms"}},
		{"costs 5,110 USD/month.", 17, []string{"costs", "5,110 USD/month."}},
		{"it is 7 × A10 now", 10, []string{"it is", "7 × A10", "now"}},
		{"p99 ≤ 100 ms", 11, []string{"p99", "≤ 100 ms"}},
		{"abcdefgh", 3, []string{"abc", "def", "gh"}},
		{"日本語", 4, []string{"日本", "語"}},
	} {
		if d := cmp.Diff(c.lines, wrap(c.text, c.n)); d != "" {
			t.Errorf("wrap(%q, %d) (-want +got):\n%s", c.text, c.n, d)
		}
	}
}

func TestWrapKeepsWidthAndText(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := line(rapid.String().Draw(r, "text"))
		n := rapid.IntRange(4, 60).Draw(r, "n")
		got := wrap(text, n)
		for _, l := range got {
			if width(l) > n {
				r.Errorf("%q is %d columns wide, %d are allowed", l, width(l), n)
			}
		}
		if bare(strings.Join(got, "")) != bare(text) {
			r.Errorf("text was lost: %q", got)
		}
	})
}

// bare is text without its spaces.
func bare(s string) string { return strings.Join(strings.Fields(s), "") }

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"plain":          "plain",
		"a\x1b[31mb":     "a\ufffd[31mb",
		"a\u009b2Jb":     "a\ufffd2Jb",
		"a\u202eb":       "a\ufffdb",
		"a\xffb":         "a\ufffdb",
		"one\r\ntwo\rxx": "one\ntwo\nxx",
		"日本 × – ≤":       "日本 × – ≤",
	} {
		if got := clean(text); got != want {
			t.Errorf("clean(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestLineIsOneSafeLine(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		got := line(rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(r, "text"))
		if !utf8.ValidString(got) || line(got) != got {
			r.Errorf("%q is not stable", got)
		}
		if i := strings.IndexFunc(got, func(x rune) bool { return unicode.IsControl(x) || unicode.Is(unicode.Bidi_Control, x) }); i >= 0 {
			r.Errorf("%q has a control character at %d", got, i)
		}
	})
}

func TestFlagsOf(t *testing.T) {
	for text, want := range map[string][]string{
		"scaleadvise":                             {"scaleadvise"},
		"scaleadvise --qps 5 --gpu a10":           {"scaleadvise", "--qps 5", "--gpu a10"},
		"scaleadvise --model 'a --qps 9' --p99 1": {"scaleadvise", "--model 'a --qps 9'", "--p99 1"},
	} {
		if got := flagsOf(text); !slices.Equal(got, want) {
			t.Errorf("flagsOf(%q) = %q, want %q", text, got, want)
		}
	}
}
