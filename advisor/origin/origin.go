package origin

import "fmt"

// Kind says which layer of the flow a value came from. Higher kinds win when
// layers are merged (flags > environment > plan file > Prometheus > preset > defaults).
type Kind int

// The layers, weakest first.
const (
	Default Kind = iota + 1
	Preset       // the named usual kind of service
	Prometheus
	Plan
	Environment
	Flag
	Catalog // a fact of the embedded or overlaid catalogue
	Derived // computed from other traits
)

// Origin is where a value came from, precise enough to find it again.
type Origin struct {
	Kind   Kind
	Name   string // flag name ("--qps"), variable, plan key, PromQL query, catalogue row
	File   string // plan file, when Kind is Plan
	Line   int    // 1-based; 0 when unknown
	Column int    // 1-based; 0 when unknown
	Reason string // for a default: why this value; for a catalogue row: source and date
}

// String renders the origin for a person: "--qps", "plan.yaml:12:8", "default".
// The reason of a default is kept apart, for reports that have room for it.
func (o Origin) String() string {
	switch o.Kind {
	case Plan:
		return fmt.Sprintf("%s:%d:%d", o.File, o.Line, o.Column)
	case Default:
		return "default"
	case Environment:
		return "$" + o.Name
	case Catalog:
		return "catalog: " + o.Name
	case Derived:
		return "derived: " + o.Name
	}
	return o.Name
}
