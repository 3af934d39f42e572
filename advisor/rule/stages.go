package rule

import (
	"strconv"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fact"
)

// outcome are the stages at which one deployment is judged, and judging all those of rules that do
// not block.
const (
	outcome = fact.Advise | fact.Check
	judging = outcome | fact.Fleet
)

// stages reads at which stages a rule takes part. Where the file does not say, it takes part
// wherever all facts of its condition are known.
func (rd *reader) stages(r *Rule, n *yaml.Node) {
	if r.Blocks {
		if r.Stages = fact.Search; n != nil {
			rd.refuse(n, "a rule that blocks candidates has no other stage", "leave stages out, or blocks")
		}
		return
	}
	if n == nil {
		return
	}
	for _, word := range rd.words(n, listed("stage", judging.Names()), 1) {
		stage, _ := fact.StageNamed(word)
		r.Stages |= stage
	}
}

// settle finds the stages of a rule that names none.
func (rd *reader) settle(r *Rule, n *yaml.Node) {
	if r.Stages != 0 || r.condition == nil {
		return
	}
	if r.Stages = outcome; len(r.condition.reads) > 0 {
		r.Stages = judging
	}
	for _, name := range r.condition.reads {
		f, _ := fact.Named(name)
		r.Stages &= f.Stages()
	}
	if r.Stages == 0 {
		rd.refuse(n, "no stage knows all facts of the condition", "scaleadvise rules facts says when each is known")
	}
}

// severity reads one severity, or one by stage.
func (rd *reader) severity(r *Rule, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		s := rd.severityWord(n)
		r.Severity = Severities{Advise: s, Check: s}
		return
	}
	by := map[string]advice.Severity{}
	for _, p := range rd.pairs(n, listed("stage", outcome.Names())) {
		by[p.key.Value] = rd.severityWord(p.value)
	}
	r.Severity = Severities{Advise: by["advise"], Check: by["check"]}
	stages := r.Stages
	if stages == 0 {
		stages = outcome
	}
	if stages.Has(fact.Fleet) {
		stages = stages&^fact.Fleet | fact.Check // by which a fleet is judged
	}
	for _, name := range stages.Names() {
		if _, given := by[name]; !given {
			rd.refuse(n, "the severity at the stage "+name+" is missing", "write {advise: warning, check: error}, or one for both")
		}
	}
}

func (rd *reader) severityWord(n *yaml.Node) advice.Severity {
	word := rd.line(n)
	known := []string{}
	for s := advice.Info; s <= advice.Error; s++ {
		if s.String() == word {
			return s
		}
		known = append(known, s.String())
	}
	if word != "" {
		rd.refuse(n, "unknown severity "+quote(word), listed("severity", known).suggest(word))
	}
	return 0
}

// place reads a place in an order, 0 where it is none.
func (rd *reader) place(n *yaml.Node, key string) int {
	v, ok := factValue(fact.Int, n)
	order, _ := v.(int64)
	if !ok || order < 1 || order > maxOrder {
		rd.refuse(n, key+" is a whole number, not "+written(n), "write one from 1 to "+strconv.Itoa(maxOrder))
		return 0
	}
	return int(order)
}

// maxOrder bounds order; rules without one come last.
const maxOrder = 1_000_000

func readGroup(rd *reader, r *Rule, n *yaml.Node) {
	if r.Group = rd.line(n); r.Group != "" && !idForm.MatchString(r.Group) {
		rd.refuse(n, "the group "+quote(r.Group)+" is not a plain word", "use small letters, digits and single hyphens")
	}
}

func readFormerly(rd *reader, r *Rule, n *yaml.Node) {
	for _, id := range rd.words(n, form("id", idForm, "use small letters, digits and single hyphens"), 1) {
		if id == r.ID {
			rd.refuse(n, "the rule is still called "+quote(id), "name only other ids under formerly")
			continue
		}
		r.Formerly = append(r.Formerly, id)
	}
}
