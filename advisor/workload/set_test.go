package workload

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

// layer reads "name=text" pairs as one layer; a space separates pairs.
func layer(t *testing.T, kind origin.Kind, traits string) Set {
	t.Helper()
	s, err := read(kind, traits)
	if err != nil {
		t.Fatalf("%s: %v", traits, err)
	}
	return s
}

func read(kind origin.Kind, traits string) (Set, error) {
	s := Set{}
	for i, pair := range strings.Fields(traits) {
		name, text, _ := strings.Cut(pair, "=")
		spec, _ := Lookup(name)
		o := origin.Origin{Kind: kind, Name: "--" + spec.Flag}
		if kind == origin.Plan {
			o = origin.Origin{Kind: kind, Name: spec.PlanKey, File: "plan.yaml", Line: i + 1, Column: 3}
		}
		if err := ParseSet(name, text, o, s); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func TestRepeatedTraitsCollect(t *testing.T) {
	s := layer(t, origin.Flag, "cloud=aws,gcp cloud=gcp cloud=azure batch_time=1:9ms,16:85ms batch_time=32:160ms measured=t4:1,200/s,9ms measured=a10:500/s;l4:700/s")
	if got := s["cloud"].Words; !slices.Equal(got, []string{"aws", "gcp", "azure"}) {
		t.Errorf("clouds are %q", got)
	}
	if got := s["batch_time"].Points; !slices.Equal(got, []Point{{1, 0.009}, {16, 0.085}, {32, 0.160}}) {
		t.Errorf("batch times are %v", got)
	}
	want := []Elsewhere{{"t4", 1200, 0.009}, {"a10", 500, 0}, {"l4", 700, 0}}
	if got := s["measured"].Elsewhere; !slices.Equal(got, want) {
		t.Errorf("measurements are %v", got)
	}
	if got := s["measured"].Text; got != "t4:1,200/s,9ms;a10:500/s;l4:700/s" {
		t.Errorf("the text is %q", got)
	}
}

func TestOtherTraitsAreReplaced(t *testing.T) {
	s := layer(t, origin.Flag, "qps=5 qps=6")
	if got := s["qps"].Interval; got != unit.Exact(6) {
		t.Errorf("qps is %v", got)
	}
}

func TestQuantitiesKeepWhatTheyCarry(t *testing.T) {
	s := layer(t, origin.Flag, "burstiness=1.4@1s input_tokens=300/900/2000 qps=800..1200 precision=FP16")
	if v := s["burstiness"]; v.Interval != unit.Exact(1.4) || v.Window != 1 {
		t.Errorf("burstiness is %+v", v)
	}
	if v := s["input_tokens"]; v.Percentiles != (unit.Percentiles{P50: 300, P90: 900, P99: 2000}) || v.Interval.High != 2000 {
		t.Errorf("input tokens are %+v", v)
	}
	if v := s["qps"]; v.Interval != (unit.Interval{Mid: 1000, Low: 800, High: 1200}) || v.Text != "800..1200" {
		t.Errorf("qps is %+v", v)
	}
	if v := s["precision"]; v.Text != "fp16" {
		t.Errorf("precision is %q", v.Text)
	}
}

func TestParseSetRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"qps", "", "is empty"}, {"qps", "fast", "is not a number"}, {"qps", "-1", "is negative"}, {"qps", "NaN", "is not a number"},
		{"p99", "100", "has no unit"}, {"p99", "0ms", "must be above zero"}, {"p99", "80..100ms", "is a range; give one value"},
		{"qps", "0", "zero is not a load"}, {"users", "0", "zero is not a load"}, {"requests_per_user", "0/day", "zero is not a load"}, {"budget", "0/month", "buys nothing"},
		{"users", "0..5", "zero is not a load"}, {"availability", "0", "asks for nothing"}, {"availability", "100%", "never reached"},
		{"replica_availability", "1", "never reached"}, {"availability", "99.9", "above 1"}, {"burstiness", "0", "is zero"}, {"burstiness", "-1", "is negative"},
		{"peak_to_mean", "0.5", "below the mean"}, {"latency_percentile", "0.95", "outside 50 to 99.99"}, {"latency_percentile", "99.999", "outside"},
		{"replicas", "2.5", "is not whole"}, {"replicas", "2M", "above 1,000,000"}, {"concurrency", "10001", "above 10,000"}, {"zones", "0", "above zero"},
		{"precision", "fp61", "did you mean fp16"}, {"engine", "vlm", "did you mean vllm?"}, {"objective", "speed", "expected cost, stability"},
		{"cloud", "aws,,gcp", "empty element"}, {"cloud", ",", "empty element"}, {"batch_time", "85ms", "no colon"}, {"batch_time", "0:9ms", "1 to 4096"},
		{"batch_time", "5000:9ms", "1 to 4096"}, {"batch_time", "16:85", "has no unit"}, {"batch_time", "1.5:9ms", "not whole"},
		{"batch_time", "1:0ms", "above zero"}, {"batch_time", "1:8..9ms", "one value"}, {"measured", "850/s", "names no accelerator"}, {"measured", ":850/s", "names no accelerator"},
		{"measured", "t4:850", "has no unit"}, {"measured", "t4:0/s", "above zero"}, {"measured", "t4:850/s,9", "has no unit"}, {"measured", "t4:850/s,0s", "above zero"},
		{"gpu", "a\x1b[31m", "cannot be printed"}, {"gpu", "a\nb", "cannot be printed"}, {"gpu", "\xff", "not valid UTF-8"},
		{"gpu", strings.Repeat("a", 1001), "at most 1000"},
	} {
		s := Set{"zones": {Text: "kept"}}
		err := ParseSet(c.name, c.text, origin.Origin{Kind: origin.Flag, Name: "--x"}, s)
		var fault *TraitError
		switch {
		case err == nil || !strings.Contains(err.Error(), c.want):
			t.Errorf("%s %q: %v, want %q", c.name, c.text, err, c.want)
		case !errors.As(err, &fault) || fault.Spec.Name != c.name || !strings.HasPrefix(err.Error(), "--x: "):
			t.Errorf("%s %q: the error %v does not carry its trait", c.name, c.text, err)
		case len(s) != 1 || s["zones"].Text != "kept":
			t.Errorf("%s %q: the layer became %v", c.name, c.text, s)
		}
	}
}

func TestListsAreBounded(t *testing.T) {
	s := Set{}
	var err error
	for i := 0; i < 300 && err == nil; i++ {
		err = ParseSet("cloud", fmt.Sprint("c", i), origin.Origin{}, s)
	}
	if err == nil || !strings.Contains(err.Error(), "more than 256 elements") {
		t.Errorf("got %v", err)
	}
}

func TestUnknownTraitNamesTheNearest(t *testing.T) {
	err := ParseSet("qqs", "5", origin.Origin{}, Set{})
	if err == nil || err.Error() != `unknown trait "qqs"; did you mean qps?` {
		t.Errorf("got %v", err)
	}
}

func TestErrorsNameTheirPlace(t *testing.T) {
	for want, o := range map[string]origin.Origin{
		"--p99: ":                  {Kind: origin.Flag, Name: "--p99"},
		"$SCALEADVISE_P99: ":       {Kind: origin.Environment, Name: "SCALEADVISE_P99"},
		"plan.yaml:3:7: slo.p99: ": {Kind: origin.Plan, File: "plan.yaml", Line: 3, Column: 7},
	} {
		err := ParseSet("p99", "100", o, Set{})
		var inner *unit.Error
		if err == nil || !strings.HasPrefix(err.Error(), want) || !errors.As(err, &inner) {
			t.Errorf("got %v, want it to start with %q", err, want)
		}
	}
}

// TestPut: numbers are held to what the text of a trait is held to.
func TestPut(t *testing.T) {
	into := Set{}
	if err := Put("qps", Value{Interval: unit.Exact(100.0 / 3), Text: "33.33"}, into); err != nil || into["qps"].Interval.Mid != 100.0/3 {
		t.Errorf("%v: %+v", err, into)
	}
	for name, v := range map[string]float64{"qps": 0, "p99": math.NaN(), "availability": 1, "growth": math.Inf(1), "zones": 1000, "none": 1} {
		if err := Put(name, Value{Interval: unit.Exact(v), Text: "x"}, into); err == nil {
			t.Errorf("%s took %g", name, v)
		}
	}
	if len(into) != 1 {
		t.Errorf("refused values stayed: %+v", into)
	}
}
