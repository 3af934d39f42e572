package choice

import (
	"scaleadvise/advisor/candidate"
)

// Criterion is what decided between the alternatives.
type Criterion string

// The criteria, in the order in which they are tried.
const (
	ScaleIn        Criterion = "scale-in"            // today holds, and so do fewer of its replicas
	TodayHolds     Criterion = "today-holds"         // today's deployment holds, so it stays
	OnlyOne        Criterion = "only-one-that-holds" // no other alternative holds
	Cheapest       Criterion = "cheapest"            // no other that holds costs less
	FewerChanges   Criterion = "fewer-changes"       // near the cheapest, and changes less of what runs today
	MoreRedundancy Criterion = "more-redundancy"     // near the cheapest with as few changes, and survives more losses
	NothingHolds   Criterion = "nothing-holds"       // nothing holds: the nearest miss stands in for a plan

	MeasuredOverPredicted Criterion = "measured-over-predicted" // the cheaper plans are only predicted, and save less than their range is wide
	StaysHere             Criterion = "stays-here"              // the cheaper plans are with another cloud or vendor
	Unknown               Criterion = "unknown"                 // nothing is known about today's deployment, or it was measured to fail where it is predicted to hold: measure it before changing it
)

// Criteria lists the criteria in the order in which they are tried.
func Criteria() []Criterion {
	return []Criterion{ScaleIn, TodayHolds, OnlyOne, Cheapest, FewerChanges, MoreRedundancy, MeasuredOverPredicted, StaysHere, Unknown, NothingHolds}
}

// Policy holds the settings of a choice.
type Policy struct {
	CostOnly bool    // today's deployment gets no preference
	NoToday  bool    // nothing runs today, so nothing gets preference
	Near     float64 // the fraction by which a plan may cost more than the cheapest and still win
	Leave    float64 // the fraction that a measured plan must save to leave the cloud or vendor of today
}

// Decision is the alternative that was chosen, and why.
type Decision struct {
	candidate.Alternative
	Index     int       // index of the chosen alternative
	Criterion Criterion // what decided
	Margin    float64   // by how much, a fraction; 0 where it is not known
	Rule      string    // blocking rule that changed the choice, "" for none
	Against   []Against // what spoke against each alternative, in their order
}

// Against is what counted against one alternative.
type Against struct {
	By        string            // criterion, excuse code or blocking rule; for the chosen one, what decided
	Excuse    *candidate.Excuse // nil for the chosen one when it holds
	CostRatio float64           // its cost over the chosen one's, 0 where a price is not known
}

// By returns what decided: the blocking rule that changed the choice, else the criterion.
func (d Decision) By() string {
	if d.Rule != "" {
		return d.Rule
	}
	return string(d.Criterion)
}

// KeepsToday reports whether today's deployment was preferred and stays, whole or with fewer replicas.
func (d Decision) KeepsToday() bool { return d.Criterion == TodayHolds || d.Criterion == ScaleIn }
