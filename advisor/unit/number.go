package unit

import (
	"math"
	"strconv"
	"strings"
)

// Values beyond these bounds (in base units) are slips of the hand, and would
// overflow further on. Sizes reach higher because their base unit is a byte.
const (
	largest     = 1e15
	largestSize = 1e21
	smallest    = 1e-15 // of a value that is not zero
)

// scanNumber splits text into its leading decimal number and what follows it.
// The problem is empty when there was a number.
func scanNumber(s string) (value float64, rest, problem string) {
	end := numberEnd(s)
	if end == 0 {
		return 0, s, "is not a number"
	}
	digits, ok := withoutSeparators(s[:end])
	if !ok {
		return 0, s, "has a comma or underscore that does not separate thousands (a decimal point is written .)"
	}
	value, err := strconv.ParseFloat(digits, 64)
	switch {
	case math.IsInf(value, 0):
		return 0, s, "is too large"
	case err != nil:
		return 0, s, "is not a number"
	}
	return value, strings.TrimSpace(s[end:]), ""
}

// ambiguous says of a number such as "5.000" that it is five in one country and five thousand
// in another; empty where a number can be read in one way only.
func ambiguous(s string) string {
	digits := strings.TrimLeft(s[:numberEnd(s)], "+-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if len(fraction) != 3 || fraction[2] != '0' || len(whole) < 1 || len(whole) > 3 || whole[0] == '0' {
		return ""
	}
	short := strings.TrimRight(strings.TrimRight(digits, "0"), ".")
	return "may be " + short + " or " + whole + fraction + ", depending on the country; write one of the two"
}

// numberEnd is the length of the longest prefix made of a sign, digits,
// separators, a point and an exponent; 0 when it holds no digit.
func numberEnd(s string) int {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	start, digits := i, 0
	for i < len(s) && strings.IndexByte("0123456789.,_", s[i]) >= 0 {
		if isDigit(s[i]) {
			digits++
		}
		i++
	}
	if i == start || digits == 0 {
		return 0
	}
	return i + exponentLength(s[i:])
}

// exponentLength is the length of an exponent ("e-3") at the start of s, 0 when there is none.
func exponentLength(s string) int {
	if s == "" || (s[0] != 'e' && s[0] != 'E') {
		return 0
	}
	i := 1
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	digits := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == digits {
		return 0
	}
	return i
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// withoutSeparators removes thousands separators, "5,000" or "5_000". Anything
// that could be a decimal comma ("1,5", "0,500") is refused.
func withoutSeparators(s string) (string, bool) {
	if !strings.ContainsAny(s, ",_") {
		return s, true
	}
	sep := ","
	if strings.Contains(s, "_") {
		sep = "_"
	}
	sign := s[:len(s)-len(strings.TrimLeft(s, "+-"))]
	whole, fraction, _ := strings.Cut(s[len(sign):], ".")
	groups := strings.Split(whole, sep)
	if len(groups[0]) == 0 || len(groups[0]) > 3 || groups[0][0] == '0' {
		return "", false
	}
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return "", false
		}
	}
	plain := sign + strings.Join(groups, "")
	if fraction != "" {
		plain += "." + fraction
	}
	return plain, !strings.ContainsAny(plain, ",_")
}

// scaled reads an SI multiplier at the start of rest ("k", "M/month").
func scaled(rest string) (factor float64, after string, had bool) {
	for _, m := range multipliers {
		for _, w := range m.words {
			after, ok := strings.CutPrefix(rest, w)
			if ok && (after == "" || !isLetter(after[0])) {
				return m.factor, strings.TrimSpace(after), true
			}
		}
	}
	return 1, rest, false
}

// times multiplies by a factor. A power of ten moves the decimal point, so that
// 9 ms is 0.009 s and 99.9 % is 0.999, without the rounding of a product.
func times(v, factor float64) float64 {
	exponent := int(math.Round(math.Log10(factor)))
	if math.Pow10(exponent) != factor {
		return v * factor
	}
	moved, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', -1, 64)+"e"+strconv.Itoa(exponent), 64)
	if err != nil {
		return v * factor
	}
	return moved
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// bounded refuses what no real system has.
func (k Kind) bounded(text string, v float64) *Error {
	limit := float64(largest)
	if k == Bytes || k == ByteRate {
		limit = largestSize
	}
	switch size := math.Abs(v); {
	case math.IsNaN(v), size > limit:
		return k.fail(text, "is implausibly large")
	case v < 0 && k != Growth:
		return k.fail(text, "is negative")
	case size > 0 && size < smallest:
		return k.fail(text, "is too close to zero")
	}
	return nil
}
