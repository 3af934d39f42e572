package export

import (
	"cmp"
	"fmt"
	"strings"

	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/prom"
)

// matchers select the series of the service.
func (p Plan) matchers() string {
	if p.Selector != "" {
		return p.Selector
	}
	var all []string
	if p.Namespace != "" {
		all = append(all, fmt.Sprintf("namespace=%q", p.Namespace))
	}
	return strings.Join(append(all, fmt.Sprintf("pod=~%q", strings.ReplaceAll(p.Name, ".", "[.]")+"-.*")), ",")
}

// series is a metric of the service.
func (p Plan) series(metric string, more ...string) string {
	return metric + "{" + strings.Join(append([]string{p.matchers()}, more...), ",") + "}"
}

// rateQuery is the requests a second, over a window.
func (p Plan) rateQuery(window string) (string, bool) {
	m, ok := p.metric("requests")
	counter := m.Counter
	if counter == "" && m.Histogram != "" {
		counter = m.Histogram + "_count"
	}
	switch {
	case !ok || counter == "" && m.Query == "":
		return "", false
	case m.Query != "":
		return strings.NewReplacer("$selector", p.matchers(), "$window", window).Replace(m.Query), true
	}
	query := "sum(rate(" + p.series(counter, own(m)...) + "[" + window + "]))"
	for _, left := range except(m) {
		query += " - (sum(rate(" + p.series(counter, left) + "[" + window + "])) or vector(0))"
	}
	return query, true
}

// own are the matchers of a metric itself.
func own(m prom.Metric) []string {
	if m.Where == "" {
		return nil
	}
	return []string{m.Where}
}

// except are matchers of series that are left out, each by itself.
func except(m prom.Metric) []string {
	if m.Except == "" {
		return nil
	}
	s, err := prom.ParseSelector(m.Except)
	if err != nil {
		return nil
	}
	var all []string
	for _, one := range s {
		all = append(all, prom.Selector{one}.String())
	}
	return all[:min(len(all), 1)] // further labels would take the same series away twice
}

// quantile is a percentile of a time of requests, in seconds.
func (p Plan) quantile(quantity string, q float64) (string, bool) {
	for _, m := range p.metrics(quantity) {
		if m.Histogram == "" {
			continue
		}
		query := fmt.Sprintf("histogram_quantile(%g, sum by (le) (rate(%s[5m])))", q, p.series(m.Histogram+"_bucket", own(m)...))
		if factor := scaleOf(m.Unit); factor != "" {
			query += factor
		}
		return query, true
	}
	return "", false
}

func (p Plan) metrics(quantity string) []prom.Metric {
	if p.Profile == nil {
		return nil
	}
	return p.Profile.Quantities[quantity]
}

// scaleOf turns a unit of time into seconds.
func scaleOf(unit string) string {
	return map[string]string{"ms": " / 1e3", "us": " / 1e6", "ns": " / 1e9"}[unit]
}

// replicaQuery counts the replicas that answer.
func (p Plan) replicaQuery() (string, bool) {
	for _, m := range p.metrics("replicas") {
		switch {
		case m.Targets != "":
			return "count(count by (instance, pod) (" + p.series(m.Targets) + "))", true
		case m.Gauge != "":
			return cmp.Or(m.Across, "sum") + "(" + p.series(m.Gauge) + ")", true
		}
	}
	return "", false
}

// ProfileOf returns the name of the profile of metrics for the plan's server; generic where the server is
// not known.
func ProfileOf(p Plan) string {
	if p.language() {
		if row, err := engine.Named(p.Workload.LLM.Engine); err == nil {
			return row.Metrics
		}
	}
	if o := p.Manifest; o != nil {
		for _, s := range o.Served {
			if name := map[string]string{"triton": "triton", "tgi": "tgi", "nim": "nim", "llama.cpp": "llama-cpp"}[s.Engine]; name != "" {
				return name
			}
		}
	}
	return "generic"
}
