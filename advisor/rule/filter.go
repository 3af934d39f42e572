package rule

import (
	"strings"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/unit"
)

// filter words the value of a fact in another way than with its unit.
type filter func(value any, v values) string

// filters are those that a text may use, each with the types of facts that it takes.
var filters = []struct {
	name  string
	types []fact.Type
	make  func(argument string, known names) (filter, *fault)
}{
	{"and", []fact.Type{fact.Strings}, listFilter("and")},
	{"count", []fact.Type{fact.Int}, countFilter},
	{"in", []fact.Type{fact.Double}, inFilter},
	{"or", []fact.Type{fact.Strings}, listFilter("or")},
	{"percentile", []fact.Type{fact.Double}, percentileFilter},
	{"strategy", []fact.Type{fact.String}, strategyFilter},
}

// filterNamed finds "count:replica" and makes it, or says what is wrong with it.
func filterNamed(written string, of *fact.Fact, known names) (filter, *fault) {
	name, argument, _ := strings.Cut(written, ":")
	var all []string
	for _, f := range filters {
		all = append(all, f.name)
		if f.name != name {
			continue
		}
		for _, t := range f.types {
			if of.Type == t {
				return f.make(argument, known)
			}
		}
		return nil, &fault{what: "the filter " + name + " cannot take " + of.Type.String(), remedy: "write {" + of.Name + "}"}
	}
	return nil, &fault{what: "unknown filter " + quote(name), remedy: listed("filter", all).suggest(name)}
}

// plain is a value with its unit.
func plain(value any, of string) string { return unit.FormatFact(value, of) }

// countFilter makes {plan.replicas|count:replica} "1 replica" or "4 replicas". A plural that is
// irregular stands behind a comma: {n|count:entry,entries}.
func countFilter(argument string, _ names) (filter, *fault) {
	one, many, irregular := strings.Cut(argument, ",")
	if one == "" {
		return nil, &fault{what: "the filter count does not say what it counts", remedy: "write {plan.replicas|count:replica}"}
	}
	if !irregular {
		many = one + "s"
	}
	return func(value any, _ values) string {
		if value == int64(1) {
			return "1 " + one
		}
		return plain(value, "") + " " + many
	}, nil
}

// listFilter makes a list "a, b and c".
func listFilter(word string) func(string, names) (filter, *fault) {
	return func(string, names) (filter, *fault) {
		return func(value any, _ values) string {
			list, _ := value.([]string)
			if len(list) < 2 {
				return strings.Join(list, "")
			}
			last := len(list) - 1
			return strings.Join(list[:last], ", ") + " " + word + " " + list[last]
		}, nil
	}
}

// inFilter gives a number the unit that another fact names: {hpa.target|in:hpa.unit}.
func inFilter(argument string, known names) (filter, *fault) {
	of, wrong := known.find(argument)
	if wrong != nil {
		return nil, wrong
	}
	if of.Type != fact.String {
		return nil, &fault{what: argument + " names no unit", remedy: "write {hpa.target|in:hpa.unit}"}
	}
	return func(value any, v values) string {
		name, _ := v.of(of).(string)
		return plain(value, name)
	}, nil
}

// percentileFilter makes 0.99 "p99".
func percentileFilter(string, names) (filter, *fault) {
	return func(value any, _ values) string {
		p, _ := value.(float64)
		return unit.PercentileName(p)
	}, nil
}

// strategyFilter words a strategy for people.
func strategyFilter(string, names) (filter, *fault) {
	return func(value any, _ values) string { return candidate.Strategy(plain(value, "")).Words() }, nil
}
