package report

import (
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
)

// part is one piece of the workload and the traits it shows.
type part struct {
	text   string
	traits []string
	bound  bool // on a latency, which the headline says
}

// understood is the workload as it was understood; what was not given is marked.
func understood(a *advice.Advice) []string {
	var out []string
	for _, p := range append(demand(a.Workload), terms(a.Workload)...) {
		if p.text != "" {
			out = append(out, p.shown(a))
		}
	}
	return out
}

// shown returns the text of a part, marked where a trait that it says was assumed.
func (p part) shown(a *advice.Advice) string {
	return marked(p.text, slices.ContainsFunc(p.traits, func(t string) bool { return isAssumed(a, t) }))
}

func isAssumed(a *advice.Advice, trait string) bool {
	if trait == "model" && a.Workload.ModelAssumed {
		return true
	}
	return slices.ContainsFunc(a.Assumptions, func(x advice.Assumption) bool { return x.Trait == trait })
}

// demand is what is served and how much of it.
func demand(w advice.Summary) []part {
	if w.JobAlone {
		return nil
	}
	parts := []part{{text: modelName(w), traits: []string{"model"}}}
	parts = append(parts, requested(w)...)
	parts = append(parts, part{text: stackName(w), traits: []string{"runtime"}}, part{text: "peak " + rate(w.PeakQPS), traits: []string{"qps", "users", "requests_per_user"}})
	if generates(w) {
		parts = append(parts, part{text: requestTokens(w), traits: []string{"input_tokens", "output_tokens"}})
	}
	if w.MeanQPS > 0 {
		parts = append(parts, part{text: "mean " + rate(w.MeanQPS)})
	}
	if w.GrowthPerMonth != 0 {
		parts = append(parts, part{text: growth(w), traits: []string{"growth"}})
	}
	if w.PlanQPS != w.PeakQPS {
		parts = append(parts, part{text: "planned for " + rate(w.PlanQPS)})
	}
	return parts
}

// terms are the bounds within which it is served.
func terms(w advice.Summary) []part {
	parts := tokenTerms(w)
	if w.LatencySeconds > 0 && !w.JobAlone {
		parts = append(parts, part{text: percentile(w) + " ≤ " + duration(w.LatencySeconds), traits: []string{"p99", "latency"}, bound: true})
	}
	if w.Availability > 0 {
		parts = append(parts, part{text: "availability " + percent(w.Availability)})
	}
	if w.Budget > 0 {
		parts = append(parts, part{text: "budget " + money(w.Budget) + " USD/month"})
	}
	return append(parts, part{text: line(w.Data)})
}

// requestTraits say what one request of an ordinary model is, each by how its words end; the
// size of images is what is left.
var requestTraits = []struct{ ending, trait string }{
	{" tokens", "input_tokens"}, {" tokens written", "output_tokens"}, {" steps", "steps"}, {" of audio", "audio_length_s"}, {" items", "items"}, {"", "image_size"},
}

// requested is what one request of an ordinary model is, a part for each trait.
func requested(w advice.Summary) []part {
	var parts []part
	for _, words := range strings.Split(line(w.Request), ", ") {
		for _, t := range requestTraits {
			if strings.HasSuffix(words, t.ending) {
				parts = append(parts, part{text: words, traits: []string{t.trait}})
				break
			}
		}
	}
	return parts
}

// runtimeNames are runtimes as their makers write them.
var runtimeNames = map[string]string{
	"pytorch": "PyTorch", "torch-compile": "torch.compile", "onnxruntime": "ONNX Runtime", "tensorrt": "TensorRT", "openvino": "OpenVINO",
	"tensorflow": "TensorFlow", "tree-library": "the trees' own library", "tflite": "TFLite", "mlperf": "MLPerf's tuned runs",
}

func runtimeName(id string) string {
	if name, ok := runtimeNames[id]; ok {
		return name
	}
	return line(id)
}

// stackName is the runtime with the server in front of it.
func stackName(w advice.Summary) string {
	if name := runtimeName(w.Runtime); name != "" && w.Server != "" {
		return name + " behind " + line(w.Server)
	}
	return runtimeName(w.Runtime)
}

func modelName(w advice.Summary) string {
	if n := line(w.ModelName); n != "" {
		return n
	}
	return line(w.Model)
}

func growth(w advice.Summary) string {
	g, s := w.Growth, "growth "
	low, mid, high := g.Low, w.GrowthPerMonth, g.High
	if high < 0 {
		s, low, mid, high = "shrinks ", -g.High, -mid, -g.Low
	}
	if from, to := percent(low), percent(high); from != to {
		s += from + " to " + to
	} else {
		s += percent(mid)
	}
	s += " a month"
	if w.HorizonMonths > 0 {
		s += " for " + measure(w.HorizonMonths, "month")
	}
	return s
}

// named is the workload as understood, its name first.
func named(a *advice.Advice) []string {
	if n := line(a.Workload.Name); n != "" {
		return append([]string{n}, understood(a)...)
	}
	return understood(a)
}
