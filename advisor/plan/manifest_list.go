package plan

import (
	"cmp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// list reads the objects of a list, each once, whatever stands for it, so that the work is bounded by the
// text. Those of a list of one kind need not repeat it.
func (r *Reading) list(list *yaml.Node, file string, depth int) {
	n := field(list, "items")
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.pass()
		return
	}
	kind := strings.TrimSuffix(word(field(list, "kind")), "List")
	for _, item := range n.Content {
		item = follow(item)
		if r.listed[item] {
			continue
		}
		if r.listed == nil {
			r.listed = map[*yaml.Node]bool{}
		}
		r.listed[item] = true
		if kind != "" && item.Kind == yaml.MappingNode && field(item, "kind") == nil {
			item = ofKind(item, kind, word(field(list, "apiVersion")))
		}
		if isManifest(item) {
			r.manifest(item, file, depth-1)
		} else {
			r.Passed++
		}
	}
}

// ofKind is an object with the kind and the version that its list states.
func ofKind(n *yaml.Node, kind, version string) *yaml.Node {
	c := *n
	for key, text := range map[string]string{"kind": kind, "apiVersion": version} {
		if field(n, key) == nil {
			c.Content = append([]*yaml.Node{
				{Kind: yaml.ScalarNode, Tag: "!!str", Value: key, Line: n.Line, Column: n.Column}, {Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Line: n.Line, Column: n.Column},
			}, c.Content...)
		}
	}
	return &c
}

// nestedLists is how deep lists of objects may hold lists.
const nestedLists = 2

// named calls an object that has no name by the start of what the cluster will give it.
func (m *manifest) named() {
	if m.object.Name == "" {
		m.object.Name = cmp.Or(clip(word(field(m.root, "metadata", "generateName"))), "unnamed")
	}
}
