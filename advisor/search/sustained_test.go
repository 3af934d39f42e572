package search

import (
	"math"
	"testing"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/service"
)

// TestSustain: what three replicas of 10/s sustain within a bound, and what they take.
func TestSustain(t *testing.T) {
	s := given(t, map[string]string{"replicas": "3", "p99": "1s"})
	got := Sustain(s, Demand{})
	if got.Saturation != 30 || got.QPS >= 30 || got.Alone != 0.1 || got.Copies != 3 || got.Excuse != nil || math.Abs(got.Low*service.Repeatability-got.QPS) > 1e-9 || math.Abs(got.High-got.QPS*service.Repeatability) > 1e-9 {
		t.Errorf("%+v", got)
	}
	at, _ := Respond(s, got.QPS)
	above, _ := Respond(s, got.QPS*1.01)
	over, ok := Respond(s, 31)
	if !at.Met || above.Met || !ok || over.Stable {
		t.Errorf("at %+v, above %+v, over %+v", at, above, over)
	}
	slow := given(t, map[string]string{"p99": "50ms"})
	if got := Sustain(slow, Demand{}); got.QPS != 0 || got.Saturation != 10 || got.Excuse == nil || got.Excuse.Code != candidate.SlowAlone {
		t.Errorf("too slow alone: %+v", got)
	}
}

// TestCurve: rates rise, up to just below saturation, and the bound holds up to what is
// sustained.
func TestCurve(t *testing.T) {
	for _, s := range []*Space{
		given(t, map[string]string{"replicas": "3", "p99": "1s"}), given(t, map[string]string{"p99": "120ms"}), given(t, map[string]string{"p99": "50ms"}),
		spaceOf(t, map[string]string{"gpu": "a10", "model": "bert-large", "burstiness": "2@1s"}), spaceOf(t, example.Chat(map[string]string{"ttft": "2s"})),
	} {
		found, last := Sustain(s, Demand{}), 0.0
		curve := Curve(s, Demand{})
		if len(curve) < 10 {
			t.Errorf("%d points", len(curve))
		}
		for _, p := range curve {
			if p.QPS <= last || p.QPS >= found.Saturation || !p.Stable || math.IsInf(p.P99, 0) {
				t.Errorf("%+v after %v/s, saturation is %v", p, last, found.Saturation)
			}
			if p.QPS <= found.QPS && (!p.Met || p.Utilization > 1+1e-12) {
				t.Errorf("below the %v/s that are sustained: %+v", found.QPS, p)
			}
			last = p.QPS
		}
	}
}

// TestWhatIsMissing: memory is never cut off at nothing: it is what the weights, a step and
// one request need beyond what there is.
func TestWhatIsMissing(t *testing.T) {
	s := spaceOf(t, example.Chat(map[string]string{"gpus_per_replica": "1"}))
	m := Sustain(s, Demand{}).Memory
	if m.Fits || m.Deficit < 55 || !(m.KVCache < 0) || !(m.Deficit > -m.KVCache) || math.Abs(m.Usable-m.Weights-m.Activations-m.KVCache) > 1e-9 {
		t.Errorf("%+v", m)
	}
	if _, e := Judge(s, Demand{Peak: 12}); e == nil || e.Code != candidate.Memory || e.NearMiss.Needed < 130 || e.NearMiss.Value > 75 {
		t.Errorf("%+v, want the memory of 131 GiB of weights against that of one H100", e)
	}
	if unnamed := spaceOf(t, map[string]string{"service_time": "9ms", "qps": "1"}); Sustain(unnamed, Demand{}).Memory.Known {
		t.Error("the memory of an unnamed machine is known")
	}
}

func TestWithoutABoundAlmostSaturationIsSustained(t *testing.T) {
	f := example.Chat(nil)
	delete(f, "ttft")
	delete(f, "tpot")
	s := spaceOf(t, f)
	found := Sustain(s, Demand{})
	r, _ := Respond(s, found.QPS)
	if !r.Stable || !(found.QPS < found.Saturation) || found.QPS < 0.95*found.Saturation {
		t.Errorf("%g/s of %g/s, stable %v", found.QPS, found.Saturation, r.Stable)
	}
}
