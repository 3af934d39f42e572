package main

import (
	"errors"
	"strings"
)

// The lines between which the table stands.
const (
	begin = "<!-- accuracy:begin -->"
	end   = "<!-- accuracy:end -->"
)

// license heads the section that ends a document; a new section stands before it.
const license = "\n## License\n"

// section is what a document without the lines gets.
const section = `
## Accuracy

Cross-validation on the shipped measurements: each row is predicted without any measurement of
its own accelerator and model together. ` + "`make accuracy`" + ` makes this table.

` + begin + "\n" + end + "\n"

// insert puts table between the lines of a document.
func insert(document, table string) (string, error) {
	if !strings.Contains(document, begin) && !strings.Contains(document, end) {
		body, legal, licensed := strings.Cut(document, license)
		document = strings.TrimRight(body, "\n") + "\n" + section
		if licensed {
			document += license + legal
		}
	}
	before, rest, opened := strings.Cut(document, begin)
	_, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		return "", errors.New("needs the line " + begin + " and, below it, " + end)
	}
	return before + begin + "\n" + strings.TrimRight(table, "\n") + "\n" + end + after, nil
}
