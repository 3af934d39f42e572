package prom

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/unit"
)

// File is one profile file; Name is its name in messages.
type File struct {
	Name string
	Text []byte
}

// largestProfile bounds a profile file, B.
const largestProfile = 256 << 10

// ReadProfiles reads profile files. The error joins every fault of every file, each with its
// place, what was expected and the nearest known word; a duplicate id is a fault.
func ReadProfiles(files []File) ([]*Profile, error) {
	var all []*Profile
	var faults []error
	taken := map[string]string{}
	for _, f := range files {
		r := &profileReader{file: f.Name}
		p := r.profile(f.Text)
		if first, again := taken[p.ID]; again && p.ID != "" {
			r.fail(nil, "the id %s is taken by %s; choose another", p.ID, first)
		}
		taken[p.ID] = f.Name
		if all = append(all, p); len(r.faults) > 0 {
			faults = append(faults, r.sorted()...)
		}
	}
	return all, errors.Join(faults...)
}

type profileReader struct {
	file   string
	faults []placed
}

type placed struct {
	line, column int
	text         string
}

func (r *profileReader) fail(n *yaml.Node, format string, args ...any) {
	at := placed{text: fmt.Sprintf(format, args...)}
	if n != nil {
		at.line, at.column = n.Line, n.Column
	}
	r.faults = append(r.faults, at)
}

func (r *profileReader) sorted() []error {
	slices.SortStableFunc(r.faults, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column))
	})
	var all []error
	for _, f := range r.faults {
		place := r.file
		if f.line > 0 {
			place = fmt.Sprintf("%s:%d:%d", r.file, f.line, f.column)
		}
		all = append(all, fmt.Errorf("%s: %s", place, f.text))
	}
	return all
}

func (r *profileReader) profile(text []byte) *Profile {
	p := &Profile{File: r.file, Text: text, Quantities: map[string][]Metric{}}
	root := r.root(text)
	if root == nil {
		return p
	}
	var given []string
	r.fields(root, "key", map[string]func(*yaml.Node){
		"id":         func(n *yaml.Node) { p.ID = r.matching(n, profileID, "lower-case words joined by dashes") },
		"title":      func(n *yaml.Node) { p.Title = r.word(n) },
		"kind":       func(n *yaml.Node) { p.Kind = r.oneOf(n, Kinds) },
		"engine":     func(n *yaml.Node) { p.Engine = r.word(n) },
		"one_model":  func(n *yaml.Node) { p.OneModel = r.oneOf(n, []string{"true", "false"}) == "true" },
		"source":     func(n *yaml.Node) { p.Source = r.word(n) },
		"probe":      func(n *yaml.Node) { p.Probe = r.names(n, dottedName) },
		"labels":     func(n *yaml.Node) { p.Labels = append([]string{}, r.names(n, dottedName)...) },
		"notes":      func(n *yaml.Node) { p.Notes = r.word(n) },
		"quantities": func(n *yaml.Node) { r.quantities(n, p) },
	}, &given)
	for _, must := range []string{"id", "title", "kind", "source", "probe", "quantities"} {
		if !slices.Contains(given, must) {
			r.fail(root, "the profile has no %s; scaleadvise profiles show vllm is an example of one", must)
		}
	}
	p.respell()
	return p
}

var profileID = pattern.Of(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// root is the mapping of the one document.
func (r *profileReader) root(text []byte) *yaml.Node {
	switch {
	case len(text) > largestProfile:
		r.fail(nil, "larger than %d KiB; this is not a profile", largestProfile>>10)
	case len(bytes.TrimSpace(text)) == 0:
		r.fail(nil, "empty; scaleadvise profiles show generic shows a profile")
	case bytes.IndexByte(text, 0) >= 0 || !utf8.Valid(text):
		r.fail(nil, "not text; write the profile as YAML in UTF-8")
	default:
		return r.mapping(text)
	}
	return nil
}

// profileFile is how much a profile may hold.
var profileFile = bounded.YAML{What: "profile", Depth: 16, Documents: 10}

func (r *profileReader) mapping(text []byte) *yaml.Node {
	var root *yaml.Node
	for n, misread := range profileFile.Roots(text) {
		switch {
		case misread != nil:
			r.fail(&yaml.Node{Line: misread.Line, Column: misread.Column}, "%s", misread.Message)
			return nil
		case root != nil:
			r.fail(n, "a second document begins here; write one profile a file")
			return nil
		}
		root = n
	}
	if root == nil || root.Kind != yaml.MappingNode {
		r.fail(root, "a profile is a mapping that starts with its id")
		return nil
	}
	return root
}

// fields reads a mapping whose keys are known and stand once.
func (r *profileReader) fields(n *yaml.Node, what string, known map[string]func(*yaml.Node), given *[]string) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "a mapping belongs here")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, ok := known[key.Value]
		switch {
		case !ok:
			r.fail(key, "unknown %s %.40q: %s", what, key.Value, expected(key.Value, slices.Sorted(maps.Keys(known))))
		case slices.Contains(*given, key.Value):
			r.fail(key, "%s appears twice; keep one", key.Value)
		default:
			read(value)
		}
		*given = append(*given, key.Value)
	}
}

// expected names the nearest of the known words, or all of them.
func expected(word string, known []string) string {
	return unit.Suggest(word, known, "expected one of "+strings.Join(known, ", "))
}

func (r *profileReader) word(n *yaml.Node) string {
	text := strings.TrimSpace(n.Value)
	if n.Kind != yaml.ScalarNode || text == "" {
		r.fail(n, "a text belongs here")
	}
	return text
}

func (r *profileReader) matching(n *yaml.Node, form *pattern.Text, what string) string {
	text := r.word(n)
	if text != "" && !form.MatchString(text) {
		r.fail(n, "%.40q is not %s", text, what)
	}
	return text
}

func (r *profileReader) oneOf(n *yaml.Node, known []string) string {
	text := r.word(n)
	if text != "" && !slices.Contains(known, text) {
		r.fail(n, "unknown word %.40q: %s", text, expected(text, known))
	}
	return text
}

// names reads a list of names, or one.
func (r *profileReader) names(n *yaml.Node, form *pattern.Text) []string {
	items := n.Content
	if n.Kind == yaml.ScalarNode {
		items = []*yaml.Node{n}
	}
	var all []string
	for _, item := range items {
		all = append(all, r.matching(item, form, "a name that Prometheus takes"))
	}
	return all
}

func (r *profileReader) quantities(n *yaml.Node, p *Profile) {
	known := map[string]func(*yaml.Node){}
	for _, q := range quantities {
		known[q.Name] = func(n *yaml.Node) { p.Quantities[q.Name] = r.metrics(n, q) }
	}
	var given []string
	r.fields(n, "quantity", known, &given)
}

// metrics reads the ways to read a quantity: a list, or one.
func (r *profileReader) metrics(n *yaml.Node, q Quantity) []Metric {
	items := n.Content
	if n.Kind == yaml.MappingNode {
		items = []*yaml.Node{n}
	}
	if len(items) == 0 {
		r.fail(n, "no metric is named; write {counter: …}, {gauge: …}, {histogram: …}, {targets: …} or {query: …}")
	}
	var all []Metric
	for _, item := range items {
		all = append(all, r.metric(item, q))
	}
	return all
}

func (r *profileReader) metric(n *yaml.Node, q Quantity) Metric {
	var m Metric
	var given []string
	name := func(into *string) func(*yaml.Node) {
		return func(n *yaml.Node) { *into = r.matching(n, dottedName, "the name of a metric") }
	}
	r.fields(n, "key", map[string]func(*yaml.Node){
		"counter": name(&m.Counter), "per": name(&m.Per), "gauge": name(&m.Gauge), "histogram": name(&m.Histogram), "needs": name(&m.Needs),
		"targets": name(&m.Targets),
		"query":   func(n *yaml.Node) { m.Query = r.word(n) },
		"label":   func(n *yaml.Node) { m.Label = r.matching(n, dottedName, "the name of a label") },
		"across":  func(n *yaml.Node) { m.Across = r.oneOf(n, []string{"avg", "count", "max", "sum"}) },
		"where":   func(n *yaml.Node) { m.Where = r.matchers(n, "where") },
		"except":  func(n *yaml.Node) { m.Except = r.matchers(n, "except") },
		"unit":    func(n *yaml.Node) { m.Unit = r.oneOf(n, unitsOf(q)) },
	}, &given)
	if fault := m.fault(q); fault != "" && len(given) > 0 {
		r.fail(n, "%s", fault)
	}
	return m
}

func unitsOf(q Quantity) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(q.Units)), func(u string) bool { return u == "" })
}

func (r *profileReader) matchers(n *yaml.Node, key string) string {
	text := r.word(n)
	if _, err := ParseSelector(text); err != nil {
		r.fail(n, "%s: %v", key, err)
	}
	return text
}

// fault is what is wrong with how the parts of a metric go together, "" for nothing.
func (m Metric) fault(q Quantity) string {
	forms := 0
	for _, name := range []string{m.Counter, m.Gauge, m.Histogram, m.Targets, m.Query} {
		if name != "" {
			forms++
		}
	}
	named := q.Name == "model" || q.Name == "gpu"
	_, unitless := q.Units[""]
	switch {
	case forms != 1:
		return "name one of counter, gauge, histogram, targets and query"
	case named && m.Label == "":
		return q.Name + " is a name; say which label holds it"
	case !named && m.Label != "":
		return "label is for names: model, gpu"
	case m.Per != "" && m.Counter == "":
		return "per divides a counter; name the counter"
	case m.Across != "" && m.Gauge == "":
		return "across joins the series of a gauge; name the gauge"
	case m.Unit == "" && !unitless && !named:
		return "say the unit of " + q.Name + ": " + strings.Join(unitsOf(q), ", ")
	case m.Counter != "" && m.Per == "" && !counted(q) && !named:
		return q.Name + " is not a count; divide the counter by another with per"
	}
	return ""
}

// counted reports whether the quantity is a rate of events.
func counted(q Quantity) bool { return q.Name == "requests" || q.Name == "saturation" }
