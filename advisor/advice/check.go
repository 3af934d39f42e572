package advice

import (
	"time"

	"scaleadvise/advisor/derivation"
)

// Outcome is the verdict on one declared plan, or on a whole check.
type Outcome string

// The outcomes, mildest first.
const (
	Passes   Outcome = "holds"    // nothing at or above the severity that fails
	Unjudged Outcome = "unjudged" // nothing could be judged, for a reason that is given
	Fails    Outcome = "fails"    // a finding at or above it
	Invalid  Outcome = "invalid"  // the plan could not be read or understood
)

// Check is the result of checking declared plans against their promises. Money is US dollars a month, rates
// per second, times seconds, shares fractions of 1.
type Check struct {
	Plans      []Checked // in the order of their files, then of their place
	Totals     []Located // findings about all plans together: limits on the total cost
	Outcome    Outcome
	Counts     Counts
	FailOn     Severity
	Comparison *Comparison // nil without a base
	Cost       Total
	Rules      []RuleText  // those that findings name, in the catalogue's order
	Principles []Principle // those that findings cite, in the lesson's order
	Warnings   []string    // what was skipped, and why
}

// Checked is one declared plan, judged.
type Checked struct {
	File       string // as named by the user, with slashes
	Name       string // "" when the plan has none
	Kind       string // of the Kubernetes object; "plan" for a plan
	Line       int    // where it starts
	Outcome    Outcome
	Reason     string // why it was not judged; "" where it was
	Waived     bool   // its owner excludes it from judgement, for Reason
	Partly     bool   // the arguments of its containers were judged, although its load was not
	Findings   []Located
	Suppressed []Suppressed
	Warnings   []string // traits that are odd without being wrong
	Figures    Figures
	Steps      []derivation.Step // how the figures came about; nil unless asked for
}

// Figures are what comparisons of plans compare.
type Figures struct {
	Known       bool    // a deployment was declared, and something is known about it
	Words       string  // "4 × A10"
	Replicas    int     // declared; with an autoscaler, the most that it may run
	Enough      int     // fewest replicas of the same kind that hold; 0 when no number does
	CapacityQPS float64 // 1/s, with all replicas up, within the SLO
	DemandQPS   float64 // 1/s, the demand planned for
	Headroom    float64 // 1 − demand ÷ capacity; negative when overloaded, meaningful where CapacityQPS > 0
	Cost        float64
	Priced      bool
	AsOf        string  // the oldest date of its prices
	Runway      float64 // s until growth exceeds its capacity
	Grows       bool    // demand grows, so that Runway has a meaning
	HoldsUntil  time.Time
}

// Place is a spot in a file.
type Place struct {
	File         string
	Line, Column int    // 1-based, Column in characters; 0 for the whole file
	Text         string // the line itself, "" when it is not known
	Length       int    // characters of the value that starts there, 0 when not known
}

// Located is a finding with the line that it is about.
type Located struct {
	Finding
	Place       Place
	Subject     string // trait that the place is of, "" for the whole plan
	Fingerprint string // stable under edits elsewhere in the file and under other numbers
	Old         bool   // the base has the same finding
}

// Suppressed is a finding that does not count, and why.
type Suppressed struct {
	Located
	By     string // "ignore" or "baseline"
	Reason string
}

// Counts are the totals of a check.
type Counts struct {
	Files, Plans           int
	Holds, Fails, Invalid  int // plans
	Unjudged               int // of them, those that nothing could be held against
	Errors, Warnings, Info int // findings shown
	New                    int // of them not in the base; 0 without one
	Ignored, Baseline      int // findings that do not count
}

// Total is the cost of all plans whose price is known.
type Total struct {
	USDPerMonth float64
	Unpriced    int    // plans without a known price
	AsOf        string // the oldest date of their prices
}

// Comparison is what a change does to the plans.
type Comparison struct {
	Base          string // as named: a folder or a revision
	Plans         []Delta
	Before, After Sum
	New, Old      int // findings
	Gone          int // findings of the base that are no longer present
}

// Sum adds up the plans that could be judged.
type Sum struct {
	Plans       int
	Replicas    int
	CapacityQPS float64
	Cost        float64
	Unpriced    int
}

// Delta is what a change does to one plan; a nil side is a plan that is not there.
type Delta struct {
	File, Name    string
	Before, After *Figures
}

// Changed reports whether anything that is compared differs.
func (d Delta) Changed() bool {
	if d.Before == nil || d.After == nil {
		return d.Before != d.After
	}
	return *d.Before != *d.After
}

// RuleText is what a report says of a rule itself.
type RuleText struct {
	ID, Title, Why string
	Severity       Severity
	Principles     []string
}
