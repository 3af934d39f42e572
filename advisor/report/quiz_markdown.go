package report

import (
	"bytes"
	"fmt"

	"scaleadvise/advisor/advice"
)

// quizMarkdown writes the questions as a sheet: what is asked first, what it teaches folded
// away below it.
func quizMarkdown(out *bytes.Buffer, q *advice.Quiz, _ Options) error {
	m := markdown{out}
	m.printf("## Quiz\n")
	for i, question := range q.Questions {
		m.printf("\n### %d. %s\n\n%s, %s\n\n", i+1, escape(line(question.Prompt)), escape(line(question.Level)), escape(line(question.Topic)))
		m.choices(question.Choices)
		if len(question.Reasons) > 0 {
			m.printf("\nAnd why?\n\n")
			m.choices(question.Reasons)
		}
		if i < len(q.Replies) {
			m.printf("\nAnswered: %s\n", escape(replied(question, q.Replies[i])))
		}
		m.printf("\n<details><summary>Answer</summary>\n\n")
		m.taught(question)
		m.printf("\n</details>\n")
	}
	if len(q.Replies) > 0 {
		m.printf("\nScore: %d of %d right.\n", q.Correct, len(q.Questions))
		m.list("Review", each(q.Review, func(p advice.Principle) string { return p.Title + ": scaleadvise lesson " + p.ID }))
	}
	return nil
}

func (m markdown) choices(all []advice.Choice) {
	for i, c := range all {
		m.printf("- %s: %s\n", advice.Letter(i), escape(line(c.Text)))
	}
}

// taught is all that a question teaches.
func (m markdown) taught(q advice.Question) {
	m.printf("**%s** %s\n\n", escape(sentence(q.Final)), escape(sentence(q.Because)))
	for i, step := range q.Steps {
		m.printf("%d. %s\n", i+1, escape(sentence(step)))
	}
	m.printf("\n")
	for _, c := range [][]advice.Choice{q.Choices, q.Reasons} {
		for i, wrong := range c {
			if wrong.Why != "" {
				m.printf("- Why not %s: %s\n", escape(advice.Letter(i)+", "+line(wrong.Text)), escape(sentence(wrong.Why)))
			}
		}
	}
	m.printf("- Quick check: %s\n- Hint: %s\n", escape(sentence(q.QuickCheck)), escape(sentence(q.Hint)))
	for _, said := range q.Mistakes {
		m.printf("- Often said: %s\n", escape(sentence(said.Words())))
	}
	for _, p := range q.Principles {
		m.printf("- Principle: %s\n", escape(fmt.Sprintf("%s [%s]", line(p.Title), line(p.ID))))
	}
}
