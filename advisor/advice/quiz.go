package advice

// Question is one question of the quiz with all that teaches: the steps to the answer, and
// for each wrong choice why it is wrong.
type Question struct {
	ID         string
	Level      string // "easy", "medium", "hard"
	Topic      string
	Generated  bool // from a workload: the right answer is computed
	Prompt     string
	Choices    []Choice // as they are shown: A, B, C, D
	Answer     int      // index of the right one
	Because    string   // the reason, in a sentence
	Steps      []string
	Final      string // the answer, in a sentence
	QuickCheck string
	Hint       string
	Mistakes   []Mistake // common misconceptions
	Principles []Principle
	Reasons    []Choice // why the right choice is right, to choose from; empty unless asked for
	Reason     int      // index of the right one
}

// Mistake is a common misconception and its correction.
type Mistake struct{ Said, Why string }

// Words returns the misconception in quotation marks, and the correction.
func (m Mistake) Words() string { return `"` + m.Said + `" Correction: ` + m.Why }

// Choice is what may be answered.
type Choice struct {
	Text string
	Why  string // why it is wrong; "" for the right one
}

// Reply is what was answered to one question. An index of Skipped is no answer.
type Reply struct {
	Choice int
	Reason int // Skipped where no reason was asked for
}

// Skipped is the index of a choice that was not made.
const Skipped = -1

// Right reports whether a reply is the answer, for the right reason where one was asked for.
func (q Question) Right(r Reply) bool {
	return r.Choice == q.Answer && (len(q.Reasons) == 0 || r.Reason == q.Reason)
}

// Quiz is the state of a quiz.
type Quiz struct {
	Questions []Question
	Replies   []Reply // to the first questions; shorter than Questions where it was left early
	Correct   int
	Review    []Principle // of the questions answered wrongly, most missed first
	Left      bool        // it was left before its end
	Again     string      // the command that asks the same questions again
}

// Letter returns the name of a choice by its index: A, B, C, D.
func Letter(index int) string {
	if index < 0 || index > 25 {
		return ""
	}
	return string(rune('A' + index))
}
