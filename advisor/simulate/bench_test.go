package simulate

import (
	"context"
	"testing"
)

// benchmark reports requests a second on one core.
func benchmark(b *testing.B, s Spec) {
	const requests = 1_000_000
	length := requests / s.Traffic.Rate
	b.ReportAllocs()
	for b.Loop() {
		newEngine(context.Background(), s, length, 0, new(sheets), nil).run()
	}
	b.ReportMetric(requests*float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

func loaded(f Fleet, load, dispersion float64) Spec {
	return Spec{Fleet: f, Traffic: Traffic{Rate: load * f.Saturation(), Dispersion: dispersion}, Goal: Goal{0.1, 0.99}}
}

func BenchmarkBatches(b *testing.B) {
	benchmark(b, loaded(Fleet{Station: Station{Alpha: 1e-3, Beta: 1e-3, MaxBatch: 16, Workers: 1, Felt: 1.1}, Replicas: 14, Units: 1, Balancing: Random}, 0.8, 1))
}

func BenchmarkWorkers(b *testing.B) {
	benchmark(b, loaded(Fleet{Station: Station{Beta: 1e-2, MaxBatch: 1, Workers: 4, CV: 0.3}, Replicas: 8, Units: 1, Balancing: Random}, 0.8, 1))
}

func BenchmarkLeastLoadedBursts(b *testing.B) {
	benchmark(b, loaded(Fleet{Station: Station{Alpha: 1e-3, Beta: 1e-3, MaxBatch: 16, Workers: 1}, Replicas: 64, Units: 1, Balancing: LeastLoaded}, 0.8, 4))
}

func BenchmarkRetries(b *testing.B) {
	s := loaded(Fleet{Station: Station{Beta: 1e-2, MaxBatch: 1, Workers: 4}, Replicas: 8, Units: 1, Balancing: PowerOfTwo}, 0.9, 1)
	s.Clients = Clients{QueueLimit: 20, Timeout: 0.1, Retries: 2, Backoff: 0.01}
	benchmark(b, s)
}
