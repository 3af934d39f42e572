package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"

	"scaleadvise/advisor/unit"
)

// Parts of a dashboard, as Grafana's JSON model names them.
type (
	board struct {
		UID           string     `json:"uid"`
		Title         string     `json:"title"`
		Description   string     `json:"description"`
		Tags          []string   `json:"tags"`
		Timezone      string     `json:"timezone"`
		SchemaVersion int        `json:"schemaVersion"`
		Editable      bool       `json:"editable"`
		Refresh       string     `json:"refresh"`
		Time          span       `json:"time"`
		Templating    templating `json:"templating"`
		Panels        []panel    `json:"panels"`
	}
	span       struct{ From, To string }
	templating struct {
		List []variable `json:"list"`
	}
	variable struct {
		Name  string `json:"name"`
		Type  string `json:"type"`
		Label string `json:"label"`
		Query string `json:"query"`
	}
	source struct {
		Type string `json:"type"`
		UID  string `json:"uid"`
	}
	place struct {
		H int `json:"h"`
		W int `json:"w"`
		X int `json:"x"`
		Y int `json:"y"`
	}
	panel struct {
		ID          int         `json:"id"`
		Type        string      `json:"type"`
		Title       string      `json:"title"`
		Description string      `json:"description"`
		Datasource  source      `json:"datasource"`
		GridPos     place       `json:"gridPos"`
		FieldConfig fieldConfig `json:"fieldConfig"`
		Targets     []target    `json:"targets"`
	}
	target struct {
		RefID        string `json:"refId"`
		Expr         string `json:"expr"`
		LegendFormat string `json:"legendFormat"`
		Datasource   source `json:"datasource"`
	}
	fieldConfig struct {
		Defaults  defaults `json:"defaults"`
		Overrides []any    `json:"overrides"`
	}
	defaults struct {
		Unit       string      `json:"unit"`
		Decimals   *int        `json:"decimals,omitempty"`
		Min        *float64    `json:"min,omitempty"`
		Thresholds *thresholds `json:"thresholds,omitempty"`
	}
	thresholds struct {
		Mode  string `json:"mode"`
		Steps []step `json:"steps"`
	}
	step struct {
		Color string   `json:"color"`
		Value *float64 `json:"value"`
	}
)

// MarshalJSON writes the keys in lower case.
func (s span) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"from": s.From, "to": s.To})
}

// schemaVersion is that of Grafana 10 and 11.
const schemaVersion = 39

var prometheus = source{"prometheus", "${datasource}"}

// dashboard writes a dashboard of Grafana over the recorded series.
func dashboard(p Plan) (Output, error) {
	if _, err := p.recordings(); err != nil {
		return Output{}, err
	}
	b := board{
		UID: p.uid(), Title: p.Name + ": capacity", Description: p.heading(), Tags: []string{"scaleadvise", "capacity"},
		Timezone: "browser", SchemaVersion: schemaVersion, Editable: true, Refresh: "1m", Time: span{"now-7d", "now"},
		Templating: templating{[]variable{{"datasource", "datasource", "Prometheus", "prometheus"}}},
		Panels:     p.panels(),
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(b)
	return Output{Text: out.Bytes()}, err
}

// uid tells the dashboard from others, within Grafana's 40 characters.
func (p Plan) uid() string {
	h := fnv.New64a()
	h.Write([]byte(p.Namespace + "/" + p.Name))
	return fmt.Sprintf("scaleadvise-%016x", h.Sum64())
}

// panels are laid out on Grafana's 24 columns.
func (p Plan) panels() []panel {
	e, zero := p.plan(), 0.0
	stat := func(id int, title, doc, expr, unitOf string, x int, t *thresholds) panel {
		return panel{id, "stat", title, doc, prometheus, place{4, 6, x, 0}, fieldConfig{defaults{Unit: unitOf, Thresholds: t}, []any{}}, queries(expr, "")}
	}
	all := []panel{
		stat(1, "Share of capacity used", "The load over what the running replicas carry within every bound.", p.labelled(recordedUsed), "percentunit", 0, rising(1-p.Workload.Headroom, 1)),
		stat(2, "Runway", "Days until the peaks of the days reach what the plan carries; empty where they do not grow.", p.labelled(recordedRunway), "d", 6, falling(shortRunway)),
		stat(3, "Replicas", fmt.Sprintf("The plan has %d.", e.Replicas), p.labelled(recordedReplicas), "none", 12, nil),
	}
	if e.Priced {
		all = append(all, stat(4, "Cost a month", "By the prices of "+e.AsOf+".", p.labelled(recordedCost), "currencyUSD", 18, nil))
	}
	demand := panel{5, "timeseries", "Demand against capacity", "Requests a second, and what the replicas carry within every bound.", prometheus, place{9, 24, 0, 4},
		fieldConfig{defaults{Unit: "reqps", Min: &zero}, []any{}},
		queries(p.labelled(recordedRate), "demand", p.labelled(recordedCapacity), "capacity", p.labelled(recordedPeak), "peak of the last day", number(e.DemandQPS)+" + 0 * "+p.labelled(recordedRate), "planned peak")}
	all = append(all, demand)
	y, x := 13, 0
	for i, b := range p.latencies() {
		title := fmt.Sprintf("%s %s (bound %s)", unit.PercentileName(b.percentile), b.words, seconds(b.bound))
		all = append(all, panel{6 + i, "timeseries", title, "As the servers measure it.", prometheus, place{8, 12, x, y},
			fieldConfig{defaults{Unit: "s", Min: &zero, Thresholds: rising(b.bound, b.bound)}, []any{}},
			queries(p.labelled(b.recorded), b.words, number(b.bound)+" + 0 * "+p.labelled(b.recorded), "bound")})
		if x += 12; x == 24 {
			x, y = 0, y+8
		}
	}
	if _, err := p.totalInFlight(); err == nil {
		all = append(all, panel{20, "timeseries", "Requests in flight", "Running and waiting ones, of all replicas.", prometheus, place{8, 12, x, y},
			fieldConfig{defaults{Unit: "none", Min: &zero}, []any{}}, queries(p.labelled(recordedInFlight), "in flight")})
	}
	return all
}

// queries are targets of pairs of an expression and its legend.
func queries(pairs ...string) []target {
	var all []target
	for i := 0; i+1 < len(pairs); i += 2 {
		all = append(all, target{string(rune('A' + i/2)), pairs[i], pairs[i+1], prometheus})
	}
	return all
}

// rising colors what is worse the larger it is.
func rising(warn, bad float64) *thresholds {
	steps := []step{{"green", nil}, {"red", &bad}}
	if warn < bad {
		steps = []step{{"green", nil}, {"orange", &warn}, {"red", &bad}}
	}
	return &thresholds{"absolute", steps}
}

// falling colors what is worse the smaller it is.
func falling(least float64) *thresholds {
	return &thresholds{"absolute", []step{{"red", nil}, {"green", &least}}}
}
