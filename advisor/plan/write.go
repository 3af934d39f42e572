package plan

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

const head = `# A capacity plan for scaleadvise. A line that is commented out is an assumption,
# with its reason and the flag that sets it; remove the # to set it here.
version: 1
`

// Write writes a workload as a plan file: every given trait as it was written,
// with its query where it was read from metrics, every default as a comment with
// its reason and its flag, and the parameters of rules. Read reads the same
// traits and parameters back. The error is the writer's.
func Write(out io.Writer, wl *workload.Workload, params ...Shown) error {
	p := printer{traits: map[string]workload.Resolved{}, facts: wl.Facts}
	for _, t := range wl.Traits {
		p.traits[t.Spec.Name] = t
	}
	p.text.WriteString(head)
	if wl.Name != "" {
		p.line("", "name: "+quoted(wl.Name), "")
	}
	root := layout()
	for _, key := range root.order {
		p.section(key, root.sections[key], "")
	}
	p.params(params)
	_, err := p.text.WriteTo(out)
	return err
}

// printer lays out the sections of a plan.
type printer struct {
	text   bytes.Buffer
	traits map[string]workload.Resolved // by name
	facts  *workload.ModelFacts
}

// section writes one mapping. Where nothing in it was given, its own line is
// commented out with the rest.
func (p *printer) section(key string, s *section, prefix string) {
	given, known := p.holds(s)
	if !known {
		return
	}
	if !given && !strings.Contains(prefix, "#") {
		prefix += "# "
	}
	p.line(prefix, key+":", "")
	for _, k := range s.order {
		if sub, ok := s.sections[k]; ok {
			p.section(k, sub, prefix+"  ")
			continue
		}
		if t, ok := p.traits[s.traits[k].Name]; ok {
			p.trait(k, t, prefix+"  ")
		}
	}
}

// holds reports whether a trait of the section was given, and whether any is known.
func (p *printer) holds(s *section) (given, known bool) {
	for _, spec := range s.traits {
		if t, ok := p.traits[spec.Name]; ok {
			known = true
			given = given || !t.Assumed()
		}
	}
	for _, sub := range s.sections {
		g, k := p.holds(sub)
		given, known = given || g, known || k
	}
	return given, known
}

func (p *printer) trait(key string, t workload.Resolved, prefix string) {
	value := quoted(t.Value.Text)
	if t.Assumed() && !strings.Contains(prefix, "#") {
		prefix += "# "
	}
	switch {
	case t.Assumed():
		p.line(prefix, key+": "+value, "assumed: "+t.Value.Origin.Reason+" (--"+t.Spec.Flag+")")
	case t.Spec.Name == "model" && p.facts != nil && !p.figured():
		p.model(key, t.Value.Text, prefix)
	case t.Value.Origin.Kind == origin.Prometheus:
		p.line(prefix, key+": "+value, observed(t.Value.Origin))
	default:
		p.line(prefix, key+": "+value, t.Spec.Doc)
	}
}

// figured reports whether the facts of the model stand in traits of their own.
func (p *printer) figured() bool {
	_, params := p.traits["params"]
	_, gmacs := p.traits["gmacs"]
	return params || gmacs
}

// observed says which query a value came from, on one line.
func observed(o origin.Origin) string {
	text := o.Name
	if o.Reason != "" {
		text = o.Reason + ": " + text
	}
	return strings.Join(strings.Fields(text), " ")
}

// model writes the facts of a model as a mapping.
func (p *printer) model(key, id, prefix string) {
	p.line(prefix, key+":", "facts of a model that the catalog does not have")
	prefix += "  "
	if id != p.facts.Name {
		p.line(prefix, "id: "+quoted(id), "")
	}
	p.line(prefix, "name: "+quoted(p.facts.Name), "")
	if p.facts.Kind != "" {
		p.line(prefix, "kind: "+p.facts.Kind, "")
	}
	p.amount(prefix, "params", unit.Number, p.facts.Params)
	p.amount(prefix, "gflops", unit.Number, p.facts.GFLOPs)
	p.amount(prefix, "memory", unit.Bytes, p.facts.Memory)
}

// amount writes a number as a person would where that is exact, else in full, so
// that it is read back to the last bit.
func (p *printer) amount(prefix, key string, kind unit.Kind, v float64) {
	if v == 0 {
		return
	}
	text := unit.Format(kind, v)
	if i, err := unit.Parse(kind, text); err != nil || i.Mid != v {
		text = strconv.FormatFloat(v, 'g', -1, 64) + kind.Symbol()
	}
	p.line(prefix, key+": "+text, "")
}

// line writes one line with an optional comment.
func (p *printer) line(prefix, content, comment string) {
	p.text.WriteString(prefix + content)
	if comment != "" {
		p.text.WriteString("  # " + comment)
	}
	p.text.WriteByte('\n')
}

// quoted renders a text as a YAML scalar: plain where that cannot be mistaken,
// else in double quotes, whose escapes YAML shares with Go.
func quoted(s string) string {
	switch s {
	case "", "null", "Null", "NULL":
		return strconv.Quote(s)
	}
	first := s[0]
	plain := isAlphanumeric(first) && strings.IndexFunc(s, unsafe) < 0 && s[len(s)-1] != ':' && s[len(s)-1] != ' ' &&
		!strings.Contains(s, ": ")
	if plain {
		return s
	}
	return strconv.Quote(s)
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// unsafe reports a rune that may mean something inside a plain scalar.
func unsafe(r rune) bool {
	return r > '~' || !isAlphanumeric(byte(r)) && !strings.ContainsRune(" ._/%@+-:;,$=", r)
}
