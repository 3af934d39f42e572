package report

import (
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/serve"
)

// The phrases of language models, whose requests have tokens and two times of their own.

// generates reports whether the model writes tokens.
func generates(s advice.Summary) bool { return s.OutputTokens > 0 }

// tokenPercentile names the percentile of the bounds on tokens.
func tokenPercentile(s advice.Summary) string {
	s.LatencySeconds, s.Percentile = 1, s.TokenPercent
	return percentile(s)
}

// bounds are the SLO's bounds in words, none without one: "p99 100 ms", or
// "p99 TTFT 500 ms and TPOT 40 ms".
func bounds(s advice.Summary) string {
	var of []string
	if s.TTFT > 0 {
		of = append(of, "TTFT "+duration(s.TTFT))
	}
	if s.TPOT > 0 {
		of = append(of, "TPOT "+duration(s.TPOT))
	}
	var all []string
	if len(of) > 0 {
		all = append(all, tokenPercentile(s)+" "+strings.Join(of, " and "))
	}
	if s.LatencySeconds > 0 {
		all = append(all, percentile(s)+" "+duration(s.LatencySeconds))
	}
	return strings.Join(all, ", ")
}

// tokenTerms are the bounds on a language model's two times.
func tokenTerms(w advice.Summary) []part {
	var parts []part
	if w.TTFT > 0 {
		parts = append(parts, part{text: tokenPercentile(w) + " TTFT ≤ " + duration(w.TTFT), bound: true})
	}
	if w.TPOT > 0 {
		parts = append(parts, part{text: tokenPercentile(w) + " TPOT ≤ " + duration(w.TPOT), bound: true})
	}
	return parts
}

// cached says how much of the prefixes that prompts share is found in the cache, where that is not all.
func cached(s advice.Summary) string {
	switch {
	case s.PrefixHit == 0 && s.PrefixUncached != "":
		return ", none of it counted: " + line(s.PrefixUncached)
	case percent(s.PrefixHit) != percent(s.PrefixShared):
		return ", " + percent(s.PrefixHit) + " found in the cache"
	}
	return ""
}

// requestTokens is what one request reads and writes.
func requestTokens(s advice.Summary) string {
	images := ""
	if s.Images > 0 {
		images = " with " + count(s.Images) + " images of " + line(s.ImageSize) + " (" + grouped(s.ImageTokens, 0) + " each)"
		if s.Images == 1 {
			images = " with an image of " + line(s.ImageSize) + " (" + grouped(s.ImageTokens, 0) + ")"
		}
	}
	var from []string
	if s.Turns > 1 {
		from = append(from, count(s.Turns)+" turns of "+grouped(s.TurnTokens, 0))
	}
	if s.PrefixShared > 0 {
		from = append(from, percent(s.PrefixShared)+" shared prefix"+cached(s))
	}
	if len(from) > 0 {
		images += " (" + strings.Join(from, ", ") + ")"
	}
	adapters := ""
	if s.Speculation != "" {
		adapters = ", speculative decoding by " + line(s.Speculation)
	}
	if s.Adapters > 0 {
		adapters += ", " + plural(s.Adapters, "LoRA adapter") + " of rank " + count(s.AdapterRank)
	}
	return grouped(s.InputTokens, 0) + " tokens in" + images + ", " + grouped(s.OutputTokens, 0) + " out" + adapters
}

// tokenTimes are the two times of a language model at a load; empty where they are unknown.
func tokenTimes(ttft, tpot float64, s advice.Summary) string {
	var of []string
	if ttft > 0 && finite(ttft) {
		of = append(of, "TTFT "+duration(ttft))
	}
	if tpot > 0 && finite(tpot) {
		of = append(of, "TPOT "+duration(tpot))
	}
	if len(of) == 0 {
		return ""
	}
	return tokenPercentile(s) + " " + strings.Join(of, ", ")
}

// latency is the time that the workload asks about at a plan's load, in words.
func latency(e candidate.Evaluation, s advice.Summary) string {
	text, digits := "", digitsOf(e)
	if l, p := tail(e, s); generates(s) {
		text = tokenTimes(rounded(e.TTFT, digits), rounded(e.TPOT, digits), s)
	} else if l > 0 && finite(l) {
		text = p + " " + about(l, digits)
	}
	if text == "" {
		if overloaded(e) {
			text = overload
		}
		return text
	}
	if e.Verified == candidate.Passed {
		text += ", simulated"
	}
	return text
}

// overload stands for the latency of a plan whose queue grows without end, endless where there is little room.
const overload, endless = "overloaded", "∞"

func overloaded(e candidate.Evaluation) bool {
	return e.SaturationQPS > 0 && e.DemandQPS >= e.SaturationQPS
}

// latencyColumns are those of latency in the table of alternatives.
func latencyColumns(plans []candidate.Evaluation, s advice.Summary) []column {
	cell := func(seconds float64, e candidate.Evaluation) string {
		switch {
		case seconds > 0 && finite(seconds):
			return about(seconds, digitsOf(e))
		case overloaded(e):
			return endless
		}
		return none
	}
	if !generates(s) {
		return []column{{head: percentile(s), right: true, cells: each(plans, func(e candidate.Evaluation) string {
			l, _ := tail(e, s)
			return cell(l, e)
		})}}
	}
	var usd []float64
	for _, e := range plans {
		usd = append(usd, applies(e.CostPerMTokens, e.Priced && e.CostPerMTokens > 0 && e.Utilization <= 1))
	}
	ttft := each(plans, func(e candidate.Evaluation) string { return cell(e.TTFT, e) })
	tpot := each(plans, func(e candidate.Evaluation) string { return cell(e.TPOT, e) })
	return []column{
		{head: "TTFT/TPOT", cells: paired(ttft, tpot), right: true},
		{head: "USD/Mtok", cells: figures(usd, 2, ""), right: true, drop: 4},
	}
}

// paired joins two columns of times: "420/32 ms" where they share a unit.
func paired(a, b []string) []string {
	out := make([]string, len(a))
	for i := range a {
		first, unit, _ := strings.Cut(a[i], " ")
		switch {
		case a[i] == endless || b[i] == endless:
			out[i] = endless
		case a[i] == none || b[i] == none: // without a steady state the one that is left says nothing
			out[i] = none
		case strings.HasSuffix(b[i], " "+unit):
			out[i] = first + "/" + b[i]
		default:
			out[i] = a[i] + "/" + b[i]
		}
	}
	return out
}

// tokensAnswer is how a language model answers at the load.
func tokensAnswer(a *advice.Capacity) []string {
	p, t := a.Point, a.Tokens
	parts := []string{
		tokenTimes(p.TTFT, p.TPOT, a.Workload), "whole answers p50 " + duration(p.P50) + ", p99 " + duration(p.P99),
		measure(p.Batch, "") + " requests at once", grouped(t.OutputPerSecond, 0) + " tokens/s written",
	}
	return append(parts, "busy "+portion(p.Busy))
}

// tokenColumns are the curve's columns of a language model's two times.
func tokenColumns(points []serve.Response) []column {
	var ttft, tpot []float64
	for _, p := range points {
		ttft, tpot = append(ttft, p.TTFT), append(tpot, p.TPOT)
	}
	return []column{
		{head: "TTFT", cells: durations(ttft), right: true},
		{head: "TPOT", cells: durations(tpot), right: true},
	}
}
