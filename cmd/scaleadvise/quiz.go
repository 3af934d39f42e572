package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/quiz"
	"scaleadvise/advisor/report"
	"scaleadvise/advisor/unit"
	"scaleadvise/cmd/scaleadvise/disk"
	"scaleadvise/rules"
)

// largestAnswers bounds a file of answers, in bytes.
const largestAnswers = 1 << 20

// usualCount is how many questions a quiz has when none is asked for.
const usualCount = 5

func quizCommand() command {
	return command{
		name: "quiz", group: "Knowledge", summary: `"explain why" questions from the lesson and about your own workload`,
		about: "Without a workload the questions come from the bank. With one (--qps or --users, --plan, or --prometheus) they are about it: which plan " +
			"wins, what breaks first, how many replicas survive a loss, what the wrong choice costs; the right answers are computed. " +
			"Type a letter to answer, h for a hint, s to skip, q to leave.\n\n" +
			"With -o json, yaml or markdown nothing is asked and nothing is read from stdin; --answers grades a file. " +
			"Without --seed an interactive quiz differs each time; a printed one always has seed 1.",
		examples: []string{
			"scaleadvise quiz",
			"scaleadvise quiz --level hard --topic limits --why",
			"scaleadvise quiz --qps 5000 --gpu a10",
			"scaleadvise quiz --count 10 --seed 7 --answers answers.txt -o json",
		},
		extra: quizOptions(),
		run:   runQuiz,
	}
}

func quizOptions() []option {
	own := []option{
		{name: "level", group: "Quiz", doc: "ask questions of this level only", value: "LEVEL", example: "medium", words: quiz.Levels()},
		{name: "topic", group: "Quiz", doc: "ask about one topic, or about a principle of the lesson by its id", value: "TOPIC", example: "limits"},
		{name: "count", group: "Quiz", doc: "how many questions to ask", value: "N", example: "5"},
		{name: "why", group: "Quiz", doc: "ask for the reason as well as for the choice", toggle: true},
		{name: "answers", group: "Quiz", doc: "file of answers to grade, one letter a line (two with --why)", value: "FILE", example: "answers.txt"},
		{name: "remember", group: "Quiz", doc: "keep what was answered in $XDG_STATE_HOME/scaleadvise, and ask first what was missed", toggle: true},
	}
	return slices.Concat(own, traitOptions(), sourceOptions(), metricsOptions(), methodOptions(), outputOptions(report.QuizFormats()))
}

func runQuiz(c *call) error {
	format, err := c.format(report.QuizFormats())
	if err != nil {
		return err
	}
	asks := format == "table" && c.text("answers") == ""
	if asks && c.text("output-file") != "" {
		return usagef("--output-file: an interactive quiz has nothing to write; add -o markdown, or --answers FILE")
	}
	past, err := c.pastQuizzes()
	if err != nil {
		return err
	}
	questions, again, err := questions(c, asks, past)
	switch {
	case err != nil:
		return err
	case asks:
		return askQuestions(c, questions, again, past)
	}
	return printQuiz(c, questions, again, format, past)
}

// printQuiz writes the questions, graded where there are answers.
func printQuiz(c *call, questions []advice.Question, again, format string, past *pastQuizzes) error {
	result := quiz.Start(questions).Result()
	if name := c.text("answers"); name != "" {
		lines, err := answerLines(c, name)
		if err != nil {
			return err
		}
		if result, err = quiz.Grade(questions, lines); err != nil {
			return at(name, err)
		}
	}
	result.Again = again
	err := c.deliver(func(w io.Writer) error { return report.WriteQuiz(w, format, result, c.layout()) })
	return errors.Join(err, past.keep(c, result))
}

// layout is the place where a report is shown.
func (c *call) layout() report.Options {
	return report.Options{Run: stampOf(c), Width: c.columns(), Color: c.colored(), ASCII: c.ascii(), Explain: c.toggled("explain"), All: c.toggled("all")}
}

// answerLines reads a file of answers, which is never stdin.
func answerLines(c *call, name string) ([]string, error) {
	if name == "-" {
		return nil, usagef("--answers -: answers come from a file, never from stdin; name the file")
	}
	text, err := disk.Read(c.ctx, name, bounded.Limits{What: "file of answers", Bytes: largestAnswers, Packed: largestAnswers})
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimRight(string(text), "\r\n"), "\n"), nil
}

// questions are those to ask, and the command that asks the same again.
func questions(c *call, asks bool, past *pastQuizzes) ([]advice.Question, string, error) {
	o, err := c.quizSettings(asks)
	if err != nil {
		return nil, "", err
	}
	lesson, items, err := rules.Quiz()
	if err != nil {
		return nil, "", err
	}
	own, err := ownQuestions(c, lesson)
	if err != nil {
		return nil, "", err
	}
	if err := quiz.KnownTopic(o.Topic, lesson); err != nil {
		return nil, "", &failure{exitUsage, err}
	}
	if o.Count == 0 {
		o.Count = max(usualCount, len(own))
	}
	o.Missed = past.missed()
	questions := quiz.Compose(slices.Concat(own, items), lesson, o)
	switch asked := c.text("count"); {
	case len(questions) == 0:
		return nil, "", usagef("no question of level %q on %q; leave one of --level and --topic out", o.Level, o.Topic)
	case asked != "" && len(questions) < o.Count:
		c.note("there are %d such questions, not %d", len(questions), o.Count)
	}
	return questions, c.again(o.Seed), nil
}

// quizSettings reads the flags of the quiz.
func (f flags) quizSettings(asks bool) (o quiz.Options, err error) {
	o = quiz.Options{Level: f.text("level"), Topic: f.text("topic"), Why: f.toggled("why")}
	if o.Level != "" && !slices.Contains(quiz.Levels(), o.Level) {
		return o, usagef("--level %s: unknown level; %s", o.Level, unit.SuggestFew(o.Level, quiz.Levels()))
	}
	if text := f.text("count"); text != "" {
		if o.Count, err = strconv.Atoi(text); err != nil || o.Count < 1 {
			return o, usagef("--count %s: not a number of questions; write it as --count 5", text)
		}
	}
	if o.Seed, err = f.seed(); err != nil || !asks || f.text("seed") != "" {
		return o, err
	}
	now, err := f.now()
	o.Seed = uint64(now.UnixMilli()) % 1e6
	return o, err
}

// ownQuestions are those about the workload, none where no demand was given.
func ownQuestions(c *call, lesson quiz.Lesson) ([]quiz.Item, error) {
	if !c.namesDemand() {
		return nil, nil
	}
	read, err := c.intake()
	if err != nil {
		return nil, err
	}
	q, err := inquire(c, read)
	if err != nil {
		return nil, err
	}
	return quiz.FromWorkload(c.ctx, q.Advise, lesson)
}

// namesDemand reports whether there is a workload to ask about: a demand, a plan or metrics, or
// any other trait as a flag, which then wants for its demand. A variable that is set for other
// commands' sake asks for nothing.
func (f flags) namesDemand() bool {
	if f.set.IsSet("prometheus") || f.set.IsSet("metrics-file") || f.text("plan") != "" || f.text("qps") != "" || f.text("users") != "" {
		return true
	}
	return slices.ContainsFunc(traitOptions(), func(o option) bool { return f.set.IsSet(o.name) })
}

// again is the command line that asks the same questions again.
func (f flags) again(seed uint64) string {
	asked := slices.DeleteFunc(f.command.options(), func(o option) bool {
		return o.group == "Output" || slices.Contains([]string{"seed", "answers", "remember"}, o.name)
	})
	words := []string{"scaleadvise quiz"}
	for _, w := range f.typed(asked) {
		name, value, ok := strings.Cut(w, "=")
		if words = append(words, name); ok {
			words = append(words, origin.Quoted(value))
		}
	}
	return strings.Join(append(words, "--seed "+strconv.FormatUint(seed, 10)), " ")
}

// askQuestions asks on the terminal, or in a pipe, until the questions or the answers end.
func askQuestions(c *call, questions []advice.Question, again string, past *pastQuizzes) error {
	t := quiz.Terminal{In: disk.Interruptible(c.ctx, c.In), Out: c.Out, Layout: c.layout(), Typed: c.InIsTTY}
	s, err := t.Converse(c.ctx, quiz.Start(questions))
	result := s.Leave().Result()
	result.Again = again
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, quiz.ErrNoAnswers) {
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
