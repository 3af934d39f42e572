package catalog

import (
	"strconv"
	"strings"

	"scaleadvise/advisor/pattern"
)

// layouts are how words say in how many bits weights are packed: those of llama.cpp's files ("q4_k_m", "iq2_xs"), those of
// MLX ("3bit") and those of ExLlama ("3.5bpw").
var layouts = pattern.Of(`(?:^|[-_.:])(?:(i?q|tq)([1-8])((?:_?[0-9kmslx]+)*)|([2-8])bit|([1-8](?:[._]\d+)?)bpw)(?:$|[-_.:])`)

// layoutBits are the bits of a weight of llama.cpp's layouts, but those of the tables of embeddings: the sizes of Llama 3.1 8B in
// tools/quantize/README.md and of published files of Llama 3.3 70B, which agree if the tables take EmbeddingBits.
// Those of the middle four-bit and the eight-bit layouts are what the classes stand for.
var layoutBits = map[string]float64{
	"iq1s": 1.66, "iq1m": 1.82, "tq10": 1.69, "tq20": 2.06, "iq2xxs": 2.1, "iq2xs": 2.34, "iq2s": 2.47, "iq2m": 2.68, "q2k": 2.95, "q2ks": 2.75, "q2kl": 3, "q2kxl": 3,
	"iq3xxs": 3.07, "iq3xs": 3.29, "iq3s": 3.48, "iq3m": 3.6, "q3ks": 3.48, "q3km": 3.86, "q3kl": 4.2, "q3kxl": 4.2, "q3k": 3.86,
	"q50": 5.5, "q51": 6, "q5ks": 5.5, "q5km": 5.65, "q5k": 5.65, "q5kl": 5.7, "q5kxl": 5.7, "q6k": 6.56, "q6kl": 6.6, "q6kxl": 6.6,
}

// usualBits are those of a layout of which only a digit is said; 0 as its class has them.
var usualBits = map[string]float64{"1": 1.8, "2": 2.95, "3": 3.86, "5": 5.65, "6": 6.56}

// groupBits are what MLX adds to each weight: a scale and an offset of 16 bit for 64.
const groupBits = 0.5

// EmbeddingBits returns the bits of an element of the tables of embeddings where the other weights are packed in so many.
func EmbeddingBits(bits float64) float64 { return max(4.3, bits, min(bits+0.75, 6.56)) }

// layoutIn returns the class of the layout that a text states, and the bits of a weight where they are not those of the
// class; "" for none.
func layoutIn(text string) (class string, bits float64) {
	at := layouts.FindStringSubmatch(strings.ToLower(text))
	if at == nil {
		return "", 0
	}
	digit := at[2]
	switch {
	case at[5] != "":
		bits, _ = strconv.ParseFloat(strings.ReplaceAll(at[5], "_", "."), 64)
		digit = at[5][:1]
	case at[4] != "":
		digit = at[4]
		if digit != "4" && digit != "8" {
			bits, _ = strconv.ParseFloat(digit, 64)
			bits += groupBits
		}
	default:
		var known bool
		if bits, known = layoutBits[at[1]+digit+strings.ReplaceAll(at[3], "_", "")]; !known {
			bits = usualBits[digit]
		}
	}
	if digit >= "6" {
		return "int8", bits
	}
	return "int4", bits
}

// PackedBits returns the bits of a weight that a word for a precision, or the published name of a model, states
// beside its class; 0 for those of the class.
func PackedBits(text string) float64 {
	_, bits := layoutIn(unpublished(text))
	return bits
}
