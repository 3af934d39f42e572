package candidate

import "testing"

func TestWords(t *testing.T) {
	for _, c := range []struct {
		e                      Evaluation
		words, replica, device string
	}{
		{Evaluation{Config: Config{Replicas: 4, PerReplica: 1, Precision: "int8", Optimizations: []string{"int8"}}, AcceleratorName: "A10"}, "4 × A10 int8", "A10 int8", "A10"},
		{Evaluation{Config: Config{Replicas: 1200, PerReplica: 2, Precision: "fp16", Optimizations: []string{"compile", "prune"}}, AcceleratorName: "H100"},
			"1,200 × (2 × H100) fp16 + compile + prune", "(2 × H100) fp16 + compile + prune", "(2 × H100)"},
		{Evaluation{Config: Config{Replicas: 1, Accelerator: "l4"}}, "1 × l4", "l4", "l4"},
		{Evaluation{AcceleratorName: "L4"}, "", "L4", "L4"},
	} {
		if w, r, d := c.e.Words(), c.e.ReplicaWords(), c.e.HardwareWords(); w != c.words || r != c.replica || d != c.device {
			t.Errorf("%q, %q, %q; want %q, %q, %q", w, r, d, c.words, c.replica, c.device)
		}
	}
	if got := ReplicasOf(13, 2, "L4"); got != "13 × (2 × L4)" {
		t.Error(got)
	}
	if got := Owned(2, "L4"); got != "2 × L4" {
		t.Error(got)
	}
}

func TestCompareMisses(t *testing.T) {
	miss := func(code string, value, needed float64) *Excuse {
		return &Excuse{Code: code, NearMiss: NearMiss{Value: value, Needed: needed}}
	}
	nearestFirst := []*Excuse{
		miss(Budget, 1, 100), miss(Losses, 99, 100), miss(Throughput, 99, 100), miss(Throughput, 120, 100), miss(Throughput, 50, 100),
		miss(Throughput, 0, 100), miss(Memory, 24, 25), miss(NoVariant, 0, 0),
	}
	for i, a := range nearestFirst {
		for j, b := range nearestFirst {
			if got := CompareMisses(a, b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("%d against %d: %d", i, j, got)
			}
		}
	}
}
