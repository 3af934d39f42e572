package unit

import (
	"math"
	"strconv"
	"strings"
)

// scalar reads one value in base units. With bare, a number without a unit is
// taken to be in base units already.
func (k Kind) scalar(text string, bare bool) (float64, *Error) {
	s := strings.ReplaceAll(strings.TrimSpace(text), "−", "-")
	if s == "" {
		return 0, k.fail(text, "is empty")
	}
	v, err := k.read(s, bare)
	if err == nil {
		err = k.bounded(s, v)
	}
	if err != nil {
		err.Text = text
		return 0, err
	}
	return v, nil
}

func (k Kind) read(s string, bare bool) (float64, *Error) {
	switch k {
	case Duration:
		return readDuration(s)
	case Money:
		return readMoney(s)
	case Text, List:
		return 0, k.fail(s, "is not read as a number")
	}
	v, rest, problem := scanNumber(s)
	if problem == "" && k != Fraction && k != Burstiness {
		problem = ambiguous(s)
	}
	if problem != "" {
		return 0, k.fail(s, problem)
	}
	switch k {
	case Rate:
		return readRate(s, v, rest, bare)
	case Growth:
		return readGrowth(s, v, rest)
	case Bytes:
		return readBytes(k, s, v, rest)
	case ByteRate:
		return readByteRate(s, v, rest)
	case Fraction:
		return readFraction(s, v, rest)
	}
	return readPlain(k, s, v, rest)
}

// readPlain reads what follows a Count, a Number or Tokens.
func readPlain(k Kind, s string, v float64, rest string) (float64, *Error) {
	factor, rest, _ := scaled(rest)
	if k == Tokens {
		rest = withoutWord(rest, "tokens", "token", "tok")
	}
	v = times(v, factor)
	switch {
	case rest != "":
		return 0, k.fail(s, "has "+quote(rest)+" after the number")
	case k != Number && k != Burstiness && v != math.Trunc(v):
		return 0, k.fail(s, "is not whole")
	}
	return v, nil
}

func readRate(s string, v float64, rest string, bare bool) (float64, *Error) {
	factor, rest, _ := scaled(rest)
	v = times(v, factor)
	switch rest = withoutWord(rest, "requests", "request", "reqs", "req"); rest {
	case "qps", "rps":
		return v, nil
	case "":
		if bare {
			return v, nil
		}
		return 0, Rate.fail(s, "has no unit")
	}
	per, err := Rate.period(s, rest, periods)
	if err != nil {
		return 0, err
	}
	return v / per, nil
}

// period reads "/day" from the table of known periods.
func (k Kind) period(s, rest string, known []measure) (float64, *Error) {
	word, ok := strings.CutPrefix(rest, "/")
	if !ok {
		word, ok = strings.CutPrefix(rest, "per ")
	}
	if !ok {
		return 0, k.fail(s, "has "+quote(rest)+" after the number")
	}
	word = strings.TrimSpace(word)
	if per, ok := find(known, word); ok {
		return per, nil
	}
	if n, unit, problem := scanNumber(word); problem == "" && n > 0 {
		if per, ok := find(known, unit); ok {
			return times(per, n), nil
		}
		word = unit
	}
	return 0, k.fail(s, "has the unknown period "+quote(word), nearest(known, word)...)
}

// readDuration reads one time or several in falling units, "1h30m".
func readDuration(s string) (float64, *Error) {
	total, last := 0.0, math.Inf(1)
	for rest := s; rest != ""; {
		v, after, problem := scanNumber(rest)
		if problem != "" {
			return 0, Duration.fail(s, problem)
		}
		end := strings.IndexAny(after, "+-0123456789.,_ ")
		if end < 0 {
			end = len(after)
		}
		word := after[:end]
		factor, ok := find(durations, word)
		switch {
		case word == "":
			return 0, Duration.fail(s, "has no unit")
		case !ok:
			return 0, Duration.fail(s, "has the unknown unit "+quote(word), nearest(durations, word)...)
		case factor >= last || (v < 0 && total != 0):
			return 0, Duration.fail(s, "is not one time")
		}
		total, last = total+times(v, factor), factor
		rest = strings.TrimSpace(after[end:])
	}
	return total, nil
}

// readGrowth compounds growth per period to a fraction per month.
func readGrowth(s string, v float64, rest string) (float64, *Error) {
	var g float64
	switch {
	case strings.HasPrefix(rest, "%"):
		g = times(v, 0.01)
	case strings.HasPrefix(rest, "x"), strings.HasPrefix(rest, "×"):
		g = v - 1
	default:
		return 0, Growth.fail(s, "is neither a percentage nor a factor")
	}
	rest = strings.TrimSpace(strings.TrimLeft(rest, "%x×"))
	if rest == "" {
		return 0, Growth.fail(s, "has no period")
	}
	per, err := Growth.period(s, rest, growthPeriods)
	if err != nil {
		return 0, err
	}
	if per != month && g > -1 { // a month needs no rounding
		g = math.Expm1(math.Log1p(g) * (month / per))
	}
	if g < mostShrink {
		return 0, Growth.fail(s, "leaves nothing within a month")
	}
	return g, nil
}

// mostShrink is the strongest decline a month that is still a quantity:
// 0.01 % are left.
const mostShrink = -0.9999

func readBytes(k Kind, s string, v float64, word string) (float64, *Error) {
	if word == "" {
		return 0, k.fail(s, "has no unit")
	}
	factor, ok := find(sizes, word)
	if !ok {
		return 0, k.fail(s, "has the unknown unit "+quote(word), nearest(sizes, word)...)
	}
	return times(v, factor), nil
}

func readByteRate(s string, v float64, rest string) (float64, *Error) {
	word, _, ok := strings.Cut(rest, "/")
	if !ok {
		return 0, ByteRate.fail(s, "has no period")
	}
	size, err := readBytes(ByteRate, s, v, strings.TrimSpace(word))
	if err != nil {
		return 0, err
	}
	per, err := ByteRate.period(s, rest[len(word):], periods)
	if err != nil {
		return 0, err
	}
	return size / per, nil
}

// readMoney reads "20000/month", "$20k/month" or "20000 USD/month" as USD a month.
func readMoney(s string) (float64, *Error) {
	amount := strings.TrimSpace(strings.TrimPrefix(withoutWord(s, "USD", "usd"), "$"))
	v, rest, problem := scanNumber(amount)
	if problem == "" {
		problem = ambiguous(amount)
	}
	if problem != "" {
		return 0, Money.fail(s, problem)
	}
	factor, rest, _ := scaled(rest)
	rest = withoutWord(rest, "USD", "usd", "dollars", "$")
	if rest == "" {
		return 0, Money.fail(s, "has no period")
	}
	per, err := Money.period(s, rest, billing)
	if err != nil {
		return 0, err
	}
	return times(v, factor) * (month / per), nil
}

// readFraction reads a percentage, or a share between 0 and 1.
func readFraction(s string, v float64, rest string) (float64, *Error) {
	switch {
	case rest != "" && rest != "%":
		return 0, Fraction.fail(s, "has "+quote(rest)+" after the number")
	case rest == "%" && v > 100:
		return 0, Fraction.fail(s, "is above 100 %")
	case rest == "%":
		return times(v, 0.01), nil
	case v > 1:
		return 0, Fraction.fail(s, "is above 1 and has no %")
	}
	return v, nil
}

// withoutWord removes the first of the words that s starts with.
func withoutWord(s string, words ...string) string {
	for _, w := range words {
		if after, ok := strings.CutPrefix(s, w); ok && (after == "" || !isLetter(after[0])) {
			return strings.TrimSpace(after)
		}
	}
	return s
}

func quote(s string) string { return strconv.Quote(shorten(s)) }
