package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
)

// rangeBar draws a range on the scale 0..most: its block, its middle, and the load.
func rangeBar(low, middle, high, wanted, most float64) template.HTML {
	const w, h = 140.0, 16.0
	if !(most > 0) || !finite(low) || !finite(high) || !finite(middle) || !finite(wanted) {
		return ""
	}
	x := func(v float64) float64 { return math.Max(0, math.Min(v/most, 1)) * (w - 2) }
	text := fmt.Sprintf("carries %s, range %s to %s, load %s", rate(middle), rate(low), rate(high), rate(wanted))
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="range" viewBox="0 0 %g %g" role="img" aria-label="%s">`, w, h, template.HTMLEscapeString(text))
	fmt.Fprintf(&b, `<line x1="0" y1="8" x2="%g" y2="8"/><rect x="%.1f" y="4" width="%.1f" height="8"/>`, w, x(low), math.Max(x(high)-x(low), 1))
	fmt.Fprintf(&b, `<line class="mid" x1="%.1f" y1="1" x2="%.1f" y2="15"/><line class="wanted" x1="%.1f" y1="0" x2="%.1f" y2="16"/></svg>`, x(middle), x(middle), x(wanted), x(wanted))
	return template.HTML(b.String())
}

// newPageChart draws capacity against demand over the roadmap; nil where there is no way to go.
func newPageChart(a *advice.Advice) *pageCharted {
	if len(a.Roadmap) == 0 || a.Roadmap[len(a.Roadmap)-1].Until == 0 {
		return nil
	}
	c := &pageCharted{Title: "Capacity against demand"}
	columns := []column{{head: "From"}, {head: "Plan"}, {head: "Demand", right: true}, {head: "Capacity", right: true}, {head: "After losses", right: true}, {head: "USD/month", right: true}}
	for _, s := range a.Roadmap {
		row := []string{day(s.Date), compact(s.Plan), rate(s.DemandQPS), carriedWithin(s.Plan), none, none}
		if s.Plan.AfterLossesQPS > 0 {
			row[4] = shortRate(s.Plan.AfterLossesQPS, digitsWithin(s.Plan)) + "/s"
		}
		if s.Plan.Priced {
			row[5] = money(s.Plan.CostPerMonth)
		}
		for i := range columns {
			columns[i].cells = append(columns[i].cells, row[i])
		}
	}
	c.Table = htmlColumns(columns, unchosen)
	last := a.Roadmap[len(a.Roadmap)-1]
	planned := rate(a.Workload.PlanQPS)
	if p := a.Workload.Peaks[1]; p.Low < p.High {
		planned += " (" + rate(p.Low) + " to " + rate(p.High) + ")"
	}
	c.Finding = fmt.Sprintf("The load grows from %s to %s; %s, the last of them %s.", rate(a.Workload.PeakQPS), planned,
		numbered(len(a.Roadmap), "plan carries it", "plans carry it one after the other"), compact(last.Plan))
	c.Drawing = drawRoadmap(a, c.Finding)
	return c
}

// drawRoadmap draws the demand as a line, and what the plan of each stage carries as steps with
// their ranges, and with what is left after the losses that must be survived.
func drawRoadmap(a *advice.Advice, finding string) template.HTML {
	end, most := roadmapEnd(a), math.Max(a.Workload.PlanQPS, a.Workload.Peaks[1].High)
	for _, s := range a.Roadmap {
		for _, v := range []float64{s.Plan.CapacityQPS, s.Plan.HighQPS} {
			if finite(v) {
				most = math.Max(most, v)
			}
		}
	}
	if !(end > 0) || !(most > 0) || !finite(most) {
		return ""
	}
	return twice("roadmap", finding, wideChart, func(f *frame) {
		f.mostX = end
		if !f.narrow() {
			f.right = 130
		}
		f.scaleY(most, brief)
		f.months(a.Now, 1)
		drawStages(f, a)
		drawDemand(f, a, end)
	})
}

// months names the months along a level axis that begins now, of a number of seconds each; the horizon where they
// are too many.
func (f *frame) months(now time.Time, each float64) {
	all := advice.Calendar(now, f.mostX*each)
	f.label("axis", f.left, f.base()+22, "start", "now")
	every := f.everyMonth(len(all))
	for i := every; i < len(all); i += every {
		if x := f.x(all[i].After / each); x > f.left+60 {
			f.label("axis", x, f.base()+22, "middle", shortMonth(all[i], i))
		}
	}
	if len(all) == 0 {
		f.label("axis", f.x(f.mostX), f.base()+22, "end", fmt.Sprintf("in %.3g months", f.mostX*each/unit.Month))
	}
}

// everyMonth is how many months lie between two that are named.
func (f *frame) everyMonth(n int) int {
	if f.narrow() {
		return max(1, (n+4)/5)
	}
	return max(1, (n+11)/12)
}

// roadmapEnd is the horizon, s; the last stage may be sized for less and hold as long.
func roadmapEnd(a *advice.Advice) float64 {
	end := a.Workload.HorizonMonths * unit.Month
	for _, s := range a.Roadmap {
		end = math.Max(end, s.Until)
	}
	return end
}

// stageEnd is where the stage at i gives way to the next, s.
func stageEnd(a *advice.Advice, i int) float64 {
	if i+1 < len(a.Roadmap) {
		return a.Roadmap[i+1].After
	}
	return roadmapEnd(a)
}

func drawStages(f *frame, a *advice.Advice) {
	var steps [][2]float64
	for i, s := range a.Roadmap {
		from, to, p := s.After, stageEnd(a, i), s.Plan
		if p.LowQPS > 0 && finite(p.HighQPS) && p.HighQPS > p.LowQPS {
			f.block("band", from, to, p.LowQPS, p.HighQPS)
		}
		if p.AfterLossesQPS > 0 && p.AfterLossesQPS < p.CapacityQPS {
			f.path("left", [][2]float64{{from, p.AfterLossesQPS}, {to, p.AfterLossesQPS}})
		}
		steps = append(steps, [2]float64{from, p.CapacityQPS}, [2]float64{to, p.CapacityQPS})
	}
	f.path("step", steps)
	last := a.Roadmap[len(a.Roadmap)-1]
	f.series("accent", roadmapEnd(a), last.Plan.CapacityQPS, "capacity "+brief(last.Plan.CapacityQPS)+"/s")
	nameStages(f, a.Roadmap)
}

// nameStages names the first and the last stage, and those between for whose names there is room: the table
// names all.
func nameStages(f *frame, stages []advice.Stage) {
	const letter = 6.5 // mean width of one, in points
	named := func(i int) (words string, from, to float64) {
		p := stages[i].Plan
		words = count(p.Replicas) + " × " + p.HardwareWords()
		from = f.x(stages[i].After) + 2
		return words, from, from + letter*float64(utf8.RuneCountInString(words)+1)
	}
	last := len(stages) - 1
	_, limit, _ := named(last)
	free := 0.0
	for i, s := range stages {
		words, from, to := named(i)
		if i > 0 && i < last && (from < free || to > limit) {
			continue
		}
		free = to
		f.label("accent", from, f.y(s.Plan.CapacityQPS)-6, "start", words)
	}
}

// series names a line at its right end, or above it where there is no room to the right.
func (f *frame) series(class string, x, y float64, words string) {
	if f.narrow() {
		f.label(class, f.x(x), f.y(y)-6, "end", words)
		return
	}
	f.label(class, f.x(x)+8, f.y(y)+4, "start", words)
}

// drawDemand draws compound growth from the peak of today to that of the horizon, within its range.
func drawDemand(f *frame, a *advice.Advice, end float64) {
	to := a.Workload.PlanQPS
	if now, then := a.Workload.Peaks[0], a.Workload.Peaks[1]; now.Low < now.High || then.Low < then.High {
		edge := compound(now.High, then.High, end)
		low := compound(now.Low, then.Low, end)
		slices.Reverse(low)
		f.path("likely", append(edge, low...))
	}
	f.path("demand", compound(a.Workload.PeakQPS, to, end))
	f.series("ink", end, to, "demand "+brief(to)+"/s")
}

// compound is growth from one rate to another over a time, as points of a line.
func compound(from, to, end float64) [][2]float64 {
	const points = 40
	var path [][2]float64
	for i := 0; i <= points; i++ {
		t := float64(i) / points
		path = append(path, [2]float64{t * end, from * math.Pow(to/math.Max(from, 1e-300), t)})
	}
	return path
}

// tick is a round step that divides an axis into three to six.
func tick(most float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(most)))
	for _, f := range []float64{0.2, 0.5, 1, 2} {
		if most/(f*power) <= 6 {
			return f * power
		}
	}
	return 5 * power
}

// brief is a number on an axis.
func brief(v float64) string {
	switch {
	case v >= 1e6:
		return fmt.Sprintf("%.3gM", v/1e6)
	case v >= 1e4:
		return fmt.Sprintf("%.3gk", v/1e3)
	case v >= 100:
		return grouped(math.Round(v), 0)
	}
	return fmt.Sprintf("%.3g", v)
}
