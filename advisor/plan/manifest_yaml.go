package plan

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// isManifest reports whether a document is a Kubernetes object, be it one that leaves out its
// version.
func isManifest(n *yaml.Node) bool {
	return field(n, "kind") != nil && (field(n, "apiVersion") != nil || field(n, "metadata") != nil && field(n, "spec") != nil)
}

// field follows keys down from a mapping; nil where one is missing. The first of duplicate
// keys counts, which Kubernetes refuses anyway.
func field(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		n = value(n, key, mergedLevels)
	}
	return n
}

// mergedLevels is how deep mappings may merge others ("<<: *base").
const mergedLevels = 4

// value looks a key up in a mapping, and where it is not there in those that it merges.
func value(n *yaml.Node, key string, levels int) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	merges := false
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch k := follow(n.Content[i]); {
		case isMerge(k):
			merges = true
		case k.Value == key && k.Kind == yaml.ScalarNode:
			return follow(n.Content[i+1])
		}
	}
	if !merges || levels == 0 {
		return nil
	}
	for _, from := range mergedInto(n) {
		if found := value(from, key, levels-1); found != nil {
			return found
		}
	}
	return nil
}

func isMerge(key *yaml.Node) bool { return key.Kind == yaml.ScalarNode && key.Tag == "!!merge" }

// mergedInto lists the mappings that a mapping merges, the first of them being stronger.
func mergedInto(n *yaml.Node) []*yaml.Node {
	var all []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !isMerge(follow(n.Content[i])) {
			continue
		}
		from := follow(n.Content[i+1])
		if from.Kind == yaml.SequenceNode {
			all = append(all, items(from)...)
		} else {
			all = append(all, from)
		}
	}
	return all[:min(len(all), mostMerged)]
}

// mostMerged bounds how many mappings one may merge.
const mostMerged = 16

// word is the text of a scalar, "" for anything else.
func word(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode || isNull(n) {
		return ""
	}
	return n.Value
}

// mostEntries bounds a list or a mapping of an object, so that aliases, which may stand for
// any part of a file each time, cannot multiply the work. No real object comes near.
const mostEntries = 1000

// items are the elements of a list.
func items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	var out []*yaml.Node
	for _, c := range n.Content[:min(len(n.Content), mostEntries)] {
		out = append(out, follow(c))
	}
	return out
}

// pairs are the entries of a mapping, those that it merges behind its own.
func pairs(n *yaml.Node) []entry { return pairsOf(n, mergedLevels) }

func pairsOf(n *yaml.Node, levels int) []entry {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	var out []entry
	merges := false
	for i := 0; i+1 < min(len(n.Content), 2*mostEntries); i += 2 {
		key := follow(n.Content[i])
		if isMerge(key) {
			merges = true
			continue
		}
		out = append(out, entry{key, follow(n.Content[i+1])})
	}
	if !merges || levels == 0 {
		return out
	}
	own := map[string]bool{}
	for _, e := range out {
		own[e.key.Value] = true
	}
	for _, from := range mergedInto(n) {
		for _, e := range pairsOf(from, levels-1) {
			if !own[e.key.Value] && len(out) < mostEntries {
				own[e.key.Value] = true
				out = append(out, e)
			}
		}
	}
	return out
}

// whole reads a number of things, 0 where it is none.
func whole(n *yaml.Node) int {
	v, err := strconv.Atoi(word(n))
	if err != nil || v < 0 || v > 1_000_000 {
		return 0
	}
	return v
}

// blank reports whether what should be a number is left to be filled in later, such as
// ${REPLICAS} or {{ .Values.replicas }}; the text is how it stands there.
func blank(n *yaml.Node) (text string, ok bool) {
	switch {
	case n == nil || isNull(n):
		return "", false
	case n.Kind != yaml.ScalarNode:
		return "a template", true
	}
	text = strings.TrimSpace(n.Value)
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return "", false
	}
	return clip(text), true
}
