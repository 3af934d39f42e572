package report

import (
	"strings"

	"scaleadvise/advisor/advice"
)

// verifiedDoc is a plan by formula and by simulation, as machines read it.
type verifiedDoc struct {
	Plan          planDoc       `json:"plan"`
	Chosen        bool          `json:"chosen"`
	Verdict       string        `json:"verdict"`
	Reasons       []string      `json:"reasons"`
	Stable        bool          `json:"stable"`
	Partial       bool          `json:"partial"`
	Repeatable    bool          `json:"repeatable"`
	Requests      int64         `json:"requests"`
	SLOAttainment *float64      `json:"slo_attainment"`
	Compared      []comparedDoc `json:"compared"`
}

func newVerified(v advice.Verified) verifiedDoc {
	d := verifiedDoc{
		Plan: newPlan(v.Plan, true), Chosen: v.Chosen, Verdict: string(v.Result.Verdict), Reasons: cleanAll(v.Result.Reasons),
		Stable: v.Result.Stable, Partial: v.Result.Partial, Repeatable: !v.Result.Partial, Requests: v.Result.Requests, Compared: each(v.Errors, newCompared),
	}
	if len(v.Result.Kept) > 0 {
		d.SLOAttainment = number(v.Result.Attainment.Value)
	}
	return d
}

// verifications are the columns of formula against simulation, a plan and quantity a row.
func verifications(a *advice.Advice) []column {
	columns := []column{{head: "simulated plan", most: 34}, {head: ""}, {head: "formula", right: true}, {head: "simulated", right: true}, {head: "formula off", right: true}, {head: "simulation says", wraps: true}}
	for _, v := range a.Verified {
		name, says := compact(v.Plan), verified(v)
		for _, c := range v.Errors {
			if c.Name == "p50" || c.Name == "busy" {
				continue
			}
			for i, text := range []string{name, line(c.Name), quantity(c.Formula, c.Unit), quantity(c.Simulated.Value, c.Unit), lean(c.Formula/c.Simulated.Value - 1), says} {
				columns[i].cells = append(columns[i].cells, text)
			}
			name, says = "", ""
		}
		if len(v.Errors) == 0 {
			for i, text := range []string{name, "", none, none, none, says} {
				columns[i].cells = append(columns[i].cells, text)
			}
		}
	}
	return columns
}

// verified is what a simulation says of a plan in a few words.
func verified(v advice.Verified) string {
	switch {
	case !v.Result.Stable:
		return "unstable"
	case v.Result.Verdict == "cannot-certify":
		return "not certified: " + strings.Join(each(v.Result.Reasons, line), "; ")
	}
	return line(string(v.Result.Verdict))
}

// verification writes formula against simulation, and nothing where nothing was simulated.
func (s *screen) verification(a *advice.Advice) error {
	if len(a.Verified) == 0 {
		return nil
	}
	s.blank()
	columns, _ := fit(s.sign(verifications(a)), s.width-2)
	rows, err := lines(columns)
	for _, row := range rows {
		s.put("  "+row, plain)
	}
	return err
}

func (m markdown) verification(a *advice.Advice) {
	if len(a.Verified) == 0 {
		return
	}
	m.printf("\n### Formula and simulation\n\n")
	m.table(verifications(a), func(int) bool { return false })
}
