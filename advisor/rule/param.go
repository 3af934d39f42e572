package rule

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/unit"
)

// Param is a named threshold of a rule: {param.ceiling} in its texts, param.ceiling in its condition. The
// user may override it.
type Param struct {
	Name  string
	Value float64
	Unit  string // as for facts
	Doc   string
}

// paramPrefix begins the name of a parameter wherever a fact may stand.
const paramPrefix = "param."

// fact is the parameter as conditions and texts see it.
func (p Param) fact() *fact.Fact {
	return &fact.Fact{Name: paramPrefix + p.Name, Type: fact.Double, Unit: p.Unit, Doc: p.Doc}
}

// String returns the value with its unit.
func (p Param) String() string { return unit.FormatFact(p.Value, p.Unit) }

// Describe returns the doc with the unit in which a plain number is read.
func (p Param) Describe() string {
	if p.Unit == "" {
		return p.Doc
	}
	return p.Doc + ", in " + p.Unit
}

// paramUnits are the units that a parameter may have.
var paramUnits = []string{"1/s", "GiB", "USD", "USD/month", "fraction", "fraction/month", "h", "month", "ms"}

// ParamUnits lists the units that a parameter may have.
func ParamUnits() []string { return slices.Clone(paramUnits) }

var paramForm = pattern.Of(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

const maxParams = 16

func readParams(rd *reader, r *Rule, n *yaml.Node) {
	pairs := rd.pairs(n, form("parameter", paramForm, "use small letters, digits and single underscores"))
	if len(pairs) > maxParams {
		rd.refuse(n, fmt.Sprintf("the rule has %d parameters", len(pairs)), fmt.Sprintf("a rule has at most %d", maxParams))
		return
	}
	for _, p := range pairs {
		r.Params = append(r.Params, rd.param(p))
	}
}

func (rd *reader) param(of pair) Param {
	p := Param{Name: of.key.Value}
	given := false
	for _, q := range rd.pairs(of.value, listed("key", []string{"doc", "unit", "value"})) {
		switch q.key.Value {
		case "doc":
			p.Doc = rd.line(q.value)
		case "unit":
			if p.Unit = rd.line(q.value); p.Unit != "" && !slices.Contains(paramUnits, p.Unit) {
				rd.refuse(q.value, "unknown unit "+quote(p.Unit), listed("unit", paramUnits).suggest(p.Unit))
			}
		case "value":
			v, ok := factValue(fact.Double, q.value)
			if given = true; !ok {
				rd.refuse(q.value, "the value of "+p.Name+" is a number, not "+written(q.value), "write 0.8 for 80 %")
				continue
			}
			p.Value = v.(float64)
		}
	}
	if of.value.Kind == yaml.MappingNode && (!given || p.Doc == "") {
		rd.refuse(of.key, "the parameter "+p.Name+" has no value or no doc", "write {value: 0.8, unit: fraction, doc: what it bounds}")
	}
	return p
}

// unused refuses parameters that neither the rule nor a fact reads.
func (rd *reader) unused(r *Rule, n *yaml.Node) {
	if r.condition == nil {
		return // its own faults come first
	}
	for _, p := range r.Params {
		name := paramPrefix + p.Name
		reads := slices.Contains(r.condition.params, name) || r.raise != nil && slices.Contains(r.raise.params, name) || rd.templates.message.names(name) || rd.templates.remedy.names(name)
		if !reads && !fact.ReadsParam(r.ID+"."+p.Name) {
			rd.refuse(n, "nothing reads the parameter "+p.Name, "use "+name+" in the condition, or remove it")
		}
	}
}

// Setting overrides a parameter, "headroom.ceiling" = "70%", and records where it was given.
type Setting struct{ Name, Text, Where string }

// SettingError says what is wrong with a setting.
type SettingError struct {
	Setting
	What string
}

func (e *SettingError) Error() string {
	return fmt.Sprintf("%s: %s: %s", e.Where, unit.Word(e.Name), e.What)
}

// With returns the set with other values for some parameters; of several for one the last counts. The error
// names every setting that is unknown or invalid, a *SettingError each, joined.
func (s *Set) With(settings []Setting) (*Set, error) {
	changed := &Set{rules: slices.Clone(s.rules), all: slices.Clone(s.all), principles: s.principles}
	var faults []error
	for _, g := range settings {
		if what := changed.set(g); what != "" {
			faults = append(faults, &SettingError{g, what})
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return changed, nil
}

// set gives one parameter another value, or says what is wrong.
func (s *Set) set(g Setting) string {
	id, name, _ := strings.Cut(g.Name, ".")
	r, ok := s.ruleOf(id)
	if !ok {
		return "unknown rule " + quote(id) + "; " + unit.Suggest(id, s.ids(), "scaleadvise rules list shows all")
	}
	i := slices.IndexFunc(r.Params, func(p Param) bool { return p.Name == name })
	if i < 0 {
		return fmt.Sprintf("the rule %s has no parameter %s; %s", r.ID, quote(name), offer(r))
	}
	v, what := r.Params[i].parse(g.Text)
	if what != "" {
		return what
	}
	own := *r
	own.Params = slices.Clone(r.Params)
	own.Params[i].Value = v
	s.replace(r, &own)
	return ""
}

// ids lists the ids of the whole catalogue.
func (s *Set) ids() []string {
	var ids []string
	for _, r := range s.all {
		ids = append(ids, r.ID)
	}
	return ids
}

// offer lists the parameters of a rule.
func offer(r *Rule) string {
	var names []string
	for _, p := range r.Params {
		names = append(names, r.ID+"."+p.Name)
	}
	if len(names) == 0 {
		return "it has none"
	}
	return "it has " + strings.Join(names, ", ")
}

// writtenAs are the quantities in which a parameter may be written, and how many of its units
// one in base units is.
var writtenAs = map[string]struct {
	kind unit.Kind
	per  float64
}{
	"fraction": {unit.Fraction, 1}, "fraction/month": {unit.Growth, 1}, "1/s": {unit.Rate, 1}, "ms": {unit.Duration, 1e3},
	"h": {unit.Duration, 1. / 3600}, "month": {unit.Duration, 1 / unit.Month}, "GiB": {unit.Bytes, 1. / (1 << 30)},
	"USD/month": {unit.Money, 1},
}

// parse reads a value as people write it: a plain number in the parameter's unit, or a
// quantity with a unit of its own, such as 70% or 3mo. It says what is wrong with others.
func (p Param) parse(text string) (v float64, wrong string) {
	text = strings.TrimSpace(text)
	v, err := strconv.ParseFloat(text, 64)
	if as, ok := writtenAs[p.Unit]; err != nil && ok && text != "" {
		var quantity unit.Interval
		quantity, err = unit.Parse(as.kind, text)
		if v = quantity.Mid * as.per; err == nil && !quantity.IsExact() {
			return 0, quote(text) + " is an interval; expected one value, " + p.example()
		}
	}
	switch {
	case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
		return 0, quote(text) + " is not a value of it; expected " + p.example()
	case v < 0:
		return 0, quote(text) + " is negative; expected " + p.example()
	}
	return v, ""
}

// example is the value of the catalogue, to show how one is written.
func (p Param) example() string {
	number := strconv.FormatFloat(p.Value, 'g', -1, 64)
	switch p.Unit {
	case "":
		return "a number such as " + number
	case "fraction":
		return "a fraction such as " + number + " or " + p.String()
	}
	return "a number of " + p.Unit + " such as " + number
}

// Param returns the value of a parameter by its full name, "headroom.ceiling". Facts may read the parameters
// of rules that do not apply, too.
func (s *Set) Param(name string) (float64, bool) {
	id, name, _ := strings.Cut(name, ".")
	r, ok := s.ruleOf(id)
	if !ok {
		return 0, false
	}
	for _, p := range r.Params {
		if p.Name == name {
			return p.Value, true
		}
	}
	return 0, false
}

// ruleOf finds a rule of the whole catalogue, whether it takes part or not.
func (s *Set) ruleOf(id string) (*Rule, bool) {
	return first(named(s.all, id))
}

// replace puts a changed rule in the place of another.
func (s *Set) replace(old, changed *Rule) {
	for _, list := range [][]*Rule{s.rules, s.all} {
		for i := range list {
			if list[i] == old {
				list[i] = changed
			}
		}
	}
}
