package fact

import (
	"math"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/workload"
)

// View is the typed picture of a case from which facts are read: what was asked, what was found,
// and what is chosen or declared. Parts that cost time are functions; each is called at most once
// for the facts that a rule asks for.
type View struct {
	Workload *workload.Workload
	Clock    time.Time         // of the answer; zero where none is told
	Origins  map[string]string // of the traits: "plan.yaml:3:36", "--qps"
	Settings Settings

	Now, Planned Load    // the peak today, and the one planned for
	HorizonQPS   float64 // 1/s, the expected peak at the horizon

	Model  Model
	Base   Base
	Server candidate.Server // one replica of the base as it is
	Tokens Tokens
	Host   Host
	Law    Law
	Today  *candidate.Evaluation // at the demand planned for; nil where no deployment was named

	Wanted       func() int     // replicas of the base that hold what is planned for; 0 for no number
	FastestAlone func() float64 // s, one request alone on the fastest hardware
	HoldsNow     func() bool    // today at today's peak
	Slice        func() Slice   // smallest part of the base's accelerator that holds what is planned for
	TodayHolds   bool

	Candidate *Candidate // under judgement: the search alone
	Outcome   *Outcome   // nil during the search
	Declared  *Declared  // checks alone
	Gate      Gate       // what only a check of many plans finds out
	Shared    *Shared    // a fleet as a whole; nil elsewhere
	Member    *Member    // one service of a fleet; nil elsewhere
}

// Settings are the parameters of rules that facts are computed with.
type Settings func(name string) (float64, bool)

// Load is what arrives, and the data that are there then.
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
	Unnamed              bool // measured on a machine that the plan does not name
}

// Slice is a part of an accelerator; zero where none is enough, or there is none.
type Slice struct {
	Name    string
	QPS     float64 // 1/s
	USD     float64 // a month
	PerCard int
}

// Tokens are those of a language model; zero for others.
type Tokens struct {
	Given                bool
	Input, Output        float64
	TTFTAlone, TPOTAlone float64 // s
	KVGiBPerRequest      float64
	Concurrency          int
	ByMemory             bool
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
	Unsettled    string              // what a simulation says of the plan that could not tell whether it holds, where it may well not; "" where it could, or none ran
	Blocked      bool                // a rule forbade a cheaper plan
	KeptToday    bool                // today's deployment had the first claim and kept it
	Link         string              // how the accelerators of one replica are joined
	Elsewhere    *advice.Elsewhere   // nil where nothing costs less there
	Autoscaling  *advice.Autoscaling // nil where nothing is known of the day
	Alternatives []candidate.Alternative
	Stages       []Change

	CapacityOf  func(replicas int) float64 // of the plan's kind, 1/s
	HasLaw      bool                       // CapacityOf does not grow in proportion
	JobHours    func(replicas int) float64
	ReplicasFor func() int                          // that finish the batch job
	JobLate     func() (seconds float64, ends bool) // when today's no longer do

	Roomier     func() (machine string, usdPerMonth float64) // with vCPUs and network enough for the plan; "" for none
	InSmaller   func() (cloud string, usdPerMonth float64)   // the plan's accelerators, on machines with fewer of them; "" for none
	Improved    func() (candidate.Server, bool)              // one replica of the base, optimized
	Strongest   func() Strongest
	NotAdmitted func() []string
	Balanced    func(balancing string) int // replicas of the plan that hold where requests are balanced in another way; 0 for none
	Rebalanced  *Rebalanced                // nil where today's replicas do no longer with a balancer that knows the load than as they are
	Unbudgeted  func() float64             // USD/month of the cheapest plan that holds, were there no budget
}

// Rebalanced is today's deployment where requests go to the least loaded of its replicas.
type Rebalanced struct {
	Until   time.Time // the zero time for as long as is planned for
	Instead string    // what would be bought first otherwise
	Free    float64   // share of its limit that today's peak leaves
	Saves   float64   // USD/month until then; 0 unknown
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
	QPS, PlainQPS float64 // of the base's number of replicas
}

// Declared is what a check alone knows of the deployment.
type Declared struct {
	Missing   []string // plan keys
	Scaler    *plan.Autoscaler
	Runway    float64 // months until growth exceeds what it carries; 0 for never
	Full      float64 // what the scaler's signal shows of a replica that carries all it can; 0 unknown
	MinLosses func(candidate.Placing) int
}

// Gate is what a check of many plans finds out beside the plans.
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
	Serving Serving // a container of it
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
