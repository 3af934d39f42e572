package fact

import (
	"math"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/workload"
)

// View is the typed picture of a case from which facts are read: what was asked, what was found, and what is
// chosen or declared. Costly parts are functions; each is called at most once for the facts that a rule
// reads.
type View struct {
	Workload *workload.Workload
	Clock    time.Time         // time of the answer; zero where the run has no clock
	Origins  map[string]string // of the traits: "plan.yaml:3:36", "--qps"
	Settings Settings

	Now, Planned Load    // the peak today, and the one to plan for
	HorizonQPS   float64 // 1/s, the expected peak at the horizon

	Model  Model
	Base   Base
	Server candidate.Server // one replica of the base, as it is
	Tokens Tokens
	Host   Host
	Law    Law
	Today  *candidate.Evaluation // at the demand planned for; nil where no deployment was named

	Wanted       func() int     // replicas of the base that hold the demand planned for; 0 where no number does
	FastestAlone func() float64 // s, one request alone on the fastest hardware
	HoldsNow     func() bool    // today's deployment holds at today's peak
	Slice        func() Slice   // smallest part of the base's accelerator that holds the demand planned for
	TodayHolds   bool

	Candidate *Candidate // the candidate under judgement: during the search only
	Outcome   *Outcome   // nil during the search
	Declared  *Declared  // in checks only
	Gate      Gate       // what only a check of many plans can find
	Shared    *Shared    // a fleet as a whole; nil elsewhere
	Member    *Member    // one service of a fleet; nil elsewhere
}

// Settings holds the parameters of rules that facts are computed with.
type Settings func(name string) (float64, bool)

// Load is the load that arrives, and the data held at that time.
type Load struct {
	Peak, Mean float64 // 1/s
	Data       float64 // bytes
}

// Model is the model that is served.
type Model struct{ ID, Precision string }

// Base is the deployment that every strategy starts from.
type Base struct {
	Accelerator          string // short name
	Replicas, PerReplica int
	Known, Assumed       bool
	Allowed              bool // by --allow-gpu and --max-gpu
	Partitions           bool // MIG
	Whole                bool // whole accelerators, not cores and not parts
	Unnamed              bool // the service was measured on a machine that the plan does not name
}

// Slice is a part of an accelerator; zero where none is large enough, or there is none.
type Slice struct {
	Name    string
	QPS     float64 // 1/s
	USD     float64 // a month
	PerCard int
}

// Tokens holds the lengths and times of a language model; zero for others.
type Tokens struct {
	Given                bool
	Input, Output        float64
	TTFTAlone, TPOTAlone float64 // s, of one request alone
	KVGiBPerRequest      float64
	Concurrency          int
	ByMemory             bool
	Squeeze              advice.Squeeze
	HeldBack             func() advice.HeldBack // nil for what generates no tokens
	PrefixHit            float64                // share of prompts found in the cache
}

// Law is the scalability law fitted to the user's data.
type Law struct {
	Given            bool
	Sigma, Kappa, R2 float64
	PeakReplicas     float64
	PeakQPS          float64
}

// Candidate is a configuration that a strategy could take.
type Candidate struct {
	Strategy candidate.Strategy
	candidate.Evaluation
}

// Outcome is the plan that was chosen, or the deployment that is declared.
type Outcome struct {
	candidate.Alternative
	Direction    string
	Because      string              // the criterion
	Unsettled    string              // the result of a simulation that could not decide whether the plan holds, where it may well not; "" where it could, or none ran
	Blocked      bool                // a rule forbade a cheaper plan
	KeptToday    bool                // today's deployment was preferred, and stayed
	Link         string              // how the accelerators of one replica are joined
	Elsewhere    *advice.Elsewhere   // nil where nothing costs less elsewhere
	Autoscaling  *advice.Autoscaling // nil where nothing is known of the day
	Alternatives []candidate.Alternative
	Stages       []Change

	CapacityOf  func(replicas int) float64 // 1/s that replicas of the plan's kind carry
	HasLaw      bool                       // CapacityOf does not grow in proportion
	JobHours    func(replicas int) float64
	ReplicasFor func() int                          // fewest replicas that finish the batch job in its window
	JobLate     func() (seconds float64, ends bool) // when today's replicas no longer finish it

	Roomier     func() (machine string, usdPerMonth float64) // a machine with enough vCPUs and network for the plan; "" for none
	InSmaller   func() (cloud string, usdPerMonth float64)   // the plan's accelerators, on machines with fewer of them; "" for none
	Improved    func() (candidate.Server, bool)              // one replica of the base, optimized
	Strongest   func() Strongest
	NotAdmitted func() []string
	Balanced    func(balancing string) int // replicas of the plan that suffice with another way of balancing; 0 where no number does
	Rebalanced  *Rebalanced                // nil where load-aware balancing gains today's replicas nothing
	Unbudgeted  func() float64             // USD a month of the cheapest plan that holds without the budget
}

// Rebalanced is today's deployment with requests sent to the least loaded replica.
type Rebalanced struct {
	Until   time.Time // until when it holds; zero for as long as is planned for
	Instead string    // what would be bought first without it
	Free    float64   // share of capacity that today's peak leaves free
	Saves   float64   // USD a month until then; 0 unknown
}

// Change is a change of the plan within the horizon.
type Change struct {
	Months   float64
	Strategy candidate.Strategy
	Replicas int
}

// Strongest is the allowed hardware with the largest capacity.
type Strongest struct {
	Known         bool
	Accelerator   string
	PerReplica    int
	QPS, PlainQPS float64 // 1/s, with the base's number of replicas
}

// Declared is what only a check knows about the deployment.
type Declared struct {
	Missing   []string // plan keys that are missing
	Scaler    *plan.Autoscaler
	Runway    float64 // months until growth exceeds its capacity; 0 for never
	Seen      Seen
	Full      float64 // value of the autoscaler's signal on a replica at full load; 0 unknown
	MinLosses func(candidate.Placing) int
}

// Seen is the measured latency against the predicted one; zero where nothing was measured.
type Seen struct {
	Mean           float64 // s, measured
	Predicted, P99 float64 // s
	Apart          float64 // by how many times it lies above the p99, or below the time of one request alone; 1 at most within
}

// Gate is what a check of many plans finds beyond the single plans.
type Gate struct {
	Ignored struct {
		Rule, Reason, Until string
		Days, Findings      int
	}
	SameName struct {
		Count       int
		Name, First string
	}
	Total struct {
		Now, Limit, Before      float64 // USD/month
		Increase, IncreaseLimit float64
		IncreaseLimited         bool
	}
	Manifest struct {
		Kind, Name     string
		Accelerators   int
		Missing        []string
		Label          string   // node label that names no accelerator that is known
		Unrequested    string   // accelerator that it is to run on without requesting one
		Scalers        []string // autoscalers of it, where there are several
		Aim, Meant     string   // what an autoscaler is to scale and was not read, and what is meant by it
		Beside         int      // objects that were read and might have been it
		Fixed          int      // replicas that it states beside an autoscaler; 0 for none
		Surge          int      // accelerators that an update takes beyond those that run
		SurgeSaid      bool     // that is said, and not the default
		Together       int      // replicas that nothing spreads; 0 where something does
		Quota          string   // what allows fewer accelerators than are requested, with its place; "" for none
		QuotaAllows    int
		QuotaWants     int
		Budget         string // what lets all replicas be evicted at once, with its place; "" for none
		BudgetReplicas int
		Blocks         string // what lets no replica be evicted, with its place; "" for none
		BlocksReplicas int
		Taint, Shown   string // key that what runs on the same nodes tolerates, and an object that does
		Machine        int    // accelerators of its machine; 0 unknown
		PerReplica     int
		Read           bool // its arguments say what it serves, so that it was judged by them
	}
	Serving Serving // a container of the plan
}

const (
	msPerSecond    = 1e3
	secondsPerHour = 3600
	gib            = 1 << 30
)

// ms reads seconds as milliseconds; an unstable or unknown time is 0.
func ms(seconds float64) float64 { return finite(seconds * msPerSecond) }

// finite reads what has no value as "unknown", zero in the vocabulary.
func finite(v float64) float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return 0
	}
	return v
}

// over divides; 0 where there is nothing to divide by.
func over(a, b float64) float64 {
	if b <= 0 {
		return 0
	}
	return a / b
}
