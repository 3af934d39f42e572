package quiz_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/quiz"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
	"scaleadvise/rules"
)

// pipeline is the real one over one workload.
type pipeline struct {
	traits workload.Set
	input  advisor.Input
}

func newPipeline(tb testing.TB, flags map[string]string) pipeline {
	tb.Helper()
	known, err := catalog.Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	set, err := rules.Load()
	if err != nil {
		tb.Fatal(err)
	}
	p := pipeline{traits: workload.Set{}, input: advisor.Input{Catalog: known, Rules: set}}
	for name, text := range flags {
		if err := workload.ParseSet(name, text, origin.Origin{Kind: origin.Flag, Name: name}, p.traits); err != nil {
			tb.Fatal(err)
		}
	}
	return p
}

var day = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

func (p pipeline) ask(ctx context.Context, changes workload.Set) (*advice.Advice, error) {
	in := p.input
	var err error
	if in.Workload, err = workload.Resolve(workload.Override(p.traits, changes), nil, ""); err != nil {
		return nil, err
	}
	return advisor.Advise(ctx, in, advisor.Options{Now: day, Seed: 1})
}

func questionsOf(t *testing.T, flags map[string]string) (map[string]advice.Question, *advice.Advice) {
	t.Helper()
	p := newPipeline(t, flags)
	base, err := p.ask(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	items, err := quiz.FromWorkload(context.Background(), p.ask, lesson(t))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]advice.Question{}
	for _, q := range quiz.Compose(items, lesson(t), quiz.Options{Seed: 1}) {
		out[q.ID] = q
	}
	return out, base
}

func answer(q advice.Question) string { return q.Choices[q.Answer].Text }

// TestOnAWorkload: each kind of question, its answer read from the advice.
func TestOnAWorkload(t *testing.T) {
	questions, a := questionsOf(t, map[string]string{
		"qps": "2000", "gpu": "l4", "replicas": "2", "model": "bert-large", "runtime": "mlperf", "p99": "80ms", "growth": "8%/month", "horizon": "12mo",
	})
	dearest := 0.0
	for _, alt := range a.Alternatives {
		if alt.Feasible {
			dearest = max(dearest, alt.Plan.CostPerMonth)
		}
	}
	for id, want := range map[string]string{
		"yours-strategy":     fmt.Sprintf("%d × %s %s", a.Plan.Replicas, a.Plan.AcceleratorName, a.Plan.Precision),
		"yours-promise":      unit.Format(unit.Rate, a.Plan.CapacityQPS),
		"yours-cost":         unit.Format(unit.Money, dearest-a.Plan.CostPerMonth),
		"yours-runway":       "About " + unit.Format(unit.Number, a.Plan.HoldsSeconds/unit.Month) + " months",
		"yours-precision":    unit.Format(unit.Rate, a.Alternatives[1].Plan.CapacityQPS),
		"yours-breaks-first": "more than it carries",
		"yours-why-not":      "",
		"yours-replicas":     "",
	} {
		q, ok := questions[id]
		if !ok {
			t.Errorf("no question %s", id)
			continue
		}
		if !strings.Contains(answer(q), want) {
			t.Errorf("%s: the answer is %q, want %q in it", id, answer(q), want)
		}
	}
}

// TestReplicasAreEnough asks the pipeline about the answer and about one replica less.
func TestReplicasAreEnough(t *testing.T) {
	flags := map[string]string{"qps": "5000", "gpu": "a10", "availability": "99.9%"}
	questions, a := questionsOf(t, flags)
	q := questions["yours-replicas"]
	p := newPipeline(t, flags)
	for _, c := range q.Choices {
		var n int
		if _, err := fmt.Sscan(c.Text, &n); err != nil {
			t.Fatalf("choice %q", c.Text)
		}
		got, err := p.ask(context.Background(), workload.Set{
			"gpu": {Text: a.Plan.Accelerator}, "precision": {Text: a.Plan.Precision}, "replicas": {Interval: unit.Exact(float64(n))},
		})
		if err != nil {
			t.Fatal(err)
		}
		var enough int
		fmt.Sscan(answer(q), &enough)
		if got.Today.Holds != (n >= enough) {
			t.Errorf("%d replicas hold: %v, and %d are said to be the fewest", n, got.Today.Holds, enough)
		}
	}
}

// TestOnAnyWorkload: whatever the workload, the questions are whole and teach.
func TestOnAnyWorkload(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(words ...string) string { return words[rng.IntN(len(words))] }
	kinds := map[string]int{}
	for range 8 {
		flags := map[string]string{"qps": fmt.Sprintf("%.0f", 1+rng.ExpFloat64()*3000), "model": pick("bert-large", "resnet50", "dlrm-v2-99")}
		for _, choice := range [][]string{
			{"gpu", "", "t4", "a10", "l4", "h100"}, {"replicas", "", "2", "9"}, {"availability", "", "", "99.9%"}, {"p99", "", "20ms", "300ms"},
			{"budget", "", "", "3000/month"}, {"growth", "", "9%/month"}, {"zones", "", "3"},
		} {
			if v := pick(choice[1:]...); v != "" {
				flags[choice[0]] = v
			}
		}
		if flags["growth"] != "" {
			flags["horizon"] = "6mo"
		}
		items, err := quiz.FromWorkload(context.Background(), newPipeline(t, flags).ask, lesson(t))
		if err != nil {
			t.Errorf("%v: %v", flags, err)
		}
		for _, q := range quiz.Compose(items, lesson(t), quiz.Options{}) {
			checkQuestion(t, q)
			kinds[q.ID]++
		}
	}
	if len(kinds) < 6 {
		t.Errorf("only these were asked: %v", kinds)
	}
}

func TestStrategyIsAskedBeforeItIsTold(t *testing.T) {
	p := newPipeline(t, map[string]string{"qps": "5000", "gpu": "a10"})
	items, err := quiz.FromWorkload(context.Background(), p.ask, lesson(t))
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(5) {
		if q := quiz.Compose(slices.Concat(items, bank(t)), lesson(t), quiz.Options{Seed: seed})[0]; q.ID != "yours-strategy" {
			t.Errorf("seed %d: %s comes first", seed, q.ID)
		}
	}
}

func TestAdviceThatFails(t *testing.T) {
	want := errors.New("no advice")
	_, err := quiz.FromWorkload(context.Background(), func(context.Context, workload.Set) (*advice.Advice, error) { return nil, want }, lesson(t))
	if !errors.Is(err, want) {
		t.Errorf("error %v", err)
	}
	calls := 0
	later := func(ctx context.Context, changes workload.Set) (*advice.Advice, error) {
		if calls++; calls > 1 {
			return nil, want
		}
		return newPipeline(t, map[string]string{"qps": "1500", "gpu": "l4"}).ask(ctx, changes)
	}
	if _, err := quiz.FromWorkload(context.Background(), later, lesson(t)); !errors.Is(err, want) {
		t.Errorf("an error while asking: %v", err)
	}
}

// TestOnLevers: what runs the model, replicas that follow the day, spot machines and shares are asked
// about where the advice has them, and the answers are the advice's.
func TestOnLevers(t *testing.T) {
	for id, c := range map[string]struct {
		flags map[string]string
		want  func(*advice.Advice) string
	}{
		"yours-runtime": {
			map[string]string{"qps": "2000", "gpu": "l4", "replicas": "2", "model": "bert-large", "input_tokens": "128", "p99": "80ms"},
			func(a *advice.Advice) string { return unit.Format(unit.Rate, a.Alternatives[1].Plan.CapacityQPS) },
		},
		"yours-spot": {
			map[string]string{"qps": "90000", "gpu": "a10g", "model": "bert-large", "runtime": "mlperf", "availability": "99%", "zones": "2", "pricing": "on-demand,spot", "cloud": "aws"},
			func(a *advice.Advice) string { return unit.Format(unit.Rate, a.Plan.WithoutSpotQPS) },
		},
		"yours-share": {
			map[string]string{"qps": "80", "gpu": "l4", "replicas": "6", "model": "distilbert-base", "input_tokens": "64"},
			func(*advice.Advice) string { return "% of one accelerator" },
		},
	} {
		questions, a := questionsOf(t, c.flags)
		q, ok := questions[id]
		if !ok {
			t.Errorf("no question %s; plan %s", id, a.Plan.Words())
			continue
		}
		checkQuestion(t, q)
		if got := answer(q); !strings.Contains(strings.ReplaceAll(got, " %", "%"), strings.ReplaceAll(c.want(a), " %", "%")) {
			t.Errorf("%s: the answer is %q, want %q in it", id, got, c.want(a))
		}
	}
}
