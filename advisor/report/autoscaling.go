package report

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
)

// autoscalingAdviceDoc is the plan with a number of replicas that follows the day.
type autoscalingAdviceDoc struct {
	Recommended   bool        `json:"recommended"`
	Min           int         `json:"min"`
	Max           int         `json:"max"`
	Signal        string      `json:"signal"`
	Target        *float64    `json:"target"` // value of the signal per replica
	TargetQPS     *float64    `json:"target_qps"`
	TargetShare   *float64    `json:"target_share"`
	Ramp          *float64    `json:"ramp"`
	LeadMS        *float64    `json:"lead_ms"`
	ReplicaHours  *float64    `json:"replica_hours_per_day"`
	Schedule      []blockDoc  `json:"schedule"`
	ScheduleCost  *float64    `json:"schedule_cost_usd_per_month"`
	Cost          *float64    `json:"cost_usd_per_month"`
	StaticCost    *float64    `json:"static_cost_usd_per_month"`
	Saves         *float64    `json:"saves_usd_per_month"`
	Purchase      []boughtDoc `json:"purchase"` // price lists of the machines that follow the day; their cost is that of the hours they run
	Verified      string      `json:"verified"`
	ShortShare    *float64    `json:"short_share"`
	FirstWaitsMS  *float64    `json:"first_request_waits_ms"` // null where replicas always run
	Day           string      `json:"day"`
	DayPeakToMean *float64    `json:"day_peak_to_mean"`
}

// blockDoc is a part of the day with a fixed number of replicas.
type blockDoc struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Replicas int    `json:"replicas"`
	Cron     string `json:"cron"` // cron expression of its beginning
}

func newAutoscalingAdvice(a *advice.Autoscaling) *autoscalingAdviceDoc {
	if a == nil {
		return nil
	}
	d := &autoscalingAdviceDoc{
		Recommended: a.Recommended, Min: a.Min, Max: a.Max, Signal: a.Signal, Target: number(a.Target), TargetQPS: number(a.TargetQPS),
		TargetShare: number(a.Share), Ramp: number(a.Ramp), LeadMS: millis(a.Lead), ReplicaHours: number(a.ReplicaHours),
		Schedule: each(a.Schedule, newBlock), ScheduleCost: known(a.ScheduleCost), Verified: a.Verified, ShortShare: number(a.Short),
		FirstWaitsMS: millis(a.FirstWaits), Day: clean(a.Day), DayPeakToMean: number(a.PeakToMean),
	}
	if a.StaticPerMonth > 0 {
		d.Cost, d.StaticCost, d.Saves = number(a.CostPerMonth), number(a.StaticPerMonth), number(a.Saves)
		d.Purchase = each(a.Purchase, newBought)
	}
	return d
}

func newBlock(b advice.Block) blockDoc {
	return blockDoc{clock(b.From), clock(b.To), b.Replicas, fmt.Sprintf("0 %d * * *", b.From)}
}

// clock is an hour of the day.
func clock(hour int) string { return fmt.Sprintf("%02d:00", hour) }

// follows says what replicas that follow the day would save, "" where that is not known.
func follows(a *advice.Advice) string {
	s := a.Autoscaling
	switch {
	case s == nil:
		return ""
	case s.Verified != advice.Passed:
		return fmt.Sprintf("Autoscaling %s would leave %s of requests with too few replicas while others start.", fewestToMost(s), percent(s.Short))
	case !s.Recommended && s.Min == s.Max:
		return "Autoscaling is not worth it: at no time would fewer than " + numbered(s.Max, "replica", "replicas") + " do."
	case !s.Recommended && s.StaticPerMonth > 0:
		return fmt.Sprintf("Autoscaling is not worth it: %s would cost %s of %s USD/month%s.", fewestToMost(s), money(s.CostPerMonth), money(s.StaticPerMonth), committed(s))
	case !s.Recommended:
		return fmt.Sprintf("Autoscaling is not worth it: %s would run %s of %d replicas on average.", fewestToMost(s), figure(s.Replicas), a.Plan.Replicas)
	}
	text := fmt.Sprintf("Autoscale %s on %s, target %s", fewestToMost(s), line(s.SignalWords()), figure(s.Target))
	if s.Signal == advice.RequestRate {
		text = fmt.Sprintf("Autoscale %s on %s, target %s", fewestToMost(s), line(s.SignalWords()), rate(s.Target))
	}
	if s.StaticPerMonth > 0 {
		text += fmt.Sprintf(": %s USD/month instead of %s", money(s.CostPerMonth), money(s.StaticPerMonth))
		if len(s.Purchase) > 1 {
			text += " (" + bought(s.Purchase, s.BreakEven) + ")"
		}
	} else {
		text += fmt.Sprintf(": %s replicas on average instead of %d", figure(s.Replicas), a.Plan.Replicas)
	}
	if s.FirstWaits > 0 {
		text += fmt.Sprintf("; after an idle time the first request waits %s", duration(s.FirstWaits))
	}
	return text + dayWords(s) + "."
}

// committed says that commitments are paid all day, where there is nothing else.
func committed(s *advice.Autoscaling) string {
	if len(s.Purchase) == 1 && strings.HasSuffix(s.Purchase[0].Pricing, "y") {
		return ", since commitments are paid all day (--pricing " + s.Purchase[0].Pricing + ",on-demand pays the rest by the hour)"
	}
	return ""
}

// dayWords say which day is meant, where nothing gave one.
func dayWords(s *advice.Autoscaling) string {
	if s.Day == "" {
		return " (if the day looks like web traffic: --day-shape)"
	}
	return ""
}

func fewestToMost(s *advice.Autoscaling) string { return fmt.Sprintf("%d..%d", s.Min, s.Max) }

// byTheClock are the fixed numbers of replicas by the hour, in parts; none without any.
func byTheClock(a *advice.Advice) []string {
	s := a.Autoscaling
	if s == nil || len(s.Schedule) == 0 {
		return nil
	}
	var parts []string
	for _, b := range s.Schedule {
		parts = append(parts, fmt.Sprintf("%s to %s %d", clock(b.From), clock(b.To), b.Replicas))
	}
	text := "replicas by the clock: " + strings.Join(parts, ", ")
	if s.ScheduleCost > 0 {
		text += ", " + money(s.ScheduleCost) + " USD/month"
	}
	return []string{text}
}

// figure is a number without a unit.
func figure(v float64) string { return measure(v, "") }
