package export

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/pattern"
)

// field is one entry of a mapping, with the reason for its value where one is worth reading.
type field struct {
	key   string
	value any // a string, an int, a bool, a *yaml.Node, or nil to leave the field out
	why   string
}

// mapping makes a mapping of fields, in their order; those without a value are left out.
func mapping(fields ...field) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, f := range fields {
		value := node(f.value)
		if value == nil {
			continue
		}
		key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: f.key}
		key.HeadComment = comment(f.why)
		n.Content = append(n.Content, key, value)
	}
	return n
}

// list makes a list.
func list(values ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, v := range values {
		if value := node(v); value != nil {
			n.Content = append(n.Content, value)
		}
	}
	return n
}

// node makes a node of a value; nil of what is to be left out.
func node(v any) *yaml.Node {
	switch v := v.(type) {
	case nil:
		return nil
	case *yaml.Node:
		if v == nil || v.Kind != yaml.ScalarNode && len(v.Content) == 0 && v.Style != yaml.FlowStyle {
			return nil
		}
		return v
	case string:
		return text(v)
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: fmt.Sprint(v)}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: fmt.Sprint(v)}
}

// text makes a string, quoted where it would be read as something else.
func text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	switch {
	case strings.Contains(s, "\n"):
		n.Style = yaml.LiteralStyle
	case otherwise.MatchString(s):
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// otherwise are texts that YAML 1.1, which Kubernetes reads, takes for something else; what YAML
// itself wants quoted the emitter quotes.
var otherwise = pattern.Of(`(?i)^(|~|null|true|false|y|n|yes|no|on|off|[-+.]?[0-9][0-9_.:,exob-]*)$`)

// widest is how wide a comment is, in columns.
const widest = 96

// comment makes a comment of a text, each line of which is broken where it is wide.
func comment(why string) string {
	if why == "" {
		return ""
	}
	var out []string
	for _, line := range strings.Split(why, "\n") {
		row := "#"
		for _, word := range strings.Fields(line) {
			if len(row)+1+len(word) > widest && row != "#" {
				out, row = append(out, row), "#"
			}
			row += " " + word
		}
		out = append(out, row)
	}
	return strings.Join(out, "\n")
}

// document writes an object under a heading.
func document(heading string, n *yaml.Node) ([]byte, error) {
	body, err := dump(n)
	if err != nil {
		return nil, err
	}
	if heading != "" {
		heading = comment(heading) + "\n"
	}
	return append([]byte(heading), body...), nil
}

func dump(n *yaml.Node) ([]byte, error) { return kubernetes.dump(n) }

// habit is how a text is indented.
type habit struct {
	indent   int
	outdents bool // lists stand at the column of their key
}

// kubernetes is the habit of its own documentation and tools.
var kubernetes = habit{2, true}

func (h habit) dump(n *yaml.Node) ([]byte, error) {
	return yaml.Dump(n, yaml.WithIndent(h.indent), yaml.WithCompactSeqIndent(h.outdents), yaml.WithLineWidth(-1))
}

// habitOf is that of a tree as it was read; the first places that show it decide.
func habitOf(root *yaml.Node) habit {
	h, seen := habit{0, true}, false
	var visit func(n *yaml.Node)
	visit = func(n *yaml.Node) {
		for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle == 0; i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			inner := value.Column - key.Column
			switch {
			case value.Style&yaml.FlowStyle != 0 || value.Line == key.Line:
			case value.Kind == yaml.MappingNode && h.indent == 0 && inner > 0 && inner < 9:
				h.indent = inner
			case value.Kind == yaml.SequenceNode && !seen:
				h.outdents, seen = inner <= 0, true
			}
		}
		for _, c := range n.Content {
			visit(c)
		}
	}
	visit(root)
	if h.indent < 2 {
		h.indent = 2
	}
	return h
}

// together joins documents into one stream.
func together(documents ...[]byte) []byte {
	var out []byte
	for i, d := range documents {
		if i > 0 {
			out = append(out, "---\n"...)
		}
		out = append(out, d...)
	}
	return out
}
