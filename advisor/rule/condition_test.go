package rule

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/fact"
)

// Whole and fractional numbers compare and compute as Go's float64 do.
func TestNumbersMix(t *testing.T) {
	compare := map[string]func(a, b float64) bool{
		"==": func(a, b float64) bool { return a == b }, "!=": func(a, b float64) bool { return a != b },
		"<": func(a, b float64) bool { return a < b }, "<=": func(a, b float64) bool { return a <= b },
		">": func(a, b float64) bool { return a > b }, ">=": func(a, b float64) bool { return a >= b },
	}
	compute := map[string]func(a, b float64) float64{
		"+": func(a, b float64) float64 { return a + b }, "-": func(a, b float64) float64 { return a - b },
		"*": func(a, b float64) float64 { return a * b }, "/": func(a, b float64) float64 { return a / b },
	}
	number := rapid.IntRange(-6, 6)
	rapid.Check(t, func(t *rapid.T) {
		whole, other, literal := number.Draw(t, "whole"), number.Draw(t, "other whole"), number.Draw(t, "literal")
		fractional := float64(number.Draw(t, "halves")) / 2
		op := rapid.SampledFrom([]string{"+", "-", "*", "/"}).Draw(t, "operation")
		cmp := rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="}).Draw(t, "comparison")
		operands := map[string]float64{"plan.replicas": float64(whole), "base.replicas": float64(other),
			"plan.mean_batch": fractional, fmt.Sprintf("(%d)", literal): float64(literal)}
		name := rapid.SampledFrom([]string{"plan.replicas", "base.replicas", "plan.mean_batch", fmt.Sprintf("(%d)", literal)})
		a, b, c := name.Draw(t, "a"), name.Draw(t, "b"), name.Draw(t, "c")
		if op == "/" && operands[b] == 0 {
			return // an error, as TestDivisionByZeroNamesTheRule says
		}
		when := fmt.Sprintf("%s %s %s %s %s && plan.replicas == plan.replicas", a, op, b, cmp, c)
		condition, faults := compile(when, names{stages: outcome})
		if len(faults) > 0 {
			t.Fatalf("%s: %+v", when, faults)
		}
		got, err := condition.holds(context.Background(), values{facts: fact.Map{
			"plan.replicas": whole, "base.replicas": int64(other), "plan.mean_batch": fractional}})
		if want := compare[cmp](compute[op](operands[a], operands[b]), operands[c]); err != nil || got != want {
			t.Fatalf("%s with %v: %v, wanted %v, error %v", when, operands, got, want, err)
		}
	})
}

func TestAChoiceMixesNumbers(t *testing.T) {
	c, faults := compile("(plan.optimized ? plan.replicas : plan.mean_batch) == 2.5", names{stages: outcome})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for optimized, want := range map[bool]bool{true: false, false: true} {
		got, err := c.holds(context.Background(), values{facts: fact.Map{"plan.optimized": optimized, "plan.replicas": 2, "plan.mean_batch": 2.5}})
		if got != want || err != nil {
			t.Errorf("optimized %v: %v, error %v", optimized, got, err)
		}
	}
}

// Nothing that loads costs more than the limit, and what loops within loops does not load.
func TestCostIsBounded(t *testing.T) {
	loop := "plan.optimizations.all(%s, plan.replicas > 0 || %s)"
	tests := []struct {
		depth int
		loads bool
	}{{1, true}, {2, false}, {3, false}}
	for _, tt := range tests {
		when := "plan.replicas > 1"
		for i := range tt.depth {
			when = fmt.Sprintf(loop, string(rune('a'+i)), when)
		}
		_, faults := compile(when, names{stages: outcome})
		if loads := len(faults) == 0; loads != tt.loads {
			t.Errorf("%d loops: %+v", tt.depth, faults)
		}
	}
}

func TestLongestConditionCompiles(t *testing.T) {
	parts := "plan.replicas == 1"
	for strings.Count(parts, "=") < 2*60 {
		parts += " || plan.replicas == 1"
	}
	if _, faults := compile(parts, names{stages: outcome}); len(faults) > 0 {
		t.Errorf("%d characters: %+v", len(parts), faults)
	}
}
