package report

import (
	"math"

	"scaleadvise/advisor/unit"
)

// quantity renders a value with its unit for a person.
func quantity(v any, symbol string) string {
	if f, ok := v.(float64); ok {
		return measure(f, symbol)
	}
	return line(unit.FormatFact(v, line(symbol)))
}

// measure renders a number with its unit: the sign for "none" where it is no
// number, an exponent where its digits would mean nothing.
func measure(v float64, symbol string) string {
	symbol = line(symbol)
	switch {
	case !finite(v):
		return none
	case math.Abs(v) >= tooLong && symbol == unit.Rate.Symbol():
		return grouped(v, 0) + "/s"
	case math.Abs(v) >= tooLong:
		return line(grouped(v, 0) + " " + symbol)
	case symbol == unit.Duration.Symbol():
		return unit.Format(unit.Duration, v)
	case symbol == unit.Bytes.Symbol():
		return unit.Format(unit.Bytes, v)
	case symbol == unit.ByteRate.Symbol():
		return unit.Format(unit.ByteRate, v)
	}
	return unit.FormatFact(v, symbol)
}

func rate(v float64) string { return measure(v, unit.Rate.Symbol()) }

func percent(fraction float64) string { return measure(fraction, unit.Fraction.Symbol()) }

// duration renders s seconds in the unit that suits them.
func duration(s float64) string { return measure(s, unit.Duration.Symbol()) }
