package workload

import (
	"fmt"
	"maps"

	"scaleadvise.dev/scaleadvise/advisor/origin"
)

// Merge joins layers, trait by trait: the value of the highest origin wins, and
// among equals the later layer. Traits that say the same thing in other words are
// one group: a higher qps replaces a lower users, a higher p99 a lower latency.
// The warnings tell what was replaced so.
func Merge(layers ...Set) (Set, []string) {
	merged := Set{}
	for _, layer := range layers {
		for name, v := range layer {
			if old, ok := merged[name]; !ok || v.Origin.Kind >= old.Origin.Kind {
				merged[name] = v
			}
		}
	}
	warnings := dropLower(merged, "qps", "users", "requests_per_user")
	warnings = append(warnings, dropLower(merged, "users", "qps")...)
	if q, ok := merged["qps"]; ok {
		// The factor decides what the number means: behind a new number a factor
		// from below would silently turn a peak into a mean.
		warnings = append(warnings, drop(merged, q.Origin.Kind, "qps", "peak_to_mean")...)
	}
	warnings = append(warnings, dropLower(merged, "p99", "latency", "latency_percentile")...)
	return merged, append(warnings, dropLower(merged, "latency", "p99")...)
}

// dropLower removes the traits that the winner replaces where they come from a
// lower layer, and only then: within one layer it is a contradiction for Resolve.
// The first of them must be there for the others to belong to it.
func dropLower(s Set, winner string, losers ...string) []string {
	w, ok := s[winner]
	if first, present := s[losers[0]]; !ok || !present || first.Origin.Kind >= w.Origin.Kind {
		return nil
	}
	return drop(s, w.Origin.Kind, winner, losers...)
}

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
