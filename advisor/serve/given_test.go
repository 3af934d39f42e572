package serve

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/example"
)

// sustainedBy is what one replica of which a rate and a time were measured sustains, 1/s.
func sustainedBy(t example.T, qps, ms, cv float64, p99 string) float64 {
	return plainOf(t, map[string]string{
		"qps": "1", "gpu": "a10", "replica_qps": fmt.Sprintf("%g", qps), "service_time": fmt.Sprintf("%gms", ms),
		"service_cv": fmt.Sprintf("%g", cv), "p99": p99,
	}).Sustainable(1)
}

// TestABetterReplicaSustainsNoLess: a higher saturated rate at the same time, or the same rate at a
// shorter time, never lowers what is sustained, whether batches are inferred from the two or not.
// That the assumed batch is a whole number, and the tables of varying times, may take 2 %.
func TestABetterReplicaSustainsNoLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Float64Range(1, 40).Draw(t, "ms")
		together := rapid.Float64Range(0.5, 40).Draw(t, "requests in service")
		better := rapid.Float64Range(1, 1.5).Draw(t, "better")
		cv := rapid.SampledFrom([]float64{0, 0.3, 1, 2}).Draw(t, "cv")
		p99 := rapid.SampledFrom([]string{"50ms", "100ms", "500ms"}).Draw(t, "p99")
		qps := together / ms * 1e3
		base := sustainedBy(t, qps, ms, cv, p99)
		if got := sustainedBy(t, qps*better, ms, cv, p99); got < base*0.98 {
			t.Errorf("at %g/s %g/s are sustained, at %g/s only %g/s", qps, base, qps*better, got)
		}
		if got := sustainedBy(t, qps, ms/better, cv, p99); got < base*0.98 {
			t.Errorf("at %g ms %g/s are sustained, at %g ms only %g/s", ms, base, ms/better, got)
		}
	})
}

// TestInferredBatchesAreSaid: which of the two explanations of a rate and a time is taken, and that
// a batch varies as one.
func TestInferredBatchesAreSaid(t *testing.T) {
	for _, c := range []struct{ qps, cv, warning string }{
		{"114", "0", "assumed to serve one request after the other"},
		{"200", "1", "assumed to serve one request after the other"},
		{"900", "0", "the largest batch was not given"},
		{"900", "1", "the time of a whole batch is assumed to vary by --service-cv 1"},
	} {
		r := plainOf(t, map[string]string{"qps": "1", "gpu": "a10", "replica_qps": c.qps, "service_time": "9ms", "service_cv": c.cv, "p99": "100ms"})
		if !strings.Contains(strings.Join(r.Service.Warnings, "\n"), c.warning) {
			t.Errorf("%s/s, cv %s: %q does not say %q", c.qps, c.cv, r.Service.Warnings, c.warning)
		}
	}
}
