package plan

import (
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/launch"
)

// Precision returns the precision of the weights, and the setting that gives it; "" where the published one is
// meant or where it is not understood. That of activations is the weights' where nothing says that they are packed.
func (s Served) Precision() (string, launch.Key) {
	model := s.Settings[launch.Model].Text
	if p, _ := catalog.SpelledPrecision(s.Settings[launch.Quantization].Text); p != "" {
		return p, launch.Quantization
	}
	if p := catalog.NamedPrecision(model); p != "" {
		return p, launch.Model
	}
	if m, ok := published(modelID(model)); ok && m.Released != "" {
		return "", ""
	}
	switch p, _ := catalog.SpelledPrecision(s.Settings[launch.DType].Text); p {
	case "fp16", "bf16", "fp32":
		return p, launch.DType
	}
	return "", ""
}

// KVPrecision returns the precision of the KV cache; "" where it is that of the activations.
func (s Served) KVPrecision() string {
	switch text := strings.ToLower(s.Settings[launch.KVDType].Text); {
	case strings.HasPrefix(text, "fp8"):
		return "fp8"
	case text == "int8", text == "8" && s.Engine == launch.LMDeploy, text == "q8_0":
		return "int8"
	case text == "int4", text == "4" && s.Engine == launch.LMDeploy, text == "nvfp4", strings.HasPrefix(text, "q4_"), text == "iq4_nl":
		return "int4"
	case text == "bfloat16", text == "bf16":
		return "bf16"
	}
	return ""
}
