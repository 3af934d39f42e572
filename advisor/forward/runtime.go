package forward

import (
	"cmp"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
)

// runtimes are spellings of runtimes and what they are the same as.
var runtimes = map[string]string{
	"pytorch-eager": "pytorch", "eager": "pytorch", "torch": "pytorch", "pytorch-flash-attention": "pytorch", "pytorch-rocm": "pytorch", "diffusers": "pytorch", "tree-library": "pytorch",
	"torch.compile": "torch-compile", "dynamo": "torch-compile", "inductor": "torch-compile", "pytorch-torchscript": "torchscript",
	"onnxruntime-cpu": "onnxruntime", "onnxruntime-cuda": "onnxruntime", "onnx": "onnxruntime", "ort": "onnxruntime",
	"tf": "tensorflow", "tensorrt-plan": "tensorrt", "trt": "tensorrt", "ovms": "openvino", "tflite-xnnpack": "tflite",
}

// Runtime returns the name under which measurements of a runtime are kept, without the server
// in front of it.
func Runtime(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if _, after, ok := strings.Cut(name, "+"); ok {
		name = after
	}
	if known, ok := runtimes[name]; ok {
		return known
	}
	return name
}

// Classes of precision.
const (
	precisionFull     = "fp32"
	precisionTF32     = "tf32"
	precisionHalf     = "fp16"
	precisionAutocast = "amp" // 16-bit operations on 32-bit weights
	precisionInt8     = "int8"
	precisionUnstated = "unstated"
)

// Precision returns the class of a precision; for a blank one, the usual precision of the runtime.
func Precision(name, runtime string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	switch {
	case name == "" && slices.Contains([]string{"pytorch", "torch-compile", "torchscript", "tensorflow", "onnxruntime"}, runtime):
		return precisionFull
	case name == "", name == precisionUnstated:
		return precisionUnstated
	case strings.HasPrefix(name, "amp"):
		return precisionAutocast
	case name == "tf32":
		return precisionTF32
	case name == "fp32":
		return precisionFull
	case strings.Contains(name, "fp16"), strings.Contains(name, "bf16"), name == "half", strings.HasPrefix(name, "w16"):
		return precisionHalf
	}
	return precisionInt8
}

// unquantized are runtimes without kernels that multiply 8-bit matrices on a GPU: what is stored so is unpacked to
// 16 bit at each layer. Engines that compile (TensorRT, torchao behind torch.compile) have them.
var unquantized = []string{"pytorch", "torchscript", "tensorflow", "onnxruntime"}

// Unpacks reports whether a runtime computes in 16 bit on a kind of hardware what is stored in a precision of
// 8 bit or fewer. Both may be spelled as measurements spell them.
func Unpacks(runtime, precision, kind string) bool {
	runtime = Runtime(runtime)
	return kind == "gpu" && slices.Contains(unquantized, runtime) && Precision(precision, runtime) == precisionInt8
}

// computed is the precision in which a runtime computes on a kind of hardware.
func computed(precision, runtime, kind string) string {
	if Unpacks(runtime, precision, kind) {
		return precisionHalf
	}
	return Precision(precision, runtime)
}

// bytes is the width of an element of a class of precision.
func width(precision string) float64 {
	switch precision {
	case precisionInt8:
		return 1
	case precisionHalf, precisionAutocast:
		return 2
	case precisionUnstated:
		return 1
	}
	return 4
}

// The modes as measurements tell them apart: a batch of one is a request alone.
const (
	modeAlone   = "alone"
	modeBatch   = "batch"
	modeServer  = "server"
	modeStreams = "streams"
)

// mode is the mode of a run.
func mode(name string, batch float64) string {
	switch {
	case name == catalog.ModeServer:
		return modeServer
	case name == catalog.ModeStreams, name == modeStreams:
		return modeStreams
	case name == catalog.ModeLatency, name == modeAlone, batch == 1:
		return modeAlone
	}
	return modeBatch
}

// UsualPrecision returns the one in which hardware runs a model where none was named: 16 bit where
// it has matrix units for it, which those of NVIDIA have since Volta, 32 bit elsewhere.
func UsualPrecision(h Hardware) string {
	if h.FP16 == 0 || h.FP16 < 1.9*h.FP32 || h.Kind == "cpu" || h.Vendor == "nvidia" && h.Year > 0 && h.Year < voltaYear {
		return precisionFull
	}
	return precisionHalf
}

// voltaYear is the one of the first accelerators of NVIDIA with matrix units.
const voltaYear = 2017

// full is the batch of a run that saturates and does not say its batch.
func full(kind, name string) float64 {
	if kind == "gpu" && name != catalog.ModeLatency {
		return 128
	}
	return 1
}

// usualClients is how many clients send to a server unless a run says.
const usualClients = 64

// underWay is the inputs that a device has to work on at once: the batch, and behind a
// server that of every client.
func underWay(batch, clients float64, kind, name string) float64 {
	if name == catalog.ModeServer {
		return cmp.Or(batch, 1) * cmp.Or(clients, usualClients)
	}
	return cmp.Or(batch, full(kind, name))
}
