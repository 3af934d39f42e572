package workload

import (
	"strings"
	"testing"
)

func TestNoteMeasured(t *testing.T) {
	w := resolve(t, "qps=5 model=llama-3.1-8b replica_qps=5 ttft=1s input_tokens=9")
	w.NoteMeasured()
	if w.Latency != 0 || w.Assumed("p99") {
		t.Errorf("a bound of %g s is left", w.Latency)
	}
	if len(w.Warnings) != 1 || !strings.Contains(w.Warnings[0], "have no effect: the service was measured as a whole") {
		t.Errorf("%q", w.Warnings)
	}
	bounded := resolve(t, "qps=5 replica_qps=5 p99=2s")
	if bounded.NoteMeasured(); bounded.Latency != 2 || len(bounded.Warnings) != 0 {
		t.Errorf("%g, %q", bounded.Latency, bounded.Warnings)
	}
}
