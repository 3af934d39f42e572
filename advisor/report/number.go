package report

import (
	"math"
	"strconv"
	"strings"
)

// none stands where a number does not apply or is not known.
const none = "–"

// finite reports whether v can be printed as a number.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// tooLong is where digits stop to mean anything and an exponent takes their place.
const tooLong = 1e15

// grouped renders v with thousands separators and a fixed number of decimals.
func grouped(v float64, decimals int) string {
	if !finite(v) {
		return none
	}
	if math.Abs(v) >= tooLong {
		return strconv.FormatFloat(v, 'e', 2, 64)
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if v < 0 {
		whole = "-" + whole
	}
	return whole
}

// count renders a whole number.
func count(n int) string { return grouped(float64(n), 0) }

// decimals is how many a column needs so that its smallest positive value still
// shows digits significant digits.
func decimals(digits int, column []float64) int {
	least := math.Inf(1)
	for _, v := range column {
		if v > 0 && v < least {
			least = v
		}
	}
	if math.IsInf(least, 1) {
		return 0
	}
	return min(max(digits-1-int(math.Floor(math.Log10(least))), 0), 6)
}

// money renders US dollars: cents below ten, and below a cent two digits that mean something.
func money(v float64) string {
	if v >= 10 || v <= 0 {
		return grouped(v, 0)
	}
	return grouped(v, max(2, decimals(2, []float64{v})))
}
