package main

import (
	"fmt"
	"io"
	"strings"

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
	return usagef("help: no topic or command %q; %s", word, nearOr(word, names, "scaleadvise help lists them"))
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
	p := &page{width: width}
	p.paragraph("scaleadvise says how to scale a machine-learning service: a stronger machine, more machines, both, " +
		"or a model that is cheaper to run; how many, of what, at what cost, and why.")
	p.heading("Examples")
	for _, example := range adviseCommand().examples {
		p.line("  " + example)
	}
	group := ""
	for _, c := range all {
		if c.group != group {
			group = c.group
			p.heading(group)
		}
		p.entry(strings.TrimSpace(c.name+" "+c.args), c.summary)
	}
	p.heading("Manual, scaleadvise help TOPIC")
	for _, page := range pages {
		p.entry(page.Name, page.Title)
	}
	p.line("")
	p.paragraph("scaleadvise COMMAND --help shows the flags of a command. Flags may stand before or after arguments. " +
		"A quantity is written with its unit: 120/s, 85ms, 8%/month, 2TB; an uncertain one as a range, 800..1200 or 1000±20%.")
	p.heading("Most used flags")
	p.some(adviseCommand(), "qps", "users", "requests-per-user", "growth", "horizon", "model", "p99", "availability",
		"gpu", "replicas", "max-replicas", "budget", "plan", "output")
	p.heading("Exit codes")
	for _, row := range exitCodes {
		p.entry(row[0], row[1])
	}
	return p.flush(w)
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
	p := &page{width: width}
	p.line("scaleadvise " + c.name + ": " + c.summary)
	if c.about != "" {
		for _, part := range strings.Split(c.about, "\n\n") {
			p.line("")
			p.paragraph(part)
		}
	}
	p.heading("Usage")
	p.line("  " + strings.Join(strings.Fields("scaleadvise "+c.name+" "+c.args+" [flags]"), " "))
	p.heading("Examples")
	for _, example := range c.examples {
		p.line("  " + example)
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
		p.heading(group)
		for _, o := range groups[group] {
			p.option(o)
		}
	}
	if len(c.extra) > 0 {
		p.line("")
		p.paragraph("Each flag that takes a value can also be set by a variable, --max-gpu by SCALEADVISE_MAX_GPU. " +
			"A flag beats its variable, the variable beats the plan file.")
	}
	return p.flush(w)
}

// page collects lines of at most width columns.
type page struct {
	b     strings.Builder
	width int
}

// margin is where descriptions start.
const margin = 31

func (p *page) line(text string) { p.b.WriteString(text + "\n") }

func (p *page) heading(text string) { p.line("\n" + text) }

func (p *page) paragraph(text string) {
	for _, row := range wrap(text, p.width) {
		p.line(row)
	}
}

// entry is a term and its description, side by side where there is room.
func (p *page) entry(term, text string) {
	rows := wrap(text, p.width-margin)
	lead := "  " + term
	if len(lead) >= margin {
		p.line(lead)
		lead = ""
	}
	for _, row := range rows {
		p.line(fmt.Sprintf("%-*s%s", margin, lead, row))
		lead = ""
	}
}

func (p *page) option(o option) {
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
	p.entry(strings.TrimSpace(term+" "+o.value), text)
}

// some lists a few options of a command.
func (p *page) some(c command, names ...string) {
	for _, name := range names {
		for _, o := range c.options() {
			if o.name == name {
				p.option(o)
			}
		}
	}
}

func (p *page) flush(w io.Writer) error {
	_, err := io.WriteString(w, p.b.String())
	return err
}

// wrap breaks text at spaces into rows of at most width columns; a longer word stays whole.
func wrap(text string, width int) []string {
	var rows []string
	row := ""
	for _, word := range strings.Fields(text) {
		switch {
		case row == "":
			row = word
		case len(row)+1+len(word) <= width:
			row += " " + word
		default:
			rows, row = append(rows, row), word
		}
	}
	return append(rows, row)
}
