package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
)

// forecastTitle is the answer in one sentence, and when what holds the data is full in another.
func forecastTitle(f *advice.Forecast) string {
	text := runwayWords(f)
	if f.Data == nil {
		return text
	}
	for _, r := range f.Data.Rooms {
		if !r.Full.IsZero() && !r.Full.After(f.Until) {
			text += fmt.Sprintf(" The %s is full on %s.", r.Name, onDay(r.Full))
		}
	}
	return text
}

// runwayWords is the demand, and until when today's deployment holds.
func runwayWords(f *advice.Forecast) string {
	if f.Refused != "" {
		return "No forecast: " + sentence(f.Refused)
	}
	text := forecastDemand(f)
	one := strings.HasPrefix(f.Deployment, "1 × ")
	keeps, hold := line(f.Deployment)+" keep", line(f.Deployment)+" hold"
	if one {
		keeps, hold = keeps+"s", hold+"s"
	}
	switch r := f.Runway; {
	case !r.Known:
		return text + "."
	case r.Date.IsZero():
		if f.Capacity.Mid > 0 && f.Peak.High > f.Capacity.Mid {
			return fmt.Sprintf("%s; %s up with what is expected, but not with the high end of that range (limit %s)%s.", text, keeps, rate(f.Capacity.Mid), between(r))
		}
		return fmt.Sprintf("%s, and %s up with it, with no limit in sight%s.", text, keeps, between(r))
	case !r.Date.After(f.Now) && r.Job:
		return fmt.Sprintf("%s; the job over today's data takes %s longer than its %s.", text, line(f.Deployment), duration(f.Data.Window))
	case !r.Date.After(f.Now) && f.PeakNow.Mid <= f.Capacity.Mid && f.Carries < f.PeakNow.Mid:
		return fmt.Sprintf("%s; %s today's by the expected value, but can be counted on for %s only.", text, hold, rate(f.Carries))
	case !r.Date.After(f.Now):
		return fmt.Sprintf("%s; %s cannot hold even today's.", text, line(f.Deployment))
	case r.Job:
		return fmt.Sprintf("%s; %s until %s%s: from then on the job over the data takes longer than its %s.", text, hold, onDay(r.Date), between(r), duration(f.Data.Window))
	}
	return fmt.Sprintf("%s; %s until %s%s.", text, hold, onDay(f.Runway.Date), between(f.Runway))
}

// forecastDemand is what demand, or the data of a job, come to by the horizon.
func forecastDemand(f *advice.Forecast) string {
	last := len(f.Horizon) - 1
	switch {
	case f.Data != nil && f.Data.Alone:
		return fmt.Sprintf("The data are %s by %s", unit.Format(unit.Bytes, f.Data.Then), onDay(f.Until))
	case !f.Peaks || last < 0 || f.Growth.High > 0:
	case f.Growth == (advice.Range{}):
		return fmt.Sprintf("The peak stays at %s until %s", spread(f.Peak, rate), onDay(f.Until))
	default:
		return fmt.Sprintf("Demand peaks at %s today and falls to %s by %s", spread(f.PeakNow, rate), rate(f.Horizon[last].Mid), onDay(f.Until))
	}
	return fmt.Sprintf("Demand peaks at %s by %s", spread(f.Peak, rate), onDay(f.Until))
}

// dataSeen says how the data grow, and when they outgrow what there is for them.
func dataSeen(f *advice.Forecast) []string {
	d := f.Data
	if d == nil {
		return nil
	}
	parts := []string{unit.Format(unit.Bytes, d.Now) + " now"}
	if d.Then != d.Now {
		parts = append(parts, unit.Format(unit.Bytes, d.Then)+" by "+onDay(f.Until))
	}
	switch {
	case d.Window > 0 && d.JobNow > 0 && d.Then != d.Now:
		parts = append(parts, fmt.Sprintf("the job takes %s of its %s now, %s then", duration(d.JobNow), duration(d.Window), duration(d.JobThen)))
	case d.Window > 0 && d.JobNow > 0:
		parts = append(parts, fmt.Sprintf("the job takes %s of its %s", duration(d.JobNow), duration(d.Window)))
	}
	for _, r := range d.Rooms {
		switch {
		case d.Now > r.Bytes:
			parts = append(parts, fmt.Sprintf("more than the %s of %s", unit.Format(unit.Bytes, r.Bytes), r.Name))
		case !r.Full.IsZero():
			parts = append(parts, fmt.Sprintf("%s (%s) full on %s", r.Name, unit.Format(unit.Bytes, r.Bytes), onDay(r.Full)))
		}
	}
	return parts
}

// between is the range of the runway in brackets, "" where it is one day.
func between(r advice.Runway) string {
	if r.Low.Equal(r.High) {
		return ""
	}
	return fmt.Sprintf(" (90 %%: %s to %s)", onDay(r.Low), onDay(r.High))
}

func onDay(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.DateOnly)
}

// spread is a value with its range, which is left out where it shows none.
func spread(r advice.Range, show func(float64) string) string {
	if show(r.Low) == show(r.High) {
		return show(r.Mid)
	}
	return fmt.Sprintf("%s (90 %%: %s to %s)", show(r.Mid), show(r.Low), show(r.High))
}

func growthRate(v float64) string { return unit.Format(unit.Growth, v) }

// demandSeen says what the demand is now and how it grows.
func demandSeen(f *advice.Forecast) []string {
	if f.Data != nil && f.Data.Alone {
		return nil
	}
	parts := []string{"peak " + spread(f.PeakNow, rate) + " now"}
	if f.Growth == (advice.Range{}) {
		return append(parts, "no growth")
	}
	return append(parts, "growth "+spread(f.Growth, growthRate))
}

// forecastMethod says how the numbers came about and how good they were.
func forecastMethod(f *advice.Forecast) []string {
	parts := []string{f.Method, line(f.Assumption)}
	if b := f.Backtest; b != nil && b.Forecasts > 0 {
		inside := ""
		if b.Judged > 0 {
			inside = fmt.Sprintf(", %s of it inside their 90 %% range", share(b.Coverage90))
		}
		parts = append(parts, fmt.Sprintf("%d past forecasts a day ahead erred by %s of demand (repeating the last week or day %s, Holt-Winters %s)%s",
			b.Forecasts, share(b.WAPE), share(b.SeasonalNaive), share(b.HoltWinters), inside))
	}
	return parts
}

func deploymentOf(f *advice.Forecast) []string {
	if f.Deployment == "" {
		return nil
	}
	parts := []string{line(f.Deployment)}
	if f.Runway.Known && (f.Data == nil || !f.Data.Alone) {
		parts = append(parts, "limit "+spread(f.Capacity, rate))
		if f.Carries < f.Capacity.Mid {
			parts = append(parts, "can be counted on for "+rate(f.Carries))
		}
	}
	return parts
}

func horizonOf(f *advice.Forecast) []string {
	text := onDay(f.Until)
	if f.Assumed {
		text += " (assumed, --horizon)"
	}
	return []string{text}
}

// forecastColumns is the table of the horizon, at most a number of rows of it.
func forecastColumns(f *advice.Forecast, most int) []column {
	columns := []column{
		{head: "from"}, {head: quantityOf(f), right: true}, {head: "low", right: true}, {head: "high", right: true},
	}
	if !ranged(f) {
		columns = columns[:2]
	}
	layout := time.DateOnly
	if !f.Peaks && len(f.Horizon) > 1 && f.Horizon[1].Time.Sub(f.Horizon[0].Time) < 24*time.Hour {
		layout = "2006-01-02 15:04"
	}
	shown := thinned(f.Horizon, most)
	if months := firsts(f.Horizon); f.Peaks && len(months) > 2 {
		shown = thinned(months, most)
	}
	for _, p := range shown {
		row := []string{p.Time.UTC().Format(layout), rate(p.Mid), rate(p.Low), rate(p.High)}
		for i := range columns {
			columns[i].cells = append(columns[i].cells, row[i])
		}
	}
	return columns
}

// ranged reports whether some point of the horizon is uncertain.
func ranged(f *advice.Forecast) bool {
	return slices.ContainsFunc(f.Horizon, func(p advice.DemandPoint) bool { return p.Low < p.High })
}

// firsts keeps the first point, and those on the first day of a month half a month later and on.
func firsts(points []advice.DemandPoint) (kept []advice.DemandPoint) {
	for i, p := range points {
		if i == 0 || p.Time.UTC().Day() == 1 && p.Time.Sub(points[0].Time).Seconds() > unit.Month/2 {
			kept = append(kept, p)
		}
	}
	return kept
}

// thinned keeps at most a number of points, an even distance apart; days are whole weeks apart, so
// that like is seen beside like.
func thinned(points []advice.DemandPoint, most int) []advice.DemandPoint {
	if len(points) <= most {
		return points
	}
	stride := (len(points) + most - 2) / (most - 1)
	if points[1].Time.Sub(points[0].Time) == 24*time.Hour {
		stride = (stride + 6) / 7 * 7
	}
	var kept []advice.DemandPoint
	for k := 0; k < len(points); k += stride {
		kept = append(kept, points[k])
	}
	return kept
}

// labelled is texts behind a label.
type labelled struct {
	label string
	texts []string
}

// forecastParts are the lines below the answer, each with its label.
func forecastParts(f *advice.Forecast) []labelled {
	return []labelled{
		{"Demand", demandSeen(f)}, {"Data", dataSeen(f)}, {"Until", horizonOf(f)}, {"Today", deploymentOf(f)}, {"Method", forecastMethod(f)},
		{"Assumed", each(f.Assumptions, assumption)},
	}
}

func joined(parts []string) string { return strings.Join(parts, " · ") }

// forecastCost says what the deployment costs that stays as it is.
func forecastCost(f *advice.Forecast, o Options) []string {
	if !f.Cost.Known {
		return nil
	}
	text := money(f.Cost.USD) + " USD/month as it is"
	if f.Months > 0 {
		text += fmt.Sprintf(", %s USD to the horizon", money(f.Cost.USD*f.Months))
	} else {
		text += ", and more as the data grow"
	}
	return append([]string{text}, quotedOn(f.AsOf).notes(o)...)
}
