package gate

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/advice"
)

// Whatever is found of it, in a baseline or ignored, what was not judged never holds; a strict
// policy fails it.
func TestWhatIsNotJudgedNeverHolds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		draw := func() []advice.Checked {
			p := checked("a", "x")
			p.Reason = "its kind is not understood"
			for i, s := range rapid.SliceOfN(rapid.SampledFrom([]advice.Severity{advice.Info, advice.Warning, advice.Error}), 0, 3).Draw(rt, "severities") {
				p.Findings = append(p.Findings, finding(fmt.Sprint("r", i), s, ""))
			}
			return []advice.Checked{p, checked("b", "y")}
		}
		p := Policy{FailOn: rapid.SampledFrom([]advice.Severity{advice.Warning, advice.Error, advice.Error + 1}).Draw(rt, "fail on"), Least: advice.Info}
		plans := draw()
		if rapid.Bool().Draw(rt, "baseline") {
			var file bytes.Buffer
			if err := WriteBaseline(&file, p.Judge(draw())); err != nil {
				rt.Fatal(err)
			}
			p.Baseline, _ = ReadBaseline(context.Background(), &file)
		}
		c := p.Judge(plans)
		if n := c.Counts; c.Plans[0].Outcome != advice.Unjudged || n.Unjudged != 1 || n.Holds != 1 || n.Holds+n.Fails+n.Invalid+n.Unjudged != n.Plans {
			rt.Errorf("%s, counts %+v", c.Plans[0].Outcome, n)
		}
		p.Strict = true
		if c := p.Judge(plans); c.Outcome != advice.Fails {
			rt.Errorf("a strict policy gives %s", c.Outcome)
		}
		if c := p.Judge(plans[1:]); c.Outcome != advice.Passes {
			rt.Errorf("a strict policy gives %s where everything was judged", c.Outcome)
		}
	})
}

// Where nothing at all was judged the check does not hold either.
func TestNothingJudged(t *testing.T) {
	p := checked("a", "x")
	p.Reason = "its kind is not understood"
	if c := (Policy{FailOn: advice.Error}).Judge([]advice.Checked{p}); c.Outcome != advice.Unjudged {
		t.Errorf("the outcome is %s", c.Outcome)
	}
}

func TestExcluded(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"charts", "a/charts/b.yaml", true}, {"charts", "charts", true}, {"charts", "a/charts.yaml", false}, {"*.tmp.yaml", "a/b/c.tmp.yaml", true},
		{"a/charts", "a/charts/b.yaml", true}, {"a/charts", "b/a/charts/b.yaml", false}, {"**/charts/**", "x/charts/b.yaml", true}, {"**/charts/**", "x/y.yaml", false},
		{"./a/", "a/b.yaml", true}, {"a/*.yaml", "a/b/c.yaml", false},
	} {
		if got := excluded([]string{c.pattern}, c.path); got != c.want {
			t.Errorf("%s excludes %s: %v", c.pattern, c.path, got)
		}
	}
}
