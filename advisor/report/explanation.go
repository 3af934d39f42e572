package report

import (
	"bytes"
	"io"
	"strings"

	"scaleadvise/advisor/advice"
)

// explanationFormats is the one ordered list of formats of an explanation.
var explanationFormats = []format[advice.Explanation]{
	{"table", explanationTable},
	{"json", asJSON(newExplanation)},
	{"yaml", asYAML(newExplanation)},
	{"markdown", explanationMarkdown},
}

// ExplanationFormats lists the names of the formats of an explanation, the default first.
func ExplanationFormats() []string { return formatNames(explanationFormats) }

// WriteExplanation renders e in the named format, as Write does advice.
func WriteExplanation(w io.Writer, name string, e *advice.Explanation, o Options) error {
	return write(w, "explanation", explanationFormats, name, e, o)
}

func explanationTable(out *bytes.Buffer, e *advice.Explanation, o Options) error {
	s := newScreen(out, o)
	s.paragraph("", explanationTitle(e), bold)
	if e.Advice != nil {
		s.labelled("Workload", named(e.Advice))
		s.paragraph(pad("Plan", margin), title(e.Advice), plain)
	}
	s.explainedRule(e.Rule)
	s.explainedPrinciple(e.Principle)
	for _, row := range append(wordRows(e), indexRows(e.Index)...) {
		s.paragraph(pad(row[0], margin), row[1], plain)
	}
	if len(e.Steps) > 0 {
		s.blank()
		s.steps(e.Steps)
	}
	return nil
}

// explanationTitle is the first line of an explanation.
func explanationTitle(e *advice.Explanation) string {
	switch {
	case e.Quantity != nil:
		text := line(e.Quantity.Name) + " = " + precise(*e.Quantity)
		if title := line(e.Quantity.Title); title != line(e.Quantity.Name) {
			text = title + ": " + text
		}
		return text
	case e.Rule != nil:
		return line(e.Rule.Title) + " [" + line(e.Rule.ID) + "]"
	case e.Principle != nil:
		return line(e.Principle.Title) + " [" + line(e.Principle.ID) + "]"
	case e.Word != nil:
		return line(strings.Join(e.Word.Names, ", "))
	case e.Index != nil:
		return "What can be explained"
	}
	return "How the numbers of the advice came about"
}

// wordRows are what the glossary says of a topic.
func wordRows(e *advice.Explanation) (rows [][2]string) {
	w := e.Word
	if w == nil {
		return nil
	}
	rows = append(rows, [2]string{"Means", line(w.Meaning)})
	if len(w.Flags) > 0 {
		rows = append(rows, [2]string{"Flags", line(strings.Join(w.Flags, ", "))})
	}
	if len(w.Rules) > 0 {
		rows = append(rows, [2]string{"Rules", line(strings.Join(w.Rules, ", "))})
	}
	return rows
}

// indexRows list what may be asked about.
func indexRows(x *advice.Index) [][2]string {
	if x == nil {
		return nil
	}
	list := func(names []string) string { return line(strings.Join(names, ", ")) }
	return [][2]string{
		{"Numbers", "of a workload (scaleadvise explain replicas --qps 5000 --gpu a10): " + list(x.Quantities)},
		{"Words", list(x.Words)}, {"Lesson", list(x.Principles)}, {"Rules", list(x.Rules)},
	}
}

func (s *screen) explainedRule(r *advice.ExplainedRule) {
	if r == nil {
		return
	}
	for _, row := range ruleRows(r) {
		s.paragraph(pad(row[0], margin+2), row[1], plain)
	}
}

// ruleRows are the parts of a rule, each with its label.
func ruleRows(r *advice.ExplainedRule) [][2]string {
	rows := [][2]string{
		{"Fires when", line(r.When)}, {"Says", sentence(r.Message)}, {"Do", sentence(r.Remedy)}, {"Argues", arguing(r)}, {"Why", line(r.Why)},
		{"Principles", strings.Join(cleanAll(r.Principles), ", ")}, {"File", line(r.File)},
	}
	if len(r.Read) > 0 {
		rows = append(rows, [2]string{"Reads", strings.Join(each(r.Read, read), " · ")}, [2]string{"Here", here(r)})
	}
	var some [][2]string
	for _, row := range rows {
		if row[1] != "" {
			some = append(some, row)
		}
	}
	return some
}

func arguing(r *advice.ExplainedRule) string {
	var parts []string
	if len(r.For) > 0 {
		parts = append(parts, "for "+strings.Join(cleanAll(r.For), ", "))
	}
	if len(r.Against) > 0 {
		parts = append(parts, "against "+strings.Join(cleanAll(r.Against), ", "))
	}
	return strings.Join(parts, "; ")
}

// read is a fact with its value.
func read(e advice.Evidence) string {
	text := line(e.Name) + " = " + quantity(e.Value, e.Unit)
	if e.Origin != "" && e.Origin != "computed" {
		text += " (" + line(e.Origin) + ")"
	}
	return text
}

// here is what the rule makes of the workload.
func here(r *advice.ExplainedRule) string {
	switch {
	case r.Finding == nil:
		return "it stays silent: its condition does not hold"
	case r.Decided:
		return "it fires and decides the choice"
	case r.Supports:
		return "it fires and argues for the choice"
	}
	return "it fires"
}

func (s *screen) explainedPrinciple(p *advice.ExplainedPrinciple) {
	if p == nil {
		return
	}
	s.blank()
	s.paragraph("", "Principle: "+line(p.Title)+" ["+line(p.ID)+"]", bold)
	for _, row := range principleRows(p) {
		s.paragraph(pad(row[0], margin+2), row[1], plain)
	}
}

// principleRows are the parts of a principle, each with its label.
func principleRows(p *advice.ExplainedPrinciple) [][2]string {
	rows := [][2]string{{"Says", line(p.Text)}}
	for _, m := range p.Mistakes {
		rows = append(rows, [2]string{"Often said", sentence(m.Words())})
	}
	rows = append(rows, [2]string{"Check", sentence(p.Check)}, [2]string{"Example", sentence(p.Example)}, [2]string{"Source", sentence(p.Source)})
	for _, f := range p.Findings {
		rows = append(rows, [2]string{"Here", sentence(f.Message) + " [" + line(f.Rule) + "]"})
	}
	rows = append(rows, [2]string{"Rules", strings.Join(cleanAll(p.Rules), ", ")})
	var some [][2]string
	for _, row := range rows {
		if row[1] != "" {
			some = append(some, row)
		}
	}
	return some
}

func explanationMarkdown(out *bytes.Buffer, e *advice.Explanation, _ Options) error {
	m := markdown{out}
	m.printf("## %s\n", escape(explanationTitle(e)))
	if e.Advice != nil {
		m.printf("\nWorkload: %s\n\nPlan: %s\n", escape(strings.Join(named(e.Advice), " · ")), escape(title(e.Advice)))
	}
	var rows [][2]string
	if e.Rule != nil {
		rows = append(rows, ruleRows(e.Rule)...)
	}
	if e.Principle != nil {
		rows = append(rows, principleRows(e.Principle)...)
	}
	rows = append(append(rows, wordRows(e)...), indexRows(e.Index)...)
	for _, row := range rows {
		m.printf("\n**%s**: %s\n", row[0], escape(row[1]))
	}
	if len(e.Steps) > 0 {
		m.printf("\n")
		m.steps(e.Steps)
	}
	return nil
}

// explanationSchema names the form of the document.
const explanationSchema = "urn:scaleadvise:explanation:v1"

type explanationDoc struct {
	Schema    string                 `json:"schema"`
	Topic     string                 `json:"topic"`
	Quantity  *stepInputDoc          `json:"quantity"`
	Steps     []stepDoc              `json:"steps"`
	Rule      *explainedRuleDoc      `json:"rule"`
	Principle *explainedPrincipleDoc `json:"principle"`
	Word      *wordDoc               `json:"word"`
	Index     *indexDoc              `json:"index"`
	stamped
}

type wordDoc struct {
	Names   []string `json:"names"`
	Meaning string   `json:"meaning"`
	Flags   []string `json:"flags"`
	Rules   []string `json:"rules"`
}

type indexDoc struct {
	Quantities []string `json:"quantities"`
	Words      []string `json:"words"`
	Principles []string `json:"principles"`
	Rules      []string `json:"rules"`
}

type explainedRuleDoc struct {
	ID         string                 `json:"id"`
	Title      string                 `json:"title"`
	Severity   string                 `json:"severity"`
	When       string                 `json:"when"`
	Message    string                 `json:"message"`
	Remedy     string                 `json:"remedy"`
	Why        string                 `json:"why"`
	Principles []string               `json:"principles"`
	Argues     arguesDoc              `json:"argues"`
	Reads      map[string]evidenceDoc `json:"reads"`
	Fired      bool                   `json:"fired"`
	Decided    bool                   `json:"decided"`
	Supports   bool                   `json:"supports"`
	Finding    *findingDoc            `json:"finding"`
}

type explainedPrincipleDoc struct {
	principleDoc
	Check    string       `json:"check"`
	Mistakes []mistakeDoc `json:"mistakes"`
	Example  string       `json:"example"`
	Findings []findingDoc `json:"findings"`
	Rules    []string     `json:"rules"`
}

func newExplanation(e *advice.Explanation) explanationDoc {
	d := explanationDoc{Schema: explanationSchema, Topic: clean(e.Topic), Steps: newSteps(e.Steps)}
	if d.Steps == nil {
		d.Steps = []stepDoc{}
	}
	if e.Quantity != nil {
		q := newStepInput(*e.Quantity)
		d.Quantity = &q
	}
	if r := e.Rule; r != nil {
		d.Rule = newExplainedRule(r)
	}
	if p := e.Principle; p != nil {
		d.Principle = &explainedPrincipleDoc{newPrinciple(p.Principle), clean(p.Check), each(p.Mistakes, newMistake), clean(p.Example), each(p.Findings, newFinding), cleanAll(p.Rules)}
	}
	if w := e.Word; w != nil {
		d.Word = &wordDoc{cleanAll(w.Names), clean(w.Meaning), cleanAll(w.Flags), cleanAll(w.Rules)}
	}
	if x := e.Index; x != nil {
		d.Index = &indexDoc{cleanAll(x.Quantities), cleanAll(x.Words), cleanAll(x.Principles), cleanAll(x.Rules)}
	}
	return d
}

func newExplainedRule(r *advice.ExplainedRule) *explainedRuleDoc {
	d := &explainedRuleDoc{
		ID: clean(r.ID), Title: clean(r.Title), Severity: r.Severity.String(), When: clean(r.When), Message: clean(r.Message), Remedy: clean(r.Remedy),
		Why: clean(r.Why), Principles: cleanAll(r.Principles), Argues: arguesDoc{cleanAll(r.For), cleanAll(r.Against)},
		Reads: map[string]evidenceDoc{}, Fired: r.Finding != nil, Decided: r.Decided, Supports: r.Supports,
	}
	for _, e := range r.Read {
		d.Reads[clean(e.Name)] = evidenceDoc{value(e.Value), clean(e.Unit), clean(e.Origin)}
	}
	if r.Finding != nil {
		f := newFinding(*r.Finding)
		d.Finding = &f
	}
	return d
}
