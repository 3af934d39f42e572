package plan

import (
	"bytes"
	"slices"

	"go.yaml.in/yaml/v4"
)

// Beside is what is known when a file is read: the layouts of the user's own kinds, and objects of other
// files that those of this one may refer to.
type Beside struct {
	Layouts Layouts
	Configs map[string]*yaml.Node // of other files, by name
}

// config is what another object holds.
type config struct {
	node    *yaml.Node
	foreign bool // it stands in another file
}

// held are the kinds of objects that others refer to, with what is kept of them, and what its name
// is kept behind.
var held = map[string]struct {
	key  string
	path []string
}{
	"ConfigMap":      {"", []string{"data"}},
	"ServingRuntime": {runtimeKey, []string{"spec"}}, "ClusterServingRuntime": {runtimeKey, []string{"spec"}},
	"ResourceClaimTemplate": {claimKey, []string{"spec", "spec", "devices"}},
}

// referring are words of files in which something may refer to another object.
var referring = [][]byte{[]byte("configMap"), []byte("ServingRuntime"), []byte("runtime"), []byte("resourceClaimTemplateName")}

// Configs are the objects of several files that others refer to, each with the folder of its file.
type Configs map[string][]struct {
	folder string
	node   *yaml.Node
}

// Add adds the objects of a file that those of others may refer to.
func (c Configs) Add(content []byte, folder string) {
	for key, node := range configsOf(content) {
		c[key] = append(c[key], struct {
			folder string
			node   *yaml.Node
		}{folder, node})
	}
}

// In returns the objects that a file of a folder may refer to: for each name the only one in its folder,
// else the only one of all.
func (c Configs) In(folder string) map[string]*yaml.Node {
	all := map[string]*yaml.Node{}
	for key, found := range c {
		var here []*yaml.Node
		for _, one := range found {
			if one.folder == folder {
				here = append(here, one.node)
			}
		}
		switch {
		case len(here) == 1:
			all[key] = here[0]
		case len(here) == 0 && len(found) == 1:
			all[key] = found[0].node
		}
	}
	return all
}

// configsOf are the data of the ConfigMaps, serving runtimes and templates of claims of a file.
func configsOf(content []byte) map[string]*yaml.Node {
	found := map[string]*yaml.Node{}
	mentioned := false
	for kind := range held {
		mentioned = mentioned || bytes.Contains(content, []byte(kind))
	}
	if !mentioned {
		return nil
	}
	var visit func(root *yaml.Node, levels int)
	visit = func(root *yaml.Node, levels int) {
		if of, ok := held[word(field(root, "kind"))]; ok {
			if name, node := word(field(root, "metadata", "name")), field(root, of.path...); node != nil && name != "" {
				found[of.key+name] = node
			}
		}
		for _, item := range items(field(root, "items")) {
			if levels > 0 {
				visit(item, levels-1)
			}
		}
	}
	for root, misread := range scanned.Roots(content) {
		if misread == nil {
			visit(follow(root), nestedLists)
		}
	}
	return found
}

// configure collects what objects of the file may refer to: it may stand behind what does, or in
// another file.
func (r *Reading) configure(content []byte, beside map[string]*yaml.Node) {
	if !slices.ContainsFunc(referring, func(word []byte) bool { return bytes.Contains(content, word) }) {
		return
	}
	r.configs = map[string]config{}
	for key, node := range beside {
		r.configs[key] = config{node, true}
	}
	for key, node := range configsOf(content) {
		r.configs[key] = config{node, false}
	}
}

// at is what an object holds for a reference. What stands in another file has the place of the
// reference.
func (c config) at(reference *yaml.Node) *yaml.Node {
	if !c.foreign || c.node == nil || reference == nil {
		return c.node
	}
	left := mostMoved
	return moved(c.node, reference, &left)
}

// mostMoved bounds what is taken over for one reference.
const mostMoved = 5000

// moved is a copy of a node at the place of another, as far as the bound goes.
func moved(n, to *yaml.Node, left *int) *yaml.Node {
	if *left--; *left < 0 {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	}
	n = follow(n)
	c := &yaml.Node{Kind: n.Kind, Tag: n.Tag, Value: n.Value, Line: to.Line, Column: to.Column}
	for _, child := range n.Content[:min(len(n.Content), 2*mostEntries)] {
		c.Content = append(c.Content, moved(child, to, left))
	}
	return c
}
