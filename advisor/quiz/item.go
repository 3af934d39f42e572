package quiz

import (
	"math/rand/v2"

	"scaleadvise/advisor/advice"
)

// Principle is a principle of the lesson as the quiz needs it.
type Principle struct {
	advice.Principle
	Check    string // one line on how to check one's own case
	Mistakes []advice.Mistake
}

// Lesson is all principles in the order in which they are taught.
type Lesson []Principle

// principle finds one by its id.
func (l Lesson) principle(id string) (Principle, bool) {
	for _, p := range l {
		if p.ID == id {
			return p, true
		}
	}
	return Principle{}, false
}

// mistake finds one by what is said.
func (l Lesson) mistake(said string) (advice.Mistake, bool) {
	for _, p := range l {
		for _, m := range p.Mistakes {
			if m.Said == said {
				return m, true
			}
		}
	}
	return advice.Mistake{}, false
}

// Item is a question whose choices are not ordered yet.
type Item struct {
	ID, Level, Topic string
	Principles       []string
	Prompt           string
	Answer           string // the right choice
	Because          string
	Wrong            []Wrong
	Steps            []string
	QuickCheck, Hint string
	Generated        bool
	Early            bool // other questions give its answer away, so it is asked before them
}

// Wrong is a wrong choice.
type Wrong struct {
	Choice  string
	Why     string
	Mistake string // the lesson's mistake that it is, "" for a near miss
}

// The levels, easiest first.
const (
	Easy   = "easy"
	Medium = "medium"
	Hard   = "hard"
)

// Levels lists them.
func Levels() []string { return []string{Easy, Medium, Hard} }

// Topics returns the words that a topic may be, in the order of the lesson.
func Topics() []string {
	return []string{
		"growth", "vertical", "horizontal", "limits", "strategy", "optimization", "automation", "latency",
		"memory", "scalability", "availability", "batching", "cost", "forecast",
	}
}

// wrongChoices is how many wrong answers stand beside the right one.
const wrongChoices = 3

// question puts an item's choices in an order.
func (l Lesson) question(i Item, rng *rand.Rand) advice.Question {
	i.Wrong = i.Wrong[:min(wrongChoices, len(i.Wrong))]
	q := advice.Question{
		ID: i.ID, Level: i.Level, Topic: i.Topic, Generated: i.Generated, Prompt: i.Prompt, Because: i.Because,
		Steps: i.Steps, QuickCheck: i.QuickCheck, Hint: i.Hint, Mistakes: l.mistakes(i),
	}
	for _, id := range i.Principles {
		if p, ok := l.principle(id); ok {
			q.Principles = append(q.Principles, p.Principle)
		}
	}
	choices := []advice.Choice{{Text: i.Answer}}
	for _, w := range i.Wrong {
		choices = append(choices, advice.Choice{Text: w.Choice, Why: w.Why})
	}
	q.Choices, q.Answer = shuffled(choices, rng)
	q.Final = advice.Letter(q.Answer) + ": " + i.Answer
	return q
}

// shuffled is choices in a random order, and where the first of them went.
func shuffled(choices []advice.Choice, rng *rand.Rand) (out []advice.Choice, first int) {
	order := rng.Perm(len(choices))
	out = make([]advice.Choice, len(choices))
	for from, to := range order {
		out[to] = choices[from]
	}
	return out, order[0]
}

// mistakes are what people often say about an item: those among its choices, and those of its
// first principle.
func (l Lesson) mistakes(i Item) []advice.Mistake {
	var said []advice.Mistake
	for _, w := range i.Wrong {
		if m, ok := l.mistake(w.Mistake); ok {
			said = append(said, m)
		}
	}
	if len(i.Principles) > 0 {
		p, _ := l.principle(i.Principles[0])
		said = append(said, p.Mistakes...)
	}
	seen := map[string]bool{}
	var out []advice.Mistake
	for _, m := range said {
		if !seen[m.Said] {
			seen[m.Said] = true
			out = append(out, m)
		}
	}
	return out
}
