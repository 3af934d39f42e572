package fact

import (
	"strings"
	"sync"
)

// Type of a fact's value.
type Type int

// The types of facts, with the Go types of their values.
const (
	Double  Type = iota + 1 // float64
	Int                     // int64
	Bool                    // bool
	String                  // string
	Strings                 // []string
)

// Fact declares one fact. A fact that does not apply has its type's zero value; Doc says what
// zero means.
type Fact struct {
	Name string // "plan.replicas"
	Type Type
	Unit string // "1/s", "ms", "USD/month", "fraction", "GiB", "month", "h"; "" when dimensionless
	Doc  string
}

// All lists the facts in the order in which `rules facts` shows them.
func All() []Fact { return facts }

// Named finds a fact by its name.
func Named(name string) (*Fact, bool) {
	f, ok := index()[name]
	return f, ok
}

var index = sync.OnceValue(func() map[string]*Fact {
	byName := make(map[string]*Fact, len(facts))
	for i := range facts {
		byName[facts[i].Name] = &facts[i]
	}
	return byName
})

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

// Zero is the value of a fact that was not given.
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

// Stages says when a fact is known.
func (f Fact) Stages() Stage {
	head, _, _ := strings.Cut(f.Name, ".")
	switch head {
	case "candidate":
		return Search
	case "demand", "slo", "model", "service", "base", "today", "limits", "losses", "memory", "scaling":
		if f.Name == "limits.cheapest_usd_per_month" || f.Name == "base.optimized_replica_qps" {
			return Search | Advise
		}
		return Search | Advise | Check
	case "none_optimized", "vertical", "vertical_optimized", "horizontal", "horizontal_optimized", "combined", "combined_optimized",
		"strongest", "optimization", "cheaper", "cheaper_model", "priced", "roadmap":
		return Advise
	case "check":
		return Check
	}
	switch f.Name {
	case "plan.because", "plan.blocked", "plan.second_strategy", "plan.second_cost_ratio", "plan.second_costs":
		return Advise
	}
	return Advise | Check
}

// ReadsParam reports whether a fact is computed with a rule's parameter, "headroom.ceiling".
func ReadsParam(name string) bool { return name == "headroom.ceiling" }
