package rule

import (
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/fact"
)

// anyMeasure draws products and quotients of what facts and numbers measure.
func anyMeasure(t *rapid.T, label string) measure {
	m := oneMeasure(t, label)
	for range rapid.IntRange(0, 2).Draw(t, label+" factors") {
		m = m.times(oneMeasure(t, label), rapid.SampledFrom([]int{1, -1}).Draw(t, label+" power"))
	}
	return m
}

func oneMeasure(t *rapid.T, label string) measure {
	if rapid.IntRange(0, 5).Draw(t, label+" kind") == 0 {
		return measure{}
	}
	unit := rapid.SampledFrom(factUnits).Draw(t, label)
	return measureOf(&fact.Fact{Type: fact.Double, Unit: unit})
}

func TestMeasureLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyMeasure(t, "a"), anyMeasure(t, "b")
		if a.fits(b) != b.fits(a) {
			t.Errorf("%v fits %v in one direction only", a, b)
		}
		if !a.fits(a) || !a.fits(measure{}) {
			t.Errorf("%v does not fit itself or a number", a)
		}
		ab, ba := a.times(b, 1), b.times(a, 1)
		if !maps.Equal(ab.powers, ba.powers) || ab.sort != ba.sort {
			t.Errorf("%v times %v is %v or %v", a, b, ab, ba)
		}
		if back := ab.times(b, -1); !maps.Equal(back.powers, a.powers) {
			t.Errorf("%v times and by %v is %v", a, b, back)
		}
		if self := a.times(a, -1); len(self.powers) != 0 {
			t.Errorf("%v by itself is %v", a, self)
		}
		if kept := a.times(measure{}, 1); !maps.Equal(kept.powers, a.powers) || kept.sort != a.sort {
			t.Errorf("%v times a number is %v", a, kept)
		}
	})
}

func TestUnitsAreWrittenAsFactsHaveThem(t *testing.T) {
	for _, unit := range factUnits {
		want := strings.TrimPrefix(strings.Replace(unit, "fraction/", "1/", 1), "fraction")
		if got := measureOf(&fact.Fact{Type: fact.Double, Unit: unit}).unit(); got != want {
			t.Errorf("%q is written %q", unit, got)
		}
	}
}

func TestUnitsThatFit(t *testing.T) {
	sound := []string{
		"plan.p99_ms > slo.latency_ms",
		"plan.p99_ms > 0.9 * slo.latency_ms",
		"slo.latency_ms - plan.p99_ms < 10",
		"demand.plan_qps > plan.utilization * plan.capacity_qps",
		"demand.plan_qps / plan.replicas > base.replica_qps",
		"demand.plan_qps / plan.capacity_qps > plan.utilization",
		"demand.plan_qps / plan.capacity_qps > plan.replicas",
		"plan.replicas > 2 * base.replicas",
		"plan.cost_usd_per_month * demand.horizon_months > plan.cost_usd_per_million",
		"demand.growth * demand.horizon_months > plan.utilization || demand.grows",
		"plan.cost_usd_per_month / demand.plan_qps > today.cost_usd_per_month / today.capacity_qps",
		"(plan.optimized ? plan.p50_ms : 3) < slo.latency_ms",
		"-plan.p99_ms < slo.latency_ms",
		"1 / demand.plan_qps < 3",
		"size(plan.optimizations) > plan.replicas",
		"plan.replicas in [1, 2, base.replicas]",
	}
	for _, when := range sound {
		if _, faults := compile(when, names{stages: outcome}); len(faults) > 0 {
			t.Errorf("%s: %s", when, faults[0].what)
		}
	}
}

func TestUnitsThatDoNotFit(t *testing.T) {
	wrong := map[string]string{
		"plan.p99_ms == data.window_hours":                          "plan.p99_ms is in ms and data.window_hours is in h",
		"demand.plan_qps / plan.capacity_qps > plan.p99_ms":         "demand.plan_qps / plan.capacity_qps is a ratio and plan.p99_ms is in ms",
		"1 / demand.plan_qps > plan.p99_ms":                         "1 / demand.plan_qps is in s and plan.p99_ms is in ms",
		"plan.replicas * plan.utilization > plan.p99_ms":            "plan.replicas * plan.utilization is a ratio and plan.p99_ms is in ms",
		"memory.needed_gib in [memory.usable_gib, plan.p99_ms]":     "memory.usable_gib is in GiB and plan.p99_ms is in ms",
		"(true ? plan.replicas : plan.utilization) > 1":             "plan.replicas is a plain number and plan.utilization is a fraction",
		"!(plan.strategy == 'none' && plan.p99_ms < demand.qps)":    "plan.p99_ms is in ms and demand.qps is in 1/s",
		"plan.optimizations.all(o, size(o) > plan.p99_ms)":          "size(o) is a plain number and plan.p99_ms is in ms",
		"plan.p99_ms * plan.p99_ms > plan.p99_ms":                   "plan.p99_ms * plan.p99_ms is in ms·ms and plan.p99_ms is in ms",
		"plan.replicas == 1 || plan.replicas + plan.p99_ms > 1":     "plan.replicas is a plain number and plan.p99_ms is in ms",
		"double(plan.replicas) - plan.cost_usd_per_month > 0":       "double(plan.replicas) is a plain number and plan.cost_usd_per_month is in USD/month",
		"plan.cost_usd_per_month > plan.cost_usd_per_million":       "plan.cost_usd_per_month is in USD/month and plan.cost_usd_per_million is in USD",
		"demand.growth > plan.utilization":                          "demand.growth is in 1/month and plan.utilization is a fraction",
		"plan.cost_usd_per_month > plan.optimizations.size() * 1.0": "plan.cost_usd_per_month is in USD/month and plan.optimizations.size() * 1.0 is a plain number",
	}
	for when, want := range wrong {
		_, faults := compile(when, names{stages: outcome})
		if len(faults) != 1 || faults[0].what != want {
			t.Errorf("%s: %+v\nwanted %s", when, faults, want)
		}
	}
}
