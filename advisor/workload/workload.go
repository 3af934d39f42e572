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

// Value is one trait with its value in base units and where it came from.
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

// Set is one layer of traits, by trait name. Layers are merged by Merge.
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
	Kind   string  // "encoder", "vision", ...; "" when not said
	Params float64 // parameters, 0 when not said
	GFLOPs float64 // per request, 0 when not said
	Memory float64 // B on the accelerator, overrides Params × bytes; 0 when not said
	Origin origin.Origin
}

// Point is one batch measurement.
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

// There is a service that was measured on other hardware than today's.
type There struct {
	Accelerator string // as written
	PerReplica  int    // accelerators of the replica that was measured
	Service     Service
}

// Workload is what the pipeline reads: every trait in base units, merged, defaulted and checked.
// A zero means "not given" unless the field says otherwise.
type Workload struct {
	Name   string
	Traits []Resolved // every known trait in table order, defaults included

	Warnings []string // what is odd about the traits without being wrong
	Reread   []string // words of the command line that read the metrics again; none where none were read

	SeenLatency float64   // s, mean of a request as metrics show it; 0 where none do
	SeenServed  float64   // 1/s that what runs served for an hour while nothing waited; 0 where that is not known
	SeenUntil   time.Time // the end of the load that was seen; zero where it was given

	Log *derivation.Log // the traits as inputs, and how the demand came about

	// Demand, requests per second.
	Peak            unit.Interval // today
	Mean            float64       // 0 when unknown
	Users           float64
	RequestsPerUser float64         // 1/s of one user
	PeakToMean      float64         // ≥ 1
	DayShape        string          // as written; a file is read by the caller
	Day             autoscale.Shape // nil where nothing says how the day goes
	Dispersion      float64         // ≥ 0, 1 = Poisson
	Window          float64         // s, of Dispersion; 0 when none given
	Growth          unit.Interval   // fraction per month, may be negative
	GrowthLinear    bool            // by the same amount every month, Growth of today's; else by the same share
	Horizon         float64         // s, 0 = today only
	LeadTime        float64         // s from ordering hardware until it serves

	// Model and service.
	Model        string // as written; "bert-large" when defaulted
	ModelAssumed bool
	ModelConfig  string // the config.json that describes it, as written; read by the caller
	ModelFile    string // the graph or the trees that describe it, likewise
	Facts        *ModelFacts
	Described    *shape.Model // what the layers of a described model cost; nil for one of the catalog
	Precision    string
	Runtime      string // of a model other than a language model; "" where it was not given
	Server       string // in front of it; "" where none was named
	Request      Request
	Service      Service

	// SLO.
	Latency             float64 // s; 0 = none
	Percentile          float64 // 0.99
	Availability        float64 // 0 = not asked
	Unprotected         bool    // one server may do where several run today (--availability none)
	ReplicaAvailability float64
	Zones               int      // ≥ 1
	MostOn              int      // replicas that the scheduler puts on one machine at most; 0 for as many as it holds
	ReplicaCost         *float64 // USD a month of one replica of today's, as a manifest states it; nil for list prices

	// Today.
	GPU            string // as written, "" when none
	Machine        Machine
	GPUsPerReplica int     // 0 when not given
	Replicas       int     // 0 when not given
	Balancing      string  // "random"
	LeastLoaded    bool    // formulas know this and random; the others count as random
	ColdStart      float64 // s
	Autoscale      Autoscale

	// Limits.
	MaxReplicas       int
	MaxGPU            string
	AllowGPU          []string
	Owned, Quota      []string // "a10=4"
	Budget            float64  // USD/month, 0 = none
	Headroom          float64  // share of its limit that what is bought leaves free at the peak
	HeadroomGiven     bool     // else the rules say how much
	Stay              []string
	Clouds            []string
	Region            string
	Pricing           string   // price list that a machine must have a price on, "on-demand"
	Prices            []string // those to buy from; Pricing is one of them
	Paid              []Price  // what the user pays, whatever a list says
	Discounts         []Price  // what clouds take off
	GridIntensity     float64  // g of CO2 per kWh; 0 = not given
	AllowOptimization []string
	ObjectiveCost     bool

	Data Data
	LLM  LLM
	API  API // to compare with
}

// Autoscale is how the number of replicas follows the day. The zero value leaves it open.
type Autoscale struct {
	Mode     string // AutoscaleAuto, AutoscaleOff, or "" where numbers or nothing were given
	Min, Max int    // 0 where none were given
}

// The words of --autoscale.
const (
	AutoscaleAuto = "auto"
	AutoscaleOff  = "off"
)

// Service is what the user measured of one replica.
type Service struct {
	Time        unit.Interval // s, one request alone
	CV          float64
	Variation   Variation // of which CV is the coefficient
	Concurrency int       // 0 when not given
	Batch       []Point
	MaxBatch    int
	QPS         unit.Interval // 1/s, saturated
	Elsewhere   []Elsewhere
	ScalingFile string       // as written
	Scaling     []ScalePoint // read from ScalingFile by the caller

	HostTime      unit.Interval // s of one vCPU that a request takes of the machine
	HostTimeGiven bool          // 0 is given too: another service does it

	There     *There   // all that was measured, where it was not on today's hardware; Elsewhere has its rate
	On        string   // accelerator or machine on which it was measured, as written; "" is today's
	LoadTests []string // files, as written; the caller reads what they show into the fields above
}

// Given reports whether the user measured the service on today's hardware.
func (s Service) Given() bool { return s.Time.Mid > 0 || s.QPS.Mid > 0 || len(s.Batch) > 0 }

// ScalePoint is one row of --scaling-data.
type ScalePoint struct{ N, QPS float64 }

// Data are the traits of stored data and of the batch job over it.
type Data struct {
	Size, Growth float64 // B, B/s
	Retention    float64 // s, 0 = for ever
	JobWindow    float64 // s
	JobRate      float64 // B/s of one replica
}

// Given reports whether any data trait was given.
func (d Data) Given() bool { return d.Size > 0 || d.Growth > 0 }

// LLM are the traits that only language models have.
type LLM struct {
	Input, Output unit.Interval // tokens; from the 50th to the 99th percentile where three or a trace were given
	PrefixHit     float64
	TTFT, TPOT    float64 // s
	Percentile    float64 // of TTFT and TPOT, 0.99

	InputLengths, OutputLengths unit.Percentiles // zero where one number or a range was given
	InputSeen, OutputSeen       []float64        // tokens, the lengths of a trace; see Observe
	KVPrecision                 string
	Engine                      string
	Arguments                   engine.Settings // that the engine is started with
	Images                      int             // that a request brings
	Turns                       int             // of a conversation; 0 and 1 are requests on their own
	ThinkTime                   float64         // s, between them
	Adapters                    Adapters
	Stages                      int  // of pipeline parallelism, today's; 0 is not said
	Disaggregate                bool // prefill and decode are to be sized apart too

	Tested *Tested // load tests of one replica; nil without
}

// Groups returns the data-parallel groups of attention of a replica whose layers so many accelerators
// share: those told, or as many of them as divide these.
func (l LLM) Groups(tensor int) int {
	a, b := max(int(l.Arguments.Copies), 1), tensor
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, 1)
}

// Adapters are LoRA adapters that a replica has at once, all of one rank; zero is none.
type Adapters struct{ Number, Rank int }

// Tested is what load tests of a language model drove, and what they showed.
type Tested struct {
	Accelerator string // catalog id
	PerReplica  int    // 0 is the fewest that hold the model
	Runs        []loadtest.Run
}

// Resolved is a trait after merging, as reports list it.
type Resolved struct {
	Spec  Spec
	Value Value
}

// Assumed reports whether the trait was defaulted, by itself or by a preset.
func (r Resolved) Assumed() bool { return r.Value.Origin.Kind <= origin.Preset }

// Apart returns the values of all traits but the named ones as one text, by which workloads
// that differ in those alone are told from others.
func (w *Workload) Apart(names []string) string {
	var b strings.Builder
	for _, t := range w.Traits {
		if v := t.Value; !slices.Contains(names, t.Spec.Name) {
			fmt.Fprintf(&b, "%s=%v %q %q %v %v %v %v %s\n", t.Spec.Name, v.Interval, v.Text, v.Words, v.Window, v.Points, v.Elsewhere, v.Percentiles, v.File)
		}
	}
	return b.String()
}

// What --stay keeps of today.
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
