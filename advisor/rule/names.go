package rule

import (
	"strings"

	"scaleadvise/advisor/fact"
)

// names are what a condition or a text may name: facts that are known at its stages, and the
// parameters of its rule.
type names struct {
	stages fact.Stage // 0: any but the search
	every  bool       // the fact must be known at every stage, a fleet's or all others: conditions; one is enough for texts
	params []Param
}

// find gives what a name stands for, or says what is wrong with it.
func (n names) find(name string) (*fact.Fact, *fault) {
	if own, ok := strings.CutPrefix(name, paramPrefix); ok {
		return n.param(own)
	}
	f, ok := fact.Named(name)
	if !ok {
		return nil, &fault{what: "unknown fact " + quote(name), remedy: factLexicon().suggest(name)}
	}
	stages, every := n.stages, n.every
	if stages == 0 {
		stages, every = judging, false // the facts decide
	}
	known := f.Stages() & stages
	if known == stages || known != 0 && !every || known != 0 && (known == fact.Fleet || known == stages&^fact.Fleet) {
		return f, nil
	}
	return nil, unknownAt(f, stages)
}

// unknownAt says that a fact is not known where the rule needs it.
func unknownAt(f *fact.Fact, stages fact.Stage) *fault {
	switch {
	case stages == fact.Search:
		return &fault{what: "the fact " + f.Name + " is not known before the choice",
			remedy: "a rule that blocks candidates reads candidate.* and the facts of the workload and of today"}
	case f.Stages() == fact.Search:
		return &fault{what: "the fact " + f.Name + " belongs to rules that block candidates",
			remedy: "read plan.* here, or add blocks: candidate"}
	}
	return &fault{what: "the fact " + f.Name + " is not known at the stage " + (stages &^ f.Stages()).String(),
		remedy: "it is known at " + f.Stages().String() + ": name only such stages, or read another fact"}
}

func (n names) param(name string) (*fact.Fact, *fault) {
	var known []string
	for _, p := range n.params {
		if p.Name == name {
			return p.fact(), nil
		}
		known = append(known, p.Name)
	}
	if len(known) == 0 {
		return nil, &fault{what: "the rule has no parameter " + quote(name), remedy: "declare it under params:"}
	}
	return nil, &fault{what: "the rule has no parameter " + quote(name), remedy: listed("parameter", known).suggest(name)}
}
