package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"scaleadvise/advisor/advice"
)

// qualityDoc is one finding of GitLab's code quality report, a part of the Code Climate
// format (docs.gitlab.com, Code Quality, report format).
type qualityDoc struct {
	Description string     `json:"description"`
	CheckName   string     `json:"check_name"`
	Fingerprint string     `json:"fingerprint"`
	Severity    string     `json:"severity"`
	Location    qualityLoc `json:"location"`
}

type qualityLoc struct {
	Path  string       `json:"path"`
	Lines qualityLines `json:"lines"`
}

type qualityLines struct {
	Begin int `json:"begin"`
}

func checkGitLab(w *bytes.Buffer, c *advice.Check, _ Options) error {
	first := "."
	if len(c.Plans) > 0 {
		first = c.Plans[0].File
	}
	all := each(located(c), func(f advice.Located) qualityDoc {
		path := f.Place.File
		if path == "" { // a finding about all plans needs some place
			path = first
		}
		return qualityDoc{
			Description: checkMessage(f), CheckName: line(f.Rule), Fingerprint: fingerprintOf(f), Severity: qualitySeverity(f),
			Location: qualityLoc{clean(path), qualityLines{max(f.Place.Line, 1)}},
		}
	})
	return putJSON(w, append(append([]qualityDoc{}, all...), each(unjudged(c), func(p advice.Checked) qualityDoc {
		return qualityDoc{
			Description: unjudgedWords(p), CheckName: unjudgedRule, Fingerprint: unjudgedFingerprint(p), Severity: "info",
			Location: qualityLoc{clean(p.File), qualityLines{max(p.Line, 1)}},
		}
	})...))
}

// unjudgedFingerprint is the same wherever in its file an object stands.
func unjudgedFingerprint(p advice.Checked) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", unjudgedRule, p.File, p.Kind, p.Name))
	return hex.EncodeToString(h[:16])
}

// fingerprintOf is the finding's, or its rule where it is about all plans.
func fingerprintOf(f advice.Located) string {
	if f.Fingerprint != "" {
		return f.Fingerprint
	}
	return line(f.Rule)
}

func qualitySeverity(f advice.Located) string {
	switch f.Severity {
	case advice.Error:
		return "critical"
	case advice.Warning:
		return "minor"
	}
	return "info"
}
