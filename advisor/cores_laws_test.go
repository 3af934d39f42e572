package advisor_test

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// What the laws of processors are drawn from.
var (
	coreModels   = []string{"resnet50", "bert-base", "efficientnet_b0", "yolov8n", "all-MiniLM-L6-v2", "vit_base_patch16_224", "mobilenetv3_large_100"}
	coreRuntimes = []string{"pytorch", "torch-compile", "onnxruntime", "openvino"}
	coreBounds   = []string{"5ms", "20ms", "50ms", "100ms", "400ms", "2s"}
	coreLines    = [][]string{ // of one vendor, whose vCPUs are the same part of a core, by age
		{"intel-skylake-sp", "intel-cascade-lake", "intel-ice-lake", "intel-sapphire-rapids", "intel-emerald-rapids", "intel-granite-rapids"},
		{"amd-naples", "amd-rome", "amd-milan", "amd-genoa-smt", "amd-turin-smt"},
		{"aws-graviton2", "aws-graviton3", "aws-graviton4"},
	}
)

// onCores is a question about a replica on vCPUs of a processor.
func onCores(t *rapid.T) map[string]string {
	return map[string]string{
		"model": rapid.SampledFrom(coreModels).Draw(t, "model"), "runtime": rapid.SampledFrom(coreRuntimes).Draw(t, "runtime"),
		"p99": rapid.SampledFrom(coreBounds).Draw(t, "bound"), "memory": "1024GiB",
	}
}

// More vCPUs never sustain less.
func TestMoreCores(t *testing.T) {
	few(t, 60)
	rapid.Check(t, func(t *rapid.T) {
		q := onCores(t)
		q["gpu"] = rapid.SampledFrom(rapid.SampledFrom(coreLines).Draw(t, "line")).Draw(t, "processor")
		from, last := rapid.IntRange(1, 60).Draw(t, "vCPUs"), -1.0
		for cores := from; cores < from+8; cores++ {
			q["cpu"] = strconv.Itoa(cores)
			a := capacityOf(t, q)
			if a.SustainableQPS < last*(1-1e-3) {
				t.Fatalf("%v sustain %v/s, one vCPU less %v/s", q, a.SustainableQPS, last)
			}
			last = a.SustainableQPS
		}
	})
}

// As many vCPUs of a newer processor of a vendor sustain no less.
func TestNewerCores(t *testing.T) {
	few(t, 60)
	rapid.Check(t, func(t *rapid.T) {
		q := onCores(t)
		q["cpu"] = strconv.Itoa(rapid.IntRange(2, 64).Draw(t, "vCPUs"))
		last, before := -1.0, ""
		for _, processor := range rapid.SampledFrom(coreLines).Draw(t, "line") {
			q["gpu"] = processor
			a := capacityOf(t, q)
			if a.SustainableQPS < last*(1-1e-3) {
				t.Fatalf("%v sustain %v/s, those of %s %v/s", q, a.SustainableQPS, before, last)
			}
			last, before = a.SustainableQPS, processor
		}
	})
}
