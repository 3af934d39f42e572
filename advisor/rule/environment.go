package rule

import (
	"sync"

	"cel.dev/cel-go/cel"
	celenv "cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"scaleadvise/advisor/fact"
)

// functions are what a condition may call, with the word that messages use. Everything else
// of CEL's standard library is left out: regular expressions can be made slow, and there is
// no time, no bytes and no map among the facts.
var functions = map[string]string{
	operators.LogicalAnd: "&&", operators.LogicalOr: "||", operators.LogicalNot: "!",
	operators.Conditional: "? :", operators.In: "in",
	operators.Equals: "==", operators.NotEquals: "!=",
	operators.Less: "<", operators.LessEquals: "<=",
	operators.Greater: ">", operators.GreaterEquals: ">=",
	operators.Add: "+", operators.Subtract: "-", operators.Multiply: "*", operators.Divide: "/",
	operators.Negate: "-",
	overloads.Size:   "size", overloads.Contains: "contains",
	overloads.StartsWith: "startsWith", overloads.EndsWith: "endsWith",
	overloads.TypeConvertDouble: "double",
	operators.NotStrictlyFalse:  "all", // what the macros all and exists expand to
}

var macros = []string{operators.All, operators.Exists}

// environment is built once, when the first condition is compiled.
var environment = sync.OnceValues(func() (*cel.Env, error) {
	if err := fact.Faults(); err != nil {
		return nil, err
	}
	subset := &celenv.LibrarySubset{IncludeMacros: macros}
	for name := range functions {
		if name != operators.Divide {
			subset.IncludeFunctions = append(subset.IncludeFunctions, &celenv.Function{Name: name})
		}
	}
	options := []cel.EnvOption{
		cel.StdLib(cel.StdLibSubset(subset)),
		cel.CrossTypeNumericComparisons(true),
		cel.ParserRecursionLimit(maxNesting),
		cel.ParserExpressionSizeLimit(maxCondition),
		cel.ExpressionNodeLimit(maxNodes),
		cel.ParserErrorRecoveryLimit(1),
		cel.Function(operators.Divide, cel.Overload("divide_numbers",
			[]*cel.Type{cel.DoubleType, cel.DoubleType}, cel.DoubleType, cel.BinaryBinding(divide))),
	}
	for _, f := range fact.All() {
		options = append(options, cel.Variable(f.Name, celType(f.Type)))
	}
	return cel.NewCustomEnv(options...)
})

// environmentWith also declares the parameters of a rule.
func environmentWith(params []Param) (*cel.Env, error) {
	env, err := environment()
	if err != nil || len(params) == 0 {
		return env, err
	}
	var options []cel.EnvOption
	for _, p := range params {
		options = append(options, cel.Variable(paramPrefix+p.Name, cel.DoubleType))
	}
	return env.Extend(options...)
}

// divide refuses what IEEE 754 would turn into infinity: a rule that fires on it misleads.
func divide(dividend, divisor ref.Val) ref.Val {
	a, isNumber := dividend.(types.Double)
	b, areNumbers := divisor.(types.Double)
	if !isNumber || !areNumbers {
		return types.NewErr("only numbers can be divided")
	}
	if b == 0 {
		return types.NewErr("division by zero")
	}
	return a / b
}

func celType(t fact.Type) *cel.Type {
	switch t {
	case fact.Double:
		return cel.DoubleType
	case fact.Int:
		return cel.IntType
	case fact.Bool:
		return cel.BoolType
	case fact.Strings:
		return cel.ListType(cel.StringType)
	}
	return cel.StringType
}
