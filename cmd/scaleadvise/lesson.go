package main

import (
	"slices"

	"scaleadvise.dev/scaleadvise/rules"
)

func lessonCommand() command {
	return command{
		name: "lesson", group: "Knowledge", summary: "the principles behind the advice, each with its source",
		args:     "[principle]",
		examples: []string{"scaleadvise lesson", "scaleadvise lesson vertical-limit", "scaleadvise lesson -o markdown"},
		extra:    outputOptions(listingFormats),
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
	switch {
	case err != nil:
		return err
	case format == "table":
		return c.deliver(prose(all, c.columns()))
	case format == "markdown":
		return c.deliver(chapters(all))
	}
	return c.listed(principles(all))
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

func principles(all []rules.Principle) listing {
	l := listing{schema: "scaleadvise.dev/lesson/v1", name: "principles", columns: []column{
		{"id", "id"}, {"title", "title"}, {"text", ""}, {"check", ""}, {"level", ""}, {"source", "source"},
	}}
	for _, p := range all {
		l.rows = append(l.rows, []any{p.ID, p.Title, p.Text, p.Check, p.Practice.Level, p.Source})
	}
	return l
}
