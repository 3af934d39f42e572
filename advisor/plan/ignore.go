package plan

import (
	"time"

	"go.yaml.in/yaml/v4"
)

// ignoreKeys are the keys of one entry of ignore, sorted.
var ignoreKeys = []string{"reason", "rule", "until"}

// ignores reads the list of rules that may fire without failing the check.
func (w *walker) ignores(n *yaml.Node) {
	switch {
	case isNull(n):
	case n.Kind != yaml.SequenceNode:
		w.fail(n, "ignore: expected a list of {rule, reason, until}, found %s", shape(n))
	default:
		for _, c := range n.Content {
			if w.affords(c) {
				w.ignore(follow(c))
			}
		}
	}
}

func (w *walker) ignore(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		w.fail(n, "ignore: expected {rule, reason, until}, found %s", shape(n))
		return
	}
	i, faults := Ignore{}, len(w.faults)
	for _, e := range w.entries(n, "ignore") {
		switch e.key.Value {
		case "rule":
			i.Rule, i.Origin = w.text("ignore.rule", e.value), w.at(e.value, "ignore.rule")
		case "reason":
			i.Reason = w.text("ignore.reason", e.value)
		case "until":
			i.Until = w.date("ignore.until", e.value)
		default:
			w.unknown(e.key, "ignore."+e.key.Value, ignoreKeys, nil)
		}
	}
	switch {
	case len(w.faults) > faults:
	case i.Rule == "":
		w.fail(n, "ignore: no rule: expected the id of one, such as single-zone")
	case i.Reason == "":
		w.fail(n, "ignore: no reason for ignoring %s: expected one, so that others can judge it", clip(i.Rule))
	default:
		w.doc.Ignores = append(w.doc.Ignores, i)
	}
}

// date reads a day as YYYY-MM-DD, in UTC.
func (w *walker) date(key string, n *yaml.Node) time.Time {
	text, ok := w.scalar(key, n, "2027-03-01")
	if !ok {
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		w.fail(n, "%s: %q is not a date: expected YYYY-MM-DD, such as 2027-03-01", key, clip(text))
	}
	return day
}
