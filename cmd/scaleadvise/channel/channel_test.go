package channel

import (
	"bytes"
	"strings"
	"testing"
)

// TestChannel: nothing that is written steers a terminal or gives a workflow commands.
func TestChannel(t *testing.T) {
	for _, c := range []struct {
		terminal, actions bool
		in, want          string
	}{
		{false, false, "a\x1b[31mred\x1b[0m\x07\u009b1m\r\nb\rc\x7f\n", "a\ufffd[31mred\ufffd[0m\ufffd\ufffd1m\r\nb\ufffdc\ufffd\n"},
		{true, false, "\x1b[31mred\x1b[0m\x1b]0;title\x07 \x1b[2J\r\x1b[K", "\x1b[31mred\x1b[0m\ufffd]0;title\ufffd \ufffd[2J\r\x1b[K"},
		{false, false, "::error::x\n##[error]x\n", "::error::x\n##[error]x\n"},
		{false, true, "::error::x\n  ::error::x\na ::b\n##[error]x\n", "\u00b7::error::x\n  \u00b7::error::x\na ::b\n## [error]x\n"},
		{false, true, "{\"a\": \"##[error]\"}\n", "{\"a\": \"##\\u005berror]\"}\n"},
	} {
		for _, at := range []int{1, 2, 3, 5, 1000} { // however it is cut; escapes are written whole
			var out bytes.Buffer
			channel := New(&out, &Latch{}, c.terminal, c.actions)
			if c.terminal || strings.ContainsAny(c.in, "\r\u009b") {
				at = len(c.in)
			}
			for rest := []byte(c.in); len(rest) > 0; rest = rest[min(at, len(rest)):] {
				if n, err := channel.Write(rest[:min(at, len(rest))]); err != nil || n != min(at, len(rest)) {
					t.Fatal(n, err)
				}
			}
			if out.String() != c.want {
				t.Errorf("%q became %q, want %q", c.in, out.String(), c.want)
			}
		}
	}
}
