package report

import (
	"bytes"
	"io"
	"strings"

	"scaleadvise/advisor/advice"
)

// quizFormats is the one ordered list of formats of a quiz.
var quizFormats = []format[advice.Quiz]{
	{"table", quizTable},
	{"json", asJSON(newQuiz)},
	{"yaml", asYAML(newQuiz)},
	{"markdown", quizMarkdown},
}

// QuizFormats lists the names of the formats of a quiz, the default first.
func QuizFormats() []string { return formatNames(quizFormats) }

// WriteQuiz renders a whole quiz in the named format, as Write does advice.
func WriteQuiz(w io.Writer, name string, q *advice.Quiz, o Options) error {
	return write(w, "quiz", quizFormats, name, q, o)
}

// WriteQuestion shows a question, the number-th of total, with its choices.
func WriteQuestion(w io.Writer, q advice.Question, number, total int, o Options) error {
	return onScreen(w, o, func(s *screen) { s.question(q, number, total) })
}

// WriteReasons shows the reasons to choose from, once the choice is made.
func WriteReasons(w io.Writer, q advice.Question, o Options) error {
	return onScreen(w, o, func(s *screen) {
		s.paragraph("", "And why?", bold)
		s.choices(q.Reasons)
	})
}

// WriteReaction shows whether a reply was right, if not why, and everything that the question teaches.
func WriteReaction(w io.Writer, q advice.Question, r advice.Reply, o Options) error {
	return onScreen(w, o, func(s *screen) { s.reaction(q, r) })
}

// WriteHint shows a question's hint.
func WriteHint(w io.Writer, q advice.Question, o Options) error {
	return onScreen(w, o, func(s *screen) { s.paragraph(pad("Hint", margin), sentence(q.Hint), plain) })
}

// WriteParagraph shows a text, broken to the width.
func WriteParagraph(w io.Writer, text string, o Options) error {
	return onScreen(w, o, func(s *screen) { s.paragraph("", line(text), plain) })
}

// WriteScore shows the score of a quiz and what to review.
func WriteScore(w io.Writer, q *advice.Quiz, o Options) error {
	return onScreen(w, o, func(s *screen) { s.score(q) })
}

// onScreen lays something out and writes it at once.
func onScreen(w io.Writer, o Options, show func(*screen)) error {
	var out bytes.Buffer
	show(newScreen(&out, o))
	_, err := out.WriteTo(w)
	return err
}

// quizTable shows the questions as they would be asked; those that were answered, with the
// reaction.
func quizTable(out *bytes.Buffer, q *advice.Quiz, o Options) error {
	s := newScreen(out, o)
	for i, question := range q.Questions {
		s.question(question, i+1, len(q.Questions))
		if i < len(q.Replies) {
			s.paragraph("", "Answered: "+replied(question, q.Replies[i]), plain)
			s.reaction(question, q.Replies[i])
		}
		s.blank()
	}
	s.score(q)
	return nil
}

// replied is a reply by its letters.
func replied(q advice.Question, r advice.Reply) string {
	letters := []string{advice.Letter(r.Choice)}
	if len(q.Reasons) > 0 {
		letters = append(letters, advice.Letter(r.Reason))
	}
	for i, l := range letters {
		if l == "" {
			letters[i] = none
		}
	}
	return strings.Join(letters, " ")
}
