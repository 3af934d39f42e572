package rule

import (
	"context"
	"fmt"
	"strings"

	"scaleadvise/advisor/fact"
)

// TestResult is the result of one fixture.
type TestResult struct {
	Rule  string
	File  string
	Line  int  // line of the fixture
	Want  bool // the rule must fire
	Fired bool
	Err   error    // the rule could not be evaluated
	Trace []Traced // the values that decided
}

// OK reports whether the rule did as its fixture says.
func (t TestResult) OK() bool { return t.Err == nil && t.Want == t.Fired }

// String renders the result in one line.
func (t TestResult) String() string {
	place := fmt.Sprintf("%s:%d: %s", t.File, t.Line, t.Rule)
	words := map[bool]string{true: "fires", false: "stays silent"}
	switch {
	case t.Err != nil:
		return place + ": " + t.Err.Error()
	case t.OK():
		return place + " " + words[t.Fired] + ", as it should"
	}
	var seen []string
	for _, part := range t.Trace {
		seen = append(seen, part.String())
	}
	return fmt.Sprintf("%s %s, but the fixture wants otherwise: %s; fix the condition or the fixture", place, words[t.Fired], strings.Join(seen, ", "))
}

// Test runs every fixture of every rule, in order.
func (s *Set) Test(ctx context.Context) []TestResult {
	var results []TestResult
	for _, r := range s.rules {
		tests := r.fixtures()
		for _, fx := range tests.fires {
			results = append(results, r.prove(ctx, fx, true))
		}
		for _, fx := range tests.silent {
			results = append(results, r.prove(ctx, fx, false))
		}
	}
	return results
}

func (r *Rule) prove(ctx context.Context, fx Fixture, want bool) TestResult {
	t := TestResult{Rule: r.ID, File: r.File, Line: fx.Line, Want: want}
	t.Fired, t.Err = r.condition.holds(ctx, r.values(fact.Map(fx.Facts)))
	if t.Err == nil {
		t.Trace, t.Err = r.condition.trace(ctx, r.values(fact.Map(fx.Facts)))
	}
	return t
}
