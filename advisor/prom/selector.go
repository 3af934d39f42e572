package prom

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/pattern"
)

// Selector narrows every query to series with these labels.
type Selector []matcher

type matcher struct{ name, op, value string }

var (
	labelName  = pattern.Of(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
	metricName = pattern.Of(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)
	dottedName = pattern.Of(`^[a-zA-Z_:][a-zA-Z0-9_:.]*$`) // as OpenTelemetry has them, of metrics and labels
	bareValue  = pattern.Of(`^[a-zA-Z0-9_.:/@-]+`)
)

// ofCounter are the ends of names that counters have by convention, and rates do not.
var ofCounter = pattern.Of(`_(total|count|sum|bucket)$`)

// CheckRecording returns why a name, if there is one, is not that of a recorded rate.
func CheckRecording(name string) error {
	switch {
	case name != "" && !dottedName.MatchString(name):
		return errors.New("not the name of a metric, such as job:http_requests:rate5m")
	case ofCounter.MatchString(name):
		return errors.New("a counter by its name, and what is read is a rate, in requests per second: leave --recording out, or name the rule that records the rate")
	}
	return nil
}

// ParseSelector reads matchers as PromQL has them, with or without the braces:
// namespace="prod",model=~"chat.*". The error says where it is invalid.
func ParseSelector(text string) (Selector, error) {
	rest := strings.TrimSpace(text)
	if inner, ok := strings.CutPrefix(rest, "{"); ok {
		if inner, ok = strings.CutSuffix(inner, "}"); !ok {
			return nil, fmt.Errorf("%q has no closing brace", text)
		}
		rest = strings.TrimSpace(inner)
	}
	var all Selector
	for rest != "" {
		m, after, err := cutMatcher(rest)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
		after = strings.TrimSpace(after)
		next, comma := strings.CutPrefix(after, ",")
		if after != "" && !comma {
			return nil, fmt.Errorf("%q follows %s; a comma belongs between two labels", after, m)
		}
		rest = strings.TrimSpace(next)
	}
	return all, nil
}

// cutMatcher reads one matcher and gives what follows it.
func cutMatcher(s string) (m matcher, rest string, err error) {
	end := strings.IndexAny(s, "=!")
	if end < 0 {
		return m, "", fmt.Errorf("%q compares nothing; write label=\"value\"", s)
	}
	m.name, s = strings.TrimSpace(s[:end]), s[end:]
	dotted, err := strconv.Unquote(m.name)
	if err == nil {
		m.name = dotted
	}
	for _, op := range []string{"=~", "!~", "!=", "="} {
		if strings.HasPrefix(s, op) {
			m.op = op
			break
		}
	}
	switch {
	case !labelName.MatchString(m.name) && (err != nil || !dottedName.MatchString(m.name)):
		return m, "", fmt.Errorf("%q is not the name of a label; write label=\"value\"", m.name)
	case m.op == "":
		return m, "", fmt.Errorf("%s is followed by %q; a label is compared by =, !=, =~ or !~", m.name, s)
	}
	s = strings.TrimSpace(s[len(m.op):])
	quoted, err := strconv.QuotedPrefix(s)
	if err == nil {
		m.value, err = strconv.Unquote(quoted)
	} else if bare := bareValue.FindString(s); bare != "" {
		quoted, m.value, err = bare, bare, nil // a shell took the quotes away
	} else {
		quoted, m.value, err = singleQuoted(s)
	}
	if err != nil {
		return m, "", fmt.Errorf("the value of %s is not in quotes; write %s%s\"value\"", m.name, m.name, m.op)
	}
	if m.op == "=~" || m.op == "!~" {
		if _, err := regexp.Compile(m.value); err != nil {
			return m, "", fmt.Errorf("the pattern of %s is invalid: %w", m.name, err)
		}
	}
	return m, s[len(quoted):], nil
}

// singleQuoted reads 'value', which PromQL knows and Go does not.
func singleQuoted(s string) (quoted, value string, err error) {
	if !strings.HasPrefix(s, "'") {
		return "", "", strconv.ErrSyntax
	}
	end := strings.Index(s[1:], "'")
	if end < 0 || strings.Contains(s[1:end+1], `\`) {
		return "", "", strconv.ErrSyntax
	}
	return s[:end+2], s[1 : end+1], nil
}

func (m matcher) String() string { return labelWord(m.name) + m.op + strconv.Quote(m.value) }

// dotted reports whether the name of the label has dots.
func (m matcher) dotted() bool { return !labelName.MatchString(m.name) }

// escaped are the matchers with dots in the names of labels as older versions of VictoriaMetrics take them.
func (s Selector) escaped() Selector {
	out := slices.Clone(s)
	for i, m := range out {
		if m.dotted() {
			out[i].name = strings.ReplaceAll(m.name, ".", `\.`)
		}
	}
	return out
}

// labelWord is the name of a label as PromQL takes it: in quotes where it has dots.
func labelWord(name string) string {
	if labelName.MatchString(name) || strings.Contains(name, `\`) {
		return name
	}
	return strconv.Quote(name)
}

// labelWords are several of them, divided by commas.
func labelWords(names []string) string {
	words := make([]string, len(names))
	for i, name := range names {
		words[i] = labelWord(name)
	}
	return strings.Join(words, ", ")
}

// String returns the selector without braces, "" for none.
func (s Selector) String() string {
	parts := make([]string, len(s))
	for i, m := range s {
		parts[i] = m.String()
	}
	return strings.Join(parts, ",")
}

// over puts the selector behind a metric's name, with matchers of the metric's own.
func (s Selector) over(metric string, own Selector) string {
	all := s.with(own)
	if !metricName.MatchString(metric) { // which every server finds so, and not all of them in quotes
		return "{" + append(Selector{{"__name__", "=", metric}}, all...).String() + "}"
	}
	if len(all) == 0 {
		return metric
	}
	return metric + "{" + all.String() + "}"
}

// and is the selector with one more matcher, in place of others of its label.
func (s Selector) and(m matcher) Selector {
	return append(slices.DeleteFunc(slices.Clone(s), func(k matcher) bool { return k.name == m.name }), m)
}

// with puts other matchers before those of the selector, each once.
func (s Selector) with(own Selector) Selector {
	all := slices.Clone(own)
	for _, m := range s {
		if !slices.Contains(own, m) {
			all = append(all, m)
		}
	}
	return all
}

// among selects the series of any of the metrics.
func (s Selector) among(metrics []string) string {
	parts := make([]string, len(metrics))
	for i, m := range metrics {
		parts[i] = regexp.QuoteMeta(m)
	}
	names := matcher{"__name__", "=~", strings.Join(parts, "|")}
	return "{" + append(Selector{names}, s...).String() + "}"
}

// kept are the matchers of the labels that a profile's series have; nil keeps all.
func (s Selector) kept(labels []string) Selector {
	if labels == nil {
		return s
	}
	var out Selector
	for _, m := range s {
		if slices.Contains(labels, m.name) {
			out = append(out, m)
		}
	}
	return out
}

// spellings are the selectors under which the series of a profile may be found: with the labels
// of Kubernetes as they are, or as what a scrape without honor_labels makes of them.
func (s Selector) spellings(p *Profile) []Selector {
	plain := s.kept(p.Labels)
	exported := slices.Clone(plain)
	for i, m := range exported {
		if slices.Contains([]string{"namespace", "pod", "container"}, m.name) {
			exported[i].name = "exported_" + m.name
		}
	}
	switch {
	case p.serves() && exported.String() == plain.String():
		return []Selector{plain}
	case p.serves():
		return []Selector{plain, exported}
	}
	all := []Selector{exported, plain}
	for _, s := range all { // exporters of machines may name no cluster, or the node alone, and are narrowed by pods and nodes
		all = append(all, slices.DeleteFunc(slices.Clone(s), func(m matcher) bool { return m.name == "cluster" }))
	}
	all = append(all, nil)
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(s Selector) bool {
		was := seen[s.String()]
		seen[s.String()] = true
		return was
	})
}

// asFarAs reports whether labels fit as far as there are some: a process that started has those of a scrape at
// the most, and not those of what it serves.
func (s Selector) asFarAs(labels Labels) bool {
	known := slices.DeleteFunc(slices.Clone(s), func(m matcher) bool {
		_, has := labels[m.name]
		return !has
	})
	return known.test()(labels)
}
