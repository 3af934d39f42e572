package report

import (
	"bytes"
	"strings"

	"scaleadvise/advisor/advice"
)

// capacityMarkdown writes GitHub-flavoured Markdown with the whole curve.
func capacityMarkdown(out *bytes.Buffer, a *advice.Capacity, o Options) error {
	m := markdown{out}
	heading := "Capacity"
	if n := line(a.Workload.Name); n != "" {
		heading += ": " + escape(n)
	}
	title := capacityTitle
	if a.Budget > 0 {
		title = affordTitle
	}
	m.printf("## %s\n\n**%s**\n", heading, escape(title(a)))
	for _, part := range []struct {
		label string
		texts []string
	}{
		{"Service", capacityWorkload(a)}, {"Limits", limits(a)}, {"At " + rate(a.Point.QPS), answer(a)},
		{"Basis", basis(a)}, {"Memory", occupied(a)}, {"Scaling", scalability(a)}, {"Prices", capacityPrices(a, o)},
	} {
		if len(part.texts) > 0 {
			m.printf("\n%s: %s\n", escape(part.label), escape(strings.Join(part.texts, " · ")))
		}
	}
	affordMarkdown(m, a, o)
	if len(a.Curve) > 0 {
		m.printf("\n### Latency curve\n\n")
		m.table(curveColumns(a, a.Curve), func(int) bool { return false })
	}
	m.derivation(a.Steps)
	m.list("Warnings", each(a.Warnings, line))
	m.list("Assumed", each(a.Assumptions, explained))
	if len(a.Next) > 0 {
		m.printf("\n### Next\n\n- %s\n", code(a.Next[0]))
	}
	return nil
}
