package export

import (
	"fmt"
	"math"

	"scaleadvise/advisor/llm"
)

// lengthStep is what the longest sequence is rounded up to, tokens.
const lengthStep = 1024

// longest is the longest sequence that the server takes: that of the 99th percentile of requests,
// twice the mean where only that is known, at the last turn of a conversation; no more than fits, and no
// less than the plan's mean request.
func (p Plan) longest(shape llm.Shape) (int, string) {
	asked, images, turns, mean := p.lengths()
	in, seenIn := longTail(asked.Input)
	out, seenOut := longTail(asked.Output)
	each := in + images + out
	n := (int(turns*each) + lengthStep) / lengthStep * lengthStep
	why := fmt.Sprintf("99 of 100 requests have %s tokens or fewer", count(turns*each))
	if turns > 1 {
		why = fmt.Sprintf("the last of %.0f turns has %s tokens or fewer in 99 of 100 conversations", turns, count(turns*each))
	}
	if !seenIn || !seenOut {
		one := "a mean request"
		if turns > 1 {
			one = fmt.Sprintf("the last of %.0f turns of a mean conversation", turns)
		}
		why = fmt.Sprintf("%s has %s tokens; state p50/p90/p99 for a closer bound", one, count(turns*(asked.Input.Mean+images+asked.Output.Mean)))
	}
	if shape.MaxContext > 0 && n > shape.MaxContext {
		n, why = shape.MaxContext, "the most that the model takes"
	}
	setup := llm.Setup{
		Shape: shape, Accelerator: p.Accelerator, GPUs: max(p.plan().PerReplica/p.stages(), 1), Stages: p.stages(), Precision: p.plan().Precision,
		KVPrecision: p.kvPrecision(), Engine: p.Workload.LLM.Engine, MemoryShare: p.Workload.LLM.Arguments.MemoryShare,
		Groups: p.Workload.LLM.Groups(max(p.plan().PerReplica/p.stages(), 1)),
	}
	fits := func(n int) bool {
		m, err := setup.Memory(llm.Lengths{Input: llm.Tokens{Mean: float64(n)}})
		return err != nil || m.Fits
	}
	for least := int(math.Ceil(mean)); n > max(least, 1) && !fits(n); {
		n, why = max(n*9/10, least), "the longest that fits beside the weights"
	}
	return n, why
}

// lengths are the tokens that a turn adds as they were stated, those of its images, the number of turns, and
// the tokens of the mean request, in and out, with all that it reads again.
func (p Plan) lengths() (asked llm.Lengths, images, turns, mean float64) {
	w := p.Workload.LLM
	asked = llm.Lengths{Input: llm.Said(w.Input, w.InputLengths, w.InputSeen), Output: llm.Said(w.Output, w.OutputLengths, w.OutputSeen)}
	turns, mean = 1, asked.Input.Mean+asked.Output.Mean
	if l := p.Language; l != nil {
		images, turns, mean = l.Images.Tokens(), max(float64(l.Talk.Turns), 1), l.PerRequest()
	}
	return asked, images, turns, mean
}

// meanToLong is what the longest request is taken for where only the mean is known.
const meanToLong = 2

// longTail is the 99th percentile of a length, which a few very long ones leave below the mean, and whether
// it is known.
func longTail(t llm.Tokens) (float64, bool) {
	if t.P99 > 0 {
		return max(t.P99, t.Mean), true
	}
	return meanToLong * t.Mean, false
}
