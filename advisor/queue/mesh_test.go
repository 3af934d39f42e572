package queue

import (
	"math"
	"testing"
)

func TestMesh(t *testing.T) {
	for kink := 1; kink < 5000; kink += 1 + kink/20 {
		for _, spread := range []float64{1, 4, 64} {
			for _, spread2 := range []float64{0, 0.1, 4} {
				var m mesh
				sigma := math.Sqrt(float64(kink) * (spread + spread2*float64(kink)))
				m.lay(kink, kink+int(tailSigmas*sigma)+8, spread, spread2)
				sum, below := 0.0, m.below
				for i, w := range m.w {
					sum += w
					if i < m.kink {
						below += w
					}
					if !(w > 0.2) {
						t.Fatalf("kink %d, spreads %g %g: weight %g at %d", kink, spread, spread2, w, m.x[i])
					}
				}
				near(t, "number of lengths", sum, float64(m.x[len(m.x)-1]+1), 1e-9)
				near(t, "lengths below the kink", below, float64(kink), 1e-9)
				if m.x[0] != 0 || m.x[m.kink] != kink {
					t.Fatalf("kink %d: points %v", kink, m.x)
				}
			}
		}
	}
}

func TestMeshSumsSmoothFunctions(t *testing.T) {
	for _, kink := range []int{40, 300, 2000} {
		var m mesh
		m.lay(kink, 2*kink, 1, 0)
		sigma := math.Sqrt(float64(kink))
		bump := func(x float64) float64 {
			z := (x - float64(kink) + sigma) / sigma
			return math.Exp(-z*z/2) * math.Max(x, float64(kink)) // with a kink of its own
		}
		got, want := 0.0, 0.0
		for i, x := range m.x {
			got += m.w[i] * bump(float64(x))
		}
		for x := 0; x <= m.x[len(m.x)-1]; x++ {
			want += bump(float64(x))
		}
		near(t, "sum", got, want, 3e-5)
	}
}
