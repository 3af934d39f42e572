package advice

import (
	"slices"
	"time"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/unit"
)

// Advice is everything that was concluded about one workload. Nothing in it is rendered:
// times are seconds, rates per second, money US dollars, shares fractions of 1.
type Advice struct {
	Workload     Summary
	Strategy     candidate.Strategy
	Direction    string // "out", "in", "up", "down", "" (none, combined)
	Optimized    bool
	Feasible     bool
	DecidedBy    string           // the criterion, or id of the blocking rule that changed the choice
	Criterion    choice.Criterion // by which the choice was made
	Margin       float64          // by how much, a fraction; 0 where it is not known
	SupportedBy  []string         // ids of the rules that argue for the choice, in the catalogue's order
	Plan         candidate.Evaluation
	First        candidate.Evaluation  // the plan to deploy now, for today's demand; Plan where nothing grows
	Cost         Cost                  // what First and the roadmap cost, now and over time
	Affordable   *Affordable           // nil without a budget, and where nothing grows
	PricedAt     []Offered             // where the hardware of the plan has a price, if it has none here
	TodayAt      []Offered             // where today's hardware has a price, if only the plan's has one here
	Today        *Today                // nil when no accelerator was named
	Cheaper      *candidate.Evaluation // a plan that costs much less, where today's deployment is kept; nil for none
	Balancer     *Balancer             // nil where load-aware balancing saves next to nothing
	Elsewhere    *Elsewhere            // nil where nothing costs less with another cloud or vendor
	Apart        *Disaggregation       // nil where it was not asked for
	Hosted       *HostedAPI            // nil where no prices of an API were given
	Squeeze      Squeeze               // the zero value where no argument of the engine makes a replica larger
	HeldBack     HeldBack              // the zero value where no argument of the engine holds a replica back
	Autoscaling  *Autoscaling          // nil where it is off, or the day or the start of a replica is not known
	Alternatives []Alternative         // always eight: none, vertical, horizontal, combined, each plain then optimized
	Findings     []Finding             // in the catalogue's order, errors first
	Principles   []Principle           // those the findings cite, in the lesson's order
	Assumptions  []Assumption
	Roadmap      []Stage
	Warnings     []string
	Cautions     []string // the warnings about inputs and about what will not hold; the other warnings are about the method
	Traits       []Trait  // in the order of the trait table
	Confidence   float64
	Next         []string               // commands worth trying next, complete
	Order        string                 // until when hardware must be ordered; "" without a lead time
	Settle       Step                   // what to measure or state to settle the largest doubt
	Facts        map[string]any         // all facts that rules may read; nil unless asked for
	Steps        []derivation.Step      // how the numbers came about; nil unless asked for
	Curve        []serve.Response       // the plan at rising loads; nil unless charts were asked for
	Larger       []candidate.Evaluation // the plan with more replicas; nil unless charts were asked for
	WhatIf       *WhatIf                // what would change the answer; nil unless asked for
	Verified     []Verified             // the plan, and those that cost nearly the same, as simulated; none unless asked
	Refuted      bool                   // the requested simulation says that the plan fails, and no other plan was found
	Unverified   bool                   // time ran out before a simulation could judge the plan
	Now          time.Time
}

// Deciding returns the finding that best explains why the plan was chosen: that of the blocking rule which
// changed the choice, else the first that argues for it, else the first error where nothing holds. It is nil
// where no rule says anything about it.
func (a *Advice) Deciding() *Finding {
	by := a.DecidedBy
	if by == string(a.Criterion) && len(a.SupportedBy) > 0 {
		by = a.SupportedBy[0]
	}
	var failed *Finding
	for i := range a.Findings {
		switch f := &a.Findings[i]; {
		case f.Rule == by:
			return f
		case failed == nil && f.Severity == Error:
			failed = f
		}
	}
	if a.Feasible {
		return nil
	}
	return failed
}

// Untold reports whether it could not be determined what holds: nothing is known about what would have to be
// judged, or the simulation of the plan did not finish.
func (a *Advice) Untold() bool { return a.Criterion == choice.Unknown || a.Unverified }

// Doubts returns the findings for which the plan may not be what it seems, the largest doubt
// first, each with the step that settles it.
func (a *Advice) Doubts() []Finding {
	var out []Finding
	for _, f := range a.Findings {
		if f.Doubt > 0 {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(x, y Finding) int { return x.Doubt - y.Doubt })
	return out
}

// Summary is the workload as understood, for the first lines of a report.
type Summary struct {
	Name           string
	Model          string // catalogue id or the user's name for it
	ModelName      string
	ModelAssumed   bool
	Request        string  // what one request of an ordinary model is, "384 tokens"; "" for others
	Runtime        string  // what runs it today; "" for others
	Server         string  // the inference server in front of the runtime; "" where none was named
	PeakQPS        float64 // today
	MeanQPS        float64 // 0 when unknown
	PlanQPS        float64 // peak demand that was planned for, at the horizon
	GrowthPerMonth float64
	Peaks          [2]unit.Interval // peaks of today and at the horizon, with their ranges
	Growth         unit.Interval    // fraction per month
	HorizonMonths  float64
	LatencySeconds float64 // SLO bound, 0 when none
	TTFT, TPOT     float64 // s, SLO bounds of a language model, 0 when none
	TokenPercent   float64 // percentile of those bounds, 0.99
	InputTokens    float64 // mean per request; 0 for a model without tokens
	OutputTokens   float64
	Images         int     // per request; their tokens are part of InputTokens
	ImageTokens    float64 // tokens of one image
	ImageSize      string  // "1024x1024"
	Adapters       int     // LoRA adapters of a replica, and their rank
	AdapterRank    int
	PrefixHit      float64 // share of InputTokens that is found in the cache
	PrefixShared   float64 // share of InputTokens that earlier prompts began with
	PrefixUncached string  // why none of it is found; "" where the engine caches prefixes
	Speculation    string  // method of speculative decoding today, "" for none
	Turns          int     // turns of a conversation; InputTokens is then the mean prompt of a turn; 0 for single requests
	TurnTokens     float64 // tokens that a turn adds
	Percentile     float64 // 0.99
	Availability   float64 // 0 when not asked
	Replica        float64 // availability of one instance
	Budget         float64 // USD a month, 0 when none
	JobAlone       bool    // no requests come: a batch job over the data is all there is
	JobWindow      float64 // s, 0 without one
	Headroom       float64 // share of its capacity that a plan leaves free at the peak
	Data           string  // "" when no data traits were given
}

// Today is the deployment that the advice changes, judged at today's demand.
type Today struct {
	Judged
	Assumed   bool   // a part of it was defaulted
	AtHorizon Judged // the same at the demand planned for
}

// Then returns today's deployment at the demand planned for, nil where none was named.
func (t *Today) Then() *Judged {
	if t == nil {
		return nil
	}
	return &t.AtHorizon
}

// Judged is a deployment at a demand.
type Judged struct {
	candidate.Evaluation
	Holds  bool
	Excuse *candidate.Excuse
}

// Elsewhere is the cheapest plan with another cloud or vendor: one that --stay excludes, or one that was
// chosen because staying costs much more.
type Elsewhere struct {
	Plan  candidate.Evaluation
	Saves float64  // USD a month; 0 where no plan holds that stays
	Moves []string // what moving there involves: "another cloud (gcp)"
	Taken bool     // it is the chosen plan
}

// Alternative is the best plan of one strategy, or why there is none and the nearest miss.
type Alternative struct {
	Strategy  candidate.Strategy
	Direction string
	Optimized bool
	Chosen    bool
	Feasible  bool
	Excuse    *candidate.Excuse     // nil for the chosen one
	Plan      *candidate.Evaluation // nearest miss when infeasible; nil only when no configuration exists at all
	Now       *candidate.Evaluation // its size for today's demand; nil where nothing grows, or where it does not hold today
	CostRatio float64               // cost over that of the chosen plan; 0 when a price is unknown
	DecidedBy string                // criterion, excuse code or blocking rule that spoke against it
}

// Severity of a finding.
type Severity int

// Severities, mildest first.
const (
	Info Severity = iota + 1
	Warning
	Error
)

// Finding is what a rule concluded.
type Finding struct {
	Rule       string
	Severity   Severity
	Doubt      int      // rank of the doubt about the plan that it raises, 1 the largest; 0 for none
	For        []string // strategies, or "optimization"
	Against    []string
	Title      string
	Message    string
	Remedy     string
	Principles []string
	Evidence   []Evidence
}

// Evidence is one value that made a finding fire.
type Evidence struct {
	Name   string
	Value  any // float64, int64, bool, string
	Unit   string
	Origin string
}

// Principle is a principle of the lesson, or one added here with its source.
type Principle struct{ ID, Title, Text, Source string }

// Assumption is a value that was not given.
type Assumption struct {
	Trait  string
	Flag   string // how to set it
	Value  any
	Unit   string
	Reason string
}

// Stage is a stage of the roadmap: the plan to run from a date on.
type Stage struct {
	After     float64 // s from now
	Until     float64 // s from now that it was sized for; it may hold longer
	Date      time.Time
	Strategy  candidate.Strategy
	Optimized bool
	DemandQPS float64
	Plan      candidate.Evaluation
	OrderBy   time.Time // until when its hardware must be ordered; zero where nothing is ordered, or the lead time is not known
	Late      bool      // OrderBy is in the past
}

// Step is a set of flags to add to the command line, and what the answer then shows.
type Step struct{ Flags, Gain string }

// Trait is an input as it was understood.
type Trait struct {
	Name      string
	Value     any // float64, string, []string
	Unit      string
	Low, High float64 // equal to Value where exact
	Origin    string
}

// String returns the word used in every format.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	}
	return "info"
}
