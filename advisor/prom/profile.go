package prom

import (
	"cmp"
	"slices"
)

// Profile maps the metrics of a serving system to quantities. It is a YAML file, ours and the user's alike.
type Profile struct {
	ID       string   `yaml:"id"`
	Title    string   `yaml:"title"`
	Kind     string   `yaml:"kind"`      // one of Kinds
	Engine   string   `yaml:"engine"`    // value of the trait engine, "" for none
	OneModel bool     `yaml:"one_model"` // a server of it holds one model: further names are adapters of it, or other names for it
	Source   string   `yaml:"source"`    // where the metrics are documented
	Probe    []string `yaml:"probe"`     // the system is present where any of these metrics exists
	Labels   []string `yaml:"labels"`    // labels of --selector that the series have; nil for all
	Notes    string   `yaml:"notes"`

	Quantities map[string][]Metric `yaml:"quantities"` // by name, in the order in which to try them

	File string `yaml:"-"` // name of the file in messages
	Text []byte `yaml:"-"` // content of the file

	probes []string // of Probe, under either name
}

// Kinds of systems that a profile may describe.
var Kinds = []string{"classic", "front", "general", "hardware", "language"}

// Metric is one way to read a quantity: exactly one of Counter, Gauge, Histogram, Targets and Query is set.
type Metric struct {
	Counter   string `yaml:"counter"`   // its rate; divided by that of Per, where given
	Per       string `yaml:"per"`       // another counter
	Gauge     string `yaml:"gauge"`     // its mean over time, summed over series unless Across says otherwise
	Histogram string `yaml:"histogram"` // name without _bucket; classic or native
	Targets   string `yaml:"targets"`   // counts the servers that expose this metric
	Query     string `yaml:"query"`     // PromQL that yields one series, with $selector and $window
	Label     string `yaml:"label"`     // reads the value of this label in place of the values
	Across    string `yaml:"across"`    // how series are combined: sum, avg, max, count
	Where     string `yaml:"where"`     // additional matchers
	Except    string `yaml:"except"`    // matchers of series that are left out, each by itself
	Unit      string `yaml:"unit"`      // unit of the values; "" for the quantity's own
	Needs     string `yaml:"needs"`     // of a Query: the metric that must exist

	respelled bool // by respell
}

// Quantity is something that profiles may provide.
type Quantity struct {
	Name  string
	Trait string // trait that it sets or helps to set, "" where it is only shown
	Units map[string]float64
	Doc   string
}

var (
	plain    = map[string]float64{"": 1}
	seconds  = map[string]float64{"s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
	bytesOf  = map[string]float64{"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "MB": 1e6, "GB": 1e9}
	fraction = map[string]float64{"": 1, "percent": 0.01}
)

// quantities lists what profiles may tell of, in the order of reports.
var quantities = []Quantity{
	{"requests", "qps", plain, "requests that arrived or were served, counted"},
	{"latency", "service_time", seconds, "time from a request to its whole answer"},
	{"execution", "batch_time", seconds, "time of one execution, of a batch where batches are formed"},
	{"batch", "batch_time", plain, "requests in one execution"},
	{"queue_time", "", seconds, "time that a request waits before it is worked on"},
	{"input_tokens", "input_tokens", plain, "tokens of a prompt"},
	{"output_tokens", "output_tokens", plain, "tokens generated for a request"},
	{"prefix_hit", "prefix_hit", fraction, "share of prompt tokens found in the prefix cache"},
	{"ttft", "", seconds, "time to the first token"},
	{"tpot", "", seconds, "time per output token"},
	{"running", "", plain, "requests being worked on"},
	{"waiting", "", plain, "requests that wait"},
	{"saturation", "", plain, "events of overload: refusals, preemptions, full queues, counted"},
	{"cache_usage", "", fraction, "share of the KV cache in use"},
	{"replicas", "replicas", plain, "replicas that serve"},
	{"accelerators", "gpus_per_replica", plain, "accelerators that the replicas own"},
	{"utilization", "", fraction, "share of time that accelerators work"},
	{"memory_used", "", bytesOf, "memory of accelerators in use"},
	{"memory_free", "", bytesOf, "memory of accelerators that is free"},
	{"cold_start", "cold_start", seconds, "time from the start of a replica to its readiness"},
	{"cost", "", plain, "cost of what serves, USD an hour"},
	{"model", "model", plain, "the model's name, from a label"},
	{"gpu", "gpu", plain, "the accelerator's name, from a label"},
}

func quantityNamed(name string) (Quantity, bool) {
	for _, q := range quantities {
		if q.Name == name {
			return q, true
		}
	}
	return Quantity{}, false
}

// Told lists the quantities of a profile in the order of the table.
func (p *Profile) Told() []string {
	var names []string
	for _, q := range quantities {
		if len(p.Quantities[q.Name]) > 0 {
			names = append(names, q.Name)
		}
	}
	return names
}

// Needed lists the metrics that a quantity can be read from, in the order of trying them.
func (p *Profile) Needed(quantity string) []string {
	var names []string
	for _, m := range p.Quantities[quantity] {
		if !m.respelled {
			names = append(names, m.name())
		}
	}
	return names
}

// language reports whether requests are those of a language model: the system is one, or stands before
// some and counts their tokens.
func (p *Profile) language() bool {
	return p.Kind == "language" || len(p.Quantities["input_tokens"]) > 0
}

// metrics are the names of all series that the profile may read.
func (p *Profile) metrics() []string {
	var names []string
	for _, list := range p.Quantities {
		for _, m := range list {
			names = append(names, m.series()...)
		}
	}
	slices.SortFunc(names, cmp.Compare[string])
	return slices.Compact(names)
}

// buckets are the names of the buckets of the profile's histograms.
func (p *Profile) buckets() []string {
	var names []string
	for _, list := range p.Quantities {
		for _, m := range list {
			if m.Histogram != "" {
				names = append(names, m.Histogram+"_bucket")
			}
		}
	}
	return names
}

// name is the metric as its documentation calls it.
func (m Metric) name() string {
	return cmp.Or(m.Counter, m.Gauge, m.Histogram, m.Targets, m.Needs, m.Query)
}

// series are the names of the series that the metric reads, to ask whether they exist.
func (m Metric) series() []string {
	switch {
	case m.Histogram != "":
		return []string{m.Histogram, m.Histogram + "_count"}
	case m.Query != "":
		if m.Needs == "" {
			return nil
		}
		return []string{m.Needs}
	}
	names := []string{cmp.Or(m.Counter, m.Gauge, m.Targets)}
	if m.Per != "" {
		names = append(names, m.Per)
	}
	return names
}

// Known is the set of metrics that exist.
type Known map[string]bool

// forms are the forms in which a metric may be stored: a histogram as classic or as native.
func (m Metric) forms() []bool {
	if m.Histogram == "" {
		return []bool{false}
	}
	return []bool{false, true}
}

// readable reports whether the metric can be read in a form where these metrics exist.
func (m Metric) readable(known Known, native bool) bool {
	there := func(name string) bool {
		narrowed, asked := known[m.whereof(name)]
		return known[name] && (narrowed || !asked || m.Where == "")
	}
	switch {
	case native:
		return there(m.Histogram) && (!known[m.Histogram+"_count"] || known[m.Histogram+"_bucket"]) // else quantiles of a summary
	case m.Histogram != "":
		return there(m.Histogram + "_count")
	}
	return !slices.ContainsFunc(m.series(), func(name string) bool { return !there(name) })
}
