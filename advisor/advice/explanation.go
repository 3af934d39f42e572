package advice

import "scaleadvise/advisor/derivation"

// Explanation is how a quantity came about, what a rule or a principle says, or all of an
// advice's numbers.
type Explanation struct {
	Topic     string  // as asked, "" for everything
	Advice    *Advice // on the workload, nil where none was given
	Quantity  *derivation.Value
	Steps     []derivation.Step // that lead to it
	Rule      *ExplainedRule
	Principle *ExplainedPrinciple
	Word      *Word
	Index     *Index // what may be asked about, where nothing was
}

// Word is a word of the glossary.
type Word struct {
	Names   []string
	Meaning string
	Flags   []string // that speak of it
	Rules   []string
}

// Index is all that can be explained.
type Index struct {
	Quantities []string // of a workload
	Words      []string
	Principles []string
	Rules      []string
}

// ExplainedRule is a rule with what it makes of the workload.
type ExplainedRule struct {
	RuleText
	File, When, Message, Remedy string
	For, Against                []string
	Finding                     *Finding   // what it found; nil where it stays silent, or no workload was given
	Read                        []Evidence // the facts that its condition reads, as they are
	Decided                     bool       // it blocked what would have been chosen
	Supports                    bool       // it argues for the choice
}

// ExplainedPrinciple is a principle with what cites it.
type ExplainedPrinciple struct {
	Principle
	Level    string // of the questions about it
	Check    string
	Mistakes []Mistake // what is often said
	Example  string    // computed on the spot
	Findings []Finding // of the workload, that cite it
	Rules    []string  // ids of all rules that cite it
}
