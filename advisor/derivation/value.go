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

// OfArguments returns a function of a number of arguments, which gives no number for another.
func OfArguments(n int, f Function) Function {
	return func(args []float64) float64 {
		if len(args) != n {
			return math.NaN()
		}
		return f(args)
	}
}
