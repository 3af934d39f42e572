package llm

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/unit"
)

// Lengths are the distributions of input and output tokens of requests.
type Lengths struct{ Input, Output Tokens }

// Tokens is the distribution of a number of tokens. Its body is given by three percentiles where they are
// known and is log-normal otherwise; a zero CV without percentiles means that all lengths are equal.
type Tokens struct {
	Mean float64 // tokens, > 0
	CV   float64 // coefficient of variation

	P50, P90, P99 float64 // tokens; 0 unknown, all three together
	Max           float64 // tokens, the longest; 0 unknown
}

// Plus returns the distribution shifted by a number of tokens.
func (t Tokens) Plus(more float64) Tokens {
	t.CV *= t.Mean / (t.Mean + more)
	t.Mean += more
	if t.P50 > 0 {
		t.P50, t.P90, t.P99 = t.P50+more, t.P90+more, t.P99+more
	}
	if t.Max > 0 {
		t.Max += more
	}
	return t
}

// Normal scores of the 50th, 90th and 99th percentile.
const z50, z90, z99 = 0, 1.2815515655446004, 2.3263478740408408

// Spread returns the distribution with these percentiles: the logarithm of the length is linear
// in the normal score between and beyond them, up to the longest where that is known. Zero percentiles give the zero Tokens.
func Spread(p unit.Percentiles) Tokens {
	if !(p.P50 > 0 && p.P90 >= p.P50 && p.P99 >= p.P90) || math.IsInf(p.P99, 1) {
		return Tokens{}
	}
	t := Tokens{Mean: p.P50, P50: p.P50, P90: p.P90, P99: p.P99, Max: p.Max}
	if t.varies() {
		t.Mean, t.CV = t.moments()
	}
	return t
}

// Said returns the lengths that a trait states, or that a trace has.
func Said(mean unit.Interval, p unit.Percentiles, seen []float64) Tokens {
	if len(seen) > 0 {
		return Observed(seen)
	}
	if t := Spread(p); t.Mean > 0 {
		return t
	}
	return Tokens{Mean: mean.Mid}
}

// Observed returns the distribution of observed lengths, those of a trace. The moments are
// those of the sample. Lengths below one token count as one; no lengths give the zero Tokens.
func Observed(lengths []float64) Tokens {
	if len(lengths) == 0 {
		return Tokens{}
	}
	sorted := slices.Clone(lengths)
	sum, squares := 0.0, 0.0
	for i, l := range sorted {
		sorted[i] = math.Max(1, l)
		sum += sorted[i]
	}
	mean := sum / float64(len(sorted))
	for _, l := range sorted {
		squares += (l - mean) * (l - mean)
	}
	slices.Sort(sorted)
	return Tokens{
		Mean: mean, CV: math.Sqrt(squares/float64(len(sorted))) / mean,
		P50: stat.Quantile(sorted, 0.5), P90: stat.Quantile(sorted, 0.9), P99: stat.Quantile(sorted, 0.99),
	}
}

// Mixed returns the mean, the variation and the maximum of a weighted mixture of distributions.
func Mixed(weights []float64, of []Tokens) Tokens {
	sum, mean, squares, most := 0.0, 0.0, 0.0, 0.0
	for i, t := range of {
		sum, mean, squares = sum+weights[i], mean+weights[i]*t.Mean, squares+weights[i]*t.MeanSquare()
		switch {
		case weights[i] == 0:
		case t.Max == 0 && t.varies():
			most = math.Inf(1)
		default:
			most = math.Max(most, math.Max(t.Max, t.Mean))
		}
	}
	if !(sum > 0) || !(mean > 0) {
		return Tokens{}
	}
	mean, squares = mean/sum, squares/sum
	if math.IsInf(most, 1) {
		most = 0
	}
	return Tokens{Mean: mean, CV: math.Sqrt(math.Max(0, squares/(mean*mean)-1)), Max: most}
}

// Text returns the lengths as a trait writes them: one number, or the 50th, 90th and 99th percentile of a
// log-normal distribution with their mean and variation, and the longest where that is known.
func (t Tokens) Text() string {
	const alike = 0.01
	if t.CV < alike {
		return fmt.Sprintf("%.0f", math.Max(1, t.Mean))
	}
	low, high := 0.0, 2*math.Sqrt(math.Log1p(t.CV*t.CV)) // what the longest cuts off needs a wider one
	p := t.lognormal(high)
	for range 12 {
		if middle := (low + high) / 2; Spread(t.lognormal(middle)).CV > t.CV {
			high = middle
		} else {
			low = middle
		}
		p = t.lognormal((low + high) / 2)
	}
	text := fmt.Sprintf("%.0f/%.0f/%.0f", math.Max(1, p.P50), math.Max(1, p.P90), math.Max(1, p.P99))
	if t.Max > 0 {
		text += fmt.Sprintf("/%.0f", math.Max(1, t.Max))
	}
	return text
}

// lognormal are percentiles with the mean of the lengths and a deviation of their logarithm, cut off at the
// longest.
func (t Tokens) lognormal(sigma float64) unit.Percentiles {
	most := t.Max
	if most == 0 {
		most = math.Inf(1)
	}
	of := func(median float64) unit.Percentiles {
		return unit.Percentiles{
			P50: math.Min(median, most), P90: math.Min(median*math.Exp(sigma*z90), most), P99: math.Min(median*math.Exp(sigma*z99), most), Max: t.Max,
		}
	}
	p := of(t.Mean * math.Exp(-sigma*sigma/2))
	for range 10 {
		p = of(p.P50 * t.Mean / Spread(p).Mean)
	}
	return p
}

// moments are the mean and coefficient of variation of the body.
func (t Tokens) moments() (mean, cv float64) {
	const n, far = 400, 6.0
	weights, sum, squares := 0.0, 0.0, 0.0
	for i := range n + 1 {
		z := far * (2*float64(i)/n - 1)
		w, l := math.Exp(-z*z/2), t.at(z)
		weights, sum, squares = weights+w, sum+w*l, squares+w*l*l
	}
	mean = sum / weights
	return mean, math.Sqrt(math.Max(0, squares/weights-mean*mean)) / mean
}

// at is the length at a normal score.
func (t Tokens) at(z float64) float64 {
	length := t.unbounded(z)
	if t.Max > 0 {
		return math.Min(length, t.Max)
	}
	return length
}

func (t Tokens) unbounded(z float64) float64 {
	switch {
	case !t.varies():
		return t.Mean
	case t.P50 <= 0:
		variance := math.Log1p(t.CV * t.CV)
		return t.Mean * math.Exp(math.Sqrt(variance)*z-variance/2)
	}
	lower, upper := math.Log(t.P90/t.P50)/(z90-z50), t.upper()
	if z < z90 {
		return t.P50 * math.Exp(lower*z)
	}
	return t.P90 * math.Exp(upper*(z-z90))
}

// upper is the standard deviation of the logarithm of the length, of its upper end.
func (t Tokens) upper() float64 {
	if t.P50 <= 0 {
		return math.Sqrt(math.Log1p(t.CV * t.CV))
	}
	return math.Log(t.P99/t.P90) / (z99 - z90)
}

func (t Tokens) varies() bool { return t.CV > 0 || t.P99 > t.P50 }

func (t Tokens) Valid() bool {
	return t.Mean > 0 && !math.IsInf(t.Mean, 1) && t.CV >= 0 && !math.IsInf(t.CV, 1)
}

// MeanSquare returns the mean of the square of the length.
func (t Tokens) MeanSquare() float64 { return t.Mean * t.Mean * (1 + t.CV*t.CV) }

// Cell is a piece of a distribution: a share of the requests, whose lengths are close to one value.
type Cell struct {
	Share  float64
	Tokens float64
	Width  float64 // tokens, from one end of the piece to the other
}

// Cells cut a distribution into pieces of equal width in the normal score; one piece where
// all lengths are the same. Their mean is that of the distribution, and they reach as far as what contributes to
// the mean of the square, which lies at twice the deviation of the logarithm, but no further than the longest of
// 30,000: percentiles say nothing of what lies beyond.
func (t Tokens) Cells() []Cell {
	if !t.varies() {
		return []Cell{{1, t.Mean, 0}}
	}
	const far, width = 3, 0.5
	longest := math.Min(math.Max(far, math.Ceil((2*t.upper()+far-1)/width)*width), far+1)
	cells := make([]Cell, int((far+longest)/width)+1)
	weights, sum := 0.0, 0.0
	for i := range cells {
		z := width*float64(i) - far
		cells[i] = Cell{math.Exp(-z * z / 2), math.Max(1, t.at(z)), t.at(z+width/2) - t.at(z-width/2)}
		weights += cells[i].Share
		sum += cells[i].Share * cells[i].Tokens
	}
	scale := t.Mean * weights / sum
	for i := range cells {
		cells[i].Share /= weights
		cells[i].Tokens *= scale
		cells[i].Width *= scale
	}
	return cells
}

// At returns the length in tokens at a normal score, for drawing lengths; at least one.
func (t Tokens) At(z float64) float64 { return max(1, t.at(z)) }
