package advice

import "scaleadvise/advisor/candidate"

// WhatIf is what would be if one input were another. Times are seconds, rates per second,
// money US dollars, shares fractions of 1.
type WhatIf struct {
	Base    *Advice
	Sweep   *Sweep // nil where no trait was varied
	Flips   []Flip // what would change the choice; nil where a trait was varied
	Swings  []Swing
	Unmoved []string // inputs that were changed without an effect on cost or replicas
	Asked   int      // how many times the pipeline ran

	// Unfinished names the inputs, or the values of the sweep, for which there was no time: the answer is
	// partial. Nil where it is complete.
	Unfinished []string
}

// Varied is an input that can be varied.
type Varied struct {
	Name  string // trait, or "price" of an accelerator
	Of    string // the accelerator whose price it is, else ""
	Flag  string // how to set it, "" where it is no trait
	Unit  string // unit of its values; "" where it has none
	Given bool
	Now   float64 // current value; meaningful where Given
	Words bool    // its values are words
}

// Decided is what the pipeline chooses at one value.
type Decided struct {
	Feasible  bool
	Strategy  candidate.Strategy
	Direction string
	Optimized bool
	DecidedBy string
	Plan      candidate.Evaluation // the nearest miss where nothing holds
	Excuse    string               // why nothing holds
}

// Value is a value of an input: a number in its unit, or a word.
type Value struct {
	Number float64
	Word   string
}

// Sweep is what is chosen over the values of one input.
type Sweep struct {
	Of      Varied
	Points  []SweepPoint
	Changes []Crossing // between points, in their order; none for words
}

// SweepPoint is one value.
type SweepPoint struct {
	Value
	Decided
	Fault   string // why there is no answer at this value; Decided is then empty
	Changed bool   // the strategy differs from that of the point before
	Moved   bool   // the strategy is the same, on other hardware or in another precision
}

// Crossing is where another strategy begins: the pipeline ran at both values, which differ by no more than
// three significant digits can tell.
type Crossing struct {
	Last, First   float64 // last value of the old strategy, first value of the new one
	Before, After Decided
}

// FlipKind is what flips.
type FlipKind string

// The kinds.
const (
	FlipMoves FlipKind = "moves" // the strategy stays the choice, with another count, hardware or precision
	FlipLoses FlipKind = "loses" // the chosen strategy is no longer chosen
	FlipWins  FlipKind = "wins"  // another strategy is chosen
	FlipFails FlipKind = "fails" // a strategy that holds no longer does
	FlipHolds FlipKind = "holds" // a strategy that does not hold comes to hold
)

// Flip is the nearest change of one input that flips something for one strategy.
type Flip struct {
	Kind      FlipKind
	Strategy  candidate.Strategy // whose
	Optimized bool
	Chosen    bool // Strategy is the chosen one
	Of        Varied
	Up        bool  // the flip lies at a larger value; meaningful for numbers
	Last      Value // nearest tried value before the flip
	First     Value // nearest tried value after it
	Then      Decided
	Why       string // for FlipFails: why the strategy does not hold there
	// Plan is the plan of the strategy after the flip.
	Plan candidate.Evaluation
}

// Swung is the factor by which a what-if moves an input down and up. SwungOdds is the factor for an
// availability, applied to what it lacks of 1.
const (
	Swung     = 1.2
	SwungOdds = 2.0
)

// Swing is how far cost and replicas move when one input moves.
type Swing struct {
	Of        Varied
	Low, High Value
	At        [2]Decided // at Low and at High
}

// Cost returns the difference of cost between the ends of a swing, 0 where an end has no price.
func (s Swing) Cost() float64 {
	a, b := s.At[0], s.At[1]
	if !a.Feasible || !b.Feasible || !a.Plan.Priced || !b.Plan.Priced {
		return 0
	}
	return b.Plan.CostPerMonth - a.Plan.CostPerMonth
}

// Replicas returns the difference of replicas between the ends of a swing.
func (s Swing) Replicas() int { return s.At[1].Plan.Replicas - s.At[0].Plan.Replicas }
