package gate

import (
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/plan"
)

// Stale is an ignore entry that has outlived its purpose.
type Stale struct {
	plan.Ignore
	Days int // days since it expired; 0 for one that still counts but matches no finding
}

// Ignore moves the findings that entries ignore to Suppressed, and returns the entries that have expired or
// ignore nothing. An entry counts to the end of its last day, in UTC. An entry for a rule that does not
// apply is not stale.
func Ignore(c *advice.Checked, entries []plan.Ignore, rules Selection, now time.Time) []Stale {
	used := make([]bool, len(entries))
	var kept []advice.Located
	for _, f := range c.Findings {
		i := covering(entries, f, now)
		if i < 0 {
			kept = append(kept, f)
			continue
		}
		used[i] = true
		c.Suppressed = append(c.Suppressed, advice.Suppressed{Located: f, By: ByIgnore, Reason: entries[i].Reason})
	}
	c.Findings = kept
	var stale []Stale
	for i, e := range entries {
		if days := overdue(e, now); days > 0 || !used[i] && rules.Allows(e.Rule) {
			stale = append(stale, Stale{e, days})
		}
	}
	return stale
}

// covering is the first entry that ignores a finding today, −1 for none. That of a service of a fleet is
// about what is found where the service stands.
func covering(entries []plan.Ignore, f advice.Located, now time.Time) int {
	for i, e := range entries {
		here := e.Member.Line == 0 || e.Member.Line == f.Place.Line && e.Member.Column == f.Place.Column
		if e.Rule == f.Rule && here && overdue(e, now) == 0 {
			return i
		}
	}
	return -1
}

// overdue is how many days ago an entry expired, counting the first; 0 while it counts.
func overdue(e plan.Ignore, now time.Time) int {
	end := e.Until.AddDate(0, 0, 1)
	if e.Until.IsZero() || now.Before(end) {
		return 0
	}
	return 1 + int(now.Sub(end)/(24*time.Hour))
}
