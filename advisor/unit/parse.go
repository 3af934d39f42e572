package unit

import (
	"math"
	"strings"
)

// Parse reads a quantity of the given kind, one value or a range ("800..1200/s",
// "1000/s±20%"), in base units. Where the low end of a range has no unit it takes
// the high end's. Every failure is an *Error.
func Parse(kind Kind, s string) (Interval, error) { return parse(kind, s, false) }

// ParseBare does as Parse for a quantity whose name carries its unit already, such as
// --qps: a number without a unit is in base units.
func ParseBare(kind Kind, s string) (Interval, error) { return parse(kind, s, true) }

// parse keeps the typed error from becoming a non-nil error interface.
func parse(kind Kind, s string, bare bool) (Interval, error) {
	i, err := kind.interval(s, bare)
	if err != nil {
		return Interval{}, err
	}
	return i, nil
}

func (k Kind) interval(s string, bare bool) (Interval, *Error) {
	if k == Burstiness {
		v, _, err := burstiness(s)
		return Exact(v), err
	}
	if low, high, ok := strings.Cut(s, ".."); ok {
		return k.between(s, low, high, bare)
	}
	if mid, spread, ok := cutTolerance(s); ok {
		return k.around(s, mid, spread, bare)
	}
	if k == Tokens && strings.Contains(s, "/") {
		p, err := percentiles(s)
		return Interval{Mid: p.P50, Low: p.P50, High: p.P99}, err
	}
	v, err := k.scalar(s, bare)
	return Exact(v), err
}

// between reads "low..high".
func (k Kind) between(s, low, high string, bare bool) (Interval, *Error) {
	h, err := k.scalar(high, bare)
	if err != nil {
		return Interval{}, k.within(s, err)
	}
	unit, multiplied := k.unitOf(high)
	_, rest, _ := scanNumber(strings.TrimSpace(low))
	if rest == "" && multiplied {
		return Interval{}, k.fail(s, "leaves open what its low end counts; write the unit on both sides")
	}
	if rest == "" {
		low += unit
	}
	l, err := k.scalar(low, bare)
	switch {
	case err != nil:
		return Interval{}, k.within(s, err)
	case l > h:
		return Interval{}, k.fail(s, "has its low end above its high end")
	}
	mid := l + (h-l)/2
	if k == Count || k == Tokens {
		mid = math.Ceil(mid) // there is no half of one
	}
	return Interval{Mid: mid, Low: l, High: h}, nil
}

// around reads "mid±spread", where the spread is a percentage of mid or a
// quantity of the same kind.
func (k Kind) around(s, mid, spread string, bare bool) (Interval, *Error) {
	if k == Fraction || k == Growth {
		return Interval{}, k.fail(s, "leaves open what the ± is of; write low..high")
	}
	spread = strings.TrimSpace(spread)
	by, rest, problem := scanNumber(spread)
	if problem != "" || by < 0 {
		return Interval{}, k.fail(s, "has no number after the ±")
	}
	unit, relative := strings.CutPrefix(rest, "%")
	if !relative {
		unit, _ = k.unitOf(spread)
	}
	if _, rest, _ := scanNumber(strings.TrimSpace(mid)); rest == "" {
		mid += unit
	}
	m, err := k.scalar(mid, bare)
	if err != nil {
		return Interval{}, k.within(s, err)
	}
	width := m * by / 100
	if !relative {
		if width, err = k.scalar(spread, bare); err != nil {
			return Interval{}, k.within(s, err)
		}
	}
	return k.wide(s, m, width)
}

// wide is mid ± width, which must leave the low end positive.
func (k Kind) wide(s string, mid, width float64) (Interval, *Error) {
	if width > mid || (width == mid && width > 0) {
		return Interval{}, k.fail(s, "reaches down to zero or below")
	}
	i := Interval{Mid: mid, Low: mid - width, High: mid + width}
	if err := k.bounded(s, i.High); err != nil {
		return Interval{}, err
	}
	return i, nil
}

// within makes an error about a part of the text one about the whole of it.
func (k Kind) within(s string, err *Error) *Error {
	err.Text = s
	return err
}

// cutTolerance splits "mid±spread"; "+-" and "+/-" are typed where ± is not.
func cutTolerance(s string) (mid, spread string, ok bool) {
	for _, sign := range []string{"±", "+/-", "+-"} {
		if mid, spread, ok = strings.Cut(s, sign); ok {
			return mid, spread, true
		}
	}
	return "", "", false
}

// unitOf is what follows the number and its multiplier, and whether there was one.
func (k Kind) unitOf(s string) (unit string, multiplied bool) {
	_, rest, _ := scanNumber(strings.TrimSpace(s))
	if k == Bytes || k == ByteRate || k == Duration {
		return rest, false
	}
	_, unit, multiplied = scaled(rest)
	return unit, multiplied
}

// ParseBurstiness reads an index of dispersion (1 is Poisson) and the window it
// was counted over in seconds, 0 when none is given: "1.4@1s", "1.4".
func ParseBurstiness(s string) (value, windowSeconds float64, err error) {
	v, w, e := burstiness(s)
	if e != nil {
		return 0, 0, e
	}
	return v, w, nil
}

func burstiness(s string) (value, window float64, err *Error) {
	index, over, windowed := strings.Cut(s, "@")
	value, err = Burstiness.scalar(index, true)
	switch {
	case err != nil:
		return 0, 0, Burstiness.within(s, err)
	case value == 0:
		return 0, 0, Burstiness.fail(s, "is zero; 1 is Poisson")
	case !windowed:
		return value, 0, nil
	}
	if window, err = Duration.scalar(over, false); err != nil {
		return 0, 0, Burstiness.fail(s, "has the window "+quote(over)+", which "+err.Problem, err.Near...)
	}
	if window == 0 {
		return 0, 0, Burstiness.fail(s, "has a window of zero")
	}
	return value, window, nil
}

// Percentiles are the 50th, 90th and 99th percentile of a length in tokens, and the largest, 0 where that
// is not known. The zero value means that no distribution was given.
type Percentiles struct{ P50, P90, P99, Max float64 }

// Within returns the distribution without what is longer than most tokens; as it is where most is not known, or half of
// the lengths exceed it.
func (p Percentiles) Within(most float64) Percentiles {
	if most >= p.P50 && p.P50 > 0 && (p.Max == 0 || p.Max > most) {
		p.Max = most
	}
	return p
}

// ParseTokens reads "p50/p90/p99" or "p50/p90/p99/most", for example "300/900/2000".
func ParseTokens(s string) (Percentiles, error) {
	p, err := percentiles(s)
	if err != nil {
		return Percentiles{}, err
	}
	return p, nil
}

func percentiles(s string) (Percentiles, *Error) {
	parts := strings.Split(s, "/")
	if len(parts) != 3 && len(parts) != 4 {
		return Percentiles{}, Tokens.fail(s, "is neither one number nor three or four")
	}
	var v [4]float64
	for i, part := range parts {
		var err *Error
		if v[i], err = Tokens.scalar(part, false); err != nil {
			return Percentiles{}, Tokens.within(s, err)
		}
	}
	if v[0] > v[1] || v[1] > v[2] || len(parts) == 4 && v[2] > v[3] {
		return Percentiles{}, Tokens.fail(s, "falls from one percentile to the next")
	}
	return Percentiles{P50: v[0], P90: v[1], P99: v[2], Max: v[3]}, nil
}
