package search

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/offer"
)

// TestEvaluationByHand: four replicas of 10/s each at 25/s on T4 machines of known price.
func TestEvaluationByHand(t *testing.T) {
	s := given(t, map[string]string{"replicas": "4", "availability": "99%", "replica_availability": "99%"})
	b, _ := baseTrial(s, Demand{Peak: 25, Mean: 10}, false)
	b.hosting = offer.Hosting{PerInstance: 2, USDPerHour: 3}
	e := evaluate(b)
	one := b.server.Sustainable(1)
	lost, _ := lost(s, b.hosting, 4)
	for what, v := range map[string][2]float64{
		"capacity":       {e.CapacityQPS, 4 * one},
		"saturation":     {e.SaturationQPS, 40},
		"after losses":   {e.AfterLossesQPS, float64(4-lost) * one},
		"utilization":    {e.Utilization, 25 / (4 * one)},
		"cost":           {e.CostPerMonth, 2 * 3 * 730},
		"of a million":   {e.CostPerMillion, 2 * 3 * 1e6 / (10 * 3600)},
		"carries":        {e.CarriesQPS, float64(4-lost) * one},
		"instances":      {float64(e.Instances), 2},
		"may be lost":    {float64(e.SurvivesLosses), 1},
		"losses to fear": {float64(e.LossesRequired), float64(lost)},
	} {
		if math.Abs(v[0]-v[1]) > 1e-9*v[1] {
			t.Errorf("%s is %v, want %v", what, v[0], v[1])
		}
	}
	if !e.CostPerMillionMean || e.Changes != 0 || e.P99 != 0 {
		t.Errorf("%+v", e)
	}
	b.demand.Mean = 0
	if e := evaluate(b); e.CostPerMillionMean || math.Abs(e.CostPerMillion-2*3*1e6/(25*3600)) > 1e-9 {
		t.Errorf("without a mean a million costs %v at the peak", e.CostPerMillion)
	}
	b.hosting = offer.Unpriced()
	if e := evaluate(b); e.Priced || e.CostPerMonth != 0 || e.CostPerMillion != 0 {
		t.Errorf("without a price it costs %v", e.CostPerMonth)
	}
}

// TestComplete: latencies are those of the server at the demand, and asking twice changes
// nothing.
func TestComplete(t *testing.T) {
	s := given(t, map[string]string{"replicas": "4", "p99": "1s"})
	d := Demand{Peak: 25}
	plan, excuse := Judge(s, d)
	if excuse != nil || plan.P99 != 0 {
		t.Fatalf("%+v, %+v", plan, excuse)
	}
	Complete(s, &plan, d)
	server, _ := serverOf(s, plan)
	if r := server.At(4, 25); plan.P50 != r.P50 || plan.P99 != r.P99 || plan.Latency != r.P99 || plan.Busy != r.Busy || plan.MeanBatch != r.Batch {
		t.Errorf("%+v, the server says %+v", plan, r)
	}
	again := plan
	Complete(s, &again, d)
	if !reflect.DeepEqual(again, plan) {
		t.Errorf("completed twice: %+v", again)
	}
	other := candidate.Evaluation{Config: candidate.Config{Accelerator: "no-such", PerReplica: 1, Replicas: 1}}
	if Complete(s, &other, d); other.P99 != 0 {
		t.Error("a plan of unknown hardware has a latency")
	}
}

// TestUncertaintyIsSaidInReplicas: what expected numbers would need, and the central 90 %.
func TestUncertaintyIsSaidInReplicas(t *testing.T) {
	s := spaceOf(t, map[string]string{"qps": "800..1600", "gpu": "t4", "model": "bert-large"})
	d := Demand{Peak: s.Workload.Peak.Mid}
	a := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: d})
	Complete(s, a.Plan, d)
	if p := a.Plan; !(p.ReplicasLow < p.ExpectedReplicas && p.ExpectedReplicas < p.Replicas && p.Replicas <= p.ReplicasHigh) {
		t.Errorf("%d replicas, %d expected, %d to %d", p.Replicas, p.ExpectedReplicas, p.ReplicasLow, p.ReplicasHigh)
	}
}

// TestResize: the same plan at other demands, named anew against the base.
func TestResize(t *testing.T) {
	s := given(t, map[string]string{"replicas": "2", "availability": "none"})
	plan := *Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 35}}).Plan
	for _, c := range []struct {
		peak     float64
		fixed    bool
		replicas int
		strategy candidate.Strategy
		feasible bool
	}{
		{35, false, 4, candidate.Horizontal, true}, {55, false, 6, candidate.Horizontal, true}, {12, false, 2, candidate.None, true},
		{5, false, 1, candidate.Horizontal, true}, {55, true, 4, candidate.Horizontal, false}, {5, true, 4, candidate.Horizontal, true},
	} {
		a := Resize(s, plan, Demand{Peak: c.peak}, c.fixed)
		if a.Plan.Replicas != c.replicas || a.Strategy != c.strategy || a.Feasible != c.feasible || a.Plan.InstanceType != plan.InstanceType {
			t.Errorf("%+v: %s of %d, feasible %v", c, a.Strategy, a.Plan.Replicas, a.Feasible)
		}
	}
	moved := *Cheapest(context.Background(), s, Query{Strategy: candidate.Combined, Demand: Demand{Peak: 35}}).Plan
	if a := Resize(s, moved, Demand{Peak: 35}, false); a.Strategy != candidate.Combined {
		t.Errorf("other hardware and number are called %s", a.Strategy)
	}
	if a := Resize(s, candidate.Evaluation{}, Demand{Peak: 1}, false); a.Excuse.Code != candidate.NoVariant {
		t.Errorf("no plan: %+v", a.Excuse)
	}
}

// TestTodayRunsOnTheCheapestInstances: on which instances today's replicas run is not known,
// so they are taken to run on the cheapest on which they hold.
func TestTodayRunsOnTheCheapestInstances(t *testing.T) {
	s := spaceOf(t, example.Chat(map[string]string{"qps": "1", "gpus_per_replica": "4", "replicas": "4", "precision": "fp8"}))
	today, excuse := Judge(s, Demand{Peak: 1, Mean: 1})
	if excuse != nil {
		t.Fatal(excuse.Text)
	}
	for _, o := range s.Hosting(s.Base.Hardware) {
		if o.Cost(4) < today.CostPerMonth-1e-6 {
			t.Errorf("today costs %g, on %s it would cost %g", today.CostPerMonth, o.Type, o.Cost(4))
		}
	}
}

// TestBaseIsTheCheapestThatServes: without hardware the base is the first of the offered
// that answers within the bound.
func TestBaseIsTheCheapestThatServes(t *testing.T) {
	for _, flags := range []map[string]string{
		{"qps": "1", "model": "bert-large"}, {"qps": "1", "model": "bert-large", "p99": "6ms", "runtime": "mlperf"},
		{"qps": "1", "model": "llama-3.1-8b", "input_tokens": "500", "output_tokens": "100", "ttft": "1s", "tpot": "30ms"},
	} {
		s := spaceOf(t, flags)
		if s.Base.Known || !servesAtAll(s) {
			t.Errorf("%v: %v does not serve", flags, s.Base.Kind())
		}
		for _, b := range s.Starts {
			if b.Kind() == s.Base.Kind() {
				break
			}
			if servesAtAll(From(s, b)) {
				t.Errorf("%v: %v is cheaper than %v, and serves", flags, b.Kind(), s.Base.Kind())
			}
		}
	}
	none := spaceOf(t, map[string]string{"qps": "1", "model": "bert-large", "p99": "10us"})
	if none.Base.Kind() != none.Starts[0].Kind() {
		t.Errorf("where nothing serves the base is %v, want the cheapest", none.Base.Kind())
	}
	own := spaceOf(t, map[string]string{"qps": "1", "service_time": "9ms"})
	if !slices.ContainsFunc(own.Notes, func(n string) bool { return strings.Contains(n, "no --gpu was named") }) {
		t.Errorf("notes %q", own.Notes)
	}
}

// TestFrom: another base has its own given service, and the space it comes from stays.
func TestFrom(t *testing.T) {
	s := given(t, nil)
	before := *s
	other := s.Base
	other.Accelerator.ID, other.Accelerator.Name = "server", "server"
	moved := From(s, other, "a note")
	if e, _ := Judge(moved, Demand{Peak: 1}); e.Accelerator != "server" || e.SaturationQPS != 10 || e.Priced {
		t.Errorf("on another base: %+v", e)
	}
	if e, _ := Judge(s, Demand{Peak: 1}); e.Accelerator != "nvidia-t4" || !reflect.DeepEqual(s.Notes, before.Notes) || s.Servers != before.Servers {
		t.Errorf("the space itself was changed: %+v", e)
	}
	if len(moved.Notes) != len(s.Notes)+1 {
		t.Errorf("notes %q", moved.Notes)
	}
	more := s.Base
	more.Replicas = 5
	if bigger := From(s, more); bigger.Servers != s.Servers {
		t.Error("another number of replicas makes other servers")
	}
}

// TestWhatTheBaseIs: one replica, its memory, its tokens and the way to others.
func TestWhatTheBaseIs(t *testing.T) {
	s := spaceOf(t, map[string]string{"qps": "1", "gpu": "t4", "model": "bert-large", "runtime": "mlperf"})
	plain, _ := OneReplica(s, false)
	fast, ok := OneReplica(s, true)
	if plain.Basis != "measured" || !plain.Fits || plain.QPS >= plain.Saturation || plain.Needed <= plain.Weights || !ok || fast.QPS <= plain.QPS || len(fast.Optimizations) == 0 {
		t.Errorf("plain %+v, optimized %+v", plain, fast)
	}
	if _, ok := Tokens(s); ok {
		t.Error("a classic model has tokens")
	}
	if in, out, ok := RequestTokens(spaceOf(t, example.Chat(nil))); !ok || in != 1024 || out != 256 {
		t.Errorf("%v in, %v out", in, out)
	}
	strong, _ := Strongest(s, false)
	if strong.QPS < plain.QPS || FastestAlone(s) > plain.Alone {
		t.Errorf("strongest %+v, fastest %v s; the base carries %v and takes %v s", strong, FastestAlone(s), plain.QPS, plain.Alone)
	}
	if !Weaker(strongestBase(t), candidate.Evaluation{Config: candidate.Config{Accelerator: "nvidia-t4", PerReplica: 1, Replicas: 1}, SaturationQPS: plain.Saturation}) {
		t.Error("a T4 is not weaker than an H100")
	}
	if ids := NotAdmitted(s); !slices.IsSorted(ids) || slices.Contains(ids, "dynamic-batching") {
		t.Errorf("not admitted: %q", ids)
	}
}

func strongestBase(t *testing.T) *Space {
	return spaceOf(t, map[string]string{"qps": "1", "gpu": "h100", "model": "bert-large"})
}

// TestReplicasWanted: what the demand needs, whatever the limits.
func TestReplicasWanted(t *testing.T) {
	s := given(t, map[string]string{"max_replicas": "2", "budget": "1/month"})
	if n := ReplicasWanted(s, Demand{Peak: 35}); n != 4 {
		t.Errorf("%d replicas, want 4", n)
	}
	if n := ReplicasWanted(given(t, map[string]string{"p99": "50ms"}), Demand{Peak: 35}); n != 0 {
		t.Errorf("%d replicas of a server that is too slow", n)
	}
	e, _ := Judge(s, Demand{Peak: 1})
	if got := CapacityOf(s, e, 3); got <= 27 || got >= 30 || CapacityOf(s, e, 0) != 0 || CapacityOf(s, candidate.Evaluation{}, 3) != 0 {
		t.Errorf("three carry %v", got)
	}
}
