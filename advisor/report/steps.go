package report

import (
	"fmt"
	"strconv"
	"strings"

	"scaleadvise/advisor/derivation"
)

// stepDigits are the digits that steps show: enough to compute them again by hand.
const stepDigits = 7

// precise is a number with its unit, with all digits that matter. Base units stay, so that a
// formula can be followed.
func precise(v derivation.Value) string {
	text := strconv.FormatFloat(v.Number, 'g', stepDigits, 64)
	switch v.Unit {
	case "", "fraction":
		return text
	case "1/s":
		return text + "/s"
	}
	return text + " " + line(v.Unit)
}

// stepTitle is a step in a line: "capacity needed: need = demand * margin = 5524.048/s".
func stepTitle(s derivation.Step) string {
	result := line(s.Result.Name) + " = " + precise(s.Result)
	if s.Formula != "" {
		result = line(s.Result.Name) + " = " + line(s.Formula) + " = " + precise(s.Result)
	}
	return sentence(line(s.Result.Title) + ": " + result)
}

// stepInputs are the values that a step was computed from, each with its place, which is said
// where the value is first met.
func stepInputs(s derivation.Step, met map[string]bool) []string {
	return each(s.Inputs, func(v derivation.Value) string {
		text := line(v.Name) + " = " + precise(v)
		again := met[v.Name]
		met[v.Name] = true
		switch {
		case v.Step > 0:
			return text + fmt.Sprintf(" (step %d)", v.Step)
		case again:
			return text + " (as above)"
		case v.Reason != "" && v.From != "":
			return text + " (" + line(v.From) + ": " + line(v.Reason) + ")"
		case v.From != "":
			return text + " (" + line(v.From) + ")"
		}
		return text
	})
}

// stepSays is what else there is to say of a step.
func stepSays(s derivation.Step) []string {
	var out []string
	if s.Search != "" {
		out = append(out, "found by search: "+line(s.Search))
	}
	if s.Check != "" {
		out = append(out, "holds: "+line(s.Check))
	}
	if s.Method != "" {
		out = append(out, "method: "+line(s.Method))
	}
	if s.Note != "" {
		out = append(out, line(s.Note))
	}
	return out
}

// steps writes numbered steps for a terminal.
func (s *screen) steps(all []derivation.Step) {
	met := map[string]bool{}
	for _, one := range all {
		s.paragraph(fmt.Sprintf("%3d. ", one.Number), stepTitle(one), plain)
		if in := stepInputs(one, met); len(in) > 0 {
			s.paragraph("       ", strings.Join(in, " · "), plain)
		}
		for _, text := range stepSays(one) {
			s.paragraph("       ", text, plain)
		}
	}
}

// derivation writes the steps under a heading; nothing without any.
func (s *screen) derivation(all []derivation.Step) {
	if len(all) > 0 {
		s.blank()
		s.paragraph("", "How the numbers came about", plain)
		s.steps(all)
	}
}

// steps writes numbered steps as Markdown.
func (m markdown) steps(all []derivation.Step) {
	met := map[string]bool{}
	for _, s := range all {
		m.printf("%d. %s\n", s.Number, escape(stepTitle(s)))
		for _, text := range append(stepInputs(s, met), stepSays(s)...) {
			m.printf("   - %s\n", escape(text))
		}
	}
}

// derivation writes the steps under a heading; nothing without any.
func (m markdown) derivation(all []derivation.Step) {
	if len(all) > 0 {
		m.printf("\n### How the numbers came about\n\n")
		m.steps(all)
	}
}

type stepDoc struct {
	Number   int            `json:"number"`
	Quantity string         `json:"quantity"`
	Title    string         `json:"title"`
	Value    *float64       `json:"value"`
	Unit     string         `json:"unit"`
	Formula  string         `json:"formula"`
	Search   string         `json:"search"`
	Check    string         `json:"check"`
	Inputs   []stepInputDoc `json:"inputs"`
	Method   string         `json:"method"`
	Note     string         `json:"note"`
}

type stepInputDoc struct {
	Name   string   `json:"name"`
	Title  string   `json:"title"`
	Value  *float64 `json:"value"`
	Unit   string   `json:"unit"`
	Origin string   `json:"origin"`
	Reason string   `json:"reason"`
	Step   *int     `json:"step"` // number of the step that gave it; null for an input
}

// newSteps are steps in base units, each with its unit, so that they compute as they stand;
// null where it was not asked for.
func newSteps(all []derivation.Step) []stepDoc {
	if all == nil {
		return nil
	}
	return each(all, func(s derivation.Step) stepDoc {
		return stepDoc{
			Number: s.Number, Quantity: clean(s.Result.Name), Title: clean(s.Result.Title), Value: number(s.Result.Number), Unit: clean(s.Result.Unit),
			Formula: clean(s.Formula), Search: clean(s.Search), Check: clean(s.Check), Method: clean(s.Method), Note: clean(s.Note),
			Inputs: each(s.Inputs, newStepInput),
		}
	})
}

func newStepInput(v derivation.Value) stepInputDoc {
	d := stepInputDoc{Name: clean(v.Name), Title: clean(v.Title), Value: number(v.Number), Unit: clean(v.Unit), Origin: clean(v.From), Reason: clean(v.Reason)}
	if v.Step > 0 {
		d.Step, d.Origin = &v.Step, fmt.Sprintf("step %d", v.Step)
	}
	return d
}
