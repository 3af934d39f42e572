package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: schemagen DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "schemagen:", err)
		os.Exit(3)
	}
}

// write makes all schemas and saves them in dir.
func write(dir string) error {
	made := map[string][]byte{}
	for name, build := range schemas {
		text, err := shipped(build)
		if err != nil {
			return err
		}
		made[name] = text
	}
	for name, text := range made {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// shipped is a schema with one value a line, without the indentation that half of its text is.
func shipped(build func() ([]byte, error)) ([]byte, error) {
	text, err := build()
	if err != nil {
		return nil, err
	}
	var lines bytes.Buffer
	err = json.Indent(&lines, text, "", "")
	return append(bytes.TrimSpace(lines.Bytes()), '\n'), err
}

// schemas says how each file is made.
var schemas = map[string]func() ([]byte, error){
	"fleet.schema.json": fleetSchema,
	"plan.schema.json":  planSchema,
	"rule.schema.json":  ruleSchema,
}
