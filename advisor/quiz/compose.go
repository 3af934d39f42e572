package quiz

import (
	"math/rand/v2"
	"slices"

	"scaleadvise/advisor/advice"
)

// Options say what to ask.
type Options struct {
	Level  string // "" for all
	Topic  string // a topic or the id of a principle; "" for all
	Count  int    // at most this number; 0 for all
	Seed   uint64 // seed for the order of questions and choices
	Why    bool   // ask for the reason as well
	Missed []string
}

// Compose chooses among items and puts questions and choices in an order, the same one for the
// same seed: first what later questions would give away, then what was missed before, then
// what is about a workload, then the rest, each group shuffled. A question is never asked twice.
func Compose(items []Item, lesson Lesson, o Options) []advice.Question {
	rng := rand.New(rand.NewPCG(o.Seed, 0x9a12))
	fitting := make([]Item, 0, len(items))
	for _, i := range items {
		if o.fits(i) {
			fitting = append(fitting, i)
		}
	}
	rng.Shuffle(len(fitting), func(i, j int) { fitting[i], fitting[j] = fitting[j], fitting[i] })
	slices.SortStableFunc(fitting, func(a, b Item) int { return o.rank(a) - o.rank(b) })
	if o.Count > 0 {
		fitting = fitting[:min(o.Count, len(fitting))]
	}
	questions := make([]advice.Question, 0, len(fitting))
	for _, i := range fitting {
		q := lesson.question(i, rng)
		if o.Why {
			lesson.addReasons(&q, items, i, rng)
		}
		questions = append(questions, q)
	}
	return questions
}

func (o Options) fits(i Item) bool {
	return (o.Level == "" || i.Level == o.Level) && (o.Topic == "" || i.Topic == o.Topic || slices.Contains(i.Principles, o.Topic))
}

// rank is the group that an item is asked in.
func (o Options) rank(i Item) int {
	switch {
	case i.Early:
		return 0
	case slices.Contains(o.Missed, i.ID):
		return 1
	case i.Generated:
		return 2
	}
	return 3
}

// addReasons asks why: the question's own reason among reasons of other questions. Those are
// true where they belong, but belong to other principles and another topic.
func (l Lesson) addReasons(q *advice.Question, items []Item, own Item, rng *rand.Rand) {
	reasons := []advice.Choice{{Text: own.Because}}
	for _, at := range rng.Perm(len(items)) {
		other := items[at]
		if len(reasons) > wrongChoices {
			break
		}
		if other.Topic == own.Topic || shared(other.Principles, own.Principles) || other.Generated {
			continue
		}
		p, _ := l.principle(first(other.Principles))
		reasons = append(reasons, advice.Choice{Text: other.Because, Why: "That is the reason elsewhere, and about something else: " + p.Title + "."})
	}
	q.Reasons, q.Reason = shuffled(reasons, rng)
}

// shared reports whether two lists have a word in common.
func shared(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
