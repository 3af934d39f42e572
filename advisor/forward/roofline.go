package forward

import "math"

// launches is the time that a runtime spends on one pass of usualOperators beside its operations, by runtime,
// in seconds; the kriging corrects it.
var launches = map[string]float64{
	"pytorch": 6e-3, "torch-compile": 2.5e-3, "torchscript": 4e-3, "onnxruntime": 3e-3, "tensorflow": 6e-3, "tf-trt": 2e-3,
	"tensorrt": 0.5e-3, "onnxruntime-tensorrt": 1e-3, "aitemplate": 1e-3,
}

// launch is launches by runtime and kind of hardware. On a GPU every layer is launched by itself.
func launch(s shape, runtime, kind string) float64 {
	switch kind {
	case "gpu":
		t, ok := launches[runtime]
		if !ok {
			t = 2e-3
		}
		return t * math.Exp(s.operators) / usualOperators
	case "npu":
		return 0.2e-3
	}
	return 0.1e-3
}

// unrated are the rates that a kind of hardware is given where its own are unknown: 10^12
// operations and 10^9 B a second. Its level is then learned from its measurements alone.
var unrated = map[string][2]float64{"gpu": {20, 600}, "cpu": {1, 60}, "npu": {8, 50}, "edge": {0.1, 15}, "igpu": {3, 60}}

// The shares of peak and bandwidth that the prior mean reckons with.
const (
	priorPeak      = 0.4
	priorBandwidth = 0.6
)

// roofline is the prior mean of ln time of a batch.
func roofline(s shape, h Hardware, runtime, precision string, batch float64) float64 {
	peak, bandwidth := h.peak(precision), h.BandwidthGBs
	if peak == 0 {
		peak = unrated[h.Kind][0]
	}
	if bandwidth == 0 {
		bandwidth = unrated[h.Kind][1]
	}
	return math.Log(operations(s, batch)/(peak*1e12*priorPeak) + traffic(s, precision, batch)/(bandwidth*1e9*priorBandwidth) + launch(s, runtime, h.Kind))
}

// operations is what a batch computes; a multiply-add is two.
func operations(s shape, batch float64) float64 { return 2e9 * math.Exp(s.gmacs) * batch }

// traffic is the bytes that a batch moves: every activation written and read, the weights once.
func traffic(s shape, precision string, batch float64) float64 {
	return (2*math.Exp(s.activations)*batch + math.Exp(s.params)) * 1e6 * width(precision)
}

// Limits of what hardware can do.
const (
	kernelLaunch = 1.5e-6 // seconds between two kernels of a recorded graph
	eagerLaunch  = 3e-6   // and of one launched by itself
	cacheBytes   = 64e6   // that need not come from the memory of a processor
	turbo        = 1.5    // by how much a processor may beat rates that are estimates
)

// Quickest returns a lower bound on the predicted time of one input, s: its operations at the hardware's
// peak; 0 where one of them is unknown, or
// they are comparisons of trees.
func Quickest(m Model, h Hardware, runtime, precision string) float64 {
	peak, slack := h.peak(computed(precision, Runtime(runtime), h.Kind)), 1.0
	if h.Estimated {
		slack = turbo
	}
	if peak <= 0 || m.GMACs <= 0 || m.Kind == "tree" { // whose operations wait for memory
		return 0
	}
	return 2e9 * m.GMACs / (peak * 1e12 * slack)
}

// fastest is the least time that a batch can take: no point of an interval lies below.
func fastest(m Model, s shape, h Hardware, runtime, precision string, batch float64) float64 {
	least := 0.0
	slack := 1.0
	if h.Estimated {
		slack = turbo
	}
	if peak := h.peak(precision); peak > 0 && s.counted {
		least = operations(s, batch) / (peak * 1e12 * slack)
	}
	moved := traffic(s, precision, batch) - math.Exp(s.activations)*batch*1e6*width(precision) // fused pairs of layers keep half of it
	switch {
	case h.BandwidthGBs == 0 || h.Kind == "npu":
	case h.Kind == "gpu" || h.Kind == "igpu":
		if m.ActivationsM == 0 {
			moved = math.Exp(s.params) * 1e6 * width(precision)
		}
		least = math.Max(least, moved/(h.BandwidthGBs*1e9))
	default:
		least = math.Max(least, (math.Exp(s.params)*1e6*width(precision)-cacheBytes)/(h.BandwidthGBs*1e9))
	}
	if h.Kind == "gpu" && m.Operators > 0 {
		each := kernelLaunch
		if runtime == "pytorch" {
			each = eagerLaunch
		}
		least = math.Max(least, float64(m.Operators)*each)
	}
	return least
}
