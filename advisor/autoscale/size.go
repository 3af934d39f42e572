package autoscale

import (
	"math"
	"slices"
)

// Fleet is the set of replicas whose number an autoscaler changes.
type Fleet struct {
	Carries   []float64       // 1/s that n replicas carry, by n; the first, for none, is 0
	Static    int             // number of replicas without an autoscaler
	Floor     int             // fewest replicas that redundancy requires, at least 1
	Machines  func(n int) int // number of machines that hold n replicas
	ColdStart float64         // s from starting a replica to its first answer
}

// fewest is the smallest number of replicas that carries a rate, the most there are where none does.
func (f Fleet) fewest(rate float64) int {
	n := f.Floor
	for n < f.Static && f.Carries[n] < rate*(1-rounding) {
		n++
	}
	return n
}

// rounding is by how much a sum may be off.
const rounding = 1e-9

// Scaler holds the settings of an autoscaler.
type Scaler struct {
	Every     float64 // s between evaluations
	Measured  float64 // s over which the signal is measured
	Calm      float64 // s of the stabilization window: the largest size wanted within it is kept
	Tolerance float64 // relative deviation from the target that is ignored
}

// Lead returns the time from a rise of demand until a new replica answers, s: a start, the time over which
// the signal is measured, and the wait for the next evaluation.
func (s Scaler) Lead(coldStart float64) float64 { return coldStart + s.Measured + s.Every }

// Bounds are the limits between which an autoscaler works, and its target.
type Bounds struct {
	Min, Max int
	Target   float64 // 1/s per replica
	Share    float64 // the target over what a replica carries
	Ramp     float64 // growth of demand within Lead, at most, where demand exceeds what Min carries
	Lead     float64 // s from a rise in demand until a new replica answers
}

// steepest is the growth within the lead that is left to the autoscaler; what grows faster is held
// ready by more replicas at the least. Its target would otherwise leave less than half of each
// replica in use.
const steepest = 2.0

// Choose returns the bounds that carry a day: as the minimum, the fewest replicas that carry its quietest
// moment and from which the steepest growth within a lead is at most a doubling; as the maximum, all
// replicas. A longer start never lowers the minimum.
func Choose(day []float64, f Fleet, s Scaler) Bounds {
	n := f.fewest(slices.Min(day))
	for n < f.Static && ramp(day, f, s, n) > steepest {
		n++
	}
	return Between(day, f, s, n, f.Static)
}

// Between returns the bounds with the target of an autoscaler between two numbers of replicas: the share of
// a replica that leaves room for the growth within a lead and for the tolerance.
func Between(day []float64, f Fleet, s Scaler, least, most int) Bounds {
	b := Bounds{Min: least, Max: most, Ramp: ramp(day, f, s, min(least, len(f.Carries)-1)), Lead: s.Lead(f.ColdStart)}
	one := math.Inf(1)
	for n := least; n <= min(most, len(f.Carries)-1); n++ {
		one = math.Min(one, f.Carries[n]/float64(n))
	}
	b.Share = 1 / ((1 + s.Tolerance) * math.Max(1, b.Ramp))
	b.Target = b.Share * one
	return b
}

// ramp is the most by which a day grows within a lead to more than n replicas carry; 1 where it
// never does.
func ramp(day []float64, f Fleet, s Scaler, n int) float64 {
	ahead := int(math.Ceil(s.Lead(f.ColdStart) / s.Every))
	most := 1.0
	for i, later := range highest(day, ahead) {
		if later > f.Carries[n]*(1+rounding) {
			most = math.Max(most, later/day[i])
		}
	}
	return most
}

// highest are the highest rates within so many steps from each step on; a day follows the next.
func highest(day []float64, steps int) []float64 {
	n := len(day)
	if steps >= n {
		return slices.Repeat([]float64{slices.Max(day)}, n)
	}
	out, window := make([]float64, n), []int(nil) // places of a falling sequence
	for j := 2*n - 1; j >= 0; j-- {
		for len(window) > 0 && day[window[len(window)-1]%n] <= day[j%n] {
			window = window[:len(window)-1]
		}
		window = append(window, j)
		for window[0] > j+steps {
			window = window[1:]
		}
		if j < n {
			out[j] = day[window[0]%n]
		}
	}
	return out
}

// Rates returns the rates of a day, 1/s, at the middle of each step.
func Rates(s Shape, peak, step float64) []float64 {
	out := make([]float64, int(math.Round(Day/step)))
	for i := range out {
		out[i] = peak * s.At((float64(i)+0.5)*step) / s.PeakToMean()
	}
	return out
}
