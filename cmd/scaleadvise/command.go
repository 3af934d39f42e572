package main

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"scaleadvise/advisor/unit"
)

// command is one row of the command table. Adding one takes its file and a line in commands.
type command struct {
	name     string
	group    string // heading in the overview
	summary  string // one line, no full stop
	args     string // arguments as the usage line shows them
	words    []string
	about    string // a paragraph for --help
	examples []string
	extra    []option // flags of its own; options adds the common ones
	run      func(*call) error
}

// commands is the one ordered list of commands.
func commands() []command {
	return []command{
		adviseCommand(),
		checkCommand(),
		capacityCommand(),
		whatifCommand(),
		compareCommand(),
		fleetCommand(),
		exportCommand(),
		explainCommand(),
		simulateCommand(),
		validateCommand(),
		observeCommand(),
		forecastCommand(),
		initCommand(),
		serveCommand(),
		quizCommand(),
		lessonCommand(),
		catalogCommand(),
		rulesCommand(),
		profilesCommand(),
		mcpCommand(),
		schemaCommand(),
		completionCommand(),
		helpCommand(),
		versionCommand(),
	}
}

// options are all flags of the command.
func (c command) options() []option { return slices.Concat(c.extra, commonOptions()) }

// find returns the command of that name.
func find(all []command, name string) (command, bool) {
	for _, c := range all {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

// flags are the values that one run of a command was given, on the command line or in the
// environment.
type flags struct {
	command command
	set     *cli.Context
	env     func(name string) string
	clock   func() time.Time
}

// sources are what a run reads: what its flags name, and stdin.
type sources struct {
	flags
	ctx    context.Context
	in     io.Reader
	admits func(name string) bool // which files may be opened; nil for all
}

// call is one run of one command, with what it writes to.
type call struct {
	sources
	streams
	args []string
}

func newCall(ctx context.Context, s streams, c command, set *cli.Context) *call {
	return &call{
		sources: sources{flags: flags{command: c, set: set, env: s.env, clock: s.Now}, ctx: ctx, in: s.In, admits: s.Admits},
		streams: s, args: set.Args().Slice(),
	}
}

// text is the value of a flag, else of its environment variable, else "".
func (f flags) text(name string) string {
	if f.set.IsSet(name) {
		return f.set.String(name)
	}
	return f.env(option{name: name}.variable())
}

// toggled reports whether a flag without a value was given.
func (f flags) toggled(name string) bool { return f.set.Bool(name) }

// typed are the flags of some options that were given, as the command line takes them.
func (f flags) typed(options []option) []string {
	var words []string
	for _, o := range options {
		switch {
		case !f.set.IsSet(o.name):
		case o.toggle:
			words = append(words, "--"+o.name)
		case o.repeat:
			for _, v := range f.set.StringSlice(o.name) {
				words = append(words, "--"+o.name+"="+v)
			}
		default:
			words = append(words, "--"+o.name+"="+f.set.String(o.name))
		}
	}
	return words
}

// topic takes the first argument, which must be one of the command's words, and what follows.
func (c *call) topic() (word string, rest []string, err error) {
	want := strings.Join(c.command.words, "|")
	if len(c.args) == 0 {
		return "", nil, usagef("%s: say which: scaleadvise %s %s", c.command.name, c.command.name, want)
	}
	for _, known := range c.command.words {
		if c.args[0] == known {
			return known, c.args[1:], nil
		}
	}
	return "", nil, usagef("%s: unknown %q; %s", c.command.name, c.args[0], unit.SuggestFew(c.args[0], c.command.words))
}

// noArgs refuses arguments beyond those a command takes.
func noArgs(place string, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usagef("%s: unexpected argument %q; a value belongs to a flag, for example --gpu %s", place, args[0], args[0])
}

// oneOf takes the only argument, which must be one of the ids.
func oneOf(place, what, elsewhere string, args, ids []string) (string, error) {
	switch {
	case len(args) == 0:
		return "", usagef("%s: say which %s, for example scaleadvise %s %s", place, what, place, ids[0])
	case !slices.Contains(ids, args[0]):
		return "", usagef("%s: no %s %q; %s", place, what, args[0], unit.Suggest(args[0], ids, elsewhere))
	}
	return args[0], noArgs(place+" "+args[0], args[1:])
}
