package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"

	"scaleadvise/advisor/advice"
)

// Every format of a check is held to the same promises, over every sample.
func eachCheck(t *testing.T, test func(t *testing.T, format string, c *advice.Check, out string)) {
	t.Helper()
	for _, s := range checkSamples() {
		for _, f := range CheckFormats() {
			t.Run(s.name+"/"+f, func(t *testing.T) { test(t, f, s.check, renderCheck(t, f, s.check, Options{})) })
		}
	}
}

func renderCheck(t *testing.T, format string, c *advice.Check, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteCheck(&out, format, c, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// marks are how each format names the rule of a finding, so that it can be counted.
var marks = map[string]func(rule string) string{
	"text":       func(r string) string { return "[" + r + "]" },
	"json":       func(r string) string { return `"rule": "` + r + `"` },
	"github":     func(r string) string { return "[" + r + "]::" },
	"gitlab":     func(r string) string { return `"check_name": "` + r + `"` },
	"sarif":      func(r string) string { return `"ruleId": "` + r + `"` },
	"junit":      func(r string) string { return r },
	"checkstyle": func(r string) string { return "scaleadvise." + r + `"` },
	"markdown":   func(r string) string { return "(`" + r + "`)" },
	"html":       func(r string) string { return "[" + r + "]:" },
}

func TestCheckNamesEveryFindingOnceInOrder(t *testing.T) {
	eachCheck(t, func(t *testing.T, format string, c *advice.Check, out string) {
		last := map[bool]int{}
		for _, f := range located(c) {
			mark := marks[format](f.Rule)
			if n := strings.Count(out, mark); n != 1 {
				t.Errorf("%s is named %d times", f.Rule, n)
			}
			at := strings.Index(out, mark)
			if at < last[f.Old] && format != "junit" { // a case says failures before the rest
				t.Errorf("%s stands before an earlier finding", f.Rule)
			}
			last[f.Old] = at
		}
	})
}

func TestCheckOnlyPrintable(t *testing.T) {
	eachCheck(t, func(t *testing.T, _ string, _ *advice.Check, out string) {
		for _, r := range out {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
				t.Fatalf("%U in the output", r)
			}
		}
		if !strings.HasSuffix(out, "\n") || strings.HasSuffix(out, "\n\n") {
			t.Errorf("ends with %q", out[max(0, len(out)-10):])
		}
		for _, word := range []string{"NaN", "+Inf", "-Inf"} {
			if strings.Contains(out, word) {
				t.Errorf("%s in the output", word)
			}
		}
	})
}

func TestCheckIsWellFormed(t *testing.T) {
	eachCheck(t, func(t *testing.T, format string, _ *advice.Check, out string) {
		switch format {
		case "json", "gitlab", "sarif":
			if !json.Valid([]byte(out)) {
				t.Error("no valid JSON")
			}
		case "junit", "checkstyle":
			d := xml.NewDecoder(strings.NewReader(out))
			for {
				_, err := d.Token()
				if errors.Is(err, io.EOF) {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		case "github":
			for _, l := range strings.Split(strings.TrimSpace(out), "\n") {
				if !strings.HasPrefix(l, "::error ") && !strings.HasPrefix(l, "::warning ") && !strings.HasPrefix(l, "::notice ") && !strings.HasPrefix(l, "scaleadvise: ") {
					t.Errorf("a line that is no command: %q", l)
				}
			}
		case "markdown":
			if !strings.HasPrefix(out, checkMarker+"\n") || strings.Contains(strings.ReplaceAll(out, "\\<", ""), "<script") {
				t.Errorf("no marker at the start, or an element of the input:\n%s", out)
			}
		}
	})
}

func TestCheckWriterError(t *testing.T) {
	full := errors.New("disk full")
	for _, s := range checkSamples() {
		for _, f := range CheckFormats() {
			if err := WriteCheck(broke{full}, f, s.check, Options{}); !errors.Is(err, full) {
				t.Errorf("%s in %s: the writer's error became %v", s.name, f, err)
			}
		}
	}
	if err := WriteCheck(io.Discard, "xml", holdingCheck(), Options{}); err == nil || !strings.Contains(err.Error(), "text, json, github") {
		t.Errorf("an unknown format gave %v", err)
	}
}

// What was not judged is listed in every format, once, with its name and the reason, and does
// not count among what holds.
func TestCheckListsWhatIsNotJudged(t *testing.T) {
	for _, f := range CheckFormats() {
		out := renderCheck(t, f, unjudgedCheck(), Options{Width: 200})
		for _, want := range []string{"chat", "RayService of ray.io/v1 is not understood", "does not say scaleadvise.dev/qps"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s does not say %q:\n%s", f, want, out)
			}
		}
	}
	if got := checkVerdict(unjudgedCheck()); got != "Of 1 plan 1 holds. Not judged: 2." {
		t.Errorf("the verdict is %q", got)
	}
	none := unjudgedCheck()
	none.Plans, none.Outcome, none.Counts = none.Plans[1:2], advice.Unjudged, advice.Counts{Files: 1, Plans: 1, Unjudged: 1}
	if got := checkVerdict(none); got != "Not judged: 1." {
		t.Errorf("the verdict is %q", got)
	}
}

// No line is wider than the screen, whatever its width, but for a path that cannot be broken.
func TestCheckTextFits(t *testing.T) {
	for _, s := range checkSamples() {
		for _, n := range []int{40, 60, 80, 100, 200} {
			for _, l := range strings.Split(renderCheck(t, "text", s.check, Options{Width: n}), "\n") {
				if w := width(l); w > min(n, maxWidth) && !strings.HasPrefix(l, "  plans/") {
					t.Errorf("%s at %d: %d columns: %s", s.name, n, w, l)
				}
			}
		}
	}
}

// The caret stands below the first character of the value, whatever stands before it.
func TestCaretStandsBelowTheValue(t *testing.T) {
	for _, text := range []string{"deploy: {replicas: 2}", "\tdeploy: {replicas: 2}", "\U0001F600 漢字: {replicas: 2}", strings.Repeat("x", 300) + ": 2}"} {
		runes := []rune(text)
		p := advice.Place{Line: 5, Column: len(runes) - 1, Text: text}
		shown, before := shownLine(p, 70)
		if at := strings.LastIndex(shown, "2}"); at < 0 || width(shown[:at]) != before {
			t.Errorf("%q: %q has %d columns before the place", text, shown, before)
		}
		if w := width(shown); w > 70 {
			t.Errorf("%q: %d columns", text, w)
		}
	}
}

func TestGoldenCheck(t *testing.T) {
	extensions := map[string]string{"text": ".txt", "json": ".json", "github": ".github", "gitlab": ".gitlab.json", "sarif": ".sarif", "junit": ".junit.xml", "checkstyle": ".checkstyle.xml", "markdown": ".md", "html": ".html"}
	for _, f := range CheckFormats() {
		golden(t, "check"+extensions[f], renderCheck(t, f, comparedCheck(), Options{}))
	}
	for _, f := range CheckFormats() {
		golden(t, "check-unjudged"+extensions[f], renderCheck(t, f, unjudgedCheck(), Options{}))
	}
	golden(t, "check-holds.txt", renderCheck(t, "text", holdingCheck(), Options{}))
	golden(t, "check-60.txt", renderCheck(t, "text", comparedCheck(), Options{Width: 60, ASCII: true}))
	golden(t, "check-explain.txt", renderCheck(t, "text", failingCheck(), Options{Explain: true, Color: true}))
	golden(t, "check-hostile.md", renderCheck(t, "markdown", hostileCheck(), Options{}))
}

// A column counts UTF-16 units in SARIF and characters everywhere else.
func TestSARIFColumns(t *testing.T) {
	p := advice.Place{Line: 3, Column: 4, Text: "\U0001F600\U0001F600 name: x", Length: 4}
	if r := sarifRegionOf(p); r.StartColumn != 6 || r.EndColumn != 10 {
		t.Errorf("the region is %+v", *r)
	}
	if r := sarifRegionOf(advice.Place{File: "x"}); r != nil {
		t.Errorf("a whole file has the region %+v", *r)
	}
}

// Code hosts refuse a comment above 65,536 characters, however much a change does.
func TestMarkdownFitsAComment(t *testing.T) {
	c := comparedCheck()
	plan := c.Plans[0]
	delta := c.Comparison.Plans[0]
	for i := range 5000 {
		plan.Name = fmt.Sprint("service-", i)
		c.Plans, c.Comparison.Plans = append(c.Plans, plan), append(c.Comparison.Plans, delta)
	}
	got := renderCheck(t, "markdown", c, Options{})
	if n := len([]rune(string(got))); n > 65_536 || !strings.Contains(string(got), " more findings") || !strings.Contains(string(got), "| **in total** |") {
		t.Errorf("%d characters", n)
	}
	if more := strings.Count(string(got), " more |"); more != 1 {
		t.Errorf("%d lines say how many plans are left out", more)
	}
}
