package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"unicode"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/quiz"
	"scaleadvise/advisor/report"
)

// longestAnswer bounds a typed line; what is longer is no answer.
const longestAnswer = 1 << 12

// askQuestions asks on the terminal, or in a pipe, until the questions or the answers end.
func (c *call) askQuestions(questions []advice.Question, again string, past *pastQuizzes) error {
	s, err := c.converse(quiz.Start(questions))
	result := s.Leave().Result()
	result.Again = again
	if err == nil || errors.Is(err, context.Canceled) {
		err = errors.Join(err, report.WriteScore(c.Out, result, c.layout()))
	}
	return errors.Join(ending(err), past.keep(c, result))
}

// ending is how a conversation that ended by an error counts: a reader that has gone away has
// what it wanted.
func ending(err error) error {
	switch {
	case err == nil || errors.Is(err, syscall.EPIPE):
		return nil
	case errors.Is(err, context.Canceled):
		return err
	}
	return unknownf("the quiz cannot go on: %w", err)
}

// converse goes through the questions and gives the session where it ended: with its last
// question, with the last line of the input, or interrupted, which is the error.
func (c *call) converse(s quiz.Session) (quiz.Session, error) {
	in := bufio.NewReaderSize(interruptible{c.ctx, c.In}, longestAnswer)
	if err := c.show(s); err != nil {
		return s, err
	}
	for s.Stage() != quiz.Finished {
		c.prompt(s)
		text, err := readAnswer(in)
		if err != nil {
			fmt.Fprintln(c.Out)
			if errors.Is(err, io.EOF) {
				return s, nil
			}
			return s, err
		}
		next, outcome := s.Take(text)
		if err := c.react(next, s, outcome, text); err != nil {
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
func (c *call) prompt(s quiz.Session) {
	q, _ := s.Question()
	last := advice.Letter(len(q.Choices) - 1)
	if s.Stage() == quiz.Giving {
		last = advice.Letter(len(q.Reasons) - 1)
	}
	fmt.Fprintf(c.Out, "Answer A to %s (h hint, q quit):", last)
	if c.InIsTTY {
		fmt.Fprint(c.Out, " ")
	}
}

// show asks the session's question.
func (c *call) show(s quiz.Session) error {
	q, n := s.Question()
	return report.WriteQuestion(c.Out, q, n, s.Total(), c.layout())
}

// react shows what came of a line, and what is asked next.
func (c *call) react(s, before quiz.Session, outcome quiz.Outcome, typed string) error {
	q, _ := before.Question()
	if !c.InIsTTY {
		fmt.Fprintln(c.Out, strings.TrimRight(" "+trimmed(typed), " ")) // a terminal shows what is typed, a pipe does not
	}
	switch outcome {
	case quiz.Unclear:
		return report.WriteParagraph(c.Out, fmt.Sprintf("%q is no answer. Type one of the letters, h, s to pass over, or q.", trimmed(typed)), c.layout())
	case quiz.Hinted:
		return report.WriteHint(c.Out, q, c.layout())
	case quiz.Chosen:
		return report.WriteReasons(c.Out, q, c.layout())
	case quiz.Answered, quiz.Passed:
		_, reply := s.Last()
		if err := report.WriteReaction(c.Out, q, reply, c.layout()); err != nil {
			return err
		}
		fmt.Fprintln(c.Out)
		if s.Stage() != quiz.Finished {
			return c.show(s)
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
