package queue

import (
	"fmt"
	"math"
	"testing"
)

func TestGammaRules(t *testing.T) {
	for _, cv := range []float64{0, 0.01, 0.1, 0.5, 1, 2, 5} {
		for name, m := range map[string]mix{"gauss": gauss(cv, 10), "trapezoid": trapezoid(cv)} {
			sum, mean, square := 0.0, 0.0, 0.0
			for i, x := range m.factor {
				if !(x >= 0) || !(m.weight[i] >= 0) {
					t.Fatalf("%s, cv %g: %v", name, cv, m)
				}
				sum += m.weight[i]
				mean += m.weight[i] * x
				square += m.weight[i] * x * x
			}
			near(t, fmt.Sprintf("%s, cv %g: sum", name, cv), sum, 1, 1e-9)
			near(t, fmt.Sprintf("%s, cv %g: mean", name, cv), mean, 1, 1e-9)
			near(t, fmt.Sprintf("%s, cv %g: square", name, cv), square, 1+cv*cv, 0.02)
		}
	}
}

// TestGaussIsExact: n points give the moments up to 2n−1, which are Γ(k+a)/(Γ(k)·k^a) of
// shape k.
func TestGaussIsExact(t *testing.T) {
	for _, cv := range []float64{0.002, 0.03, 0.3, 0.8, 1, 1.7, 4, 20} {
		shape := 1 / (cv * cv)
		for n := 1; n <= 8; n++ {
			m, want := gauss(cv, n), 1.0
			for a := range 2 * n {
				got := 0.0
				for i, x := range m.factor {
					got += m.weight[i] * math.Pow(x, float64(a))
				}
				near(t, fmt.Sprintf("%d points, cv %g: moment %d", n, cv, a), got/want, 1, 1e-9)
				want *= 1 + float64(a)/shape
			}
		}
	}
}

func TestGammaTail(t *testing.T) {
	near(t, "exponential", gamma{2, 1}.exceeds(6), math.Exp(-3), 1e-12)
	// Erlang of four phases: cv 1/2.
	near(t, "Erlang", gamma{1, 0.5}.exceeds(2), math.Exp(-8)*(1+8+32+512./6), 1e-12)
	if g := (gamma{3, 0}); g.exceeds(math.Nextafter(3, 0)) != 1 || g.exceeds(3) != 0 {
		t.Error("a constant time")
	}
	if (gamma{1, 5}).exceeds(0) != 1 || (gamma{1, 1}).exceeds(-1) != 1 {
		t.Error("a time is longer than nothing")
	}
}
