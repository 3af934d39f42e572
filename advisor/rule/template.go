package rule

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/unit"
)

// template is a text with {fact} placeholders, split once when the file is loaded.
type template []piece

// piece is a stretch of text, or a fact whose value stands there.
type piece struct {
	text string
	fact *Fact
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
	pieces, faults := splitTemplate(n.Value, r.Blocks)
	for _, f := range faults {
		rd.refuseAt(locate(rd.lines, n, f.offset), f.what, f.remedy)
	}
	return text, pieces
}

func splitTemplate(text string, blocks bool) (template, []fault) {
	var t template
	var faults []fault
	for rest := text; rest != ""; {
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			return append(t, piece{text: rest}), faults
		}
		offset := utf8.RuneCountInString(text[:len(text)-len(rest)+open])
		closing := strings.IndexByte(rest[open:], '}')
		if rest[open] == '}' || closing < 0 {
			return t, append(faults, fault{offset, "a brace stands alone", "write {fact.name}: braces only hold the name of a fact"})
		}
		f, wrong := lookUp(rest[open+1:open+closing], blocks)
		if wrong != nil {
			faults = append(faults, fault{offset + 1, wrong.what, wrong.remedy})
		}
		t = append(t, piece{text: rest[:open]}, piece{fact: f})
		rest = rest[open+closing+1:]
	}
	return t, faults
}

// lookUp finds a fact that a rule of one kind may read, or says what is wrong with the name.
func lookUp(name string, blocks bool) (*Fact, *fault) {
	f, ok := FactNamed(name)
	switch {
	case !ok:
		return nil, &fault{what: "unknown fact " + quote(name),
			remedy: factLexicon().suggest(name)}
	case f.readableBy(blocks):
		return f, nil
	case blocks:
		return nil, &fault{what: "the fact " + name + " is not known before the choice",
			remedy: "a rule that blocks candidates reads candidate.* and the facts of the workload and of today"}
	}
	return nil, &fault{what: "the fact " + name + " belongs to rules that block candidates",
		remedy: "read plan.* here, or add blocks: candidate"}
}

// render fills the placeholders. White space around the text is dropped: it is how the file
// was laid out.
func (t template) render(v values) string {
	var b strings.Builder
	for _, p := range t {
		if p.fact == nil {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(unit.FormatFact(v.of(p.fact), p.fact.Unit))
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
