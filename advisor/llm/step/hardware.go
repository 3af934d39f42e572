package step

import (
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
)

// What is taken for a fact that no source states.
const (
	usualBytesPerGiB = 25e9 / llm.GiB // B/s of bandwidth per byte of memory: between an A10G and an A100
	usualIntensity   = 200            // 16-bit operations per byte of bandwidth: an A100's
	usualScalar      = 8              // 16-bit operations of matrices per operation outside: between an RTX PRO 6000 and an H100
	usualLinkGBs     = 400            // both directions
	busGBs           = 64             // both directions of 16 lanes of PCIe 4, doubled by each generation
	busGeneration    = 4
	gddrGBs          = 1200 // above: HBM, unless the part has no link but the bus
)

// hardware is what a step depends on of an accelerator.
type hardware struct {
	bandwidth float64 // B/s
	half      float64 // FLOP/s in 16 bit
	scalar    float64 // operations a second outside of matrices
	linked    bool    // to its neighbours, not only over the host's bus
	link      float64 // B/s, one direction
	memory    float64 // B that software sees
	family    string  // vendor, arithmetic and memory
	guessed   bool    // a fact was missing
}

func hardwareOf(a catalog.Accelerator) hardware {
	h := hardware{bandwidth: a.BandwidthGBs * 1e9, half: llm.Compute("bf16", a), memory: llm.DeviceGiB(a) * llm.GiB, family: generationOf(a)}
	if h.bandwidth == 0 {
		h.bandwidth, h.guessed = a.MemoryGiB*llm.GiB*usualBytesPerGiB, true
	}
	if h.half == 0 { // half of the 8-bit rate where that is stated
		h.half = max(a.FP8TFLOPS, a.INT8TOPS) / 2 * 1e12
	}
	if h.half == 0 {
		h.half, h.guessed = h.bandwidth*usualIntensity, true
	}
	if h.scalar = a.FP32TFLOPS * 1e12; h.scalar == 0 {
		h.scalar = h.half / usualScalar
	}
	h.linked = a.Linked()
	both := a.LinkGBs
	switch {
	case !h.linked:
		both = busGBs
		for g := busGeneration; g < a.PCIeGen; g++ {
			both *= 2
		}
	case both == 0:
		both = usualLinkGBs
	}
	h.link = both / 2 * 1e9
	return h
}

// rate is the arithmetic rate with a setup's weights, FLOP/s; packed where they are unpacked to 16 bit before use.
func (h hardware) rate(s *llm.Setup) (flops float64, packed bool) {
	a, precision := s.Accelerator, s.Precision
	if precision == "fp32" {
		return h.scalar, false
	}
	if s.Integers && precision == "int8" && a.INT8TOPS > 0 {
		return max(a.INT8TOPS*1e12, h.half), false
	}
	native := map[string]float64{"fp8": a.FP8TFLOPS, "fp4": a.FP4TFLOPS, "mxfp4": a.FP4TFLOPS}
	switch precision {
	case "fp8", "fp4", "mxfp4", "int8", "int4":
		packed = native[precision] == 0
	}
	return max(llm.Compute(precision, a), h.half), packed
}

// generationOf groups accelerators by vendor, by the narrowest arithmetic they have and by
// their kind of memory: within a generation of one vendor efficiencies are alike.
func generationOf(a catalog.Accelerator) string {
	words := []string{a.Vendor}
	switch {
	case a.FP4TFLOPS > 0:
		words = append(words, "fp4")
	case a.FP8TFLOPS > 0:
		words = append(words, "fp8")
	case a.BF16TFLOPS > 0:
		words = append(words, "bf16")
	}
	if a.BandwidthGBs > gddrGBs && a.Interconnect != "PCIe only" {
		words = append(words, "hbm")
	}
	return strings.Join(words, " ")
}

// splitsLayers reports whether an engine gives whole layers to each accelerator, one after
// the other, so that more of them hold more and are no faster.
func splitsLayers(name string) bool {
	return engine.Measured(name).Parallelism == engine.SplitsLayers
}
