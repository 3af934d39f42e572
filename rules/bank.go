package rules

import "io/fs"

// bankFile is the question bank of the quiz.
const bankFile = "quiz.yaml"

// Bank is the text of the question bank, and its name for messages.
func Bank() (text []byte, name string, err error) {
	text, err = fs.ReadFile(embedded, bankFile)
	return text, "rules/" + bankFile, err
}
