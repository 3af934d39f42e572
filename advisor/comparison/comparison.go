package comparison

import (
	"fmt"
	"reflect"
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
)

// Of returns one side of a comparison: the deployment that is declared where its replicas were
// given, else the plan that is recommended.
func Of(name string, a *advice.Advice) advice.Side {
	side := Recommended(name, a)
	if t := a.Today.Then(); t != nil && given(a, "replicas") {
		side.Declared, side.Plan, side.Holds, side.Excuse = true, t.Evaluation, t.Holds, t.Excuse
		side.Months = advice.Standing(a.Now, a.Workload.HorizonMonths*unit.Month, a.Cost.Today)
		return side
	}
	return side
}

// Recommended returns one side of a comparison: what is recommended, whatever was declared.
func Recommended(name string, a *advice.Advice) advice.Side {
	return withExcuse(advice.Side{
		Name: name, Workload: a.Workload, Plan: a.Plan, Holds: a.Feasible, Months: a.Cost.Months, Traits: a.Traits, Assumptions: a.Assumptions,
	}, a)
}

// Alone returns two sides of one plan: the declared deployment and the recommended one. The error says that
// it declares none.
func Alone(name string, a *advice.Advice) ([]advice.Side, error) {
	declared := Of(name, a)
	if !declared.Declared {
		return nil, fmt.Errorf("compare: %s does not say how many replicas run: give them (deploy.replicas), or a second plan", name)
	}
	return []advice.Side{declared, Recommended("advised", a)}, nil
}

func withExcuse(side advice.Side, a *advice.Advice) advice.Side {
	for _, alternative := range a.Alternatives {
		if alternative.Chosen {
			side.Excuse = alternative.Excuse
		}
	}
	return side
}

// given reports whether a trait was not assumed.
func given(a *advice.Advice, trait string) bool {
	assumed := slices.ContainsFunc(a.Assumptions, func(x advice.Assumption) bool { return x.Trait == trait })
	return !assumed && slices.ContainsFunc(a.Traits, func(x advice.Trait) bool { return x.Name == trait })
}

// Compare puts sides next to each other.
func Compare(sides []advice.Side) *advice.SideBySide {
	return &advice.SideBySide{Plans: sides, Differences: differences(sides)}
}

// differences are the traits that are not the same on all sides, in the order in which the first
// side that has one lists it.
func differences(sides []advice.Side) []advice.Difference {
	var out []advice.Difference
	seen := map[string]bool{}
	for _, side := range sides {
		for _, t := range side.Traits {
			if seen[t.Name] {
				continue
			}
			seen[t.Name] = true
			if d := difference(sides, t); d != nil {
				out = append(out, *d)
			}
		}
	}
	return out
}

// difference is one trait on all sides, nil where it is the same.
func difference(sides []advice.Side, t advice.Trait) *advice.Difference {
	d := advice.Difference{Trait: t.Name, Unit: t.Unit, Values: make([]any, len(sides))}
	for i, side := range sides {
		at := slices.IndexFunc(side.Traits, func(x advice.Trait) bool { return x.Name == t.Name })
		if at >= 0 {
			d.Values[i] = side.Traits[at].Value
		}
	}
	for _, v := range d.Values[1:] {
		if !reflect.DeepEqual(v, d.Values[0]) {
			return &d
		}
	}
	return nil
}
