package workload

import (
	"fmt"
	"maps"

	"scaleadvise/advisor/origin"
)

// Merge joins layers, trait by trait: the value of the highest origin wins, and
// among equals the later layer. Traits that say the same thing in other words are
// one group: a higher qps replaces a lower users, a higher p99 a lower latency.
// The warnings say what was replaced. A preset fills the gaps.
func Merge(layers ...Set) (Set, []string) {
	merged := Set{}
	for _, layer := range layers {
		for name, v := range layer {
			if old, ok := merged[name]; !ok || v.Origin.Kind >= old.Origin.Kind {
				merged[name] = v
			}
		}
	}
	warnings := mergeDemand(merged)
	warnings = append(warnings, mergeBound(merged)...)
	warnings = append(warnings, mergeService(merged)...)
	fromPreset(merged)
	return merged, warnings
}

// mergeService lets what a person measured of the service win over what metrics say of it, as
// one group: a part of each would describe no server. What only qualifies a measurement, such
// as its variation, goes with either.
func mergeService(s Set) []string {
	warnings := mergeLoadTest(s)
	for _, name := range serviceTraits {
		if v, ok := s[name]; ok && v.Origin.Kind > origin.Prometheus {
			return append(warnings, drop(s, origin.Plan, name, serviceTraits...)...)
		}
	}
	return warnings
}

// mergeLoadTest lets the higher of a load test and of single numbers win: each says all.
func mergeLoadTest(s Set) (warnings []string) {
	test, ok := s["load_test"]
	if !ok {
		return nil
	}
	for _, name := range serviceTraits {
		if v, ok := s[name]; ok && v.Origin.Kind > test.Origin.Kind {
			return drop(s, v.Origin.Kind, name, "load_test")
		}
	}
	return drop(s, test.Origin.Kind, "load_test", serviceTraits...)
}

// mergeDemand lets the higher of qps and users win, with all that belongs to it.
// A factor from below never stays beside a new qps: it would silently turn a peak
// into a mean. Beside new users the requests of one user and the factor of lower
// layers stay, because there they do not change what the number means.
func mergeDemand(s Set) []string {
	qps, hasQPS := s["qps"]
	users, hasUsers := s["users"]
	switch {
	case hasQPS && (!hasUsers || qps.Origin.Kind > users.Origin.Kind):
		return drop(s, qps.Origin.Kind, "qps", "users", "requests_per_user", "peak_to_mean")
	case hasQPS && hasUsers && users.Origin.Kind > qps.Origin.Kind:
		return drop(s, users.Origin.Kind, "users", "qps", "peak_to_mean")
	}
	return nil
}

// mergeBound lets the higher of p99 and latency win. The percentile goes with the
// latency it belongs to, unless a bound on tokens needs it too.
func mergeBound(s Set) []string {
	p99, hasP99 := s["p99"]
	latency, hasLatency := s["latency"]
	_, ttft := s["ttft"]
	_, tpot := s["tpot"]
	switch {
	case !hasP99 || !hasLatency:
		return nil
	case latency.Origin.Kind > p99.Origin.Kind:
		return drop(s, latency.Origin.Kind, "latency", "p99")
	case ttft || tpot:
		return drop(s, p99.Origin.Kind, "p99", "latency")
	}
	return drop(s, p99.Origin.Kind, "p99", "latency", "latency_percentile")
}

// drop removes those of the losers that come from below the winner's layer, and
// only those: within one layer it is a contradiction, for Resolve to report.
func drop(s Set, below origin.Kind, winner string, losers ...string) (warnings []string) {
	for _, name := range losers {
		v, ok := s[name]
		if !ok || v.Origin.Kind >= below {
			continue
		}
		warnings = append(warnings, fmt.Sprintf("%s replaces %s", mention(winner, s[winner]), mention(name, v)))
		delete(s, name)
	}
	return warnings
}

// mention names a trait as the person wrote it, with its place.
func mention(name string, v Value) string {
	spec, _ := Lookup(name)
	switch v.Origin.Kind {
	case origin.Flag:
		return "--" + spec.Flag
	case origin.Environment:
		return "$" + EnvName(spec)
	case origin.Plan:
		return spec.PlanKey + " (" + v.Origin.String() + ")"
	}
	return name + " (" + v.Origin.String() + ")"
}

// clone copies a layer so that the caller's stays as it is.
func (s Set) clone() Set {
	c := maps.Clone(s)
	if c == nil {
		return Set{}
	}
	return c
}
