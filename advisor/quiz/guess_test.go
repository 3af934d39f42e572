package quiz_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/quiz"
)

// guessers choose without reading the question. Where several choices are alike to one, it takes
// any of them.
var guessers = map[string]func(text string) int{
	"the longest":          utf8.RuneCountInString,
	"the shortest":         func(text string) int { return -utf8.RuneCountInString(text) },
	"one with a reason":    reasons,
	"one without a reason": func(text string) int { return -reasons(text) },
	"the most digits":      digits,
	"the fewest digits":    func(text string) int { return -digits(text) },
	"the most clauses":     func(text string) int { return strings.Count(text, ",") },
}

func reasons(text string) (n int) {
	for _, word := range []string{"since ", "because ", ", so "} {
		n += strings.Count(text, word)
	}
	return n
}

func digits(text string) (n int) {
	for _, r := range text {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// guess is what a guesser takes.
func guess(choices []advice.Choice, worth func(string) int, rng *rand.Rand) int {
	best := []int{0}
	for i, c := range choices[1:] {
		switch d := worth(c.Text) - worth(choices[best[0]].Text); {
		case d > 0:
			best = []int{i + 1}
		case d == 0:
			best = append(best, i+1)
		}
	}
	return best[rng.IntN(len(best))]
}

// TestGuessersGainNothing: who chooses by the looks of the choices is right in one of four
// questions, and in no more than ten in a hundred above that.
func TestGuessersGainNothing(t *testing.T) {
	items := bank(t)
	for _, flags := range []map[string]string{
		{"qps": "5000", "gpu": "a10", "growth": "5%/month"},
		{"qps": "300", "gpu": "t4", "replicas": "3", "model": "resnet50", "availability": "99.9%"},
		{"qps": "2000", "gpu": "l4", "replicas": "2", "model": "bert-large", "runtime": "mlperf", "p99": "80ms", "growth": "8%/month", "horizon": "12mo"},
		{"qps": "4", "gpu": "a100", "model": "llama-3.1-8b", "input_tokens": "512", "output_tokens": "128", "growth": "3%/month"},
	} {
		about, err := quiz.FromWorkload(context.Background(), newPipeline(t, flags).ask, lesson(t))
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, about...)
	}
	const seeds, chance, slack = 60, 0.25, 0.10
	first := 0
	right, asked := map[string]int{}, 0
	for seed := range uint64(seeds) {
		rng := rand.New(rand.NewPCG(seed, 1))
		for _, q := range quiz.Compose(items, lesson(t), quiz.Options{Seed: seed}) {
			asked++
			if q.Answer == 0 {
				first++
			}
			for name, worth := range guessers {
				if guess(q.Choices, worth, rng) == q.Answer {
					right[name]++
				}
			}
		}
	}
	right["the first"] = first
	for name, n := range right {
		if share := float64(n) / float64(asked); share > chance+slack {
			t.Errorf("%s of four choices is right in %.0f %% of the questions", name, 100*share)
		} else {
			t.Logf("%s: %.0f %%", name, 100*share)
		}
	}
}
