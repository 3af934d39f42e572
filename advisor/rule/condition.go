package rule

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
)

// Bounds on one condition. A sound one has a few dozen nodes and costs less than a hundred.
const (
	maxCondition = 2000 // characters
	maxNesting   = 24
	maxNodes     = 400
	costLimit    = 20_000 // CEL's units, about 10 ns each
	checkEvery   = 64     // loop steps between looks at the context
	maxListFact  = 64     // entries and characters assumed of a fact when costs are estimated
	maxTextFact  = 256
)

// condition is a checked expression.
type condition struct {
	ready   func() (*expression, error) // the same one each time
	text    string
	place   func(offset int) place // where a character of the text stands in its file
	written int64                  // parts with a higher number are conversions that the resolver added
	reads   []string
	params  []string // parameters that it reads
	names   names
}

// expression is a checked expression, ready to evaluate.
type expression struct {
	ast     *cel.Ast
	program cel.Program
	// traced also records the value of every part. It costs several times as much, so it is
	// made and run only for rules that fired.
	traced func() (cel.Program, error)
}

// compile checks an expression over the names that its rule may use.
func compile(text string, known names) (*condition, []fault) {
	env, err := environmentWith(known.params)
	if err != nil {
		return nil, []fault{{what: "conditions cannot be compiled: " + err.Error()}}
	}
	parsed, issues := env.Parse(text)
	if err := issues.Err(); err != nil {
		return nil, syntaxFaults(text, issues)
	}
	res := resolve(parsed.NativeRep(), known)
	if len(res.faults) > 0 {
		return nil, res.faults
	}
	checked, issues := env.Check(parsed)
	if err := issues.Err(); err != nil {
		return nil, typeFaults(text, issues)
	}
	if faults := judge(env, checked, res); len(faults) > 0 {
		return nil, faults
	}
	ready, err := plan(env, checked)
	if err != nil {
		return nil, []fault{{what: "the condition cannot be planned: " + err.Error()}}
	}
	return &condition{
		ready: func() (*expression, error) { return ready, nil }, place: nowhere, text: text,
		written: res.written, reads: res.reads, params: res.params, names: known,
	}, nil
}

// judge refuses well-typed expressions that cannot be a condition.
func judge(env *cel.Env, checked *cel.Ast, res *resolver) []fault {
	if t := checked.OutputType(); !t.IsExactType(cel.BoolType) {
		return []fault{{what: "the condition is " + typeName(t.String()) + ", not true or false",
			remedy: "compare it with something"}}
	}
	if len(res.reads) == 0 {
		return []fault{{what: "the condition reads no fact", remedy: "compare a fact: scaleadvise rules facts lists them"}}
	}
	if faults := inferUnits(checked.NativeRep(), res.written, res.names).faults; len(faults) > 0 {
		return faults
	}
	estimate, err := env.EstimateCost(checked, sizes{})
	if err != nil {
		return []fault{{what: "the cost of the condition cannot be bounded: " + err.Error(), remedy: "make it simpler"}}
	}
	if estimate.Max > costLimit {
		return []fault{{what: fmt.Sprintf("the condition may take more than %d steps", costLimit),
			remedy: "avoid loops inside loops"}}
	}
	return nil
}

// plan makes a checked expression ready to evaluate.
func plan(env *cel.Env, checked *cel.Ast) (*expression, error) {
	bounds := []cel.ProgramOption{cel.CostLimit(costLimit), cel.InterruptCheckFrequency(checkEvery)}
	program, err := env.Program(checked, bounds...)
	if err != nil {
		return nil, err
	}
	traced := sync.OnceValues(func() (cel.Program, error) {
		return env.Program(checked, append(bounds, cel.EvalOptions(cel.OptTrackState))...)
	})
	return &expression{checked, program, traced}, nil
}

// nowhere is the place of what no file is known of.
func nowhere(int) place { return place{} }

// holds evaluates the condition.
func (c *condition) holds(ctx context.Context, v values) (bool, error) {
	x, err := c.ready()
	if err != nil {
		return false, err
	}
	out, _, err := x.program.ContextEval(ctx, v)
	if err != nil {
		return false, err
	}
	fires, ok := out.Value().(bool)
	if !ok {
		return false, errors.New("the condition gave no answer")
	}
	return fires, nil
}

// sizes bounds the facts whose size is not in the expression.
type sizes struct{}

// EstimateSize bounds a fact.
func (sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	if e := n.Expr(); e != nil && e.Kind() != ast.IdentKind && e.Kind() != ast.SelectKind {
		return nil
	}
	switch n.Type().Kind() {
	case cel.ListKind:
		return &cost.SizeEstimate{Max: maxListFact}
	case cel.StringKind:
		return &cost.SizeEstimate{Max: maxTextFact}
	}
	return nil
}

// EstimateCallCost leaves calls to CEL's own model.
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}
