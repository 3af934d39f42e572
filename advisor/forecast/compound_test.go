package forecast

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/unit"
)

func TestCompoundByHand(t *testing.T) {
	c := Compound{Peak: unit.Exact(100), PerMonth: unit.Exact(0.08)}
	if got, want := c.At(6*unit.Month).Mid, 100*math.Pow(1.08, 6); math.Abs(got-want) > 1e-9 {
		t.Errorf("demand after 6 months = %v, want %v", got, want)
	}
	if got := c.At(0); got != unit.Exact(100) {
		t.Errorf("demand now = %v, want 100", got)
	}
	s, ok := c.Until(200, 1)
	if want := math.Log(2) / math.Log(1.08); !ok || math.Abs(s/unit.Month-want) > 1e-9 {
		t.Errorf("doubles after %v months, %v; want %v", s/unit.Month, ok, want)
	}
	if s, ok := c.Until(50, 1); !ok || s != 0 {
		t.Errorf("a capacity already exceeded: %v, %v; want 0, true", s, ok)
	}
}

func TestShrinkingDemandIsPlannedForNow(t *testing.T) {
	c := Compound{Peak: unit.Exact(100), PerMonth: unit.Exact(-0.1)}
	if got := c.Worst(12 * unit.Month).Mid; got != 100 {
		t.Errorf("worst demand = %v, want today's 100", got)
	}
	if _, ok := c.Until(200, 1); ok {
		t.Error("shrinking demand never outgrows a capacity that holds it")
	}
}

func TestUntilIsTheInverseOfAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Compound{
			Peak:     unit.Exact(rapid.Float64Range(0.01, 1e6).Draw(t, "peak")),
			PerMonth: unit.Exact(rapid.Float64Range(0.001, 1).Draw(t, "growth")),
		}
		capacity := c.Peak.Mid * rapid.Float64Range(1, 1000).Draw(t, "room")
		s, ok := c.Until(capacity, 1)
		if !ok || math.Abs(c.At(s).Mid/capacity-1) > 1e-9 {
			t.Fatalf("demand at the runway %v is %v, capacity %v", s, c.At(s).Mid, capacity)
		}
	})
}

func TestDemandStaysFinite(t *testing.T) {
	c := Compound{Peak: unit.Exact(1e9), PerMonth: unit.Exact(1)}
	if got := c.At(1e6 * unit.Month).Mid; math.IsInf(got, 0) || math.IsNaN(got) {
		t.Errorf("demand = %v, want finite", got)
	}
}
