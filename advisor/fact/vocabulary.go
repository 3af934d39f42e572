package fact

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Type is the type of a fact's value.
type Type int

// The types of facts, with the Go types of their values.
const (
	Double  Type = iota + 1 // float64
	Int                     // int64
	Bool                    // bool
	String                  // string
	Strings                 // []string
)

// Fact is one row of the table. A fact that does not apply has its type's zero value; Doc says what zero
// means.
type Fact struct {
	Name   string // "plan.replicas"
	Type   Type
	Unit   string // "1/s", "ms", "USD/month", "fraction", "GiB", "month", "h"; "" when dimensionless
	Doc    string
	At     Stage    // when it is known
	Traits []string // traits that it is about; a finding points to the first that a plan gives
	Is     Stage    // stages at which its value is that of the first trait given
	Params []string // parameters of rules that it is computed with, "headroom.ceiling"

	read func(*View) any
}

// Value reads the fact from a case.
func (f *Fact) Value(v *View) any { return f.read(v) }

// Stages returns the stages at which the fact is known.
func (f Fact) Stages() Stage { return f.At }

// with names the parameters of rules that the fact is computed with.
func (f Fact) with(params ...string) Fact {
	f.Params = params
	return f
}

// Origin returns where the value of the fact came from at a stage: the place of the trait that it
// is, or the computation.
func (f *Fact) Origin(stage Stage, of map[string]string) string {
	if !f.Is.Has(stage) {
		return "computed"
	}
	for _, trait := range f.Traits {
		if o := of[trait]; o != "" {
			return o
		}
	}
	return "default"
}

// table lists the facts in the order in which `rules facts` shows them.
var table = sync.OnceValue(func() []Fact {
	return slices.Concat(demandFacts, sloFacts, modelFacts, baseFacts, todayFacts, planFacts, elsewhereFacts, machineFacts, smallerFacts, autoscalingFacts, alternativeFacts(),
		strongestFacts, limitFacts, memoryFacts, hostFacts, tokenFacts, scalingFacts, dataFacts, optimizationFacts, cheaperFacts,
		roadmapFacts, candidateFacts, checkFacts, gateFacts, servingFacts, scalerFacts, fleetFacts, memberFacts)
})

// All lists the facts.
func All() []Fact { return table() }

// Named finds a fact by its name.
func Named(name string) (*Fact, bool) {
	f, ok := index()[name]
	return f, ok
}

var index = sync.OnceValue(func() map[string]*Fact {
	facts := table()
	byName := make(map[string]*Fact, len(facts))
	for i := range facts {
		byName[facts[i].Name] = &facts[i]
	}
	return byName
})

// Parameters of rules that the computation itself uses, so that every threshold that judges a plan is
// defined in the rules.
const (
	NearCost    = "fewer-changes.near"            // costs that count as nearly the same
	WideRange   = "wide-range.wide"               // high over low of a range from which a load test is suggested
	Disagree    = "sized-for-uncertainty.differs" // relative difference allowed between formula and simulation
	LinearShare = "scaling-contention.linear"     // share of linear throughput from which scaling is called linear
	LeaveSaving = "stays-here.leave"              // saving for which a measured plan leaves today's cloud or vendor
	Ceiling     = "headroom.ceiling"              // share of its capacity to which a plan is loaded at most
	LeastSaving = "autoscaling-saves.least"       // saving from which following the day is recommended
	ZoneWorks   = "single-zone.zone_availability" // share of time that a zone is up
	Shortage    = "spot-promise.shortage"         // time during which a zone that reclaimed spot machines offers none
	HeldBack    = "argument-holds-back.share"     // share of what a replica could carry below which an argument of the engine holds it back
	PeakWithin  = "scalability-peak.within"       // multiple of the most replicas measured up to which a predicted peak is believed
	Doubtful    = "not-as-described.doubtful"     // times by which a measured latency lies off the predicted one before it is told
	Other       = "not-as-described.other"        // the same before it is that of another service
)

// Judging lists these parameters.
func Judging() []string {
	return []string{NearCost, WideRange, Disagree, LinearShare, PeakWithin, Doubtful, Other, LeaveSaving, Ceiling, ZoneWorks, LeastSaving, Shortage, HeldBack}
}

// ReadsParam reports whether a fact, or the computation, uses a parameter of a rule, "headroom.ceiling".
func ReadsParam(name string) bool {
	return slices.Contains(Judging(), name) || slices.ContainsFunc(table(), func(f Fact) bool { return slices.Contains(f.Params, name) })
}

// units are those that a fact may have.
var units = []string{"", "1/s", "ms", "USD/month", "USD", "fraction", "fraction/month", "GiB", "month", "h"}

// Faults lists what is missing or wrong in the table: no rule loads while a row lacks a column.
var Faults = sync.OnceValue(func() error { return faults(table()) })

func faults(facts []Fact) error {
	var all []error
	seen := map[string]bool{}
	for _, f := range facts {
		refuse := func(what string) { all = append(all, fmt.Errorf("the fact %q %s", f.Name, what)) }
		group, name, dotted := strings.Cut(f.Name, ".")
		switch {
		case !dotted || group == "" || name == "" || group == "param":
			refuse("has no name such as plan.replicas")
		case seen[f.Name]:
			refuse("is declared twice")
		case f.Type < Double || f.Type > Strings:
			refuse("has no type")
		case !slices.Contains(units, f.Unit) || f.Unit != "" && f.Type != Double:
			refuse("has no unit that is known")
		case f.Doc == "":
			refuse("does not say what it is")
		case f.At == 0:
			refuse("is known at no stage")
		case len(f.Traits) == 0:
			refuse("is about no trait")
		case f.read == nil:
			refuse("is read from nothing")
		}
		seen[f.Name] = true
	}
	return errors.Join(all...)
}

// String names the type as messages do.
func (t Type) String() string {
	switch t {
	case Double:
		return "a number"
	case Int:
		return "a whole number"
	case Bool:
		return "true or false"
	case Strings:
		return "a list of texts"
	}
	return "a text"
}

// Zero returns the value of a fact that does not apply.
func (t Type) Zero() any {
	switch t {
	case Double:
		return 0.0
	case Int:
		return int64(0)
	case Bool:
		return false
	case Strings:
		return []string(nil)
	}
	return ""
}
