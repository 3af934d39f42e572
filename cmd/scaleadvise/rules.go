package main

import "scaleadvise/advisor/listing"

func rulesCommand() command {
	return command{
		name: "rules", group: "Knowledge", summary: "list the rules, show one, test them, or list the facts they may name",
		args: "list|show ID|test|facts", words: []string{"list", "show", "test", "facts"},
		about: "A rule is one YAML file: a condition over facts, a message, a remedy, and facts under which it must " +
			"fire or stay silent. --rules DIR adds yours; scaleadvise schema rule describes the file.",
		examples: []string{
			"scaleadvise rules list",
			"scaleadvise rules show vertical-limit",
			"scaleadvise rules test --rules ./rules",
			"scaleadvise rules facts -o markdown",
		},
		extra: append([]option{rulesOption(), setOption()}, outputOptions(listing.Formats())...),
		run:   showRules,
	}
}

func showRules(c *call) error {
	topic, rest, err := c.topic()
	if err != nil {
		return err
	}
	if topic == "show" {
		return showRule(c, rest)
	}
	if err := noArgs("rules "+topic, rest); err != nil {
		return err
	}
	if topic == "facts" {
		return c.listed(listing.Facts())
	}
	set, err := c.rules()
	if err != nil {
		return err
	}
	if topic == "test" {
		return testRules(c, set)
	}
	return c.listed(listing.Rules(set.Rules()))
}
