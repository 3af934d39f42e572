package rule

import (
	"strings"
	"sync"
)

// Scope says when a fact is known, and so which rules may read it.
type Scope int

// The scopes.
const (
	Before    Scope = iota + 1 // known before the choice: every rule
	Candidate                  // the candidate under judgement: rules that block candidates
	Outcome                    // known after the choice: rules that do not block
)

// Scope derives from the first part of the fact's name.
func (f Fact) Scope() Scope {
	head, _, _ := strings.Cut(f.Name, ".")
	switch head {
	case "candidate":
		return Candidate
	case "demand", "slo", "model", "service", "base", "today", "limits", "losses", "memory", "scaling":
		return Before
	}
	return Outcome
}

// OfChoice says that the fact is known only where the strategies were compared: a check of a
// declared deployment compares nothing.
func (f Fact) OfChoice() bool {
	head, _, _ := strings.Cut(f.Name, ".")
	switch head {
	case "none_optimized", "vertical", "vertical_optimized", "horizontal", "horizontal_optimized", "combined", "combined_optimized",
		"strongest", "optimization", "cheaper", "cheaper_model", "priced", "roadmap", "candidate":
		return true
	}
	switch f.Name {
	case "plan.because", "plan.blocked", "plan.second_strategy", "plan.second_cost_ratio", "plan.second_costs",
		"limits.cheapest_usd_per_month", "base.optimized_replica_qps":
		return true
	}
	return false
}

// FactNamed finds a fact of the vocabulary.
func FactNamed(name string) (*Fact, bool) {
	f, ok := factIndex()[name]
	return f, ok
}

var factIndex = sync.OnceValue(func() map[string]*Fact {
	index := make(map[string]*Fact, len(facts))
	for i := range facts {
		index[facts[i].Name] = &facts[i]
	}
	return index
})

// readableBy says whether a rule that blocks candidates, or one that does not, may read the fact.
func (f Fact) readableBy(blocks bool) bool {
	if blocks {
		return f.Scope() != Outcome
	}
	return f.Scope() != Candidate
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

// zero is the value of a fact that was not given.
func (t Type) zero() any {
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
