package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"scaleadvise/advisor/advice"
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

// pageChart is capacity against demand over the roadmap.
type pageChart struct {
	Finding string
	Drawing template.HTML
	Rows    []pageStage
}

type pageStage struct{ From, Plan, Demand, Capacity, Left, Cost string }

// newPageChart draws the roadmap; nil where there is no way to go.
func newPageChart(a *advice.Advice) *pageChart {
	if len(a.Roadmap) == 0 || a.Roadmap[len(a.Roadmap)-1].Until == 0 {
		return nil
	}
	c := &pageChart{}
	for _, s := range a.Roadmap {
		row := pageStage{From: day(s.Date), Plan: compact(s.Plan), Demand: rate(s.DemandQPS), Capacity: rangeOf(s.Plan.CapacityQPS, s.Plan.LowQPS, s.Plan.HighQPS), Left: none, Cost: none}
		if s.Plan.AfterLossesQPS > 0 {
			row.Left = rate(s.Plan.AfterLossesQPS)
		}
		if s.Plan.Priced {
			row.Cost = money(s.Plan.CostPerMonth)
		}
		c.Rows = append(c.Rows, row)
	}
	last := a.Roadmap[len(a.Roadmap)-1]
	c.Finding = fmt.Sprintf("The load grows from %s to %s; %s, the last of them %s.", rate(a.Workload.PeakQPS), rate(a.Workload.PlanQPS),
		numbered(len(a.Roadmap), "plan carries it", "plans carry it one after the other"), compact(last.Plan))
	c.Drawing = drawRoadmap(a, c.Finding)
	return c
}

// The chart, in pixels.
const (
	chartWidth, chartHeight                    = 760.0, 280.0
	chartLeft, chartRight, chartTop, chartBase = 56.0, 150.0, 24.0, 240.0
)

// drawRoadmap draws the demand as a line, and what the plan of each stage carries as steps with
// their ranges, and with what is left after the losses that must be survived.
func drawRoadmap(a *advice.Advice, finding string) template.HTML {
	end := 0.0
	most := a.Workload.PlanQPS
	for _, s := range a.Roadmap {
		end = math.Max(end, s.Until)
		if finite(s.Plan.HighQPS) {
			most = math.Max(most, s.Plan.HighQPS)
		}
	}
	if !(end > 0) || !(most > 0) || !finite(most) {
		return ""
	}
	step := tick(most)
	most = math.Ceil(most/step) * step
	x := func(t float64) float64 { return chartLeft + t/end*(chartWidth-chartLeft-chartRight) }
	y := func(v float64) float64 { return chartBase - v/most*(chartBase-chartTop) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" viewBox="0 0 %g %g" role="img" aria-labelledby="roadmap-title"><title id="roadmap-title">%s</title>`,
		chartWidth, chartHeight, template.HTMLEscapeString(finding))
	for v := 0.0; v <= most*(1+1e-9); v += step {
		fmt.Fprintf(&b, `<line class="grid" x1="%g" y1="%.1f" x2="%.1f" y2="%.1f"/><text class="axis" x="%g" y="%.1f" text-anchor="end">%s</text>`,
			chartLeft, y(v), chartWidth-chartRight, y(v), chartLeft-8, y(v)+4, template.HTMLEscapeString(brief(v)))
	}
	drawStages(&b, a, x, y)
	drawDemand(&b, a, end, x, y)
	fmt.Fprintf(&b, `<text class="axis" x="%g" y="%g">%s</text><text class="axis" x="%.1f" y="%g" text-anchor="end">%s</text></svg>`,
		chartLeft, chartBase+22, "now", x(end), chartBase+22, template.HTMLEscapeString(fmt.Sprintf("in %.3g months", a.Workload.HorizonMonths)))
	return template.HTML(b.String())
}

func drawStages(b *strings.Builder, a *advice.Advice, x, y func(float64) float64) {
	var steps strings.Builder
	labelled := math.Inf(-1)
	for i, s := range a.Roadmap {
		from, to := x(s.After), x(s.Until)
		if i+1 < len(a.Roadmap) {
			to = x(a.Roadmap[i+1].After)
		}
		p := s.Plan
		if p.LowQPS > 0 && finite(p.HighQPS) && p.HighQPS > p.LowQPS {
			fmt.Fprintf(b, `<rect class="band" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, from, y(p.HighQPS), to-from, y(p.LowQPS)-y(p.HighQPS))
		}
		if p.AfterLossesQPS > 0 && p.AfterLossesQPS < p.CapacityQPS {
			fmt.Fprintf(b, `<line class="left" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, from, y(p.AfterLossesQPS), to, y(p.AfterLossesQPS))
		}
		verb := "L"
		if i == 0 {
			verb = "M"
		}
		fmt.Fprintf(&steps, "%s%.1f %.1fL%.1f %.1f", verb, from, y(p.CapacityQPS), to, y(p.CapacityQPS))
		if from-labelled > 90 { // else labels lie on each other
			fmt.Fprintf(b, `<text class="accent" x="%.1f" y="%.1f">%s</text>`, from+2, y(p.CapacityQPS)-8, template.HTMLEscapeString(count(p.Replicas)+" × "+p.HardwareWords()))
			labelled = from
		}
	}
	fmt.Fprintf(b, `<path class="step" d="%s"/>`, steps.String())
	last := a.Roadmap[len(a.Roadmap)-1]
	fmt.Fprintf(b, `<text class="accent" x="%.1f" y="%.1f">Capacity %s</text>`, x(last.Until)+8, y(last.Plan.CapacityQPS)+4, template.HTMLEscapeString(brief(last.Plan.CapacityQPS)+"/s"))
}

// drawDemand draws compound growth from the peak of today to that of the horizon.
func drawDemand(b *strings.Builder, a *advice.Advice, end float64, x, y func(float64) float64) {
	const points = 40
	from, to := a.Workload.PeakQPS, a.Workload.PlanQPS
	var path strings.Builder
	for i := 0; i <= points; i++ {
		t := float64(i) / points
		v := from * math.Pow(to/math.Max(from, 1e-300), t)
		verb := "L"
		if i == 0 {
			verb = "M"
		}
		fmt.Fprintf(&path, "%s%.1f %.1f", verb, x(t*end), y(v))
	}
	fmt.Fprintf(b, `<path class="demand" d="%s"/><text x="%.1f" y="%.1f">Demand %s</text>`, path.String(), x(end)+8, y(to)+4, template.HTMLEscapeString(brief(to)+"/s"))
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
