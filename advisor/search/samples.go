package search

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"gonum.org/v1/gonum/mathext"

	"scaleadvise/advisor/memo"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// draws is how many joint samples of demand and capacity one evaluation takes. They
// are stratified (one in each 1/draws slice of each margin), so 512 place a 90 %
// quantile within about half a percent of its limit.
const draws = 512

// samples holds the joint draws of demand and capacity as standard normal scores, and
// the ratio of sampled to expected demand. The same draws serve every candidate
// (common random numbers), so that comparisons between candidates carry no noise.
type samples struct {
	demand   []float64                       // ratio of sampled to expected demand
	exact    bool                            // whether the demand is known
	capacity []float64                       // standard normal scores
	scores   []float64                       // the same, sorted
	sorted   *memo.Of[[2]float64, []float64] // ratios of demand over capacity, by the range of capacity
}

// sampleStream tells these draws from others of the same seed.
const sampleStream = 0x5ca1ead

// drawn are the standard normal scores of a seed: one question after another asks for the same.
type drawn struct{ capacity, sorted, peak, growth []float64 }

// lately keeps those of the seeds at hand.
var lately memo.Recent[uint64, drawn]

const seeds = 4

func scoresOf(seed uint64) drawn {
	return lately.Get(seed, seeds, func() drawn {
		rng := rand.New(rand.NewPCG(seed, sampleStream))
		d := drawn{capacity: stratified(rng), peak: stratified(rng), growth: stratified(rng)}
		d.sorted = slices.Sorted(slices.Values(d.capacity))
		return d
	})
}

func newSamples(w *workload.Workload, seed uint64) *samples {
	d := scoresOf(seed)
	s := &samples{capacity: d.capacity, scores: d.sorted, exact: w.Peak.IsExact() && w.Growth.IsExact(), sorted: new(memo.Of[[2]float64, []float64])}
	growth := w.Demand()
	expected := growth.Factor(w.Growth.Mid, w.Horizon)
	s.demand = make([]float64, draws)
	for i := range s.demand {
		grown := 1.0
		if !w.Growth.IsExact() {
			grown = growth.Factor(math.Max(at(w.Growth, d.growth[i]), -0.99), w.Horizon) / expected
		}
		s.demand[i] = ratio(w.Peak, d.peak[i]) * grown
	}
	return s
}

// stratified draws standard normal scores, one from each equal slice, shuffled.
func stratified(rng *rand.Rand) []float64 {
	z := make([]float64, draws)
	for i := range z {
		z[i] = mathext.NormalQuantile((float64(i) + rng.Float64()) / draws)
	}
	rng.Shuffle(draws, func(i, j int) { z[i], z[j] = z[j], z[i] })
	return z
}

// at places a normal score in an interval read as a central 90 % range, each side with
// its own width (a split normal).
func at(i unit.Interval, z float64) float64 {
	if z < 0 {
		return i.Mid + z/serve.Z90*(i.Mid-i.Low)
	}
	return i.Mid + z/serve.Z90*(i.High-i.Mid)
}

// ratio is at over the middle; never negative.
func ratio(i unit.Interval, z float64) float64 {
	if i.IsExact() || i.Mid <= 0 {
		return 1
	}
	return math.Max(at(i, z)/i.Mid, 0)
}

// margin returns the quantile p of sampled demand over sampled capacity, both relative to
// what is expected: a plan holds with probability p when its expected capacity is at
// least the expected demand times margin(p). low and high are the ends of the central
// 90 % of capacity relative to what is expected.
func (s *samples) margin(p, low, high float64) float64 {
	if s.exact && low <= 1 && high >= 1 {
		return 1 / capacityRatio(s.scores[len(s.scores)-1-rankOf(p, len(s.scores))], low, high)
	}
	return quantile(s.ratios(low, high), p)
}

// chance returns the share of samples that a capacity of a multiple of the expected demand holds.
func (s *samples) chance(room, low, high float64) float64 {
	return float64(sort.SearchFloat64s(s.ratios(low, high), math.Nextafter(room, math.Inf(1)))) / draws
}

// ratios returns the samples of demand over capacity, each relative to what is expected, sorted.
func (s *samples) ratios(low, high float64) []float64 {
	return s.sorted.Get([2]float64{low, high}, func() []float64 {
		sorted := make([]float64, draws)
		for i, d := range s.demand {
			sorted[i] = d / capacityRatio(s.capacity[i], low, high)
		}
		sort.Float64s(sorted)
		return sorted
	})
}

// capacityRatio is log-normal on each side: capacities are positive and their errors
// are ratios.
func capacityRatio(z, low, high float64) float64 {
	if z < 0 && low > 0 {
		return math.Exp(-z / serve.Z90 * math.Log(low))
	}
	if high > 0 {
		return math.Exp(z / serve.Z90 * math.Log(high))
	}
	return 1
}

// quantile returns the smallest sample that at least a share p of the samples do not exceed.
func quantile(sorted []float64, p float64) float64 { return sorted[rankOf(p, len(sorted))] }

// rankOf returns the place of the quantile p among n in order.
func rankOf(p float64, n int) int { return min(max(int(math.Ceil(p*float64(n)))-1, 0), n-1) }
