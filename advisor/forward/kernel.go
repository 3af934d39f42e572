package forward

import "math"

// Kernel is the covariance of two runs' ln time over the roofline: variances of the levels that runs share,
// and lengths over which similarity falls. A level named by several words is shared by runs that agree in
// all of them.
type Kernel struct {
	Kind, Runtime, Precision, Mode float64 // of a kind of hardware; with it: runtime, precision in it, mode in it
	Device, Cell                   float64 // of a device; with runtime, precision and mode
	Like, LikeClass                float64 // of devices with similar rates; with runtime and class of operations
	Source, SourceClass            float64 // of the source of the measurement
	Class, ClassPrecision          float64 // of similar models within a class of operations
	AlikeDevice, ClassCell         float64 // of similar models on one device with one runtime
	Family, FamilyCell             float64 // of models of one family
	Model, Uncounted               float64 // of one model; of one whose operations are a guess
	Batch, BatchDevice, BatchLike  float64 // of what depends on the batch
	FixedFamily, FixedNoise        float64 // of what does not grow with the batch on a GPU: of models of one family; of one run
	Noise, UncountedNoise          float64 // variance of one run; extra variance of one whose operations are a guess

	// Lengths of the kernel, in logarithms.
	GMACs, Intensity, Params     float64
	FamilyGMACs, FamilyIntensity float64
	BatchSize, Peak, Bandwidth   float64
}

// point is a run as the kernel sees it: who and what it is as numbers of names, −1 for one
// that no run has, and its figures as logarithms.
type point struct {
	device, run, runtime, precision, mode, kind int32 // run is a device with the cores at work
	class, family, model, name, source          int32 // name is a model with any input
	gmacs, intensity, params                    float64
	batch, peak, bandwidth                      float64
	fixed                                       float64 // share of the pass that does not grow with its batch, about
	rated, counted                              bool
	tabular                                     bool // its work is to look rows up
}

// halfFixed is the batch of which on a GPU about half of the time does not grow with it: the kernels of
// a smaller one are launched, and end, before they fill the units.
const halfFixed = 8

// share sets what part of the pass of a point does not grow with its batch.
func (p *point) share(kind string) {
	if p.fixed = 0; kind == "gpu" {
		p.fixed = halfFixed / (halfFixed + math.Exp(p.batch))
	}
}

// same reports whether two names are known to be one.
func same(a, b int32) bool { return a == b && a >= 0 }

// kinship is what two models have in common.
type kinship struct {
	class, family bool
	alike, kin    float64 // how alike they are; within a family
}

func (k *Kernel) kinship(a, b *point) kinship {
	m := kinship{class: same(a.class, b.class), family: same(a.family, b.family)}
	m.alike = near(square((a.gmacs-b.gmacs)/k.GMACs) + square((a.intensity-b.intensity)/k.Intensity) + square((a.params-b.params)/k.Params))
	if m.family {
		m.kin = near(square((a.gmacs-b.gmacs)/k.FamilyGMACs) + square((a.intensity-b.intensity)/k.FamilyIntensity))
	}
	return m
}

// between is the covariance of two runs. Every summand is a product of covariances.
func (k *Kernel) between(a, b *point) float64 {
	m := k.kinship(a, b)
	return k.given(&m, a, b, k.like(a, b))
}

// given is between, given what the models and the devices have in common.
func (k *Kernel) given(m *kinship, a, b *point, like float64) float64 {
	v := k.ofModel(a, b, m)
	if same(a.kind, b.kind) {
		v += k.ofHardware(a, b, m, like)
	}
	return v
}

// ofModel is the part of the covariance that models and sources share on any hardware.
func (k *Kernel) ofModel(a, b *point, m *kinship) float64 {
	v := 0.0
	if m.class {
		v += k.Class * m.alike
		if same(a.precision, b.precision) {
			v += k.ClassPrecision * m.alike
		}
	}
	if m.family {
		v += k.Family * m.kin
	}
	if same(a.model, b.model) {
		v += k.Model
	}
	if !a.counted && !b.counted && same(a.name, b.name) {
		v += k.Uncounted
	}
	if same(a.source, b.source) {
		v += k.Source
		if m.class {
			v += k.SourceClass
		}
	}
	return v
}

// ofHardware is the part of the covariance within a kind of hardware.
func (k *Kernel) ofHardware(a, b *point, m *kinship, like float64) float64 {
	alike := m.alike
	// Look-ups of rows tell nothing of how fast a runtime multiplies.
	runtime := same(a.runtime, b.runtime) && a.tabular == b.tabular
	batch := near(square((a.batch - b.batch) / k.BatchSize))
	v := k.Kind + k.Like*like + k.BatchLike*batch*alike*like
	if runtime {
		v += k.Runtime + k.Batch*batch*alike
		if same(a.precision, b.precision) {
			v += k.Precision
		}
		if same(a.mode, b.mode) {
			v += k.Mode
		}
		if m.class {
			v += k.LikeClass * like
		}
	}
	if m.family { // as many kernels on any hardware
		v += k.FixedFamily * m.kin * a.fixed * b.fixed
	}
	if !same(a.run, b.run) {
		return v
	}
	v += k.Device
	if runtime {
		v += k.AlikeDevice*alike + k.BatchDevice*batch + k.ofCell(a, b, m)
	}
	return v
}

// ofCell is the part of the covariance of runs of one device with one runtime, where they
// agree in precision.
func (k *Kernel) ofCell(a, b *point, m *kinship) float64 {
	if !same(a.precision, b.precision) {
		return 0
	}
	v := 0.0
	if same(a.mode, b.mode) {
		v += k.Cell
	}
	if m.class {
		v += k.ClassCell * m.alike
	}
	if m.family {
		v += k.FamilyCell * m.kin
	}
	return v
}

// like is the likeness of two devices by their rates; where the rates of neither are known
// it is whether they are one.
func (k *Kernel) like(a, b *point) float64 {
	switch {
	case a.rated && b.rated:
		return near(square((a.peak-b.peak)/k.Peak) + square((a.bandwidth-b.bandwidth)/k.Bandwidth))
	case !a.rated && !b.rated && same(a.run, b.run):
		return 1
	}
	return 0
}

// variance is the prior variance at a point: the covariance with itself, were it among the
// runs.
func (k *Kernel) variance(p *point) float64 {
	q := *p
	for _, name := range []*int32{&q.device, &q.run, &q.runtime, &q.precision, &q.mode, &q.kind, &q.class, &q.family, &q.model, &q.name, &q.source} {
		if *name < 0 {
			*name = 0
		}
	}
	return k.between(&q, &q)
}

// near is 1 at no distance and falls with its square: the rational quadratic covariance
// (Rasmussen and Williams, 4.2.1, α = 1), which forgives outlying distances.
func near(squared float64) float64 { return 1 / (1 + squared/2) }

func square(x float64) float64 { return x * x }
