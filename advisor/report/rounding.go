package report

import (
	"math"
	"strconv"
	"strings"

	"scaleadvise/advisor/candidate"
)

// Digits of a number whose range is wide, and of one that is known well.
const (
	fewDigits   = 2
	moreDigits  = 3
	wideInWhole = 0.01 // of itself, from which a range is called wide
)

// rounded is v with a number of significant digits.
func rounded(v float64, digits int) float64 {
	if v == 0 || !finite(v) {
		return v
	}
	out, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if err != nil {
		return v
	}
	return out
}

// digitsOf is how many digits of a plan's numbers mean something: two where its range is wide.
func digitsOf(e candidate.Evaluation) int {
	if e.LowQPS > 0 && e.HighQPS-e.LowQPS > wideInWhole*e.CapacityQPS {
		return fewDigits
	}
	return moreDigits
}

// digitsWithin is digitsOf, or one more where two would make the middle of a range one of its ends.
func digitsWithin(e candidate.Evaluation) int {
	d := digitsOf(e)
	if middle := rounded(e.CapacityQPS, d); d == fewDigits && (middle == rounded(e.LowQPS, d) || middle == rounded(e.HighQPS, d)) {
		return moreDigits
	}
	return d
}

// powers are the letters that stand for powers of a thousand in large numbers in tables.
var powers = []struct {
	from   float64
	letter string
}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}}

// shortRate is v with a number of digits, for a cell: "590", "6.8k", "13k".
func shortRate(v float64, digits int) string {
	if !finite(v) {
		return none
	}
	v = rounded(v, digits)
	for _, s := range powers {
		if math.Abs(v) >= s.from {
			return strconv.FormatFloat(v/s.from, 'f', decimalsOf(v/s.from, digits), 64) + s.letter
		}
	}
	return strconv.FormatFloat(v, 'f', decimalsOf(v, digits), 64)
}

// decimalsOf is how many decimals show a number of digits of v.
func decimalsOf(v float64, digits int) int {
	if v == 0 {
		return 0
	}
	return min(max(digits-1-int(math.Floor(math.Log10(math.Abs(v)))), 0), 6)
}

// requests is a rate in a sentence, "2,000 req/s"; slow ones keep their longer period.
func requests(v float64, digits int) string {
	text := rate(v)
	if digits > 0 {
		text = rate(rounded(v, digits))
	}
	if number, ok := strings.CutSuffix(text, "/s"); ok {
		return number + " req/s"
	}
	return text
}

// about is a duration with a number of digits.
func about(seconds float64, digits int) string { return duration(rounded(seconds, digits)) }
