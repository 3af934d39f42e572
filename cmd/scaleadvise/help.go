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
		name: "help", group: "Setup", summary: "show what there is, a topic of the manual, or all flags of a command", args: "[topic or command]",
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
		return c.deliver(func(w io.Writer) error { return writeOverview(w, all, pages, c.columns()) })
	}
	named, ok := find(all, c.args[0])
	if !ok {
		return unknownCommand(all, c.args[0])
	}
	return c.deliver(func(w io.Writer) error { return writeHelp(w, named, c.columns()) })
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
	if err := writeHelp(&flags, named, c.columns()); err != nil {
		return err
	}
	if fence != "" {
		_, err := fmt.Fprintf(w, "\n## Flags\n\n%s\n%s%s\n", fence, flags.String(), fence)
		return err
	}
	_, err := io.WriteString(w, "\n"+flags.String())
	return err
}

// writeOverview is the first page a newcomer sees.
func writeOverview(w io.Writer, all []command, pages []topics.Topic, width int) error {
	p := listing.NewPage(width)
	p.Paragraph("scaleadvise says how to scale a machine-learning service: a stronger machine, more machines, both, " +
		"or a model that is cheaper to run; how many, of what, at what cost, and why.")
	p.Heading("Examples")
	for _, example := range adviseCommand().examples {
		p.Line("  " + example)
	}
	group := ""
	for _, c := range all {
		if c.group != group {
			group = c.group
			p.Heading(group)
		}
		p.Entry(strings.TrimSpace(c.name+" "+c.args), c.summary)
	}
	p.Heading("Manual, scaleadvise help TOPIC")
	for _, page := range pages {
		p.Entry(page.Name, page.Title)
	}
	p.Line("")
	p.Paragraph("scaleadvise COMMAND --help shows the flags of a command. Flags may stand before or after arguments. " +
		"A quantity is written with its unit: 120/s, 85ms, 8%/month, 2TB; an uncertain one as a range, 800..1200 or 1000±20%.")
	p.Heading("Most used flags")
	writeOptions(p, adviseCommand(), "qps", "users", "requests-per-user", "growth", "horizon", "model", "p99", "availability",
		"gpu", "replicas", "max-replicas", "budget", "plan", "output")
	p.Heading("Exit codes")
	for _, row := range exitCodes {
		p.Entry(row[0], row[1])
	}
	return p.Flush(w)
}

// exitCodes says what each exit code means.
var exitCodes = [][2]string{
	{"0", "done, the plan stands"},
	{"1", "no feasible plan, a load that is unstable or not met, or findings of check; the answer is still printed"},
	{"2", "the command line, a plan, a rule or a catalog file is wrong"},
	{"3", "could not tell: a server that does not answer, missing metrics, a file that cannot be written"},
	{"130", "interrupted"},
}

// writeHelp describes one command with its flags by group.
func writeHelp(w io.Writer, c command, width int) error {
	p := listing.NewPage(width)
	p.Line("scaleadvise " + c.name + ": " + c.summary)
	if c.about != "" {
		for _, part := range strings.Split(c.about, "\n\n") {
			p.Line("")
			p.Paragraph(part)
		}
	}
	p.Heading("Usage")
	p.Line("  " + strings.Join(strings.Fields("scaleadvise "+c.name+" "+c.args+" [flags]"), " "))
	p.Heading("Examples")
	for _, example := range c.examples {
		p.Line("  " + example)
	}
	groups := map[string][]option{}
	var order []string
	for _, o := range c.options() {
		if groups[o.group] == nil {
			order = append(order, o.group)
		}
		groups[o.group] = append(groups[o.group], o)
	}
	for _, group := range order {
		p.Heading(group)
		for _, o := range groups[group] {
			writeOption(p, o)
		}
	}
	if len(c.extra) > 0 {
		p.Line("")
		p.Paragraph("Each flag that takes a value can also be set by a variable, --max-gpu by SCALEADVISE_MAX_GPU. " +
			"A flag beats its variable, the variable beats the plan file.")
	}
	return p.Flush(w)
}

// writeOption describes a flag.
func writeOption(p *listing.Page, o option) {
	term := "--" + o.name
	if o.alias != "" {
		term = "-" + o.alias + ", " + term
	}
	text := o.doc
	switch {
	case len(o.words) > 0:
		text += ": " + strings.Join(o.words, ", ")
	case o.example != "":
		text += " (" + o.example + ")"
	}
	p.Entry(strings.TrimSpace(term+" "+o.value), text)
}

// writeOptions lists a few options of a command.
func writeOptions(p *listing.Page, c command, names ...string) {
	for _, name := range names {
		for _, o := range c.options() {
			if o.name == name {
				writeOption(p, o)
			}
		}
	}
}
