package plan

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/origin"
)

// Param is a parameter of a rule that is set to another value, as written.
type Param struct {
	Name   string // "headroom.ceiling"
	Text   string
	Origin origin.Origin
}

// ReadParams reads a file of parameters alone: the mapping that a plan has under rules.
func ReadParams(content []byte, file string) ([]Param, error) {
	if fault := refuse(content, file); fault != nil {
		return nil, Errors{fault}
	}
	w := walker{file: file}
	for root, misread := range planned.Roots(content) {
		if misread != nil {
			w.faults = append(w.faults, syntax(misread, file))
			continue
		}
		w.params(root)
	}
	if len(w.faults) > 0 {
		return nil, w.faults.sorted()
	}
	return w.doc.Params, nil
}

// params reads rules: {headroom: {ceiling: 0.7}}. Which rules and parameters there are, those
// who have the rules know.
func (w *walker) params(n *yaml.Node) {
	n = follow(n)
	switch {
	case isNull(n):
	case n.Kind != yaml.MappingNode:
		w.fail(n, "rules: expected rules with their parameters, such as headroom: {ceiling: 70%%}, found %s", shape(n))
	default:
		for _, rule := range w.entries(n, "rules") {
			w.paramsOf("rules."+rule.key.Value, rule)
		}
	}
}

func (w *walker) paramsOf(path string, rule entry) {
	switch {
	case isNull(rule.value): // all its keys are commented out
	case rule.value.Kind != yaml.MappingNode:
		w.fail(rule.value, "%s: expected its parameters, such as {ceiling: 70%%}, found %s", clip(path), shape(rule.value))
	default:
		for _, p := range w.entries(rule.value, path) {
			name := rule.key.Value + "." + p.key.Value
			if text, ok := w.scalar("rules."+name, p.value, "70%"); ok {
				w.doc.Params = append(w.doc.Params, Param{Name: name, Text: text, Origin: w.at(p.key, "rules."+name)})
			}
		}
	}
}

// Shown is a parameter as a written plan shows it: as a comment unless it was set.
type Shown struct {
	Name, Text, Doc string
	Given           bool
}

// params writes the parameters of rules, those of one rule under each other.
func (p *printer) params(all []Shown) {
	if len(all) == 0 {
		return
	}
	given := slices.ContainsFunc(all, func(s Shown) bool { return s.Given })
	p.line(hidden(given), "rules:", "thresholds of rules, of which each plan may have its own")
	before := ""
	for _, s := range all {
		rule, name, _ := strings.Cut(s.Name, ".")
		if rule != before {
			ruleGiven := slices.ContainsFunc(all, func(s Shown) bool { return s.Given && strings.HasPrefix(s.Name, rule+".") })
			p.line(hidden(ruleGiven)+"  ", rule+":", "")
		}
		p.line(hidden(s.Given)+"    ", name+": "+quoted(s.Text), s.Doc)
		before = rule
	}
}

// hidden comments out what was not given.
func hidden(given bool) string {
	if given {
		return ""
	}
	return "# "
}
