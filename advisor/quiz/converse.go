package quiz

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/report"
)

// Terminal is where questions are asked: a terminal, or a pipe.
type Terminal struct {
	In     io.Reader
	Out    io.Writer
	Layout report.Options
	Typed  bool // In is a terminal, which echoes what is typed
}

// mostTries bounds the lines in a row that answer nothing: a pipe would be asked for ever.
const mostTries = 5

// ErrNoAnswers is returned where input ends without an answer.
var ErrNoAnswers = fmt.Errorf("%d lines in a row were not answers, and there is no terminal to ask again", mostTries)

// Converse goes through the questions and returns the session at its end: after the last question, after the
// last line of the input, or, with an error, interrupted or without answers.
func (t Terminal) Converse(ctx context.Context, s Session) (Session, error) {
	in := bounded.NewReader(ctx, t.In, bounded.Limits{What: "answer", Binary: true})
	tries := 0
	if err := t.show(s); err != nil {
		return s, err
	}
	for s.Stage() != Finished {
		t.prompt(s)
		text, err := readAnswer(in)
		if err != nil {
			fmt.Fprintln(t.Out)
			if errors.Is(err, io.EOF) {
				return s, nil
			}
			return s, err
		}
		next, outcome := s.Take(text)
		if tries++; outcome != Unclear && outcome != Hinted {
			tries = 0
		}
		if err := t.react(next, s, outcome, text); err != nil {
			return next, err
		}
		if s = next; tries == mostTries && !t.Typed {
			return s, ErrNoAnswers
		}
	}
	return s, nil
}

// readAnswer reads one line; a last one may lack its end. One that does not end in the buffer
// is no answer, and nothing after it will be.
func readAnswer(in *bounded.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", ErrNoAnswers
	case errors.Is(err, io.EOF) && len(line) > 0:
		return string(line), nil
	}
	return string(line), err
}

// prompt asks for a line.
func (t Terminal) prompt(s Session) {
	q, _ := s.Question()
	last := advice.Letter(len(q.Choices) - 1)
	if s.Stage() == Giving {
		last = advice.Letter(len(q.Reasons) - 1)
	}
	fmt.Fprintf(t.Out, "Answer A to %s (h hint, q quit):", last)
	if t.Typed {
		fmt.Fprint(t.Out, " ")
	}
}

// show asks the session's question.
func (t Terminal) show(s Session) error {
	q, n := s.Question()
	return report.WriteQuestion(t.Out, q, n, s.Total(), t.Layout)
}

// react shows what came of a line, and what is asked next.
func (t Terminal) react(s, before Session, outcome Outcome, typed string) error {
	q, _ := before.Question()
	if !t.Typed {
		fmt.Fprintln(t.Out, strings.TrimRight(" "+trimmed(typed), " ")) // a terminal shows what is typed, a pipe does not
	}
	switch outcome {
	case Unclear:
		return report.WriteParagraph(t.Out, fmt.Sprintf("%q is not an answer. Type one of the letters, h for a hint, s to skip, or q to leave.", trimmed(typed)), t.Layout)
	case Hinted:
		return report.WriteHint(t.Out, q, t.Layout)
	case Chosen:
		return report.WriteReasons(t.Out, q, t.Layout)
	case Answered, Passed:
		_, reply := s.Last()
		if err := report.WriteReaction(t.Out, q, reply, t.Layout); err != nil {
			return err
		}
		fmt.Fprintln(t.Out)
		if s.Stage() != Finished {
			return t.show(s)
		}
	}
	return nil
}

// trimmed is a typed line as a message may repeat it.
func trimmed(line string) string {
	const enough = 20
	runes := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.TrimSpace(line)))
	if len(runes) > enough {
		return string(runes[:enough]) + "..."
	}
	return string(runes)
}
