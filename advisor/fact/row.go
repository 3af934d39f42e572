package fact

import "scaleadvise/advisor/candidate"

// always and outcome are the usual stages of facts.
const (
	always  = Search | Advise | Check
	outcome = Advise | Check
)

// about says which traits a fact is about, the first that stands in a plan being the line to
// look at, and at which stages its value is that of the first of them that was given.
type about struct {
	traits []string
	is     Stage
}

// is is for facts whose value is a trait's.
func is(traits ...string) about { return about{traits, always} }

// declares is for facts whose value is a trait's in a check, and found in advice.
func declares(traits ...string) about { return about{traits, Check} }

// on is for facts that are computed.
func on(traits ...string) about { return about{traits, 0} }

// number declares a fact with a unit, or a plain number.
func number(name, unit string, at Stage, a about, doc string, of func(*View) float64) Fact {
	return row(name, Double, unit, at, a, doc, func(v *View) any { return finite(of(v)) })
}

// count declares a fact that is a whole number.
func count(name string, at Stage, a about, doc string, of func(*View) int) Fact {
	return row(name, Int, "", at, a, doc, func(v *View) any { return int64(of(v)) })
}

// truth declares a fact that is true or false.
func truth(name string, at Stage, a about, doc string, of func(*View) bool) Fact {
	return row(name, Bool, "", at, a, doc, func(v *View) any { return of(v) })
}

// text declares a fact that is a name or a code.
func text(name string, at Stage, a about, doc string, of func(*View) string) Fact {
	return row(name, String, "", at, a, doc, func(v *View) any { return of(v) })
}

// texts declares a fact that is a list.
func texts(name string, at Stage, a about, doc string, of func(*View) []string) Fact {
	return row(name, Strings, "", at, a, doc, func(v *View) any { return of(v) })
}

func row(name string, t Type, unit string, at Stage, a about, doc string, value func(*View) any) Fact {
	return Fact{Name: name, Type: t, Unit: unit, Doc: doc, At: at, Traits: a.traits, Is: a.is, read: value}
}

// chosen reads from the plan that was chosen or declared; zero where there is none.
func chosen[T any](of func(v *View, o *Outcome, p *candidate.Evaluation) T) func(*View) T {
	return func(v *View) (zero T) {
		if v.Outcome == nil || v.Outcome.Plan == nil {
			return zero
		}
		return of(v, v.Outcome, v.Outcome.Plan)
	}
}

// today reads from the deployment that was named; zero where none was.
func today[T any](of func(v *View, t *candidate.Evaluation) T) func(*View) T {
	return func(v *View) (zero T) {
		if v.Today == nil {
			return zero
		}
		return of(v, v.Today)
	}
}
