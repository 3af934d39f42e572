package unit

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Symbol returns the base unit of a kind as machine output names it; "" when it has none.
func (k Kind) Symbol() string {
	switch k {
	case Rate:
		return "1/s"
	case Duration:
		return "s"
	case Bytes:
		return "B"
	case ByteRate:
		return "B/s"
	case Money:
		return "USD/month"
	case Fraction:
		return "fraction"
	case Growth:
		return "fraction/month"
	case Tokens:
		return "tokens"
	}
	return ""
}

// Format renders v, in base units, for a person: "5,000/s", "85 ms", "99.95 %".
// It keeps three significant digits or more; Parse reads the result again.
func Format(kind Kind, v float64) string {
	switch kind {
	case Rate:
		return formatRate(v)
	case Duration:
		return formatDuration(v)
	case Bytes:
		return formatBytes(v)
	case ByteRate:
		return formatByteRate(v)
	case Money:
		return digits(v) + " USD/month"
	case Fraction:
		return percent(v)
	case Growth:
		return percent(v) + "/month"
	case Tokens:
		return digits(v) + " tokens"
	}
	return digits(v)
}

// digits renders three significant digits below 1000 and whole numbers with
// thousands separators from there on. Whole numbers keep all their digits.
func digits(v float64) string {
	size := math.Abs(v)
	switch {
	case math.IsNaN(v):
		return "unknown"
	case math.IsInf(v, 0):
		return "unlimited"
	case v == math.Trunc(v) || size >= 999.5:
		return separated(strconv.FormatFloat(math.Round(v), 'f', 0, 64))
	case size < 1e-4:
		return strconv.FormatFloat(v, 'e', 2, 64)
	}
	return significant(v, 3)
}

// significant renders v with n significant digits, without trailing zeros.
func significant(v float64, n int) string {
	decimals := n - 1 - int(math.Floor(math.Log10(math.Abs(v))))
	return trimmed(strconv.FormatFloat(v, 'f', max(decimals, 0), 64))
}

func trimmed(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// separated puts a comma between thousands.
func separated(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if s == "0" {
		return s // no "-0"
	}
	return sign + s
}

// percent renders a fraction. Near 100 % the distance from it is what matters
// (99.95 %, 99.999 %), so the digits are counted there.
func percent(v float64) string {
	p := 100 * v
	rest := math.Abs(100 - math.Abs(p))
	const exact = 1e-9 // what sums of shares are rounded to
	if math.Abs(rest) < exact {
		p, rest = math.Copysign(100, p), 0
	}
	if rest > 1 || rest == 0 || math.IsNaN(p) {
		return digits(p) + " %"
	}
	decimals := 1 - int(math.Floor(math.Log10(rest)))
	return trimmed(strconv.FormatFloat(p, 'f', decimals, 64)) + " %"
}

// slowRate is the rate per second below which a longer period reads better.
const slowRate = 0.01

func formatRate(v float64) string {
	if v >= slowRate || v == 0 || math.IsNaN(v) {
		return digits(v) + "/s"
	}
	for _, p := range []measure{perMinute, perHour, perDay} {
		if whole(v * p.factor) {
			return digits(math.Round(v*p.factor)) + "/" + p.words[0]
		}
	}
	for _, p := range []measure{perHour, perDay} {
		if v*p.factor >= 1 {
			return digits(v*p.factor) + "/" + p.words[0]
		}
	}
	return digits(v*month) + "/month"
}

// whole reports whether v is a positive whole number short enough to read, up to
// the rounding of unit conversions.
func whole(v float64) bool {
	return v >= 1-1e-9 && v < 1000 && math.Abs(v-math.Round(v)) < 1e-9*v
}

// best picks the unit for v: the last in which it is a whole number, else the
// last in which it is at least one. The units rise; the first is the fallback.
func best(v float64, known []measure) (float64, string) {
	choice, exact := known[0], false
	for _, m := range known {
		n := v / m.factor
		switch {
		case whole(n):
			choice, exact = m, true
		case n >= 1 && !exact:
			choice = m
		}
	}
	if n := v / choice.factor; !exact {
		return n, choice.words[0]
	}
	return math.Round(v / choice.factor), choice.words[0]
}

var spans = []measure{
	{1e-9, []string{"ns"}}, {1e-6, []string{"µs"}}, {1e-3, []string{"ms"}}, {1, []string{"s"}},
	{minute, []string{"min"}}, {hour, []string{"h"}}, {day, []string{"day"}}, {week, []string{"week"}},
	{month, []string{"month"}}, {year, []string{"year"}},
}

func formatDuration(v float64) string {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return digits(v) + " s"
	}
	n, word := best(v, spans)
	if len(word) > 3 || word == "day" {
		word = plural(n, word)
	}
	return digits(n) + " " + word
}

func plural(n float64, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

var (
	decimalSizes = sizes[:6]
	binarySizes  = sizes[6:]
)

func formatBytes(v float64) string {
	n, word := best(v, decimalSizes)
	if whole(n) {
		return digits(n) + " " + word
	}
	if b, binary := best(v, binarySizes); whole(b) {
		return digits(b) + " " + binary
	}
	return digits(n) + " " + word
}

func formatByteRate(v float64) string {
	if n, word := best(v, decimalSizes); whole(n) {
		return digits(n) + " " + word + "/s"
	}
	for _, p := range []measure{perHour, perDay} {
		if n, word := best(v*p.factor, decimalSizes); whole(n) {
			return digits(n) + " " + word + "/" + p.words[0]
		}
	}
	n, word := best(v, decimalSizes)
	return digits(n) + " " + word + "/s"
}

// Times renders a ratio for a person: "1.3 ×", "240 ×", "slightly" next to 1.
func Times(ratio float64) string {
	switch {
	case ratio >= 100:
		return Format(Number, math.Round(ratio)) + " ×"
	case ratio >= 10:
		return fmt.Sprintf("%.0f ×", ratio)
	case ratio < 1.05:
		return "slightly"
	}
	return fmt.Sprintf("%.1f ×", ratio)
}
