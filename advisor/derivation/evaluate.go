package derivation

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Function is a function that formulas may call.
type Function func(args []float64) float64

// elementary are the functions that every formula may call.
var elementary = map[string]Function{
	"ceil":  func(a []float64) float64 { return math.Ceil(at(a, 0)) },
	"floor": func(a []float64) float64 { return math.Floor(at(a, 0)) },
	"exp":   func(a []float64) float64 { return math.Exp(at(a, 0)) },
	"ln":    func(a []float64) float64 { return math.Log(at(a, 0)) },
	"min":   func(a []float64) float64 { return slices.Min(append([]float64{math.Inf(1)}, a...)) },
	"max":   func(a []float64) float64 { return slices.Max(append([]float64{math.Inf(-1)}, a...)) },
}

// at is an argument, no number where there is none.
func at(args []float64, i int) float64 {
	if i >= len(args) {
		return math.NaN()
	}
	return args[i]
}

// Evaluate computes a formula from values by name, with further functions. A comparison gives
// 1 or 0, and so does && of two. The error says what cannot be read or is not known.
func Evaluate(formula string, values map[string]float64, more map[string]Function) (float64, error) {
	p := &parser{tokens: tokens(formula), values: values, more: more}
	v := p.and()
	if p.err == nil && len(p.tokens) > 0 {
		p.fail("unexpected %q", p.tokens[0])
	}
	if p.err != nil {
		return math.NaN(), fmt.Errorf("%s: %w", formula, p.err)
	}
	return v, nil
}

// Names returns the values that a formula names, each once, in order.
func Names(formula string) []string {
	all := tokens(formula)
	var out []string
	for i, t := range all {
		call := i+1 < len(all) && all[i+1] == "("
		if isName(t) && !call && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

func isName(t string) bool { return t != "" && (t[0] == '_' || t[0] >= 'a' && t[0] <= 'z') }

// tokens splits a formula; a character that means nothing is a token of its own.
func tokens(s string) []string {
	var out []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		n := 1
		switch {
		case isName(s[:1]):
			n = span(s, func(c byte) bool { return isName(string(c)) || c >= '0' && c <= '9' })
		case s[0] >= '0' && s[0] <= '9':
			n = span(s, func(c byte) bool { return c >= '0' && c <= '9' || c == '.' || c == 'e' })
		case strings.HasPrefix(s, ">="), strings.HasPrefix(s, "<="), strings.HasPrefix(s, "&&"):
			n = 2
		}
		out, s = append(out, s[:n]), s[n:]
	}
	return out
}

func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

// parser computes while it reads: and, comparison, sum, product, power, atom.
type parser struct {
	tokens []string
	values map[string]float64
	more   map[string]Function
	depth  int
	err    error
}

func (p *parser) fail(format string, args ...any) float64 {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
	return math.NaN()
}

// next takes a token if it is one of those.
func (p *parser) next(of ...string) string {
	if len(p.tokens) == 0 || !slices.Contains(of, p.tokens[0]) {
		return ""
	}
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	return t
}

func (p *parser) and() float64 {
	v := p.comparison()
	for p.next("&&") != "" {
		w := p.comparison()
		v = truth(v != 0 && w != 0)
	}
	return v
}

func (p *parser) comparison() float64 {
	v := p.sum()
	switch p.next(">=", "<=", ">", "<") {
	case ">=":
		return truth(v >= p.sum())
	case "<=":
		return truth(v <= p.sum())
	case ">":
		return truth(v > p.sum())
	case "<":
		return truth(v < p.sum())
	}
	return v
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (p *parser) sum() float64 {
	v := p.product()
	for {
		switch p.next("+", "-") {
		case "+":
			v += p.product()
		case "-":
			v -= p.product()
		default:
			return v
		}
	}
}

func (p *parser) product() float64 {
	v := p.power()
	for {
		switch p.next("*", "/") {
		case "*":
			v *= p.power()
		case "/":
			v /= p.power()
		default:
			return v
		}
	}
}

func (p *parser) power() float64 {
	v := p.atom()
	if p.next("^") != "" {
		return math.Pow(v, p.power())
	}
	return v
}

// deepest bounds how far formulas nest.
const deepest = 100

func (p *parser) atom() float64 {
	if p.depth++; p.depth > deepest {
		return p.fail("nests too deep")
	}
	defer func() { p.depth-- }()
	switch {
	case len(p.tokens) == 0:
		return p.fail("ends too early")
	case p.next("-") != "":
		return -p.atom()
	case p.next("(") != "":
		v := p.and()
		if p.next(")") == "" {
			return p.fail("a ) is missing")
		}
		return v
	}
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	switch {
	case isName(t) && p.next("(") != "":
		return p.call(t)
	case isName(t):
		v, ok := p.values[t]
		if !ok {
			return p.fail("no value for %s", t)
		}
		return v
	}
	v, err := strconv.ParseFloat(t, 64)
	if err != nil {
		return p.fail("unexpected %q", t)
	}
	return v
}

// call reads the arguments of a function and computes it.
func (p *parser) call(name string) float64 {
	var args []float64
	for p.err == nil && p.next(")") == "" {
		if len(args) > 0 && p.next(",") == "" {
			return p.fail("a , or ) is missing in %s", name)
		}
		args = append(args, p.and())
	}
	f := elementary[name]
	if f == nil {
		f = p.more[name]
	}
	if f == nil {
		return p.fail("no function %s", name)
	}
	if p.err != nil {
		return math.NaN()
	}
	return f(args)
}
