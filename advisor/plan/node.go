package plan

import (
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// entry is a key of a mapping with its value, aliases followed.
type entry struct{ key, value *yaml.Node }

// entries lists a mapping with its merge keys worked in; the mapping's own keys
// win. A duplicate is reported with the earlier place. path is the mapping's.
func (w *walker) entries(n *yaml.Node, path string) []entry {
	var list []entry
	var merge *yaml.Node
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content) && w.affords(n); i += 2 {
		key, value := follow(n.Content[i]), follow(n.Content[i+1])
		before, again := seen[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode:
			w.fail(key, "a key is a word, found %s", shape(key))
			continue
		case again:
			w.fail(key, "duplicate key %s: it is on line %d already; keep one", clip(join(path, key.Value)), before.Line)
			continue
		}
		seen[key.Value] = key
		if key.Tag == "!!merge" {
			merge = value
			continue
		}
		list = append(list, entry{key, value})
	}
	if merge == nil {
		return list
	}
	for _, e := range w.merged(merge, path) {
		if seen[e.key.Value] == nil {
			list = append(list, e)
		}
	}
	return list
}

// Bounds on the work for one document: what aliases can make of a small file, and
// faults that would not be read.
const (
	maxEntries = 20_000
	maxFaults  = 1_000
)

// affords counts one more entry and reports whether to go on.
func (w *walker) affords(n *yaml.Node) bool {
	w.visited++
	if w.visited == maxEntries {
		w.fail(n, "more than %d entries, aliases counted each time; a plan is a short text", maxEntries)
	}
	return w.visited < maxEntries && len(w.faults) < maxFaults
}

// merged lists what "<<" brings in: the entries of one mapping. A mapping that
// merges another in turn is refused, which bounds the work.
func (w *walker) merged(n *yaml.Node, path string) []entry {
	if n.Kind != yaml.MappingNode {
		w.fail(n, "<<: expected an alias of one mapping, found %s", shape(n))
		return nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Tag == "!!merge" {
			w.fail(n.Content[i], "<<: a merged mapping must not merge another")
			return nil
		}
	}
	return w.entries(n, path)
}

// scalar is the text of a single value; anything else is reported.
func (w *walker) scalar(key string, n *yaml.Node, example string) (string, bool) {
	switch {
	case n.Kind != yaml.ScalarNode:
		w.fail(n, "%s: expected one value, such as %s, found %s", key, example, shape(n))
	case isNull(n):
		w.fail(n, "%s: no value: expected one, such as %s; or remove the key", key, example)
	case n.Style&yaml.TaggedStyle != 0:
		w.fail(n, "%s: the tag %s is not used in plans; remove it", key, clip(n.Tag))
	default:
		return n.Value, true
	}
	return "", false
}

// follow steps from an alias to what it stands for. YAML allows no alias of an
// alias, so one step is enough.
func follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// shape names what a node is, for messages.
func shape(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "nothing"
	}
	return strconv.Quote(clip(n.Value))
}

// clip shortens foreign text for a message and keeps it on one line, without the
// escapes that a terminal would obey.
func clip(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
