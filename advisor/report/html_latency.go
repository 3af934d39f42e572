package report

import (
	"fmt"
	"html/template"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/serve"
)

// aboveCurve is how far above the bound the curve is drawn, as a multiple of it.
const aboveCurve = 1.25

// newPageCurve draws the curve of the chosen plan; nil where it was not worked out.
func newPageCurve(a *advice.Advice) *pageCharted {
	bound, name, of := curveOf(a.Workload)
	ceiling := aboveCurve * bound
	if bound <= 0 {
		ceiling = aboveAlone * tailAt(a)
	}
	var points []serve.Response
	for _, p := range a.Curve {
		if finite(of(p)) && (of(p) <= ceiling || len(points) < leastPoints) {
			points = append(points, p)
		}
	}
	if len(points) < leastPoints {
		return nil
	}
	c := &pageCharted{Title: "Latency by load", Table: htmlColumns([]column{
		{head: "Load", right: true, cells: each(points, func(p serve.Response) string { return rate(p.QPS) })},
		{head: "p50", right: true, cells: each(points, func(p serve.Response) string { return medianOf(a, p) })},
		{head: name, right: true, cells: each(points, func(p serve.Response) string { return duration(of(p)) })},
	}, unchosen)}
	c.Finding = fmt.Sprintf("%s of %s as its load grows.", name, compact(a.Plan))
	if bound > 0 {
		c.Finding = fmt.Sprintf("%s stays within %s up to %s; the peak is %s%s.", name, duration(bound), rate(a.Plan.CapacityQPS), rate(a.Plan.DemandQPS), then(a))
	}
	c.Drawing = drawCurve(a, points, bound, name, of, c.Finding)
	return c
}

// curveOf is what the curve shows: the tail, or the time to the first token.
func curveOf(w advice.Summary) (bound float64, name string, of func(serve.Response) float64) {
	if generates(w) {
		return w.TTFT, tokenPercentile(w) + " TTFT", func(p serve.Response) float64 { return p.TTFT }
	}
	if name := percentile(w); name != "p99" {
		return w.LatencySeconds, name, func(p serve.Response) float64 { return p.Latency }
	}
	return w.LatencySeconds, "p99", func(p serve.Response) float64 { return p.P99 }
}

func medianOf(a *advice.Advice, p serve.Response) string {
	if generates(a.Workload) || !(p.P50 > 0) {
		return none
	}
	return duration(p.P50)
}

func drawCurve(a *advice.Advice, points []serve.Response, bound float64, name string, of func(serve.Response) float64, finding string) template.HTML {
	most := bound * aboveCurve
	var tail, median [][2]float64
	for _, p := range points {
		most = math.Max(most, math.Min(of(p), math.Max(bound*aboveCurve, of(points[len(points)-1]))))
		tail = append(tail, [2]float64{p.QPS, 1e3 * of(p)})
		if !generates(a.Workload) && p.P50 > 0 {
			median = append(median, [2]float64{p.QPS, 1e3 * p.P50})
		}
	}
	return twice("latency", finding, halfChart, func(f *frame) {
		f.mostX = math.Max(points[len(points)-1].QPS, a.Plan.DemandQPS) * 1.02
		f.scaleY(1e3*most, brief)
		f.text("axis", 4, 14, "start", name+", ms")
		f.along("requests a second")
		f.path("median", median)
		f.path("step", tail)
		if bound > 0 {
			f.across("bound", 1e3*bound)
			f.label("warn", f.left+6, f.y(1e3*bound)-6, "start", "bound "+duration(bound))
		}
		if at := tailAt(a); finite(at) && at > 0 {
			f.dot("chosen", a.Plan.DemandQPS, 1e3*at, 5)
			f.label("accent", f.x(a.Plan.DemandQPS)-8, f.y(1e3*at)-8, "end", "peak "+duration(at))
		}
		last := tail[len(tail)-1]
		f.label("accent", f.x(last[0])-4, f.y(last[1])+18, "end", name)
	})
}

// tailAt is what the curve shows, at the demand that is planned for.
func tailAt(a *advice.Advice) float64 {
	if generates(a.Workload) {
		return a.Plan.TTFT
	}
	seconds, _ := tail(a.Plan, a.Workload)
	return seconds
}

// pagePoint is a plan by its cost and latency.
type pagePoint struct {
	chosen              bool
	plan                string
	cost, latency, free float64 // USD a month, ms, a fraction
	best                bool    // none costs less and answers sooner
}

// newPageFront sets the plans that hold beside each other: the alternatives, and more of the
// chosen replicas. nil for fewer than three.
func newPageFront(a *advice.Advice) *pageCharted {
	var points []pagePoint
	seen := map[string]bool{}
	add := func(e candidate.Evaluation, chosen bool) {
		at := (&advice.Advice{Workload: a.Workload, Plan: e})
		p := pagePoint{chosen: chosen, plan: compact(e), cost: e.CostPerMonth, latency: 1e3 * tailAt(at), free: 1 - e.Utilization}
		if !e.Priced || !finite(p.latency) || !(p.latency > 0) || e.Utilization > 1 || seen[p.plan] {
			return
		}
		seen[p.plan] = true
		points = append(points, p)
	}
	if !a.Feasible {
		return nil
	}
	add(a.Plan, true)
	for _, e := range a.Larger {
		add(e, false)
	}
	for _, alt := range a.Alternatives {
		if alt.Feasible && alt.Plan != nil && !alt.Chosen {
			add(*alt.Plan, false)
		}
	}
	if len(points) < 3 {
		return nil
	}
	markFront(points)
	_, name, _ := curveOf(a.Workload)
	f := &pageCharted{Title: "What more money buys", Finding: frontFinding(a, points), Table: htmlColumns([]column{
		{head: "Plan", cells: each(points, func(p pagePoint) string { return p.plan })},
		{head: "USD/month", right: true, cells: each(points, func(p pagePoint) string { return money(p.cost) })},
		{head: name, right: true, cells: each(points, func(p pagePoint) string { return duration(p.latency / 1e3) })},
		{head: "Free at the peak", right: true, cells: each(points, func(p pagePoint) string { return percent(p.free) })},
	}, func(i int) bool { return points[i].chosen })}
	f.Drawing = drawFront(a, points, f.Finding)
	return f
}

// markFront marks the points that no other beats in both cost and latency.
func markFront(points []pagePoint) {
	for i := range points {
		points[i].best = true
		for j, q := range points {
			if j != i && q.cost <= points[i].cost && q.latency <= points[i].latency && (q.cost < points[i].cost || q.latency < points[i].latency) {
				points[i].best = false
			}
		}
	}
}

func frontFinding(a *advice.Advice, points []pagePoint) string {
	var sooner *pagePoint
	for i, p := range points {
		if p.best && p.latency < 0.9*points[0].latency && (sooner == nil || p.cost < sooner.cost) {
			sooner = &points[i]
		}
	}
	if sooner == nil {
		return "Of the plans that hold, none answers much sooner than the chosen one."
	}
	return fmt.Sprintf("%s USD a month more buy %s instead of %s%s: %s, with %s free at the peak.",
		money(sooner.cost-points[0].cost), duration(sooner.latency/1e3), duration(points[0].latency/1e3), then(a), sooner.plan, percent(sooner.free))
}

func drawFront(a *advice.Advice, points []pagePoint, finding string) template.HTML {
	mostCost, mostLatency := 0.0, 0.0
	for _, p := range points {
		mostCost, mostLatency = math.Max(mostCost, p.cost), math.Max(mostLatency, p.latency)
	}
	_, name, _ := curveOf(a.Workload)
	return twice("front", finding, halfChart, func(f *frame) {
		f.mostX = mostCost * 1.06
		f.scaleY(mostLatency*1.05, brief)
		f.text("axis", 4, 14, "start", name+", ms")
		f.text("axis", f.width-f.right, f.base()+34, "end", "USD a month")
		step := tick(f.mostX)
		for v := step; v <= f.mostX; v += step {
			f.label("axis", f.x(v), f.base()+18, "middle", brief(v))
		}
		for _, p := range points {
			class := "dominated"
			switch {
			case p.chosen:
				class = "chosen"
			case p.best:
				class = "hollow"
			}
			f.dot(class, p.cost, p.latency, 4+6*math.Max(0, math.Min(p.free, 1)))
		}
		for _, p := range points {
			class := "axis"
			if p.chosen {
				class = "accent"
			}
			if p.chosen || p.best {
				f.label(class, f.x(p.cost)+12, f.y(p.latency)-8, "start", p.plan)
			}
		}
	})
}
