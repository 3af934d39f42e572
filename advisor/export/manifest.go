package export

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/pattern"
)

// manifest is the file of an object while it is changed.
type manifest struct {
	object     *yaml.Node // root of the object
	before     []byte     // as it is written without a change
	head, tail []byte     // of the file, around its document
	text       []byte     // of its document
	notes      []string
	habit      habit
}

// bounds of a file of manifests.
var manifests = bounded.YAML{What: "document", Depth: 64, Documents: 5000}

// read finds the document of the manifest in its file.
func (p Plan) read() (*manifest, error) {
	if fault := secretIn(p.Text); fault != nil {
		return nil, fault
	}
	line := 0
	segments := split(p.Text)
	for i, s := range segments {
		lines := bytes.Count(s, []byte("\n"))
		if o := p.Manifest.Origin.Line; o > line && o <= line+lines || i == len(segments)-1 && o > line {
			return p.document(segments, i)
		}
		line += lines
	}
	return nil, fmt.Errorf("%s: %s %s was not found again", p.Manifest.Origin, p.Manifest.Kind, p.Manifest.Name)
}

func (p Plan) document(segments [][]byte, i int) (*manifest, error) {
	m := &manifest{text: segments[i], head: bytes.Join(segments[:i], nil), tail: bytes.Join(segments[i+1:], nil)}
	for root, misread := range manifests.Roots(segments[i]) {
		if misread != nil {
			return nil, misread
		}
		m.object = root
	}
	if m.object == nil || scalar(at(m.object, "kind")) != p.Manifest.Kind || aliased(m.object) {
		return nil, fmt.Errorf("%s: %s %s is inside a list or uses YAML anchors; put it into a document of its own without them", p.Manifest.Origin, p.Manifest.Kind, p.Manifest.Name)
	}
	var err error
	m.habit = habitOf(m.object)
	m.before, err = m.habit.dump(m.object)
	return m, err
}

// split cuts a file before each line that begins a document.
func split(text []byte) [][]byte {
	var all [][]byte
	start := 0
	for i := 0; i < len(text); {
		end := bytes.IndexByte(text[i:], '\n')
		if end < 0 {
			end = len(text) - i - 1
		}
		if i > start && bytes.HasPrefix(text[i:], []byte("---")) {
			all = append(all, text[start:i])
			start = i
		}
		i += end + 1
	}
	return append(all, text[start:])
}

// aliased reports whether a change of one place would be one of several.
func aliased(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || n.Anchor != "" || slices.ContainsFunc(n.Content, aliased)
}

// written is the file with the changes, and with nothing else changed.
func (m *manifest) written() ([]byte, error) {
	after, err := m.habit.dump(m.object)
	if err != nil {
		return nil, err
	}
	text := m.text
	if !bytes.Equal(after, m.before) {
		text = merged(m.text, m.before, after)
		if !same(text, after) {
			text = after
			if bytes.HasPrefix(m.text, []byte("---")) {
				text = append([]byte("---\n"), after...)
			}
		}
	}
	return slices.Concat(m.head, text, m.tail), nil
}

// same reports whether two texts hold one document each, and the same.
func same(a, b []byte) bool {
	one, other := only(a), only(b)
	return one != nil && other != nil && alike(one, other)
}

// only is the root of the only document of a text; nil where there is none, or several.
func only(text []byte) *yaml.Node {
	var found *yaml.Node
	for root, misread := range manifests.Roots(text) {
		if misread != nil || found != nil {
			return nil
		}
		found = root
	}
	return found
}

func alike(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Kind == yaml.ScalarNode && (a.Value != b.Value || a.ShortTag() != b.ShortTag()) || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !alike(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// at follows keys down from a mapping; nil where one is missing.
func at(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		if n == nil || n.Kind != yaml.MappingNode {
			return nil
		}
		var next *yaml.Node
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				next = n.Content[i+1]
				break
			}
		}
		n = next
	}
	return n
}

// scalar is the text of a scalar, "" for anything else.
func scalar(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

// set gives a key of a mapping a value, with the reason where that is a change.
func set(n *yaml.Node, key string, value any, why string) {
	v := node(value)
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != key {
			continue
		}
		old := n.Content[i+1]
		if v.Kind == yaml.ScalarNode && old.Kind == yaml.ScalarNode {
			if old.Value == v.Value {
				return
			}
			if why != "" {
				why += " (was " + old.Value + ")"
			}
			v.Style, v.LineComment = old.Style, old.LineComment
			if v.Style == 0 && v.Tag == "!!str" && old.Tag != "!!str" {
				v.Style = text(v.Value).Style
			}
		}
		n.Content[i+1] = v
		reasoned(n, i, why)
		return
	}
	n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, v)
	reasoned(n, len(n.Content)-2, why)
	n.Style &^= yaml.FlowStyle
}

// reasoned puts a reason beside a value, above it where it is no scalar or beside something already.
func reasoned(n *yaml.Node, i int, why string) {
	key, value := n.Content[i], n.Content[i+1]
	switch {
	case why == "":
	case n.Style&yaml.FlowStyle != 0: // there is no room for a comment
	case value.Kind == yaml.ScalarNode && value.LineComment == "" && !strings.Contains(why, "\n"):
		value.LineComment = comment(why)
	case key.HeadComment == "":
		key.HeadComment = comment(why)
	default:
		key.HeadComment += "\n" + comment(why)
	}
}

// unset removes a key of a mapping.
func unset(n *yaml.Node, key string) {
	for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
}

// into returns the mapping under a key, made where it is missing.
func into(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		next := at(n, key)
		if next == nil || next.Kind != yaml.MappingNode {
			next = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
			set(n, key, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}, "")
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == key {
					n.Content[i+1] = next
				}
			}
		}
		n = next
	}
	return n
}

// secretName is a name of what nobody should read.
var secretName = pattern.Of(`(?i)(token|secret|passw|credential|api_?key|access_?key|private_?key)`)

// secretIn finds a secret that stands in plain text in a file: what is exported repeats it.
func secretIn(content []byte) error {
	for root, misread := range manifests.Roots(content) {
		if misread != nil {
			continue
		}
		if scalar(at(root, "kind")) == "Secret" {
			return fmt.Errorf("line %d: the file contains a Secret, which the export would repeat; keep it in a file of its own", root.Line)
		}
		if fault := secretUnder(root, 0); fault != nil {
			return fault
		}
	}
	return nil
}

// secretUnder looks for variables with names of secrets and values beside them.
func secretUnder(n *yaml.Node, depth int) error {
	if n == nil || depth > 64 {
		return nil
	}
	if name, value := scalar(at(n, "name")), at(n, "value"); secretName.MatchString(name) && scalar(value) != "" && !strings.Contains(scalar(value), "$(") {
		return fmt.Errorf("line %d: the variable %s holds a secret in plain text, which export would repeat; move it into a Secret and refer to it (valueFrom.secretKeyRef)", value.Line, name)
	}
	for _, c := range n.Content {
		if fault := secretUnder(c, depth+1); fault != nil {
			return fault
		}
	}
	return nil
}
