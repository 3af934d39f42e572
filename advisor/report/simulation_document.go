package report

import (
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/simulate"
)

// simulationSchema names the shape of the document. Keys are added to it, never renamed or
// removed.
const simulationSchema = "urn:scaleadvise:simulation:v1"

// simulationDoc is a simulation as machines read it. A pointer is null where the quantity is
// unknown or does not apply: a latency without a steady state, a time to the first token of a
// model without tokens.
type simulationDoc struct {
	Schema       string   `json:"schema"`
	Name         string   `json:"name"`
	Deployment   string   `json:"deployment"`
	Verdict      string   `json:"verdict"`
	Reasons      []string `json:"reasons"`
	Stable       bool     `json:"stable"`
	Partial      bool     `json:"partial"`
	Repeatable   bool     `json:"repeatable"` // the same seed gives the same numbers; false where a clock ended the run
	Plan         planDoc  `json:"plan"`
	SLO          sloDoc   `json:"slo"`
	Arrivals     string   `json:"arrivals"`
	Requests     int64    `json:"requests"`
	DurationS    *float64 `json:"duration_s"`
	WarmupS      *float64 `json:"warmup_s"`
	Replications int      `json:"replications"`
	Seed         uint64   `json:"seed"`

	P50MS      *float64 `json:"p50_ms"`
	P95MS      *float64 `json:"p95_ms"`
	P99MS      *float64 `json:"p99_ms"`
	P999MS     *float64 `json:"p999_ms"`
	P99LowMS   *float64 `json:"p99_low_ms"`
	P99HighMS  *float64 `json:"p99_high_ms"`
	MeanMS     *float64 `json:"mean_ms"`
	WaitMeanMS *float64 `json:"wait_mean_ms"`
	WaitP99MS  *float64 `json:"wait_p99_ms"`
	TTFTP99MS  *float64 `json:"ttft_p99_ms"`
	TPOTP99MS  *float64 `json:"tpot_p99_ms"`

	Utilization       *float64 `json:"utilization"`
	Busy              *float64 `json:"busy"`
	QueueMean         *float64 `json:"queue_mean"`
	RateQPS           *float64 `json:"rate_qps"`
	GoodputQPS        *float64 `json:"goodput_qps"`
	Rejected          int64    `json:"rejected"`
	AttemptsRefused   int64    `json:"attempts_refused"`
	AttemptsTimedOut  int64    `json:"attempts_timed_out"`
	SLOAttainment     *float64 `json:"slo_attainment"`
	SLOAttainmentLow  *float64 `json:"slo_attainment_low"`
	SLOAttainmentHigh *float64 `json:"slo_attainment_high"`

	RequestsPerWallSecond *float64            `json:"requests_per_wall_second"`
	Formula               []comparedDoc       `json:"formula"`
	Autoscaling           *autoscalingDoc     `json:"autoscaling"`
	Series                []seriesDoc         `json:"series"`
	Drain                 *drainDoc           `json:"drain"` // after the last arrival; null where no request was left
	Warnings              []string            `json:"warnings"`
	Assumptions           []assumptionDoc     `json:"assumptions"`
	Traits                map[string]traitDoc `json:"traits"`
	Next                  []string            `json:"next"`
	stamped
}

// comparedDoc is one quantity by formula and by simulation; times are milliseconds.
type comparedDoc struct {
	Quantity  string   `json:"quantity"`
	Unit      string   `json:"unit"`
	Formula   *float64 `json:"formula"`
	Simulated *float64 `json:"simulated"`
	Low       *float64 `json:"low"`
	High      *float64 `json:"high"`
	Error     *float64 `json:"error"`
	Differs   bool     `json:"differs"`
}

type autoscalingDoc struct {
	ReplicasMean         *float64 `json:"replicas_mean"`
	ReplicasMost         int      `json:"replicas_most"`
	ReplicasStatic       int      `json:"replicas_static"`
	CostUSDPerMonth      *float64 `json:"cost_usd_per_month"`
	StaticUSDPerMonth    *float64 `json:"static_cost_usd_per_month"`
	Without              []string `json:"not_included"`
	RampFactor           *float64 `json:"ramp_factor"`
	LeadS                *float64 `json:"lead_s"`
	Target               *float64 `json:"target"`
	TargetRoomForTheRamp *float64 `json:"target_with_room_for_ramp"`
}

// drainDoc is what happened from the last arrival until all requests were answered.
type drainDoc struct {
	TimeS    float64  `json:"time_s"`
	LengthS  *float64 `json:"length_s"`
	Queue    *float64 `json:"queue"`
	Busy     *float64 `json:"busy"`
	Replicas *float64 `json:"replicas"`
}

func newDrain(w simulate.Window) *drainDoc {
	if !(w.Length > 0) {
		return nil
	}
	return &drainDoc{TimeS: w.Start, LengthS: number(w.Length), Queue: number(w.Queue), Busy: number(w.Busy), Replicas: number(math.Round(w.Replicas*1e9) / 1e9)}
}

// seriesDoc is a stretch of time; counts are means over the replications.
type seriesDoc struct {
	TimeS         float64  `json:"time_s"`
	RateQPS       *float64 `json:"rate_qps"`
	GoodputQPS    *float64 `json:"goodput_qps"`
	P50MS         *float64 `json:"p50_ms"`
	P99MS         *float64 `json:"p99_ms"`
	TTFTP99MS     *float64 `json:"ttft_p99_ms"`
	Queue         *float64 `json:"queue"`
	Busy          *float64 `json:"busy"`
	Replicas      *float64 `json:"replicas"`
	Rejected      *float64 `json:"rejected"`
	SLOAttainment *float64 `json:"slo_attainment"`
}

func newSimulation(a *advice.Simulation) simulationDoc {
	r, w := a.Result, a.Workload
	d := simulationDoc{
		Schema: simulationSchema, Name: clean(w.Name), Deployment: deploymentWord(a), Verdict: string(r.Verdict), Reasons: cleanAll(r.Reasons),
		Stable: r.Stable, Partial: r.Partial, Repeatable: !r.Partial, Plan: newPlan(a.Plan, true), Arrivals: clean(a.Arrivals),
		SLO:      sloDoc{LatencyMS: millis(w.LatencySeconds), TTFTMS: millis(w.TTFT), TPOTMS: millis(w.TPOT), Percentile: known(w.Percentile), Assumed: a.SLOAssumed},
		Requests: r.Requests, DurationS: number(r.Duration), WarmupS: number(r.Warmup), Replications: r.Replications, Seed: r.Spec.Seed,
		Utilization: known(a.Utilize), Busy: number(r.Busy), RateQPS: number(r.Rate), GoodputQPS: number(r.Goodput),
		Rejected: r.Rejected, AttemptsRefused: r.Refused, AttemptsTimedOut: r.GaveUp, RequestsPerWallSecond: known(simulatedSpeed(a)),
		Formula: each(a.Errors, newCompared), Autoscaling: newAutoscaling(a.Scaling), Series: each(r.Series, newSeries), Drain: newDrain(r.Drain),
		Warnings: cleanAll(a.Warnings), Assumptions: each(a.Assumptions, newAssumption), Traits: newTraits(a.Traits), Next: cleanAll(a.Next),
	}
	if len(r.Kept) > 0 {
		d.SLOAttainment, d.SLOAttainmentLow = number(r.Attainment.Value), number(math.Max(0, r.Attainment.Low))
		d.SLOAttainmentHigh = number(math.Min(1, r.Attainment.High))
	}
	if r.Stable { // of a queue that grows without end a latency says how long the run was
		d.setTimes(r)
	}
	return d
}

func (d *simulationDoc) setTimes(r *simulate.Result) {
	d.P50MS, d.P95MS, d.P99MS, d.P999MS = millis(r.P50), millis(r.P95), millis(r.P99), millis(r.P999)
	d.P99LowMS, d.P99HighMS = spell(math.Max(0, r.P99Interval.Low)), millis(r.P99Interval.High)
	d.MeanMS, d.WaitMeanMS, d.WaitP99MS = spell(r.MeanSojourn.Value), spell(r.MeanWait.Value), spell(r.WaitP99)
	d.TTFTP99MS, d.TPOTP99MS = millis(r.TTFT99), millis(r.TPOT99)
	d.QueueMean = number(r.Queue)
}

func deploymentWord(a *advice.Simulation) string {
	if a.Declared {
		return "declared"
	}
	return "recommended"
}

func newCompared(c advice.Compared) comparedDoc {
	scale, unit := 1.0, clean(c.Unit)
	if c.Unit == "s" {
		scale, unit = 1e3, "ms"
	}
	return comparedDoc{
		Quantity: clean(c.Name), Unit: unit, Formula: number(c.Formula * scale), Simulated: number(c.Simulated.Value * scale),
		Low: number(c.Simulated.Low * scale), High: number(c.Simulated.High * scale), Error: number(c.Formula/c.Simulated.Value - 1), Differs: c.Differs,
	}
}

func newAutoscaling(s *advice.Autoscaled) *autoscalingDoc {
	if s == nil {
		return nil
	}
	return &autoscalingDoc{
		ReplicasMean: number(s.MeanReplicas), ReplicasMost: s.MostReplicas, ReplicasStatic: s.StaticReplicas,
		CostUSDPerMonth: known(s.CostPerMonth), StaticUSDPerMonth: known(s.StaticPerMonth), Without: notIncluded,
		RampFactor: number(s.Ramp), LeadS: number(s.Lead), Target: number(s.Target), TargetRoomForTheRamp: number(s.RoomFor),
	}
}

func newSeries(w simulate.Window) seriesDoc {
	d := seriesDoc{
		TimeS: w.Start, RateQPS: number(w.Asked / w.Length), GoodputQPS: number(w.Within / w.Length), P50MS: millis(w.P50), P99MS: millis(w.P99), TTFTP99MS: millis(w.TTFT99),
		Queue: number(w.Queue), Busy: number(w.Busy), Replicas: number(math.Round(w.Replicas*1e9) / 1e9), Rejected: number(w.Failed),
	}
	if w.Asked > 0 {
		d.SLOAttainment = number(w.Within / w.Asked)
	}
	return d
}
