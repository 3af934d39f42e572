package rule

import (
	"math"
	"strconv"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/fact"
)

func readFixtures(rd *reader, _ *Rule, n *yaml.Node) {
	sides := map[string]*[]Fixture{"fires": &rd.fixtures.fires, "silent": &rd.fixtures.silent}
	for _, p := range rd.pairs(n, listed("key", []string{"fires", "silent"})) {
		for _, item := range rd.items(p.value) {
			*sides[p.key.Value] = append(*sides[p.key.Value], rd.fixture(item))
		}
	}
	if n.Kind != yaml.MappingNode {
		return
	}
	if len(rd.fixtures.fires) == 0 {
		rd.refuse(n, "no fixture fires", "give facts under fires: for which the rule must fire")
	}
	if len(rd.fixtures.silent) == 0 {
		rd.refuse(n, "no fixture stays silent", "give facts under silent: for which the rule must not fire")
	}
}

func (rd *reader) fixture(n *yaml.Node) Fixture {
	fx := Fixture{Line: n.Line, Facts: map[string]any{}}
	for _, p := range rd.pairs(n, factLexicon()) {
		f, _ := fact.Named(p.key.Value)
		if v, ok := factValue(f.Type, p.value); ok {
			fx.Facts[f.Name] = v
			continue
		}
		rd.refuse(p.value, f.Name+" is "+f.Type.String()+", not "+written(p.value), hint(f.Type))
	}
	return fx
}

// factValue reads a value of a fact's type. A whole number is also a number.
func factValue(t fact.Type, n *yaml.Node) (any, bool) {
	if t == fact.Strings {
		return texts(n)
	}
	if n.Kind != yaml.ScalarNode || n.Style&yaml.TaggedStyle != 0 {
		return nil, false
	}
	tag := n.ShortTag()
	switch t {
	case fact.Double:
		v, err := strconv.ParseFloat(n.Value, 64)
		return v, err == nil && (tag == "!!int" || tag == "!!float") && !math.IsNaN(v) && !math.IsInf(v, 0)
	case fact.Int:
		v, err := strconv.ParseInt(n.Value, 10, 64)
		return v, err == nil && tag == "!!int"
	case fact.Bool:
		return n.Value == "true", tag == "!!bool" && (n.Value == "true" || n.Value == "false")
	}
	return n.Value, tag == "!!str"
}

func texts(n *yaml.Node) (any, bool) {
	if n.Kind != yaml.SequenceNode {
		return nil, false
	}
	list := []string{}
	for _, item := range n.Content {
		v, ok := factValue(fact.String, item)
		if !ok {
			return nil, false
		}
		list = append(list, v.(string))
	}
	return list, true
}

// written is what stands in the file instead.
func written(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		return shape(n)
	}
	if n.Value == "" {
		return "nothing"
	}
	return quote(n.Value)
}

func hint(t fact.Type) string {
	switch t {
	case fact.Double:
		return "write it without a unit: scaleadvise rules facts says which is meant"
	case fact.String:
		return "put it in quotes"
	case fact.Strings:
		return "write [one, two]"
	}
	return ""
}
