package rule

import (
	"context"
	"reflect"
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"scaleadvise/advisor/unit"
)

// Traced is a part of a condition with its value: a fact, or something computed from facts. Parts that were
// not evaluated, because the result was already known, are omitted.
type Traced struct {
	Text  string // "plan.replicas", "0.8 * plan.capacity_qps"
	Value any    // float64, int64, bool, string, []string
	Unit  string
}

// String renders the part for a person: "plan.utilization = 92 %".
func (t Traced) String() string { return t.Text + " = " + unit.FormatFact(t.Value, t.Unit) }

// trace evaluates the condition again and records the values of its parts, in the order of
// the text.
func (c *condition) trace(ctx context.Context, v values) ([]Traced, error) {
	x, err := c.ready()
	if err != nil {
		return nil, err
	}
	program, err := x.traced()
	if err != nil {
		return nil, err
	}
	_, details, err := program.ContextEval(ctx, v)
	if details == nil {
		return nil, err
	}
	t := &tracer{state: details.State(), units: inferUnits(x.ast.NativeRep(), c.written, c.names)}
	t.visit(x.ast.NativeRep().Expr())
	return t.parts, nil
}

type tracer struct {
	state interpreter.EvalState
	units *unitChecker
	parts []Traced
}

func (t *tracer) visit(e ast.Expr) {
	switch e.Kind() {
	case ast.IdentKind, ast.SelectKind:
		t.fact(e)
	case ast.CallKind:
		c := e.AsCall()
		if computes(c.FunctionName()) {
			t.add(t.units.text(e), e, t.unitOf(e))
		}
		if c.IsMemberFunction() {
			t.visit(c.Target())
		}
		for _, arg := range c.Args() {
			t.visit(arg)
		}
	case ast.ListKind:
		for _, item := range e.AsList().Elements() {
			t.visit(item)
		}
	case ast.ComprehensionKind:
		// What a loop variable was in the last round says little; the list says all.
		t.visit(e.AsComprehension().IterRange())
	}
}

// computes tells the calls whose value is worth showing from comparisons and logic.
func computes(function string) bool {
	switch function {
	case operators.Add, operators.Subtract, operators.Multiply, operators.Divide, operators.Conditional,
		overloads.Size:
		return true
	}
	return false
}

func (t *tracer) fact(e ast.Expr) {
	name, ok := dotted(e)
	if !ok {
		return
	}
	if f, wrong := t.units.names.find(name); wrong == nil {
		t.add(name, e, f.Unit)
	}
}

func (t *tracer) add(text string, e ast.Expr, unitName string) {
	v, evaluated := t.state.Value(e.ID())
	if !evaluated || types.IsUnknownOrError(v) {
		return
	}
	if slices.ContainsFunc(t.parts, func(p Traced) bool { return p.Text == text }) {
		return
	}
	t.parts = append(t.parts, Traced{text, native(v), unitName})
}

// unitOf is the unit of a computed part, where it is one that facts have.
func (t *tracer) unitOf(e ast.Expr) string {
	m := t.units.units[e.ID()]
	if m.sort == fraction {
		return "fraction"
	}
	return m.unit()
}

// native is the Go value behind one of CEL's.
func native(v ref.Val) any {
	if v.Type() == types.ListType {
		if list, err := v.ConvertToNative(reflect.TypeFor[[]string]()); err == nil {
			return list
		}
	}
	return v.Value()
}
