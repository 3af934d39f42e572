package main

import (
	"embed"
	"io"
)

//go:generate go run ../schemagen schema

// schemas are the JSON Schemas of the files a user writes, made from the tables they follow.
//
//go:embed schema/*.schema.json
var schemas embed.FS

func schemaCommand() command {
	return command{
		name: "schema", group: "Setup", summary: "print the JSON Schema of plan, fleet or rule files, for editors",
		args: "fleet|plan|rule", words: []string{"fleet", "plan", "rule"},
		examples: []string{"scaleadvise schema plan > plan.schema.json"},
		extra:    []option{fileOption()},
		run:      schema,
	}
}

func schema(c *call) error {
	kind, rest, err := c.topic()
	if err != nil {
		return err
	}
	if err := noArgs("schema "+kind, rest); err != nil {
		return err
	}
	text, err := schemas.ReadFile("schema/" + kind + ".schema.json")
	if err != nil {
		return err
	}
	return c.deliver(func(w io.Writer) error { _, err := w.Write(text); return err })
}
