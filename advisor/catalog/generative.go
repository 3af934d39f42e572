package catalog

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/pattern"
)

// Words of the published name of a language model that leave its shape as it is. Sizes and
// versions are no such words.
var (
	// packed says how weights are stored, beyond precisionWords and methods: ways, layouts and
	// files of quantization.
	packed = wordSet(`quantized quant sym asym inc imatrix actorder marlin torchao ao quark gguf ggml mlx safetensors onnx nvfp4a16 mxfp8
		mxfp4moe fp8kv w4 w8 a16 a8 ptpc attn mixed hf bit bits 3bit 5bit 6bit gs128 g128 128g gs64 g64 64g gs32 g32 32g ct router sq smoothquant`)
	// releases are of which stage of training or release a model is.
	releases = wordSet(`base sft dpo rl rlhf grpo exp experimental latest release rc beta alpha final terminus abliterated uncensored heretic text only
		chatml aligned assistant online turbo ift mtp eagle eagle3 draft speculator non thinker thinking nothink think`)
	// fields are what a model was trained further on, its shape being that of the family.
	fields = wordSet(`math coder code vl vision omni guard embedding reranker reward prm rm safety function calling tool med medical law finance`)
	// other are words of models that share another one's name and not its shape.
	other = wordSet(`audio speech asr tts mamba rwkv jamba zamba moe hybrid linear diffusion image video pruned depth width minitron`)
	// lesser are words of models of another size than the one whose name theirs begins with.
	lesser = wordSet(`mini lite light flash nano tiny small micro air medium mid edge large xl xxl`)
)

var (
	size     = pattern.Of(`^[ea]?\d+(\.\d+)?[bm]$|^\d+x\d+(\.\d+)?b$`)
	quantity = pattern.Of(`^i?q\d$|^k$|^[sml]$|^xx?s$|^0$|^1$|^v\d+(\.\d+)*$|^(19|2\d)?\d{4}$|^20\d{6}$|^\d+k$|^1m$|^\d{2,3}g$`)
	widths   = pattern.Of(`(awq|gptq|hqq|autoround|exl[23])[-_][2-8]b\b`) // bits of a method, not billions of parameters
	suffix   = pattern.Of(`\.(gguf|safetensors|bin|pt|pth)$`)
	breaks   = pattern.Of(`[-_ :@,()]+|\.(q\d)`)
	llama    = pattern.Of(`^l([23](?:\.[1-3])?)$`) // as those who train it further shorten it
	part     = pattern.Of(`^a\d+(\.\d+)?b$`)       // of the parameters, that a token passes
)

// generative finds the language model whose shape a published name means where no spelling of
// the catalogue is it: a fine-tuned or quantized release of a known family
// ("NousResearch/Hermes-3-Llama-3.1-8B" has the shape of Llama 3.1 8B).
func (c *Catalog) generative(name string) (Model, bool) {
	words := released(name)
	if len(words) == 0 {
		return Model{}, false
	}
	for _, left := range [][]string{words, without(words, fields)} {
		if m, ok := c.inWords(left); ok {
			return m, true
		}
	}
	if m, ok := c.scattered(words); ok {
		return m, true
	}
	return c.whole(words)
}

// whole finds the mixture whose name these words are but for the parameters that a token passes ("qwen3:30b" is Qwen3
// 30B-A3B); ok is false where several are.
func (c *Catalog) whole(words []string) (m Model, ok bool) {
	name := modelForm(strings.Join(slices.DeleteFunc(slices.Clone(words), func(w string) bool { return variants[w] || releases[w] || quantity.MatchString(w) }), "-"))
	for _, one := range c.Models() {
		if one.Kind != "llm" || one.Experts == 0 {
			continue
		}
		own := released(one.ID)
		kept := slices.DeleteFunc(slices.Clone(own), part.MatchString)
		if len(kept) < len(own) && len(kept) > 1 && modelForm(strings.Join(kept, "-")) == name {
			if ok {
				return Model{}, false
			}
			m, ok = one, true
		}
	}
	return m, ok
}

// scattered finds the model of which family, version and size stand among other words in their
// order ("Llama-3-ELYZA-JP-8B" has the shape of Llama 3 8B): of several the one of most words.
func (c *Catalog) scattered(words []string) (Model, bool) {
	var best Model
	most := 0
	if slices.ContainsFunc(words, func(w string) bool { return other[w] }) {
		return best, false
	}
	for _, m := range c.Models() {
		own := released(m.ID)
		if m.Kind != "llm" || len(own) <= most || !versioned(own) || !inOrder(own, words) {
			continue
		}
		if accounts(m, own, nil, without(words, wordSet(strings.Join(own, " ")))) {
			best, most = m, len(own)
		}
	}
	return best, most > 0
}

// versioned reports whether words state a size and, beside it, a version.
func versioned(words []string) bool {
	sized, numbered := false, false
	for _, w := range words {
		is := size.MatchString(w)
		sized = sized || is
		numbered = numbered || !is && strings.ContainsAny(w, "0123456789")
	}
	return sized && numbered
}

// inOrder reports whether words stand in a name in their order.
func inOrder(few, words []string) bool {
	for _, w := range few {
		at := slices.Index(words, w)
		if at < 0 {
			return false
		}
		words = words[at+1:]
	}
	return true
}

// released are the words of a name that tell size, family and version.
func released(name string) []string {
	name = suffix.ReplaceAllString(strings.ToLower(unpublished(strings.TrimRight(name, "/"))), "")
	name = widths.ReplaceAllString(name, "$1")
	var words []string
	for _, w := range strings.Fields(breaks.ReplaceAllString(name, " $1")) {
		_, precision := precisionWords[w]
		_, method := methods[w]
		if at := llama.FindStringSubmatch(w); at != nil {
			words = append(words, "llama")
			w = at[1]
		}
		if !precision && !method && !packed[w] {
			words = append(words, w)
		}
	}
	return words
}

func without(words []string, drop map[string]bool) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return drop[w] })
}

// inWords finds a model in the longest run of words that spells one and that leaves out nothing
// by which another model could be meant.
func (c *Catalog) inWords(words []string) (Model, bool) {
	plain := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return variants[w] || releases[w] || quantity.MatchString(w) })
	for _, all := range [][]string{words, without(without(words, variants), releases), plain} {
		for n := len(all); n > 0; n-- {
			for at := range len(all) - n + 1 {
				run := all[at : at+n]
				form := modelForm(strings.Join(run, "-"))
				id, ok := c.modelNames().find(form, form)
				if m, _ := c.Model(id); ok && m.Kind == "llm" && accounts(m, run, all[:at], all[at+n:]) {
					return m, true
				}
			}
		}
	}
	return Model{}, false
}

// accounts reports whether the words around the name of a model leave it the one that is meant:
// they state no other size, and without any size the name begins with the model's.
func accounts(m Model, run, before, after []string) bool {
	rest := append(slices.Clone(before), after...)
	sized := slices.ContainsFunc(run, size.MatchString)
	begins := sized || len(before) == 0
	if !sized && slices.ContainsFunc(rest, func(w string) bool { return other[w] }) {
		return false
	}
	for _, w := range rest {
		if size.MatchString(w) && !ofSize(m, w) || lesser[w] && !sized {
			return false
		}
		sized = sized || size.MatchString(w)
	}
	versioned := strings.ContainsAny(strings.Join(run, ""), "0123456789")
	return versioned && begins
}

// ofSize reports whether a model has as many parameters as a word of a name says: a size that the model's own
// name states, or its number as it is rounded; up or down, or in round numbers, where its name states none.
func ofSize(m Model, word string) bool {
	const round = 0.03
	v, err := strconv.ParseFloat(strings.TrimLeft(word[:len(word)-1], "ea"), 64)
	if err != nil || v == 0 {
		return false
	}
	has, digit := m.ParamsB, 1.0
	if strings.HasPrefix(word, "a") {
		has = m.ActiveParamsB
	}
	if _, decimals, ok := strings.Cut(word[:len(word)-1], "."); ok {
		digit = math.Pow10(-len(decimals))
	}
	if strings.HasSuffix(word, "m") {
		has *= 1000
	}
	own := released(m.ID)
	if slices.ContainsFunc(own, size.MatchString) {
		return slices.Contains(own, word) || math.Abs(has-v) <= digit/2
	}
	return math.Abs(has-v) < digit || math.Abs(has/v-1) <= round
}
