package offer

import (
	"math"
	"strconv"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/workload"
)

// Patterns in the notes of encoder-decoder models.
var (
	writtenIn    = pattern.Of(`(\d+)-(\d+) tokens out`)
	decoderIn    = pattern.Of(`decoder about ([\d.]+) GMACs per output token`)
	perCandidate = pattern.Of(`one pass per candidate`)
)

// decoderOf returns the 10^9 multiply-adds per token of the decoder of a model that reads a text and writes
// another, from the catalog; 0 for a model that writes none.
func decoderOf(m catalog.Model) float64 {
	at := decoderIn.FindStringSubmatch(m.Notes)
	if m.Subkind != workload.WritesText || at == nil {
		return 0
	}
	each, _ := strconv.ParseFloat(at[1], 64)
	return each
}

// usualAnswer returns how many tokens such a model usually writes: the geometric mean of the range that the
// catalog states, and one where it is asked for each candidate.
func usualAnswer(m catalog.Model) int {
	at := writtenIn.FindStringSubmatch(m.Notes)
	if at == nil || perCandidate.MatchString(m.Notes) {
		return 1
	}
	low, _ := strconv.ParseFloat(at[1], 64)
	high, _ := strconv.ParseFloat(at[2], 64)
	return max(int(math.Round(math.Sqrt(low*high))), 1)
}

// decoding returns the pass of a model's decoder that writes one token, one multiply-add for each of its
// params × 10^6 parameters.
func decoding(one forward.Model, paramsM float64) forward.Model {
	one.Name, one.Input = one.Name+" decoder", "1 token"
	one.ParamsM, one.ReadM, one.GMACs, one.ActivationsM = paramsM, 0, paramsM/1e3, 0
	return one
}
