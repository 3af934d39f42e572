package report

import (
	"bytes"
	"encoding/csv"
	"math"
	"strings"
	"time"

	"github.com/guptarohit/asciigraph"

	"scaleadvise/advisor/advice"
)

// mostShown is how many points of the horizon a screen holds.
const mostShown = 9

// forecastTable writes one screen for a person.
func forecastTable(out *bytes.Buffer, f *advice.Forecast, o Options) error {
	s := newScreen(out, o)
	style := bold
	switch {
	case f.Refused != "":
		style = yellow
	case f.Runway.Known && !f.Runway.Date.IsZero() && !f.Runway.Date.After(f.Until):
		style = red
	}
	s.paragraph("", forecastTitle(f), style)
	s.blank()
	for _, part := range forecastParts(f) {
		s.labelled(part.label, part.texts)
	}
	if len(f.Horizon) > 0 {
		s.blank()
		columns, _ := fit(s.sign(forecastColumns(f, mostShown)), s.width-2)
		rows, err := lines(columns)
		if err != nil {
			return err
		}
		for _, row := range rows {
			s.put("  "+row, plain)
		}
		s.demand(f)
	}
	s.labelled("Cost", forecastCost(f, o))
	if len(f.Warnings) > 0 {
		s.blank()
	}
	s.items("Note", each(f.Warnings, sentence))
	return nil
}

// demand draws what was seen and what is forecast, with its range.
func (s *screen) demand(f *advice.Forecast) {
	if len(f.Horizon) < leastPoints {
		return
	}
	columns := min(s.width-plotLabels, plotWidth)
	from := f.Horizon[0].Time
	if len(f.Past) > 0 {
		// As much past as future, so that both can be read.
		from = f.Now.Add(-min(f.Now.Sub(f.Past[0].Time), f.Until.Sub(f.Now)))
	}
	pick := func(points []advice.DemandPoint, of func(advice.DemandPoint) float64) []float64 {
		return overTime(points, of, from, f.Until, columns)
	}
	mid := func(p advice.DemandPoint) float64 { return p.Mid }
	series := [][]float64{
		pick(f.Horizon, func(p advice.DemandPoint) float64 { return p.Low }),
		pick(f.Horizon, func(p advice.DemandPoint) float64 { return p.High }),
		pick(f.Horizon, mid), pick(f.Past, mid),
	}
	chars := []asciigraph.CharSet{asciigraph.CreateCharSet("·"), asciigraph.CreateCharSet("·"), asciigraph.DefaultCharSet, asciigraph.DefaultCharSet}
	text := asciigraph.PlotMany(series, asciigraph.Height(plotHeight), asciigraph.LowerBound(0), asciigraph.SeriesChars(chars...),
		asciigraph.YAxisValueFormatter(func(v float64) string { return measure(v, "") }))
	title := quantityOf(f) + " requests per second from " + onDay(from) + " to " + onDay(f.Until)
	if ranged(f) {
		title += "; ··· is the 90 % range of the forecast"
	}
	if s.o.ASCII {
		title, text = lineArt.Replace(title), lineArt.Replace(text)
	}
	s.blank()
	s.paragraph("", title, plain)
	for _, l := range strings.Split(text, "\n") {
		s.put(l, plain)
	}
}

// overTime is a quantity at n moments, an even distance apart, the mean of the points in
// each; NaN where there is none.
func overTime(points []advice.DemandPoint, of func(advice.DemandPoint) float64, from, to time.Time, n int) []float64 {
	sums, counts := make([]float64, n), make([]float64, n)
	width := to.Sub(from).Seconds() / float64(n)
	for _, p := range points {
		at := p.Time.Sub(from).Seconds()
		if i := int(at / width); at >= 0 && i < n {
			sums[i], counts[i] = sums[i]+of(p), counts[i]+1
		}
	}
	last := math.NaN()
	for i := range sums {
		if counts[i] > 0 {
			last = sums[i] / counts[i]
			sums[i] = last
		} else if sums[i] = math.NaN(); len(points) > 0 && len(points) < n && inside(points, from, width, i) {
			sums[i] = last // points lie farther apart than columns
		}
	}
	return sums
}

// inside reports whether a column lies between the first and the last point.
func inside(points []advice.DemandPoint, from time.Time, width float64, i int) bool {
	at := from.Add(time.Duration(float64(i) * width * float64(time.Second)))
	return at.After(points[0].Time) && at.Before(points[len(points)-1].Time)
}

func forecastMarkdown(out *bytes.Buffer, f *advice.Forecast, o Options) error {
	m := markdown{out}
	heading := "Forecast"
	if n := line(f.Name); n != "" {
		heading += ": " + escape(n)
	}
	m.printf("## %s\n\n**%s**\n", heading, escape(forecastTitle(f)))
	for _, part := range forecastParts(f) {
		if len(part.texts) > 0 {
			m.printf("\n%s: %s\n", part.label, escape(joined(part.texts)))
		}
	}
	if cost := forecastCost(f, o); len(cost) > 0 {
		m.printf("\nCost: %s\n", escape(joined(cost)))
	}
	if len(f.Horizon) > 0 {
		m.printf("\n### Demand\n\n")
		m.table(forecastColumns(f, 4*mostShown), func(int) bool { return false })
	}
	m.list("Warnings", each(f.Warnings, line))
	return nil
}

// forecastCSV writes the horizon, one point a row.
func forecastCSV(out *bytes.Buffer, f *advice.Forecast, _ Options) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"time", "quantity", "low_qps", "mid_qps", "high_qps"}}
	for _, p := range f.Horizon {
		d := newForecastPoint(p)
		rows = append(rows, []string{d.Time, quantityOf(f), raw(d.Low), raw(d.Mid), raw(d.High)})
	}
	return w.WriteAll(rows)
}
