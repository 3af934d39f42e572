package rule

import (
	"maps"
	"slices"
	"strings"

	"scaleadvise/advisor/fact"
)

// measure is the unit of an expression: powers of the words that fact units are made of, so
// that "USD/month" is USD·month⁻¹. Where there are none, sort tells the dimensionless apart.
type measure struct {
	powers map[string]int
	sort   sort
}

// sort of a dimensionless quantity.
type sort int

const (
	literal  sort = iota // a number as written, a text, a truth value: fits everything
	ratio                // a quotient of equal units: fits a count and a fraction
	count                // a fact without a unit
	fraction             // a fact that is a fraction
)

// measureOf reads the unit of a fact.
func measureOf(f *fact.Fact) measure {
	switch {
	case f.Type != fact.Double && f.Type != fact.Int:
		return measure{}
	case f.Unit == "":
		return measure{sort: count}
	case f.Unit == "fraction":
		return measure{sort: fraction}
	}
	m := measure{powers: map[string]int{}}
	over, under, _ := strings.Cut(f.Unit, "/")
	for word, power := range map[string]int{over: 1, under: -1} {
		if word != "" && word != "1" && word != "fraction" {
			m.powers[word] = power
		}
	}
	return m
}

func (m measure) fits(o measure) bool {
	if !maps.Equal(m.powers, o.powers) {
		return m.free() || o.free()
	}
	return len(m.powers) > 0 || m.sort == o.sort || min(m.sort, o.sort) <= ratio
}

// free reports a number as written.
func (m measure) free() bool { return len(m.powers) == 0 && m.sort == literal }

// times multiplies by another measure raised to a power, 1 or −1.
func (m measure) times(o measure, power int) measure {
	product := measure{powers: maps.Clone(m.powers)}
	for word, p := range o.powers {
		if product.powers == nil {
			product.powers = map[string]int{}
		}
		product.powers[word] += power * p
	}
	maps.DeleteFunc(product.powers, func(_ string, p int) bool { return p == 0 })
	switch {
	case len(product.powers) > 0:
	case o.free():
		product.sort = m.sort
	case m.free() && power > 0:
		product.sort = o.sort
	case len(m.powers) == 0 && power > 0 && m.sort == o.sort:
		product.sort = m.sort
	default:
		product.sort = ratio
	}
	return product
}

// String writes the measure as messages do.
func (m measure) String() string {
	if len(m.powers) == 0 {
		return map[sort]string{literal: "any unit", ratio: "a ratio", count: "a plain number", fraction: "a fraction"}[m.sort]
	}
	return "in " + m.unit()
}

// unit writes the measure in the form of fact units: "1/s", "USD/month", "USD·h/s".
func (m measure) unit() string {
	var over, under []string
	for _, word := range slices.Sorted(maps.Keys(m.powers)) {
		for range m.powers[word] {
			over = append(over, word)
		}
		for range -m.powers[word] {
			under = append(under, word)
		}
	}
	text := strings.Join(over, "·")
	if len(under) == 0 {
		return text
	}
	if text == "" {
		text = "1"
	}
	return text + "/" + strings.Join(under, "·")
}
