package llm

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
)

// format is how the weights of one precision are stored.
type format struct {
	bits  float64 // of one weight, its share of scales included
	table float64 // of an element of the tables of embeddings
}

// formats are the precisions of weights. Quantized ones keep the table of embeddings and
// the output layer in 16 bit, which is what AutoAWQ, GPTQ, LLM Compressor and NVIDIA's
// Model Optimizer write unless stated otherwise. Scales: int4 has one of 16 bit and a zero
// point of 4 for every 128 weights (AWQ, Lin et al. 2024; GPTQ, Frantar et al. 2023), fp4
// one of 8 bit for 16 (NVFP4), mxfp4 one of 8 bit for 32 (OCP Microscaling formats 1.0);
// those of fp8 and int8, one a row or block, are below 0.1 %.
var formats = map[string]format{
	"fp32": {32, 32}, "fp16": {16, 16}, "bf16": {16, 16},
	"fp8": {8, 16}, "int8": {8, 16}, "int4": {4 + 20./128, 16}, "fp4": {4 + 8./16, 16}, "mxfp4": {4 + 8./32, 16},
}

// kvBits are those of one element of the KV cache.
var kvBits = map[string]float64{"": 16, "auto": 16, "fp32": 32, "fp16": 16, "bf16": 16, "fp8": 8, "fp8_e4m3": 8, "fp8_e5m2": 8, "int8": 8, "int4": 4.5} // with a scale of 16 bit for 32 elements

// WeightBytes returns the memory of all weights, B, on all accelerators together. A mixture that
// was released in 4 bit (Shape.Released) has only its routed experts in them, and in no
// precision of 8 bit has them in more: gpt-oss in mxfp4, Kimi K2.5 in int4 with a scale of
// 16 bit for 32 weights, DeepSeek-V4 in fp8 with experts of 4 bit. "" is the precision of the
// release, else 16 bit.
func (s Shape) WeightBytes(precision string) (float64, error) {
	if precision == "" {
		precision = s.Released
	}
	if precision == "" {
		precision = "bf16"
	}
	if _, ok := formats[precision]; !ok {
		return 0, fmt.Errorf("unknown precision %q; expected one of %s", precision, strings.Join(slices.Sorted(maps.Keys(formats)), ", "))
	}
	f := s.formatOf(precision)
	quantized, tables := s.Params-s.Embedding, s.Embedding*f.table/8
	released := releasedBits[s.Released]
	if released == 0 || s.Experts == 0 || f.bits >= 16 || s.packs(precision) {
		return quantized*f.bits/8 + tables, nil
	}
	rest := 2.0 // B, of a weight of neither experts nor embeddings
	if f.bits >= 8 {
		rest = f.bits / 8
	}
	return s.ExpertParams*released/8 + (quantized-s.ExpertParams)*rest + tables, nil
}

// releasedBits are those of a weight of a routed expert where a mixture was released in 4
// bit (gpt-oss model card, 2025; moonshotai/Kimi-K2.5, quantization_config).
var releasedBits = map[string]float64{"mxfp4": 4 + 8./32, "int4": 4 + 16./32}

// Precisions returns the precisions of weights in which an accelerator serves a model, the most precise
// first. fp8 and fp4 need arithmetic in them, except that mixtures released in mxfp4 run on any accelerator
// with bf16; int8 and int4 are unpacked to 16 bit and run everywhere.
func Precisions(a catalog.Accelerator, s Shape) []string {
	all := []string{"fp16"}
	if a.BF16TFLOPS > 0 {
		all[0] = "bf16"
	}
	if a.FP8TFLOPS > 0 {
		all = append(all, "fp8")
	}
	all = append(all, "int8")
	if a.FP4TFLOPS > 0 || s.Released == "mxfp4" && a.BF16TFLOPS > 0 {
		all = append(all, "fp4")
	}
	return append(all, "int4")
}

// Runs reports whether an accelerator serves a model in a precision of weights.
func Runs(precision string, a catalog.Accelerator, s Shape) bool {
	switch precision {
	case "fp32", "fp16":
		return true
	case "mxfp4":
		precision = "fp4"
	}
	return slices.Contains(Precisions(a, s), precision)
}

// Unpacked reports whether an engine serves weights in a precision that an accelerator does not compute
// in: kept so in memory, and unpacked to 16 bit at each step. "" is engine.Default.
func Unpacked(name, precision string, a catalog.Accelerator) bool {
	e, err := engine.Named(name)
	if err != nil || a.Vendor != "nvidia" {
		return false
	}
	from := map[string]engine.Generation{"fp8": e.Unpacks.FP8, "fp4": e.Unpacks.FP4}[precision]
	return from > engine.Never && Since(from, a)
}

// Since reports whether an accelerator is of a generation of NVIDIA's or a later one; true for those of
// other vendors.
func Since(g engine.Generation, a catalog.Accelerator) bool {
	integers := a.INT8TOPS > a.FP16TFLOPS && a.FP16TFLOPS > 0
	return a.Vendor != "nvidia" || a.BF16TFLOPS > 0 || a.FP8TFLOPS > 0 || g == engine.Turing && integers
}

// Compute returns the rate of dense arithmetic with weights of a precision, FLOP/s; 0 is
// unknown. Weights that are only stored in fewer bits are multiplied in 16, and those of fp32 not in
// TF32, which PyTorch rounds to where it is asked alone (torch.backends.cuda.matmul.allow_tf32, False since 1.12).
func Compute(precision string, a catalog.Accelerator) float64 {
	half := max(a.BF16TFLOPS, a.FP16TFLOPS)
	tera := half
	switch precision {
	case "fp32":
		tera = cmp.Or(a.FP32TFLOPS, half)
	case "fp16":
		tera = max(a.FP16TFLOPS, a.BF16TFLOPS)
	case "fp8":
		tera = max(a.FP8TFLOPS, half)
	case "fp4", "mxfp4":
		tera = max(a.FP4TFLOPS, half)
	}
	return tera * 1e12
}
