package main

import (
	"errors"
	"strings"
)

// section is text of this command within a document, between two lines.
type section struct{ name, text string }

func (s section) begin() string { return "<!-- " + s.name + ":begin -->" }
func (s section) end() string   { return "<!-- " + s.name + ":end -->" }

// insert puts each section that the document has a place for between its lines.
func insert(document string, sections ...section) (string, error) {
	places := 0
	for _, s := range sections {
		before, rest, opened := strings.Cut(document, s.begin())
		body, after, closed := strings.Cut(rest, s.end())
		switch {
		case opened && closed:
			document = before + s.begin() + "\n" + strings.TrimRight(s.text, "\n") + "\n" + s.end() + after
			places++
		case opened || strings.Contains(before+body, s.end()):
			return "", errors.New("needs the line " + s.begin() + " and, below it, " + s.end())
		}
	}
	if places == 0 {
		return "", errors.New("has no place for " + sections[0].begin())
	}
	return document, nil
}
