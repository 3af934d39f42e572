package report

import (
	"bytes"
	"net/url"
	"path"
	"strings"
	"unicode/utf16"

	"scaleadvise/advisor/advice"
)

// The parts of SARIF 2.1.0 that are used (OASIS, Static Analysis Results Interchange Format,
// 2020). Columns count UTF-16 units.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string          `json:"id"`
		ShortDescription sarifText       `json:"shortDescription"`
		FullDescription  sarifText       `json:"fullDescription"`
		Help             sarifHelp       `json:"help"`
		Configuration    sarifDefault    `json:"defaultConfiguration"`
		Properties       sarifProperties `json:"properties"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifHelp struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifProperties struct {
		Tags []string `json:"tags"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Descriptor *sarifReference `json:"descriptor,omitempty"`
		Level      string          `json:"level"`
		Message    sarifText       `json:"message"`
		Locations  []sarifLocation `json:"locations,omitempty"`
	}
	sarifReference struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		RuleID        string             `json:"ruleId"`
		RuleIndex     int                `json:"ruleIndex"`
		Level         string             `json:"level"`
		Message       sarifText          `json:"message"`
		Locations     []sarifLocation    `json:"locations"`
		Fingerprints  map[string]string  `json:"partialFingerprints"`
		BaselineState string             `json:"baselineState,omitempty"`
		Suppressions  []sarifSuppression `json:"suppressions"`
	}
	sarifLocation struct {
		Physical sarifPhysicalLocation `json:"physicalLocation"`
	}
	sarifPhysicalLocation struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
)

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

func checkSARIF(w *bytes.Buffer, c *advice.Check, _ Options) error {
	index := map[string]int{}
	for i, r := range c.Rules {
		index[r.ID] = i
	}
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{"scaleadvise", each(c.Rules, newSARIFRule)}},
		Invocations: []sarifInvocation{{c.Counts.Invalid == 0, notifications(c)}}, ColumnKind: "utf16CodeUnits", Results: []sarifResult{},
	}
	compared := c.Comparison != nil
	for _, f := range located(c) {
		run.Results = append(run.Results, newSARIFResult(f, index, compared))
	}
	for _, p := range c.Plans {
		for _, s := range p.Suppressed {
			r := newSARIFResult(s.Located, index, compared)
			r.Suppressions = []sarifSuppression{newSuppression(s)}
			run.Results = append(run.Results, r)
		}
	}
	return putJSON(w, sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

// notifications say what was not judged, and what was noted: of the run, not of the plans.
func notifications(c *advice.Check) []sarifNotification {
	all := each(unjudged(c), func(p advice.Checked) sarifNotification {
		at := sarifLocation{sarifPhysicalLocation{sarifArtifact{fileURI(p.File)}, sarifRegionOf(unjudgedPlace(p))}}
		return sarifNotification{&sarifReference{unjudgedRule}, "note", sarifText{unjudgedWords(p)}, []sarifLocation{at}}
	})
	return append(all, each(checkNotes(c), func(note string) sarifNotification {
		return sarifNotification{Level: "note", Message: sarifText{note}}
	})...)
}

func newSARIFRule(r advice.RuleText) sarifRule {
	why := strings.TrimSpace(clean(r.Why))
	if why == "" {
		why = line(r.Title)
	}
	return sarifRule{
		ID: line(r.ID), ShortDescription: sarifText{line(r.Title)}, FullDescription: sarifText{line(why)},
		Help: sarifHelp{line(why), why}, Configuration: sarifDefault{sarifLevel(r.Severity)}, Properties: sarifProperties{cleanAll(r.Principles)},
	}
}

func newSARIFResult(f advice.Located, index map[string]int, compared bool) sarifResult {
	i, known := index[f.Rule]
	if !known {
		i = -1
	}
	r := sarifResult{
		RuleID: line(f.Rule), RuleIndex: i, Level: sarifLevel(f.Severity), Message: sarifText{checkMessage(f)}, Locations: []sarifLocation{},
		Fingerprints: map[string]string{"scaleadvise/v1": fingerprintOf(f)}, Suppressions: []sarifSuppression{},
	}
	if f.Place.File != "" {
		r.Locations = append(r.Locations, sarifLocation{sarifPhysicalLocation{sarifArtifact{fileURI(f.Place.File)}, sarifRegionOf(f.Place)}})
	}
	if compared {
		r.BaselineState = map[bool]string{false: "new", true: "unchanged"}[f.Old]
	}
	return r
}

func newSuppression(s advice.Suppressed) sarifSuppression {
	if s.By == "baseline" {
		return sarifSuppression{"external", "in the baseline"}
	}
	return sarifSuppression{"inSource", line(s.Reason)}
}

func sarifLevel(s advice.Severity) string {
	if s == advice.Info {
		return "note"
	}
	return s.String()
}

// sarifRegionOf is the place in UTF-16 units; nil for a whole file.
func sarifRegionOf(p advice.Place) *sarifRegion {
	if p.Line == 0 {
		return nil
	}
	r := &sarifRegion{StartLine: p.Line, StartColumn: max(p.Column, 1)}
	runes := []rune(p.Text)
	at := min(r.StartColumn-1, len(runes))
	if len(runes) > 0 {
		r.StartColumn = utf16Length(runes[:at]) + 1
		r.EndColumn = r.StartColumn + max(utf16Length(runes[at:min(at+p.Length, len(runes))]), 1)
	}
	return r
}

func utf16Length(runes []rune) int { return len(utf16.Encode(runes)) }

// fileURI is a path as a relative reference (RFC 3986).
func fileURI(file string) string {
	file = path.Clean(line(file))
	return (&url.URL{Path: file}).EscapedPath()
}
