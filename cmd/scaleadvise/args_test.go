package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// words is a small vocabulary with one option of each kind.
func words() vocabulary {
	return newVocabulary([]command{{extra: []option{
		{name: "output", alias: "o", example: "json"},
		{name: "growth", example: "8%/month"},
		{name: "qps", example: "5000"},
		{name: "all", alias: "a", toggle: true},
	}}})
}

func TestParse(t *testing.T) {
	for _, test := range []struct{ given, flags, args string }{
		{"advise --qps 5", "--qps=5", "advise"},
		{"--qps 5 advise", "--qps=5", "advise"},
		{"a --qps=5 b -o json c", "--qps=5 --output=json", "a b c"},
		{"-aqo md x", "--all --quiet --output=md", "x"},
		{"-ojson", "--output=json", ""},
		{"-o=json", "--output=json", ""},
		{"-qps 5", "--qps=5", ""},
		{"--qps=x=1", "--qps=x=1", ""},
		{"--growth -5%/month", "--growth=-5%/month", ""},
		{"-5 -.5 -", "", "-5 -.5 -"},
		{"--qps - a", "--qps=-", "a"},
		{"--qps 5 -- --qps 6 -a", "--qps=5", "--qps 6 -a"},
		{"--quiet x", "--quiet", "x"},
		{"--output=", "--output=", ""},
	} {
		ln, err := words().parse(strings.Fields(test.given))
		if err != nil {
			t.Errorf("%s: %v", test.given, err)
		}
		if got := strings.Join(ln.flags, " "); got != test.flags {
			t.Errorf("%s: flags %q, want %q", test.given, got, test.flags)
		}
		if got := strings.Join(ln.args, " "); got != test.args {
			t.Errorf("%s: arguments %q, want %q", test.given, got, test.args)
		}
	}
}

func TestParseNotices(t *testing.T) {
	for given, want := range map[string]line{
		"--help":              {help: true},
		"rules -h":            {help: true, args: []string{"rules"}},
		"-v":                  {version: true},
		"--nope 5":            {unknown: "--nope", args: []string{"5"}},
		"--nope=5 --other":    {unknown: "--nope"},
		"-axz":                {unknown: "-xz", flags: []string{"--all"}},
		"-- --help --version": {args: []string{"--help", "--version"}},
	} {
		got, err := words().parse(strings.Fields(given))
		if err != nil {
			t.Errorf("%s: %v", given, err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(line{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", given, diff)
		}
	}
}

func TestParseNeedsValues(t *testing.T) {
	for _, given := range []string{"--qps", "-o", "--qps --growth 5", "advise --qps --help"} {
		_, err := words().parse(strings.Fields(given))
		if err == nil || !strings.Contains(err.Error(), "needs a value, for example") {
			t.Errorf("%s: got %v", given, err)
		}
	}
}

// TestParseOrder: wherever the arguments stand among the flags, both come out in their order.
func TestParseOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "-", "-7", "x=y"}), 0, 4).Draw(t, "args")
		flags := rapid.SliceOfN(rapid.SampledFrom([]string{"--qps=1", "--growth=-2", "--all", "--output=md"}), 0, 4).Draw(t, "flags")
		var mixed []string
		rest, more := args, flags
		for len(rest)+len(more) > 0 {
			if len(more) == 0 || len(rest) > 0 && rapid.Bool().Draw(t, "argument next") {
				mixed, rest = append(mixed, rest[0]), rest[1:]
			} else {
				mixed, more = append(mixed, more[0]), more[1:]
			}
		}
		ln, err := words().parse(mixed)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(ln.args, " ") != strings.Join(args, " ") || strings.Join(ln.flags, " ") != strings.Join(flags, " ") {
			t.Fatalf("%q became %q and %q", mixed, ln.flags, ln.args)
		}
	})
}
