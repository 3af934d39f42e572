package main

import (
	"slices"

	"scaleadvise/rules"
)

func lessonCommand() command {
	return command{
		name: "lesson", group: "Knowledge", summary: "the principles behind the advice, each with its source and an example computed on the spot",
		args:     "[principle]",
		examples: []string{"scaleadvise lesson", "scaleadvise lesson vertical-limit", "scaleadvise lesson -o markdown"},
		extra:    append([]option{catalogOption(), nowOption()}, outputOptions(listingFormats)...),
		run:      lesson,
	}
}

func lesson(c *call) error {
	all, err := rules.Lesson()
	if err != nil {
		return err
	}
	if len(c.args) > 0 {
		if all, err = onePrinciple(all, c.args); err != nil {
			return err
		}
	}
	format, err := c.format(listingFormats)
	if err != nil {
		return err
	}
	shown, err := c.shown(all)
	switch {
	case err != nil:
		return err
	case format == "table":
		return c.deliver(prose(shown, c.columns()))
	case format == "markdown":
		return c.deliver(chapters(shown))
	}
	return c.listed(principles(shown))
}

// taught is a principle with its example, computed.
type taught struct {
	rules.Principle
	example string
}

// shown computes the example of each principle.
func (c *call) shown(all []rules.Principle) ([]taught, error) {
	var out []taught
	for _, p := range all {
		example, err := c.example(p.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, taught{p, example})
	}
	return out, nil
}

func onePrinciple(all []rules.Principle, args []string) ([]rules.Principle, error) {
	var ids []string
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	i := slices.Index(ids, args[0])
	if i < 0 {
		return nil, usagef("lesson: no principle %q; %s", args[0], didYouMean(args[0], ids))
	}
	return all[i : i+1], noArgs("lesson "+args[0], args[1:])
}

func principles(all []taught) listing {
	l := listing{schema: "urn:scaleadvise:lesson:v1", name: "principles", columns: []column{
		{"id", "id"}, {"title", "title"}, {"text", ""}, {"check", ""}, {"example", ""}, {"level", ""}, {"source", "source"},
	}}
	for _, p := range all {
		l.rows = append(l.rows, []any{p.ID, p.Title, p.Text, p.Check, p.example, p.Practice.Level, p.Source})
	}
	return l
}
