package report

import (
	"fmt"
	"math"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
)

// fewToday bounds the services whose deployments of today are shown.
const fewToday = 6

// fleetToday says what services run on today where they are planned elsewhere, and which answers may change: labels
// and texts.
func fleetToday(f *advice.Fleet) [][2]string {
	var out [][2]string
	more := 0
	for _, s := range f.Services {
		switch {
		case s.Today == nil || len(s.Plans) == 1 && compact(s.Plans[0].Evaluation) == compact(s.Today.Evaluation):
		case len(out) == fewToday:
			more++
		default:
			out = append(out, [2]string{"Today", line(s.Name) + ": " + todayText(s.Today)})
		}
	}
	if more > 0 {
		out = append(out, [2]string{"Today", fmt.Sprintf("%s more are planned on something else than today: --output json", count(more))})
	}
	return append(out, coarserText(f)...)
}

// todayText says whether a deployment of today holds, and what it costs by itself.
func todayText(t *advice.FleetToday) string {
	text := compact(t.Evaluation)
	if t.Holds {
		text += " holds"
	} else {
		text += " does not hold: " + line(t.Why)
	}
	if !t.Priced {
		return text
	}
	return text + fmt.Sprintf("; %s by itself", unit.Format(unit.Money, math.Round(t.CostPerMonth)))
}

// coarserText names the services whose answers may change, by what changes them.
func coarserText(f *advice.Fleet) [][2]string {
	of, order := map[string][]string{}, []string(nil)
	for _, s := range f.Services {
		if len(s.Coarser) == 0 {
			continue
		}
		keeps := "keeps"
		if len(s.Coarser) > 1 {
			keeps = "keep"
		}
		text := fmt.Sprintf("%s %s fewer bits than %s and may change answers: compare them on your own data first; limits.allow_optimization: lossless plans without",
			line(strings.Join(s.Coarser, " and ")), keeps, line(s.Full))
		if of[text] == nil {
			order = append(order, text)
		}
		of[text] = append(of[text], line(s.Name))
	}
	return each(order, func(text string) [2]string {
		names := of[text]
		if len(names) > fewToday+1 {
			names = append(names[:fewToday:fewToday], fmt.Sprintf("%s more", count(len(names)-fewToday)))
		}
		return [2]string{"Compare", strings.Join(names, ", ") + ": " + text}
	})
}

// fleetBefore is what the deployments of today cost, where all services declare one that has a price.
func fleetBefore(f *advice.Fleet) string {
	sum := 0.0
	for _, s := range f.Services {
		if s.Today == nil || !s.Today.Priced {
			return ""
		}
		sum += s.Today.CostPerMonth
	}
	return fmt.Sprintf("Today's deployments, each on machines of its own, cost %s.", unit.Format(unit.Money, math.Round(sum)))
}
