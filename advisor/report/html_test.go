package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
)

func pageOf(t *testing.T, s sample) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, "html", s.advice, Options{}); err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	return b.String()
}

// TestPageNeedsNothingElse: no script, no font, no picture, no request.
func TestPageNeedsNothingElse(t *testing.T) {
	for _, s := range samples() {
		page := pageOf(t, s)
		for _, refused := range []string{"<script", " src=", "url(", "@import", "<link", "<iframe", " onload", " onclick"} {
			if strings.Contains(strings.ToLower(page), refused) {
				t.Errorf("%s: the page has %q", s.name, refused)
			}
		}
		if strings.Contains(page, "NaN") || strings.Contains(page, "+Inf") || strings.Contains(page, "%!") {
			t.Errorf("%s: the page shows what is no number", s.name)
		}
	}
}

// TestPageNests: every element is closed where it should be, with hostile names too.
func TestPageNests(t *testing.T) {
	for _, s := range samples() {
		d := xml.NewDecoder(strings.NewReader(pageOf(t, s)))
		d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
		var open []string
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
			switch e := token.(type) {
			case xml.StartElement:
				open = append(open, e.Name.Local)
			case xml.EndElement:
				if len(open) == 0 || open[len(open)-1] != e.Name.Local {
					t.Fatalf("%s: </%s> closes %v", s.name, e.Name.Local, open)
				}
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 {
			t.Errorf("%s: %v are never closed", s.name, open)
		}
	}
}

var ids = regexp.MustCompile(` id="([^"]+)"`)

// TestPageCanBeRead by those who do not see it: charts have a text, ids are unique, the
// language is named.
func TestPageCanBeRead(t *testing.T) {
	for _, s := range samples() {
		page := pageOf(t, s)
		if strings.Count(page, "<svg") != strings.Count(page, `role="img"`) || !strings.Contains(page, `<html lang="en">`) || strings.Count(page, "<h1>") != 1 {
			t.Errorf("%s: a picture without a text, no language, or not one heading", s.name)
		}
		if bare := regexp.MustCompile(`<th(?: class="n")?>`).FindString(page); bare != "" {
			t.Errorf("%s: a head of a table without its direction: %s", s.name, bare)
		}
		if tables := strings.Count(page, "<table"); tables == 0 || tables != strings.Count(page, `role="table"`) || strings.Count(page, "<tr") != strings.Count(page, `<tr role="row"`) ||
			strings.Count(page, "<td") != strings.Count(page, `<td role="cell"`) || strings.Count(page, "<th ") != strings.Count(page, `<th scope=`) {
			t.Errorf("%s: a table that a style may take its meaning from", s.name)
		}
		seen := map[string]bool{}
		for _, m := range ids.FindAllStringSubmatch(page, -1) {
			if seen[m[1]] {
				t.Errorf("%s: the id %s stands twice", s.name, m[1])
			}
			seen[m[1]] = true
		}
	}
}

// TestPageSaysTheDecision once, with its figures.
func TestPageSaysTheDecision(t *testing.T) {
	page := pageOf(t, sample{"typical", typical()})
	for _, want := range []string{"<h1>Scale out to 7\u00a0×\u00a0A10 in int8", "5,110", "USD/month", "1 <small>of 7 machines</small>", "Alternatives", "chosen"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	page = pageOf(t, sample{"growing", growing()})
	if !strings.Contains(page, "Capacity against demand") || !strings.Contains(page, `class="step"`) {
		t.Error("a plan that grows has no chart")
	}
	if page = pageOf(t, sample{"infeasible", infeasible()}); !strings.Contains(page, "<h1>No plan is known to hold") {
		t.Error("that nothing holds is not said")
	}
}
