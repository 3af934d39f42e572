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
)

// values are the facts of one decision. It is what CEL calls an activation.
type values map[string]any

// checkFacts refuses what is not a fact, has another type or is not a finite number: each is
// a mistake of the caller, and evaluating on would make wrong findings of it.
func checkFacts(given map[string]any) (values, error) {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(given)) {
		f, known := FactNamed(name)
		switch {
		case !known:
			faults = append(faults, fmt.Errorf("unknown fact %s: %s", quote(name), factLexicon().suggest(name)))
		case !f.Type.holds(given[name]):
			faults = append(faults, fmt.Errorf("the fact %s is %s, not %v (%T)", name, f.Type, given[name], given[name]))
		}
	}
	return given, errors.Join(faults...)
}

// holds reports whether a Go value is of the type: float64 (finite), int or int64, bool,
// string, []string.
func (t Type) holds(v any) bool {
	switch v := v.(type) {
	case float64:
		return t == Double && !math.IsNaN(v) && !math.IsInf(v, 0)
	case int, int64:
		return t == Int
	case bool:
		return t == Bool
	case string:
		return t == String
	case []string:
		return t == Strings
	}
	return false
}

// of is the value of a fact, or its type's zero.
func (v values) of(f *Fact) any {
	switch given := v[f.Name].(type) {
	case nil:
		return f.Type.zero()
	case int:
		return int64(given)
	default:
		return given
	}
}

// evidence is the value of a fact as findings carry it: lists become one text.
func (v values) evidence(name string) advice.Evidence {
	f, _ := FactNamed(name)
	value := v.of(f)
	if list, ok := value.([]string); ok {
		value = strings.Join(list, ", ")
	}
	return advice.Evidence{Name: name, Value: value, Unit: f.Unit}
}

// ResolveName gives CEL the value of a fact.
func (v values) ResolveName(name string) (any, bool) {
	f, known := FactNamed(name)
	if !known {
		return nil, false
	}
	return v.of(f), true
}

// Parent is CEL's way to nest activations; facts do not nest.
func (v values) Parent() interpreter.Activation { return nil }
