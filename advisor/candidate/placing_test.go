package candidate

import (
	"testing"

	"pgregory.net/rapid"
)

// TestPlacing: replicas have room on their machines, no machine stands in two zones, and more replicas
// take no fewer machines and leave no fewer without the fullest one.
func TestPlacing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Placing{PerMachine: rapid.IntRange(0, 16).Draw(t, "per machine"), Zones: rapid.IntRange(0, 5).Draw(t, "zones")}
		n := rapid.IntRange(1, 100).Draw(t, "replicas")
		machines, fullest := p.Machines(n), p.Fullest(n)
		if machines*max(p.PerMachine, 1) < n || machines > n || machines < min(p.Zones, n) {
			t.Fatalf("%+v: %d on %d machines", p, n, machines)
		}
		if machines*fullest < n && p.Zones < 2 || fullest > max(p.PerMachine, 1) || machines > 1 && fullest == n {
			t.Fatalf("%+v: %d of %d on the fullest of %d machines", p, fullest, n, machines)
		}
		if p.Machines(n+1) < machines || n+1-p.Fullest(n+1) < n-fullest {
			t.Fatalf("%+v: %d and one more on %d and %d machines, the fullest %d and %d", p, n, machines, p.Machines(n+1), fullest, p.Fullest(n+1))
		}
		if few := p.FewestOn(machines); p.Machines(few) < machines || few > 1 && p.Machines(few-1) >= machines {
			t.Fatalf("%+v: %d are not the fewest on %d machines", p, few, machines)
		}
		if s := p.Spared(n); s-p.Fullest(s) < n || s > 1 && s-1-p.Fullest(s-1) >= n {
			t.Fatalf("%+v: %d are not the fewest of which %d are left", p, s, n)
		}
	})
}
