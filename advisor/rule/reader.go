package rule

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// reader reads one rule file and collects everything that is wrong with it.
type reader struct {
	source     Source
	lines      []string
	principles []string // ids that a rule may cite
	problems   []*Problem
	templates  templates
	fixtures   fixtures
}

// pair is one entry of a mapping.
type pair struct{ key, value *yaml.Node }

// readRule reads a file. The rule is complete only where there are no problems.
func readRule(s Source, principles []string) (*Rule, []*Problem) {
	root, problem := s.parse()
	if problem != nil {
		return nil, []*Problem{problem}
	}
	rd := &reader{source: s, lines: splitLines(s.Text), principles: principles}
	r := &Rule{File: s.Name}
	rd.rule(r, root)
	r.templates, r.fixtures = func() templates { return rd.templates }, func() fixtures { return rd.fixtures }
	return r, rd.problems
}

func (rd *reader) rule(r *Rule, root *yaml.Node) {
	if root.Kind != yaml.MappingNode {
		rd.refuse(root, "the file is not a rule", "write keys and values: id, title, severity, …")
		return
	}
	given := map[string]*yaml.Node{}
	for _, p := range rd.pairs(root, listed("key", keyNames())) {
		given[p.key.Value] = p.value
	}
	if n := given["blocks"]; n != nil {
		r.Blocks = rd.blocks(n)
	}
	rd.stages(r, given["stages"])
	for _, k := range keys() {
		switch n := given[k.name]; {
		case n == nil && k.required != "":
			rd.refuse(root, "the rule has no "+k.name, k.required)
		case n != nil && k.read != nil:
			k.read(rd, r, n)
		}
		if k.name == "when" {
			rd.settle(r, root)
		}
	}
	if n := given["params"]; n != nil {
		rd.unused(r, n)
	}
	if given["evidence"] == nil && r.condition != nil {
		r.Evidence = r.condition.reads // what made it fire is evidence enough
	}
}

func (rd *reader) blocks(n *yaml.Node) bool {
	word := rd.line(n)
	if word != "" && word != "candidate" {
		rd.refuse(n, "a rule cannot block "+quote(word), "only a candidate can be blocked: write candidate, or leave the key out")
	}
	return word == "candidate"
}

// pairs are the entries of a mapping whose keys are known and stand once.
func (rd *reader) pairs(n *yaml.Node, known lexicon) []pair {
	if n.Kind != yaml.MappingNode {
		rd.refuse(n, "keys and values are wanted here, not "+shape(n), "")
		return nil
	}
	var pairs []pair
	first := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch earlier := first[k.Value]; {
		case k.Kind != yaml.ScalarNode:
			rd.refuse(k, "a key is a word, not "+shape(k), "")
		case earlier != nil:
			rd.refuse(k, "the "+known.noun+" "+k.Value+" appears again", fmt.Sprintf("it is already in line %d: keep one", earlier.Line))
		case !known.has(k.Value):
			rd.refuse(k, "unknown "+known.noun+" "+quote(k.Value), known.suggest(k.Value))
		default:
			pairs = append(pairs, pair{k, v})
		}
		if _, seen := first[k.Value]; !seen {
			first[k.Value] = k
		}
	}
	return pairs
}

// items are the entries of a list.
func (rd *reader) items(n *yaml.Node) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		rd.refuse(n, "a list is wanted here, not "+shape(n), "write [one, two]")
		return nil
	}
	return n.Content
}

// words reads a list of at least a number of different known words.
func (rd *reader) words(n *yaml.Node, known lexicon, least int) []string {
	items := rd.items(n)
	if n.Kind == yaml.SequenceNode && len(items) < least {
		rd.refuse(n, "the list names no "+known.noun, "name at least one")
	}
	var words []string
	for _, item := range items {
		switch word := rd.line(item); {
		case word == "":
		case slices.Contains(words, word):
			rd.refuse(item, "the "+known.noun+" "+quote(word)+" is named twice", "name it once")
		case !known.has(word):
			rd.refuse(item, "unknown "+known.noun+" "+quote(word), known.suggest(word))
		default:
			words = append(words, word)
		}
	}
	return words
}

// text reads a text that is not blank; "" after a refusal.
func (rd *reader) text(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		rd.refuse(n, "a text is wanted here, not "+shape(n), "")
		return ""
	}
	if n.Style&yaml.TaggedStyle != 0 {
		rd.refuse(n, "rule files do not use tags", "remove "+n.Tag)
		return ""
	}
	text := strings.TrimSpace(n.Value)
	if text == "" || n.ShortTag() == "!!null" {
		rd.refuse(n, "the text is empty", "write it, or leave the key out where it is optional")
		return ""
	}
	return text
}

// line reads a text of one line.
func (rd *reader) line(n *yaml.Node) string {
	text := rd.text(n)
	if strings.ContainsAny(text, "\n\r") {
		rd.refuse(n, "the text has several lines", "write it on one")
		return ""
	}
	return text
}

func (rd *reader) refuse(n *yaml.Node, what, remedy string) {
	rd.refuseAt(place{max(n.Line, 1), max(n.Column, 1)}, what, remedy)
}

func (rd *reader) refuseAt(at place, what, remedy string) {
	rd.problems = append(rd.problems, &Problem{rd.source.Name, at.line, at.column, what, remedy})
}

// shape names what stands where something else was wanted.
func shape(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys and values"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias: rule files do not use them"
	}
	return "a single value"
}

func quote(s string) string {
	const most = 60 // a longer word is a mistake whose beginning says enough
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return strconv.Quote(s)
}

// fileID is the id that a file's name asks for.
func fileID(name string) string {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	return strings.TrimSuffix(strings.TrimSuffix(base, ".yaml"), ".yml")
}
