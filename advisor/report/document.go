package report

// adviceSchema names the shape of the document. Keys are added to it, never
// renamed or removed.
const adviceSchema = "urn:scaleadvise:advice:v2"

// document is the advice as machines read it, in JSON and in YAML. A pointer is
// null where the quantity is unknown or does not apply: an unstable latency, a
// cost without a price.
type document struct {
	Schema        string                `json:"schema"`
	Name          string                `json:"name"`
	Strategy      string                `json:"strategy"`
	Direction     string                `json:"direction"`
	Optimized     bool                  `json:"optimized"`
	Optimizations []string              `json:"optimizations"`
	Feasible      bool                  `json:"feasible"`
	DecidedBy     string                `json:"decided_by"`
	Margin        *float64              `json:"margin"`
	SupportedBy   []string              `json:"supported_by"`
	Confidence    *float64              `json:"confidence"`
	Plan          planDoc               `json:"plan"`
	Today         *todayDoc             `json:"today"`
	Cost          costDoc               `json:"cost"`
	Affordable    *affordableDoc        `json:"affordable"`       // null without a budget, and where nothing grows
	PricedAt      []offeredDoc          `json:"priced_elsewhere"` // where the hardware has a price, if it has none here
	Elsewhere     *elsewhereDoc         `json:"elsewhere"`        // null where nothing costs less with another cloud or vendor
	Apart         *disaggregationDoc    `json:"disaggregation"`   // null without --disaggregate
	HostedAPI     *hostedDoc            `json:"hosted_api"`       // null without --compare-api
	Autoscaling   *autoscalingAdviceDoc `json:"autoscaling"`      // null where it is off, or the shape of the day or the start-up time of a replica is not known
	Alternatives  []alternativeDoc      `json:"alternatives"`
	Doubts        []doubtDoc            `json:"doubts"` // the largest first
	Findings      []findingDoc          `json:"findings"`
	Principles    []principleDoc        `json:"principles"`
	Assumptions   []assumptionDoc       `json:"assumptions"`
	Roadmap       []stageDoc            `json:"roadmap"`
	Warnings      []string              `json:"warnings"`
	Traits        map[string]traitDoc   `json:"traits"`
	Next          []string              `json:"next"`
	Derivation    []stepDoc             `json:"derivation" null:"yes"` // null without --explain
	Verification  []verifiedDoc         `json:"verification"`
	stamped
}

// doubtDoc is a reason for which the plan may not be what it seems, and what settles it.
type doubtDoc struct {
	Rule    string `json:"rule"`
	Message string `json:"message"`
	Remedy  string `json:"remedy"`
}

// elsewhereDoc is the cheapest plan with another cloud or vendor.
type elsewhereDoc struct {
	Plan  planDoc  `json:"plan"`
	Cost  *float64 `json:"cost_usd_per_month"`
	Saves *float64 `json:"saves_usd_per_month"`
	Moves []string `json:"moves"`
	Taken bool     `json:"taken"`
}

// hostedDoc is the model as another serves it, paid by the token.
type hostedDoc struct {
	Input        *float64 `json:"input_usd_per_million_tokens"`
	Cached       *float64 `json:"cached_input_usd_per_million_tokens"`
	Output       *float64 `json:"output_usd_per_million_tokens"`
	QPS          *float64 `json:"qps"`
	QPSIs        string   `json:"qps_is"` // "mean", or "peak" where no mean is known
	Cost         *float64 `json:"cost_usd_per_month"`
	Saves        *float64 `json:"saves_usd_per_month"` // USD a month less than the plan, negative where the API costs more; null where nothing holds or has a price
	BreakEvenQPS *float64 `json:"break_even_qps"`      // mean rate from which the plan's hardware costs less; null where it never does
}

type planDoc struct {
	Accelerator            string      `json:"accelerator"`
	AcceleratorsPerReplica int         `json:"accelerators_per_replica"`
	Replicas               int         `json:"replicas"`
	ExpectedReplicas       *int        `json:"expected_replicas"` // null where the load did not set the number
	ReplicasLow            *int        `json:"replicas_low"`
	ReplicasHigh           *int        `json:"replicas_high"`
	Runtime                *string     `json:"runtime"`
	Precision              string      `json:"precision"`
	Optimizations          []string    `json:"optimizations"`
	Cloud                  string      `json:"cloud"`
	Region                 string      `json:"region"`
	Pricing                string      `json:"pricing"`
	PricingAsked           *string     `json:"pricing_asked"` // null where the price is on the list that was asked for
	PriceDerived           bool        `json:"price_derived"`
	PriceAsOf              *string     `json:"price_as_of"`
	InstanceType           string      `json:"instance_type"`
	Machine                *string     `json:"machine"`
	Machines               int         `json:"machines"`
	CoresPerReplica        *float64    `json:"cores_per_replica"`
	MemoryGiBPerReplica    *float64    `json:"memory_gib_per_replica"`
	Share                  *float64    `json:"share"`          // share of one accelerator; null where a replica has whole ones
	HostQPS                *float64    `json:"host_qps"`       // null where no limit is known
	OwnedReplicas          int         `json:"owned_replicas"` // replicas on hardware that is already owned
	Instances              int         `json:"instances"`
	Basis                  string      `json:"basis"`
	DemandQPS              *float64    `json:"demand_qps"`
	CapacityQPS            *float64    `json:"capacity_qps"`
	LowQPS                 *float64    `json:"low_qps"`
	HighQPS                *float64    `json:"high_qps"`
	CapacityAfterLossesQPS *float64    `json:"capacity_qps_after_losses"`
	SaturationQPS          *float64    `json:"saturation_qps"`
	Utilization            *float64    `json:"utilization"`
	Busy                   *float64    `json:"busy"`
	P50MS                  *float64    `json:"p50_ms"`
	P95MS                  *float64    `json:"p95_ms"`
	P99MS                  *float64    `json:"p99_ms"`
	TTFTMS                 *float64    `json:"ttft_ms"`
	TPOTMS                 *float64    `json:"tpot_ms"`
	CostPerMonth           *float64    `json:"cost_usd_per_month"`
	Purchase               []boughtDoc `json:"purchase"`             // price lists that its machines are bought on
	CommitmentPaysFrom     *float64    `json:"commitment_pays_from"` // share of hours above which a commitment costs less; null where one of its prices is not known
	CostPerMillionRequests *float64    `json:"cost_usd_per_million_requests"`
	CostPerMillionTokens   *float64    `json:"cost_usd_per_million_tokens"`
	OutputTokensPerS       *float64    `json:"output_tokens_per_s"`
	MaxConcurrency         *int        `json:"max_concurrency"`
	PrefixHit              *float64    `json:"prefix_hit"` // share of prompts found in the cache
	HoldsUntil             *string     `json:"holds_until"`
	RequiredReplicaLosses  int         `json:"required_replica_losses"`
	SurvivesReplicaLosses  int         `json:"survives_replica_losses"`
	SurvivesMachineLosses  int         `json:"survives_machine_losses"`
	Verified               string      `json:"verified"` // "passed", "failed" or "not-run"
	Warnings               []string    `json:"warnings"`
}

// boughtDoc is machines bought on one price list.
type boughtDoc struct {
	Pricing      string   `json:"pricing"`
	Machines     int      `json:"machines"`
	USDPerMonth  *float64 `json:"usd_per_month"`
	PriceDerived bool     `json:"price_derived"`
}

type todayDoc struct {
	planDoc
	Assumed  bool         `json:"assumed"`
	Holds    bool         `json:"holds"`
	Excuse   *string      `json:"excuse"`
	Code     *string      `json:"excuse_code"`
	NearMiss *nearMissDoc `json:"near_miss"`

	AtHorizon horizonDoc `json:"at_horizon"`
}

// horizonDoc is what becomes of today at the demand planned for.
type horizonDoc struct {
	Utilization *float64 `json:"utilization"`
	Holds       bool     `json:"holds"`
	Until       *string  `json:"until"` // null where growth never exceeds it
}

type alternativeDoc struct {
	Strategy  string       `json:"strategy"`
	Direction string       `json:"direction"`
	Optimized bool         `json:"optimized"`
	Chosen    bool         `json:"chosen"`
	Feasible  bool         `json:"feasible"`
	Excuse    *string      `json:"excuse"`
	Code      *string      `json:"excuse_code"`
	NearMiss  *nearMissDoc `json:"near_miss"`
	Plan      *planDoc     `json:"plan"`
	CostRatio *float64     `json:"cost_ratio"`
	DecidedBy string       `json:"decided_by"`
}

type nearMissDoc struct {
	Trait  string   `json:"trait"`
	Value  *float64 `json:"value"`
	Needed *float64 `json:"needed"`
	Unit   string   `json:"unit"`
}

type findingDoc struct {
	Rule       string                 `json:"rule"`
	Severity   string                 `json:"severity"`
	Argues     arguesDoc              `json:"argues"`
	Title      string                 `json:"title"`
	Message    string                 `json:"message"`
	Remedy     string                 `json:"remedy"`
	Principles []string               `json:"principles"`
	Evidence   map[string]evidenceDoc `json:"evidence"`
}

type arguesDoc struct {
	For     []string `json:"for"`
	Against []string `json:"against"`
}

type evidenceDoc struct {
	Value  any    `json:"value"`
	Unit   string `json:"unit"`
	Origin string `json:"origin"`
}

type principleDoc struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Text   string `json:"text"`
	Source string `json:"source"`
}

type assumptionDoc struct {
	Trait  string `json:"trait"`
	Value  any    `json:"value"`
	Unit   string `json:"unit"`
	Reason string `json:"reason"`
	Flag   string `json:"flag"`
}

type stageDoc struct {
	Date      *string  `json:"date"`
	Strategy  string   `json:"strategy"`
	Optimized bool     `json:"optimized"`
	DemandQPS *float64 `json:"demand_qps"`
	OrderBy   *string  `json:"order_by"` // null without a lead time, and where no hardware is added
	Plan      planDoc  `json:"plan"`
}

type traitDoc struct {
	Value  any      `json:"value"`
	Unit   string   `json:"unit"`
	Low    *float64 `json:"low"`
	High   *float64 `json:"high"`
	Origin string   `json:"origin"`
}
