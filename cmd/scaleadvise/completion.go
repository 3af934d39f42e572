package main

import (
	"io"
	"strings"

	"scaleadvise/cmd/scaleadvise/completion"
)

func completionCommand() command {
	return command{
		name: "completion", group: "Setup", summary: "print a completion script for a shell",
		args: strings.Join(completion.Shells(), "|"), words: completion.Shells(),
		about: "Each script says in its first lines where it belongs. It is plain text made from the command table: " +
			"completing runs no program and evaluates nothing.",
		examples: []string{
			"scaleadvise completion bash > ~/.local/share/bash-completion/completions/scaleadvise",
			"scaleadvise completion zsh > ~/.zfunc/_scaleadvise",
			"scaleadvise completion fish > ~/.config/fish/completions/scaleadvise.fish",
		},
		extra: []option{fileOption()},
		run:   showCompletion,
	}
}

func showCompletion(c *call) error {
	shell, rest, err := c.topic()
	if err != nil {
		return err
	}
	if err := noArgs("completion "+shell, rest); err != nil {
		return err
	}
	table, err := completions(c)
	if err != nil {
		return err
	}
	return c.deliver(func(w io.Writer) error { _, err := io.WriteString(w, table.Script(shell)); return err })
}

// completions are all commands with their options, and the names that the catalog knows.
func completions(c *call) (completion.Table, error) {
	known, err := c.catalog()
	if err != nil {
		return completion.Table{}, err
	}
	var gpus, models []string
	for _, a := range known.Accelerators() {
		gpus = append(gpus, a.ID)
	}
	for _, m := range known.Models() {
		models = append(models, m.ID)
	}
	table := completion.Table{Values: map[string][]string{
		"gpu": gpus, "max-gpu": gpus, "allow-gpu": gpus, "model": models, "cloud": known.Clouds(),
	}}
	for _, one := range commands() {
		row := completion.Command{Name: one.name, Summary: one.summary, Words: one.words}
		for _, o := range one.options() {
			row.Options = append(row.Options, completion.Option{
				Name: o.name, Alias: o.alias, Doc: o.doc, Value: o.value, Words: o.words, Toggle: o.toggle, Repeat: o.repeat,
			})
		}
		table.Commands = append(table.Commands, row)
	}
	return table, nil
}
