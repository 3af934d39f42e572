package main

import (
	"strings"

	"github.com/urfave/cli/v2"

	"scaleadvise/advisor/workload"
)

// option is one flag; the parser's flag, its environment variable, the help and the shell
// completions derive from it.
type option struct {
	name, alias string
	group       string
	doc         string // one line, no full stop
	value       string // what stands for the value in help: "RATE"
	example     string
	words       []string // the only values there are; nil when open
	toggle      bool     // takes no value
	repeat      bool     // may be given several times
}

// variable is the environment variable that sets the option.
func (o option) variable() string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(o.name, "-", "_"))
}

// flag is the option as the parser wants it. Values stay text, so that the error about a
// bad one is ours.
func (o option) flag() cli.Flag {
	switch {
	case o.toggle:
		return &cli.BoolFlag{Name: o.name, Usage: o.doc, Category: o.group}
	case o.repeat:
		return &cli.StringSliceFlag{Name: o.name, Usage: o.doc, Category: o.group}
	}
	return &cli.StringFlag{Name: o.name, Usage: o.doc, Category: o.group}
}

// stands reports whether a word of the command line gives the option.
func (o option) stands(word string) bool {
	name, _, _ := strings.Cut(word, "=")
	return name == "--"+o.name
}

// traitOptions are the flags of the trait table.
func traitOptions() []option {
	var all []option
	for _, spec := range workload.Specs() {
		all = append(all, option{
			name: spec.Flag, group: spec.Group, doc: spec.Doc, value: spec.Placeholder(),
			example: spec.Example, words: spec.Words, repeat: spec.Repeat, toggle: spec.Toggle,
		})
	}
	return all
}

// sourceOptions say which files a command reads beside the command line.
func sourceOptions() []option {
	return []option{
		planOption(), kindsOption(),
		catalogOption(),
		rulesOption(), setOption(),
	}
}

func planOption() option {
	return option{name: "plan", group: "Files", doc: "plan file to read traits from, - for stdin", value: "FILE", example: "plan.yaml"}
}

func kindsOption() option {
	return option{name: "kinds", group: "Files", doc: "paths of the fields in manifests of your own kinds, by group/Kind", value: "FILE", example: "kinds.yaml"}
}

func catalogOption() option {
	return option{name: "catalog", group: "Files", doc: "folder of catalog tables that add to the embedded ones or replace their rows", value: "DIR", example: "./catalog"}
}

func rulesOption() option {
	return option{name: "rules", group: "Files", doc: "folder of your own rules, one YAML file each", value: "DIR", example: "./rules"}
}

// setOption gives parameters of rules other values.
func setOption() option {
	return option{name: "set", group: "Files", doc: "another value for a parameter of a rule; may be repeated", value: "RULE.PARAMETER=VALUE", example: "headroom.ceiling=70%", repeat: true}
}

// methodOptions steer the computation.
func methodOptions() []option {
	return []option{
		{name: "confidence", group: "Method", doc: "probability with which the plan must hold", value: "PERCENT", example: "90%"},
		{name: "seed", group: "Method", doc: "seed of the sampled evaluation; the same seed gives the same answer", value: "N", example: "1"},
		nowOption(),
	}
}

func nowOption() option {
	return option{name: "now", group: "Method", doc: "the date to use instead of today's", value: "DATE", example: "2026-07-01"}
}

// explainOption asks how the answer came about.
func explainOption(doc string) option {
	return option{name: "explain", group: "Output", doc: doc, toggle: true}
}

// outputOptions say where the result goes and in which of the formats.
func outputOptions(formats []string) []option {
	return []option{
		{name: "output", alias: "o", group: "Output", doc: "format of the result", value: "FORMAT", example: formats[0], words: formats},
		fileOption(),
	}
}

func fileOption() option {
	return option{name: "output-file", group: "Output", doc: "file to write the result to; it is replaced only by a complete result", value: "FILE", example: "advice.json"}
}

// commonOptions are understood by every command.
func commonOptions() []option {
	return []option{
		{name: "no-color", group: "Output", doc: "no colors; NO_COLOR does the same", toggle: true},
		{name: "no-config", group: "Files", doc: "ignore the user's configuration, such as imported prices", toggle: true},
		{name: "quiet", alias: "q", group: "Output", doc: "no notes on stderr, only errors", toggle: true},
	}
}
