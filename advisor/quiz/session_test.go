package quiz_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/quiz"
)

func TestSameSeedSameQuiz(t *testing.T) {
	o := quiz.Options{Count: 10, Seed: 7, Why: true}
	first := quiz.Compose(bank(t), lesson(t), o)
	if diff := cmp.Diff(first, quiz.Compose(bank(t), lesson(t), o)); diff != "" {
		t.Error(diff)
	}
	o.Seed = 8
	if cmp.Equal(first, quiz.Compose(bank(t), lesson(t), o)) {
		t.Error("another seed asks the same")
	}
}

func TestEveryQuestionTeaches(t *testing.T) {
	questions := quiz.Compose(bank(t), lesson(t), quiz.Options{Why: true})
	if len(questions) != len(bank(t)) {
		t.Fatalf("%d questions of %d", len(questions), len(bank(t)))
	}
	letters := map[int]int{}
	for _, q := range questions {
		checkQuestion(t, q)
		letters[q.Answer]++
		if len(q.Reasons) != 4 || q.Reasons[q.Reason].Text != q.Because || q.Reasons[q.Reason].Why != "" {
			t.Errorf("%s: the reasons are %v", q.ID, q.Reasons)
		}
	}
	for at := range 4 {
		if letters[at] < 3 {
			t.Errorf("%s is right in %d questions only", advice.Letter(at), letters[at])
		}
	}
}

// noNumber finds what should have been a number and is none.
var noNumber = regexp.MustCompile(`\b(NaN|Inf|unlimited)\b|%!`)

// checkQuestion holds a question against what each has to have.
func checkQuestion(t *testing.T, q advice.Question) {
	t.Helper()
	if len(q.Choices) != 4 || len(q.Steps) < 2 || len(q.Mistakes) == 0 || len(q.Principles) == 0 {
		t.Errorf("%s: %d choices, %d steps, %d mistakes, %d principles", q.ID, len(q.Choices), len(q.Steps), len(q.Mistakes), len(q.Principles))
	}
	seen := map[string]bool{}
	for i, c := range q.Choices {
		if seen[c.Text] || c.Text == "" || (c.Why == "") != (i == q.Answer) {
			t.Errorf("%s: choice %s: %+v", q.ID, advice.Letter(i), c)
		}
		seen[c.Text] = true
	}
	all := []string{q.Prompt, q.Because, q.QuickCheck, q.Hint, q.Final}
	for _, text := range append(all, q.Steps...) {
		if text == "" || noNumber.MatchString(text) {
			t.Errorf("%s: a text is %q", q.ID, text)
		}
	}
}

func TestFilters(t *testing.T) {
	hard := quiz.Compose(bank(t), lesson(t), quiz.Options{Level: quiz.Hard, Topic: "cost"})
	if len(hard) == 0 {
		t.Error("no hard question on cost")
	}
	for _, q := range hard {
		if q.Level != quiz.Hard || q.Topic != "cost" {
			t.Errorf("%s is %s on %s", q.ID, q.Level, q.Topic)
		}
	}
	byPrinciple := quiz.Compose(bank(t), lesson(t), quiz.Options{Topic: "memory-first"})
	if len(byPrinciple) == 0 || !slices.ContainsFunc(byPrinciple[0].Principles, func(p advice.Principle) bool { return p.ID == "memory-first" }) {
		t.Errorf("the topic of a principle asks %v", byPrinciple)
	}
	missed := quiz.Compose(bank(t), lesson(t), quiz.Options{Count: 1, Missed: []string{"near-full"}})
	if missed[0].ID != "near-full" {
		t.Errorf("what was missed comes as %s", missed[0].ID)
	}
}

// TestSession holds the state machine against a plain count of what was typed.
func TestSession(t *testing.T) {
	items, l := bank(t), lesson(t)
	rapid.Check(t, func(t *rapid.T) {
		questions := quiz.Compose(items, l, quiz.Options{Count: rapid.IntRange(1, 5).Draw(t, "count"), Seed: rapid.Uint64().Draw(t, "seed"), Why: rapid.Bool().Draw(t, "why")})
		lines := rapid.SliceOf(rapid.OneOf(
			rapid.SampledFrom([]string{"a", "B", " c ", "d.", "D)", "h", "?", "s", "e", "", "ab", "q", "ä"}), rapid.String(),
		)).Draw(t, "lines")
		s := quiz.Start(questions)
		typed := 0
		for _, line := range lines {
			before := s
			next, outcome := s.Take(line)
			switch outcome {
			case quiz.Unclear, quiz.Hinted:
				if !cmp.Equal(before.Result(), next.Result()) || before.Stage() != next.Stage() {
					t.Fatalf("%q changed the session", line)
				}
			case quiz.Answered, quiz.Passed:
				typed++
			}
			s = next
		}
		r := s.Result()
		right := 0
		for i, reply := range r.Replies {
			if questions[i].Right(reply) {
				right++
			}
		}
		if len(r.Replies) != typed || r.Correct != right || right == typed && len(r.Review) > 0 || right < typed && len(r.Review) == 0 {
			t.Fatalf("%d replies of %d typed, %d right of %d, review %v", len(r.Replies), typed, r.Correct, right, r.Review)
		}
	})
}

func TestGrade(t *testing.T) {
	plain := quiz.Compose(bank(t), lesson(t), quiz.Options{Count: 3, Seed: 1})
	why := quiz.Compose(bank(t), lesson(t), quiz.Options{Count: 3, Seed: 1, Why: true})
	right := func(n int) string { return advice.Letter(plain[n].Answer) }
	both := func(n int) string { return advice.Letter(why[n].Answer) + " " + advice.Letter(why[n].Reason) }
	wrong := advice.Letter((plain[0].Answer + 1) % 4)
	tests := []struct {
		name      string
		questions []advice.Question
		lines     []string
		correct   int
		fault     string
	}{
		{"all right", plain, []string{right(0), strings.ToLower(right(1)), " " + right(2) + ".\r"}, 3, ""},
		{"one wrong, one skipped", plain, []string{wrong, "-", right(2)}, 1, ""},
		{"too few", plain, []string{right(0)}, 1, ""},
		{"empty lines at the end", plain, []string{right(0), right(1), right(2), "", " "}, 3, ""},
		{"too many", plain, []string{"a", "b", "c", "d"}, 0, "line 4: there are 3 questions"},
		{"no letter", plain, []string{"a", "x"}, 0, `line 2: "x": not a choice; expected A to D`},
		{"two letters", plain, []string{"ab"}, 0, `line 1: "ab": 2 letters, 1 expected`},
		{"with reasons", why, []string{both(0), strings.ReplaceAll(both(1), " ", ""), both(2)}, 3, ""},
		{"a reason left out", why, []string{both(0), advice.Letter(why[1].Answer)}, 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := quiz.Grade(tt.questions, tt.lines)
			switch {
			case tt.fault != "":
				if err == nil || !strings.Contains(err.Error(), tt.fault) {
					t.Errorf("error %v, wanted one with %q", err, tt.fault)
				}
			case err != nil || r.Correct != tt.correct:
				t.Errorf("%d right, %v; want %d", r.Correct, err, tt.correct)
			}
		})
	}
}

func TestHistory(t *testing.T) {
	questions := quiz.Compose(bank(t), lesson(t), quiz.Options{Count: 2, Seed: 1})
	wrong := advice.Letter((questions[0].Answer + 1) % 4)
	h, err := quiz.ReadHistory(nil)
	if err != nil {
		t.Fatal(err)
	}
	first, err := quiz.Grade(questions, []string{wrong, advice.Letter(questions[1].Answer)})
	if err != nil {
		t.Fatal(err)
	}
	after := h.With(first, "2026-07-01")
	if len(h.Questions) != 0 || !slices.Equal(after.Missed(), []string{questions[0].ID}) {
		t.Errorf("before %v, missed %v", h.Questions, after.Missed())
	}
	text, err := after.Text()
	if err != nil {
		t.Fatal(err)
	}
	read, err := quiz.ReadHistory(text)
	if diff := cmp.Diff(after, read); diff != "" || err != nil {
		t.Errorf("%v, -written +read:\n%s", err, diff)
	}
	better, _ := quiz.Grade(questions, []string{advice.Letter(questions[0].Answer)})
	if again := read.With(better, "2026-07-02"); len(again.Missed()) != 0 || again.Questions[questions[0].ID] != (quiz.Record{Asked: 2, Missed: 1, Right: true, On: "2026-07-02"}) {
		t.Errorf("after a right answer: %+v", again)
	}
}

func FuzzReadHistory(f *testing.F) {
	f.Add([]byte(`{"schema":"urn:scaleadvise:quiz-history:v1","questions":{"a":{"asked":1,"missed":1}}}`))
	f.Add([]byte(`{"questions":null}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := quiz.ReadHistory(text)
		if err != nil {
			return
		}
		again, err := h.Text()
		if err != nil {
			t.Fatal(err)
		}
		if second, err := quiz.ReadHistory(again); err != nil || !cmp.Equal(h, second) {
			t.Errorf("%v: %+v became %+v", err, h, second)
		}
	})
}
