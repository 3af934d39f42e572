package advisor

import (
	"fmt"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
)

// ordering says until when hardware must be ordered that takes its time to arrive: before today
// stops holding, and before each change within the horizon. Nothing without --lead-time.
func ordering(q question, today *advice.Today, way road) []string {
	lead := q.Workload.LeadTime
	if lead <= 0 {
		return nil
	}
	takes := unit.Format(unit.Duration, lead)
	needed, what := time.Time{}, ""
	switch {
	case len(way.stages) > 1:
		needed, what = way.stages[1].Date, "more is needed from"
	case today != nil && today.Holds:
		needed, what = today.HoldsUntil, "today holds until"
	}
	if kept := len(way.stages) > 0 && way.stages[0].Strategy == candidate.None; today != nil && !today.Holds && !kept {
		return []string{"today does not hold, and hardware takes " + takes + " to arrive: what is ordered now serves from " + q.date(lead).Format(time.DateOnly)}
	}
	if needed.IsZero() {
		return nil
	}
	by := needed.Add(-time.Duration(lead * float64(time.Second)))
	if by.Before(q.Now) {
		return []string{fmt.Sprintf("%s %s, and hardware takes %s to arrive: ordered now it comes too late, on %s", what, needed.Format(time.DateOnly), takes, q.date(lead).Format(time.DateOnly))}
	}
	return []string{fmt.Sprintf("order by %s: %s %s, and hardware takes %s to arrive", by.Format(time.DateOnly), what, needed.Format(time.DateOnly), takes)}
}

// order dates until when the hardware of each stage must be ordered, which takes lead seconds to
// arrive: of those that need other hardware than the one before, or more of it.
func order(stages []advice.Stage, lead float64, now time.Time) {
	for i := range stages {
		e := stages[i].Plan
		if lead <= 0 || i == 0 && stages[i].Strategy == candidate.None {
			continue
		}
		if i > 0 {
			b := stages[i-1].Plan
			if b.Accelerator == e.Accelerator && b.InstanceType == e.InstanceType && e.Instances <= b.Instances {
				continue
			}
		}
		stages[i].OrderBy = stages[i].Date.Add(-time.Duration(lead * float64(time.Second)))
		stages[i].Late = stages[i].OrderBy.Before(now)
	}
}
