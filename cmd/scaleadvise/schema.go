package main

import (
	"cmp"
	"context"
	"embed"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/report"
)

//go:generate go run ../schemagen schema

// schemas are the JSON Schemas of the files a user writes, made from the tables they follow and packed.
//
//go:embed schema/*.schema.json.gz
var schemas embed.FS

// packedSchema is one of them.
func packedSchema(ctx context.Context, kind string) ([]byte, error) {
	packed, err := schemas.Open("schema/" + kind + ".schema.json.gz")
	if err != nil {
		return nil, err
	}
	return bounded.ReadAll(ctx, packed, bounded.Limits{})
}

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
	if err = cmp.Or(err, noArgs("schema "+kind, rest)); err != nil {
		return err
	}
	text, ok := report.Schema(kind)
	if !ok {
		text, err = packedSchema(c.ctx, kind)
	}
	if err != nil {
		return err
	}
	return c.deliver(func(w io.Writer) error { _, err := w.Write(text); return err })
}
