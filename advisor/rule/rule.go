package rule

import (
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fact"
)

// Rule is one rule as its file states it. Every text about a rule (explain, the manual, SARIF's rule table)
// derives from it.
type Rule struct {
	ID         string
	Formerly   []string // former ids, which stay valid wherever a rule is named
	Title      string
	Since      string // version that introduced it; "" when the file does not say
	Stages     fact.Stage
	Severity   Severities
	Group      string   // of each group only the first rule that fires, by Order, reports; "" for none
	Order      int      // position in the catalogue and in the group
	Doubt      int      // rank of the doubt about the plan that its finding raises, 1 the largest; 0 for none
	Principles []string // ids of the lesson's principles, at least one
	For        []string // strategies it argues for, or "optimization"
	Against    []string
	Params     []Param
	When       string   // the condition as written
	ErrorWhen  string   // a second condition, under which the finding is an error; "" for none
	Message    string   // with {fact} placeholders
	Remedy     string   // with {fact} placeholders; "" when there is nothing to do
	Evidence   []string // facts; where the file names none, those that the condition reads
	Why        string   // Markdown
	Blocks     bool     // the file says "blocks: candidate"
	File       string   // name of its file
	Line       int      // line of its condition

	condition *condition
	raise     *condition       // of ErrorWhen, nil for none
	templates func() templates // the message and the remedy, taken apart
	fixtures  func() fixtures  // facts that it is tested with
}

// templates are the texts of a finding.
type templates struct{ message, remedy template }

// fixtures are those under which a rule must fire, and those under which it must stay silent.
type fixtures struct{ fires, silent []Fixture }

// Fixture is a set of facts under which the rule must fire, or must not. Facts that it does not name have
// their type's zero.
type Fixture struct {
	Line  int
	Facts map[string]any
}

// Severities are the severities of a rule, by stage.
type Severities struct {
	Advise, Check advice.Severity
	Raised        bool // raised to error where a second condition holds
}

// At returns the severity at a stage.
func (s Severities) At(stage fact.Stage) advice.Severity {
	if stage == fact.Check || stage == fact.Fleet { // a fleet is judged by a check
		return s.Check
	}
	return s.Advise
}

// String names the severity, or both where they differ.
func (s Severities) String() string {
	switch {
	case s.Raised:
		return s.Advise.String() + " or " + advice.Error.String()
	case s.Advise == s.Check:
		return s.Advise.String()
	}
	return s.Advise.String() + " (check: " + s.Check.String() + ")"
}

// Reads lists the facts that the condition reads, in the order in which it names them.
func (r *Rule) Reads() []string { return r.condition.reads }

// At reports whether the rule takes part at a stage.
func (r *Rule) At(stage fact.Stage) bool { return r.Stages.Has(stage) }

// JudgesDeclared reports whether the rule takes part in checks.
func (r *Rule) JudgesDeclared() bool { return r.At(fact.Check) || r.At(fact.Fleet) }

// Is reports whether the rule has the id, or had it formerly.
func (r *Rule) Is(id string) bool { return id != "" && (r.ID == id || slices.Contains(r.Formerly, id)) }

// inTexts are what the rule's texts may name.
func (r *Rule) inTexts() names { return names{r.Stages, false, r.Params} }

// values are what the rule sees of a case.
// Readable returns the message and the remedy as text: facts stand in angle brackets, and of
// texts for different cases the first is shown.
func (r *Rule) Readable() (message, remedy string) {
	t := r.templates()
	return t.message.readable(r.Params), t.remedy.readable(r.Params)
}

func (r *Rule) values(facts fact.Values) values { return values{facts, r.Params} }
