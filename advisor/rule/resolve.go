package rule

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"

	"scaleadvise/advisor/fact"
)

// resolver walks a parsed expression before its types are checked. It refuses unknown facts
// and functions in words of ours, and lets whole and fractional numbers mix, which CEL allows
// only in comparisons of order.
type resolver struct {
	ast     *ast.AST
	names   names
	written int64 // the highest number of a part as parsed; those added follow
	nextID  int64
	reads   []string
	params  []string
	faults  []fault
}

// kind is what the resolver needs to know of a type: which numbers to convert.
type kind int

const (
	other kind = iota
	whole
	fractional
)

// scope holds the loop variables that are visible.
type scope map[string]kind

func resolve(a *ast.AST, known names) *resolver {
	last := ast.MaxID(a)
	r := &resolver{ast: a, names: known, written: last, nextID: last}
	r.visit(a.Expr(), scope{})
	return r
}

func (r *resolver) visit(e ast.Expr, vars scope) kind {
	switch e.Kind() {
	case ast.LiteralKind:
		return r.literal(e)
	case ast.IdentKind, ast.SelectKind:
		return r.name(e, vars)
	case ast.CallKind:
		return r.call(e, vars)
	case ast.ListKind:
		return r.list(e, vars)
	case ast.ComprehensionKind:
		return r.loop(e.AsComprehension(), vars)
	}
	r.refuse(e, "maps and messages do not occur in conditions", "compare facts and lists")
	return other
}

func (r *resolver) literal(e ast.Expr) kind {
	switch e.AsLiteral().(type) {
	case types.Int:
		return whole
	case types.Double:
		return fractional
	case types.Bool, types.String:
		return other
	}
	r.refuse(e, "a literal of this type does not occur in conditions", "write a number, 'a text', true or false")
	return other
}

func (r *resolver) name(e ast.Expr, vars scope) kind {
	name, ok := dotted(e)
	if !ok {
		r.refuse(e, "only names of facts have dots", "")
		return other
	}
	if k, bound := vars[name]; bound {
		return k
	}
	f, wrong := r.names.find(name)
	if wrong != nil {
		r.refuse(firstPart(e), wrong.what, wrong.remedy)
		return other
	}
	list := &r.reads
	if strings.HasPrefix(name, paramPrefix) {
		list = &r.params
	}
	if !slices.Contains(*list, name) {
		*list = append(*list, name)
	}
	return kindOf(f.Type)
}

func kindOf(t fact.Type) kind {
	switch t {
	case fact.Double:
		return fractional
	case fact.Int:
		return whole
	}
	return other
}

func (r *resolver) list(e ast.Expr, vars scope) kind {
	elements := other
	for _, item := range e.AsList().Elements() {
		elements = max(elements, r.visit(item, vars))
	}
	return elements
}

func (r *resolver) loop(c ast.ComprehensionExpr, vars scope) kind {
	inner := scope{c.IterVar(): r.visit(c.IterRange(), vars), c.AccuVar(): other}
	for name, k := range vars {
		inner[name] = k
	}
	for _, part := range []ast.Expr{c.AccuInit(), c.LoopCondition(), c.LoopStep(), c.Result()} {
		r.visit(part, inner)
	}
	return other
}

func (r *resolver) call(e ast.Expr, vars scope) kind {
	c := e.AsCall()
	if _, known := functions[c.FunctionName()]; !known {
		r.refuse(e, "conditions have no function "+quote(functionName(c.FunctionName())),
			"they have size, contains, startsWith, endsWith, all and exists")
		return other
	}
	if c.IsMemberFunction() {
		r.visit(c.Target(), vars)
	}
	kinds := make([]kind, len(c.Args()))
	for i, arg := range c.Args() {
		kinds[i] = r.visit(arg, vars)
	}
	return r.mix(e, kinds)
}

// mix converts the whole numbers among the arguments of a call where CEL would not, and says
// what the call gives.
func (r *resolver) mix(e ast.Expr, kinds []kind) kind {
	switch e.AsCall().FunctionName() {
	case operators.Equals, operators.NotEquals:
		r.convert(e, kinds, slices.Max(kinds) == fractional)
		return other
	case operators.Add, operators.Subtract, operators.Multiply:
		r.convert(e, kinds, slices.Max(kinds) == fractional)
		return slices.Max(kinds)
	case operators.Divide:
		r.convert(e, kinds, true)
		return fractional
	case operators.Conditional:
		kinds[0] = other
		r.convert(e, kinds, slices.Max(kinds) == fractional)
		return slices.Max(kinds)
	case operators.Negate:
		return kinds[0]
	case overloads.Size:
		return whole
	case overloads.TypeConvertDouble:
		return fractional
	}
	return other
}

// convert wraps the whole numbers among a call's arguments in double().
func (r *resolver) convert(e ast.Expr, kinds []kind, wanted bool) {
	if !wanted || !slices.Contains(kinds, whole) {
		return
	}
	fac := ast.NewExprFactory()
	args := slices.Clone(e.AsCall().Args())
	for i, arg := range args {
		if kinds[i] != whole {
			continue
		}
		id := r.newPart(arg)
		if n, ok := literalInt(arg); ok {
			args[i] = fac.NewLiteral(id, types.Double(n))
		} else {
			args[i] = fac.NewCall(id, overloads.TypeConvertDouble, arg)
		}
	}
	e.SetKindCase(fac.NewCall(e.ID(), e.AsCall().FunctionName(), args...))
}

// newPart numbers a part that stands in the place of another.
func (r *resolver) newPart(instead ast.Expr) int64 {
	r.nextID++
	if span, ok := r.ast.SourceInfo().GetOffsetRange(instead.ID()); ok {
		r.ast.SourceInfo().SetOffsetRange(r.nextID, span)
	}
	return r.nextID
}

func literalInt(e ast.Expr) (types.Int, bool) {
	if e.Kind() != ast.LiteralKind {
		return 0, false
	}
	n, ok := e.AsLiteral().(types.Int)
	return n, ok
}

func (r *resolver) refuse(e ast.Expr, what, remedy string) {
	span, _ := r.ast.SourceInfo().GetOffsetRange(e.ID())
	r.faults = append(r.faults, fault{int(span.Start), what, remedy})
}

// dotted is the name that an identifier or a chain of selections spells.
func dotted(e ast.Expr) (string, bool) {
	var parts []string
	for e.Kind() == ast.SelectKind && !e.AsSelect().IsTestOnly() {
		parts = append(parts, e.AsSelect().FieldName())
		e = e.AsSelect().Operand()
	}
	if e.Kind() != ast.IdentKind {
		return "", false
	}
	parts = append(parts, e.AsIdent())
	slices.Reverse(parts)
	return strings.Join(parts, "."), true
}

// firstPart is the expression with which a dotted name begins: CEL places a selection at its
// dot.
func firstPart(e ast.Expr) ast.Expr {
	for e.Kind() == ast.SelectKind {
		e = e.AsSelect().Operand()
	}
	return e
}
