package fact

import "strings"

// Stage is a set of the moments at which rules are evaluated.
type Stage int

// The stages.
const (
	Search Stage = 1 << iota // candidates are compared: rules that block one
	Advise                   // the strategies were compared and one was chosen
	Check                    // a declared deployment is checked against its promises
	Fleet                    // services are checked together: the fleet as a whole, then each service
)

// stageNames are the words of rule files and listings.
var stageNames = []struct {
	stage Stage
	name  string
}{{Search, "search"}, {Advise, "advise"}, {Check, "check"}, {Fleet, "fleet"}}

// StageNamed finds one stage by its name.
func StageNamed(name string) (Stage, bool) {
	for _, s := range stageNames {
		if s.name == name {
			return s.stage, true
		}
	}
	return 0, false
}

// Has reports whether all stages of o are among s.
func (s Stage) Has(o Stage) bool { return s&o == o }

// Names lists the stages of the set.
func (s Stage) Names() []string {
	var names []string
	for _, one := range stageNames {
		if s.Has(one.stage) {
			names = append(names, one.name)
		}
	}
	return names
}

// String joins the names of the stages.
func (s Stage) String() string { return strings.Join(s.Names(), ", ") }
