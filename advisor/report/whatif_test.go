package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
)

func decidedSample(s candidate.Strategy, n int, name string) advice.Decided {
	e := candidate.Evaluation{Config: candidate.Config{Accelerator: "a10", PerReplica: 1, Replicas: n, Precision: "int8"}, AcceleratorName: name,
		CostPerMonth: 730 * float64(n), P99: 0.02, Latency: 0.02}
	e.Priced = true
	return advice.Decided{Feasible: true, Strategy: s, Plan: e, DecidedBy: "cost"}
}

// sampleFlips and sampleSweep are answers with a hostile text in them.
func sampleFlips(text string) *advice.WhatIf {
	qps := advice.Varied{Name: "qps", Flag: "--qps", Unit: "1/s", Given: true, Now: 5000}
	then := decidedSample(candidate.Vertical, 1, "A10"+text)
	return &advice.WhatIf{
		Base: &advice.Advice{Feasible: true, Strategy: candidate.Horizontal, Plan: decidedSample(candidate.Horizontal, 7, "A10").Plan,
			Alternatives: []advice.Alternative{
				{Strategy: candidate.Vertical, Feasible: true, Plan: &then.Plan},
				{Strategy: candidate.Horizontal, Feasible: true, Chosen: true, Plan: &then.Plan},
			}},
		Flips: []advice.Flip{
			{Kind: advice.FlipLoses, Strategy: candidate.Horizontal, Chosen: true, Of: qps, Last: advice.Value{Number: 2760}, First: advice.Value{Number: 2750}, Then: then},
			{Kind: advice.FlipWins, Strategy: candidate.Vertical, Of: advice.Varied{Name: "price", Of: "H200" + text, Unit: "USD/h", Given: true, Now: 4}, Last: advice.Value{Number: 3.1}, First: advice.Value{Number: 3.09}, Then: then},
			{Kind: advice.FlipFails, Strategy: candidate.Horizontal, Chosen: true, Of: advice.Varied{Name: "p99", Unit: "s", Given: true, Now: 0.1}, Last: advice.Value{Number: 0.04}, First: advice.Value{Number: 0.0399}, Plan: then.Plan, Why: "slow" + text},
			{Kind: advice.FlipWins, Strategy: candidate.Vertical, Of: advice.Varied{Name: "objective", Flag: "--objective", Words: true, Given: true}, First: advice.Value{Word: "cost"}, Then: then},
		},
		Swings: []advice.Swing{{Of: qps, Low: advice.Value{Number: 4170}, High: advice.Value{Number: 6000},
			At: [2]advice.Decided{decidedSample(candidate.Horizontal, 6, "A10"), decidedSample(candidate.Horizontal, 9, "A10")}}},
		Unmoved: []string{"p99" + text},
	}
}

func sampleSweep(text string) *advice.WhatIf {
	w := sampleFlips(text)
	w.Flips, w.Swings, w.Unmoved = nil, nil, nil
	w.Sweep = &advice.Sweep{Of: advice.Varied{Name: "qps", Unit: "1/s", Given: true, Now: 5000}}
	for n := range 6 {
		p := advice.SweepPoint{Value: advice.Value{Number: float64(1000 * (n + 1))}, Decided: decidedSample(candidate.Horizontal, n+1, "A10"+text)}
		if n > 2 {
			p.Decided = decidedSample(candidate.Vertical, 1, "H100")
			p.Optimized, p.Changed = true, n == 3
		}
		w.Sweep.Points = append(w.Sweep.Points, p)
	}
	w.Sweep.Points = append(w.Sweep.Points, advice.SweepPoint{Value: advice.Value{Number: 7000}, Fault: "no" + text})
	w.Sweep.Changes = []advice.Crossing{{Last: 3370, First: 3380, Before: w.Sweep.Points[2].Decided, After: w.Sweep.Points[3].Decided}}
	return w
}

func TestWhatIfFormats(t *testing.T) {
	gone := errors.New("gone")
	for _, text := range []string{"", "<script>", "a|b", "two\nlines", "\x1b[31m"} {
		for _, w := range []*advice.WhatIf{sampleFlips(text), sampleSweep(text), {Base: &advice.Advice{}}} {
			for _, format := range WhatIfFormats() {
				var out bytes.Buffer
				if err := WriteWhatIf(&out, format, w, Options{Width: 40}); err != nil {
					t.Fatalf("%s: %v", format, err)
				}
				if strings.Contains(out.String(), "\x1b") {
					t.Errorf("%s: an escape of the input was written", format)
				}
				if err := WriteWhatIf(broke{gone}, format, w, Options{}); !errors.Is(err, gone) {
					t.Errorf("%s: a writer that fails gives %v", format, err)
				}
			}
		}
	}
}

func TestWhatIfWords(t *testing.T) {
	var out bytes.Buffer
	if err := WriteWhatIf(&out, "table", sampleFlips(""), Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"The plan is 7 × A10 int8: horizontal.", "2,750/s or less", "price of H200", "3.09 USD/h or less", "A10 fails: slow", "39.9 ms or less",
		"--objective cost", "4,380 to 6,570", "6 to 9", "Without effect: p99.",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

func TestSweepIsMarked(t *testing.T) {
	var out bytes.Buffer
	if err := WriteWhatIf(&out, "table", sampleSweep(""), Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2 strategies over qps from 1,000/s to 7,000/s.", "> 4,000/s", "strategy changes", "from 3,380/s upward (at 3,370/s it is still horizontal",
		"V vertical, optimized, h horizontal, . no plan", "hhhhhhhhhh", "VVVVVVVVVV",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

func TestWhatIfDocument(t *testing.T) {
	var out bytes.Buffer
	if err := WriteWhatIf(&out, "json", sampleFlips(""), Options{}); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Schema string
		Flips  []struct {
			Kind, Trait, Unit, Direction string
			Last, First                  any
		}
		Tornado []struct {
			CostSwing float64 `json:"cost_swing_usd_per_month"`
		}
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	p99 := doc.Flips[2]
	if doc.Schema != whatIfSchema || p99.Unit != "ms" || p99.Last != 40.0 || p99.Direction != "down" || doc.Flips[3].First != "cost" || doc.Tornado[0].CostSwing != 3*730 {
		t.Errorf("%+v", doc)
	}
}
