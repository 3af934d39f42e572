package derivation

import "math"

// Figure returns a value that a step gives.
func Figure(name, title string, v float64, unit string) Value {
	return Value{Name: name, Title: title, Number: v, Unit: unit}
}

// Stated returns a value that was given, with where it came from and why.
func Stated(name, title string, v float64, unit, from, reason string) Value {
	return Value{Name: name, Title: title, Number: v, Unit: unit, From: from, Reason: reason}
}

// OfArguments wraps a function of n arguments, which gives no number for any other count.
func OfArguments(n int, f Function) Function {
	return func(args []float64) float64 {
		if len(args) != n {
			return math.NaN()
		}
		return f(args)
	}
}
