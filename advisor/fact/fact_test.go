package fact

import (
	"strings"
	"testing"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/workload"
)

func TestTable(t *testing.T) {
	if err := Faults(); err != nil {
		t.Fatal(err)
	}
	if f, ok := Named("plan.replicas"); !ok || f.Type != Int {
		t.Errorf("plan.replicas is %+v", f)
	}
	if _, ok := Named("plan.nothing"); ok {
		t.Error("a fact is found that is not declared")
	}
}

// Each column of a row is needed: without one no rule loads.
func TestARowWithoutAColumnIsAFault(t *testing.T) {
	whole := number("plan.x", "ms", outcome, on("gpu"), "says", func(*View) float64 { return 1 })
	if err := faults([]Fact{whole}); err != nil {
		t.Fatal(err)
	}
	for column, lose := range map[string]func(*Fact){
		"no name": func(f *Fact) { f.Name = "x" }, "no type": func(f *Fact) { f.Type = 0 }, "no unit": func(f *Fact) { f.Unit = "kg" },
		"does not say": func(f *Fact) { f.Doc = "" }, "no stage": func(f *Fact) { f.At = 0 }, "no trait": func(f *Fact) { f.Traits = nil },
		"from nothing": func(f *Fact) { f.read = nil },
	} {
		row := whole
		lose(&row)
		if err := faults([]Fact{row}); err == nil || !strings.Contains(err.Error(), column) {
			t.Errorf("%s: %v", column, err)
		}
	}
	if err := faults([]Fact{whole, whole}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("twice: %v", err)
	}
}

// Traits that are none of a workload: an autoscaler's, and what only the gate knows.
var other = []string{"hpa.", "ignore", "name", "max_cost", "compare_to", "manifest", "served.", "container", "pool", "services"}

func TestTraitsExist(t *testing.T) {
	known := map[string]bool{}
	for _, s := range workload.Specs() {
		known[s.Name] = true
	}
	for _, f := range All() {
		for _, trait := range f.Traits {
			foreign := false
			for _, prefix := range other {
				foreign = foreign || strings.HasPrefix(trait, prefix)
			}
			if !known[trait] && !foreign {
				t.Errorf("%s is about %s, which is no trait", f.Name, trait)
			}
		}
	}
}

func nothing() *View {
	return &View{
		Workload: &workload.Workload{}, Settings: func(string) (float64, bool) { return 0, false }, Wanted: func() int { return 0 },
		FastestAlone: func() float64 { return 0 }, HoldsNow: func() bool { return false },
		Outcome: &Outcome{
			Improved: func() (candidate.Server, bool) { return candidate.Server{}, false }, Strongest: func() Strongest { return Strongest{} },
			NotAdmitted: func() []string { return nil }, Unbudgeted: func() float64 { return 0 },
		},
	}
}

// Where nothing is known every fact is its type's zero, and of its type.
func TestNothingIsZero(t *testing.T) {
	reading := Read(nothing())
	neutral := map[string]any{"service.batch_gain": 1.0, "optimization.gain": 1.0, "plan.ceiling": 1.0}
	for i := range All() {
		f := &All()[i]
		got, want := reading.Value(f), f.Type.Zero()
		if v, ok := neutral[f.Name]; ok {
			want = v
		}
		if list, isList := got.([]string); isList && len(list) == 0 {
			continue
		}
		if got != want {
			t.Errorf("%s is %v (%T), want %v", f.Name, got, got, want)
		}
	}
}

// A fact is computed when it is asked for, and once.
func TestFactsAreLazy(t *testing.T) {
	v, calls := nothing(), 0
	v.Wanted = func() int { calls++; return 3 }
	reading := Read(v)
	if f, _ := Named("demand.qps"); reading.Value(f) != 0.0 || calls != 0 {
		t.Errorf("%d calls for another fact", calls)
	}
	f, _ := Named("limits.replicas_wanted")
	for range 2 {
		if got := reading.Value(f); got != int64(3) || calls != 1 {
			t.Errorf("%v after %d calls", got, calls)
		}
	}
}

func TestOrigins(t *testing.T) {
	of := map[string]string{"users": "--users", "gpu": "plan.yaml:5:9", "replicas": "plan.yaml:5:20"}
	for name, want := range map[string]map[Stage]string{
		"demand.qps": {Advise: "--users", Check: "--users"}, "slo.zones": {Check: "default"},
		"plan.replicas": {Advise: "computed", Check: "plan.yaml:5:20"}, "today.accelerator": {Advise: "plan.yaml:5:9"},
		"plan.capacity_qps": {Advise: "computed", Check: "computed"},
	} {
		f, _ := Named(name)
		for stage, origin := range want {
			if got := f.Origin(stage, of); got != origin {
				t.Errorf("%s at %s comes from %s, want %s", name, stage, got, origin)
			}
		}
	}
}

func TestFactsOfAPlan(t *testing.T) {
	v := nothing()
	v.Workload.Zones, v.Workload.Availability = 2, 0
	v.Declared = &Declared{}
	v.Settings = func(name string) (float64, bool) { return 0.8, name == "headroom.ceiling" }
	v.Wanted = func() int { return 2 }
	p := &candidate.Evaluation{CapacityQPS: 1000, DemandQPS: 850, CostPerMonth: 400}
	p.Replicas, p.PerReplica, p.Instances, p.ReplicasPerInstance, p.Priced = 4, 1, 4, 1, true
	v.Outcome.Plan, v.Outcome.Feasible = p, true
	v.Outcome.CapacityOf = func(n int) float64 { return 250 * float64(n) }
	reading := Read(v)
	for name, want := range map[string]any{
		"plan.roomy_replicas": int64(5), "plan.replicas_for_loss": int64(5), "check.zone_replicas": int64(2),
		"check.after_zone_qps": 500.0, "check.replicas_for_zone": int64(8), "check.lean_replicas": int64(5), "check.spare_replicas": int64(0),
		"plan.utilization_after_loss": 850.0 / 750,
	} {
		f, _ := Named(name)
		if got := reading.Value(f); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}
