package candidate

import "cmp"

// order is how far a candidate came before it failed: later is nearer.
var order = func() map[string]int {
	codes := []string{
		NoVariant, NotAllowed, Unknown, Measured, CannotRun, Memory, NoPrice, SlowAlone, Unstable, Throughput, ScalingPeak,
		ReplicaLimit, Quota, Losses, JobWindow, Budget, Blocked,
	}
	m := make(map[string]int, len(codes))
	for i, c := range codes {
		m[c] = i
	}
	return m
}()

// CompareMisses orders two excuses by how near the candidate was to holding: negative
// when a failed a later test than b, or the same test by less.
func CompareMisses(a, b *Excuse) int {
	if c := cmp.Compare(order[b.Code], order[a.Code]); c != 0 {
		return c
	}
	return cmp.Compare(a.NearMiss.Gap(), b.NearMiss.Gap())
}

// Gap returns the ratio by which a near miss misses: at least 1, larger when farther,
// and very large where a value is not known.
func (m NearMiss) Gap() float64 {
	const unknown = 1e18
	if m.Value <= 0 || m.Needed <= 0 {
		return unknown
	}
	return max(m.Needed/m.Value, m.Value/m.Needed)
}
