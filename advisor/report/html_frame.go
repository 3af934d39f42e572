package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// frame is a chart that is being drawn: values are placed on its axes, which begin at zero, and
// labels where no other label is.
type frame struct {
	width, height            float64 // px
	left, right, top, bottom float64 // px around the drawing
	mostX, mostY             float64 // values at the ends of the axes
	out                      strings.Builder
	taken                    []box
}

// box is the room of a label, px.
type box struct{ x0, y0, x1, y1 float64 }

func (a box) meets(b box) bool { return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 }

// The two widths that a chart is drawn in, px: beside text, and on a phone.
const (
	wideChart, narrowChart = 760.0, 358.0
	halfChart              = 540.0
	chartTall              = 280.0
	letterWide, letterTall = 6.7, 14.0 // of the text in charts, px
)

// twice draws a chart for wide and for narrow pages; style shows the one that fits.
func twice(name, finding string, wide float64, draw func(f *frame)) template.HTML {
	var out strings.Builder
	for _, v := range []struct {
		class string
		width float64
	}{{"w", wide}, {"n", narrowChart}} {
		f := &frame{width: v.width, height: chartTall, left: 52, right: 24, top: 24, bottom: 40}
		id := name + "-" + v.class
		fmt.Fprintf(&f.out, `<svg class="chart %s" viewBox="0 0 %g %g" role="img" aria-labelledby="%s"><title id="%s">%s</title>`,
			v.class, f.width, f.height, id, id, template.HTMLEscapeString(finding))
		draw(f)
		out.WriteString(f.out.String() + "</svg>")
	}
	return template.HTML(out.String())
}

func (f *frame) narrow() bool { return f.width <= narrowChart }

func (f *frame) x(v float64) float64 {
	return f.left + clampShare(v, f.mostX)*(f.width-f.left-f.right)
}

func (f *frame) y(v float64) float64 {
	return f.base() - clampShare(v, f.mostY)*(f.base()-f.top)
}

func (f *frame) base() float64 { return f.height - f.bottom }

// clampShare is v as a share of most, within the chart.
func clampShare(v, most float64) float64 {
	if !(most > 0) || math.IsNaN(v) {
		return 0
	}
	return math.Max(0, math.Min(v/most, 1))
}

// scaleY ends the upright axis at a round number above most, and draws its lines.
func (f *frame) scaleY(most float64, words func(float64) string) {
	step := tick(most)
	f.mostY = math.Ceil(most/step) * step
	for v := 0.0; v <= f.mostY*(1+1e-9); v += step {
		fmt.Fprintf(&f.out, `<line class="grid" x1="%g" y1="%.1f" x2="%.1f" y2="%.1f"/>`, f.left, f.y(v), f.width-f.right, f.y(v))
		f.text("axis", f.left-8, f.y(v)+4, "end", words(v))
	}
}

// text writes where it is told.
func (f *frame) text(class string, x, y float64, anchor, words string) {
	fmt.Fprintf(&f.out, `<text class="%s" x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, class, x, y, anchor, template.HTMLEscapeString(words))
}

// label writes near a place, where it meets no other label and stays within the chart; it is
// left out where there is no such room.
func (f *frame) label(class string, x, y float64, anchor, words string) bool {
	wide := letterWide * float64(width(words))
	for _, shift := range []float64{0, -letterTall, letterTall, -2 * letterTall, 2 * letterTall} {
		b := box{x, y + shift - letterTall + 2, x + wide, y + shift + 3}
		switch anchor {
		case "end":
			b.x0, b.x1 = x-wide, x
		case "middle":
			b.x0, b.x1 = x-wide/2, x+wide/2
		}
		if b.x0 < 0 || b.x1 > f.width || b.y0 < 0 || b.y1 > f.height || f.occupied(b) {
			continue
		}
		f.taken = append(f.taken, b)
		f.text(class, x, y+shift, anchor, words)
		return true
	}
	return false
}

func (f *frame) occupied(b box) bool {
	for _, t := range f.taken {
		if b.meets(t) {
			return true
		}
	}
	return false
}

// path draws a line through values.
func (f *frame) path(class string, points [][2]float64) {
	var d strings.Builder
	for i, p := range points {
		verb := "L"
		if i == 0 {
			verb = "M"
		}
		fmt.Fprintf(&d, "%s%.1f %.1f", verb, f.x(p[0]), f.y(p[1]))
	}
	if d.Len() > 0 {
		fmt.Fprintf(&f.out, `<path class="%s" d="%s"/>`, class, d.String())
	}
}

// across draws a level line of a value over the whole chart.
func (f *frame) across(class string, v float64) {
	fmt.Fprintf(&f.out, `<line class="%s" x1="%g" y1="%.1f" x2="%.1f" y2="%.1f"/>`, class, f.left, f.y(v), f.width-f.right, f.y(v))
}

// block fills a rectangle between values.
func (f *frame) block(class string, x0, x1, y0, y1 float64) {
	fmt.Fprintf(&f.out, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, class, f.x(x0), f.y(y1), math.Max(f.x(x1)-f.x(x0), 1), math.Max(f.y(y0)-f.y(y1), 0))
}

// dot marks a place, which labels then leave free.
func (f *frame) dot(class string, x, y, radius float64) {
	f.taken = append(f.taken, box{f.x(x) - radius, f.y(y) - radius, f.x(x) + radius, f.y(y) + radius})
	fmt.Fprintf(&f.out, `<circle class="%s" cx="%.1f" cy="%.1f" r="%.1f"/>`, class, f.x(x), f.y(y), radius)
}
