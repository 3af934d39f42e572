package report

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/guptarohit/asciigraph"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/simulate"
)

// simulationParts are the labelled lines of a simulation.
func simulationParts(a *advice.Simulation) []struct {
	label string
	texts []string
} {
	return []struct {
		label string
		texts []string
	}{
		{"Deployed", []string{deploymentWord(a), line(string(a.Result.Spec.Fleet.Balancing)) + " balancing"}},
		{"Arrivals", []string{line(a.Arrivals)}},
		{"Run", simulatedRun(a)},
		{"Latency", simulatedTimes(a)},
		{"Wait", simulatedWaits(a)},
		{"Load", simulatedLoad(a)},
		{"Outcome", simulatedOutcome(a)},
		{"Scaling", simulatedScaling(a)},
	}
}

// simulationTable writes one screen for a person.
func simulationTable(out *bytes.Buffer, a *advice.Simulation, o Options) error {
	s := newScreen(out, o)
	s.paragraph("", simulationTitle(a), simulationStyle(a.Result))
	s.blank()
	for _, p := range simulationParts(a) {
		s.labelled(p.label, p.texts)
	}
	if len(a.Errors) > 0 {
		s.blank()
		columns, _ := fit(s.sign(comparison(a)), s.width-2)
		rows, err := lines(columns)
		if err != nil {
			return err
		}
		for _, row := range rows {
			s.put("  "+row, plain)
		}
	}
	s.overTime(a)
	s.items("Note", each(a.Warnings, sentence))
	s.labelled("Assumed", each(a.Assumptions, assumption))
	if len(a.Next) > 0 {
		s.command("Next", line(a.Next[0]))
	}
	return nil
}

func simulationStyle(r *simulate.Result) style {
	switch {
	case r.Verdict == simulate.Holds:
		return bold
	case r.Verdict == simulate.Fails || !r.Stable:
		return red
	}
	return yellow
}

// overTime draws p99 over the time of the run, and the bound where there is one.
func (s *screen) overTime(a *advice.Simulation) {
	columns := min(s.width-plotLabels, plotWidth)
	of, bound := func(w simulate.Window) float64 { return w.P99 }, a.Workload.LatencySeconds
	title := "p99 in ms over seconds"
	if a.Result.Spec.Fleet.Scheduler != nil && bound == 0 {
		of, bound = func(w simulate.Window) float64 { return w.TTFT99 }, a.Workload.TTFT
		title = "p99 of the time to the first token in ms over seconds"
	}
	curve, low, high := timeCurve(a.Result.Series, columns, of)
	if len(curve) < leastPoints {
		return
	}
	series, chars := [][]float64{curve}, []asciigraph.CharSet{asciigraph.DefaultCharSet}
	if b := bound * 1e3; b > 0 {
		series = [][]float64{level(b, len(curve)), curve}
		chars = []asciigraph.CharSet{asciigraph.CreateCharSet("·"), asciigraph.DefaultCharSet}
		title += "; ··· is the bound"
	}
	text := asciigraph.PlotMany(series,
		asciigraph.Height(plotHeight), asciigraph.LowerBound(0), asciigraph.SeriesChars(chars...),
		asciigraph.YAxisValueFormatter(func(v float64) string { return measure(v, "") }),
		asciigraph.XAxisRange(low, high), asciigraph.XAxisTickCount(max(columns/16, 3)),
		asciigraph.XAxisValueFormatter(func(v float64) string { return measure(v, "") }))
	if s.o.ASCII {
		title, text = lineArt.Replace(title), lineArt.Replace(text)
	}
	s.blank()
	s.paragraph("", title, plain)
	for _, l := range strings.Split(text, "\n") {
		s.put(l, plain)
	}
	s.blank()
}

// timeCurve is a time in milliseconds at n moments an even distance apart. Of windows that fall
// together the highest is shown: it is what somebody looks for.
func timeCurve(series []simulate.Window, n int, of func(simulate.Window) float64) (curve []float64, low, high float64) {
	var known []simulate.Window
	for _, w := range series {
		if finite(of(w)) {
			known = append(known, w)
		}
	}
	if len(known) < leastPoints {
		return nil, 0, 0
	}
	curve = make([]float64, n)
	for i := range curve {
		from, to := i*len(known)/n, max((i+1)*len(known)/n, i*len(known)/n+1)
		for _, w := range known[from:to] {
			curve[i] = max(curve[i], of(w)*1e3)
		}
	}
	last := known[len(known)-1]
	return curve, known[0].Start, last.Start + last.Length
}

// simulationMarkdown writes GitHub-flavoured Markdown.
func simulationMarkdown(out *bytes.Buffer, a *advice.Simulation, _ Options) error {
	m := markdown{out}
	heading := "Simulation"
	if n := line(a.Workload.Name); n != "" {
		heading += ": " + escape(n)
	}
	m.printf("## %s\n\n**%s**\n", heading, escape(simulationTitle(a)))
	for _, p := range simulationParts(a) {
		if len(p.texts) > 0 {
			m.printf("\n%s: %s\n", p.label, escape(strings.Join(p.texts, " · ")))
		}
	}
	if len(a.Errors) > 0 {
		m.printf("\n### Formula and simulation\n\n")
		m.table(comparison(a), func(int) bool { return false })
	}
	m.list("Warnings", each(a.Warnings, line))
	m.list("Assumed", each(a.Assumptions, explained))
	if len(a.Next) > 0 {
		m.printf("\n### Next\n\n- %s\n", code(a.Next[0]))
	}
	return nil
}

// simulationFields are the columns of the CSV, named as the keys of the series are.
var simulationFields = []struct {
	name string
	of   func(seriesDoc) *float64
}{
	{"rate_qps", func(d seriesDoc) *float64 { return d.RateQPS }},
	{"goodput_qps", func(d seriesDoc) *float64 { return d.GoodputQPS }},
	{"p50_ms", func(d seriesDoc) *float64 { return d.P50MS }},
	{"p99_ms", func(d seriesDoc) *float64 { return d.P99MS }},
	{"ttft_p99_ms", func(d seriesDoc) *float64 { return d.TTFTP99MS }},
	{"queue", func(d seriesDoc) *float64 { return d.Queue }},
	{"busy", func(d seriesDoc) *float64 { return d.Busy }},
	{"replicas", func(d seriesDoc) *float64 { return d.Replicas }},
	{"rejected", func(d seriesDoc) *float64 { return d.Rejected }},
	{"slo_attainment", func(d seriesDoc) *float64 { return d.SLOAttainment }},
}

// simulationCSV writes the time series, one stretch a row. An unknown value is empty.
func simulationCSV(out *bytes.Buffer, a *advice.Simulation, _ Options) error {
	w := csv.NewWriter(out)
	row := []string{"time_s"}
	for _, f := range simulationFields {
		row = append(row, f.name)
	}
	if err := w.Write(row); err != nil {
		return err
	}
	for _, x := range a.Result.Series {
		d := newSeries(x)
		row = append(row[:0], strconv.FormatFloat(d.TimeS, 'f', -1, 64))
		for _, f := range simulationFields {
			row = append(row, raw(f.of(d)))
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
