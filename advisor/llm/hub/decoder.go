package hub

import "strings"

// decoder is what the kinds of decoder differ in beyond the numbers of their config.json:
// what transformers assumes where a key is missing, because it is the default of that kind
// (transformers 4.57, models/*/configuration_*.py).
type decoder struct {
	plain     bool // two matrices in a feed-forward layer instead of three
	tied      bool // the output layer is the table of embeddings unless said otherwise
	positions bool // a table of positions is learned
	gated     bool // queries come with a gate of their size
	alternate int  // every n-th layer sees everything where nothing says which; the others have the window
	interval  int  // every n-th layer is attention, the others linear
	shared    int  // experts that every token passes
	defaults  map[string]int
}

var decoders = map[string]decoder{
	"bloom":        {plain: true, tied: true},
	"codegen":      {plain: true},
	"cohere":       {tied: true},
	"cohere2":      {tied: true, alternate: 4},
	"falcon":       {plain: true, tied: true}, // vLLM, models/falcon.py: only 11B has an output layer of its own, and says so
	"gemma":        {tied: true, defaults: map[string]int{"head_dim": 256, "vocab_size": 256000}},
	"gemma2":       {tied: true, alternate: 2, defaults: map[string]int{"head_dim": 256, "vocab_size": 256000, "sliding_window": 4096}},
	"gemma3":       gemma3,
	"gemma3_text":  gemma3,
	"gpt2":         {plain: true, tied: true, positions: true},
	"gpt_bigcode":  {plain: true, tied: true, positions: true},
	"gpt_neo":      {plain: true, tied: true, positions: true},
	"gpt_neox":     {plain: true},
	"gpt_oss":      {alternate: 2, defaults: map[string]int{"sliding_window": 128, "head_dim": 64}},
	"gptj":         {plain: true},
	"llama4_text":  {shared: 1, alternate: 4, defaults: map[string]int{"attention_chunk_size": 8192}},
	"mpt":          {plain: true, tied: true},
	"nemotron":     {plain: true},
	"opt":          {plain: true, tied: true, positions: true},
	"phi":          {plain: true},
	"qwen3_next":   qwenNext,
	"qwen3_5":      qwenNext,
	"qwen3_5_moe":  qwenNext,
	"qwen3_5_text": qwenNext,
	"qwen3_vl":     {tied: true},
	"starcoder2":   {plain: true, tied: true},
}

var (
	gemma3 = decoder{tied: true, alternate: 6, defaults: map[string]int{
		"head_dim": 256, "vocab_size": 262208, "num_attention_heads": 8, "num_key_value_heads": 4, "sliding_window": 4096,
	}}
	qwenNext = decoder{gated: true, interval: 4}
)

// decoderOf is the kind of a model_type. One that is not listed is read as the Llama kind,
// which most are: gated, untied, every layer alike.
func decoderOf(kind string) decoder {
	if f, ok := decoders[kind]; ok {
		return f
	}
	return decoders[strings.TrimSuffix(kind, "_text")]
}
