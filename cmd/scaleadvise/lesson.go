package main

import (
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/listing"
	"scaleadvise/advisor/unit"
	"scaleadvise/rules"
)

func lessonCommand() command {
	return command{
		name: "lesson", group: "Knowledge", summary: "the principles behind the advice, each with its source and an example computed on the spot",
		args:     "[principle]",
		examples: []string{"scaleadvise lesson", "scaleadvise lesson vertical-limit", "scaleadvise lesson -o markdown"},
		extra:    append([]option{catalogOption(), nowOption()}, outputOptions(listing.Formats())...),
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
	format, err := c.format(listing.Formats())
	if err != nil {
		return err
	}
	shown, err := shown(c, all)
	switch {
	case err != nil:
		return err
	case format == "table":
		return c.deliver(listing.LessonText(shown, c.columns()))
	case format == "markdown":
		return c.deliver(listing.LessonMarkdown(shown))
	}
	return c.listed(listing.Lesson(shown))
}

// shown computes the example of each principle.
func shown(c *call, all []rules.Principle) ([]advice.ExplainedPrinciple, error) {
	var out []advice.ExplainedPrinciple
	for _, p := range all {
		example, err := c.example(p.ID)
		if err != nil {
			return nil, err
		}
		one := principleOf(p)
		one.Example = example
		out = append(out, one)
	}
	return out, nil
}

// principleOf is a principle of the lesson as reports have it.
func principleOf(p rules.Principle) advice.ExplainedPrinciple {
	out := advice.ExplainedPrinciple{
		Principle: advice.Principle{ID: p.ID, Title: p.Title, Text: p.Text, Source: p.Source},
		Level:     p.Practice.Level, Check: p.Check,
	}
	for _, m := range p.Mistakes {
		out.Mistakes = append(out.Mistakes, advice.Mistake{Said: m.Said, Why: m.WhyWrong})
	}
	return out
}

// principles are those of the lesson as reports have them, without their examples.
func principles() ([]advice.ExplainedPrinciple, error) {
	lesson, err := rules.Lesson()
	var all []advice.ExplainedPrinciple
	for _, p := range lesson {
		all = append(all, principleOf(p))
	}
	return all, err
}

func onePrinciple(all []rules.Principle, args []string) ([]rules.Principle, error) {
	var ids []string
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	i := slices.Index(ids, args[0])
	if i < 0 {
		return nil, usagef("lesson: no principle %q; %s", args[0], unit.SuggestFew(args[0], ids))
	}
	return all[i : i+1], noArgs("lesson "+args[0], args[1:])
}
