package listing

import (
	"io"
	"slices"
	"strings"
)

// Flag is one flag of a command as its help shows it.
type Flag struct {
	Name, Alias, Group, Doc string
	Value                   string // what stands for the value: "RATE"; "" for a flag without one
	Example                 string
	Words                   []string // the only values allowed; nil where any is
}

// Command is a command as its help shows it.
type Command struct {
	Name, Args, Group, Summary string
	About                      string // paragraphs, separated by empty lines; one that begins with spaces is a list of "name: what"
	Examples                   []string
	Flags                      []Flag
	Variables                  bool // its flags can also be set by environment variables
}

// Overview is the first page that a new user sees.
type Overview struct {
	Commands []Command
	Topics   [][2]string // names and titles of the manual's topics
	Most     []string    // the most used flags of the first command
	Exits    [][2]string // exit codes and what they mean
}

// Write prints the overview at a width.
func (o Overview) Write(w io.Writer, width int) error {
	p, first := NewPage(width), o.Commands[0]
	p.Paragraph("scaleadvise says how to scale a machine-learning service: a stronger machine, more machines, both, " +
		"or a model that is cheaper to run; how many, of what, at what cost, and why.")
	p.examples(first)
	group := ""
	for _, c := range o.Commands {
		if c.Group != group {
			group = c.Group
			p.Heading(group)
		}
		p.Entry(strings.TrimSpace(c.Name+" "+c.Args), c.Summary)
	}
	p.entries("Manual, scaleadvise help TOPIC", o.Topics)
	p.Line("")
	p.Paragraph("scaleadvise COMMAND --help shows the flags of a command. Flags may stand before or after arguments. " +
		"A quantity is written with its unit: 120/s, 85ms, 8%/month, 2TB; an uncertain one as a range, 800..1200 or 1000±20%.")
	p.Heading("Most used flags")
	for _, name := range o.Most {
		if i := slices.IndexFunc(first.Flags, func(f Flag) bool { return f.Name == name }); i >= 0 {
			p.flag(first.Flags[i])
		}
	}
	p.entries("Exit codes", o.Exits)
	return p.Flush(w)
}

// Write prints the help of a command with its flags by group.
func (c Command) Write(w io.Writer, width int) error {
	p := NewPage(width)
	p.Line("scaleadvise " + c.Name + ": " + c.Summary)
	for _, part := range strings.Split(c.About, "\n\n") {
		p.part(part)
	}
	p.Heading("Usage")
	p.Line("  " + strings.Join(strings.Fields("scaleadvise "+c.Name+" "+c.Args+" [flags]"), " "))
	p.examples(c)
	groups := map[string][]Flag{}
	var order []string
	for _, f := range c.Flags {
		if groups[f.Group] == nil {
			order = append(order, f.Group)
		}
		groups[f.Group] = append(groups[f.Group], f)
	}
	for _, group := range order {
		p.Heading(group)
		for _, f := range groups[group] {
			p.flag(f)
		}
	}
	if c.Variables {
		p.Line("")
		p.Paragraph("Each flag that takes a value can also be set by a variable, --max-gpu by SCALEADVISE_MAX_GPU. " +
			"A flag beats its variable, the variable beats the plan file.")
	}
	return p.Flush(w)
}

// part sets a paragraph, or a list with an entry a line.
func (p *Page) part(text string) {
	if text == "" {
		return
	}
	p.Line("")
	if !strings.HasPrefix(text, " ") {
		p.Paragraph(text)
		return
	}
	for row := range strings.Lines(text) {
		name, what, _ := strings.Cut(strings.TrimSpace(row), ": ")
		p.Entry(name, what)
	}
}

func (p *Page) examples(c Command) {
	p.Heading("Examples")
	for _, example := range c.Examples {
		p.Line("  " + example)
	}
}

func (p *Page) entries(heading string, rows [][2]string) {
	p.Heading(heading)
	for _, row := range rows {
		p.Entry(row[0], row[1])
	}
}

// flag describes a flag.
func (p *Page) flag(f Flag) {
	term := "--" + f.Name
	if f.Alias != "" {
		term = "-" + f.Alias + ", " + term
	}
	text := f.Doc
	switch {
	case len(f.Words) > 0:
		text += ": " + strings.Join(f.Words, ", ")
	case f.Example != "":
		text += " (" + f.Example + ")"
	}
	p.Entry(strings.TrimSpace(term+" "+f.Value), text)
}
