package service

import "math"

// kernel says how much two cells tell about each other: a covariance. noise is the
// variance of a cell's value about what it measures, slope the part of the value that
// follows from the cell alone.
type kernel interface {
	between(a, b *cell) float64
	noise(c *cell) float64
	slope(c *cell) float64
}

// RateKernel is the covariance of ln rate: a task has its own level, which drifts as software improves; an
// accelerator has its own level, close to those of its family and of parts with similar facts; and what a
// part does especially well at one task, related parts do at similar tasks.
type RateKernel struct {
	Years, Facts                               float64 // length scales: years of drift, log units of facts
	Drift, DriftKin                            float64 // variances: of software per task, and per generation
	Own, Family, Generation, Kind, Like        float64 // variances of an accelerator's level
	XOwn, XFamily, XGeneration, XLike, XKind   float64 // of the interaction: the accelerator's part
	XBenchmark, XModel, XModelKind, XPrecision float64 // of the interaction: the task's part
	Noise, Submitters, Freedom                 float64 // standard deviation; share of it that repeats do not average out; degrees of freedom of Student's t
}

// The variance of a task's level, unknown within several powers of ten: most of it is the
// model's, the rest that of its precision. Accuracy targets that run in one precision are
// one task: MLPerf lists one run under both.
const (
	modelLevel     = 3.5
	precisionLevel = 0.5
	shareLevel     = 4
)

// alike is the likeness of two parts of which one fact is unknown or far apart.
const alike = 0.6

func (k *RateKernel) between(a, b *cell) float64 {
	same := one(a.accelerator == b.accelerator)
	like := same
	if same == 0 {
		like = k.like(a, b)
	}
	family, generation, kind := one(a.family == b.family), one(a.generation == b.generation), one(a.place.kind == b.place.kind)
	v := k.Own*same + k.Family*family + k.Generation*generation + k.Kind*kind + k.Like*like
	hardware := k.XOwn*same + k.XFamily*family + k.XGeneration*generation + k.XLike*like + k.XKind*kind
	work := k.XModelKind*one(a.task.kind == b.task.kind) + k.XPrecision*one(a.half == b.half)
	if a.model == b.model {
		d := (a.year - b.year) / k.Years
		v += (k.Drift + k.DriftKin*generation) * near(d)
		v += modelLevel
		work += k.XModel
	}
	if a.model == b.model && a.half == b.half {
		v += precisionLevel
		work += k.XBenchmark
	}
	return v + hardware*work
}

// like is 1 for parts with the same facts, falling with their distance. An unknown fact
// tells as little as a far one; each factor is a constant plus a kernel, so the product
// stays a covariance.
func (k *RateKernel) like(a, b *cell) float64 {
	product := 1.0
	for i, x := range a.place.facts {
		close := 0.0
		if d := (x - b.place.facts[i]) / k.Facts; !math.IsNaN(d) {
			close = near(d)
		}
		product *= alike + (1-alike)*close
	}
	return product
}

func (k *RateKernel) noise(c *cell) float64 {
	return k.Noise * k.Noise * (k.Submitters + (1-k.Submitters)/float64(max(c.rows, 1))) / c.weight
}

func (k *RateKernel) slope(*cell) float64 { return 0 }

// ShareKernel is the covariance of the stretched share of saturation: similar hardware keeps similar shares
// at similar tasks with similar batches. The share rises with the work that fits within the bound and with
// the accelerators that share one queue.
type ShareKernel struct {
	Own, Family, Generation, Kind, Any   float64 // variances: the hardware's part
	Benchmark, Model, ModelKind, AnyTask float64 // variances: the task's part
	Batches, Length                      float64 // variance that depends on the batches within the bound, and its length scale in log units
	Bound, Count                         float64 // slopes: per log unit of bound × rate, and of the number of accelerators
	Noise, Submitters, Loose, Freedom    float64 // as in RateKernel; Loose multiplies the variance of runs that may have had spare capacity
}

func (k *ShareKernel) between(a, b *cell) float64 {
	hardware := k.Any + k.Kind*one(a.place.kind == b.place.kind) + k.Generation*one(a.generation == b.generation) +
		k.Family*one(a.family == b.family) + k.Own*one(a.accelerator == b.accelerator)
	work := k.AnyTask + k.ModelKind*one(a.task.kind == b.task.kind)
	if a.model == b.model {
		work += k.Model + k.Benchmark*one(a.benchmark == b.benchmark)
	}
	d := (a.batches - b.batches) / k.Length
	return shareLevel + hardware*work*(1+k.Batches*near(d))
}

func (k *ShareKernel) noise(c *cell) float64 {
	v := k.Noise * k.Noise * (k.Submitters + (1-k.Submitters)/float64(max(c.rows, 1))) / c.weight
	if c.room > atLimit {
		return v * k.Loose
	}
	return v
}

func (k *ShareKernel) slope(c *cell) float64 { return k.Bound*c.batches + k.Count*c.count }

// near is 1 at no distance and falls with its square: the rational quadratic covariance
// (Rasmussen and Williams, 4.2.1, α = 1), which costs no exponential and forgives
// outlying distances.
func near(d float64) float64 { return 1 / (1 + d*d/2) }

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
