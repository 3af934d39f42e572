package fact

import "strings"

// Read returns the facts of a case, each computed on first use.
func Read(v *View) *Reading { return &Reading{view: v, known: map[string]any{}} }

// Reading is the facts of one case. It is not safe for concurrent use.
type Reading struct {
	view  *View
	known map[string]any
}

// Value returns the value of a fact.
func (r *Reading) Value(f *Fact) any {
	value, ok := r.known[f.Name]
	if !ok {
		value = f.read(r.view)
		r.known[f.Name] = value
	}
	return value
}

// All returns the facts that are known at a stage and apply to the case.
func (r *Reading) All(stage Stage) Map {
	all := Map{}
	for i := range All() {
		f := &All()[i]
		if f.At.Has(stage) && r.applies(f) {
			all[f.Name] = r.Value(f)
		}
	}
	return all
}

// optional are the groups of facts that not every case has, by the fact that says so.
var optional = map[string]string{
	"today": "today.known", "strongest": "strongest.known", "tokens": "tokens.given", "scaling": "scaling.given", "data": "data.given",
	"cheaper": "cheaper.exists", "cheaper_model": "cheaper_model.exists", "priced": "priced.exists", "hpa": "hpa.given",
	"fleet": "fleet.given", "member": "member.given",
}

func (r *Reading) applies(f *Fact) bool {
	group, _, _ := strings.Cut(f.Name, ".")
	of, ok := Named(optional[group])
	return !ok || of == f || r.Value(of) == true
}
