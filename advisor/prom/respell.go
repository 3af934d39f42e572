package prom

import (
	"slices"
	"strings"
)

// respell adds, behind the metrics of a profile, those under the names that collectors may store: counters with
// the suffix _total, which OpenMetrics asks of them, or without it, and underscores in place of colons, which
// OpenTelemetry keeps for recording rules.
func (p *Profile) respell() {
	counters := map[string]bool{}
	for _, list := range p.Quantities {
		for _, m := range list {
			counters[m.Counter], counters[m.Per] = true, true
		}
	}
	total := func(name string) string {
		if without, total := strings.CutSuffix(name, "_total"); total && without != "" {
			return without
		}
		if counters[name] && name != "" && !ofCounter.MatchString(name) {
			return name + "_total"
		}
		return name
	}
	plain := func(name string) string { return strings.ReplaceAll(name, ":", "_") }
	spellings := []spelling{{total, same}, {plain, plain}, {func(name string) string { return plain(total(name)) }, plain}}
	for name, list := range p.Quantities {
		var all []Metric
		for _, m := range list {
			all = append(all, m)
			for _, s := range spellings {
				if r := m.spelled(s); !slices.ContainsFunc(list, r.reads) && !slices.Contains(all, r) {
					all = append(all, r)
				}
			}
		}
		p.Quantities[name] = all
	}
	p.probes = slices.Clone(p.Probe)
	for _, name := range p.Probe {
		for _, s := range spellings {
			if r := s.counters(name); !slices.Contains(p.probes, r) {
				p.probes = append(p.probes, r)
			}
		}
	}
}

// spelling is how names are stored: those of counters, and all others.
type spelling struct{ counters, others func(string) string }

func same(name string) string { return name }

// spelled is a metric under other names.
func (m Metric) spelled(s spelling) Metric {
	m.Counter, m.Per, m.Targets = s.counters(m.Counter), s.counters(m.Per), s.counters(m.Targets)
	m.Gauge, m.Histogram, m.respelled = s.others(m.Gauge), s.others(m.Histogram), true
	return m
}

// reads reports whether another metric reads the same.
func (m Metric) reads(other Metric) bool {
	other.respelled = m.respelled
	return m == other
}
