package rule

import (
	"errors"
	"fmt"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"
)

// cannot words an evaluation that failed, at the part of the condition that failed. An end of
// the context is no fault of the rule and stays as it is.
func (r *Rule) cannot(err error) error {
	var stopped interpreter.EvalCancelledError
	if errors.As(err, &stopped) {
		if stopped.Cause != interpreter.CostLimitExceeded {
			return err
		}
		err = fmt.Errorf("it takes more than %d steps", costLimit)
	}
	p := &Problem{
		File: r.File, Line: r.Line, Column: 1,
		What:   fmt.Sprintf("the rule %s cannot be evaluated: %v", r.ID, err),
		Remedy: "make the condition simpler",
	}
	if at, remedy, ok := r.condition.failed(err); ok {
		start := r.condition.place(at)
		p.Line, p.Column, p.Remedy = start.line, start.column, remedy
	} else if start := r.condition.place(0); start.line > 0 {
		p.Line, p.Column = start.line, start.column
	}
	return p
}

// failed is the character of the condition at which its evaluation failed, and what to do
// about it; not ok where the error does not tell.
func (c *condition) failed(err error) (offset int, remedy string, ok bool) {
	var fault *types.Err
	if !errors.As(err, &fault) {
		return 0, "", false
	}
	x, err := c.ready()
	if err != nil {
		return 0, "", false
	}
	a := x.ast.NativeRep()
	remedy = "make the condition hold for all values of its facts"
	ast.PostOrderVisit(a.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.ID() != fault.NodeID() {
			return
		}
		offset, ok = offsetOf(c.text, a.SourceInfo().GetStartLocation(e.ID())), true
		if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == operators.Divide {
			divisor := inferUnits(a, c.written, c.names).text(e.AsCall().Args()[1])
			remedy = fmt.Sprintf("guard the division with %s > 0 && before it", divisor)
		}
	}))
	return offset, remedy, ok
}
