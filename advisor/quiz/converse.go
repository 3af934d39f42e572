package quiz

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/report"
)

// Terminal is where questions are asked: a terminal, or a pipe.
type Terminal struct {
	In     io.Reader
	Out    io.Writer
	Layout report.Options
	Typed  bool // In is a terminal, which shows what is typed
}

// longestAnswer bounds a typed line; what is longer is no answer.
const longestAnswer = 1 << 12

// Converse goes through the questions and gives the session where it ended: with its last
// question, with the last line of the input, or interrupted, which is the error.
func (t Terminal) Converse(s Session) (Session, error) {
	in := bufio.NewReaderSize(t.In, longestAnswer)
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
		if err := t.react(next, s, outcome, text); err != nil {
			return next, err
		}
		s = next
	}
	return s, nil
}

// readAnswer reads one line; a last one may lack its end.
func readAnswer(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	text := string(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = in.ReadSlice('\n')
	}
	if errors.Is(err, io.EOF) && text != "" {
		return text, nil
	}
	return text, err
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
		return report.WriteParagraph(t.Out, fmt.Sprintf("%q is no answer. Type one of the letters, h, s to pass over, or q.", trimmed(typed)), t.Layout)
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
