package unit

import (
	"fmt"
)

// Error is the error about text that is not a quantity of its kind.
type Error struct {
	Text    string   // the offending text, as given
	Problem string   // what is wrong with it
	Kind    Kind     // what was expected
	Near    []string // known words close to the unknown one
}

// Error says what was read, what is wrong, what was expected, and an example.
func (e *Error) Error() string {
	msg := fmt.Sprintf("%q %s: expected %s", shorten(e.Text), e.Problem, e.Kind.expected())
	if len(e.Near) > 0 {
		msg += "; " + DidYouMean(e.Near...)
	}
	return msg
}

// shown is the longest piece of foreign text that a message repeats.
const shown = 60

func shorten(s string) string {
	r := []rune(s)
	if len(r) <= shown {
		return s
	}
	return string(r[:shown]) + "…"
}

func (k Kind) fail(text, problem string, near ...string) *Error {
	return &Error{Text: text, Problem: problem, Kind: k, Near: near}
}

// expected describes how a quantity of this kind is written, with an example.
func (k Kind) expected() string {
	switch k {
	case Count:
		return "a whole number, such as 4"
	case Number:
		return "a number, such as 1.5 or 2M"
	case Fraction:
		return "a share, such as 99.9% or 0.999"
	case Rate:
		return "a rate with its unit, such as 120/s (per " + list(periods) + ")"
	case Duration:
		return "a time with its unit, such as 85ms (" + list(durations) + ")"
	case Growth:
		return "growth with its period, such as 8%/month or 2x/year (per " + list(growthPeriods) + ")"
	case Bytes:
		return "a size with its unit, such as 2TB (" + list(sizes) + ")"
	case ByteRate:
		return "an amount of data over time, such as 40GB/day (" + list(sizes) + " per " + list(periods) + ")"
	case Money:
		return "US dollars over time, such as 20000/month (per " + list(billing) + ")"
	case Burstiness:
		return "an index of dispersion with its window, such as 1.4@1s"
	case Tokens:
		return "a number of tokens, such as 1024, p50/p90/p99, such as 300/900/2000, or a trace, such as requests.csv"
	}
	return "text"
}
