package offer

import (
	"math"
	"strconv"
	"strings"

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

// What a block starts one after another: of an encoder query, key, value, attention, output and two layers forward;
// of a decoder these and the query, the attention and the output by which it sees what was read.
const (
	readingBlock = 7
	writingBlock = 10
)

// blocksOf returns the blocks of an encoder that reads a number of positions, and those of the decoder that is
// left of all layers: a block of width h takes 12·h² + 2·h·positions multiply-adds a position. They are 0 where
// the catalog does not state layers and width.
func blocksOf(m catalog.Model, positions float64) (reading, writing float64) {
	if m.Layers == 0 || m.Hidden == 0 || m.GFLOPs == 0 || positions <= 0 {
		return 0, 0
	}
	h, all := float64(m.Hidden), float64(m.Layers)
	reading = math.Round(m.GFLOPs / 2 * 1e9 / positions / (12*h*h + 2*h*positions))
	if math.Abs(2*reading-all) <= all/8 { // a gated layer forward is a little less than eight times the width
		reading = all / 2
	}
	reading = math.Min(math.Max(reading, 1), all-1)
	return reading, all - reading
}

// decoded returns the passes of a request of a model of which one pass of the encoder reads a number of positions, and
// whose decoder of params × 10^6 parameters runs once for each token, or once over all of them where it
// judges what it reads.
func decoded(m catalog.Model, one forward.Model, positions, paramsM, times float64) []Part {
	reading, writing := blocksOf(m, positions)
	step := one
	step.Name, step.Input = one.Name+" decoder", "1 token"
	step.ParamsM, step.ReadM, step.GMACs, step.ActivationsM = paramsM, 0, paramsM/1e3, 0
	one.Operators, step.Operators = int(reading*readingBlock), int(writing*writingBlock)
	if perCandidate.MatchString(m.Notes) {
		tokens, _ := strconv.ParseFloat(tokensIn.FindStringSubmatch(one.Input)[1], 64)
		step.GMACs *= tokens
		step.Input, times = one.Input, 1
	}
	return []Part{{one, 1}, {step, times}}
}

// Of speech: its transcript has a fixed rate of tokens a second, and one pass of the encoder reads a
// window of a fixed number of positions.
const (
	tokensPerSecond = 3.5
	windowPositions = 1500
)

// spoken returns the passes of a model of speech: one over each window of audio, and where it
// writes token by token one of its decoder for each.
func spoken(m catalog.Model, one forward.Model, seconds float64) []Part {
	at := secondsIn.FindStringSubmatch(one.Input)
	if at == nil || seconds <= 0 {
		return []Part{{one, 1}}
	}
	window, _ := strconv.ParseFloat(at[1], 64)
	if !strings.Contains(one.Input, "window") {
		one.GMACs, one.ActivationsM = one.GMACs*seconds/window, one.ActivationsM*seconds/window
		return []Part{{one, 1}}
	}
	encoder := one.GMACs / windowPositions * 1e3 // 10^6 parameters that each position passes
	both := decoded(m, one, windowPositions, math.Max(one.ParamsM-encoder, one.ParamsM/10), tokensPerSecond*seconds)
	both[0].Times = math.Ceil(seconds / window)
	return both
}
