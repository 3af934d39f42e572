package advice

import "scaleadvise/advisor/candidate"

// Autoscaling is the plan with a number of replicas that follows the day.
type Autoscaling struct {
	Recommended    bool
	Min, Max       int                // replicas; a Min of 0 stops while nothing comes
	Signal         string             // InFlight or RequestRate
	Target         float64            // value of the signal per replica
	TargetQPS      float64            // 1/s per replica: the same target as a rate
	Share          float64            // the target over what a replica carries, all standards kept
	Ramp           float64            // growth of demand within Lead, at most
	Lead           float64            // s from a rise in demand until a new replica answers
	Replicas       float64            // mean over the day
	ReplicaHours   float64            // a day
	CostPerMonth   float64            // USD; 0 unknown
	StaticPerMonth float64            // USD, with the replicas that the peak needs running all day; 0 unknown
	Saves          float64            // USD a month; below 0 where it costs more
	Purchase       []candidate.Bought // price lists that the machines are bought on; their cost is that of the hours they run, of committed machines that of all hours
	BreakEven      float64            // share of hours above which a committed machine costs less; 0 unknown
	Schedule       []Block            // replicas by the hour; none where a fixed number is as good
	ScheduleCost   float64            // USD a month; 0 without a schedule
	Verified       string             // Passed, Failed
	Short          float64            // share of requests that arrived while too few replicas were ready
	FirstWaits     float64            // s that the first request waits after an idle time; 0 where replicas always run
	Day            string             // where the shape of the day comes from: "office", "web, assumed", a file
	PeakToMean     float64
}

// Block is a part of the day with a fixed number of replicas, in whole hours from midnight.
type Block struct{ From, To, Replicas int }

// The signals that an autoscaler can watch. Utilization of the accelerator is not among them: it is high
// from the first request on, and says nothing about requests that wait.
const (
	InFlight    = "requests_in_flight"
	RequestRate = "requests_per_second"
)

// SignalWords describes the signal that the autoscaler watches.
func (a *Autoscaling) SignalWords() string {
	if a.Signal == InFlight {
		return "requests in flight"
	}
	return "requests a second"
}

// Results of simulating a day.
const (
	Passed = "passed"
	Failed = "failed"
)
