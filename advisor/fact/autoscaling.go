package fact

import "scaleadvise/advisor/advice"

// autoscalingFacts are the plan with a number of replicas that follows the day.
var autoscalingFacts = []Fact{
	truth("autoscaling.known", Advise, on("day_shape", "cold_start"), "the day and the start of a replica are known, and the plan holds",
		func(v *View) bool { return v.Outcome.Autoscaling != nil }),
	truth("autoscaling.holds", Advise, on("day_shape", "cold_start"), "enough replicas answered all day when it was stepped through",
		scaled(func(a *advice.Autoscaling) bool { return a.Verified == advice.Passed })),
	count("autoscaling.min", Advise, on("autoscale"), "fewest replicas",
		scaled(func(a *advice.Autoscaling) int { return a.Min })),
	count("autoscaling.max", Advise, on("autoscale"), "most replicas",
		scaled(func(a *advice.Autoscaling) int { return a.Max })),
	text("autoscaling.signal", Advise, on("autoscale"), "what the autoscaler watches, in words",
		scaled(func(a *advice.Autoscaling) string { return a.SignalWords() })),
	number("autoscaling.target", "", Advise, on("autoscale"), "of the signal, for one replica",
		scaled(func(a *advice.Autoscaling) float64 { return a.Target })),
	number("autoscaling.share", "fraction", Advise, on("cold_start", "day_shape"), "the target over what a replica carries",
		scaled(func(a *advice.Autoscaling) float64 { return a.Share })),
	number("autoscaling.ramp", "", Advise, on("day_shape"), "growth of demand until a new replica answers, at most",
		scaled(func(a *advice.Autoscaling) float64 { return a.Ramp })),
	number("autoscaling.lead_ms", "ms", Advise, on("cold_start"), "time from a rise of demand until a new replica answers",
		scaled(func(a *advice.Autoscaling) float64 { return ms(a.Lead) })),
	number("autoscaling.replica_hours", "h", Advise, on("day_shape"), "hours of replicas that are paid a day",
		scaled(func(a *advice.Autoscaling) float64 { return a.ReplicaHours })),
	number("autoscaling.cost_usd_per_month", "USD/month", Advise, on("day_shape"), "cost when replicas follow the day; 0 where no price is known",
		scaled(func(a *advice.Autoscaling) float64 { return a.CostPerMonth })),
	number("autoscaling.saves", "fraction", Advise, on("day_shape"), "what that saves of the plan's cost; below 0 where it costs more",
		scaled(func(a *advice.Autoscaling) float64 { return over(a.Saves, a.StaticPerMonth) })),
	number("autoscaling.first_wait_ms", "ms", Advise, on("cold_start"), "how long the first caller waits after an idle time; 0 where replicas always run",
		scaled(func(a *advice.Autoscaling) float64 { return ms(a.FirstWaits) })),
}

// scaled reads the plan that follows the day; nothing where there is none.
func scaled[T any](read func(*advice.Autoscaling) T) func(*View) T {
	return func(v *View) (none T) {
		if a := v.Outcome.Autoscaling; a != nil {
			return read(a)
		}
		return none
	}
}
