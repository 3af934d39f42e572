package validation

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
	"scaleadvise/advisor/llm/step"
)

// linear is a system whose token takes 10 ms and 1 ms more for each request under way on a
// replica, and which reads an input token in 1 ms. It is as fast as it says within a fifth.
type linear struct{ asked *step.Question }

func (s linear) Predict(q step.Question) (step.Prediction, error) {
	if s.asked != nil {
		*s.asked = q
	}
	if q.Setup.GPUs > 16 {
		return step.Prediction{}, errors.New("more than a machine holds")
	}
	basis := step.Measured
	if q.Input == 0 && q.Load != step.Batches { // not said
		q.Input, basis = usualInput, step.Transferred
	}
	n := q.Concurrency
	switch {
	case q.Load == step.Maximum:
		n = 50
	case q.Load == step.Open:
		n = q.Rate
	}
	spread := func(v float64) step.Range { return step.Range{Mid: v, Low: v * 0.8, High: v * 1.25} }
	tpot := 0.01 + 0.001*n
	p := step.Prediction{TPOT: spread(tpot), TTFT: spread(0.001 * q.Input), E2E: spread(0.001*q.Input + q.Output*tpot), Basis: basis}
	p.QPS = spread(n / p.E2E.Mid)
	p.OutputRate = spread(p.QPS.Mid * q.Output)
	if q.Load == step.Open && q.Rate > 50 {
		p.E2E, p.TTFT = spread(math.Inf(1)), spread(math.Inf(1))
	}
	return p, nil
}

func linearly(t testing.TB, asked *step.Question) *languages {
	return newLanguages(embedded(t), func(string, string) predictor { return linear{asked} })
}

// eight is a question about two replicas of four accelerators each.
func eight() LanguageQuestion {
	return LanguageQuestion{
		Accelerator: "nvidia-h100-sxm", Listed: true, Count: 8, TensorParallel: 4, Model: "llama-3.1-70b", Precision: "fp8", Engine: "sglang",
		Input: 1000, Output: 100, Concurrency: 20, Aspect: EndToEndTime,
	}
}

func TestLanguageAspects(t *testing.T) {
	l := linearly(t, nil)
	for name, test := range map[string]struct {
		change func(*LanguageQuestion)
		want   float64
	}{
		"a request":         {func(q *LanguageQuestion) {}, 4},
		"between tokens":    {func(q *LanguageQuestion) { q.Aspect = InterTokenTime }, 0.03},
		"first token":       {func(q *LanguageQuestion) { q.Aspect = FirstTokenTime }, 1},
		"tokens a second":   {func(q *LanguageQuestion) { q.Aspect = OutputThroughput }, 500},
		"requests a second": {func(q *LanguageQuestion) { q.Aspect = RequestThroughput }, 5},
		"maximum load":      {func(q *LanguageQuestion) { q.Concurrency, q.Aspect = 0, OutputThroughput }, 5000 / 7.},
		"open":              {func(q *LanguageQuestion) { q.Concurrency, q.Rate, q.Aspect = 0, 7, InterTokenTime }, 0.017},
	} {
		q := eight()
		test.change(&q)
		p, err := l.ask(q)
		if err != nil || math.Abs(p.Value-test.want) > 1e-9*test.want || !p.ok() || math.Abs(p.High/p.Low-1.25/0.8) > 1e-9 {
			t.Errorf("%s: %v, %v; want %g", name, p, err, test.want)
		}
	}
	q := eight()
	q.Concurrency, q.Rate = 0, 99
	if _, err := l.ask(q); err == nil || !strings.Contains(err.Error(), "99/s is above the predicted saturation") {
		t.Errorf("an overloaded system: %v", err)
	}
}

// TestAskedInFull: what a row says reaches the prediction, and what was measured does not.
func TestAskedInFull(t *testing.T) {
	var asked step.Question
	q := eight()
	q.Measured, q.KVPrecision = 3, "fp8"
	if _, err := linearly(t, &asked).ask(q); err != nil {
		t.Fatal(err)
	}
	s := asked.Setup
	if s.Shape.Name != q.Model || s.Accelerator.ID != q.Accelerator || s.GPUs != 4 || s.Precision != "fp8" || s.KVPrecision != "fp8" || s.Engine != "sglang" {
		t.Errorf("setup %+v", s)
	}
	if asked.Count != 8 || asked.Load != step.Closed || asked.Concurrency != 20 || asked.Rate != 0 || asked.Input != 1000 || asked.Output != 100 {
		t.Errorf("question %+v", asked)
	}
}

func TestWhatMayHaveRun(t *testing.T) {
	l := linearly(t, nil)
	for name, test := range map[string]struct {
		change func(*LanguageQuestion)
		want   string
	}{
		"one replica does not hold it": {func(q *LanguageQuestion) { q.Accelerator, q.TensorParallel = "nvidia-l40s", 1 }, ""},
		"the size is open":             {func(q *LanguageQuestion) { q.TensorParallel = 0 }, ""},
		"weights above all memory":     {func(q *LanguageQuestion) { q.Precision, q.Count, q.TensorParallel = "fp16", 1, 1 }, "it cannot have run there"},
		"layers in the host's memory": {func(q *LanguageQuestion) {
			q.Precision, q.Count, q.TensorParallel, q.Engine = "fp16", 1, 1, "llamacpp"
		}, ""},
		"a card of known memory":        {func(q *LanguageQuestion) { q.Accelerator, q.MemoryGiB = "my 80GB card", 80 }, ""},
		"a card of odd memory":          {func(q *LanguageQuestion) { q.Accelerator, q.MemoryGiB = "my 112GB card", 112 }, "no accelerator of its memory"},
		"lengths that the row lacks":    {func(q *LanguageQuestion) { q.NoInput = true }, ""},
		"what the predictor refuses":    {func(q *LanguageQuestion) { q.Count, q.TensorParallel = 32, 32 }, "more than a machine holds"},
		"a model that is not a catalog": {func(q *LanguageQuestion) { q.Model = "resnet-50" }, "not a language model"},
	} {
		q := eight()
		test.change(&q)
		p, err := l.ask(q)
		if test.want == "" && (err != nil || !p.ok()) || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v, %v; want %q", name, p, err, test.want)
		}
	}
}

// TestFewest: where the row says neither how many accelerators there are nor how many a replica
// spans, it is as many as hold the weights.
func TestFewest(t *testing.T) {
	for model, want := range map[string]int{"llama-3.1-8b": 1, "llama-3.1-70b": 2, "llama-3.1-405b": 16} {
		var asked step.Question
		q := eight()
		q.Model, q.Precision, q.Count, q.TensorParallel = model, "fp16", 0, 0
		if _, err := linearly(t, &asked).ask(q); err != nil || asked.Count != want {
			t.Errorf("%s: on %d, %v; want %d", model, asked.Count, err, want)
		}
	}
}

// TestSizes: a row that does not say how many accelerators a replica spans is about what serves
// most at maximum load, and about the fewest that hold the weights elsewhere.
func TestSizes(t *testing.T) {
	for name, test := range map[string]struct {
		span, least, most int
		full              bool
		want              []int
	}{
		"said":                {4, 2, 8, true, []int{4}},
		"said, and too few":   {1, 2, 8, true, []int{1}},
		"maximum load":        {0, 2, 8, true, []int{2, 4, 8}},
		"another load":        {0, 2, 8, false, []int{2}},
		"fewer than needed":   {0, 4, 2, true, []int{2}},
		"an odd number there": {0, 1, 3, true, []int{1, 2}},
	} {
		q := eight()
		if q.TensorParallel = test.span; test.full {
			q.Concurrency = 0
		}
		if diff := cmp.Diff(test.want, q.sizes(test.least, test.most)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestOver: the interval over several predictions holds each of theirs, and the value is in
// their middle.
func TestOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []Prediction
		for range rapid.IntRange(1, 9).Draw(t, "n") {
			v := rapid.Float64Range(1, 100).Draw(t, "value")
			all = append(all, Prediction{v, v / rapid.Float64Range(1, 3).Draw(t, "below"), v * rapid.Float64Range(1, 3).Draw(t, "above"), "measured"})
		}
		p := over(append([]Prediction(nil), all...))
		below, above := 0, 0
		for _, one := range all {
			if p.Low > one.Low || p.High < one.High {
				t.Fatalf("%v does not hold %v", p, one)
			}
			if one.Value < p.Value {
				below++
			}
			if one.Value > p.Value {
				above++
			}
		}
		if 2*below > len(all) || 2*above > len(all) || !p.ok() {
			t.Fatalf("%v is not in the middle of %v", p, all)
		}
	})
}

// TestGuessedLengthsWiden: what the row lacks is in the interval.
func TestGuessedLengthsWiden(t *testing.T) {
	l := linearly(t, nil)
	q := eight()
	q.Input = usualInput
	exact, err := l.ask(q)
	if err != nil {
		t.Fatal(err)
	}
	q.NoInput = true
	open, err := l.ask(q)
	if err != nil || open.Value != exact.Value || open.Low >= exact.Low || open.High <= exact.High {
		t.Errorf("%v, %v; with the length known %v", open, err, exact)
	}
}
