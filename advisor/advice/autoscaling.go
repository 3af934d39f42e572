package advice

import "scaleadvise/advisor/candidate"

// Autoscaling is the plan with a number of replicas that follows the day.
type Autoscaling struct {
	Recommended    bool
	Min, Max       int                // replicas; a Min of 0 stops while nothing comes
	Signal         string             // InFlight or RequestRate
	Target         float64            // of the signal for one replica
	TargetQPS      float64            // 1/s of one replica, the same target as a rate
	Share          float64            // the target over what a replica carries, all standards kept
	Ramp           float64            // growth of demand within Lead, at most
	Lead           float64            // s from a rise of demand until a new replica answers
	Replicas       float64            // mean over the day
	ReplicaHours   float64            // a day
	CostPerMonth   float64            // USD; 0 unknown
	StaticPerMonth float64            // USD of as many as the peak needs all day; 0 unknown
	Saves          float64            // USD a month; below 0 where it costs more
	Purchase       []candidate.Bought // on which lists the machines are bought; their cost is that of the hours that they run, of commitments of all hours
	BreakEven      float64            // share of its hours from which on a machine costs less committed; 0 unknown
	Schedule       []Block            // fixed numbers by the hour; none where one number is as good all day
	ScheduleCost   float64            // USD a month; 0 without a schedule
	Verified       string             // Passed, Failed
	Short          float64            // share of requests that came while fewer replicas answered than carry them
	FirstWaits     float64            // s that the first caller waits after an idle time; 0 where replicas always run
	Day            string             // whose shape it is: "office", "web, assumed", a file
	PeakToMean     float64
}

// Block is a part of the day with a fixed number of replicas, in whole hours from midnight.
type Block struct{ From, To, Replicas int }

// What an autoscaler can watch. How busy an accelerator is is none of them: it is busy from the
// first request on, and says nothing of those that wait.
const (
	InFlight    = "requests_in_flight"
	RequestRate = "requests_per_second"
)

// SignalWords returns what the autoscaler watches, in words.
func (a *Autoscaling) SignalWords() string {
	if a.Signal == InFlight {
		return "requests in flight"
	}
	return "requests a second"
}

// What stepping through a day said.
const (
	Passed = "passed"
	Failed = "failed"
)
