package derivation

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestEvaluate(t *testing.T) {
	values := map[string]float64{"a": 3, "b": 4, "capacity_qps": 10}
	more := map[string]Function{"twice": func(a []float64) float64 { return 2 * a[0] }}
	for _, tt := range []struct {
		formula string
		want    float64
	}{
		{"a + b * 2", 11}, {"(a + b) * 2", 14}, {"a - b - 1", -2}, {"2 ^ a ^ 2", 512}, {"-a + 1", -2}, {"a / b / 2", 0.375},
		{"ceil(capacity_qps / a)", 4}, {"min(a, b, 2)", 2}, {"max(a, twice(b))", 8}, {"ln(exp(a))", 3}, {"1.5e3 + 1", 1501},
		{"a >= 3 && b < 4.5", 1}, {"a > 3", 0}, {"a <= 3 && b < 4", 0}, {"floor(7 / 2)", 3},
	} {
		got, err := Evaluate(tt.formula, values, more)
		if err != nil || math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("%s = %v (%v), want %v", tt.formula, got, err, tt.want)
		}
	}
	for formula, want := range map[string]string{
		"a +": "ends too early", "c": "no value for c", "f(1)": "no function f", "(a": "a ) is missing", "a b": `unexpected "b"`,
		"min(a b)": "a , or ) is missing", "$": `unexpected "$"`, "": "ends too early", strings.Repeat("(", 200): "nests too deep",
	} {
		if _, err := Evaluate(formula, values, more); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, wanted one with %q", formula, err, want)
		}
	}
}

func TestNames(t *testing.T) {
	if got := strings.Join(Names("need * max(a, need) / f(b2, 3)"), " "); got != "need a b2" {
		t.Errorf("names %s", got)
	}
}

func TestLog(t *testing.T) {
	var none *Log
	none.Given(Value{Name: "a"})
	none.Step(Value{Name: "b"}, "a", "")
	none.Note("b", "x")
	if none.Recording() || none.Steps() != nil || none.Clone() != nil || none.Faults() != nil {
		t.Error("a nil log records")
	}
	l := &Log{}
	l.Given(Value{Name: "a", Number: 2, From: "--a"})
	l.Given(Value{Name: "a", Number: 3})
	l.Given(Value{Name: "z", Number: 9})
	l.Step(Value{Name: "other", Number: 9}, "z", "")
	l.Step(Value{Name: "b", Number: 4}, "a * 2", "arithmetic")
	l.Step(Value{Name: "b", Number: 5}, "a * 3", "")
	l.Search(Value{Name: "c", Number: 5}, "the smallest above b", "c > b", "search")
	l.Step(Value{Name: "d", Number: 1}, "missing", "")
	steps := Of(l.Steps(), "c")
	if len(steps) != 2 || steps[0].Result.Number != 4 || steps[1].Inputs[0].Step != 1 || steps[0].Inputs[0].From != "--a" || steps[0].Inputs[0].Number != 2 {
		t.Errorf("steps %+v", steps)
	}
	if got := l.Faults(); len(got) != 1 || got[0] != "d uses missing" {
		t.Errorf("faults %v", got)
	}
	if len(Of(l.Steps(), "nothing")) != 0 {
		t.Error("steps lead to nothing")
	}
}

// Whatever is added to a clone, the original stays.
func TestClonesAreApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &Log{}
		for _, n := range rapid.SliceOfN(rapid.StringMatching(`[a-c]`), 0, 5).Draw(t, "names") {
			l.Given(Value{Name: n})
		}
		c := l.Clone()
		c.Given(Value{Name: "new"})
		c.Step(Value{Name: "made"}, "new", "")
		if _, ok := l.value("new"); ok || len(l.Steps()) > 0 {
			t.Fatal("the original changed")
		}
	})
}

func FuzzEvaluate(f *testing.F) {
	for _, s := range []string{"a+b*2^-1", "min(a,,b)", "((((", "1e", "a>=b&&", "f(", "ceil()"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Evaluate(s, map[string]float64{"a": 1, "b": 2}, nil)
		if err != nil && !math.IsNaN(v) {
			t.Errorf("%q gives %v with an error", s, v)
		}
		Names(s)
	})
}
