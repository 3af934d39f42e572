package report

import "scaleadvise/advisor/advice"

// quizSchema names the form of the quiz document.
const quizSchema = "urn:scaleadvise:quiz:v1"

type quizDoc struct {
	Schema    string        `json:"schema"`
	Questions []questionDoc `json:"questions"`
	Score     scoreDoc      `json:"score"`
	Answers   []replyDoc    `json:"answers"`
	Review    []reviewDoc   `json:"review"`
	Again     string        `json:"again"`
	stamped
}

type questionDoc struct {
	ID         string            `json:"id"`
	Level      string            `json:"level"`
	Topic      string            `json:"topic"`
	Source     string            `json:"source"` // "bank" or "workload"
	Prompt     string            `json:"prompt"`
	Choices    map[string]string `json:"choices"`
	Answer     string            `json:"answer"`
	Final      string            `json:"final_answer"`
	Because    string            `json:"because"`
	Steps      []string          `json:"steps"`
	QuickCheck string            `json:"quick_check"`
	Hint       string            `json:"hint"`
	Mistakes   []mistakeDoc      `json:"mistakes"`
	WhyWrong   map[string]string `json:"why_wrong"`
	Principles []string          `json:"principles"`
	Reasons    map[string]string `json:"reasons,omitempty"`
	Reason     string            `json:"reason,omitempty"`
	NoReason   map[string]string `json:"why_not_reason,omitempty"`
}

// mistakeDoc is what is often said, and the correction.
type mistakeDoc struct {
	Said       string `json:"said"`
	Correction string `json:"correction"`
}

func newMistake(m advice.Mistake) mistakeDoc { return mistakeDoc{clean(m.Said), clean(m.Why)} }

type scoreDoc struct {
	Correct  int `json:"correct"`
	Total    int `json:"total"`
	Answered int `json:"answered"`
}

type replyDoc struct {
	ID     string  `json:"id"`
	Choice *string `json:"choice"` // null where it was skipped
	Reason *string `json:"reason"`
	Right  bool    `json:"right"`
}

type reviewDoc struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

func newQuiz(q *advice.Quiz) quizDoc {
	d := quizDoc{
		Schema: quizSchema, Questions: []questionDoc{}, Answers: []replyDoc{}, Review: []reviewDoc{}, Again: q.Again,
		Score: scoreDoc{Correct: q.Correct, Total: len(q.Questions)},
	}
	for _, question := range q.Questions {
		d.Questions = append(d.Questions, newQuestion(question))
	}
	for i, r := range q.Replies {
		question := q.Questions[i]
		if r.Choice != advice.Skipped {
			d.Score.Answered++
		}
		d.Answers = append(d.Answers, replyDoc{question.ID, chosen(r.Choice), chosen(r.Reason), question.Right(r)})
	}
	for _, p := range q.Review {
		d.Review = append(d.Review, reviewDoc{p.ID, p.Title})
	}
	return d
}

// chosen is a choice's letter, nil where none was made.
func chosen(index int) *string {
	letter := advice.Letter(index)
	if letter == "" {
		return nil
	}
	return &letter
}

func newQuestion(q advice.Question) questionDoc {
	d := questionDoc{
		ID: q.ID, Level: q.Level, Topic: q.Topic, Source: "bank", Prompt: q.Prompt, Answer: advice.Letter(q.Answer), Final: q.Final,
		Because: q.Because, Steps: cleanAll(q.Steps), QuickCheck: q.QuickCheck, Hint: q.Hint, Mistakes: each(q.Mistakes, newMistake), Principles: []string{},
	}
	if q.Generated {
		d.Source = "workload"
	}
	d.Choices, d.WhyWrong = lettered(q.Choices)
	if len(q.Reasons) > 0 {
		d.Reasons, d.NoReason = lettered(q.Reasons)
		d.Reason = advice.Letter(q.Reason)
	}
	for _, p := range q.Principles {
		d.Principles = append(d.Principles, p.ID)
	}
	return d
}

// lettered are choices by their letters, and why the wrong ones are wrong.
func lettered(all []advice.Choice) (texts, wrong map[string]string) {
	texts, wrong = map[string]string{}, map[string]string{}
	for i, c := range all {
		texts[advice.Letter(i)] = c.Text
		if c.Why != "" {
			wrong[advice.Letter(i)] = c.Why
		}
	}
	return texts, wrong
}
