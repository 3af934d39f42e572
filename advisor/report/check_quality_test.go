package report

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

// qualityFaults are what of a report GitLab does not accept: it takes a list of objects of which the
// fields below are required, tells findings apart by fingerprint, and finds files by paths relative to
// the repository that do not begin with "./" (docs.gitlab.com, ci/testing/code_quality, Code Quality
// report format, read November 2026).
func qualityFaults(text string) (faults []string) {
	var all []map[string]any
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return []string{"not a list of objects: " + err.Error()}
	}
	if all == nil {
		return []string{"null is no list"}
	}
	seen := map[string]bool{}
	for i, one := range all {
		fail := func(format string, args ...any) {
			faults = append(faults, fmt.Sprintf("%d: ", i)+fmt.Sprintf(format, args...))
		}
		for _, name := range []string{"description", "check_name", "fingerprint", "severity"} {
			if v, ok := one[name].(string); !ok || strings.TrimSpace(v) == "" {
				fail("%s is %v", name, one[name])
			}
		}
		if severities := []any{"info", "minor", "major", "critical", "blocker"}; !slices.Contains(severities, one["severity"]) {
			fail("severity is %v", one["severity"])
		}
		if print := fmt.Sprint(one["fingerprint"]); seen[print] {
			fail("fingerprint %s again", print)
		} else {
			seen[print] = true
		}
		location, _ := one["location"].(map[string]any)
		file, _ := location["path"].(string)
		if file == "" || strings.HasPrefix(file, "./") || path.IsAbs(file) {
			fail("path is %q", file)
		}
		lines, _ := location["lines"].(map[string]any)
		if begin, ok := lines["begin"].(float64); !ok || begin < 1 || begin != float64(int(begin)) {
			fail("lines.begin is %v", lines["begin"])
		}
	}
	return faults
}

func TestGitLabIsValid(t *testing.T) {
	for _, s := range checkSamples() {
		if faults := qualityFaults(renderCheck(t, "gitlab", s.check, Options{})); len(faults) > 0 {
			t.Errorf("%s: %s", s.name, strings.Join(faults, "\n"))
		}
	}
	sound := `{"description": "d", "check_name": "c", "fingerprint": "f", "severity": "minor", "location": {"path": "a.yaml", "lines": {"begin": 1}}}`
	if faults := qualityFaults("[" + sound + "]"); len(faults) > 0 {
		t.Errorf("refused: %v", faults)
	}
	for _, wrong := range []string{
		"null", sound, "[" + sound + "," + sound + "]", strings.Replace("["+sound+"]", `"minor"`, `"warning"`, 1), strings.Replace("["+sound+"]", "a.yaml", "./a.yaml", 1),
		strings.Replace("["+sound+"]", "1", "0", 1), strings.Replace("["+sound+"]", `"d"`, `" "`, 1), strings.Replace("["+sound+"]", `"begin": 1`, `"begin": "1"`, 1),
	} {
		if len(qualityFaults(wrong)) == 0 {
			t.Errorf("accepted: %s", wrong)
		}
	}
}
