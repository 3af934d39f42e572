package advisor

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// division tells the requests of a service apart by size.
type division struct {
	sizes            []sizedWays
	prompts, answers *lengths             // by which the sizes are made, row by row of prompts; nil where one does not count
	questions        map[string]*question // the service with parts of its requests
}

// lengths are the classes of one length of requests, the shortest first.
type lengths struct {
	classes []class
	upTo    func(share float64) float64 // tokens of the longest of the shortest share
	of      []float64                   // tokens of each request of a trace; nil where a distribution was said
}

// class is a part of the requests by one length.
type class struct{ share, mean, upTo float64 }

// lengthsOf are classes of lengths that were said as a distribution or seen in a trace, cut at shares of the
// requests; nil where the lengths are not known or hardly differ.
func lengthsOf(said unit.Percentiles, seen []float64, cuts ...float64) *lengths {
	const alike = 0.3 // variation below which sizes make little difference
	l := &lengths{of: seen}
	t := llm.Spread(said)
	if len(seen) > 0 {
		t = llm.Observed(seen)
		sorted := slices.Sorted(slices.Values(seen))
		l.upTo = func(share float64) float64 { return stat.Quantile(sorted, share) }
	} else {
		l.upTo = func(share float64) float64 { return t.At(math.Sqrt2 * math.Erfinv(2*share-1)) }
	}
	if t.CV < alike {
		return nil
	}
	before, cells := 0.0, t.Cells()
	for _, cut := range append(slices.Clone(cuts), 1) {
		c := class{share: cut - before, upTo: math.Inf(1)}
		if cut < 1 {
			c.upTo = l.upTo(cut)
		}
		c.mean = meanWithin(cells, before, cut)
		l.classes, before = append(l.classes, c), cut
	}
	return l
}

// meanWithin is the mean length of the requests between two shares of a distribution cut into pieces.
func meanWithin(cells []llm.Cell, from, to float64) float64 {
	sum, weight, at := 0.0, 0.0, 0.0
	for _, c := range cells {
		part := math.Min(to, at+c.Share) - math.Max(from, at)
		at += c.Share
		if part > 0 {
			sum, weight = sum+part*c.Tokens, weight+part
		}
	}
	return sum / math.Max(weight, 1e-12)
}

// classOf is the class of a length.
func (l *lengths) classOf(tokens float64) int {
	return slices.IndexFunc(l.classes, func(c class) bool { return tokens <= c.upTo })
}

// sizesBy are the sizes that classes of prompts and of answers make, either nil; those of both in the
// shares in which a trace has them together, else as if one said nothing of the other.
func sizesBy(w *ways, prompts, answers *lengths) []intake.Sized {
	var out []intake.Sized
	for _, c := range cellsOf(prompts, answers) {
		size := plan.Size{Share: c.share, Origin: w.Origin}
		changes := workload.Set{}
		for trait, tokens := range map[string]float64{"input_tokens": c.prompt, "output_tokens": c.answer} {
			if tokens == 0 {
				continue
			}
			text := fmt.Sprint(math.Max(1, math.Round(tokens)))
			if err := workload.ParseSet(trait, text, origin.Origin{Kind: origin.Default}, changes); err != nil {
				return nil
			}
			if trait == "input_tokens" {
				size.Input = text
			} else {
				size.Output = text
			}
		}
		one, err := w.Case.With(changes)
		if err != nil {
			return nil
		}
		out = append(out, intake.Sized{Size: size, Case: one})
	}
	return out
}

// cell is a size of request: its share and its mean tokens, 0 where that length is not told apart.
type cell struct{ share, prompt, answer float64 }

func cellsOf(prompts, answers *lengths) []cell {
	var out []cell
	switch {
	case answers == nil:
		for _, p := range prompts.classes {
			out = append(out, cell{p.share, p.mean, 0})
		}
	case prompts == nil:
		for _, a := range answers.classes {
			out = append(out, cell{a.share, 0, a.mean})
		}
	case len(prompts.of) > 0 && len(prompts.of) == len(answers.of):
		return seenTogether(prompts, answers)
	default:
		for _, p := range prompts.classes {
			for _, a := range answers.classes {
				out = append(out, cell{p.share * a.share, p.mean, a.mean})
			}
		}
	}
	return out
}

// seenTogether are the sizes of the requests of a trace.
func seenTogether(prompts, answers *lengths) []cell {
	out := make([]cell, len(prompts.classes)*len(answers.classes))
	for i, tokens := range prompts.of {
		c := &out[prompts.classOf(tokens)*len(answers.classes)+answers.classOf(answers.of[i])]
		c.share, c.prompt, c.answer = c.share+1, c.prompt+tokens, c.answer+answers.of[i]
	}
	for i := range out {
		c := &out[i]
		if c.share == 0 { // none are so; a size that stands for none
			c.prompt, c.answer = prompts.classes[i/len(answers.classes)].mean, answers.classes[i%len(answers.classes)].mean
			continue
		}
		c.prompt, c.answer, c.share = c.prompt/c.share, c.answer/c.share, c.share/float64(len(prompts.of))
	}
	return out
}

// word says of each run which requests it serves; false where no load balancer can tell them apart by
// length: those of one must be the shorter.
func (d *division) word(runs []run) bool {
	shorter := slices.IndexFunc(runs, func(r run) bool { return d.falls(r.parts) })
	if len(runs) != 2 || shorter < 0 {
		return false
	}
	short, long := &runs[shorter], &runs[1-shorter]
	switch {
	case d.answers == nil:
		short.requests, long.requests = d.prompts.words("prompts", short.share)
	case d.prompts == nil:
		short.requests, long.requests = d.answers.words("answers", short.share)
	default:
		short.requests, long.requests = d.bothWords(short.parts)+percent(short.share), "all others"+percent(long.share)
	}
	return true
}

func percent(share float64) string { return " (" + unit.Format(unit.Fraction, share) + ")" }

func (l *lengths) words(what string, share float64) (short, long string) {
	tokens := unit.Format(unit.Count, math.Round(l.upTo(share)))
	return what + " up to " + tokens + " tokens" + percent(share), "longer " + what + percent(1-share)
}

// falls reports whether parts are of the shorter requests: a longer one is not among them where a shorter
// one is not, and of one size at most some are.
func (d *division) falls(parts []float64) bool {
	columns, divided := 1, 0
	if d.prompts != nil && d.answers != nil {
		columns = len(d.answers.classes)
	}
	for i, part := range parts {
		if part > 1e-9 && part < 1-1e-9 {
			divided++
		}
		if i%columns > 0 && part > parts[i-1]+1e-9 || i >= columns && part > parts[i-columns]+1e-9 {
			return false
		}
	}
	return divided < 2
}

// bothWords says which prompts with which answers are the shorter, row by row of prompts.
func (d *division) bothWords(parts []float64) string {
	columns := len(d.answers.classes)
	var all []string
	before := -1
	for i := len(d.prompts.classes) - 1; i >= 0; i-- {
		full := 0
		for full < columns && parts[i*columns+full] > 1-1e-9 {
			full++
		}
		if full < columns && parts[i*columns+full] > 1e-9 {
			all = append(all, d.some(parts[i*columns+full], i, full))
		}
		if full > 0 && full != before {
			all = append(all, d.row(i, full))
			before = full
		}
	}
	slices.Reverse(all)
	return strings.Join(all, ", ")
}

// row is prompts up to those of a class with answers of the first classes.
func (d *division) row(prompt, answers int) string {
	text := "all prompts"
	if upTo := d.prompts.classes[prompt].upTo; !math.IsInf(upTo, 1) {
		text = "prompts up to " + unit.Format(unit.Count, math.Round(upTo)) + " tokens"
	}
	if upTo := d.answers.classes[answers-1].upTo; !math.IsInf(upTo, 1) {
		text += " with answers up to " + unit.Format(unit.Count, math.Round(upTo))
	}
	return text
}

// some is a part of the requests of one size.
func (d *division) some(part float64, prompt, answer int) string {
	return unit.Format(unit.Fraction, part) + " of prompts " + d.prompts.bound(prompt) + " tokens with answers " + d.answers.bound(answer)
}

func (l *lengths) bound(class int) string {
	if upTo := l.classes[class].upTo; !math.IsInf(upTo, 1) {
		return "up to " + unit.Format(unit.Count, math.Round(upTo))
	}
	return "over " + unit.Format(unit.Count, math.Round(l.classes[class-1].upTo))
}

// dividedBy says by what a load balancer divides.
func (d *division) dividedBy() string {
	const known = "; how long an answer becomes it knows beforehand only from max_tokens or from the kind of request"
	switch {
	case d.answers == nil:
		return "the length of their prompts"
	case d.prompts == nil:
		return "the length of their answers" + known
	}
	return "the length of their prompts and answers" + known
}
