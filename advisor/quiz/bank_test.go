package quiz_test

import (
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/quiz"
	"scaleadvise/rules"
)

// lesson is the real one.
func lesson(tb testing.TB) quiz.Lesson {
	tb.Helper()
	all, err := rules.Lesson()
	if err != nil {
		tb.Fatal(err)
	}
	var l quiz.Lesson
	for _, p := range all {
		one := quiz.Principle{Principle: advice.Principle{ID: p.ID, Title: p.Title, Text: p.Text, Source: p.Source}, Check: p.Check}
		for _, m := range p.Mistakes {
			one.Mistakes = append(one.Mistakes, advice.Mistake{Said: m.Said, Why: m.WhyWrong})
		}
		l = append(l, one)
	}
	return l
}

// bank is the real one.
func bank(tb testing.TB) []quiz.Item {
	tb.Helper()
	text, name, err := rules.Bank()
	if err != nil {
		tb.Fatal(err)
	}
	items, err := quiz.Parse(text, name, lesson(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return items
}

func TestBankCoversTheLesson(t *testing.T) {
	items, l := bank(t), lesson(t)
	if len(items) < 30 {
		t.Errorf("%d questions, at least 30 wanted", len(items))
	}
	levels, topics, cited, used := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for _, i := range items {
		levels[i.Level]++
		topics[i.Topic]++
		for _, id := range i.Principles {
			cited[id]++
		}
		for _, w := range i.Wrong {
			used[w.Mistake]++
		}
	}
	for _, level := range quiz.Levels() {
		if levels[level] < 8 {
			t.Errorf("%d %s questions, at least 8 wanted", levels[level], level)
		}
	}
	for _, topic := range quiz.Topics() {
		if topics[topic] == 0 {
			t.Errorf("no question on %s", topic)
		}
	}
	for _, p := range l {
		if cited[p.ID] == 0 {
			t.Errorf("no question on the principle %s", p.ID)
		}
		for _, m := range p.Mistakes {
			if used[m.Said] == 0 {
				t.Errorf("no question offers the mistake %q of %s", m.Said, p.ID)
			}
		}
	}
}

// The five practice questions of the lesson: one of each idea, at its level or below.
func TestBankAsksThePracticeIdeas(t *testing.T) {
	all, err := rules.Lesson()
	if err != nil {
		t.Fatal(err)
	}
	items := bank(t)
	for _, p := range all {
		if p.Practice.Level == "" {
			continue
		}
		if !slices.ContainsFunc(items, func(i quiz.Item) bool {
			return i.Level == p.Practice.Level && i.Principles[0] == p.ID
		}) {
			t.Errorf("no %s question is about %s: %s", p.Practice.Level, p.ID, p.Practice.Idea)
		}
	}
}

// An answer that gives itself away by its length teaches nothing.
func TestAnswersDoNotStandOutByLength(t *testing.T) {
	longest, items := 0, bank(t)
	for _, i := range items {
		if !slices.ContainsFunc(i.Wrong, func(w quiz.Wrong) bool { return len(w.Choice) >= len(i.Answer) }) {
			longest++
		}
	}
	if share := float64(longest) / float64(len(items)); share > 0.5 {
		t.Errorf("the right answer is the longest in %.0f %% of the questions", 100*share)
	}
}

func TestBanksThatAreRefused(t *testing.T) {
	const whole = `
  - id: x
    level: easy
    topic: growth
    principles: [growth-patterns]
    prompt: P
    answer: A
    because: B
    hint: H
    steps: [one, two]
    wrong: [{choice: W1, why: Y}, {choice: W2, why: Y}, {choice: W3, why: Y}]
`
	tests := []struct{ name, from, to, want string }{
		{"level", "level: easy", "level: simple", `level "simple"; expected one of easy, medium, hard`},
		{"topic", "topic: growth", "topic: money", `topic "money"`},
		{"principle", "[growth-patterns]", "[growth]", `no principle "growth"`},
		{"no principle", "[growth-patterns]", "[]", "needs a principle"},
		{"no prompt", "prompt: P", "prompt: ''", "has no prompt"},
		{"one step", "[one, two]", "[one]", "at least two steps"},
		{"two wrong", ", {choice: W3, why: Y}", "", "has 2 wrong answers"},
		{"no why", "{choice: W3, why: Y}", "{choice: W3}", "no choice or no why"},
		{"same choice", "choice: W3", "choice: A", `two choices say "A"`},
		{"no such mistake", "{choice: W3, why: Y}", "{mistake: Nobody says this}", `no mistake "Nobody says this"`},
		{"unknown key", "hint: H", "tip: H", "tip"},
		{"taken id", "\n  - id: x", whole + "  - id: x", "taken by an earlier"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := "questions:" + strings.Replace(whole, tt.from, tt.to, 1)
			_, err := quiz.Parse([]byte(text), "bank.yaml", lesson(t))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "bank.yaml") {
				t.Errorf("error %v, wanted one with %q", err, tt.want)
			}
		})
	}
	if _, err := quiz.Parse([]byte("questions:"+whole), "bank.yaml", lesson(t)); err != nil {
		t.Errorf("the whole one is refused: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	text, _, err := rules.Bank()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text[:2000])
	f.Add([]byte("questions: [{id: x}]"))
	l := lesson(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		if items, err := quiz.Parse(text, "bank.yaml", l); err == nil && len(items) == 0 {
			t.Error("an empty bank was taken")
		}
	})
}

// TestLengthGivesNothingAway: the right answer does not stand out by how much is said in it.
func TestLengthGivesNothingAway(t *testing.T) {
	longest := 0
	items := bank(t)
	for _, i := range items {
		most := 0
		for _, w := range i.Wrong {
			most = max(most, len(w.Choice))
		}
		if len(i.Answer) > most*6/5 {
			t.Errorf("%s: the answer has %d letters, the longest other choice %d", i.ID, len(i.Answer), most)
		}
		if len(i.Answer) > most {
			longest++
		}
	}
	if 3*longest > len(items) {
		t.Errorf("the longest choice is right in %d of %d questions", longest, len(items))
	}
}
