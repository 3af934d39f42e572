package capacity

import "scaleadvise/advisor/candidate"

// order is how far a candidate came before it failed: later is nearer.
var order = func() map[string]int {
	codes := []string{
		candidate.NoVariant, candidate.NotAllowed, candidate.NoMeasurement, candidate.CannotRun, candidate.Memory, candidate.NoPrice,
		candidate.SlowAlone, candidate.Unstable, candidate.Throughput, candidate.ScalingPeak, candidate.ReplicaLimit,
		candidate.Losses, candidate.JobWindow, candidate.Budget, candidate.Blocked,
	}
	m := make(map[string]int, len(codes))
	for i, c := range codes {
		m[c] = i
	}
	return m
}()

// nearer reports whether miss a is nearer to holding than miss b: it failed a later
// test, or the same test by less, or as closely at a lower cost.
func nearer(a trial, ea *candidate.Excuse, b trial, eb *candidate.Excuse) bool {
	if order[ea.Code] != order[eb.Code] {
		return order[ea.Code] > order[eb.Code]
	}
	if ga, gb := gap(ea.NearMiss), gap(eb.NearMiss); ga != gb {
		return ga < gb
	}
	return a.cost(a.n) < b.cost(b.n)
}

// gap is the ratio by which a near miss misses, at least 1 and larger when farther.
func gap(m candidate.NearMiss) float64 {
	if m.Value <= 0 || m.Needed <= 0 {
		return 1e18
	}
	return max(m.Needed/m.Value, m.Value/m.Needed)
}

// Nearer reports whether the miss of one strategy is nearer to holding than another's.
func Nearer(a, b Best) bool {
	if a.Excuse == nil || b.Excuse == nil {
		return b.Excuse != nil
	}
	if order[a.Excuse.Code] != order[b.Excuse.Code] {
		return order[a.Excuse.Code] > order[b.Excuse.Code]
	}
	return gap(a.Excuse.NearMiss) < gap(b.Excuse.NearMiss)
}
