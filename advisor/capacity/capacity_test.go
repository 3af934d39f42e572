package capacity

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/workload"
)

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// spaceOf makes a space of flags over the embedded catalog.
func spaceOf(t fataler, flags map[string]string) *Space {
	t.Helper()
	set := workload.Set{}
	for name, raw := range flags {
		if err := workload.ParseSet(name, raw, origin.Origin{Kind: origin.Flag, Name: "--" + name}, set); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	w, err := workload.Resolve(set, nil, "")
	if err != nil {
		t.Fatalf("resolve: %v", err)
	}
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatalf("catalog: %v", err)
	}
	s, err := New(w, c, Options{Confidence: 0.9, Seed: 1})
	if err != nil {
		t.Fatalf("space: %v", err)
	}
	return s
}

// A deterministic service of 100 ms, one at a time, has saturation 10/s: every number
// of the plan follows by hand.
func given(t fataler, more map[string]string) *Space {
	f := map[string]string{"qps": "1", "gpu": "t4", "service_time": "100ms", "p99": "10s"}
	for k, v := range more {
		f[k] = v
	}
	return spaceOf(t, f)
}

func TestHorizontalFindsTheFewestReplicas(t *testing.T) {
	s := given(t, nil)
	one, _ := s.BaseServer(false)
	if one.Saturation != 10 || one.QPS <= 9 || one.QPS >= 10 {
		t.Fatalf("one server: saturation %v, capacity %v; want 10 and a little less", one.Saturation, one.QPS)
	}
	for _, n := range []int{2, 3, 7, 100} {
		demand := Demand{Peak: one.QPS * (float64(n) - 0.5)}
		b := s.Best(Query{Strategy: candidate.Horizontal, Demand: demand})
		if !b.Feasible || b.Plan.Replicas != n {
			t.Errorf("demand of %v servers: %+v, want %d replicas", float64(n)-0.5, b.Plan, n)
		}
	}
}

func TestLossesAreCountedInReplicasOfWholeInstances(t *testing.T) {
	s := given(t, map[string]string{"availability": "99.99%", "replica_availability": "99%"})
	four := hosting{perInstance: 4}
	// 8 replicas on 2 instances: P(both down) = 1e-4, so one instance may be lost: 4 replicas.
	if lost, ok := s.lost(four, 8); lost != 4 && ok {
		t.Errorf("lost %d replicas of 8 on 2 instances, want 4", lost)
	}
	zones := given(t, map[string]string{"availability": "99%", "zones": "3"})
	if lost, _ := zones.lost(hosting{perInstance: 1}, 9); lost != 3 {
		t.Errorf("lost %d replicas of 9 in 3 zones, want a zone's 3", lost)
	}
	if lost, ok := given(t, nil).lost(four, 8); lost != 0 || !ok {
		t.Errorf("lost %d without --availability, want none", lost)
	}
}

func TestBudgetReplicaLimitAndWindowExcuse(t *testing.T) {
	for _, c := range []struct {
		flags map[string]string
		code  string
	}{
		{map[string]string{"budget": "100/month"}, candidate.Budget},
		{map[string]string{"max_replicas": "2"}, candidate.ReplicaLimit},
		{map[string]string{"max_replicas": "4", "data_size": "10TB", "job_window": "1h", "job_rate": "100MB/s"}, candidate.ReplicaLimit},
	} {
		b := given(t, c.flags).Best(Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 35, Data: 1e13}})
		if b.Feasible || b.Excuse.Code != c.code {
			t.Errorf("%v: feasible %v, excuse %+v; want %s", c.flags, b.Feasible, b.Excuse, c.code)
		}
	}
}

func TestJobWindowSizesReplicas(t *testing.T) {
	s := given(t, map[string]string{"data_size": "2TB", "job_window": "6h", "job_rate": "120MB/s"})
	// 9.2 TB ÷ (120 MB/s × 6 h = 2.592 TB) = 3.55: four replicas.
	b := s.Best(Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 1, Data: 9.2e12}})
	if !b.Feasible || b.Plan.Replicas != 4 || s.ReplicasForJob(9.2e12) != 4 {
		t.Errorf("%+v, want 4 replicas", b.Plan)
	}
}

func TestDataAtRetention(t *testing.T) {
	s := given(t, map[string]string{"data_size": "2TB", "data_growth": "40GB/day", "retention": "100d"})
	day := 86400.0
	for _, c := range []struct{ days, want float64 }{{0, 2e12}, {50, 4e12}, {101, 4e12}, {1000, 4e12}} {
		if got := s.DataAt(c.days * day); math.Abs(got-c.want) > 1 {
			t.Errorf("after %v days %v bytes, want %v", c.days, got, c.want)
		}
	}
}

// A measured service loses something against its bare queue; that must not hide it from a
// balancer that sends each request to the least loaded.
func TestLeastLoadedCarriesMoreThanRandom(t *testing.T) {
	f := map[string]string{"qps": "100", "gpu": "l4", "p99": "20ms"}
	random, _ := spaceOf(t, f).baseTrial(Demand{}, false)
	f["balancing"] = "least-loaded"
	shared, _ := spaceOf(t, f).baseTrial(Demand{}, false)
	if r, s := random.capacity(4), shared.capacity(4); s <= r*1.02 {
		t.Errorf("4 replicas carry %v with random and %v with least-loaded balancing", r, s)
	}
}

func TestSlowAloneIsSeenAsSuch(t *testing.T) {
	s := given(t, map[string]string{"p99": "50ms"})
	b := s.Best(Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 1}})
	if b.Feasible || b.Excuse.Code != candidate.SlowAlone || b.Excuse.NearMiss.Needed != 50 {
		t.Errorf("%+v, want %s", b.Excuse, candidate.SlowAlone)
	}
}

func TestVetoMovesToTheNextSize(t *testing.T) {
	s := given(t, nil)
	even := func(_ candidate.Strategy, e candidate.Evaluation) (string, string) {
		if e.Replicas%2 == 1 {
			return "even-only", "an even number of replicas"
		}
		return "", ""
	}
	b := s.Best(Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 25}, Veto: even})
	if !b.Feasible || b.Plan.Replicas != 4 || b.BlockedBy != "even-only" {
		t.Errorf("%+v blocked by %q, want 4 replicas", b.Plan, b.BlockedBy)
	}
}

func TestMarginsAreQuantilesOfTheRatio(t *testing.T) {
	exact := newSamples(spaceOf(t, map[string]string{"qps": "100", "gpu": "t4"}).Workload, 1)
	if m := exact.margin(0.9, 1, 1); m != 1 {
		t.Errorf("margin of an exact demand and capacity is %v, want 1", m)
	}
	// Only capacity is uncertain, log-normal with a central 90 % of 0.8 to 1.25: its
	// 10 % quantile is 0.8^(1.2816/1.6449).
	want := math.Pow(0.8, -1.2815515655446004/z90)
	if m := exact.margin(0.9, 0.8, 1.25); math.Abs(m/want-1) > 0.01 {
		t.Errorf("margin %v, want %v within 1 %%", m, want)
	}
}

func TestCapacityLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := map[string]string{"qps": "100", "gpu": rapid.SampledFrom([]string{"t4", "l4", "a10", "h100"}).Draw(t, "gpu")}
		if rapid.Bool().Draw(t, "bursty") {
			f["burstiness"] = "4@1s"
		}
		s := spaceOf(t, f)
		tr, ok := s.baseTrial(Demand{Peak: 100}, rapid.Bool().Draw(t, "optimized"))
		if !ok || tr.Excuse != nil {
			return
		}
		n := rapid.IntRange(1, 12).Draw(t, "n")
		if more, less := tr.capacity(n+1), tr.capacity(n); more < less {
			t.Fatalf("%d replicas carry %v, %d carry %v", n+1, more, n, less)
		}
		if tr.capacity(n) > tr.saturation(n)*(1+1e-9) {
			t.Fatalf("%d replicas carry %v, above saturation %v", n, tr.capacity(n), tr.saturation(n))
		}
	})
}

// BenchmarkCandidates judges configurations whose service curve is solved.
func BenchmarkCandidates(b *testing.B) {
	s := spaceOf(b, map[string]string{"qps": "5000", "gpu": "a10", "availability": "99.9%"})
	tr, _ := s.baseTrial(Demand{Peak: 5000}, false)
	tr.judge()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		tr.n = 1 + n%64
		tr.judge()
		n++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "candidates/s")
}

// BenchmarkSpace resolves names, solves the curves that are needed and searches all
// strategies.
func BenchmarkSpace(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s := spaceOf(b, map[string]string{"qps": "5000", "gpu": "a10"})
		for _, strategy := range candidate.Strategies() {
			s.Best(Query{Strategy: strategy, Demand: Demand{Peak: 5000}})
			s.Best(Query{Strategy: strategy, Optimized: true, Demand: Demand{Peak: 5000}})
		}
	}
}
