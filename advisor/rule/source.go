package rule

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// maxFile is the most bytes a rule file may have. The longest of ours has a few thousand.
const maxFile = 256 << 10

// Source is one rule file as text.
type Source struct {
	Name string // as messages name it: "vertical-limit.yaml", "my-rules/no-spot.yaml"
	Text []byte
}

// parse reads the file's one YAML document. The nodes keep their places, which a decoder
// into a struct would lose; aliases are refused later, so nothing expands.
func (s Source) parse() (*yaml.Node, *Problem) {
	if len(s.Text) > maxFile {
		return nil, s.whole(fmt.Sprintf("the file has %d KiB", len(s.Text)>>10),
			fmt.Sprintf("a rule file has at most %d KiB: is this one a rule?", maxFile>>10))
	}
	if bytes.IndexByte(s.Text, 0) >= 0 || !utf8.Valid(s.Text) {
		return nil, s.whole("the file is not text", "write the rule as YAML in UTF-8")
	}
	loader, err := yaml.NewLoader(bytes.NewReader(s.Text))
	if err != nil {
		return nil, s.whole("the file cannot be read: "+err.Error(), "")
	}
	var document, second yaml.Node
	if err := loader.Load(&document); err != nil {
		return nil, s.syntax(err)
	}
	if err := loader.Load(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, s.syntax(err)
		}
		return nil, &Problem{s.Name, second.Line, max(second.Column, 1), "a second document begins here",
			"write one rule a file"}
	}
	return &document, nil
}

// syntax turns an error of the YAML reader into a problem with its place.
func (s Source) syntax(err error) *Problem {
	if errors.Is(err, io.EOF) {
		return s.whole("the file is empty", "write a rule, or remove the file")
	}
	var one *yaml.LoadError
	if many := (*yaml.LoadErrors)(nil); errors.As(err, &many) && len(many.Errors) > 0 {
		one = many.Errors[0]
	}
	if one == nil && !errors.As(err, &one) {
		return s.whole("the file is not YAML: "+err.Error(), "")
	}
	what := "not valid YAML: " + one.Message
	if one.ContextMsg != "" && one.ContextMark.Line > 0 {
		what += fmt.Sprintf(" (%s that begins in line %d)", one.ContextMsg, one.ContextMark.Line)
	}
	return &Problem{s.Name, max(one.Mark.Line, 1), max(one.Mark.Column, 1), what,
		"check indentation, quotes and colons"}
}

// whole is a problem that concerns the file and no place in it.
func (s Source) whole(what, remedy string) *Problem {
	return &Problem{File: s.Name, What: what, Remedy: remedy}
}
