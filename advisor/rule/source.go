package rule

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/bounded"
)

// maxFile is the most bytes a rule file may have. The longest of ours has a few thousand.
const maxFile = 256 << 10

// ruleText is how much one may hold.
var ruleText = bounded.YAML{What: "rule", Depth: 64, Documents: 10}

// Source is one rule file as text.
type Source struct {
	Name string // name in messages: "vertical-limit.yaml", "my-rules/no-spot.yaml"
	Text []byte
}

// parse reads the root of the file's one YAML document. The nodes keep their places, which a decoder
// into a struct would lose; aliases are refused later, so nothing expands.
func (s Source) parse() (*yaml.Node, *Problem) {
	if len(s.Text) > maxFile {
		return nil, s.whole(fmt.Sprintf("the file has %d KiB", len(s.Text)>>10),
			fmt.Sprintf("a rule file has at most %d KiB: is this one a rule?", maxFile>>10))
	}
	if bytes.IndexByte(s.Text, 0) >= 0 || !utf8.Valid(s.Text) {
		return nil, s.whole("the file is not text", "write the rule as YAML in UTF-8")
	}
	var root *yaml.Node
	for n, misread := range ruleText.Roots(s.Text) {
		switch {
		case misread != nil:
			return nil, &Problem{s.Name, misread.Line, misread.Column, misread.Message, ""}
		case root != nil:
			return nil, &Problem{s.Name, n.Line, n.Column, "a second document begins here", "write one rule a file"}
		}
		root = n
	}
	if root == nil {
		return nil, s.whole("the file is empty", "write a rule, or remove the file")
	}
	return root, nil
}

// whole is a problem that concerns the file and no place in it.
func (s Source) whole(what, remedy string) *Problem {
	return &Problem{File: s.Name, What: what, Remedy: remedy}
}
