package rule

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/fact"
)

// template is a text with placeholders, split once when the file is loaded:
//
//	{plan.replicas}                            the value with its unit
//	{plan.replicas|count:replica}              the value through a filter
//	{if plan.replicas}a{else}b{end}            a where the fact is not zero, else b
//	{if not plan.optimized}a{end}              a where it is
type template []piece

// piece is a stretch of text, a fact whose value stands there, or a choice.
type piece struct {
	text   string
	fact   *fact.Fact
	filter filter
	choice *choice
}

// choice shows one of two texts, by whether a fact is zero.
type choice struct {
	fact            *fact.Fact
	not             bool
	then, otherwise template
}

// fault is something wrong at a character of a value.
type fault struct {
	offset       int
	what, remedy string
}

// template reads a text with placeholders.
func (rd *reader) template(r *Rule, n *yaml.Node) (string, template) {
	text := rd.text(n)
	if text == "" {
		return "", nil
	}
	pieces, faults := splitTemplate(n.Value, r.inTexts())
	for _, f := range faults {
		rd.refuseAt(locate(rd.lines, n, f.offset), f.what, f.remedy)
	}
	return text, pieces
}

// splitter splits a template.
type splitter struct {
	text   string
	at     int // bytes read
	names  names
	depth  int
	broken bool // what follows cannot be told
	faults []fault
}

// maxChoices bounds how deep choices stand in each other.
const maxChoices = 4

func splitTemplate(text string, known names) (template, []fault) {
	s := &splitter{text: text, names: known}
	t, ended := s.pieces()
	if ended != "" {
		s.refuse(s.at, "{"+ended+"} without {if fact} before it", "write {if fact}text{end} or {if fact}text{else}other{end}")
	}
	return t, s.faults
}

// pieces reads up to the end, or to an {else} or {end}, which it names.
func (s *splitter) pieces() (t template, ended string) {
	for s.at < len(s.text) && !s.broken {
		rest := s.text[s.at:]
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			s.at = len(s.text)
			return append(t, piece{text: rest}), ""
		}
		closing := strings.IndexByte(rest, '}')
		if rest[open] == '}' || closing < 0 {
			s.refuse(s.at+open, "a brace without its pair", "write {fact.name}: braces only hold the name of a fact")
			return t, ""
		}
		t = append(t, piece{text: rest[:open]})
		inside, start := rest[open+1:closing], s.at+open+1
		s.at += closing + 1
		switch word, condition, _ := strings.Cut(inside, " "); {
		case inside == "else" || inside == "end":
			return t, inside
		case word == "if":
			t = append(t, piece{choice: s.choice(condition, start+3)})
		default:
			t = append(t, s.value(inside, start))
		}
	}
	return t, ""
}

// choice reads what follows {if}.
func (s *splitter) choice(condition string, start int) *choice {
	name, not := strings.CutPrefix(condition, "not ")
	c := &choice{fact: s.find(name, start), not: not}
	if s.depth++; s.depth > maxChoices {
		s.refuse(start, "choices are nested too deep", "split the text into two rules")
	}
	ended := ""
	if c.then, ended = s.pieces(); ended == "else" {
		c.otherwise, ended = s.pieces()
	}
	if ended != "end" {
		s.refuse(start, "{if "+condition+"} has no {end}", "write {if fact}text{end} or {if fact}text{else}other{end}")
	}
	s.depth--
	return c
}

// value reads a fact and its filter.
func (s *splitter) value(inside string, start int) piece {
	name, via, filtered := strings.Cut(inside, "|")
	p := piece{fact: s.find(name, start)}
	if !filtered || p.fact == nil {
		return p
	}
	f, wrong := filterNamed(via, p.fact, s.names)
	if wrong != nil {
		s.fault(start+len(name)+1, wrong)
	}
	p.filter = f
	return p
}

func (s *splitter) find(name string, start int) *fact.Fact {
	f, wrong := s.names.find(name)
	if wrong != nil {
		s.fault(start, wrong)
	}
	return f
}

func (s *splitter) fault(at int, wrong *fault) {
	s.faults = append(s.faults, fault{utf8.RuneCountInString(s.text[:at]), wrong.what, wrong.remedy})
}

// refuse reports what breaks the text, so that the rest of it cannot be told.
func (s *splitter) refuse(at int, what, remedy string) {
	if !s.broken {
		s.fault(at, &fault{what: what, remedy: remedy})
	}
	s.broken = true
}

// render fills the placeholders. White space around the text is dropped: it is how the file
// was laid out.
func (t template) render(v values) string {
	var b strings.Builder
	t.write(&b, v)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (t template) write(b *strings.Builder, v values) {
	for _, p := range t {
		switch {
		case p.choice != nil && isZero(v.of(p.choice.fact)) == p.choice.not:
			p.choice.then.write(b, v)
		case p.choice != nil:
			p.choice.otherwise.write(b, v)
		case p.fact == nil:
			b.WriteString(p.text)
		case p.filter != nil:
			b.WriteString(p.filter(v.of(p.fact), v))
		default:
			b.WriteString(plain(v.of(p.fact), p.fact.Unit))
		}
	}
}

// readable is the text without a case: facts and parameters by their names, parameters that
// have one value by that, and of choices the first text that says something.
func (t template) readable(params []Param) string {
	var b strings.Builder
	t.spell(&b, params)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (t template) spell(b *strings.Builder, params []Param) {
	for _, p := range t {
		switch {
		case p.choice != nil && len(p.choice.then) > 0:
			p.choice.then.spell(b, params)
		case p.choice != nil:
			p.choice.otherwise.spell(b, params)
		case p.fact == nil:
			b.WriteString(p.text)
		default:
			b.WriteString(spelled(p.fact, params))
		}
	}
}

// spelled is what stands for a fact where there is no case.
func spelled(f *fact.Fact, params []Param) string {
	for _, p := range params {
		if paramPrefix+p.Name == f.Name {
			return plain(p.Value, p.Unit)
		}
	}
	return "<" + f.Name + ">"
}

// isZero reports whether a value is its type's zero.
func isZero(value any) bool {
	switch v := value.(type) {
	case []string:
		return len(v) == 0
	case float64:
		return v == 0
	case int64:
		return v == 0
	case bool:
		return !v
	}
	return value == ""
}

// names reports whether the template shows or asks for a fact or parameter.
func (t template) names(name string) bool {
	return slices.ContainsFunc(t, func(p piece) bool {
		if c := p.choice; c != nil {
			return c.fact.Name == name || c.then.names(name) || c.otherwise.names(name)
		}
		return p.fact != nil && p.fact.Name == name
	})
}
