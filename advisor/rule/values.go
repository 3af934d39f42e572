package rule

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"cel.dev/cel-go/interpreter"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fact"
)

// values are what one rule sees: the facts of a case, and its own parameters. It is what CEL
// calls an activation.
type values struct {
	facts  fact.Values
	params []Param
}

// checkFacts refuses what is not a fact, has another type or is not a finite number: each is
// a mistake of the caller, and evaluating on would make wrong findings of it.
func checkFacts(given fact.Values) error {
	written, ok := given.(fact.Map)
	if !ok {
		return nil // typed accessors
	}
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(written)) {
		f, known := fact.Named(name)
		switch {
		case !known:
			faults = append(faults, fmt.Errorf("unknown fact %s: %s", quote(name), factLexicon().suggest(name)))
		case !holds(f.Type, written[name]):
			faults = append(faults, fmt.Errorf("the fact %s is %s, not %v (%T)", name, f.Type, written[name], written[name]))
		}
	}
	return errors.Join(faults...)
}

// holds reports whether a Go value is of the type: float64 (finite), int or int64, bool,
// string, []string.
func holds(t fact.Type, v any) bool {
	switch v := v.(type) {
	case float64:
		return t == fact.Double && !math.IsNaN(v) && !math.IsInf(v, 0)
	case int, int64:
		return t == fact.Int
	case bool:
		return t == fact.Bool
	case string:
		return t == fact.String
	case []string:
		return t == fact.Strings
	}
	return false
}

// of is the value of a fact or parameter, or its type's zero.
func (v values) of(f *fact.Fact) any {
	if name, ok := strings.CutPrefix(f.Name, paramPrefix); ok {
		return v.param(name)
	}
	if v.facts == nil {
		return f.Type.Zero()
	}
	return v.facts.Value(f)
}

func (v values) param(name string) float64 {
	for _, p := range v.params {
		if p.Name == name {
			return p.Value
		}
	}
	return 0
}

// evidence is the value of a fact as findings carry it: lists become one text.
func (v values) evidence(name string) advice.Evidence {
	f, _ := fact.Named(name)
	value := v.of(f)
	if list, ok := value.([]string); ok {
		value = strings.Join(list, ", ")
	}
	return advice.Evidence{Name: name, Value: value, Unit: f.Unit}
}

// ResolveName gives CEL the value of a fact or parameter.
func (v values) ResolveName(name string) (any, bool) {
	if own, ok := strings.CutPrefix(name, paramPrefix); ok {
		return v.param(own), true
	}
	f, known := fact.Named(name)
	if !known {
		return nil, false
	}
	return v.of(f), true
}

// Parent implements cel.Activation; facts do not nest.
func (v values) Parent() interpreter.Activation { return nil }
