package plan

import (
	"strings"

	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/pattern"
)

// Precision returns the precision of the weights, and the setting that gives it; "" where the published one is
// meant or where it is not understood.
func (s Served) Precision() (string, launch.Key) {
	if p := quantizations[strings.ToLower(s.Settings[launch.Quantization].Text)]; p != "" {
		return p, launch.Quantization
	}
	if p := named4(s.Settings[launch.Model].Text); p != "" {
		return p, launch.Model
	}
	switch strings.ToLower(s.Settings[launch.DType].Text) {
	case "half", "float16", "fp16":
		return "fp16", launch.DType
	case "bfloat16", "bf16":
		return "bf16", launch.DType
	case "float", "float32", "fp32":
		return "fp32", launch.DType
	}
	return "", ""
}

// quantizations are the words of engines for the precision of weights.
var quantizations = map[string]string{
	"fp8": "fp8", "fbgemm_fp8": "fp8", "w8a8_fp8": "fp8", "ptpc_fp8": "fp8", "awq": "int4", "awq_marlin": "int4", "gptq": "int4",
	"gptq_marlin": "int4", "marlin": "int4", "bitsandbytes": "int4", "bitsandbytes-nf4": "int4", "bitsandbytes-fp4": "int4", "int8": "int8",
	"w8a8_int8": "int8", "w8a8": "int8", "experts_int8": "int8", "eetq": "int8", "modelopt": "fp8", "modelopt_fp4": "fp4", "nvfp4": "fp4",
	"mxfp4": "fp4", "exl2": "int4",
}

// Marks of quantized weights in names of models, strongest first.
var namedPrecisions = []struct {
	mark      *pattern.Text
	precision string
}{
	{pattern.Of(`(?i)\b(nvfp4|fp4)\b`), "fp4"},
	{pattern.Of(`(?i)\b(awq|gptq-?int4|w4a16|4bit|int4|bnb-4bit|q4_[0-9a-z_]+|iq4_[a-z]+)\b`), "int4"},
	{pattern.Of(`(?i)\b(fp8|fp8-dynamic|w8a8-fp8)\b`), "fp8"},
	{pattern.Of(`(?i)\b(gptq-?int8|w8a8|w8a16|int8|8bit|q8_0)\b`), "int8"},
	{pattern.Of(`(?i)\bgptq\b`), "int4"},
}

// named4 is the precision that the name of a model tells.
func named4(name string) string {
	for _, n := range namedPrecisions {
		if n.mark.MatchString(name) {
			return n.precision
		}
	}
	return ""
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
