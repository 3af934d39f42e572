package fact

import "strings"

// Read gives the facts of a case, each computed when it is first asked for.
func Read(v *View) *Reading { return &Reading{view: v, known: map[string]any{}} }

// Reading is the facts of one case. It is not for several goroutines at once.
type Reading struct {
	view  *View
	known map[string]any
}

// Value is the value of a fact.
func (r *Reading) Value(f *Fact) any {
	value, ok := r.known[f.Name]
	if !ok {
		value = f.read(r.view)
		r.known[f.Name] = value
	}
	return value
}

// All gives the facts that are known at a stage and apply to the case: those of a group apply
// where its fact given, known or exists holds.
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

func (r *Reading) applies(f *Fact) bool {
	group, _, _ := strings.Cut(f.Name, ".")
	for _, name := range []string{".given", ".known", ".exists"} {
		if of, ok := Named(group + name); ok && of.At.Has(f.At) && of != f && r.Value(of) == false {
			return false
		}
	}
	return true
}
