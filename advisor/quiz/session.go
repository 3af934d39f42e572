package quiz

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"scaleadvise/advisor/advice"
)

// Stage is what a session expects next.
type Stage int

// The stages.
const (
	Choosing Stage = iota + 1 // the answer to a question
	Giving                    // the reason for it
	Finished                  // nothing more
)

// Outcome is the effect of a line of input.
type Outcome int

// The outcomes.
const (
	Unclear  Outcome = iota + 1 // not understood: the same is asked again
	Hinted                      // a hint was asked for
	Chosen                      // a choice was made; its reason is asked for next
	Answered                    // the question is done; Reply holds the answer
	Passed                      // the question was skipped
	Quit                        // the session was left
)

// Session is the state of a conversation through the questions. It is a value: Take returns the session
// after a line and leaves the one before unchanged.
type Session struct {
	questions []advice.Question
	replies   []advice.Reply
	chosen    int // choice made where its reason is waited for
	stage     Stage
	left      bool
}

// Start begins with the first question.
func Start(questions []advice.Question) Session {
	s := Session{questions: questions, chosen: advice.Skipped, stage: Choosing}
	if len(questions) == 0 {
		s.stage = Finished
	}
	return s
}

// Stage returns what the session waits for.
func (s Session) Stage() Stage { return s.stage }

// Question returns the one that is asked, and its number from 1. After the last it is the last.
func (s Session) Question() (advice.Question, int) {
	n := min(len(s.replies), len(s.questions)-1)
	return s.questions[n], n + 1
}

// Total returns how many questions there are.
func (s Session) Total() int { return len(s.questions) }

// Last returns the question answered last, with its reply.
func (s Session) Last() (advice.Question, advice.Reply) {
	n := len(s.replies) - 1
	return s.questions[n], s.replies[n]
}

// choices are those that are asked about now.
func (s Session) choices() []advice.Choice {
	q, _ := s.Question()
	if s.stage == Giving {
		return q.Reasons
	}
	return q.Choices
}

// Take returns the session after a line was typed, and the outcome of the line: a letter answers, h or ?
// gives a hint, s skips the question, q leaves.
func (s Session) Take(line string) (Session, Outcome) {
	if s.stage == Finished {
		return s, Quit
	}
	word := strings.ToLower(strings.Trim(strings.TrimSpace(line), ".)"))
	switch word {
	case "h", "?", "hint":
		return s, Hinted
	case "s", "skip":
		return s.reply(advice.Reply{Choice: s.chosen, Reason: advice.Skipped}), Passed
	case "q", "quit", "exit":
		return s.Leave(), Quit
	}
	at, ok := letter(word, len(s.choices()))
	if !ok {
		return s, Unclear
	}
	q, _ := s.Question()
	switch {
	case s.stage == Giving:
		return s.reply(advice.Reply{Choice: s.chosen, Reason: at}), Answered
	case len(q.Reasons) > 0:
		s.chosen, s.stage = at, Giving
		return s, Chosen
	}
	return s.reply(advice.Reply{Choice: at, Reason: advice.Skipped}), Answered
}

// letter is the index of a choice by its letter, of n.
func letter(word string, n int) (int, bool) {
	r, size := utf8.DecodeRuneInString(word)
	at := int(r - 'a')
	return at, size == len(word) && at >= 0 && at < n
}

// reply keeps an answer and goes on.
func (s Session) reply(r advice.Reply) Session {
	s.replies = append(slices.Clip(s.replies), r)
	s.chosen, s.stage = advice.Skipped, Choosing
	if len(s.replies) == len(s.questions) {
		s.stage = Finished
	}
	return s
}

// Leave ends the session where it is.
func (s Session) Leave() Session {
	s.left = s.stage != Finished
	s.stage = Finished
	return s
}

// Result returns the quiz so far.
func (s Session) Result() *advice.Quiz {
	r := &advice.Quiz{Questions: s.questions, Replies: s.replies, Left: s.left}
	missed := map[string]int{}
	for i, reply := range s.replies {
		q := s.questions[i]
		if q.Right(reply) {
			r.Correct++
			continue
		}
		for _, p := range q.Principles {
			if missed[p.ID]++; missed[p.ID] == 1 {
				r.Review = append(r.Review, p)
			}
		}
	}
	slices.SortStableFunc(r.Review, func(a, b advice.Principle) int { return missed[b.ID] - missed[a.ID] })
	return r
}

// Grade evaluates written answers: a line for each question in order, a letter, or two where the reason is
// asked for too; an empty line or - skips one. Fewer lines leave the rest unanswered. The error names the
// line that cannot be read.
func Grade(questions []advice.Question, answers []string) (*advice.Quiz, error) {
	s := Start(questions)
	for n, line := range answers {
		letters := strings.ToLower(strings.Join(strings.FieldsFunc(line, separates), ""))
		if s.stage == Finished {
			if letters == "" {
				continue
			}
			return nil, fmt.Errorf("line %d: there are %d questions; remove what follows, or ask for more with --count", n+1, len(questions))
		}
		next, err := s.grade(letters)
		if err != nil {
			return nil, fmt.Errorf("line %d: %q: %w", n+1, strings.TrimSpace(line), err)
		}
		s = next
	}
	return s.Result(), nil
}

// separates reports what may stand between and behind letters.
func separates(r rune) bool { return strings.ContainsRune(" \t\r,.)-", r) }

// grade takes one line's letters.
func (s Session) grade(letters string) (Session, error) {
	q, _ := s.Question()
	want := 1
	if len(q.Reasons) > 0 {
		want = 2
	}
	if letters == "" {
		next, _ := s.Take("s")
		return next, nil
	}
	if n := utf8.RuneCountInString(letters); n > want {
		return s, fmt.Errorf("%d letters, %d expected; one question a line", n, want)
	}
	outcome := Unclear
	for _, r := range letters {
		at, ok := letter(string(r), len(s.choices()))
		if !ok {
			return s, fmt.Errorf("not a choice; expected A to %s", advice.Letter(len(s.choices())-1))
		}
		s, outcome = s.Take(string(rune('a' + at)))
	}
	if outcome == Chosen {
		s, _ = s.Take("s")
	}
	return s, nil
}
