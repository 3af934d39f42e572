package report

import (
	"bytes"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/serve"
)

// capacityTable writes one screen for a person: the answer first, then the numbers at
// the load, the curve, and what they rest on.
func capacityTable(out *bytes.Buffer, a *advice.Capacity, o Options) error {
	s := newScreen(out, o)
	if a.Budget > 0 {
		return affordTable(s, a)
	}
	s.paragraph("", capacityTitle(a), verdictStyle(a.Verdict))
	s.blank()
	s.labelled("Service", capacityWorkload(a))
	s.labelled("Limits", limits(a))
	if a.Served {
		s.labelled("At load", append([]string{rate(a.Point.QPS)}, answer(a)...))
	}
	s.labelled("Basis", basis(a))
	s.labelled("Memory", occupied(a))
	s.labelled("Scaling", scalability(a))
	if err := s.curve(a); err != nil {
		return err
	}
	s.plot(a)
	s.labelled("Prices", capacityPrices(a, o))
	s.closing(a)
	out.Truncate(len(bytes.TrimRight(out.Bytes(), "\n")) + 1) // nothing may have followed the answer
	return nil
}

// closing is what a reader of the numbers should know, and where to go on.
func (s *screen) closing(a *advice.Capacity) {
	s.items("Note", each(a.Warnings, sentence))
	if s.o.Explain {
		s.items("Assumed", each(a.Assumptions, explained))
	} else {
		s.labelled("Assumed", each(a.Assumptions, assumption))
	}
	s.derivation(a.Steps)
	if len(a.Next) > 0 {
		s.command("Next", line(a.Next[0]))
	}
}

func verdictStyle(v advice.Verdict) style {
	switch v {
	case advice.Sustains, advice.Holds:
		return bold
	case advice.Unknown:
		return yellow
	}
	return red
}

// curve writes the latency curve: every second point, all of them when explaining.
func (s *screen) curve(a *advice.Capacity) error {
	points := a.Curve
	if !s.o.Explain {
		points = everySecond(points)
	}
	if len(points) == 0 {
		return nil
	}
	s.blank()
	columns, _ := fit(s.sign(curveColumns(a, points)), s.width-2)
	rows, err := lines(columns)
	for _, row := range rows {
		s.put("  "+row, plain)
	}
	return err
}

// everySecond keeps every second point: with an even number of steps, the one at the
// limit among them.
func everySecond(points []serve.Response) []serve.Response {
	var kept []serve.Response
	for i := 1; i < len(points); i += 2 {
		kept = append(kept, points[i])
	}
	return kept
}
