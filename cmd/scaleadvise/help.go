package main

import (
	"fmt"
	"io"
	"strings"

	"scaleadvise/advisor/listing"
	"scaleadvise/advisor/unit"
	"scaleadvise/cmd/scaleadvise/topics"
)

func helpCommand() command {
	return command{
		name: "help", group: "Setup", summary: "list commands and topics, or show a topic of the manual or the flags of a command", args: "[topic or command]",
		examples: []string{"scaleadvise help first-answer", "scaleadvise help advise", "scaleadvise catalog --help"},
		run:      help,
	}
}

// help shows a topic, or what usage shows where no topic has that name.
func help(c *call) error {
	if len(c.args) == 0 {
		return usage(c)
	}
	if err := noArgs("help "+c.args[0], c.args[1:]); err != nil {
		return err
	}
	pages, err := topics.All()
	if err != nil {
		return err
	}
	all := commands()
	named, isCommand := find(all, c.args[0])
	page, isTopic := findTopic(pages, c.args[0])
	switch {
	case isTopic:
		return c.deliver(func(w io.Writer) error { return c.writeTopic(w, page, named) })
	case isCommand:
		return usage(c)
	}
	return unknownTopic(all, c.args[0])
}

// usage answers --help: the overview, or all flags of a command.
func usage(c *call) error {
	all := commands()
	if len(c.args) == 0 {
		pages, err := topics.All()
		if err != nil {
			return err
		}
		return c.deliver(func(w io.Writer) error { return overview(all, pages).Write(w, c.columns()) })
	}
	named, ok := find(all, c.args[0])
	if !ok {
		return unknownCommand(all, c.args[0])
	}
	return c.deliver(func(w io.Writer) error { return named.shown().Write(w, c.columns()) })
}

func findTopic(pages []topics.Topic, name string) (topics.Topic, bool) {
	for _, page := range pages {
		if page.Name == name {
			return page, true
		}
	}
	return topics.Topic{}, false
}

func unknownTopic(all []command, word string) error {
	names := topics.Names()
	for _, c := range all {
		names = append(names, c.name)
	}
	return usagef("help: no topic or command %q; %s", word, unit.Suggest(word, names, "scaleadvise help lists them"))
}

// writeTopic prints a page of the manual: laid out on a terminal, Markdown elsewhere. The page
// of a topic that is named like a command ends with the flags of the command.
func (c *call) writeTopic(w io.Writer, page topics.Topic, named command) error {
	text, fence := page.Text, "```"
	if c.IsTTY && c.text("output-file") == "" {
		text, fence = page.Screen(c.columns(), c.colored()), ""
	}
	if _, err := io.WriteString(w, text); err != nil || named.name == "" {
		return err
	}
	var flags strings.Builder
	if err := named.shown().Write(&flags, c.columns()); err != nil {
		return err
	}
	if fence != "" {
		_, err := fmt.Fprintf(w, "\n## Flags\n\n%s\n%s%s\n", fence, flags.String(), fence)
		return err
	}
	_, err := io.WriteString(w, "\n"+flags.String())
	return err
}

// overview is the first page that a newcomer sees.
func overview(all []command, pages []topics.Topic) listing.Overview {
	o := listing.Overview{Exits: exitCodes, Most: []string{
		"qps", "users", "requests-per-user", "growth", "horizon", "model", "p99", "availability",
		"gpu", "replicas", "max-replicas", "budget", "plan", "output",
	}}
	for _, c := range all {
		o.Commands = append(o.Commands, c.shown())
	}
	for _, page := range pages {
		o.Topics = append(o.Topics, [2]string{page.Name, page.Title})
	}
	return o
}

// exitCodes says what each exit code means.
var exitCodes = [][2]string{
	{"0", "done, the plan holds"},
	{"1", "no feasible plan, a load that is unstable or not met, or findings of check; the answer is still printed"},
	{"2", "the command line, a plan, a rule or a catalog file is wrong"},
	{"3", "could not tell: a server that does not answer, missing metrics, a file that cannot be written"},
	{"130", "interrupted"},
}

// shown is the command as its help shows it.
func (c command) shown() listing.Command {
	s := listing.Command{Name: c.name, Args: c.args, Group: c.group, Summary: c.summary, About: c.about, Examples: c.examples, Variables: len(c.extra) > 0}
	for _, o := range c.options() {
		s.Flags = append(s.Flags, listing.Flag{Name: o.name, Alias: o.alias, Group: o.group, Doc: o.doc, Value: o.value, Example: o.example, Words: o.words})
	}
	return s
}
