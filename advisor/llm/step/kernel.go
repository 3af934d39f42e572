package step

import "math"

// Kernels are the kernels of dense models and of mixtures of experts, whose deviations differ: engines serve
// mixtures in more ways than their measurements distinguish.
type Kernels struct{ Dense, Mixture Kernel }

// of is the kernel by which a setup is compared.
func (k *Kernels) of(f *features) *Kernel {
	if f.mixture {
		return &k.Mixture
	}
	return &k.Dense
}

// Kernel says how much two measurements tell about each other beyond what the model of steps says about
// both: a covariance of the logarithm of the measured time over the model's. How an engine runs a model of
// some shape on an accelerator transfers to other lengths and concurrencies, in part to other models there,
// and in part to similar models elsewhere.
type Kernel struct {
	Batch, Tokens, GPUs, Facts  float64 // length scales, in log units: of requests in progress, tokens, accelerators of a replica, facts of a model
	Name, Precision, Cache      float64 // shares in [0,1) that only the same name, weight precision or cache precision retains
	Engine, Load                float64 // the same of engines and kinds of load
	Mixture, Family             float64 // the same for dense or mixture, and for families
	Own, Level, Hardware, Model float64 // standard deviations: of a model on an accelerator at about one load, of the same at all loads, of an accelerator, of a model
	Noise                       float64 // standard deviation of a measurement
}

// facts of a model by which it is like another: the logarithms of parameters, active
// parameters, cache per token, layers, width and experts.
const shapeFacts = 6

// features are what the kernel compares of two series.
type features struct {
	accelerator, family, model, engine, use int  // interned names
	bits, cache                             int8 // classes of weights and cache
	mixture, bare, grouped                  bool
	layers                                  bool    // each accelerator has whole layers
	gpus                                    float64 // logarithm
	shape                                   [shapeFacts]float64
}

// spot is where in a series a measurement stands: logarithms.
type spot struct{ batch, input, output float64 }

// amplitude is the covariance of two series at the same spot, and what of it remains at
// distant ones.
func (k *Kernel) amplitude(a, b *features) (near, far float64) {
	return k.between(a, b, k.alike(a, b))
}

// between is amplitude for models that are alike so much.
func (k *Kernel) between(a, b *features, shape float64) (near, far float64) {
	if a.bare != b.bare { // what is off with lengths that were not stated says nothing of others
		return 0, 0
	}
	work := k.kept(a.grouped == b.grouped, groupsKeep) * k.kept(a.engine == b.engine, k.Engine) * k.kept(a.use == b.use, k.Load) * k.kept(a.bits == b.bits, k.Precision) * k.kept(a.cache == b.cache, k.Cache)
	size := nearness((a.gpus - b.gpus) / k.GPUs)
	if a.accelerator == b.accelerator {
		near = k.Own*k.Own*shape + k.Hardware*k.Hardware*k.kept(a.mixture == b.mixture, k.Mixture)
		far = k.Level * k.Level * shape
	}
	near += k.Model * k.Model * shape * k.kept(a.family == b.family, k.Family)
	return near * work * size, far * work
}

// groupsKeep is the share that only the same attention keeps: data-parallel, or not.
const groupsKeep = 0.5

// kept is 1 for the same, and less by the share that only the same keeps.
func (k *Kernel) kept(same bool, share float64) float64 {
	if same {
		return 1
	}
	return 1 - share
}

// sameShape is up to where facts, in log units, are those of one shape: rounding.
const sameShape = 0.015

// alike is 1 for the same model and for those of its shape, which take its time, falling with the distance of the facts.
func (k *Kernel) alike(a, b *features) float64 {
	if a.model == b.model {
		return 1
	}
	sum, apart := 0.0, 0.0
	for i := range a.shape {
		off := math.Abs(a.shape[i] - b.shape[i])
		d := off / k.Facts
		sum, apart = sum+d*d, max(apart, off)
	}
	if apart < sameShape {
		return 1
	}
	return (1 - k.Name) / (1 + sum/2)
}

// apart is how much of the near covariance is left between two spots.
func (k *Kernel) apart(a, b *spot) float64 {
	return nearness((a.batch-b.batch)/k.Batch) * k.lengths(a, b)
}

// lengths is apart, whatever is under way.
func (k *Kernel) lengths(a, b *spot) float64 {
	x, y := a.input-b.input, a.output-b.output
	return 1 / (1 + (x*x+y*y)/(2*k.Tokens*k.Tokens))
}

// nearness is 1 at no distance and falls with its square: the rational quadratic covariance
// (Rasmussen and Williams 2006, 4.2.1, α = 1), which forgives outlying distances.
func nearness(d float64) float64 { return 1 / (1 + d*d/2) }

// shared is the part of a measurement's noise that repeats of it do not average out.
const shared = 0.3

// noise is the variance of the mean of n measurements of one thing.
func (k *Kernel) noise(rows int) float64 {
	return k.Noise * k.Noise * (shared + (1-shared)/float64(max(1, rows)))
}
