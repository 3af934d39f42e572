package workload

import (
	"fmt"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/loadtest"
	"slices"
	"strings"
	"time"

	"scaleadvise/advisor/autoscale"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/shape"
	"scaleadvise/advisor/unit"
)

// Value is one trait with its value in base units and its origin.
type Value struct {
	Interval unit.Interval // numeric kinds
	Text     string        // Text kinds, and the text as written for all
	Words    []string      // List kinds
	Window   float64       // Burstiness: s, 0 when none was given
	Origin   origin.Origin

	Points      []Point          // batch_time
	Elsewhere   []Elsewhere      // measured
	Prices      []Price          // price, discount
	Percentiles unit.Percentiles // Tokens, where p50/p90/p99 were given
	File        string           // Tokens and service_cv, where a file of lengths or times was named; read by the caller
	Variation   Variation        // service_cv
}

// Set is one layer of traits, by name. Merge merges layers.
type Set map[string]Value

// given reports whether one of the traits was stated by somebody, not defaulted.
func (s Set) given(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		v, ok := s[name]
		return ok && v.Origin.Kind != origin.Default
	})
}

// ModelFacts are the facts of a model that the catalogue does not have (plan key workload.model as a map).
type ModelFacts struct {
	Name   string
	Kind   string  // "encoder", "vision", ...; "" when not stated
	Params float64 // number of parameters, 0 when not stated
	GFLOPs float64 // per request, 0 when not stated
	Memory float64 // B on the accelerator, overrides Params × bytes; 0 when not stated
	Origin origin.Origin
}

// Point is one measured batch.
type Point struct {
	Batch   int
	Seconds float64
}

// Elsewhere is a measurement on a named accelerator (--measured).
type Elsewhere struct {
	Accelerator string  // as written
	QPS         float64 // saturated throughput of one replica, 1/s
	Alone       float64 // s, one request alone; 0 when not given
}

// There describes the hardware on which a service was measured, where that is not today's.
type There struct {
	Accelerator string // as written
	PerReplica  int    // accelerators of the replica that was measured
	Service     Service
}

// Workload is the input of the pipeline: every trait in base units, merged, defaulted and checked. A zero
// means "not given" unless the field says otherwise.
type Workload struct {
	Name   string
	Traits []Resolved // every known trait in table order, defaults included

	Warnings []string // traits that are odd without being wrong
	Reread   []string // words of the command line that read the metrics again; none where none were read

	SeenLatency float64    // s, measured mean latency of a request under the load of today; 0 where that is not known
	SeenBeyond  []Exceeded // percentiles of the metrics that lie beyond their bounds
	SeenServed  float64    // 1/s that today's deployment served for an hour while nothing waited; 0 where that is not known
	SeenUntil   time.Time  // end of the observed load; zero where the load was given

	Log *derivation.Log // the traits as inputs, and the computation of the demand

	// Demand, requests per second.
	Peak            unit.Interval // today
	Mean            float64       // 0 when unknown
	Users           float64
	RequestsPerUser float64         // 1/s per user
	PeakToMean      float64         // ≥ 1
	DayShape        string          // as written; a file is read by the caller
	Day             autoscale.Shape // nil where the shape of the day is not known
	Dispersion      float64         // ≥ 0, 1 = Poisson
	Window          float64         // s, of Dispersion; 0 when none given
	Growth          unit.Interval   // fraction per month, may be negative
	GrowthLinear    bool            // by the same amount every month, Growth of today's; else by the same share
	Horizon         float64         // s, 0 = today only
	LeadTime        float64         // s from ordering hardware until it is in service

	// Model and service.
	Model        string // as written; "bert-large" when defaulted
	ModelAssumed bool
	ModelConfig  string // the config.json that describes it, as written; read by the caller
	ModelFile    string // the graph or the trees that describe it, likewise
	Facts        *ModelFacts
	Described    *shape.Model // cost of the layers of a described model; nil for one of the catalog
	Precision    string
	Runtime      string // of a model other than a language model; "" where it was not given
	Server       string // inference server in front of the runtime; "" where none was named
	Request      Request
	Service      Service

	// SLO.
	Latency             float64 // s; 0 = none
	Percentile          float64 // 0.99
	Availability        float64 // 0 = not asked
	Unprotected         bool    // a single server suffices even where several run today (--availability none)
	ReplicaAvailability float64
	Zones               int      // ≥ 1
	MostOn              int      // most replicas that the scheduler puts on one machine; 0 for as many as it holds
	ReplicaCost         *float64 // USD a month of one of today's replicas, as a manifest states it; nil for list prices

	// Today.
	GPU            string // as written, "" when none
	Machine        Machine
	GPUsPerReplica int     // 0 when not given
	Replicas       int     // 0 when not given
	Balancing      string  // "random"
	LeastLoaded    bool    // formulas know only this and random; the others count as random
	ColdStart      float64 // s
	Autoscale      Autoscale

	// Limits.
	MaxReplicas       int
	MaxGPU            string
	AllowGPU          []string
	Owned, Quota      []string // "a10=4"
	Budget            float64  // USD/month, 0 = none
	Headroom          float64  // share of its capacity that a plan leaves free at the peak
	HeadroomGiven     bool     // false leaves Headroom to the rules
	Stay              []string
	Clouds            []string
	Region            string
	Pricing           string   // price list on which a machine must have a price, "on-demand"
	Prices            []string // those to buy from; Pricing is one of them
	Paid              []Price  // the user's own prices, which override every list
	Discounts         []Price  // discounts of clouds
	GridIntensity     float64  // g of CO2 per kWh; 0 = not given
	AllowOptimization []string
	ObjectiveCost     bool

	Data Data
	LLM  LLM
	API  API // prices of an API to compare with
}

// Autoscale is how the number of replicas may follow the day. The zero value leaves it open.
type Autoscale struct {
	Mode     string // AutoscaleAuto, AutoscaleOff, or "" where numbers or nothing were given
	Min, Max int    // 0 where none were given
}

// The words of --autoscale.
const (
	AutoscaleAuto = "auto"
	AutoscaleOff  = "off"
)

// Service is what the user measured on one replica.
type Service struct {
	Time        unit.Interval // s, one request alone
	CV          float64
	Variation   Variation // distribution of which CV is the coefficient of variation
	Concurrency int       // 0 when not given
	Batch       []Point
	MaxBatch    int
	QPS         unit.Interval // 1/s, saturated
	Elsewhere   []Elsewhere
	ScalingFile string       // as written
	Scaling     []ScalePoint // read from ScalingFile by the caller

	HostTime      unit.Interval // s of CPU time on one vCPU that a request takes on the machine
	HostTimeGiven bool          // distinguishes a given 0, where another service does that work

	There     *There   // the measured hardware, where it is not today's; Elsewhere has its rate
	On        string   // accelerator or machine on which it was measured, as written; "" for today's
	LoadTests []string // files, as written; the caller copies their results into the fields above
	Told      bool     // by the user and not read from metrics, where a measured latency is known too
}

// Given reports whether the user measured the service on today's hardware.
func (s Service) Given() bool { return s.Time.Mid > 0 || s.QPS.Mid > 0 || len(s.Batch) > 0 }

// ScalePoint is one row of --scaling-data.
type ScalePoint struct{ N, QPS float64 }

// Data are the traits of stored data and of the batch job over them.
type Data struct {
	Size, Growth float64 // B, B/s
	Retention    float64 // s, 0 = for ever
	JobWindow    float64 // s
	JobRate      float64 // B/s per replica
}

// Given reports whether any data trait was given.
func (d Data) Given() bool { return d.Size > 0 || d.Growth > 0 }

// LLM holds the traits that only language models have.
type LLM struct {
	Input, Output unit.Interval // tokens; with 50th to 99th percentiles where three or a trace were given
	PrefixHit     float64
	TTFT, TPOT    float64 // s
	Percentile    float64 // of TTFT and TPOT, 0.99

	InputLengths, OutputLengths unit.Percentiles // zero where one number or a range was given
	InputSeen, OutputSeen       []float64        // tokens, the lengths in a trace; see Observe
	KVPrecision                 string
	Engine                      string
	Arguments                   engine.Settings // arguments that the engine is started with
	PlainKernel                 bool            // weights of four bits in a layout that Marlin's kernels do not read
	Integers                    bool            // activations of 8 bit with weights of int8
	PackedBits                  float64         // of a weight, where a layout states them beside the precision; 0 for those of the precision
	Activations                 string          // precision that these say of activations; "" where they do not
	Images                      int             // images per request
	Turns                       int             // turns of a conversation; 0 and 1 for independent requests
	ThinkTime                   float64         // s, between turns
	Adapters                    Adapters
	Stages                      int  // today's stages of pipeline parallelism; 0 not stated
	Disaggregate                bool // size prefill and decode separately as well

	Tested *Tested // load tests of one replica; nil without
}

// Groups returns the data-parallel groups of attention of a replica with the given number of accelerators:
// as many as configured, or as many of them as divide the accelerators.
func (l LLM) Groups(tensor int) int {
	a, b := max(int(l.Arguments.Copies), 1), tensor
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, 1)
}

// Adapters are the LoRA adapters that a replica has at once, all of one rank; zero for none.
type Adapters struct{ Number, Rank int }

// Tested holds what load tests of a language model ran on, and what they measured.
type Tested struct {
	Accelerator string // catalog id
	PerReplica  int    // 0 for the fewest that hold the model
	Runs        []loadtest.Run
}

// Resolved is a trait after merging, as reports list it.
type Resolved struct {
	Spec  Spec
	Value Value
}

// Assumed reports whether the trait was defaulted, by itself or by a preset.
func (r Resolved) Assumed() bool { return r.Value.Origin.Kind <= origin.Preset }

// Apart returns the values of all traits but the named ones as one text, which is the same for workloads
// that differ only in those.
func (w *Workload) Apart(names []string) string {
	var b strings.Builder
	for _, t := range w.Traits {
		if v := t.Value; !slices.Contains(names, t.Spec.Name) {
			fmt.Fprintf(&b, "%s=%v %q %q %v %v %v %v %s\n", t.Spec.Name, v.Interval, v.Text, v.Words, v.Window, v.Points, v.Elsewhere, v.Percentiles, v.File)
		}
	}
	return b.String()
}

// The words of --stay: what to keep of today.
const (
	StayCloud  = "cloud"
	StayVendor = "vendor"
	StayEngine = "engine"
)

// Stays reports whether plans keep to a part of today: StayCloud, StayVendor or StayEngine.
func (w *Workload) Stays(part string) bool { return slices.Contains(w.Stay, part) }

// ModelKinds returns the words for ModelFacts.Kind, sorted.
func ModelKinds() []string {
	return []string{"diffusion", "encoder", "llm", "recommender", "speech", "tree", "vision"}
}
