package offer

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/forward"
)

// old reports whether an accelerator is known to be older than what Triton writes kernels for.
func old(a catalog.Accelerator) bool { return a.Year > 0 && a.Year < voltaYear }

// voltaYear is the one of the first accelerators for which Triton writes kernels.
const voltaYear = 2017

// precisionOn returns the baseline precision on an accelerator.
func (p *Pass) precisionOn(a catalog.Accelerator) string {
	if p.Precision != "" {
		return p.Precision
	}
	return forward.UsualPrecision(forward.OfAccelerator(a))
}

// settlePrecision says in which precision today's deployment is taken to run.
func settlePrecision(o *Offers) {
	first := o.Starts[0]
	switch {
	case o.Generates() || o.UserMeasured() || o.Model.ID == "":
	case o.Pass == nil:
		if o.Baseline > 0 && first.Known {
			o.Workload.Ordinary("precision", o.BaselinePrecision(first.Accelerator), "the most precise one that MLPerf's runs of this model had")
		}
	case forward.UsualPrecision(forward.OfAccelerator(first.Accelerator)) == "fp32":
		o.Workload.Ordinary("precision", "fp32", "no precision was named, and the hardware has no matrix units for 16 bit")
	default:
		o.Workload.Ordinary("precision", "fp16", "no precision was named, and the hardware has matrix units for 16 bit")
	}
}

// compiled lists the runtimes that run the same model faster on an accelerator than the one
// it runs in: they leave its answers as they are.
func compiled(runtime string, a catalog.Accelerator) []string {
	var faster []string
	switch runtime {
	case "pytorch":
		faster = []string{"torch-compile", "onnxruntime", "tensorrt", "openvino"}
	case "tensorflow", "tflite":
		faster = []string{"onnxruntime", "tensorrt", "openvino"}
	case "torch-compile", "onnxruntime":
		faster = []string{"tensorrt", "openvino"}
	}
	return slices.DeleteFunc(faster, func(r string) bool { return !runsOn(r, a) })
}

// runsOn reports whether there is a runtime for an accelerator.
func runsOn(runtime string, a catalog.Accelerator) bool {
	switch runtime {
	case "tensorrt":
		return a.Vendor == "nvidia"
	case "openvino":
		return a.CPU && a.Vendor != "aws" && a.Vendor != "ampere" && a.Vendor != "google" || a.Vendor == "intel" && !strings.Contains(a.ID, "gaudi")
	case "torch-compile":
		return a.CPU || (a.Vendor == "nvidia" || a.Vendor == "amd") && !old(a)
	}
	return a.CPU || a.Vendor == "nvidia" || a.Vendor == "amd"
}

// foreign says that a runtime does not run on an accelerator, and what to do; "" where it does, or may.
func foreign(runtime string, a catalog.Accelerator) string {
	board := strings.Contains(a.ID, "jetson")
	refused := ""
	switch {
	case runtime == "tensorrt" && a.Vendor != "nvidia":
		refused = "TensorRT runs on accelerators of NVIDIA alone"
	case runtime == "openvino" && !a.CPU && !board && a.Vendor != "intel":
		refused = "OpenVINO runs on processors and on GPUs of Intel"
	case runtime == "tflite" && !a.CPU && !board && slices.Contains([]string{"nvidia", "amd", "intel", "google", "aws"}, a.Vendor):
		refused = "TensorFlow Lite runs on processors and on boards"
	default:
		return ""
	}
	return refused + ", not on " + ShortName(a) + "; take --runtime onnxruntime or pytorch, or other hardware"
}

// checkStack refuses a runtime or a precision in which the hardware that was named runs nothing.
func checkStack(o *Offers) error {
	if o.Pass == nil || !o.Starts[0].Known {
		return nil
	}
	a := o.Starts[0].Accelerator
	if text := foreign(o.Pass.Runtime, a); text != "" {
		return o.Workload.Fault("runtime", errors.New(text))
	}
	if text := NotComputed(a, o.Pass.Precision); text != "" {
		return o.Workload.Fault("precision", errors.New(text))
	}
	return nil
}

// unpacked says that the runtime named does not multiply in the precision named; "" where it does.
func unpacked(o *Offers) string {
	if o.Pass == nil || !o.Starts[0].Known || !forward.Unpacks(o.Pass.Runtime, o.Pass.Precision, forward.OfAccelerator(o.Starts[0].Accelerator).Kind) {
		return ""
	}
	return fmt.Sprintf("no kernels of %s multiply in %s on a GPU: it is unpacked to 16 bit and as fast as fp16; --runtime tensorrt multiplies in it", o.Pass.Runtime, o.Pass.Precision)
}

// NotComputed says that an accelerator does not compute in a precision, and in which it does; "" where it does.
func NotComputed(a catalog.Accelerator, precision string) string {
	integers := a.CPU && precision == "int4" // in which runtimes of ordinary models keep weights at most
	if precision == "" || Computes(a, precision) && !integers {
		return ""
	}
	does := []string{"fp32"}
	for _, rate := range []struct {
		precision string
		per       float64
	}{{"bf16", a.BF16TFLOPS}, {"fp16", a.FP16TFLOPS}, {"fp8", a.FP8TFLOPS}, {"int8", a.INT8TOPS}, {"fp4", a.FP4TFLOPS}} {
		if rate.per > 0 {
			does = append(does, rate.precision)
		}
	}
	return fmt.Sprintf("%s does not compute in %s; it does in %s", strings.TrimPrefix(ShortName(a), catalog.VCPUName), precision, strings.Join(does, ", "))
}

// passVariants returns the variants of an ordinary model on an accelerator: today's runtime in
// the baseline precision, or compiled, in the precisions that the user admitted, and with all
// else that they did.
func passVariants(o *Offers, a catalog.Accelerator, optimized bool) []Variant {
	base := plain(o.Pass.precisionOn(a))
	base.Runtime = o.Pass.Runtime
	runtimes := append([]string{base.Runtime}, compiled(base.Runtime, a)...)
	if foreign(base.Runtime, a) != "" {
		runtimes = runtimes[1:]
	} else if !optimized {
		return []Variant{base}
	}
	if !optimized {
		return nil
	}
	var out []Variant
	for _, runtime := range runtimes {
		for _, precision := range append([]string{base.Precision}, admittedBelow(o, a, base.Precision)...) {
			v := base
			if v.Runtime = runtime; runtime != base.Runtime {
				v.Optimizations = append(slices.Clone(v.Optimizations), runtime)
			}
			if v.Precision = precision; precision != base.Precision {
				v.Optimizations = append(slices.Clone(v.Optimizations), precision)
			}
			for _, one := range o.admitted {
				if one.Kind != "precision" && one.Kind != "compilation" {
					v = v.with(one)
				}
			}
			slices.Sort(v.Optimizations)
			if v.Optimized() {
				out = append(out, v)
			}
		}
	}
	return out
}

// admittedBelow returns the admitted precisions below another that the accelerator computes in.
func admittedBelow(o *Offers, a catalog.Accelerator, precision string) []string {
	var out []string
	for _, one := range o.admitted {
		if one.Kind == "precision" && ranks[one.ID] < ranks[precision] && Computes(a, one.ID) {
			out = append(out, one.ID)
		}
	}
	return out
}
