package search

import (
	"testing"

	"scaleadvise/advisor/example"
)

// BenchmarkCandidates judges configurations whose service curve is solved.
func BenchmarkCandidates(b *testing.B) {
	s := spaceOf(b, map[string]string{"qps": "5000", "gpu": "a10", "availability": "99.9%"})
	t, _ := baseTrial(s, Demand{Peak: 5000}, false)
	judge(t)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		judge(t.sized(1 + n%64))
		n++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "candidates/s")
}

// BenchmarkSpace resolves names, solves the curves that are needed and searches all
// strategies.
func BenchmarkSpace(b *testing.B) {
	for name, flags := range map[string]map[string]string{"classic": {"qps": "5000", "gpu": "a10"}, "language": example.Chat(nil)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s := spaceOf(b, flags)
				everyStrategy(s, Demand{Peak: s.Workload.Peak.Mid})
			}
		})
	}
}
