package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor/report"
)

//go:generate go run ../schemagen schema

// schemas are the JSON Schemas of the files a user writes, made from the tables they follow.
//
//go:embed schema/*.schema.json
var schemas embed.FS

func schemaCommand() command {
	return command{
		name: "schema", group: "Setup", summary: "print the JSON Schema of plan, fleet or rule files, or of what -o json prints",
		args: "KIND", words: schemaNames(),
		about:    "KIND is one of " + strings.Join(schemaNames(), ", ") + ".",
		examples: []string{"scaleadvise schema plan > plan.schema.json", "scaleadvise schema advice"},
		extra:    []option{fileOption()},
		run:      schema,
	}
}

// schemaNames are the files a user writes, and what commands print.
func schemaNames() []string {
	return slices.Sorted(slices.Values(append(report.Documents(), "fleet", "plan", "rule")))
}

func schema(c *call) error {
	kind, rest, err := c.topic()
	if err != nil {
		return err
	}
	if err := noArgs("schema "+kind, rest); err != nil {
		return err
	}
	if text, ok := report.Schema(kind); ok {
		return c.deliver(func(w io.Writer) error { _, err := w.Write(text); return err })
	}
	text, err := schemas.ReadFile("schema/" + kind + ".schema.json")
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return err
	}
	return c.deliver(func(w io.Writer) error { _, err := out.WriteTo(w); return err })
}
