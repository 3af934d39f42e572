package advice

import "scaleadvise/advisor/derivation"

// Explanation says how a quantity was computed, what a rule or a principle says, or how all numbers of an
// advice were computed.
type Explanation struct {
	Topic     string  // as asked, "" for everything
	Advice    *Advice // on the workload, nil where none was given
	Quantity  *derivation.Value
	Steps     []derivation.Step // the steps that lead to it
	Rule      *ExplainedRule
	Principle *ExplainedPrinciple
	Word      *Word
	Index     *Index // what can be explained, where no topic was given
}

// Word is a word of the glossary.
type Word struct {
	Names   []string
	Meaning string
	Flags   []string // flags that it is about
	Rules   []string
}

// Index is all that can be explained.
type Index struct {
	Quantities []string // of a workload
	Words      []string
	Principles []string
	Rules      []string
}

// ExplainedRule is a rule with its result for the workload.
type ExplainedRule struct {
	RuleText
	File, When, Message, Remedy string
	For, Against                []string
	Finding                     *Finding   // what it found; nil where it stays silent, or no workload was given
	Read                        []Evidence // the facts that its condition reads, with their values
	Decided                     bool       // it blocked the plan that would have been chosen
	Supports                    bool       // it argues for the choice
}

// ExplainedPrinciple is a principle with what cites it.
type ExplainedPrinciple struct {
	Principle
	Level    string // level of the quiz questions about it
	Check    string
	Mistakes []Mistake // common misconceptions
	Example  string    // computed for this answer
	Findings []Finding // findings of the workload that cite it
	Rules    []string  // ids of all rules that cite it
}
