package rule

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/pattern"
)

// key is one key of a rule file.
type key struct {
	name     string
	required string // what to do when the key is missing; "" when it may be
	read     func(*reader, *Rule, *yaml.Node)
}

// keys of a rule file, in the order in which a file has them.
func keys() []key {
	return []key{
		{"id", "give the rule an id: the name of its file", readID},
		{"formerly", "", readFormerly},
		{"title", "give the rule a title of a few words",
			func(rd *reader, r *Rule, n *yaml.Node) { r.Title = rd.line(n) }},
		{"since", "", func(rd *reader, r *Rule, n *yaml.Node) { r.Since = rd.line(n) }},
		{"stages", "", nil}, // read before all others: it decides what they may name
		{"severity", "say how much it matters: info, warning or error", func(rd *reader, r *Rule, n *yaml.Node) { rd.severity(r, n) }},
		{"group", "", readGroup},
		{"order", "", func(rd *reader, r *Rule, n *yaml.Node) { r.Order = rd.place(n, "order") }},
		{"doubt", "", func(rd *reader, r *Rule, n *yaml.Node) { r.Doubt = rd.place(n, "doubt") }},
		{"principles", "name at least one principle of the lesson",
			func(rd *reader, r *Rule, n *yaml.Node) {
				r.Principles = rd.words(n, listed("principle", rd.principles), 1)
			}},
		{"argues", "", readArgues},
		{"params", "", readParams},
		{"when", "state the condition: an expression over facts", readWhen},
		{"error_when", "", readErrorWhen},
		{"message", "say what is wrong, with its numbers",
			func(rd *reader, r *Rule, n *yaml.Node) { r.Message, rd.templates.message = rd.template(r, n) }},
		{"remedy", "", func(rd *reader, r *Rule, n *yaml.Node) { r.Remedy, rd.templates.remedy = rd.template(r, n) }},
		{"evidence", "", readEvidence},
		{"why", "explain the rule: what is behind it, and how to check it",
			func(rd *reader, r *Rule, n *yaml.Node) { r.Why = rd.text(n) }},
		{"fixtures", "give facts under which it fires and facts under which it stays silent", readFixtures},
		{"blocks", "", nil},
	}
}

func keyNames() []string {
	var names []string
	for _, k := range keys() {
		names = append(names, k.name)
	}
	return names
}

var idForm = pattern.Of(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func readID(rd *reader, r *Rule, n *yaml.Node) {
	r.ID = rd.line(n)
	if r.ID == "" {
		return
	}
	if !idForm.MatchString(r.ID) {
		rd.refuse(n, "the id "+quote(r.ID)+" is not a plain word", "use small letters, digits and single hyphens")
		return
	}
	if want := fileID(rd.source.Name); r.ID != want {
		rd.refuse(n, "the id "+quote(r.ID)+" is not the file's name", "name it "+quote(want)+", or rename the file")
	}
}

// Strategies that a rule may argue about, and the one thing besides that can be argued about.
func arguable() []string {
	var words []string
	for _, s := range candidate.Strategies() {
		words = append(words, string(s))
	}
	return append(words, "optimization")
}

func readArgues(rd *reader, r *Rule, n *yaml.Node) {
	sides := map[string]*[]string{"for": &r.For, "against": &r.Against}
	for _, p := range rd.pairs(n, listed("side", []string{"for", "against"})) {
		*sides[p.key.Value] = rd.words(p.value, listed("strategy", arguable()), 0)
	}
	for _, word := range r.For {
		if slices.Contains(r.Against, word) {
			rd.refuse(n, "the rule argues both for and against "+word, "decide on one side")
		}
	}
}

func readWhen(rd *reader, r *Rule, n *yaml.Node) {
	r.When, r.Line = rd.text(n), n.Line
	if r.When != "" {
		r.condition = rd.condition(r, n)
	}
}

// readErrorWhen reads the condition under which a finding is an error, whatever severity the
// rule has otherwise.
func readErrorWhen(rd *reader, r *Rule, n *yaml.Node) {
	if r.ErrorWhen = rd.text(n); r.ErrorWhen == "" {
		return
	}
	if r.Severity.Advise == advice.Error || r.Severity.Advise != r.Severity.Check {
		rd.refuse(n, "error_when raises one severity below error", "give severity: info or warning, or leave error_when out")
	}
	r.raise, r.Severity.Raised = rd.condition(r, n), true
}

// condition compiles an expression and reports its faults at their places in the file.
func (rd *reader) condition(r *Rule, n *yaml.Node) *condition {
	c, faults := compile(n.Value, names{r.Stages, true, r.Params})
	for _, f := range faults {
		rd.refuseAt(locate(rd.lines, n, f.offset), f.what, f.remedy)
	}
	if c != nil {
		c.place = func(offset int) place { return locate(rd.lines, n, offset) }
	}
	return c
}

func readEvidence(rd *reader, r *Rule, n *yaml.Node) {
	for _, name := range rd.words(n, factLexicon(), 1) {
		if _, wrong := r.inTexts().find(name); wrong != nil {
			rd.refuse(n, wrong.what, wrong.remedy)
			continue
		}
		r.Evidence = append(r.Evidence, name)
	}
}
