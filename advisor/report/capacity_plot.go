package report

import (
	"math"
	"strings"

	"github.com/guptarohit/asciigraph"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/serve"
)

// The plot's size in columns and rows, and the columns its labels may take.
const (
	plotWidth  = 72
	plotHeight = 8
	plotLabels = 14

	leastPoints = 4 // fewer make no curve
)

// How far above the bound, or above one request alone where there is no bound, the plot
// reaches: what lies beyond would flatten what matters.
const (
	aboveBound = 1.5
	aboveAlone = 8
	stretch    = 2 // the first point beyond may reach this many times as far
)

// plot draws p99 over the rate, and the bound where there is one.
func (s *screen) plot(a *advice.Capacity) {
	points := visible(a)
	if len(points) < leastPoints {
		return
	}
	columns := min(s.width-plotLabels, plotWidth)
	low, high := points[0].QPS, points[len(points)-1].QPS
	curve := resample(points, columns, plotted(a).of)
	series, chars := [][]float64{curve}, []asciigraph.CharSet{asciigraph.DefaultCharSet}
	bound := plotted(a).bound * 1e3
	if bound > 0 {
		series = [][]float64{level(bound, columns), curve}
		chars = []asciigraph.CharSet{asciigraph.CreateCharSet("·"), asciigraph.DefaultCharSet}
	}
	s.blank()
	text := asciigraph.PlotMany(series,
		asciigraph.Height(plotHeight), asciigraph.LowerBound(0), asciigraph.SeriesChars(chars...),
		asciigraph.YAxisValueFormatter(func(v float64) string { return measure(v, "") }),
		asciigraph.XAxisRange(low, high), asciigraph.XAxisTickCount(max(columns/16, 3)),
		asciigraph.XAxisValueFormatter(func(v float64) string { return measure(v, "") }))
	title := plotTitle(plotted(a).name, bound)
	if s.o.ASCII {
		title, text = lineArt.Replace(title), lineArt.Replace(text)
	}
	s.paragraph("", title, plain)
	for _, l := range strings.Split(text, "\n") {
		s.put(l, plain)
	}
}

// plotting is what a plot shows: its name, its bound in seconds (0 for none), its value
// with one request alone, and how a point gives it.
type plotting struct {
	name         string
	bound, alone float64
	of           func(serve.Response) float64
}

// plotted is p99; of a language model the time to the first token, which is what grows.
func plotted(a *advice.Capacity) plotting {
	if a.Tokens == nil {
		return plotting{"p99", a.Workload.LatencySeconds, a.Service.Alone, func(p serve.Response) float64 { return p.P99 }}
	}
	ttft := func(p serve.Response) float64 { return p.TTFT }
	alone := 0.0
	if len(a.Curve) > 0 {
		alone = ttft(a.Curve[0])
	}
	return plotting{tokenPercentile(a.Workload) + " TTFT", a.Workload.TTFT, alone, ttft}
}

func plotTitle(name string, bound float64) string {
	t := name + " in ms over requests per second"
	if bound > 0 {
		t += "; ··· is the bound"
	}
	return t
}

// visible are the points that the plot shows, at least those of the low rates.
func visible(a *advice.Capacity) []serve.Response {
	q := plotted(a)
	ceiling := aboveBound * q.bound
	if ceiling < q.alone*aboveBound {
		ceiling = aboveAlone * q.alone
	}
	var out []serve.Response
	for i, p := range a.Curve {
		above := q.of(p) > ceiling && i > 3
		if above && q.of(p) > stretch*ceiling {
			break
		}
		if out = append(out, p); above {
			break
		}
	}
	return out
}

// resample is a time in milliseconds at n rates an even distance apart.
func resample(points []serve.Response, n int, of func(serve.Response) float64) []float64 {
	low, high := points[0].QPS, points[len(points)-1].QPS
	out := make([]float64, n)
	i := 0
	for k := range out {
		at := low + (high-low)*float64(k)/float64(n-1)
		for i < len(points)-2 && points[i+1].QPS < at {
			i++
		}
		a, b := points[i], points[i+1]
		share := math.Min(math.Max((at-a.QPS)/(b.QPS-a.QPS), 0), 1)
		out[k] = 1e3 * (of(a) + share*(of(b)-of(a)))
	}
	return out
}

func level(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// lineArt replaces the signs of a plot that an ASCII terminal cannot show.
var lineArt = strings.NewReplacer("┤", "|", "┼", "+", "─", "-", "│", "|", "╭", ".", "╮", ".", "╯", "'", "╰", "'", "└", "+", "┬", "+", "╴", "-", "╶", "-", "·", ".")
