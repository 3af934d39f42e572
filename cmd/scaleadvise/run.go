package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"scaleadvise/advisor/unit"
	"scaleadvise/cmd/scaleadvise/channel"
)

// run does what the command line says and returns the exit code. Once interrupted it comes back
// within a moment: every loop looks at the context, and a sum that does not is left behind, which
// writes no more.
func run(ctx context.Context, args []string, s streams) int {
	var open channel.Latch
	actions := s.env("GITHUB_ACTIONS") != ""
	s.Out, s.Err = channel.New(s.Out, &open, s.IsTTY, actions), channel.New(s.Err, &open, s.ErrIsTTY, actions)
	done := make(chan int, 1)
	go func() { done <- attempt(ctx, args, s) }()
	select {
	case code := <-done:
		return code
	case <-ctx.Done():
	}
	select {
	case code := <-done:
		return code
	case <-time.After(longestGoodbye):
		open.Shut()
		return exitInterrupted
	}
}

// longestGoodbye is how long an interrupted run may take to say what it knows.
const longestGoodbye = 50 * time.Millisecond

func attempt(ctx context.Context, args []string, s streams) (code int) {
	defer func() {
		if fault := recover(); fault != nil {
			code = s.confess(fault)
		}
	}()
	err := dispatch(ctx, args, s)
	if code := exitCode(err); ctx.Err() != nil && (code == exitUsage || code == exitUnknown) {
		return exitInterrupted // what went wrong may have gone wrong for that
	}
	complain(s.Err, err)
	return exitCode(err)
}

// confess reports a fault of the program in one line; a user never meets a stack trace.
func (s streams) confess(fault any) int {
	fmt.Fprintf(s.Err, "scaleadvise: internal error: %v; please report it with the command line that led to it\n", fault)
	if s.env("SCALEADVISE_DEBUG") != "" {
		s.Err.Write(debug.Stack())
	}
	return exitUnknown
}

// dispatch finds the command and runs it.
func dispatch(ctx context.Context, args []string, s streams) error {
	all := commands()
	words := newVocabulary(all)
	ln, err := words.parse(args)
	if err != nil {
		return err
	}
	c, err := choose(all, &ln)
	if err != nil {
		return err
	}
	if ln.unknown != "" {
		return unknownFlag(c, ln.unknown)
	}
	return execute(ctx, s, c, ln)
}

// choose takes the command's name off the arguments; without one it is advise. Whoever asks
// for help or the version gets it, whatever other flags stand there.
func choose(all []command, ln *line) (command, error) {
	if ln.help || ln.version {
		ln.flags, ln.unknown = nil, ""
	}
	switch {
	case ln.version:
		ln.args = nil
		return versionCommand(), nil
	case ln.help:
		h := helpCommand()
		h.run = usage
		return h, nil
	case len(ln.args) == 0:
		return adviseCommand(), nil
	}
	c, ok := find(all, ln.args[0])
	switch {
	case ok:
		ln.args = ln.args[1:]
		return c, nil
	case ln.unknown != "":
		// The word is likelier the value of the unknown flag than a command.
		return adviseCommand(), nil
	}
	return command{}, unknownCommand(all, ln.args[0])
}

func unknownCommand(all []command, word string) error {
	var names []string
	for _, c := range all {
		names = append(names, c.name)
	}
	return usagef("unknown command %q; %s", word, unit.Suggest(word, names, "expected one of "+strings.Join(names, ", ")))
}

func unknownFlag(c command, written string) error {
	var names []string
	for _, o := range c.options() {
		names = append(names, "--"+o.name)
	}
	return usagef("unknown flag %s of %s; %s", written, c.name, unit.SuggestFew("--"+strings.TrimLeft(written, "-"), names))
}

// execute hands flags and arguments to urfave/cli in its order. The application holds just
// the one command: the others were looked at already.
func execute(ctx context.Context, s streams, c command, ln line) error {
	usageError := func(_ *cli.Context, err error, _ bool) error { return parserError(c, err) }
	row := &cli.Command{
		Name: c.name, Usage: c.summary, HideHelp: true, OnUsageError: usageError,
		Action: func(flags *cli.Context) error {
			return c.answer(newCall(ctx, s, c, flags))
		},
	}
	for _, o := range c.options() {
		if slices.ContainsFunc(ln.flags, o.stands) { // the parser takes its time over every flag it knows
			row.Flags = append(row.Flags, o.flag())
		}
	}
	app := &cli.App{
		Name: "scaleadvise", Commands: []*cli.Command{row},
		Reader: s.In, Writer: s.Out, ErrWriter: s.Err, Compiled: s.Now(),
		HideHelp: true, HideVersion: true, DisableSliceFlagSeparator: true,
		OnUsageError: usageError,
		// The default handler ends the process.
		ExitErrHandler: func(*cli.Context, error) {},
	}
	words := append([]string{app.Name, c.name}, ln.flags...)
	return app.RunContext(ctx, append(append(words, "--"), ln.args...))
}

// answer runs the command, or shows what it would ask a server.
func (c command) answer(k *call) error {
	if c.args == "" {
		if err := noArgs(c.name, k.args); err != nil {
			return err
		}
	}
	if c.group != "Setup" {
		if err := strangeVariables(k); err != nil {
			return err
		}
	}
	if k.toggled("dry-run") {
		return dryRun(k)
	}
	return c.run(k)
}

// parserError words a complaint of the flag parser our way.
func parserError(c command, err error) error {
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		return unknownFlag(c, "--"+strings.TrimLeft(name, "-"))
	}
	return usagef("%s: %w; scaleadvise %s --help lists its flags", c.name, err, c.name)
}
