package workload

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

// Resolve completes merged traits into a Workload: it adds the defaults, each
// with its reason, checks the traits against each other and notes what is odd.
// facts are those of a model that the plan describes itself, nil otherwise. The
// error joins a *TraitError for every contradiction, in table order of discovery.
// A workload without demand is allowed; see RequireDemand.
func Resolve(s Set, facts *ModelFacts, name string) (*Workload, error) {
	r := &resolver{set: s.clone(), w: &Workload{Name: name}}
	r.precisions()
	for _, trait := range []string{"precision", "kv_precision"} {
		if r.set[trait].Text == asPublished {
			delete(r.set, trait)
		}
	}
	r.model(r.described(facts))
	r.contradictions()
	if len(r.errs) > 0 {
		return nil, errors.Join(r.errs...)
	}
	if err := r.defaults(); err != nil {
		return nil, err
	}
	if r.ownService() && r.set["measured_latency"].Origin.Kind == origin.Prometheus {
		delete(r.set, "measured_latency")
	}
	r.record()
	r.demand()
	r.service()
	r.slo()
	r.today()
	r.request()
	r.limits()
	r.data()
	r.shareLengths()
	r.llm()
	r.api()
	r.list()
	r.w.SeenBeyond = r.w.exceeded(r.set["measured_percentile"].Words)
	r.plausible()
	if len(r.errs) > 0 {
		return nil, errors.Join(r.errs...)
	}
	return r.w, nil
}

// RequireDemand returns an error when nothing states the rate of requests.
func (w *Workload) RequireDemand() error {
	if w.gives("qps", "users") {
		return nil
	}
	return errors.New("no demand was given: add --qps 5000, or --users 2M with --requests-per-user 20/day")
}

// AlsoLacking adds the lengths of a language model's requests to what a workload lacks, if they are also
// missing.
func (w *Workload) AlsoLacking(err error, kind string) error {
	if err == nil || kind != "llm" || w.Measured() {
		return err
	}
	return errors.Join(err, w.RequireLengths())
}

// RequireLengths rejects a language model whose requests have unknown lengths: they matter most and cannot
// be guessed.
func (w *Workload) RequireLengths() error {
	if w.LLM.Input.Mid > 0 && w.LLM.Output.Mid > 0 {
		return nil
	}
	return fmt.Errorf("%s generates tokens, and their number decides what a request costs: add --input-tokens 1024 --output-tokens 256 "+
		"(means, p50/p90/p99, or a trace such as requests.csv; in a plan: workload.tokens)", w.Model)
}

// RequireWork returns an error when nothing says how many requests come, and nothing what a job has to do.
func (w *Workload) RequireWork() error {
	err := w.RequireDemand()
	if err == nil || w.JobAlone() {
		return nil
	}
	if !w.gives("job_window", "job_rate") {
		return err
	}
	var missing []string
	for name, example := range map[string]string{"data_size": "--data-size 2TB", "job_window": "--job-window 6h", "job_rate": "--job-rate 120MB/s"} {
		if !w.gives(name) {
			missing = append(missing, example)
		}
	}
	slices.Sort(missing)
	return fmt.Errorf("no demand was given, and for a job alone something is missing: add %s; or --qps 5000 for requests beside it", strings.Join(missing, " and "))
}

// JobAlone reports whether a job over data is all there is to do: no requests come.
func (w *Workload) JobAlone() bool {
	return !w.gives("qps", "users") && w.Data.JobWindow > 0 && w.Data.JobRate > 0 && w.gives("data_size")
}

// gives reports whether one of some traits is given.
func (w *Workload) gives(names ...string) bool {
	return slices.ContainsFunc(w.Traits, func(t Resolved) bool { return slices.Contains(names, t.Spec.Name) && !t.Assumed() })
}

// Assumed reports whether a trait was defaulted.
func (w *Workload) Assumed(trait string) bool {
	for _, t := range w.Traits {
		if t.Spec.Name == trait {
			return t.Assumed()
		}
	}
	return false
}

// resolver carries the traits on their way into a workload.
type resolver struct {
	set  Set
	w    *Workload
	errs []error
}

// given reports whether a trait was stated by somebody, not defaulted.
func (r *resolver) given(names ...string) bool { return r.set.given(names) }

func (r *resolver) number(name string) float64         { return r.set[name].Interval.Mid }
func (r *resolver) interval(name string) unit.Interval { return r.set[name].Interval }
func (r *resolver) count(name string) int              { return int(r.number(name)) }
func (r *resolver) text(name string) string            { return r.set[name].Text }
func (r *resolver) mention(name string) string         { return mention(name, r.set[name]) }

// fail reports a contradiction at the place of the trait name.
func (r *resolver) fail(name, format string, args ...any) {
	spec, _ := Lookup(name)
	r.errs = append(r.errs, &TraitError{Spec: spec, Origin: r.set[name].Origin, Err: fmt.Errorf(format, args...)})
}

func (r *resolver) warn(format string, args ...any) {
	r.w.Warnings = append(r.w.Warnings, fmt.Sprintf(format, args...))
}

// model settles which model is meant. Facts that stand in a plan go with the
// model of that plan: a model named by a higher layer is another model.
func (r *resolver) model(facts *ModelFacts) {
	v, named := r.set["model"]
	switch {
	case facts == nil:
		return
	case named && v.Origin.Kind > facts.Origin.Kind:
		r.warn("%s replaces the facts of a model (%s)", r.mention("model"), facts.Origin)
		return
	case !named:
		r.set["model"] = Value{Text: facts.Name, Origin: facts.Origin}
	}
	r.w.Facts = facts
}

// demand is mean = users × requests per user, peak = mean × peak-to-mean; a qps
// alone is the peak.
func (r *resolver) demand() {
	w, ratio := r.w, r.interval("peak_to_mean")
	w.PeakToMean, w.RequestsPerUser = max(ratio.Mid, 1), r.number("requests_per_user")
	if r.given("users") {
		u, per := r.interval("users"), r.interval("requests_per_user")
		w.Users = u.Mid
		w.Mean = u.Mid * per.Mid
		w.Peak = product(product(u, per), ratio)
	} else {
		w.Peak = product(r.interval("qps"), ratio)
		if r.given("peak_to_mean") {
			w.Mean = r.number("qps")
		}
	}
	r.recordDemand()
	w.Dispersion, w.Window = r.number("burstiness"), r.set["burstiness"].Window
	w.Growth, w.Horizon, w.LeadTime = r.interval("growth"), r.number("horizon"), r.number("lead_time")
	w.DayShape = r.text("day_shape")
}

// product of two ranges of positive quantities.
func product(a, b unit.Interval) unit.Interval {
	return unit.Interval{Mid: a.Mid * b.Mid, Low: a.Low * b.Low, High: a.High * b.High}
}

func (r *resolver) service() {
	r.w.Model, r.w.ModelAssumed = r.text("model"), !r.given("model") || r.set["model"].Origin.Kind == origin.Preset
	r.w.ModelConfig, r.w.ModelFile = r.text("model_config"), r.text("model_file")
	r.w.Precision = r.text("precision")
	r.w.Service = Service{
		Time:        r.interval("service_time"),
		CV:          r.number("service_cv"),
		Variation:   r.set["service_cv"].Variation,
		Batch:       r.batch(),
		MaxBatch:    r.count("max_batch"),
		QPS:         r.interval("replica_qps"),
		Elsewhere:   r.set["measured"].Elsewhere,
		ScalingFile: r.text("scaling_data"),
		LoadTests:   r.set["load_test"].Words,
		HostTime:    r.interval("host_time"), HostTimeGiven: r.given("host_time"),
		Told: r.ownService(),
	}
	if r.given("measured_on") {
		r.w.Service.On = r.text("measured_on")
	}
	if r.given("measured_latency") {
		r.w.SeenLatency = r.number("measured_latency")
	}
	if r.given("concurrency") {
		r.w.Service.Concurrency = r.count("concurrency")
	}
}

// ownService reports whether the user says what one replica does: by a flag, the environment, or a plan without the latency
// that it was read with. The latency that was measured is then compared with no prediction.
func (r *resolver) ownService() bool {
	seen := r.set["measured_latency"].Origin.Kind
	return r.given("measured_latency") && slices.ContainsFunc(serviceTraits, func(name string) bool {
		kind := r.set[name].Origin.Kind
		if kind == seen { // both come from one place, and a plan reads back as it was written
			return false
		}
		return kind == origin.Flag || kind == origin.Environment || kind == origin.Plan && seen == origin.Prometheus
	})
}

func (r *resolver) slo() {
	w := r.w
	w.Percentile = defaultPercentile
	switch {
	case r.given("latency"):
		w.Latency, w.Percentile = r.number("latency"), r.percentile()
	default:
		w.Latency = r.number("p99")
	}
	w.Availability, w.Unprotected = r.number("availability"), r.text("availability") == None
	w.ReplicaAvailability = r.number("replica_availability")
	w.Zones = r.count("zones")
}

// defaultPercentile of every bound that names none.
const defaultPercentile = 0.99

// percentile is --latency-percentile as a fraction.
func (r *resolver) percentile() float64 {
	if _, ok := r.set["latency_percentile"]; !ok {
		return defaultPercentile
	}
	return r.number("latency_percentile") / 100
}

func (r *resolver) today() {
	w := r.w
	w.GPU = r.text("gpu")
	w.GPUsPerReplica, w.Replicas = r.count("gpus_per_replica"), r.count("replicas")
	w.Balancing = r.text("balancing")
	w.LeastLoaded = w.Balancing == "least-loaded"
	if note := r.balanced(); note != "" {
		w.Warnings = append(w.Warnings, note+"; scaleadvise simulate runs it as it is")
	}
	w.ColdStart = r.number("cold_start")
	if text := r.text("autoscale"); text != "" {
		w.Autoscale, _ = parseAutoscale(text) // read once already, without a fault
	}
}

// balanced is how the balancing is reckoned where formulas do not know it as it is. The range
// is what simulations of 2 to 16 servers show.
func (r *resolver) balanced() string {
	switch w := r.w; {
	case (w.Balancing == "round-robin" || w.Balancing == "power-of-two") && r.given("input_tokens", "output_tokens", "ttft", "tpot"):
		return w.Balancing + " balancing is modelled as random, where requests wait longer"
	case w.LeastLoaded && w.Replicas > 1 && r.given("service_time", "replica_qps") && !r.given("batch_time", "max_batch"):
		return "least-loaded balancing is modelled as one queue shared by all servers; where each has a queue of its own, p99 is up to 30 % longer"
	}
	return ""
}

func (r *resolver) limits() {
	w := r.w
	w.MaxReplicas, w.MaxGPU = r.count("max_replicas"), r.text("max_gpu")
	w.AllowGPU = r.set["allow_gpu"].Words
	w.Owned, w.Quota = r.set["owned"].Words, r.set["quota"].Words
	w.Budget, w.GridIntensity = r.number("budget"), r.number("grid_intensity")
	w.Headroom, w.HeadroomGiven = r.number("headroom"), r.given("headroom")
	w.Clouds, w.Region, w.Prices = r.set["cloud"].Words, r.text("region"), r.priceLists()
	w.Pricing, w.Paid, w.Discounts = steadiest(w.Prices), r.set["price"].Prices, r.set["discount"].Prices
	r.onePrice("price", w.Paid)
	r.onePrice("discount", w.Discounts)
	w.Stay = r.set["stay"].Words
	if slices.Contains(w.Stay, None) && len(w.Stay) > 1 {
		r.fail("stay", "%q with other words: none keeps nothing of today", r.text("stay"))
	}
	w.AllowOptimization = r.set["allow_optimization"].Words
	w.ObjectiveCost = r.text("objective") == "cost"
}

// onePrice refuses two prices of one thing.
func (r *resolver) onePrice(trait string, prices []Price) {
	seen := map[string]bool{}
	for _, p := range prices {
		if name := strings.ToLower(p.Name); seen[name] {
			r.fail(trait, "%s has two values; give one", p.Name)
		} else {
			seen[name] = true
		}
	}
}

func (r *resolver) data() {
	r.w.Data = Data{
		Size:      r.number("data_size"),
		Growth:    r.number("data_growth"),
		Retention: r.number("retention"),
		JobWindow: r.number("job_window"),
		JobRate:   r.number("job_rate"),
	}
}

func (r *resolver) llm() {
	in, out := r.set["input_tokens"], r.set["output_tokens"]
	r.w.LLM = LLM{
		Input: in.Interval, Output: out.Interval,
		InputLengths: in.Percentiles, OutputLengths: out.Percentiles,
		PrefixHit: r.number("prefix_hit"),
		TTFT:      r.number("ttft"), TPOT: r.number("tpot"),
		Percentile: r.percentile(), Activations: r.w.LLM.Activations, PackedBits: packedBits(r.set["precision"].Words), PlainKernel: slices.ContainsFunc(r.set["precision"].Words, catalog.PlainKernel), Integers: slices.ContainsFunc(r.set["precision"].Words, catalog.Integers),
		KVPrecision: r.text("kv_precision"), Engine: r.text("engine"), Stages: r.count("pipeline_parallel"), Disaggregate: r.text("disaggregate") == "true", Images: r.count("images"), Turns: r.count("turns"), ThinkTime: r.number("think_time"),
	}
	if text := r.text("lora"); text != "" {
		r.w.LLM.Adapters, _ = parseLoRA(text) // it was read once before
	}
	r.arguments()
	r.speculation()
}

// list puts every known trait into the workload in table order.
func (r *resolver) list() {
	for _, spec := range specs {
		if v, ok := r.set[spec.Name]; ok {
			r.w.Traits = append(r.w.Traits, Resolved{Spec: spec, Value: v})
		}
	}
}

// priceLists are the price lists to buy from.
func (r *resolver) priceLists() []string {
	v := r.set["pricing"]
	if v.Words == nil {
		return strings.Split(v.Text, ",")
	}
	return v.Words
}

// steadiest is the list of several on which a machine can be had at any time: that of demand, else
// a commitment, else spot.
func steadiest(lists []string) string {
	for _, list := range []string{"on-demand", "1y", "3y"} {
		if slices.Contains(lists, list) {
			return list
		}
	}
	return strings.Join(lists, ",")
}
