package workload

import (
	"maps"
	"slices"

	"scaleadvise/advisor/origin"
)

// preset is what a usual kind of service is taken to be where nothing else is said of it: an example
// of its model, the shape of its requests, and the promises that its users expect where they are
// other than what is assumed of every such model.
type preset struct {
	reason string
	traits map[string]string
}

// Where the lengths of requests of language models come from.
const (
	azureConversation = "mean of 19,366 requests of a chat service (Azure LLM inference trace, conversation, November 2023)"
	azureCode         = "mean of a code completion service (Azure LLM inference trace, code, November 2023; Patel et al. 2024)"
	mooncakeLong      = "median of 12,031 requests with long contexts (Mooncake conversation trace, FAST 2025)"
	example           = "an example of its kind; your own requests decide"
)

var presets = map[string]preset{
	"chat":           {azureConversation, map[string]string{"model": "llama-3.1-8b", "input_tokens": "1155", "output_tokens": "211", "ttft": "1s", "tpot": "50ms", "requests_per_user": "20/day"}},
	"code":           {azureCode, map[string]string{"model": "qwen2.5-coder-7b", "input_tokens": "2048", "output_tokens": "28", "ttft": "300ms", "tpot": "30ms", "requests_per_user": "200/day"}},
	"long-context":   {mooncakeLong, map[string]string{"model": "llama-3.1-8b", "input_tokens": "6909", "output_tokens": "350", "ttft": "3s", "tpot": "50ms", "requests_per_user": "20/day"}},
	"rag":            {example, map[string]string{"model": "llama-3.1-8b", "input_tokens": "4000", "output_tokens": "300", "ttft": "2s", "tpot": "50ms", "requests_per_user": "20/day"}},
	"summarize":      {example, map[string]string{"model": "llama-3.1-8b", "input_tokens": "8000", "output_tokens": "400", "ttft": "5s", "tpot": "100ms", "requests_per_user": "5/day"}},
	"embed":          {example, map[string]string{"model": "bge-base-en-v1.5", "input_tokens": "256", "requests_per_user": "50/day"}},
	"classify-image": {example, map[string]string{"model": "resnet-50", "requests_per_user": "20/day"}},
	"detect-objects": {example, map[string]string{"model": "yolov8s", "requests_per_user": "1/s"}},
	"transcribe":     {example, map[string]string{"model": "whisper-large-v3", "audio_length_s": "30s", "requests_per_user": "10/day"}},
	"draw-image":     {example, map[string]string{"model": "sdxl-base-1.0", "steps": "30", "requests_per_user": "5/day"}},
}

// Presets returns the usual kinds of services, sorted.
func Presets() []string { return slices.Sorted(maps.Keys(presets)) }

// fromPreset adds what a preset says of traits that no layer gives, in place of what it said before.
// The requests of one user stay out where the load is given otherwise.
func fromPreset(s Set) {
	maps.DeleteFunc(s, func(_ string, v Value) bool { return v.Origin.Kind == origin.Preset })
	p, ok := presets[s["preset"].Text]
	if !ok {
		return
	}
	_, users := s["users"]
	for _, name := range slices.Sorted(maps.Keys(p.traits)) {
		if _, given := s[name]; given || name == "requests_per_user" && !users {
			continue
		}
		spec, _ := Lookup(name)
		_ = ParseSet(name, p.traits[name], origin.Origin{Kind: origin.Preset, Name: "--preset " + s["preset"].Text + ", --" + spec.Flag, Reason: p.reason}, s) // their test shows that they parse
	}
}
