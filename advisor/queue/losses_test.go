package queue

import (
	"math"
	"math/big"
	"testing"
)

// exactTail is P(more than k of n down) in rational arithmetic.
func exactTail(n, k int, availability float64) float64 {
	up := new(big.Rat).SetFloat64(availability)
	down := new(big.Rat).Sub(big.NewRat(1, 1), up)
	sum := new(big.Rat)
	for j := k + 1; j <= n; j++ {
		term := new(big.Rat).SetInt(new(big.Int).Binomial(int64(n), int64(j)))
		for range j {
			term.Mul(term, down)
		}
		for range n - j {
			term.Mul(term, up)
		}
		sum.Add(sum, term)
	}
	f, _ := sum.Float64()
	return f
}

func TestLossesToSurvive(t *testing.T) {
	for _, n := range []int{1, 2, 3, 7, 20} {
		for _, a := range []float64{0.5, 0.9, 0.995, 0.99999} {
			for _, target := range []float64{0.5, 0.99, 0.999, 0.9995, 1 - 1e-9, 1 - 1e-12} {
				k, ok := LossesToSurvive(n, a, target)
				want := 0
				for want < n && exactTail(n, want, a) > 1-target {
					want++
				}
				if ok != (want < n) || ok && k != want {
					t.Errorf("n %d, availability %v, target %v: %d %v, want %d", n, a, target, k, ok, want)
				}
			}
		}
	}
}

func TestLossesToSurviveAtTheThreshold(t *testing.T) {
	// Two instances at 0.9: both are down with 0.01, one or more with 0.19.
	at := 1 - exactTail(2, 0, 0.9)
	if k, ok := LossesToSurvive(2, 0.9, math.Nextafter(at, 0)-1e-15); k != 0 || !ok {
		t.Errorf("just below what none lost gives: %d %v", k, ok)
	}
	if k, ok := LossesToSurvive(2, 0.9, at+1e-12); k != 1 || !ok {
		t.Errorf("just above: %d %v", k, ok)
	}
	if _, ok := LossesToSurvive(2, 0.9, 0.9900001); ok {
		t.Error("two at 0.9 cannot give more than 0.99")
	}
}

func TestLossesToSurviveEdges(t *testing.T) {
	if k, ok := LossesToSurvive(5, 1, 1); k != 0 || !ok {
		t.Errorf("instances that never fail: %d %v", k, ok)
	}
	if _, ok := LossesToSurvive(5, 0.9, 1); ok {
		t.Error("certainty from instances that fail")
	}
	if k, ok := LossesToSurvive(5, 0.9, 0); k != 0 || !ok {
		t.Errorf("nothing asked: %d %v", k, ok)
	}
	for _, a := range []float64{-0.1, 1.1, math.NaN()} {
		if _, ok := LossesToSurvive(3, a, 0.9); ok {
			t.Errorf("availability %v is accepted", a)
		}
	}
	if _, ok := LossesToSurvive(0, 0.9, 0.5); ok {
		t.Error("no instances are accepted")
	}
	if _, ok := LossesToSurvive(3, 0.9, math.NaN()); ok {
		t.Error("a target that is not a number is accepted")
	}
	if k, ok := LossesToSurvive(20000, 0.995, 0.999999); !ok || k < 100 || k > 200 {
		t.Errorf("20,000 instances: %d %v", k, ok)
	}
}
