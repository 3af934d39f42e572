package main

import "scaleadvise/advisor/catalog"

func catalogCommand() command {
	return command{
		name: "catalog", group: "Knowledge", summary: "list what is known of hardware, prices, models and measurements, with sources",
		args:  "accelerators|instances|models|measurements|optimizations|llm-measurements [word]",
		words: []string{"accelerators", "instances", "models", "measurements", "optimizations", "llm-measurements"},
		about: "A word keeps the rows that mention it. The table shows the columns that matter most; the other " +
			"formats hold all of them, with sources. An empty cell means that the fact is not known.",
		examples: []string{
			"scaleadvise catalog accelerators",
			"scaleadvise catalog instances a10",
			"scaleadvise catalog measurements bert-large -o csv",
		},
		extra: append([]option{catalogOption()}, outputOptions(listingFormats)...),
		run:   showCatalog,
	}
}

func showCatalog(c *call) error {
	topic, rest, err := c.topic()
	if err != nil {
		return err
	}
	if len(rest) > 1 {
		return noArgs("catalog "+topic, rest[1:])
	}
	known, err := c.catalog()
	if err != nil {
		return err
	}
	l := map[string]func(*catalog.Catalog) listing{
		"accelerators": accelerators, "instances": instances, "models": models,
		"measurements": measurements, "llm-measurements": llmMeasurements, "optimizations": optimizations,
	}[topic](known)
	if len(rest) == 1 {
		l = l.matching(rest[0])
	}
	if len(l.rows) == 0 {
		return usagef("catalog %s: no row mentions %q; scaleadvise catalog %s lists all", topic, rest[0], topic)
	}
	return c.listed(l)
}
