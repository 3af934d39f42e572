package topics

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestScreen(t *testing.T) {
	page := Topic{Name: "x", Title: "X", Text: "# X\n\nOne `two` **three** four, see [plans](plan-files.md).\n" +
		"<!-- mark:begin -->\n- an item that is\n  continued\n\n```\n$ code stays as long as it is\n```\n\n" +
		"| flag | does |\n|---|---:|\n| `-o` | prints one of `a` \\| `b` |\n"}
	want := `X

One two three four, see
plans (scaleadvise help
plan-files).
- an item that is
  continued

$ code stays as long as it is

  flag  does
  -o    prints one of a
        | b
`
	if got := page.Screen(24, false); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := page.Screen(24, true); !strings.HasPrefix(got, bold+"X"+plain+"\n") {
		t.Errorf("the heading is not bold: %q", got[:20])
	}
}

// TestScreenFits: prose and tables of every page keep to the width, code excepted.
func TestScreenFits(t *testing.T) {
	pages, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		code := map[string]bool{}
		for _, line := range strings.Split(page.Text, "\n") {
			code[line] = true
		}
		for _, line := range strings.Split(page.Screen(84, false), "\n") {
			if n := utf8.RuneCountInString(line); n > 84 && !code[line] {
				t.Errorf("%s: %d columns: %s", page.Name, n, line)
			}
		}
	}
}
