package whatif_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/whatif"
	"scaleadvise/advisor/workload"
)

// fake is a pipeline with thresholds that are known: up to one rate horizontal wins, beyond it
// vertical, and a price of the other's hardware turns that round. A second of latency is
// enough, less is not.
type fake struct {
	qps, turn  float64 // now, and where vertical begins
	price      float64 // factor on the price of "strong" below which vertical wins anyway
	bound      float64 // least p99 that holds, s
	replicaQPS float64
}

func (f fake) ask(_ context.Context, c whatif.Change) (*advice.Advice, error) {
	qps, p99, factor, budget := f.qps, 2.0, 1.0, math.Inf(1)
	if v, ok := c.Traits["qps"]; ok {
		qps = v.Interval.Mid
	}
	if v, ok := c.Traits["p99"]; ok {
		p99 = v.Interval.Mid
	}
	if v, ok := c.Traits["budget"]; ok {
		budget = v.Interval.Mid
	}
	if v, ok := c.Prices["strong"]; ok {
		factor = v
	}
	n := int(math.Ceil(qps / f.replicaQPS))
	weak := candidate.Evaluation{Config: candidate.Config{Accelerator: "weak", PerReplica: 1, Replicas: n}, CostPerMonth: 100 * float64(n),
		Hosting: candidate.Hosting{Priced: true, USDPerHour: 100.0 / 730, ReplicasPerInstance: 1}, AcceleratorName: "Weak"}
	strong := candidate.Evaluation{Config: candidate.Config{Accelerator: "strong", PerReplica: 1, Replicas: 1}, CostPerMonth: 1000 * factor,
		Hosting: candidate.Hosting{Priced: true, USDPerHour: factor, ReplicasPerInstance: 1}, AcceleratorName: "Strong"}
	vertical := qps > f.turn || factor < f.price
	feasible := p99 >= f.bound && (vertical || weak.CostPerMonth <= budget)
	a := &advice.Advice{
		Strategy: candidate.Horizontal, Feasible: feasible, Plan: weak,
		Traits: []advice.Trait{{Name: "qps", Value: f.qps, Low: f.qps, High: f.qps}, {Name: "p99", Value: 2.0, Low: 2, High: 2}},
	}
	if vertical {
		a.Strategy, a.Plan = candidate.Vertical, strong
	}
	a.Alternatives = []advice.Alternative{
		{Strategy: candidate.Vertical, Feasible: p99 >= f.bound, Chosen: vertical, Plan: &strong, Excuse: &candidate.Excuse{Text: "too slow"}},
		{Strategy: candidate.Horizontal, Feasible: feasible, Chosen: !vertical, Plan: &weak, Excuse: &candidate.Excuse{Text: "over"}},
	}
	return a, nil
}

// asking is a pipeline whose decisions have all there is to say.
func asking(ask whatif.Ask) whatif.Pipeline {
	return whatif.Pipeline{Advise: ask, Decide: ask, Complete: func(context.Context, whatif.Change, *candidate.Evaluation, *candidate.Evaluation) error { return nil }}
}

func flip(w *advice.WhatIf, kind advice.FlipKind, s candidate.Strategy, name string) (advice.Flip, bool) {
	for _, f := range w.Flips {
		if f.Kind == kind && f.Strategy == s && f.Of.Name == name {
			return f, true
		}
	}
	return advice.Flip{}, false
}

// TestFlipsAreExact: a known threshold is found to the third digit, whatever it is.
func TestFlipsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := fake{qps: rapid.Float64Range(10, 1000).Draw(t, "qps"), replicaQPS: 90}
		f.turn = f.qps * rapid.Float64Range(1.02, 50).Draw(t, "turn")
		f.price = rapid.Float64Range(0.02, 0.95).Draw(t, "price")
		f.bound = rapid.Float64Range(0.05, 1.9).Draw(t, "bound")
		w, err := whatif.Flips(context.Background(), asking(f.ask))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []struct {
			kind advice.FlipKind
			of   candidate.Strategy
			name string
			at   float64
			up   bool
		}{
			{advice.FlipLoses, candidate.Horizontal, "qps", f.turn, true},
			{advice.FlipWins, candidate.Vertical, "qps", f.turn, true},
			{advice.FlipWins, candidate.Vertical, "price", f.price, false},
			{advice.FlipLoses, candidate.Horizontal, "p99", f.bound, false},
			{advice.FlipFails, candidate.Horizontal, "p99", f.bound, false},
		} {
			got, ok := flip(w, want.kind, want.of, want.name)
			if !ok {
				t.Fatalf("%v: not found in %+v", want, w.Flips)
			}
			low, high := got.Last.Number, got.First.Number
			if !want.up {
				low, high = high, low
			}
			if got.Up != want.up || low > want.at*(1+1e-9) || high < want.at*(1-1e-9) || high > low*1.02 {
				t.Fatalf("%v: between %v and %v", want, low, high)
			}
		}
	})
}

// TestLimitsThatWereNotGiven: a budget is tried from the dearest plan downwards.
func TestLimitsThatWereNotGiven(t *testing.T) {
	f := fake{qps: 400, turn: 1e9, replicaQPS: 90} // five of the weak for 500
	w, err := whatif.Flips(context.Background(), asking(f.ask))
	if err != nil {
		t.Fatal(err)
	}
	got, ok := flip(w, advice.FlipLoses, candidate.Horizontal, "budget")
	if !ok || got.Of.Given || got.First.Number >= 500 || got.First.Number < 495 || got.Last.Number < 500 {
		t.Errorf("%+v", got)
	}
}

func TestSwings(t *testing.T) {
	f := fake{qps: 450, turn: 1e9, bound: 1e-3, replicaQPS: 90}
	w, err := whatif.Flips(context.Background(), asking(f.ask))
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Swings) == 0 || w.Swings[0].Of.Name != "qps" || w.Swings[0].Cost() != 100 || w.Swings[0].Replicas() != 1 {
		t.Errorf("375/s to 540/s are five to six of the weak: %+v", w.Swings)
	}
	if strings.Join(w.Unmoved, ", ") != "p99, price of Weak" {
		t.Errorf("unmoved: %v", w.Unmoved)
	}
}

func TestVary(t *testing.T) {
	f := fake{qps: 400, turn: 7900, replicaQPS: 90}
	r, err := whatif.ParseRange("qps=1000..10000", 4)
	if err != nil {
		t.Fatal(err)
	}
	w, err := whatif.Vary(context.Background(), asking(f.ask), r)
	if err != nil {
		t.Fatal(err)
	}
	s := w.Sweep
	if len(s.Points) != 4 || s.Points[0].Number != 1000 || s.Points[3].Number != 10000 || !s.Points[3].Changed || s.Points[2].Changed {
		t.Errorf("points %+v", s.Points)
	}
	if len(s.Changes) != 1 || s.Changes[0].Last != 7900 || s.Changes[0].First != 7910 {
		t.Errorf("changes %+v", s.Changes)
	}
}

func TestRanges(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"qps=1000..10000", ""},
		{"--qps=1..2", ""},
		{"p99=20ms..200ms", ""},
		{"availability=99%..99.99%", ""},
		{"max-replicas=1..9", ""},
		{"gpu=a10,l4", ""},
		{"qps=100,2k", ""},
		{"qps", "expected a trait and its values"},
		{"qqs=1..2", `unknown trait "qqs"; did you mean qps`},
		{"frobnicate=1..2", "any flag of the workload"},
		{"qps=", "no values"},
		{"qps=5", "is one value"},
		{"qps=5..1", "5..1"},
		{"p99=1..2", "p99: "},
		{"qps=1..1e400", "qps: "},
		{"gpu=a10", "give two or more"},
		{"precision=fp16,fp99", "fp99"},
		{"qps=1,x", "qps: "},
	} {
		r, err := whatif.ParseRange(tt.text, 5)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.text, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: error %v, wanted one with %q", tt.text, err, tt.want)
		case tt.want == "" && len(r.First()) != 1:
			t.Errorf("%s: its first value is %v", tt.text, r.First())
		}
	}
	if _, err := whatif.ParseRange("qps=1..2", 1); err == nil {
		t.Error("one point is taken")
	}
}

func FuzzParseRange(f *testing.F) {
	for _, s := range []string{"qps=1..2", "availability=99%..99.99%", "gpu=a,b", "measured=t4:8/s;a", "growth=-5%/month..5%/month", "zones=1..1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := whatif.ParseRange(text, 7); err == nil && len(r.First()) != 1 {
			t.Errorf("%q has no first value", text)
		}
	})
}

func TestErrorsOfThePipeline(t *testing.T) {
	want := errors.New("no advice")
	failing := func(context.Context, whatif.Change) (*advice.Advice, error) { return nil, want }
	if _, err := whatif.Flips(context.Background(), asking(failing)); !errors.Is(err, want) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := whatif.Flips(ctx, asking(fake{qps: 10, turn: 50, replicaQPS: 9}.ask)); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	// A value that the trait cannot have is a row without advice; any other error ends the sweep.
	spec, _ := workload.Lookup("qps")
	for _, c := range []struct{ fault, want error }{
		{&workload.TraitError{Spec: spec, Err: want}, nil},
		{want, want},
	} {
		once := 0
		odd := func(ctx context.Context, change whatif.Change) (*advice.Advice, error) {
			if once++; once == 3 {
				return nil, c.fault
			}
			return fake{qps: 10, turn: 50, replicaQPS: 9}.ask(ctx, change)
		}
		r, _ := whatif.ParseRange("qps=10..20", 3)
		w, err := whatif.Vary(context.Background(), asking(odd), r)
		if !errors.Is(err, c.want) {
			t.Errorf("%v: error %v, want %v", c.fault, err, c.want)
		}
		if c.want == nil && (!strings.Contains(w.Sweep.Points[1].Fault, "no advice") || w.Sweep.Points[2].Fault != "") {
			t.Errorf("%+v", w.Sweep.Points)
		}
		if _, err := whatif.Flips(context.Background(), asking(odder(c.fault))); !errors.Is(err, c.want) {
			t.Errorf("flips with %v: error %v, want %v", c.fault, err, c.want)
		}
	}
	// A sweep in which no value can be had says why instead of that nothing holds.
	never := func(ctx context.Context, change whatif.Change) (*advice.Advice, error) {
		if len(change.Traits) > 0 {
			return nil, &workload.TraitError{Spec: spec, Err: want}
		}
		return fake{qps: 10, turn: 50, replicaQPS: 9}.ask(ctx, change)
	}
	r, _ := whatif.ParseRange("qps=10..20", 3)
	if _, err := whatif.Vary(context.Background(), asking(never), r); !errors.Is(err, want) {
		t.Errorf("no value can be had: %v", err)
	}
}

// odder fails at every change of qps.
func odder(fault error) whatif.Ask {
	return func(ctx context.Context, change whatif.Change) (*advice.Advice, error) {
		if _, ok := change.Traits["qps"]; ok {
			return nil, fault
		}
		return fake{qps: 10, turn: 50, replicaQPS: 9}.ask(ctx, change)
	}
}

// TestHoldingAloneIsTheSame: where it is told sooner whether a strategy holds, the flips are the same, and fewer
// decisions are made.
func TestHoldingAloneIsTheSame(t *testing.T) {
	f := fake{qps: 450, turn: 3000, price: 0.5, bound: 0.3, replicaQPS: 90}
	answers := func(alone bool) (w *advice.WhatIf, decisions int64) {
		var made atomic.Int64
		ask := func(ctx context.Context, c whatif.Change) (*advice.Advice, error) {
			a, err := f.ask(ctx, c)
			a.Alternatives[0].Feasible = a.Alternatives[0].Feasible && c.Traits["qps"].Interval.Mid < 700 // the other strategy
			return a, err
		}
		p := asking(ask)
		p.Decide = func(ctx context.Context, c whatif.Change) (*advice.Advice, error) {
			made.Add(1)
			return ask(ctx, c)
		}
		if alone {
			p.Holds = func(ctx context.Context, c whatif.Change, s candidate.Strategy, optimized bool) (holds, known bool, err error) {
				a, err := ask(ctx, c)
				for _, alt := range a.Alternatives {
					if alt.Strategy == s && alt.Optimized == optimized {
						return alt.Feasible, c.Traits["qps"].Interval.Mid > 650, err
					}
				}
				return false, false, err
			}
		}
		w, err := whatif.Flips(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		return w, made.Load()
	}
	want, all := answers(false)
	got, fewer := answers(true)
	if !reflect.DeepEqual(got.Flips, want.Flips) || got.Asked != want.Asked || fewer >= all {
		t.Errorf("%d flips, %d without; asked %d times, %d without; %d of %d decisions", len(got.Flips), len(want.Flips), got.Asked, want.Asked, fewer, all)
	}
	if got, ok := flip(got, advice.FlipFails, candidate.Vertical, "qps"); !ok || got.First.Number < 700 || got.First.Number > 707 {
		t.Errorf("the other strategy fails at %v", got.First)
	}
}
