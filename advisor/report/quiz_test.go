package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"scaleadvise/advisor/advice"
)

// sampleQuiz has a question with everything and one that was answered wrongly.
func sampleQuiz(text string) *advice.Quiz {
	q := advice.Question{
		ID: "one" + text, Level: "hard", Topic: "latency", Prompt: "What" + text + "?", Answer: 1, Because: "because" + text,
		Choices: []advice.Choice{{Text: "no" + text, Why: "not so" + text}, {Text: "yes" + text}, {Text: "never", Why: "sometimes"}, {Text: "always", Why: "not always"}},
		Steps:   []string{"first" + text, "second"}, Final: "B: yes" + text, QuickCheck: "look" + text, Hint: "think" + text,
		Mistakes: []advice.Mistake{{Said: "Said.", Why: "Wrong."}}, Principles: []advice.Principle{{ID: "tail-grows", Title: "Capacity is not throughput"}},
		Reasons: []advice.Choice{{Text: "because" + text}, {Text: "other", Why: "elsewhere" + text}},
	}
	own := q
	own.ID, own.Generated, own.Reasons = "two", true, nil
	return &advice.Quiz{
		Questions: []advice.Question{q, own}, Replies: []advice.Reply{{Choice: 1, Reason: 1}}, Left: true,
		Review: q.Principles, Again: "scaleadvise quiz --seed 1",
	}
}

func TestQuizFormats(t *testing.T) {
	gone := errors.New("gone")
	for _, text := range []string{"", "<script>", "a|b", "two\nlines", "\x1b[31m", strings.Repeat("wort ", 60)} {
		for _, format := range QuizFormats() {
			var out bytes.Buffer
			if err := WriteQuiz(&out, format, sampleQuiz(text), Options{Width: 40}); err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			if strings.Contains(out.String(), "\x1b") {
				t.Errorf("%s: an escape of the input was written", format)
			}
			if err := WriteQuiz(broke{gone}, format, sampleQuiz(text), Options{}); !errors.Is(err, gone) {
				t.Errorf("%s: a writer that fails gives %v", format, err)
			}
			if err := WriteQuiz(&out, format, &advice.Quiz{}, Options{}); err != nil {
				t.Errorf("%s: an empty quiz: %v", format, err)
			}
		}
	}
}

func TestQuizDocument(t *testing.T) {
	var out bytes.Buffer
	if err := WriteQuiz(&out, "json", sampleQuiz(""), Options{}); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Schema    string
		Questions []struct {
			ID, Level, Topic, Prompt, Answer, Hint string
			Choices                                map[string]string
			WhyWrong                               map[string]string `json:"why_wrong"`
			QuickCheck                             string            `json:"quick_check"`
			Steps, Principles                      []string
			Mistakes                               []struct{ Said, Correction string }
		}
		Score struct{ Correct, Total, Answered int }
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	q := doc.Questions[0]
	if doc.Schema != "urn:scaleadvise:quiz:v1" || q.Answer != "B" || q.Choices["B"] != "yes" || len(q.Choices) != 4 || len(q.WhyWrong) != 3 || q.WhyWrong["B"] != "" {
		t.Errorf("%+v", doc)
	}
	if doc.Score.Correct != 0 || doc.Score.Total != 2 || doc.Score.Answered != 1 || q.Principles[0] != "tail-grows" || len(q.Steps) != 2 ||
		q.Mistakes[0].Said != "Said." || q.Mistakes[0].Correction != "Wrong." {
		t.Errorf("%+v", doc)
	}
}

func TestReactions(t *testing.T) {
	q := sampleQuiz("").Questions[0]
	for _, tt := range []struct {
		reply advice.Reply
		want  string
	}{
		{advice.Reply{Choice: 1, Reason: 0}, "Right.\n"},
		{advice.Reply{Choice: 0, Reason: 0}, "No, A is wrong. not so.\n"},
		{advice.Reply{Choice: 1, Reason: 1}, "The choice is right, but not for reason B. elsewhere.\n"},
		{advice.Reply{Choice: 1, Reason: advice.Skipped}, "The choice is right; the reason was skipped.\n"},
		{advice.Reply{Choice: advice.Skipped, Reason: advice.Skipped}, "Skipped. The answer is B: yes.\n"},
	} {
		var out bytes.Buffer
		if err := WriteReaction(&out, q, tt.reply, Options{}); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(out.String(), tt.want) {
			t.Errorf("%+v: %q, want it to begin with %q", tt.reply, out.String(), tt.want)
		}
	}
}
