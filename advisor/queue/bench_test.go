package queue

import (
	"fmt"
	"testing"
)

// benchmarked is a batch server with three tenths of a full step fixed; 1.7 full steps
// are a common bound, 2.5 a loose one.
func benchmarked(full int) Batch {
	return Batch{Alpha: 0.3, Beta: 0.7 / float64(full), MaxBatch: full}
}

func benchmarkSustainable(b *testing.B, full int) {
	for _, bound := range []float64{1.2, 1.7, 2.5} {
		b.Run(fmt.Sprintf("bound=%g", bound), func(b *testing.B) {
			s := benchmarked(full)
			b.ReportAllocs()
			for b.Loop() {
				Sustainable(s, 1, 0, bound, 0.99)
			}
		})
	}
}

func BenchmarkSustainableB32(b *testing.B)   { benchmarkSustainable(b, 32) }
func BenchmarkSustainableB128(b *testing.B)  { benchmarkSustainable(b, 128) }
func BenchmarkSustainableB1024(b *testing.B) { benchmarkSustainable(b, 1024) }

func BenchmarkAt(b *testing.B) {
	for _, full := range []int{8, 32, 128, 1024, 4096} {
		b.Run(fmt.Sprintf("B=%d", full), func(b *testing.B) {
			s := benchmarked(full)
			b.ReportAllocs()
			for b.Loop() {
				s.At(Load{Rate: 0.85 * s.Saturation()})
			}
		})
	}
}

func BenchmarkQuantile(b *testing.B) {
	for _, full := range []int{32, 128, 1024} {
		b.Run(fmt.Sprintf("B=%d", full), func(b *testing.B) {
			s := benchmarked(full)
			r := s.At(Load{Rate: 0.85 * s.Saturation()})
			b.ReportAllocs()
			for b.Loop() {
				r.Quantile(0.99)
			}
		})
	}
}

func BenchmarkPoolAt(b *testing.B) {
	for _, p := range []Pool{{1, 1, 0}, {16, 1, 0}, {16, 1, 0.5}, {16, 1, 1}, {10000, 1, 0}} {
		b.Run(fmt.Sprintf("c=%d,cv=%g", p.Servers, p.CV), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.At(Load{Rate: 0.9 * p.Saturation()})
			}
		})
	}
}

func BenchmarkErlang(b *testing.B) {
	for _, c := range []int{10, 1000, 10000} {
		b.Run(fmt.Sprintf("c=%d", c), func(b *testing.B) {
			for b.Loop() {
				ErlangC(c, 0.95*float64(c))
			}
		})
	}
}

func BenchmarkFitUSL(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := FitUSL(uslN, uslQPS); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCalibration is ten thousand dependent multiplications and additions, to hold
// the others against on a shared machine.
func BenchmarkCalibration(b *testing.B) {
	x := 1.0
	for b.Loop() {
		for range 10000 {
			x = x*0.9999 + 1e-9
		}
	}
	if x < 0 {
		b.Fatal(x)
	}
}
