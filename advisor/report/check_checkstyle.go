package report

import (
	"bytes"
	"encoding/xml"
	"slices"

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
		doc.add(f.Place.File, styleError{
			Line: max(f.Place.Line, 1), Column: f.Place.Column, Severity: f.Severity.String(), Message: checkMessage(f), Source: "scaleadvise." + line(f.Rule),
		})
	}
	for _, p := range unjudged(c) {
		doc.add(p.File, styleError{Line: max(p.Line, 1), Severity: "info", Message: unjudgedWords(p), Source: "scaleadvise." + unjudgedRule})
	}
	return putXML(out, doc)
}

// add adds an entry to a file, "" being that of all plans. Entries of one file may come apart.
func (d *styleDoc) add(file string, e styleError) {
	name := line(file)
	if name == "" {
		name = "all plans"
	}
	i := slices.IndexFunc(d.Files, func(f styleFile) bool { return f.Name == name })
	if i < 0 {
		i = len(d.Files)
		d.Files = append(d.Files, styleFile{Name: name})
	}
	d.Files[i].Errors = append(d.Files[i].Errors, e)
}
