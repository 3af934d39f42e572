package workload

import (
	"cmp"
	"fmt"
	"strconv"

	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/origin"
)

// fallback is a default: the text that is read where the trait is missing, why
// this value, and when it applies at all (nil: always).
type fallback struct {
	name, text, reason string
	when               func(*resolver) bool
}

// UsualPeakToMean is the ratio of peak to mean of a day whose shape is not known.
const UsualPeakToMean = 3

var newest, _ = engine.Named(engine.Default)

// fallbacks is the only list of defaults. Conditions ask what was given, never
// what was defaulted, so the order does not matter.
var fallbacks = []fallback{
	{"peak_to_mean", strconv.Itoa(UsualPeakToMean), "the busiest 1 % of hours of a month of web traffic reach 2.6 times the mean (NASA-HTTP trace, July 1995), rounded up",
		func(r *resolver) bool { return r.given("users", "requests_per_user") }},
	{"peak_to_mean", "1", "a qps without --peak-to-mean is read as the peak",
		func(r *resolver) bool { return r.given("qps") }},
	{"burstiness", "1", "arrivals of many independent users form nearly a Poisson process (Palm-Khintchine)", nil},
	{"growth", "0%/month", "no growth was given, so today's demand is planned for", nil},
	{"model", "bert-large", "no model was named; this one is common and measured on most hardware",
		func(r *resolver) bool { return !r.measured() }},
	{"model", "bert-large", "no model was named; the service was measured, so this matters only for hardware that was not",
		(*resolver).measured},
	{"service_cv", "0", "inference of one model takes nearly the same time for every request (Clockwork, OSDI 2020)",
		func(r *resolver) bool { return r.measured() && !r.given("load_test") }}, // which shows it
	{"concurrency", "1", "a service time alone means one request at a time",
		func(r *resolver) bool { return r.given("service_time") && !r.given("batch_time", "max_batch") }},
	{"kv_precision", "fp16", "engines keep the KV cache in the precision of the activations unless stated otherwise", (*resolver).generates},
	{"engine", engine.Default, "no engine was named; " + engine.Default + " is the one with the most public measurements; its defaults are those of " + newest.Title, (*resolver).generates},
	{"prefix_hit", "0", "nothing says that prompts share a start", (*resolver).generates},
	{"p99", "100ms", "no bound on latency was given; 100 ms is the limit of what feels instant (Nielsen 1993)",
		func(r *resolver) bool { return !r.given("p99", "latency") && !r.language() }},
	{"latency_percentile", "99", "a bound on latency without a percentile is read as the 99th",
		func(r *resolver) bool { return r.given("latency", "ttft", "tpot") }},
	{"replica_availability", "99.5%", "AWS commits to 99.5 % a month for a single instance (Compute SLA, instance level, 2022)", nil},
	{"zones", "1", "nothing says that instances spread over zones", nil},
	{"balancing", "random", "Kubernetes services pick a replica at random (kube-proxy, iptables mode)", nil},
	{"cloud", "aws,gcp,azure,oci", "the four large clouds with public price lists", nil},
	{"pricing", "on-demand", "no commitment was given", nil},
	{"stay", "cloud,vendor,engine", "another cloud, vendor or engine is a project of its own; the possible saving is shown", nil},
	{"objective", "stability", "a deployment that holds is kept; --objective cost selects the cheapest plan that holds", nil},
}

// measuredHere says that a measurement that names no hardware is of today's.
func (r *resolver) measuredHere(added Set) error {
	if r.given("measured_on") || !r.measured() || !r.given("gpu", "machine") {
		return nil
	}
	here, units := cmp.Or(r.text("machine"), r.text("gpu")), max(r.count("gpus_per_replica"), r.count("cpu"))
	if units > 1 || units == 1 && r.given("machine") {
		here = fmt.Sprintf("%dx%s", units, here)
	}
	o := origin.Origin{Kind: origin.Default, Name: "--measured-on", Reason: "a measurement that names no hardware is of today's"}
	return ParseSet("measured_on", here, o, added)
}

// MeasuredIn reports whether a set states how fast the user's service is.
func MeasuredIn(s Set) bool { return s.given(serviceTraits) }

// measured reports whether the service was measured by the user.
func (r *resolver) measured() bool { return r.given(serviceTraits...) }

// serviceTraits are those that say what one replica does.
var serviceTraits = []string{"service_time", "batch_time", "replica_qps", "load_test"}

// generates reports whether the traits speak of a language model.
func (r *resolver) generates() bool {
	return r.language() || r.given(tokenTraits...)
}

// language reports whether the plan says itself that its model is a language model. Traits of
// tokens say no such thing: on a classic model they must not take its bound away.
func (r *resolver) language() bool { return r.w.Facts != nil && r.w.Facts.Kind == "llm" }

// tokenTraits are the traits that only language models have; the first, encoders too; the second, those with
// a decoder.
var tokenTraits = []string{"input_tokens", "output_tokens", "prefix_hit", "ttft", "tpot", "kv_precision", "engine", "engine_arg", "pipeline_parallel", "disaggregate", "lora", "speculation", "images", "turns", "think_time", "compare_api"}

// defaults completes the traits. A default is read by the same code as a given
// value.
func (r *resolver) defaults() error {
	added := Set{}
	for _, d := range fallbacks {
		_, known := r.set[d.name]
		if _, again := added[d.name]; known || again || (d.when != nil && !d.when(r)) {
			continue
		}
		spec, _ := Lookup(d.name)
		o := origin.Origin{Kind: origin.Default, Name: "--" + spec.Flag, Reason: d.reason}
		if err := ParseSet(d.name, d.text, o, added); err != nil {
			return err
		}
	}
	if err := r.measuredHere(added); err != nil {
		return err
	}
	for name, v := range added {
		r.set[name] = v
	}
	return nil
}
