package report

import (
	"slices"

	"scaleadvise/advisor/advice"
)

// part is one piece of the workload and the traits it shows.
type part struct {
	text   string
	traits []string
}

// understood is the workload as it was understood; what was not given is marked.
func understood(a *advice.Advice) []string {
	var out []string
	for _, p := range append(demand(a.Workload), terms(a.Workload)...) {
		if p.text == "" {
			continue
		}
		if slices.ContainsFunc(p.traits, func(t string) bool { return isAssumed(a, t) }) {
			p.text += " (assumed)"
		}
		out = append(out, p.text)
	}
	return out
}

func isAssumed(a *advice.Advice, trait string) bool {
	if trait == "model" && a.Workload.ModelAssumed {
		return true
	}
	return slices.ContainsFunc(a.Assumptions, func(x advice.Assumption) bool { return x.Trait == trait })
}

// demand is what is served and how much of it.
func demand(w advice.Summary) []part {
	parts := []part{
		{modelName(w), []string{"model"}},
		{line(w.Request), requestTraits},
		{runtimeName(w.Runtime), []string{"runtime"}},
		{"peak " + rate(w.PeakQPS), []string{"qps", "users", "requests_per_user"}},
	}
	if generates(w) {
		parts = append(parts, part{requestTokens(w), []string{"input_tokens", "output_tokens"}})
	}
	if w.MeanQPS > 0 {
		parts = append(parts, part{text: "mean " + rate(w.MeanQPS)})
	}
	if w.GrowthPerMonth != 0 {
		parts = append(parts, part{growth(w), []string{"growth"}})
	}
	if w.PlanQPS != w.PeakQPS {
		parts = append(parts, part{text: "planned for " + rate(w.PlanQPS)})
	}
	return parts
}

// terms are the bounds within which it is served.
func terms(w advice.Summary) []part {
	parts := tokenTerms(w)
	if w.LatencySeconds > 0 {
		parts = append(parts, part{percentile(w) + " ≤ " + duration(w.LatencySeconds), []string{"p99", "latency"}})
	}
	if w.Availability > 0 {
		parts = append(parts, part{text: "availability " + percent(w.Availability)})
	}
	if w.Budget > 0 {
		parts = append(parts, part{text: "budget " + money(w.Budget) + " USD/month"})
	}
	return append(parts, part{text: line(w.Data)})
}

// requestTraits say what one request of an ordinary model is.
var requestTraits = []string{"input_tokens", "image_size", "audio_length_s", "steps", "items"}

// runtimeNames are runtimes as their makers write them.
var runtimeNames = map[string]string{
	"pytorch": "PyTorch", "torch-compile": "torch.compile", "onnxruntime": "ONNX Runtime", "tensorrt": "TensorRT", "openvino": "OpenVINO",
	"tensorflow": "TensorFlow", "tflite": "TFLite", "mlperf": "MLPerf's tuned runs",
}

func runtimeName(id string) string {
	if name, ok := runtimeNames[id]; ok {
		return name
	}
	return line(id)
}

func modelName(w advice.Summary) string {
	if n := line(w.ModelName); n != "" {
		return n
	}
	return line(w.Model)
}

func growth(w advice.Summary) string {
	s := "growth " + percent(w.GrowthPerMonth) + " a month"
	if w.HorizonMonths > 0 {
		s += " for " + measure(w.HorizonMonths, "month")
	}
	return s
}
