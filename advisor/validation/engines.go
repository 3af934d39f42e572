package validation

import (
	"slices"
	"strings"
)

// engines are the marks that tell serving engines apart in their spellings, in the order in
// which they are looked for: "nm-vllm" is a vllm, "nim-trtllm" a trtllm. TensorRT alone is how
// MLPerf's logs name what language models ran on there.
var engines = []struct{ mark, name string }{
	{"vllm", "vllm"}, {"trtllm", "trtllm"}, {"tensorrt", "trtllm"}, {"sglang", "sglang"}, {"llamacpp", "llama.cpp"},
	{"lmdeploy", "lmdeploy"}, {"turbomind", "lmdeploy"}, {"deepspeed", "deepspeed"}, {"textgenerationinference", "tgi"},
	{"exllama", "exllamav2"}, {"sambaflow", "sambaflow"}, {"transformers", "transformers"}, {"tgi", "tgi"},
}

// engine is the serving engine that a name means, without version and build; "" where it
// leaves it open. A name that nobody knows stays itself: it is no reason to skip a row.
func engine(name string) string {
	form := letters(name)
	if form == "unspecified" {
		return ""
	}
	at := slices.IndexFunc(engines, func(e struct{ mark, name string }) bool { return strings.Contains(form, e.mark) })
	if at < 0 {
		return strings.ToLower(name)
	}
	return engines[at].name
}
