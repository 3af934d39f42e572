package report

import (
	"bytes"
	"encoding/xml"

	"scaleadvise/advisor/advice"
)

// The elements of a Checkstyle report (checkstyle.org, XMLLogger).
type (
	styleDoc struct {
		XMLName xml.Name    `xml:"checkstyle"`
		Version string      `xml:"version,attr"`
		Files   []styleFile `xml:"file"`
	}
	styleFile struct {
		Name   string       `xml:"name,attr"`
		Errors []styleError `xml:"error"`
	}
	styleError struct {
		Line     int    `xml:"line,attr"`
		Column   int    `xml:"column,attr,omitempty"`
		Severity string `xml:"severity,attr"`
		Message  string `xml:"message,attr"`
		Source   string `xml:"source,attr"`
	}
)

func checkCheckstyle(out *bytes.Buffer, c *advice.Check, _ Options) error {
	doc := styleDoc{Version: "4.3"}
	for _, f := range located(c) {
		name := line(f.Place.File)
		if name == "" {
			name = "all plans"
		}
		if n := len(doc.Files); n == 0 || doc.Files[n-1].Name != name {
			doc.Files = append(doc.Files, styleFile{Name: name})
		}
		last := &doc.Files[len(doc.Files)-1]
		last.Errors = append(last.Errors, styleError{
			Line: max(f.Place.Line, 1), Column: f.Place.Column, Severity: f.Severity.String(), Message: checkMessage(f), Source: "scaleadvise." + line(f.Rule),
		})
	}
	return putXML(out, doc)
}
