package search

import (
	"context"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/workload"
)

func TestHorizontalFindsTheFewestReplicas(t *testing.T) {
	s := given(t, nil)
	one, _ := OneReplica(s, false)
	if one.Saturation != 10 || one.QPS <= 9 || one.QPS >= 10 {
		t.Fatalf("one server: saturation %v, capacity %v; want 10 and a little less", one.Saturation, one.QPS)
	}
	for _, n := range []int{2, 3, 7, 100} {
		a := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: one.QPS * (float64(n) - 0.5)}})
		if !a.Feasible || a.Plan.Replicas != n {
			t.Errorf("demand of %v servers: %+v, want %d replicas", float64(n)-0.5, a.Plan, n)
		}
	}
	// Both sides of what three carry.
	for n, peak := range map[int]float64{3: 3 * one.QPS, 4: math.Nextafter(3*one.QPS, 100)} {
		if a := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: peak}}); a.Plan.Replicas != n {
			t.Errorf("%v/s take %d replicas, want %d", peak, a.Plan.Replicas, n)
		}
	}
}

// TestCheapestAgainstAllConfigurations holds the search against every configuration of a few
// kinds of hardware.
func TestCheapestAgainstAllConfigurations(t *testing.T) {
	s := spaceOf(t, map[string]string{"qps": "1", "gpu": "t4", "model": "bert-large", "allow_gpu": "t4,l4,a10,l40s"})
	for _, peak := range []float64{50, 800, 3000} {
		d := Demand{Peak: peak}
		for _, optimized := range []bool{false, true} {
			best := math.Inf(1)
			for _, h := range s.Choices() {
				for _, v := range s.Variants(h.Accelerator, optimized) {
					for _, o := range s.Hosting(h) {
						for n := 1; n <= 60; n++ {
							t := trial{space: s, server: s.Servers.Of(h, v), hosting: o, n: n, demand: d, confidence: 0.9}
							if h.Kind() != s.Base.Kind() && n != s.Base.Replicas && judge(t) == nil {
								best = math.Min(best, t.cost())
							}
						}
					}
				}
			}
			a := Cheapest(context.Background(), s, Query{Strategy: candidate.Combined, Optimized: optimized, Demand: d})
			if !a.Feasible || a.Plan.CostPerMonth != best {
				t.Errorf("%v/s, optimized %v: %+v, want %v USD", peak, optimized, a.Plan, best)
			}
		}
	}
}

// TestStrategiesChangeWhatTheyMay: no strategy changes what another stands for.
func TestStrategiesChangeWhatTheyMay(t *testing.T) {
	for _, s := range []*Space{
		spaceOf(t, map[string]string{"qps": "900", "gpu": "a10", "replicas": "3", "model": "bert-large"}),
		spaceOf(t, example.Chat(map[string]string{"replicas": "2"})), given(t, map[string]string{"replicas": "2"}),
	} {
		for _, a := range everyStrategy(s, Demand{Peak: s.Workload.Peak.Mid}) {
			if a.Plan == nil {
				if a.Excuse == nil || a.Excuse.Code != candidate.NoVariant {
					t.Errorf("%s has no plan and %+v", a.Strategy, a.Excuse)
				}
				continue
			}
			machine := a.Plan.Accelerator != s.Base.Accelerator.ID || a.Plan.PerReplica != s.Base.PerReplica
			if wants := a.Strategy == candidate.Vertical || a.Strategy == candidate.Combined; machine != wants {
				t.Errorf("%s: hardware changed %v", a.Strategy, machine)
			}
			if a.Plan.Replicas != s.Base.Replicas && (a.Strategy == candidate.None || a.Strategy == candidate.Vertical) {
				t.Errorf("%s: %d replicas, the base has %d", a.Strategy, a.Plan.Replicas, s.Base.Replicas)
			}
			if a.Optimized != (len(a.Plan.Optimizations) > 0) || a.Feasible != (a.Excuse == nil) {
				t.Errorf("%s, optimized %v: %+v, %+v", a.Strategy, a.Optimized, a.Plan.Config, a.Excuse)
			}
		}
	}
}

// TestTheOrderOfQuestionsChangesNothing: a space that was asked much answers as a new one.
func TestTheOrderOfQuestionsChangesNothing(t *testing.T) {
	flags := map[string]string{"qps": "900", "gpu": "a10", "model": "bert-large", "burstiness": "2@1s", "availability": "99.9%"}
	asked := spaceOf(t, flags)
	everyStrategy(asked, Demand{Peak: 5000})
	Curve(asked, Demand{})
	Strongest(asked, true)
	if a, b := everyStrategy(asked, Demand{Peak: 900}), everyStrategy(spaceOf(t, flags), Demand{Peak: 900}); !reflect.DeepEqual(a, b) {
		t.Errorf("asked before: %+v\nnew: %+v", a, b)
	}
}

// TestMoreDemandNeverCostsLess, nor does a higher availability need fewer replicas.
func TestMoreDemandNeverCostsLess(t *testing.T) {
	spaces := []*Space{
		spaceOf(t, map[string]string{"qps": "1", "gpu": "t4", "model": "bert-large"}),
		spaceOf(t, map[string]string{"qps": "1", "gpu": "t4", "model": "resnet50", "availability": "99.9%", "zones": "3"}),
		given(t, map[string]string{"balancing": "least-loaded"}),
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(spaces).Draw(t, "space")
		less := rapid.Float64Range(1, 3000).Draw(t, "less")
		more := less * rapid.Float64Range(1, 3).Draw(t, "times")
		cost := func(peak float64) float64 {
			best := math.Inf(1)
			for _, strategy := range candidate.Strategies() {
				if a := Cheapest(context.Background(), s, Query{Strategy: strategy, Demand: Demand{Peak: peak}}); a.Feasible && a.Plan.Priced {
					best = math.Min(best, a.Plan.CostPerMonth)
				}
			}
			return best
		}
		if a, b := cost(less), cost(more); b < a-1e-9 {
			t.Errorf("%v/s cost %v, %v/s cost %v", less, a, more, b)
		}
	})
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
		a := Cheapest(context.Background(), given(t, c.flags), Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 35, Data: 1e13}})
		if a.Feasible || a.Excuse.Code != c.code {
			t.Errorf("%v: feasible %v, excuse %+v; want %s", c.flags, a.Feasible, a.Excuse, c.code)
		}
	}
	poor := given(t, map[string]string{"budget": "100/month"})
	if a := Cheapest(context.Background(), poor, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 35}, AnyBudget: true}); !a.Feasible || a.Plan.CostPerMonth <= 100 {
		t.Errorf("with any budget: %+v", a.Plan)
	}
}

// TestBudgetIsHeldAtItsLimit: the cost of a plan is affordable, a cent less is not.
func TestBudgetIsHeldAtItsLimit(t *testing.T) {
	s := given(t, nil)
	cost := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 35}}).Plan.CostPerMonth
	for _, c := range []struct {
		budget float64
		holds  bool
	}{{cost, true}, {cost - 0.01, false}} {
		s.Workload.Budget = c.budget
		a := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 35}})
		if a.Feasible != c.holds {
			t.Errorf("a budget of %v: %+v, %+v", c.budget, a.Feasible, a.Excuse)
		}
		if !c.holds && (a.Excuse.NearMiss.Needed != cost || a.Excuse.NearMiss.Value != c.budget) {
			t.Errorf("near miss %+v, want %v of %v", a.Excuse.NearMiss, cost, c.budget)
		}
	}
}

func TestSlowAloneIsSeenAsSuch(t *testing.T) {
	s := given(t, map[string]string{"p99": "50ms"})
	a := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 1}})
	if a.Feasible || a.Excuse.Code != candidate.SlowAlone || a.Excuse.NearMiss.Needed != 50 {
		t.Errorf("%+v, want %s", a.Excuse, candidate.SlowAlone)
	}
}

// TestVetoMovesToTheNextSize: where a rule forbids sizes the next larger that is left is
// taken, also one that doubling has jumped over, and without asking about each.
func TestVetoMovesToTheNextSize(t *testing.T) {
	s := given(t, nil)
	for name, c := range map[string]struct {
		allowed func(n int) bool
		want    int
	}{
		"even only":  {func(n int) bool { return n%2 == 0 }, 4},
		"from 1,000": {func(n int) bool { return n >= 1000 }, 1000},
	} {
		asked := 0
		veto := func(_ candidate.Strategy, e candidate.Evaluation) (string, string) {
			if asked++; c.allowed(e.Replicas) {
				return "", ""
			}
			return "a-rule", "not that many"
		}
		a := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 25}, Veto: veto})
		if !a.Feasible || a.Plan.Replicas != c.want || a.BlockedBy != "a-rule" || asked > 200 {
			t.Errorf("%s: %+v blocked by %q after %d questions, want %d replicas", name, a.Plan, a.BlockedBy, asked, c.want)
		}
	}
	none := Cheapest(context.Background(), s, Query{Strategy: candidate.None, Demand: Demand{Peak: 1}, Veto: func(candidate.Strategy, candidate.Evaluation) (string, string) { return "never", "none of it" }})
	if none.Feasible || none.Excuse.Code != candidate.Blocked || none.Excuse.Text != "none of it" {
		t.Errorf("%+v, want blocked", none.Excuse)
	}
}

// TestNearestMiss: the excuse is of the configuration that came farthest, then closest.
func TestNearestMiss(t *testing.T) {
	s := given(t, map[string]string{"max_replicas": "2"})
	base, _ := baseTrial(s, Demand{Peak: 35}, false)
	miss := func(code string, value, needed float64, o offer.Hosting) missed {
		at := base
		at.hosting = o
		return missed{at, candidate.Missed(code, "", "", "", value, needed)}
	}
	cheap, dear := offer.Hosting{PerInstance: 1, USDPerHour: 1}, offer.Hosting{PerInstance: 1, USDPerHour: 2}
	order := []missed{ // each nearer than the next
		miss(candidate.Budget, 10, 100, dear), miss(candidate.Losses, 99, 100, cheap), miss(candidate.Losses, 50, 100, cheap),
		miss(candidate.Losses, 50, 100, dear), miss(candidate.Throughput, 99, 100, cheap), miss(candidate.Memory, 99, 100, cheap),
	}
	for i := range order {
		for j := range order {
			if got := nearer(order[i], order[j]); got != (i < j) {
				t.Errorf("%s %v is nearer than %s %v: %v", order[i].excuse.Code, order[i].excuse.NearMiss, order[j].excuse.Code, order[j].excuse.NearMiss, got)
			}
		}
	}
	a := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 35}})
	if a.Feasible || a.Plan == nil || a.Plan.Replicas != 4 || a.Excuse.NearMiss.Value != 2 || a.Excuse.NearMiss.Needed != 4 || a.Excuse.Text != "needs 4 replicas, 2 allowed" {
		t.Errorf("%+v, %+v", a.Plan, a.Excuse)
	}
	if today := Cheapest(context.Background(), s, Query{Strategy: candidate.None, Demand: Demand{Peak: 35}}); today.Excuse.Code != candidate.Throughput || today.Excuse.Text == "" {
		t.Errorf("%+v: a miss without words", today.Excuse)
	}
}

// TestAlsoFails: where more than one test fails the excuse says so.
func TestAlsoFails(t *testing.T) {
	s := given(t, map[string]string{"max_replicas": "2", "budget": "100/month"})
	a := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 35}})
	if a.Excuse.Code != candidate.ReplicaLimit || len(a.Excuse.Also) != 1 {
		t.Errorf("%+v, want the budget to fail as well", a.Excuse)
	}
}

// TestScalingPeak: two replicas carry most of what a law allows, so that more demand has no
// number.
func TestScalingPeak(t *testing.T) {
	points := []workload.ScalePoint{{N: 1, QPS: 100}, {N: 2, QPS: 170}, {N: 4, QPS: 220}, {N: 8, QPS: 190}}
	s := spaceOf(t, map[string]string{"qps": "1", "gpu": "t4", "p99": "1s"}, points...)
	peak, most, ok := scalingPeak(s)
	if !ok || peak < 3 || peak > 7 || largest(s) != int(peak) {
		t.Fatalf("the peak lies at %v with %v/s, %v", peak, most, ok)
	}
	if a := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 0.8 * most}}); !a.Feasible || float64(a.Plan.Replicas) > peak {
		t.Errorf("%+v, %+v", a.Plan, a.Excuse)
	}
	a := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 2 * most}})
	if a.Feasible || a.Excuse.Code != candidate.ScalingPeak {
		t.Errorf("%+v, want %s", a.Excuse, candidate.ScalingPeak)
	}
}

func TestMoreThanAnySize(t *testing.T) {
	a := Cheapest(context.Background(), given(t, nil), Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 2e6}})
	if a.Feasible || a.Excuse.Code != candidate.ReplicaLimit || a.Excuse.NearMiss.Value != MaxReplicas {
		t.Errorf("%+v", a.Excuse)
	}
}
