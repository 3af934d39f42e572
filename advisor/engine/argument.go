package engine

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/unit"
)

// Settings are the settings that a deployment starts an engine with; zeros keep its defaults.
type Settings struct {
	Requests      float64 // most sequences at once
	PrefillTokens float64 // most tokens of a step
	MemoryShare   float64 // the value as the engine defines it: see Reserve
	MaxContext    float64 // tokens
	Prefixes      Prefixes
	Prompts       Prompts
	Copies        float64 // data-parallel copies
	Attention     bool    // data-parallel groups of attention layers, which share the other layers
	Experts       bool    // expert parallelism: each expert is whole, on one of the accelerators
	Eager         bool    // kernels are launched one by one, not as recorded CUDA graphs
	Speculation   Speculation
}

// Prompts says whether a step may read a part of a long prompt (chunked prefill).
type Prompts int

// How prompts are read.
const (
	InParts Prompts = iota + 1
	Whole
)

// elsewhere are arguments that a trait of its own states, by the flag of that.
var elsewhere = map[string]string{
	"tensor-parallel-size": "gpus-per-replica", "tp": "gpus-per-replica", "tp-size": "gpus-per-replica", "num-shard": "gpus-per-replica",
	"pipeline-parallel-size": "pipeline-parallel", "pp": "pipeline-parallel", "pp-size": "pipeline-parallel",
	"model": "model", "model-path": "model", "model-id": "model", "lora-modules": "lora", "lora-paths": "lora",
}

// Precisions are arguments that state the precision of weights, of activations or of the KV cache.
const (
	OfWeights     = "weights"
	OfActivations = "activations"
	OfCache       = "cache"
)

// precisions are the arguments that state a precision, by what it is of.
var precisions = map[string]string{
	"quantization": OfWeights, "q": OfWeights, "quantize": OfWeights, "model-format": OfWeights, "dtype": OfActivations,
	"kv-cache-dtype": OfCache, "quant-policy": OfCache, "cache-type-k": OfCache, "cache-type-v": OfCache, "ctk": OfCache, "ctv": OfCache, "ollama-kv-cache-type": OfCache,
}

// StatesPrecision returns of what an argument, NAME=VALUE, states the precision, and the word for it; of is "" where it is about
// something else.
func StatesPrecision(text string) (of, name, word string) {
	name, word, _ = strings.Cut(text, "=")
	name = plainArgument(name)
	return precisions[name], name, strings.TrimSpace(word)
}

// idle are arguments that engines have and that change nothing that is modelled.
var idle = []string{
	"block-size", "swap-space", "cpu-offload-gb", "max-loras", "max-lora-rank", "hf-overrides", "rope-scaling", "rope-theta", "limit-mm-per-prompt", "mm-processor-kwargs",
	"generation-config", "override-generation-config", "tokenizer-mode", "config-format", "revision", "download-dir", "guided-decoding-backend", "structured-outputs-config", "kv-transfer-config", "max-num-partial-prefills",
	"speculative-num-draft-tokens", "speculative-eagle-topk", "speculative-token-map", "speculative-attention-mode", "prompt-lookup-max", "prompt-lookup-min", "draft-min", "draft-p-min",
	"max-seq-len-to-capture", "num-scheduler-steps", "uvicorn-log-level", "disable-custom-all-reduce", "calculate-kv-scales", "additional-config", "enable-mixed-chunk", "cuda-graph-max-bs", "disable-overlap-schedule",
	"enable-lora", "trust-remote-code", "served-model-name", "host", "port", "seed", "load-format", "distributed-executor-backend", "async-scheduling",
	"compilation-config", "attention-backend", "schedule-policy", "enable-torch-compile", "page-size", "schedule-conservativeness", "disable-log-requests",
	"disable-log-stats", "tool-call-parser", "reasoning-parser", "enable-auto-tool-choice", "chat-template", "tokenizer", "api-key", "flash-attn", "cont-batching",
}

// otherwise are further names of the share of memory, as TensorRT-LLM's Python interface and its backend for Triton have
// them.
var otherwise = []string{"kv-cache-free-gpu-mem-fraction", "free-gpu-memory-fraction"}

// prefixes are arguments that turn the prefix cache on or off.
var prefixes = map[string]Prefixes{
	"enable-prefix-caching": KeepsPrefixes, "no-enable-prefix-caching": DropsPrefixes, "disable-radix-cache": DropsPrefixes, "enable-block-reuse": KeepsPrefixes,
}

// parallel takes an argument about how copies, experts and prompts are divided; ok is false where it is about
// something else.
func (s *Settings) parallel(name, value string) (ok bool, err error) {
	switch name {
	case "data-parallel-size", "dp", "dp-size":
		return true, put(&s.Copies, name, value, false)
	case "expert-parallel-size", "ep-size", "ep":
		var n float64
		err := put(&n, name, value, false)
		s.Experts = s.Experts || n > 1
		return true, err
	case "enable-dp-attention", "enable-attention-dp":
		return true, on(&s.Attention, name, value)
	case "enable-expert-parallel":
		return true, on(&s.Experts, name, value)
	case "enable-chunked-prefill", "no-enable-chunked-prefill":
		parts := true
		if value != "" {
			parts = false
			err = on(&parts, name, value)
		}
		to := Whole
		if parts == (name == "enable-chunked-prefill") {
			to = InParts
		}
		if err == nil && s.Prompts != 0 && s.Prompts != to {
			err = fmt.Errorf("%s contradicts another argument about chunked prefill; keep one", name)
		}
		s.Prompts = to
		return true, err
	}
	return false, nil
}

// on reads a switch.
func on(field *bool, name, value string) error {
	switch strings.ToLower(value) {
	case "", "true", "1":
		*field = true
	case "false", "0":
	default:
		return fmt.Errorf("%s is %q; write it alone, or true or false", name, value)
	}
	return nil
}

// cache takes an argument about the prefix cache; ok is false where it is about something else.
func (s *Settings) cache(name, value string) (ok bool, err error) {
	to, ok := prefixes[name]
	if !ok {
		return false, nil
	}
	switch strings.ToLower(value) {
	case "", "true", "1":
	case "false", "0":
		to = KeepsPrefixes + DropsPrefixes - to
	default:
		return true, fmt.Errorf("%s is %q; write it alone, or true or false", name, value)
	}
	if s.Prefixes != 0 && s.Prefixes != to {
		return true, fmt.Errorf("%s contradicts another argument about the prefix cache; keep one", name)
	}
	s.Prefixes = to
	return true, nil
}

// graphs takes an argument about recorded CUDA graphs; ok is false where it is about something else.
func (s *Settings) graphs(name, value string) (ok bool, err error) {
	switch name {
	case "enforce-eager", "disable-cuda-graph", "eager-mode":
		return true, on(&s.Eager, name, value)
	case "cuda-graphs": // the sizes that are recorded
		s.Eager = value == "0" || s.Eager
		return true, nil
	}
	return false, nil
}

// Set takes an argument, NAME=VALUE or NAME alone, as the command line of an engine or a variable of its
// environment writes it; the name that another engine has for the same setting is understood. idle reports
// that the argument has no effect here. The error says what is wrong and what to write.
func (s *Settings) Set(engine, text string) (noEffect bool, err error) {
	name, value, stated := strings.Cut(text, "=")
	name = plainArgument(name)
	if flag, ok := elsewhere[name]; ok {
		return false, fmt.Errorf("%s is what --%s says; write it there", name, flag)
	}
	if precisions[name] != "" { // see StatesPrecision
		return false, nil
	}
	for _, take := range []func(name, value string) (bool, error){s.cache, s.parallel, s.graphs, s.speculative} {
		if ok, err := take(name, strings.TrimSpace(value)); ok {
			return false, err
		}
	}
	field := s.field(engine, name)
	if field == nil {
		if slices.Contains(idle, name) {
			return true, nil
		}
		return false, fmt.Errorf("unknown argument %q of %s%s", name, engine, hint(engine, name))
	}
	if !stated {
		return false, fmt.Errorf("%s needs a value, such as %s=64", name, name)
	}
	return false, put(field, name, strings.TrimSpace(value), field == &s.MemoryShare)
}

// plainArgument is the name of an argument without dashes before it and with dashes in it.
func plainArgument(name string) string {
	return strings.ReplaceAll(strings.TrimLeft(strings.ToLower(strings.TrimSpace(name)), "-"), "_", "-")
}

// field is what an argument sets; the engine's own names go before those of others.
func (s *Settings) field(engine, name string) *float64 {
	if slices.Contains(otherwise, name) {
		return &s.MemoryShare
	}
	rows := slices.Clone(engines())
	slices.SortStableFunc(rows, func(a, b Engine) int { return boolToInt(b.Name == engine) - boolToInt(a.Name == engine) })
	for _, e := range rows {
		for own, field := range s.fields(e.Arguments) {
			if own == name {
				return field
			}
		}
	}
	return nil
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fields are the settings by the names of an engine.
func (s *Settings) fields(a Arguments) map[string]*float64 {
	return map[string]*float64{
		plainArgument(a.Requests): &s.Requests, plainArgument(a.PrefillTokens): &s.PrefillTokens,
		plainArgument(a.MemoryShare): &s.MemoryShare, plainArgument(a.MaxContext): &s.MaxContext,
	}
}

// hint names the arguments that an engine takes here, and the nearest.
func hint(engine, name string) string {
	e, err := Named(engine)
	if err != nil {
		return ""
	}
	known := slices.Sorted(maps.Keys((&Settings{}).fields(e.Arguments)))
	text := "; it takes " + strings.Join(known, ", ")
	if near := unit.Near(name, slices.Concat(known, idle, slices.Sorted(maps.Keys(prefixes)))); len(near) > 0 {
		text += "; " + unit.DidYouMean(near...)
	}
	return text
}

// mostArgument bounds a count, far above any that an engine takes.
const mostArgument = 1e8

// put reads a value: a share in (0, 1], or a count, of which vLLM takes 32k for 32,000 and 32K for 32,768.
func put(field *float64, name, value string, share bool) error {
	scale := 1.0
	if n := len(value) - 1; n > 0 && !share {
		if unit, ok := map[byte]float64{'k': 1000, 'K': 1024, 'm': 1e6, 'M': 1 << 20}[value[n]]; ok {
			value, scale = value[:n], unit
		}
	}
	v, err := strconv.ParseFloat(value, 64)
	v *= scale
	switch {
	case err != nil || math.IsNaN(v) || !(v > 0):
		return fmt.Errorf("%s is %q; a number above 0 is needed", name, value)
	case share && v > 1:
		return fmt.Errorf("%s is %s; it is a share, from 0 to 1", name, value)
	case !share && (v != math.Trunc(v) || v > mostArgument):
		return fmt.Errorf("%s is %s; a whole number up to %.0f is needed", name, value, mostArgument)
	case *field != 0 && *field != v:
		return fmt.Errorf("%s is given twice, as %g and as %g; keep one", name, *field, v)
	}
	*field = v
	return nil
}
