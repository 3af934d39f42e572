package offer

import "scaleadvise/advisor/llm"

// Memory that a serving process of a classic model needs beyond the weights, and that drivers take.
const (
	// ActivationShare is activations and workspace over weights for one batch, a cautious assumption for
	// models above 1 GB.
	ActivationShare = 0.1
	// ContextGiB is the accelerator's context and libraries: about half a GiB on current drivers, an
	// assumption that explain shows.
	ContextGiB = 0.5
	// usableShare is what drivers leave of the nominal memory where no usable figure is
	// recorded: the T4's 14.57 of 16 GiB.
	usableShare = 0.91
)

const gib = 1 << 30

// Memory is what each accelerator of a replica must hold, GiB.
type Memory struct {
	Weights float64 // 0 when unknown
	Needed  float64 // with workspace and context, of a language model with one request; 0 when unknown
	Usable  float64 // 0 when unknown
	Fits    bool    // true also where one of them is unknown
	Tokens  llm.Memory
}

// Memory returns what each accelerator of a replica has to hold. The error says what is not
// known of a language model.
func (o *Offers) Memory(h Hardware, v Variant) (Memory, error) {
	if !o.Generates() {
		return classicMemory(weights(o, v.Precision), h), nil
	}
	m, err := o.Setup(h, v).Memory(o.Language.Lengths)
	return Memory{Weights: m.Weights, Needed: m.Usable + m.Deficit, Usable: m.Usable, Fits: m.Fits, Tokens: m}, err
}

// classicMemory returns that of a classic model, which is not split over accelerators: each holds
// the whole model.
func classicMemory(weights float64, h Hardware) Memory {
	m := Memory{Weights: weights, Usable: h.Accelerator.UsableGiB}
	if m.Usable <= 0 {
		m.Usable = h.Accelerator.MemoryGiB * usableShare
	}
	if weights > 0 {
		m.Needed = weights*(1+ActivationShare) + ContextGiB
	}
	m.Fits = m.Usable <= 0 || m.Needed <= m.Usable
	return m
}

var bytesOf = map[string]float64{"fp32": 4, "bf16": 2, "fp16": 2, "fp8": 1, "int8": 1, "fp4": 0.5, "int4": 0.5}

// BytesPerParameter returns the bytes of one parameter in a precision: half precision where
// none is named.
func BytesPerParameter(precision string) float64 {
	if bytes, ok := bytesOf[precision]; ok {
		return bytes
	}
	return 2
}

// weights are parameters × bytes of the precision, GiB; 0 when the parameters are unknown.
func weights(o *Offers, precision string) float64 {
	if f := o.Workload.Facts; f != nil && f.Memory > 0 {
		return f.Memory / gib
	}
	return o.Model.ParamsB * 1e9 * BytesPerParameter(precision) / gib
}
