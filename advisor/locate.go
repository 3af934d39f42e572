package advisor

import (
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/rule"
)

// places are where traits stand in the plan.
type places map[string]origin.Origin

func placesOf(in Declared) places {
	p, a := places{}, in.Autoscaler
	if in.Object != nil {
		p.add("gpu", in.Object.Part.Origin)
		p.add("manifest", in.Object.Origin)
		p.add("manifest.replicas", in.Object.Fixed.Origin)
		p.add("manifest.surge", in.Object.Surge.Origin)
	}
	for _, t := range in.Workload.Traits {
		p.add(t.Spec.Name, t.Value.Origin)
	}
	if a != nil {
		for name, o := range scalerTraits(a) {
			p.add(name, o)
		}
	}
	return p
}

func (p places) add(name string, o origin.Origin) {
	if o.Kind == origin.Plan && o.Line > 0 {
		p[name] = o
	}
}

// of finds the place that a finding is about: that of the first fact of its evidence
// which stands in the plan.
func (p places) of(f advice.Finding) (trait string, at origin.Origin, ok bool) {
	for _, e := range f.Evidence {
		known, ok := fact.Named(e.Name)
		if !ok {
			continue
		}
		for _, trait := range known.Traits {
			if o, ok := p[trait]; ok {
				return trait, o, true
			}
		}
	}
	return "", origin.Origin{}, false
}

// locate gives findings the line that they are about, else the plan's first, and their
// evidence its origins.
func locate(in Declared, found []advice.Finding, origins map[string]string) []advice.Located {
	return placesOf(in).locate(in.File, found, origins)
}

func (places places) locate(file string, found []advice.Finding, origins map[string]string) []advice.Located {
	setOrigins(found, fact.Check, origins)
	out := make([]advice.Located, 0, len(found))
	for _, f := range found {
		l := advice.Located{Finding: f, Place: advice.Place{File: file}}
		if trait, at, ok := places.of(f); ok {
			l.Subject, l.Place = trait, advice.Place{File: at.File, Line: at.Line, Column: at.Column}
		}
		out = append(out, l)
	}
	return out
}

// setOrigins says of each number of the findings where it came from.
func setOrigins(found []advice.Finding, stage fact.Stage, origins map[string]string) {
	for i := range found {
		for j := range found[i].Evidence {
			e := &found[i].Evidence[j]
			if f, ok := fact.Named(e.Name); ok {
				e.Origin = f.Origin(stage, origins)
			}
		}
	}
}

func findings(fired []rule.Fired) []advice.Finding {
	out := make([]advice.Finding, 0, len(fired))
	for _, f := range fired {
		out = append(out, f.Finding())
	}
	return out
}
