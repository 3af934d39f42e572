package candidate

import (
	"slices"
	"time"
)

// Strategy is the direction in which a configuration differs from today's deployment.
type Strategy string

// The four strategies, in the order in which they are always listed.
const (
	None       Strategy = "none"
	Vertical   Strategy = "vertical"
	Horizontal Strategy = "horizontal"
	Combined   Strategy = "combined"
)

// change is a strategy, and what it changes of today's deployment.
type change struct {
	strategy        Strategy
	hardware, count bool   // of a replica; of replicas
	act             string // what to do, as a sentence begins
}

// changes is the one ordered table of strategies.
var changes = []change{
	{None, false, false, "Leave machines and count as they are"},
	{Vertical, true, false, "A stronger machine, the same count"},
	{Horizontal, false, true, "More of the same machine"},
	{Combined, true, true, "Another machine and another count"},
}

// Strategies returns all strategies in the order in which they are listed.
func Strategies() []Strategy {
	var all []Strategy
	for _, c := range changes {
		all = append(all, c.strategy)
	}
	return all
}

// StrategyOf returns the strategy that changes the hardware of a replica, the number of
// replicas, both or neither.
func StrategyOf(hardware, count bool) Strategy {
	i := slices.IndexFunc(changes, func(c change) bool { return c.hardware == hardware && c.count == count })
	return changes[i].strategy
}

// Words returns the strategy as text for people; the one that changes nothing is named by what it keeps.
func (s Strategy) Words() string {
	if s == None {
		return "as today"
	}
	return string(s)
}

// Act returns what the strategy does, as the beginning of a sentence.
func (s Strategy) Act() string {
	i := slices.IndexFunc(changes, func(c change) bool { return c.strategy == s })
	return changes[i].act
}

// ChangesHardware reports whether the hardware of a replica differs from today's.
func (s Strategy) ChangesHardware() bool {
	return slices.ContainsFunc(changes, func(c change) bool { return c.strategy == s && c.hardware })
}

// ChangesCount reports whether the number of replicas may differ from today's.
func (s Strategy) ChangesCount() bool {
	return slices.ContainsFunc(changes, func(c change) bool { return c.strategy == s && c.count })
}

// Config is a configuration that could serve the workload.
type Config struct {
	Accelerator   string   // catalogue id
	PerReplica    int      // accelerators per replica, ≥ 1
	Replicas      int      // ≥ 1
	Machine       string   // type of today's machine, where it was named; "" for others
	Runtime       string   // what executes an ordinary model; "" for others and for a given service
	Precision     string   // "fp32", "fp16", "bf16", "fp8", "int8", "int4", "fp4"; "" when the service was given without one
	Optimizations []string // ids of catalogue optimizations applied to today's model, sorted; includes the precision when it is lower than the baseline
}

// Hosting is how the replicas are placed on rented instances.
type Hosting struct {
	Cloud, Region, InstanceType string
	ReplicasPerInstance         int     // replicas that one instance holds
	Part                        float64 // share of one machine that a replica pays for, others paying the rest; 0 for whole machines
	Joined                      int     // machines that one replica spans; they count as one instance, which fails with any of them; 0 for one
	Zones                       int     // over which replicas are spread
	Instances                   int
	Owned                       int      // number of replicas on hardware that is already owned
	Rented                      int      // number of instances that are rented
	USDPerHour                  float64  // one instance
	Pricing                     string   // "on-demand", "spot", "1y", "3y"
	NoPrice                     string   // the price list that was asked for, where it has no price for this hardware
	Purchase                    []Bought // price lists that the instances are bought on
	BreakEven                   float64  // share of hours above which a committed instance costs less than on demand; 0 unknown
	Interrupted                 string   // share of its spot machines reclaimed within a month, in the source's bands; "" unknown
	Owning                      string   // what a machine on premises costs its owner, in words; "" for others
	Discount                    float64  // fraction that was taken off the list price
	Derived                     bool     // the price is derived from another, not published
	AsOf                        string   // date of the price, as its source says
	Source                      string
	Priced                      bool    // false: no price known; cost is then unknown, never zero
	NodeMemoryGiB, NodeDiskGiB  float64 // one instance; 0 unknown
	NodeVCPUs                   float64 // one instance; 0 unknown
}

// Bought is the instances bought on one price list.
type Bought struct {
	Pricing      string // a price list, or OwnedAlready
	Machines     int
	USDPerHour   float64 // one of them
	CostPerMonth float64 // USD, all of them
	Derived      bool    // the price is derived from another, not published
}

// OwnedAlready stands for a price list where machines are already owned.
const OwnedAlready = "owned"

// SpotMachines returns how many of the instances are spot.
func (h Hosting) SpotMachines() int {
	for _, b := range h.Purchase {
		if b.Pricing == "spot" {
			return b.Machines
		}
	}
	return 0
}

// Evaluation is what the capacity model says of a configuration under the workload at one demand.
// Rates are per second, times seconds, money US dollars.
type Evaluation struct {
	Config
	Hosting
	AcceleratorName    string  // short name for people, "A10"
	Basis              string  // "measured", "transferred", "roofline", "given"
	CapacityQPS        float64 // all replicas up, every SLO percentile holds
	LowQPS, HighQPS    float64 // central 90 % of CapacityQPS
	LowShare           float64 // LowQPS / CapacityQPS, 0 where it sustains nothing
	AfterLossesQPS     float64 // CapacityQPS after the losses it must survive
	SaturationQPS      float64 // no latency bound
	DemandQPS          float64 // the peak demand it was judged against
	Utilization        float64 // DemandQPS / CapacityQPS
	Busy               float64 // share of time that the accelerator works at DemandQPS
	MeanBatch          float64 // mean batch at DemandQPS
	Alone              float64 // s, latency of one request alone, the minimum
	P50, P95, P99      float64 // s at DemandQPS; +Inf when unstable
	Latency            float64 // s at DemandQPS, at the SLO's percentile
	TTFT, TPOT         float64 // s at DemandQPS, at the percentile of their bounds; 0 for a model without tokens
	OutputTokens       float64 // 1/s, tokens written at DemandQPS; 0 for a model without tokens
	MaxConcurrency     int     // requests in progress at once on one replica; 0 for a model without tokens
	PrefixHit          float64 // share of prompts that a replica finds in its cache; 0 for a model without tokens
	PreemptingQPS      float64 // 1/s at which it saturates if the engine admits more than MaxConcurrency and preempts; 0 where it does not
	CostPerMonth       float64
	CostPerMillion     float64
	CostPerMTokens     float64 // USD per million tokens, read and written, at the same rate as CostPerMillion
	CostPerMillionMean bool    // CostPerMillion is at the mean demand; else at the peak, where no mean is known
	LossesRequired     int     // losses of replicas it must survive, 0 when availability was not asked for
	KeepsSpare         bool    // sized to survive the loss of one machine because today's deployment does; no availability was asked for
	SurvivesLosses     int     // most replicas that may be lost while the rest still carries the demand
	SurvivesMachines   int     // most machines that may be lost while the rest still carries the demand
	Full               Full    // the same plan with replicas wherever its machines have room
	JobSeconds         float64 // s that the batch job over the data takes; 0 without one
	SpotAtOnce         int     // spot machines that may be reclaimed at once: those of one zone
	SpotLosses         int     // losses among them that it must survive to keep its promises
	WithoutSpotQPS     float64 // 1/s that is left with all spot machines gone
	Availability       float64
	Changes            int // number of differences from today: accelerator, accelerators per replica, replicas, each optimization
	ExpectedReplicas   int // replicas at the expected demand and capacity, without the confidence margin
	ReplicasLow        int // central 90 % of the replicas needed
	ReplicasHigh       int
	CarriesQPS         float64   // 1/s, the demand it carries at the confidence asked for, after the losses it must survive
	HoldsSeconds       float64   // s until growth exceeds CarriesQPS; meaningful where HoldsUntil is set
	JobEnds            bool      // what ends then is the job over the data, which no longer fits its window
	HoldsUntil         time.Time // zero where nothing grows, or for a date beyond any horizon
	Share              float64   // share of one accelerator that a replica has; 0 where it has whole ones
	HostQPS            float64   // 1/s that the machines' own resources are expected to let through; 0 where they set no limit
	HostFullQPS        float64   // 1/s with all of the limiting resource in use, for machines to buy; 0 where they set no limit, and for what runs
	HostBy             string    // the resource that limits it: "vCPUs", "network" or "PCIe"; "" for none
	WeightsGiB         float64
	UsableGiB          float64
	Warnings           []string
	Verified           string // result of simulating it: Passed, Failed or NotRun; "" as NotRun, without a remark in reports
}

// Full is a plan with replicas wherever its machines, which are paid for whole, have room.
type Full struct {
	Replicas         int // 0 where there is no room, or where more replicas cost more or exceed a limit
	SurvivesMachines int
}

// MayLose returns how many of its machines a plan may lose, as it is or with the free replicas of Full.
func (e Evaluation) MayLose() int { return max(e.SurvivesMachines, e.Full.SurvivesMachines) }

// Accelerators returns how many the replicas own.
func (e Evaluation) Accelerators() int { return e.Replicas * e.PerReplica }

// Results of simulating a plan.
const (
	Passed = "passed"
	Failed = "failed"
	NotRun = "not-run"
)

// The bases of a rate that was measured: of the very model and hardware, or by the user.
const (
	measured = "measured"
	given    = "given"
)

// Measured reports whether the rate was measured, not predicted.
func (e Evaluation) Measured() bool { return e.Basis == measured || e.Basis == given }

// MeasuredOnce reports whether the rate is the user's own and its range is only the scatter of repeated
// measurements: no plan is sized for that.
func (e Evaluation) MeasuredOnce() bool { return e.Basis == given && e.LowShare == 1 }

// Excuse is why a configuration, or every configuration of a strategy, cannot serve.
type Excuse struct {
	Code     string // one of the Code constants
	Text     string // a sentence fragment for a person, with numbers and units
	NearMiss NearMiss
	Also     []string // what else fails: where there is any, meeting the near miss would not be enough
}

// NearMiss names the one trait that stood in the way, its value and the value that would have been enough.
type NearMiss struct {
	Trait  string
	Unit   string
	Value  float64
	Needed float64
}

// The excuses, in the order in which they are tested: the first that applies is given.
const (
	NoVariant    = "no-variant"    // nothing differs: no optimization is admissible, no other size exists
	NotAllowed   = "not-allowed"   // --allow-gpu, --max-gpu, --cloud
	Unknown      = "unknown"       // never measured, and nothing predicts it
	Measured     = "measured"      // measured beyond its bound, where it is predicted to hold
	CannotRun    = "cannot-run"    // the hardware lacks the precision, or the engine does not run on it
	Memory       = "memory"        // the model does not fit
	SlowAlone    = "slow-alone"    // one request alone is slower than the SLO
	NoPrice      = "no-price"      // not rented by the clouds asked for
	Throughput   = "throughput"    // the capacity is below the demand
	ScalingPeak  = "scaling-peak"  // the scalability law peaks below the demand
	ReplicaLimit = "replica-limit" // --max-replicas
	Quota        = "quota"         // --quota
	Losses       = "losses"        // carries the load, but not after the losses it must survive
	JobWindow    = "job-window"    // the batch job does not finish within its window
	Budget       = "budget"        // costs more than the budget
	Blocked      = "blocked"       // a rule with "blocks: candidate" fired
	Dearer       = "dearer"        // holds, but costs more than the chosen plan
	Unneeded     = "unneeded"      // holds, but changes more than is needed
	Unstable     = "unstable"      // no steady state at this load
)
