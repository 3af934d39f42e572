package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
		text, err := packed(build)
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

// packed is a schema as it is shown, packed: text of which few ask for one is a large part of the program.
func packed(build func() ([]byte, error)) ([]byte, error) {
	text, err := build()
	if err != nil {
		return nil, err
	}
	var out, shown bytes.Buffer
	if err := json.Indent(&shown, text, "", "  "); err != nil {
		return nil, err
	}
	w := gzip.NewWriter(&out)
	if _, err := fmt.Fprintln(w, strings.TrimSpace(shown.String())); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// schemas says how each file is made.
var schemas = map[string]func() ([]byte, error){
	"fleet.schema.json.gz": fleetSchema,
	"plan.schema.json.gz":  planSchema,
	"rule.schema.json.gz":  ruleSchema,
}
