package report

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"

	"scaleadvise/advisor/advice"
)

// Every format is held to the same promises, over every sample.

// eachReport runs check on every sample in every format.
func eachReport(t *testing.T, check func(t *testing.T, format string, a *advice.Advice, out string)) {
	t.Helper()
	for _, s := range samples() {
		for _, f := range Formats() {
			t.Run(s.name+"/"+f, func(t *testing.T) {
				var out bytes.Buffer
				if err := Write(&out, f, s.advice, Options{}); err != nil {
					t.Fatal(err)
				}
				check(t, f, s.advice, out.String())
			})
		}
	}
}

func TestFindingsOnceAndInOrder(t *testing.T) {
	eachReport(t, func(t *testing.T, format string, a *advice.Advice, out string) {
		switch format {
		case "csv":
			return // its contract is the alternatives alone
		case "table", "plain":
			return // they show what decides: TestExplainLosesNothing
		}
		at := map[advice.Severity]int{}
		for _, f := range a.Findings {
			want := 1
			if slices.Contains(a.SupportedBy, f.Rule) && (format == "json" || format == "yaml") { // supported_by names it too
				want = 2
			}
			if n := strings.Count(out, f.Rule); n != want && !isExcuse(a, f.Rule) {
				t.Errorf("%s is named %d times, want %d", f.Rule, n, want)
			}
			i := strings.LastIndex(out, f.Rule)
			if i < at[f.Severity] {
				t.Errorf("%s stands before an earlier finding", f.Rule)
			}
			at[f.Severity] = i
		}
	})
}

// What the first screen leaves out stands below it with --explain.
func TestExplainLosesNothing(t *testing.T) {
	for _, s := range samples() {
		for _, f := range []string{"table", "plain"} {
			out := render(t, f, s, Options{Explain: true, Width: 100})
			for _, x := range s.advice.Findings {
				if !strings.Contains(out, line(x.Rule)) {
					t.Errorf("%s in %s: %s is missing", s.name, f, x.Rule)
				}
			}
		}
	}
}

// isExcuse reports whether a rule shares its name with the code of an excuse.
func isExcuse(a *advice.Advice, rule string) bool {
	return slices.ContainsFunc(a.Alternatives, func(alt advice.Alternative) bool { return alt.Excuse != nil && alt.Excuse.Code == rule })
}

func TestOnlyPrintable(t *testing.T) {
	eachReport(t, func(t *testing.T, _ string, _ *advice.Advice, out string) {
		for _, r := range out {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
				t.Fatalf("%U in the output", r)
			}
		}
		for _, word := range strings.FieldsFunc(out, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if word == "NaN" || word == "Inf" || word == "nan" || word == "inf" {
				t.Errorf("%s in the output", word)
			}
		}
	})
}

func TestEndsWithOneNewline(t *testing.T) {
	eachReport(t, func(t *testing.T, _ string, _ *advice.Advice, out string) {
		if !strings.HasSuffix(out, "\n") || strings.HasSuffix(out, "\n\n") {
			t.Errorf("ends with %q", out[max(0, len(out)-10):])
		}
	})
}

// broke fails every write.
type broke struct{ err error }

func (b broke) Write([]byte) (int, error) { return 0, b.err }

func TestWriterError(t *testing.T) {
	full := errors.New("disk full")
	for _, s := range samples() {
		for _, f := range Formats() {
			if err := Write(broke{full}, f, s.advice, Options{}); !errors.Is(err, full) {
				t.Errorf("%s in %s: the writer's error became %v", s.name, f, err)
			}
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	err := Write(&bytes.Buffer{}, "xml", typical(), Options{})
	if err == nil || !strings.Contains(err.Error(), "table, json, yaml, markdown, csv") {
		t.Errorf("an unknown format gave %v", err)
	}
	if err := Write(&bytes.Buffer{}, "json", nil, Options{}); err == nil {
		t.Error("a nil advice gave no error")
	}
}
