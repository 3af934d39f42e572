package report

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
)

// The phrases that the table and Markdown share. All of them are sanitised and
// stand on one line.

// compact is a plan within a cell: "7 × A10 int8".
func compact(e candidate.Evaluation) string {
	if e.Replicas == 0 {
		return none
	}
	return line(e.Words())
}

// tail is the latency that the workload asks about, in seconds, and the name of
// its percentile.
func tail(e candidate.Evaluation, s advice.Summary) (seconds float64, name string) {
	if s.LatencySeconds == 0 || s.Percentile == 0 {
		return e.P99, "p99"
	}
	return e.Latency, percentile(s)
}

func percentile(s advice.Summary) string {
	if s.LatencySeconds == 0 || s.Percentile == 0 {
		return "p99"
	}
	if !finite(s.Percentile) {
		return "p" + measure(s.Percentile, "")
	}
	return fmt.Sprintf("p%.6g", 100*s.Percentile)
}

// nearest is the excuse of the plan that comes nearest.
func nearest(a *advice.Advice) *candidate.Excuse {
	for _, alt := range a.Alternatives {
		if alt.Chosen {
			return alt.Excuse
		}
	}
	return nil
}

// enough says what would have been enough.
func enough(m candidate.NearMiss) string {
	if m.Trait == "" || !finite(m.Needed) {
		return ""
	}
	s := "Needed: " + inWords(m.Trait) + " " + measure(m.Needed, m.Unit)
	if finite(m.Value) {
		s += " instead of " + measure(m.Value, m.Unit)
	}
	return s + "."
}

// inWords is a trait's name in words.
func inWords(trait string) string {
	return strings.NewReplacer("_", " ", "ttft", "TTFT", "tpot", "TPOT", "qps", "QPS").Replace(line(trait))
}

// dated is the date of a price as its source says it, without brackets within brackets.
func dated(asOf string) string {
	s := line(asOf)
	if why, ok := strings.CutPrefix(s, "undated ("); ok {
		return "price undated: " + strings.TrimSuffix(why, ")")
	}
	return s
}

// listed is the price list that a price is on, with what is to be known of it.
func listed(h candidate.Hosting) string {
	if len(h.Purchase) > 1 && h.Owned == 0 {
		return "(" + bought(h.Purchase, h.BreakEven) + ")"
	}
	if h.Owning != "" {
		return "on premises (" + line(h.Owning) + ")"
	}
	words := pricing(h.Pricing)
	if h.Discount > 0 {
		words += " less " + percent(h.Discount)
	}
	if h.Derived {
		words += " (derived price)"
	}
	if h.NoPrice != "" {
		words += ", as no price for " + pricing(h.NoPrice) + " is known"
	}
	return words
}

// pricing is a price list in words.
func pricing(p string) string { return line(candidate.PricingWords(p)) }

// bought is how machines are bought on several price lists, and from when on a commitment pays.
func bought(lines []candidate.Bought, breakEven float64) string {
	parts := make([]string, 0, len(lines))
	for _, b := range lines {
		text := count(b.Machines) + " × " + pricing(b.Pricing) + " " + money(b.CostPerMonth) + " USD"
		if b.Derived {
			text += " (derived price)"
		}
		parts = append(parts, text)
	}
	out := strings.Join(parts, ", ")
	if breakEven > 0 {
		out += "; a commitment pays from " + percent(breakEven) + " of the hours"
	}
	return out
}
