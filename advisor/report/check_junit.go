package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
)

// The elements of a JUnit report that CI systems agree on. A plan is a test case.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		ID       int         `xml:"id,attr"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name     string      `xml:"name,attr"`
		Class    string      `xml:"classname,attr"`
		Skipped  *junitSkip  `xml:"skipped"`
		Error    []junitFail `xml:"error"`
		Failure  []junitFail `xml:"failure"`
		Findings string      `xml:"system-out,omitempty"`
	}
	junitSkip struct {
		Text string `xml:",chardata"`
	}
	junitFail struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// checkJUnit makes each file a suite and each plan a case: what fails it is a failure, what
// cannot be understood an error, what was not judged is skipped, and all else is said on the
// case's output.
func checkJUnit(out *bytes.Buffer, c *advice.Check, _ Options) error {
	doc := junitSuites{Name: "scaleadvise check"}
	for _, p := range c.Plans {
		n := len(doc.Suites)
		if n == 0 || doc.Suites[n-1].Name != line(p.File) {
			doc.Suites = append(doc.Suites, junitSuite{ID: n, Name: line(p.File)})
		}
		test := newJUnitCase(planTitle(p), line(p.File), p.Findings, c, p.Outcome == advice.Invalid)
		switch {
		case p.Reason == "":
		case len(test.Failure) > 0: // a case that failed is not skipped
			test.Findings = strings.TrimSpace(test.Findings + "\n" + unjudgedWords(p))
		default:
			test.Skipped = &junitSkip{unjudgedWords(p)}
		}
		for _, w := range p.Warnings {
			test.Findings = strings.TrimSpace(test.Findings + "\nnote: " + line(w))
		}
		doc.Suites[len(doc.Suites)-1].add(test)
	}
	if len(c.Totals) > 0 {
		s := junitSuite{ID: len(doc.Suites), Name: "all plans"}
		s.add(newJUnitCase("all plans", "all plans", c.Totals, c, false))
		doc.Suites = append(doc.Suites, s)
	}
	for _, s := range doc.Suites {
		doc.Tests, doc.Failures, doc.Errors = doc.Tests+s.Tests, doc.Failures+s.Failures, doc.Errors+s.Errors
	}
	return putXML(out, doc)
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	s.Errors += min(len(c.Error), 1)
	s.Failures += min(len(c.Failure), 1)
	if c.Skipped != nil {
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func newJUnitCase(name, class string, findings []advice.Located, c *advice.Check, invalid bool) junitCase {
	out := junitCase{Name: name, Class: class}
	var said []string
	for _, f := range findings {
		fail := junitFail{Message: line(f.Title), Type: line(f.Rule), Text: spot(f.Place) + ": " + checkMessage(f)}
		switch {
		case invalid:
			out.Error = append(out.Error, fail)
		case f.Severity >= c.FailOn && !f.Old:
			out.Failure = append(out.Failure, fail)
		default:
			said = append(said, fmt.Sprintf("%s: %s: %s [%s]", f.Severity, spot(f.Place), checkMessage(f), line(f.Rule)))
		}
	}
	out.Findings = strings.Join(said, "\n")
	return out
}

// putXML writes a document with its declaration. encoding/xml escapes what XML cannot hold.
func putXML(out *bytes.Buffer, doc any) error {
	out.WriteString(xml.Header)
	enc := xml.NewEncoder(out)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	out.WriteByte('\n')
	return nil
}
