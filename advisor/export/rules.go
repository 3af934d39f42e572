package export

import (
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/unit"
)

// Names of the recorded series; the profile scaleadvise reads them.
const (
	recordedRate     = "scaleadvise:requests:rate5m"
	recordedReplicas = "scaleadvise:replicas:count"
	recordedCapacity = "scaleadvise:capacity:qps"
	recordedUsed     = "scaleadvise:utilization:ratio"
	recordedPeak     = "scaleadvise:requests:peak1d"
	recordedRunway   = "scaleadvise:runway:days"
	recordedInFlight = "scaleadvise:requests_in_flight:sum"
	recordedCost     = "scaleadvise:cost:usd_per_month"
	recordedLatency  = "scaleadvise:latency:quantile"
	recordedTTFT     = "scaleadvise:ttft:quantile"
	recordedTPOT     = "scaleadvise:tpot:quantile"
)

// shortRunway is the runway under which one is told, in days: new hardware takes weeks.
const shortRunway = 30

// recording is a rule that records a series.
type recording struct{ name, expr, why string }

// alert is a rule that fires.
type alert struct {
	name, expr, wait, severity string
	summary, description       string
}

// labelled is a recorded series of the service.
func (p Plan) labelled(name string) string { return fmt.Sprintf("%s{service=%q}", name, p.Name) }

// recordings are the series that alerts, the dashboard and observe read.
func (p Plan) recordings() ([]recording, error) {
	arrivals, ok := p.rateQuery("5m")
	if !ok {
		return nil, p.noMetric("requests")
	}
	replicas, ok := p.replicaQuery()
	if !ok {
		replicas = "vector(" + strconv.Itoa(p.plan().Replicas) + ")"
	}
	each := number(p.replicaQPS())
	all := []recording{
		{recordedRate, arrivals, ""},
		{recordedReplicas, replicas, ""},
		{recordedCapacity, p.labelled(recordedReplicas) + " * " + each, "One replica carries " + rate(p.replicaQPS()) + " within every bound."},
		{recordedUsed, p.labelled(recordedRate) + " / " + p.labelled(recordedCapacity), ""},
		{recordedPeak, "max_over_time(" + p.labelled(recordedRate) + "[1d])", ""},
		{recordedRunway, p.runwayQuery(), "Days until the peaks of the days, growing as in the last two weeks, reach what the plan carries."},
	}
	if query, err := p.totalInFlight(); err == nil {
		all = append(all, recording{recordedInFlight, query, ""})
	}
	if cost, ok := p.costOfReplica(); ok {
		why := number(cost) + " USD a month for each replica"
		if day := p.plan().AsOf; day != "" && p.Cost == nil {
			why += ", by the price of " + day
		}
		all = append(all, recording{recordedCost, p.labelled(recordedReplicas) + " * " + number(cost), why + "."})
	}
	for _, b := range p.latencies() {
		all = append(all, recording{b.recorded, b.query, ""})
	}
	return all, nil
}

// totalInFlight is the requests that run and wait.
func (p Plan) totalInFlight() (string, error) {
	p.Scaling.Signal = "requests_in_flight"
	return p.totalQuery()
}

// runwayQuery is the days until peaks reach the capacity. Peaks that do not grow never do, and less
// than a week of them tells no growth: there is no series then.
func (p Plan) runwayQuery() string {
	peak := p.labelled(recordedPeak)
	plan := number(p.plan().CapacityQPS)
	grown := "(deriv(" + peak + "[14d]) * 86400 > 0)"
	return "(" + plan + " - " + peak + ") / " + grown + " and " + peak + " offset 1w"
}

// latency is a bound with the series that shows it.
type latency struct {
	recorded, query, words string
	bound, percentile      float64
}

// latencies are the bounds that the profile's metrics show.
func (p Plan) latencies() []latency {
	s := p.Advice.Workload
	var all []latency
	add := func(recorded, quantity, words string, bound, percentile float64) {
		query, ok := p.quantile(quantity, percentile)
		if ok && bound > 0 {
			all = append(all, latency{recorded, query, words, bound, percentile})
		}
	}
	add(recordedLatency, "latency", "latency", s.LatencySeconds, s.Percentile)
	add(recordedTTFT, "ttft", "time to the first token", s.TTFT, s.TokenPercent)
	add(recordedTPOT, "tpot", "time per output token", s.TPOT, s.TokenPercent)
	return all
}

// alerts are what somebody has to know.
func (p Plan) alerts() []alert {
	used, free := p.labelled(recordedUsed), 1-p.Workload.Headroom
	all := []alert{
		{"ScaleadviseCapacityReached", used + " >= 1", "5m", "critical",
			p.Name + " receives more than it carries",
			"The load is {{ $value | humanizePercentage }} of what its replicas carry within every bound; the queue grows. Add replicas (scaleadvise advise says how many)."},
		{"ScaleadviseHeadroomUsed", fmt.Sprintf("%s > %s < 1", used, number(free)), "15m", "warning",
			p.Name + " has little room left",
			"The load is {{ $value | humanizePercentage }} of what its replicas carry within every bound; the plan keeps " + percent(1-free) + " free."},
		{"ScaleadviseRunwayShort", fmt.Sprintf("%s < %d and %s > 0", p.labelled(recordedRunway), shortRunway, p.labelled(recordedRunway)), "6h", "warning",
			p.Name + " outgrows its plan within " + strconv.Itoa(shortRunway) + " days",
			"The peaks of its days, growing as in the last two weeks, reach " + rate(p.plan().CapacityQPS) + " in {{ $value | humanize }} days. Plan again: scaleadvise observe reads the series that these rules record."},
	}
	for _, b := range p.latencies() {
		name := map[string]string{recordedLatency: "Latency", recordedTTFT: "FirstToken", recordedTPOT: "TokenTime"}[b.recorded]
		all = append(all, alert{"Scaleadvise" + name + "AboveBound", p.labelled(b.recorded) + " > " + number(b.bound), "10m", "warning",
			fmt.Sprintf("%s: %s %s above %s", p.Name, unit.PercentileName(b.percentile), b.words, seconds(b.bound)),
			"It is {{ $value | humanizeDuration }}. Where the load is within the capacity, the plan's numbers do not fit the service: measure a replica (scaleadvise help load-tests)."})
	}
	return append(all, alert{"ScaleadviseMetricsMissing", "absent(" + p.labelled(recordedRate) + ")", "15m", "warning",
		"Nothing is known of the load of " + p.Name,
		"No series match {" + p.matchers() + "}: the service is down, or its metrics are not read. No other alert of this group can fire."})
}

// prometheusRule writes the operator's object.
func prometheusRule(p Plan) (Output, error) {
	groups, err := p.groups()
	if err != nil {
		return Output{}, err
	}
	return single(document(p.heading()+"\nWithout the operator, the content of spec is a file of rules.", mapping(
		field{"apiVersion", "monitoring.coreos.com/v1", ""}, field{"kind", "PrometheusRule", ""}, p.metadata("-capacity"),
		field{"spec", mapping(field{"groups", groups, ""}), ""})))
}

// groups are the rules as Prometheus reads them.
func (p Plan) groups() (*yaml.Node, error) {
	recordings, err := p.recordings()
	if err != nil {
		return nil, err
	}
	records, fires := list(), list()
	service := mapping(field{"service", p.Name, ""})
	for _, r := range recordings {
		records.Content = append(records.Content, mapping(field{"record", r.name, r.why}, field{"expr", r.expr, ""}, field{"labels", service, ""}))
	}
	for _, a := range p.alerts() {
		fires.Content = append(fires.Content, mapping(
			field{"alert", a.name, ""}, field{"expr", a.expr, ""}, field{"for", a.wait, ""},
			field{"labels", mapping(field{"severity", a.severity, ""}, field{"service", p.Name, ""}), ""},
			field{"annotations", mapping(field{"summary", a.summary, ""}, field{"description", a.description, ""}), ""}))
	}
	return list(
		mapping(field{"name", p.Name + "-scaleadvise-recording", ""}, field{"interval", "1m", ""}, field{"rules", records, ""}),
		mapping(field{"name", p.Name + "-scaleadvise-alerts", ""}, field{"rules", fires, ""}),
	), nil
}

// number writes a number with four significant digits.
func number(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
