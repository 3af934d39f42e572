package prom

import (
	"slices"
	"strings"
)

// respell adds, behind the metrics of a profile, its counters under their other name: with the suffix _total,
// which OpenMetrics asks of a counter, or without it, as collectors of OpenTelemetry may store it.
func (p *Profile) respell() {
	counters := map[string]bool{}
	for _, list := range p.Quantities {
		for _, m := range list {
			counters[m.Counter], counters[m.Per] = true, true
		}
	}
	other := func(name string) string {
		if without, total := strings.CutSuffix(name, "_total"); total && without != "" {
			return without
		}
		if counters[name] && name != "" && !ofCounter.MatchString(name) {
			return name + "_total"
		}
		return name
	}
	for name, list := range p.Quantities {
		var all []Metric
		for _, m := range list {
			r := m
			r.Counter, r.Per, r.Targets, r.respelled = other(m.Counter), other(m.Per), other(m.Targets), true
			if all = append(all, m); (r.Counter != m.Counter || r.Per != m.Per || r.Targets != m.Targets) && !slices.ContainsFunc(list, r.reads) {
				all = append(all, r)
			}
		}
		p.Quantities[name] = all
	}
	p.probes = slices.Clone(p.Probe)
	for _, name := range p.Probe {
		if r := other(name); !slices.Contains(p.probes, r) {
			p.probes = append(p.probes, r)
		}
	}
}

// reads reports whether another metric reads the same.
func (m Metric) reads(other Metric) bool {
	other.respelled = m.respelled
	return m == other
}
