package report

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
)

func TestFitsTheWidth(t *testing.T) {
	for _, s := range samples() {
		for _, w := range []int{1, 40, 50, 60, 70, 80, 90, 100, 200} {
			for _, o := range []Options{{Width: w}, {Width: w, ASCII: true}, {Width: w, Explain: true}} {
				text, _, _ := strings.Cut(render(t, "table", s, o), "\nNext ") // a flag of a command is never cut
				for _, l := range strings.Split(text, "\n") {
					if most := min(max(w, minWidth), maxWidth); width(l) > most {
						t.Errorf("%s at %d columns has a line of %d: %q", s.name, w, width(l), l)
					}
				}
			}
		}
	}
}

func TestOneScreen(t *testing.T) {
	for _, s := range []sample{{"typical", typical()}, {"infeasible", infeasible()}, {"unpriced", unpriced()}} {
		if n := strings.Count(render(t, "table", s, Options{}), "\n"); n > 32 {
			t.Errorf("%s takes %d lines", s.name, n)
		}
	}
}

func TestEveryAlternativeAtEveryWidth(t *testing.T) {
	for _, w := range []int{40, 60, 80, 100} {
		out := render(t, "table", sample{advice: typical()}, Options{Width: w, All: true})
		for _, want := range []string{"as today, optimized", "> horizontal, optimized", "combined, optimized", "11 × A10 fp16", "8,030", "cheapest that"} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is missing at %d columns", want, w)
			}
		}
	}
}

// The latency against the bound is the last column to go.
func TestLatencyStays(t *testing.T) {
	for _, s := range []sample{{"typical", typical()}, {"tokens", tokens()}, {"growing", growing()}} {
		for _, w := range []int{80, 100} {
			out := render(t, "table", s, Options{Width: w})
			if !regexp.MustCompile(`(?m)^  plan .*(p99|p95|TTFT/TPOT)`).MatchString(out) {
				t.Errorf("%s at %d columns has no latency:\n%s", s.name, w, out)
			}
		}
	}
}

// Nothing stands side by side in what is read aloud: a row is a line.
func TestPlainIsOneLineAFact(t *testing.T) {
	for _, s := range samples() {
		for _, l := range strings.Split(render(t, "plain", s, Options{Width: 40}), "\n") {
			if strings.Contains(strings.TrimLeft(l, " "), "   ") {
				t.Errorf("%s: columns in %q", s.name, l)
			}
		}
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestColorOnlyColors(t *testing.T) {
	for _, s := range samples() {
		bare := render(t, "table", s, Options{})
		colored := render(t, "table", s, Options{Color: true})
		if strings.Contains(bare, "\x1b") {
			t.Errorf("%s has escape codes although nobody asked", s.name)
		}
		if !strings.Contains(colored, "\x1b[") || escapes.ReplaceAllString(colored, "") != bare {
			t.Errorf("%s: colour changes more than colours", s.name)
		}
	}
}

func TestASCII(t *testing.T) {
	out := render(t, "table", sample{advice: growing()}, Options{ASCII: true})
	if i := strings.IndexFunc(out, func(r rune) bool { return r > 126 }); i >= 0 {
		t.Errorf("not ASCII: %q", out[i:min(i+40, len(out))])
	}
}

func TestEmptyAdviceSaysSo(t *testing.T) {
	out := render(t, "table", sample{advice: &advice.Advice{}}, Options{})
	if !strings.HasPrefix(out, "No plan is known to hold 0 req/s.\n") {
		t.Errorf("an empty advice reads %q", out)
	}
}

func TestOneScaleAColumn(t *testing.T) {
	nan := applies(0, false)
	for _, c := range []struct {
		got, want []string
	}{
		{rates([]float64{533, 14320, nan}), []string{"533/s", "14,320/s", none}},
		{rates([]float64{0.19, 4.3}), []string{"0.19/s", "4.30/s"}},
		{rates([]float64{0, 0}), []string{"0/s", "0/s"}},
		{durations([]float64{0.061, 0.0881}), []string{"61 ms", "88 ms"}},
		{durations([]float64{0.0009, 0.05}), []string{"0.90 ms", "50.00 ms"}},
		{durations([]float64{4, 31, nan}), []string{"4.0 s", "31.0 s", none}},
		{durations([]float64{0.9, 31}), []string{"900 ms", "31,000 ms"}},
		{figures([]float64{730, 8030, 1e18}, 1, ""), []string{"730", "8,030", "1.00e+18"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestRatio(t *testing.T) {
	for v, want := range map[float64]string{1: "1.00", 1.04: "1.04", 0.14: "0.1", 0.012: "0.01", 1.571: "1.6", 9.96: "10.0", 123.4: "123"} {
		if got := ratio(v); got != want {
			t.Errorf("ratio(%v) = %s, want %s", v, got, want)
		}
	}
}

func TestReasons(t *testing.T) {
	excuse := &candidate.Excuse{Code: candidate.Budget}
	for _, c := range []struct {
		alt  advice.Alternative
		want string
	}{
		{advice.Alternative{Chosen: true, Excuse: excuse}, "nearest: budget"},
		{advice.Alternative{Excuse: excuse}, "budget"},
		{advice.Alternative{}, "does not hold"},
		{advice.Alternative{Feasible: true}, "cost unknown"},
		{advice.Alternative{Feasible: true, CostRatio: 1.001}, "the same cost"},
		{advice.Alternative{Feasible: true, CostRatio: 0.8}, "0.8 × the cost"},
	} {
		if got := reason(&advice.Advice{}, c.alt, ""); got != c.want {
			t.Errorf("reason(%+v) = %q, want %q", c.alt, got, c.want)
		}
	}
}

func TestShortNamesStayDistinct(t *testing.T) {
	plan := func(id, name string) advice.Alternative {
		return advice.Alternative{Plan: &candidate.Evaluation{AcceleratorName: name, Config: candidate.Config{Accelerator: id, Replicas: 1, PerReplica: 1}}}
	}
	names := func(a *advice.Advice) (out []string) {
		for _, alt := range withShortNames(a).Alternatives {
			out = append(out, alt.Plan.AcceleratorName)
		}
		return out
	}
	one := &advice.Advice{Alternatives: []advice.Alternative{plan("h", "H100 SXM5 80GB"), plan("b", "B200 SXM 180GB")}}
	if got := names(one); got[0] != "H100 SXM5" || got[1] != "B200 SXM" || one.Alternatives[0].Plan.AcceleratorName != "H100 SXM5 80GB" {
		t.Errorf("plans %q", got)
	}
	two := &advice.Advice{Alternatives: []advice.Alternative{plan("a", "A100 PCIe 40GB"), plan("b", "A100 PCIe 80GB")}}
	if got := names(two); got[0] != "A100 PCIe 40GB" || got[1] != "A100 PCIe 80GB" {
		t.Errorf("plans %q", got)
	}
}

func TestWon(t *testing.T) {
	for _, c := range []struct {
		by        string
		criterion choice.Criterion
		margin    float64
		cell, why string
	}{
		{"cheapest", choice.Cheapest, 0, "cheapest that holds", "Why: cheapest that holds"},
		{"fewer-changes", choice.FewerChanges, 0.013, "fewer changes", "Why: fewer changes, 1.3 % above the cheapest"},
		{"keep-two", choice.Cheapest, 0.1, "decided by keep-two", "Why: decided by keep-two"},
		{"", "", 0, "", "Why"},
	} {
		a := &advice.Advice{Feasible: true, DecidedBy: c.by, Criterion: c.criterion, Margin: c.margin}
		if got := reason(a, advice.Alternative{Chosen: true, Feasible: true}, ""); got != c.cell {
			t.Errorf("%s: the table says %q, want %q", c.by, got, c.cell)
		}
		if got := why(a); got != c.why {
			t.Errorf("%s: the heading is %q, want %q", c.by, got, c.why)
		}
	}
}
