package offer

import (
	"errors"
	"fmt"
	"math"

	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/workload"
)

// Conversation describes requests that are turns of a conversation: each reads again everything before it.
// The zero value is none.
type Conversation struct {
	Turns    int
	Added    float64 // tokens that a turn adds to the conversation
	Hit      float64 // share of the prompt tokens that an unlimited cache would hold from earlier turns
	Sessions open.Sessions
}

// usualThinking is the time between an answer and the next question where none is given.
const usualThinking = "60s"

// converse settles what turns imply: prompts that grow with the conversation, and how much of them the cache
// may hold. Turn k reads k questions and k-1 answers, of which the turn before it left all but the last
// question.
func converse(w *workload.Workload, l *llm.Lengths) (Conversation, error) {
	turns := float64(w.LLM.Turns)
	switch {
	case turns < 2:
		return Conversation{}, nil
	case len(w.LLM.InputSeen) > 0:
		return Conversation{}, w.Fault("turns", errors.New("a trace has the prompts of all turns; leave it out, or give --input-tokens as a number"))
	}
	w.Ordinary("think_time", usualThinking, "reading an answer of 200 tokens takes 40 s at 238 words a minute (Brysbaert 2019), and writing the next question some more")
	question, answer := l.Input.Mean, l.Output.Mean
	past := (turns - 1) / 2 * (question + answer)
	c := Conversation{
		Turns: w.LLM.Turns, Added: question, Hit: past / (past + question),
		Sessions: open.Sessions{Think: w.LLM.ThinkTime, Context: past + question + answer},
	}
	l.Input = prompts(*l, w.LLM.Turns)
	if keepsPrefixes(w) {
		w.Reassume("prefix_hit", fmt.Sprintf("%.4g%%", 100*math.Min(c.Hit, mostShared)), "what the turns before left of a prompt in the cache")
	} else {
		w.Reassume("prefix_hit", "0", "the engine keeps no prefixes as it is configured")
	}
	return c, nil
}

// Asked returns the mean tokens of a prompt without those of earlier turns.
func (l *Language) Asked() float64 {
	if l.Talk.Turns > 1 {
		return l.Talk.Added
	}
	return l.Lengths.Input.Mean
}

// prompts returns those of all turns. A user who asks at length does so in every turn.
func prompts(l llm.Lengths, turns int) llm.Tokens {
	const each = 16
	var all []float64
	sum := 0.0
	for i := range each {
		question := l.Input.At(normal((float64(i) + 0.5) / each))
		sum += question
		for k := range turns {
			all = append(all, question+float64(k)*(question+l.Output.Mean))
		}
	}
	t := llm.Observed(all)
	return t.Plus((float64(turns) + 1) / 2 * (l.Input.Mean - sum/each)) // the longest are beyond the pieces
}

// normal returns the normal score below which a share of a population is.
func normal(share float64) float64 { return math.Sqrt2 * math.Erfinv(2*share-1) }

// keepsPrefixes reports whether the engine of today keeps the start of prompts: it was told to, hits were
// observed, or it does unless told otherwise.
func keepsPrefixes(w *workload.Workload) bool {
	if set := w.LLM.Arguments.Prefixes; set != 0 {
		return set == engine.KeepsPrefixes
	}
	e, err := engine.Named(w.LLM.Engine)
	return err == nil && e.Prefixes == engine.KeepsPrefixes || w.Observed("prefix_hit")
}

// cachesPrefixes reports whether turning the prefix cache on is left to do.
func cachesPrefixes(o *Offers) bool { return SharedPrefix(o) > 0 && !keepsPrefixes(o.Workload) }

// SharedPrefix returns the share of prompts that a cache without end would find.
func SharedPrefix(o *Offers) float64 {
	if l := o.Language; l != nil && l.Talk.Turns > 1 {
		return math.Min(l.Talk.Hit, mostShared)
	}
	return o.Workload.LLM.PrefixHit
}

// mostShared bounds what earlier turns leave of a prompt.
const mostShared = 0.99

// hit returns the share of prompts that a variant finds in its cache, while nothing of it is lost.
func hit(o *Offers, v Variant) float64 {
	if cachesPrefixes(o) && !v.applies(prefixCaching) {
		return 0
	}
	return SharedPrefix(o)
}

// Uncached returns what to do for today's engine to keep the prefixes that prompts share; "" where it does, or
// where none are.
func Uncached(o *Offers) string {
	switch {
	case !cachesPrefixes(o):
		return ""
	case o.Workload.LLM.Arguments.Prefixes == engine.DropsPrefixes:
		return "the engine's arguments turn the cache off"
	}
	return "--engine-arg enable-prefix-caching turns the cache on"
}
