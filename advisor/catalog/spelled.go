package catalog

import (
	"slices"
	"strings"
	"unicode"
)

// spelledPrecisions are further spellings of the precision classes: those of papers and tables, and the
// words that engines take for their data type and quantization (vLLM's --dtype and --quantization
// among them). A method that keeps weights in the precision of the checkpoint leaves it open.
var spelledPrecisions = map[string]string{
	"16bit": "fp16", "half": "fp16", "float16": "fp16", "f16": "fp16", "bfloat16": "bf16", "float32": "fp32", "float": "fp32", "f32": "fp32", "single": "fp32",
	"e4m3": "fp8", "fp8e4m3": "fp8", "fp8e5m2": "fp8", "e5m2": "fp8", "f8": "fp8", "w8a8fp8": "fp8", "fp8w8a8": "fp8", "fp8dynamic": "fp8", "fp8kv": "fp8", "fbgemmfp8": "fp8",
	"ptpcfp8": "fp8", "fp8pertensor": "fp8", "fp8perblock": "fp8", "fp8blockscales": "fp8", "mxfp8": "fp8", "modelopt": "fp8", "deepspeedfp": "fp8", "8bit": "int8",
	"w8a8": "int8", "w8a16": "int8", "w8a8int8": "int8", "i8": "int8", "expertsint8": "int8", "smoothquant": "int8", "bitsandbytes8bit": "int8", "tpuint8": "int8", "int8sq": "int8", "int8perchannel": "int8",
	"nvfp4": "fp4", "mxfp4": "fp4", "w4a4": "fp4", "petitnvfp4": "fp4", "modeloptfp4": "fp4", "fp4mixed": "fp4", "mxfp4moe": "fp4",
	"4bit": "int4", "awq": "int4", "gptq": "int4", "nf4": "int4", "w4a16": "int4", "w4a8": "int4", "awqmarlin": "int4", "gptqmarlin": "int4", "gptqmarlin24": "int4",
	"marlin": "int4", "moewna16": "int4", "autoround": "int4", "autoawq": "int4", "hqq": "int4", "bitsandbytes": "int4", "bnb": "int4", "u4": "int4", "i4": "int4",
	"awqint4": "int4", "gptqint4": "int4", "gptqint8": "int8", "int4awq": "int4", "int4wo": "int4", "int8wo": "int8", "exl2": "int4", "exl3": "int4", "eetq": "int8", "aqlm": "int4", "quip": "int4", "ipex": "int4", "auto": "",
	"gptqbitblas": "int4", "bitblas": "int4", "qoq": "int4", "w4afp8": "int4", "cpuawq": "int4", "cpugptq": "int4", "squeezellm": "int4", "bitsandbytesnf4": "int4", "bitsandbytes4bit": "int4",
	"rtn": "int8", "neuronquant": "int8", "fpquant": "fp4", "none": "", "compressedtensors": "", "gguf": "", "quark": "", "torchao": "", "inc": "", "unspecified": "", "unknown": "", "": "",
}

// SpelledPrecision returns the precision class that a word means; "" for a word that leaves it open. ok is
// false for an unknown word.
func SpelledPrecision(word string) (class string, ok bool) {
	form := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
	if p, ok := spelledPrecisions[form]; ok {
		return p, true
	}
	if slices.Contains(Precisions(), form) {
		return form, true
	}
	word = strings.ReplaceAll(strings.ToLower(word), "-", "_")
	if class, _ = layoutIn(word); class != "" && layouts.FindString(word) == word {
		return class, true
	}
	return "", false
}

// Integers reports whether a word for a precision, or the published name of a model, says that activations are
// integers of 8 bit too, so that matrices are multiplied in them.
func Integers(text string) bool {
	marked := func(word string) bool {
		return strings.Contains(word, "w8a8") || strings.Contains(word, "smoothquant") || word == "int8_sq"
	}
	if class, ok := SpelledPrecision(text); ok {
		return class == "int8" && marked(strings.ToLower(text))
	}
	return NamedPrecision(text) == "int8" && slices.ContainsFunc(nameWords(text), marked)
}

// plainKernels are words for layouts of four-bit weights that Marlin's kernels do not read.
var plainKernels = wordSet(`bitsandbytes bnb nf4 bitsandbytesnf4 aqlm squeezellm quip`)

// PlainKernel reports whether a word for a precision is a layout of four-bit weights whose kernels are not those
// that engines use for AWQ and GPTQ (Marlin's).
func PlainKernel(word string) bool {
	return plainKernels[strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(word))]
}
