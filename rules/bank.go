package rules

import (
	"io/fs"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/quiz"
)

// bankFile is the question bank of the quiz.
const bankFile = "quiz.yaml"

// Bank returns the text of the question bank, and its name for messages.
func Bank() (text []byte, name string, err error) {
	text, err = fs.ReadFile(embedded, bankFile)
	return text, "rules/" + bankFile, err
}

// Quiz returns what a quiz asks from: the lesson, and the bank of questions about it.
func Quiz() (quiz.Lesson, []quiz.Item, error) {
	all, err := Lesson()
	if err != nil {
		return nil, nil, err
	}
	var lesson quiz.Lesson
	for _, p := range all {
		one := quiz.Principle{Principle: advice.Principle{ID: p.ID, Title: p.Title, Text: p.Text, Source: p.Source}, Check: p.Check}
		for _, m := range p.Mistakes {
			one.Mistakes = append(one.Mistakes, advice.Mistake{Said: m.Said, Why: m.WhyWrong})
		}
		lesson = append(lesson, one)
	}
	text, name, err := Bank()
	if err != nil {
		return nil, nil, err
	}
	items, err := quiz.Parse(text, name, lesson)
	return lesson, items, err
}
