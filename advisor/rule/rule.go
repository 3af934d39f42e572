package rule

import (
	"slices"

	"scaleadvise/advisor/advice"
)

// Rule is one rule as its file states it. Everything that is said about a rule anywhere
// (explain, the manual, SARIF's rule table) comes from here.
type Rule struct {
	ID         string
	Title      string
	Since      string // version that first had it; "" when the file does not say
	Severity   advice.Severity
	Principles []string // ids of the lesson's principles, at least one
	For        []string // strategies it argues for, or "optimization"
	Against    []string
	When       string   // the condition as written
	Message    string   // with {fact} placeholders
	Remedy     string   // with {fact} placeholders; "" when there is nothing to do
	Evidence   []string // facts; where the file names none, those that the condition reads
	Why        string   // Markdown
	Fires      []Fixture
	Silent     []Fixture
	Blocks     bool   // blocks: candidate
	File       string // name of its source
	Line       int    // line of its condition

	condition *condition
	message   template
	remedy    template
}

// Fixture is one set of facts under which the rule must fire, or stay silent. Facts that it
// does not name are their type's zero.
type Fixture struct {
	Line  int
	Facts map[string]any
}

// Reads lists the facts that the condition reads, in the order in which it names them.
func (r *Rule) Reads() []string { return r.condition.reads }

// JudgesDeclared reports whether the rule can judge a declared deployment: whether it fires
// depends on nothing that only a comparison of strategies tells.
func (r *Rule) JudgesDeclared() bool {
	return !r.Blocks && !slices.ContainsFunc(r.Reads(), func(name string) bool {
		f, ok := FactNamed(name)
		return ok && f.OfChoice()
	})
}
