package rule

import (
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
)

// unitChecker infers the unit of every part of a checked expression.
type unitChecker struct {
	ast     *ast.AST
	written int64 // parts with a higher number are conversions that the resolver added
	names   names
	faults  []fault
	units   map[int64]measure
}

// inferUnits finds the unit of every part, and the comparisons and sums of different units.
func inferUnits(a *ast.AST, written int64, known names) *unitChecker {
	u := &unitChecker{ast: a, written: written, names: known, units: map[int64]measure{}}
	u.visit(a.Expr())
	return u
}

func (u *unitChecker) visit(e ast.Expr) measure {
	m := u.infer(e)
	u.units[e.ID()] = m
	return m
}

func (u *unitChecker) infer(e ast.Expr) measure {
	switch e.Kind() {
	case ast.IdentKind, ast.SelectKind:
		if name, ok := dotted(e); ok {
			if f, wrong := u.names.find(name); wrong == nil {
				return measureOf(f)
			}
		}
	case ast.CallKind:
		return u.call(e)
	case ast.ListKind:
		return u.agree(e, e.AsList().Elements())
	case ast.ComprehensionKind:
		c := e.AsComprehension()
		u.visit(c.IterRange())
		u.visit(c.LoopStep())
	}
	return measure{}
}

func (u *unitChecker) call(e ast.Expr) measure {
	c := e.AsCall()
	args := c.Args()
	switch c.FunctionName() {
	case operators.Multiply:
		return u.visit(args[0]).times(u.visit(args[1]), 1)
	case operators.Divide:
		return u.visit(args[0]).times(u.visit(args[1]), -1)
	case operators.Add, operators.Subtract:
		return u.agree(e, args)
	case operators.Conditional:
		u.visit(args[0])
		return u.agree(e, args[1:])
	case operators.Negate, overloads.TypeConvertDouble:
		return u.visit(args[0])
	case operators.Equals, operators.NotEquals, operators.In, operators.Less, operators.LessEquals,
		operators.Greater, operators.GreaterEquals:
		u.agree(e, args)
		return measure{}
	case overloads.Size:
		return measure{sort: count}
	}
	for _, arg := range args {
		u.visit(arg)
	}
	return measure{}
}

// agree refuses parts of different units and gives the one that they share.
func (u *unitChecker) agree(e ast.Expr, parts []ast.Expr) measure {
	shared := measure{}
	var first ast.Expr
	for _, part := range parts {
		m := u.visit(part)
		if !m.fits(shared) {
			u.mismatch(e, first, part)
		}
		if shared.free() || (shared.sort == ratio && !m.free()) {
			shared, first = m, part
		}
	}
	return shared
}

func (u *unitChecker) mismatch(e, a, b ast.Expr) {
	span, _ := u.ast.SourceInfo().GetOffsetRange(e.ID())
	u.faults = append(u.faults, fault{int(span.Start),
		fmt.Sprintf("%s is %s and %s is %s", u.text(a), u.units[a.ID()], u.text(b), u.units[b.ID()]),
		"compare and add quantities of one unit"})
}

// text writes a part as the file has it, without the conversions that the resolver added.
func (u *unitChecker) text(e ast.Expr) string {
	fac := ast.NewExprFactory()
	written := fac.CopyExpr(e)
	ast.PreOrderVisit(written, ast.NewExprVisitor(func(part ast.Expr) {
		if part.ID() <= u.written {
			return
		}
		if part.Kind() == ast.CallKind {
			part.SetKindCase(part.AsCall().Args()[0])
		} else if number, ok := part.AsLiteral().(types.Double); ok {
			part.SetKindCase(fac.NewLiteral(part.ID(), types.Int(number)))
		}
	}))
	text, err := cel.ExprToString(written, u.ast.SourceInfo())
	if err != nil {
		return "this expression"
	}
	return text
}
