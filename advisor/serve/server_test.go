package serve

import (
	"math"
	"math/rand/v2"
	"testing"

	"scaleadvise/advisor/example"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/service"
)

// TestADeterministicServer: 100 ms a request, one at a time.
func TestADeterministicServer(t *testing.T) {
	s := plainOf(t, example.Fixed(nil))
	if s.Saturation(1) != 10 || s.Saturation(7) != 70 || s.Alone != 0.1 {
		t.Errorf("saturation %v and %v, alone %v; want 10, 70, 0.1", s.Saturation(1), s.Saturation(7), s.Alone)
	}
	if one := s.Sustainable(1); one <= 9 || one >= 10 || math.Abs(s.Sustainable(5)-5*one) > 1e-9 {
		t.Errorf("one sustains %v, five %v: random balancing is linear", one, s.Sustainable(5))
	}
	if s.Sustainable(0) != 0 || s.Saturation(0) != 0 || s.Sustainable(-1) != 0 {
		t.Error("no replicas sustain something")
	}
	idle := s.At(1, 0)
	if !idle.Stable || !idle.Met || idle.P50 != 0.1 || idle.P99 != 0.1 || idle.Busy != 0 || idle.Utilization != 0 || idle.PWait != 0 {
		t.Errorf("idle: %+v", idle)
	}
	half := s.At(1, 5) // M/D/1 at a load of a half: busy, and waiting, half of the time
	if math.Abs(half.Busy-0.5) > 1e-6 || math.Abs(half.PWait-0.5) > 1e-3 || half.P50 < 0.1 || half.P99 <= half.P50 {
		t.Errorf("at half of saturation: %+v", half)
	}
}

// TestResponsesAtTheEdges: what is sustained keeps the bound, more does not, and above
// saturation nothing has a time.
func TestResponsesAtTheEdges(t *testing.T) {
	s := plainOf(t, example.Fixed(map[string]string{"p99": "250ms"}))
	limit := s.Sustainable(3)
	at, above := s.At(3, limit), s.At(3, limit*1.01)
	if !at.Met || at.P99 > 0.25*1.001 || at.Latency != at.P99 || math.Abs(at.Utilization-1) > 1e-12 {
		t.Errorf("at what is sustained: %+v", at)
	}
	if above.Met || !above.Stable || above.P99 <= 0.25 {
		t.Errorf("above what is sustained: %+v", above)
	}
	over := s.At(3, 31)
	if over.Stable || over.Met || over.PWait != 1 {
		t.Errorf("above saturation: %+v", over)
	}
	for _, v := range []float64{over.P50, over.P95, over.P99, over.Latency, over.WaitP99} {
		if !math.IsInf(v, 1) {
			t.Errorf("above saturation a time of %v", v)
		}
	}
}

func TestLatencyIsAtThePercentileOfTheBound(t *testing.T) {
	s := plainOf(t, map[string]string{"qps": "1", "gpu": "t4", "service_time": "100ms", "latency": "10s", "latency_percentile": "95"})
	if r := s.At(1, 7); r.Latency != r.P95 || r.Latency == r.P99 {
		t.Errorf("%+v", r)
	}
}

// TestUtilization: a rate over what is sustained, +Inf where nothing is.
func TestUtilization(t *testing.T) {
	for _, c := range []struct{ rate, sustained, want float64 }{{0, 0, 0}, {0, 5, 0}, {4, 5, 0.8}, {6, 5, 1.2}, {1, 0, math.Inf(1)}} {
		if got := utilization(c.rate, c.sustained); got != c.want {
			t.Errorf("%v of %v is %v, want %v", c.rate, c.sustained, got, c.want)
		}
	}
}

// TestWithoutABound: almost saturation is sustained, of every number.
func TestWithoutABound(t *testing.T) {
	q := queue.Server(service.Model{Alpha: 0.1, MaxBatch: 1, Concurrency: 1, Derate: 1}.Server())
	c := Conditions{Dispersion: 1}
	s := &Server{Copies: 2, Conditions: c, scheduler: classic{q, 0, c, nil}}
	if got := s.Sustainable(3); math.Abs(got-0.99*60) > 1e-9 {
		t.Errorf("3 replicas of 2 copies sustain %v, want 99 %% of 60", got)
	}
}

// TestScalabilityLaw: replicas that take something from each other, by hand.
func TestScalabilityLaw(t *testing.T) {
	s := plainOf(t, example.Fixed(nil))
	one := s.Sustainable(1)
	slowed := *s
	slowed.law = &queue.USL{Sigma: 0.1, Kappa: 0.025, Lambda: 10}
	// 1 + 0.1·3 + 0.025·4·3 = 1.6: each of four is worth 1/1.6.
	if got := slowed.scaled(4); math.Abs(got-1/1.6) > 1e-12 {
		t.Errorf("four are worth %v each, want 1/1.6", got)
	}
	if got := slowed.Saturation(4); math.Abs(got-40/1.6) > 1e-9 {
		t.Errorf("four saturate at %v, want 40/1.6", got)
	}
	if got := slowed.Sustainable(4); math.Abs(got-4*one/1.6) > 1e-9 {
		t.Errorf("four sustain %v, want %v", got, 4*one/1.6)
	}
	// They answer 10/s as four without the law would answer 16/s.
	if a, b := slowed.At(4, 10), s.At(4, 16); math.Abs(a.P99-b.P99) > 1e-9 || a.QPS != 10 {
		t.Errorf("p99 of %v at %v, want %v", a.P99, a.QPS, b.P99)
	}
	peak, _, _ := slowed.law.Peak() // √(0.9/0.025) = 6
	if peak != 6 || slowed.Saturation(7) >= slowed.Saturation(6) {
		t.Errorf("the peak lies at %v, six saturate at %v and seven at %v", peak, slowed.Saturation(6), slowed.Saturation(7))
	}
}

// TestAnchor: beyond 64 a size is stood for by the next smaller of four to each doubling.
func TestAnchor(t *testing.T) {
	for n, want := range map[int]int{1: 1, 64: 64, 65: 64, 76: 76, 90: 90, 106: 90, 107: 107, 128: 128, 1024: 1024} {
		if got := anchor(n); got != want {
			t.Errorf("%d is stood for by %d, want %d", n, got, want)
		}
	}
	last := 0
	for n := 1; n < 20_000; n += 1 + n/50 {
		a := anchor(n)
		if a > n || a < last || float64(a) < float64(n)/1.2 {
			t.Fatalf("%d is stood for by %d, after %d", n, a, last)
		}
		last = a
	}
}

// TestServerLaws: more replicas carry more, never above saturation, and more load is never
// answered sooner.
func TestServerLaws(t *testing.T) {
	dice := rand.New(rand.NewPCG(5, 8))
	pick := func(words ...string) string { return words[dice.IntN(len(words))] }
	for range 24 {
		f := map[string]string{"qps": "100", "gpu": pick("t4", "l4", "a10", "h100"), "balancing": pick("random", "least-loaded")}
		if dice.IntN(2) == 0 {
			f["burstiness"] = "4@1s"
		}
		s := serversOf(t, f)
		all := s.offers.Variants(s.base.Accelerator, dice.IntN(2) == 0)
		if len(all) == 0 {
			continue // no optimization of it is known
		}
		r, n := s.Of(s.base.Hardware, all[0]), 1+dice.IntN(6)
		limit := r.Sustainable(n)
		if more := r.Sustainable(n + 1); more < limit || limit > r.Saturation(n)*(1+1e-9) {
			t.Fatalf("%v: %d carry %v of %v, %d carry %v", f, n, limit, r.Saturation(n), n+1, more)
		}
		a, b := dice.Float64(), dice.Float64()
		low, high := r.At(n, math.Min(a, b)*limit), r.At(n, math.Max(a, b)*limit)
		if !low.Met || !high.Met || low.P99 > high.P99*(1+1e-6) || low.Busy > high.Busy+1e-6 {
			t.Fatalf("%v: %+v answers later than %+v", f, low, high)
		}
		if high.P50 > high.P95*(1+1e-6) || high.P95 > high.P99*(1+1e-6) {
			t.Fatalf("%v: percentiles out of order: %+v", f, high)
		}
	}
}

// TestLeastLoadedCarriesMoreThanRandom: a measured service loses something against its bare
// queue; that must not hide it from a balancer that sends each request to the least loaded.
func TestLeastLoadedCarriesMoreThanRandom(t *testing.T) {
	f := map[string]string{"qps": "100", "gpu": "l4", "p99": "20ms", "runtime": "mlperf"}
	random := plainOf(t, f)
	f["balancing"] = "least-loaded"
	shared := plainOf(t, f)
	if r, s := random.Sustainable(4), shared.Sustainable(4); s <= r*1.02 {
		t.Errorf("4 replicas carry %v with random and %v with least-loaded balancing", r, s)
	}
	if random.Conditions.Pooled() || !shared.Conditions.Pooled() {
		t.Error("only a balancer that knows the load pools servers")
	}
}

// TestSlowness: a predicted time is held against a bound at its slow end, a measured one is
// not.
func TestSlowness(t *testing.T) {
	s := &Server{confidence: 0.95, Service: service.Model{Basis: "transferred", SpreadLow: 0.5, SpreadHigh: 2}}
	if got := slowness(s); math.Abs(got-2) > 1e-6 { // 95 % is the upper end of a central 90 %
		t.Errorf("up to %v times as long, want 2", got)
	}
	s.confidence = 0.4
	if got := slowness(s); got != 1 {
		t.Errorf("below even odds %v times as long, want 1", got)
	}
	s.confidence, s.Service.Basis = 0.95, service.Measured
	if got := slowness(s); got != 1 {
		t.Errorf("measured, and %v times as long", got)
	}
	if low, high := (&Server{}).Spread(); low != 1 || high != 1 {
		t.Errorf("nothing known spreads from %v to %v", low, high)
	}
}
