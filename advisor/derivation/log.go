package derivation

import (
	"slices"
	"strings"
)

// Value is a named number with its unit and where it came from.
type Value struct {
	Name   string // as formulas write it
	Title  string // as people call it
	Number float64
	Unit   string // base unit, as advisor/unit names it; "" for none
	From   string // flag, line of a file, row of the catalogue; "" for the result of a step
	Reason string // why this value: of a default its reason, of a row its source and date
	Step   int    // number of the step that gave it, from 1; 0 for an input
}

// Step is one computation.
type Step struct {
	Number  int
	Result  Value
	Formula string  // over the names of Inputs; "" where the result was searched for
	Search  string  // what was searched for, in words; "" where there is a formula
	Check   string  // of a search: condition over Inputs and the result that shows it is right
	Inputs  []Value // what the formula or the check names, in the order of their first use
	Method  string  // source of the method
	Note    string
}

// Log records. The zero value is ready; a nil one records nothing.
type Log struct {
	values []Value
	steps  []Step
	faults []string // names that a formula used and that were never recorded
}

// Recording reports whether anything is recorded, for callers that would have to compute
// something for the record only.
func (l *Log) Recording() bool { return l != nil }

// Given records an input. An input that is already recorded stays as it is.
func (l *Log) Given(v Value) {
	if l == nil {
		return
	}
	if _, ok := l.value(v.Name); !ok {
		l.values = append(l.values, v)
	}
}

// Step records a result that a formula gave. Its inputs are the names in the formula. A result that is
// already recorded stays as it is, since the same quantity is computed many times.
func (l *Log) Step(result Value, formula, method string) {
	l.add(Step{Result: result, Formula: formula, Method: method})
}

// Search records a result that was found by search, with a condition that shows it is right.
func (l *Log) Search(result Value, what, check, method string) {
	l.add(Step{Result: result, Search: what, Check: check, Method: method})
}

// Note adds a remark to the step that gave a value.
func (l *Log) Note(name, text string) {
	if l == nil {
		return
	}
	for i := range l.steps {
		if l.steps[i].Result.Name == name {
			l.steps[i].Note = text
		}
	}
}

func (l *Log) add(s Step) {
	if l == nil {
		return
	}
	if _, ok := l.value(s.Result.Name); ok {
		return
	}
	for _, name := range Names(s.Formula + s.Check) {
		if name == s.Result.Name {
			continue
		}
		v, ok := l.value(name)
		if !ok {
			l.faults = append(l.faults, s.Result.Name+" uses "+name)
			continue
		}
		s.Inputs = append(s.Inputs, v)
	}
	s.Number = len(l.steps) + 1
	s.Result.Step = s.Number
	l.steps, l.values = append(l.steps, s), append(l.values, s.Result)
}

func (l *Log) value(name string) (Value, bool) {
	i := slices.IndexFunc(l.values, func(v Value) bool { return v.Name == name })
	if i < 0 {
		return Value{}, false
	}
	return l.values[i], true
}

// Steps returns all steps, in order.
func (l *Log) Steps() []Step {
	if l == nil {
		return nil
	}
	return slices.Clone(l.steps)
}

// Faults returns the names that steps used and that were never recorded: mistakes of the program.
func (l *Log) Faults() []string {
	if l == nil {
		return nil
	}
	return slices.Clone(l.faults)
}

// Renamed returns a copy of the log in which values have other names, in formulas too; later records do not
// affect the original. A nil log gives an empty one.
func (l *Log) Renamed(names map[string]string) *Log {
	out := l.Clone()
	if out == nil {
		return &Log{}
	}
	rename := func(v *Value) {
		if to, ok := names[v.Name]; ok {
			v.Name = to
		}
	}
	for i := range out.values {
		rename(&out.values[i])
	}
	for i := range out.steps {
		s := &out.steps[i]
		rename(&s.Result)
		s.Inputs = slices.Clone(s.Inputs)
		for k := range s.Inputs {
			rename(&s.Inputs[k])
		}
		s.Formula, s.Check = renamed(s.Formula, names), renamed(s.Check, names)
	}
	return out
}

// renamed is a formula with other names.
func renamed(formula string, names map[string]string) string {
	if formula == "" {
		return ""
	}
	all := tokens(formula)
	for i, t := range all {
		if to, ok := names[t]; ok {
			all[i] = to
		}
	}
	return strings.Join(all, " ")
}

// Clone returns a copy of the log.
func (l *Log) Clone() *Log {
	if l == nil {
		return nil
	}
	return &Log{slices.Clone(l.values), slices.Clone(l.steps), slices.Clone(l.faults)}
}

// Of returns the steps that lead to the named quantities, numbered from 1, in order; none for quantities
// that no step gave.
func Of(steps []Step, names ...string) []Step {
	wanted := map[int]bool{}
	for _, s := range steps {
		if slices.Contains(names, s.Result.Name) {
			want(steps, s.Number, wanted)
		}
	}
	numbers := map[int]int{}
	var out []Step
	for _, s := range steps {
		if !wanted[s.Number] {
			continue
		}
		numbers[s.Number] = len(out) + 1
		s.Number = len(out) + 1
		s.Result.Step = s.Number
		s.Inputs = slices.Clone(s.Inputs)
		for i, v := range s.Inputs {
			s.Inputs[i].Step = numbers[v.Step]
		}
		out = append(out, s)
	}
	return out
}

// want marks a step and all that lead to it.
func want(steps []Step, number int, wanted map[int]bool) {
	if number == 0 || wanted[number] {
		return
	}
	wanted[number] = true
	for _, v := range steps[number-1].Inputs {
		want(steps, v.Step, wanted)
	}
}
